"""Results as Plotly figures; the only place that imports plotly."""
