"""Liver metastases of GEP NET or of GEP adenocarcinoma on dynamic CT: one study's criteria, inspectable.

For research and education. Not a medical device.
"""

__version__ = "0.1.0"
