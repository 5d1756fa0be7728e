"""Sections of the page of the study."""
