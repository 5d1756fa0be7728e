"""Tables of patients: the data dictionary, reading of files, cells to values, one call for each row."""
