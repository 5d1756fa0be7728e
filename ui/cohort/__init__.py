"""Sections of the page of a cohort, and the state that it shares."""
