"""Comparisons of groups: numbers, categories, pairs."""
