"""What is computed from a cohort, a module each; `gepnet_core.cohort.analysis` is the list."""
