"""Sections of the page of the cutoff."""
