"""What is taught, in words."""
