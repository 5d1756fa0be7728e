"""Intervals and estimates that know no medicine."""
