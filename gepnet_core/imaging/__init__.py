"""CT images to HU measurements: reading, phases, regions of interest, phantom."""
