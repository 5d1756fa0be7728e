"""Timings, side by side with what users have today; `make bench`."""
