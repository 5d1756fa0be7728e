"""One patient: measurements to ratios, pattern, criteria, call, evidence and what would flip it."""
