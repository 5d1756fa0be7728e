"""Rows judged: in bulk where they are plain, one by one where not."""
