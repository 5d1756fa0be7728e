"""Sections of the page of a case."""
