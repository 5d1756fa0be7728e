"""The phantom: an abdomen of known HU."""
