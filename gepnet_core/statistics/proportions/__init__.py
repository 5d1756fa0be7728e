"""Proportions: accuracy at a cutoff, clusters, ratios, sample size."""
