"""HU over time of vessels, liver and liver metastases after an injection of contrast medium, for teaching."""
