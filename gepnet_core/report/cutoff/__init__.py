"""Cutoffs and models of a cohort in words."""
