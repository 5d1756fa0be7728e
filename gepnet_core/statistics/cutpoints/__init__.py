"""Choosing a cutoff: methods, ties, two cutoffs with a grey zone."""
