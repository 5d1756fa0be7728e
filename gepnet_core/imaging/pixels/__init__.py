"""DICOM data sets to HU."""
