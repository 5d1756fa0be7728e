"""A cohort in words, JSON, tables and a ZIP."""
