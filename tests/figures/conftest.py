"""Plotly's own check of every figure that a test here draws: the library puts figures together unchecked."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from gepnet_core.figures.theme import Canvas


@pytest.fixture(autouse=True)
def _checked_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a property or value that Plotly does not know, or writes in another way than we do."""
    unchecked = Canvas.figure

    def figure(canvas: Canvas) -> go.Figure:
        drawn, checked = unchecked(canvas), go.Figure(**canvas.values())
        ours, theirs = (json.loads(f.to_json(validate=False)) for f in (drawn, checked))
        assert differences(ours, theirs) == []
        assert _tuples(canvas.values(), "") == []
        return drawn

    monkeypatch.setattr(Canvas, "figure", figure)


def differences(ours: object, theirs: object, place: str = "") -> list[str]:
    """Where two figures differ as a browser reads them."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        keys = sorted({*ours, *theirs})
        return [d for k in keys for d in differences(ours.get(k), theirs.get(k), f"{place}.{k}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = zip(ours, theirs, strict=True)
        return [d for k, (a, b) in enumerate(pairs) for d in differences(a, b, f"{place}.{k}")]
    return [] if ours == theirs else [f"{place}: {str(ours)[:60]}, Plotly: {str(theirs)[:60]}"]


def _tuples(value: object, place: str) -> list[str]:
    """Places of tuples, which Plotly cannot show to someone who asks an unchecked figure for them."""
    if isinstance(value, tuple):
        return [place]
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in _tuples(item, f"{place}.{key}")]
    if isinstance(value, list):
        return [found for k, item in enumerate(value) for found in _tuples(item, f"{place}.{k}")]
    return []
