"""The printed numbers recomputed."""
