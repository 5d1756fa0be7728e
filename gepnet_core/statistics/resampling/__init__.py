"""A cutoff and an area judged on rows that did not choose them: bootstrap and cross-validation."""
