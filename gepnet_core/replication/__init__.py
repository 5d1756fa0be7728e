"""The printed numbers recomputed, and cohorts that reproduce them."""
