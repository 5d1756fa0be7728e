"""One case in words, JSON and HTML, and as a file."""
