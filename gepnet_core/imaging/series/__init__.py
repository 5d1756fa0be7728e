"""Files to CT series with their order, phase and warnings."""
