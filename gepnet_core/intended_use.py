"""The line that stands on every page, figure and export."""

INTENDED_USE = "For research and education. Not a medical device."
