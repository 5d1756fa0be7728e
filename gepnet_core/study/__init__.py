"""The publication's facts as data, loaded and checked; nothing is computed here."""
