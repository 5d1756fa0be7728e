"""Whether the notes of a figure stay inside it on a phone."""

from __future__ import annotations

import plotly.graph_objects as go

_FIGURE_WIDTH = 368
"""Of a figure in pixels where the screen has 400."""

_LETTER_WIDTH = 6.2
"""Of a letter of 12 pixels, on average over a line; the longest lines measured 6.0 to 6.2 in Chromium."""


def cut_notes(figure: go.Figure) -> list[str]:
    """Lines below the axes that would be cut off."""
    room = _FIGURE_WIDTH - figure.layout.margin.l
    lines = [
        line
        for note in figure.layout.annotations
        if note.xref == note.yref == "paper" and note.x == note.y == 0
        for line in str(note.text).replace("<b>", "").replace("</b>", "").split("<br>")
    ]
    assert lines
    return [line for line in lines if len(line) * _LETTER_WIDTH > room]
