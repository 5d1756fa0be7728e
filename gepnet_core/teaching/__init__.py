"""What is taught: natural frequencies, sampling error, a quiz, errors of the print, a guided path."""
