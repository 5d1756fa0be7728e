"""Bytes to a table of texts: CSV, Excel, Parquet."""
