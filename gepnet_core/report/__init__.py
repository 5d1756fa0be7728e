"""What is said of results: sentences, text, HTML and files."""
