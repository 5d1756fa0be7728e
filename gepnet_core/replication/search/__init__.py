"""The search for cohorts that print what the study printed."""
