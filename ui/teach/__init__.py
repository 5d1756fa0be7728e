"""Sections of the page that teaches the criteria, and the state that they share."""
