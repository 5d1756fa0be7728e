"""Regions of interest, drawn or read from files, and their statistics."""
