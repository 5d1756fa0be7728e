"""Accuracy and prevalence as a tree of whole patients."""

from __future__ import annotations

from typing import Protocol

import plotly.graph_objects as go

from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import GROUPS, Ink, ink
from gepnet_core.figures.theme import Canvas, blank_canvas, direct_label, note_below
from gepnet_core.numbers import format_percent

TREE_HEIGHT = 430

# Boxes: left end and width as shares of the figure, for root, diagnosis and call. At 400 pixels the longest
# word, adenocarcinoma, needs 90.
_COLUMNS = ((0.0, 0.18), (0.23, 0.34), (0.62, 0.38))
_BOX_HEIGHT = 0.18
_LEAF_HEIGHTS = (0.88, 0.62, 0.38, 0.12)

_CALLS = ("adenocarcinoma", "net")
"""Calls in the order of the leaves of each diagnosis."""


class PatientTree(Protocol):
    """Whole patients, such as `gepnet_core.teaching.natural_frequencies.NaturalFrequencies`.

    That is built on a higher floor, so that this module says what it needs of it.
    """

    @property
    def of(self) -> int: ...
    @property
    def tp(self) -> int: ...
    @property
    def fn(self) -> int: ...
    @property
    def fp(self) -> int: ...
    @property
    def tn(self) -> int: ...
    @property
    def with_disease(self) -> int: ...
    @property
    def without_disease(self) -> int: ...
    @property
    def called_positive(self) -> int: ...
    @property
    def called_negative(self) -> int: ...
    @property
    def ppv(self) -> float | None: ...
    @property
    def npv(self) -> float | None: ...


def frequency_tree_figure(tree: PatientTree, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Of so many patients: who has adenocarcinoma, and who is called so.

    Parameters
    ----------
    tree : PatientTree
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients that it was counted in are invented; the corner then says so.
    """
    colours = ink(dark)
    canvas = blank_canvas(
        f"Of {tree.of} such patients",
        dark=dark,
        height=TREE_HEIGHT,
        bottom=108,
        sides=(12, 12),
        synthetic=synthetic,
    )
    middle = sum(_LEAF_HEIGHTS) / len(_LEAF_HEIGHTS)
    groups = (
        ("adenocarcinoma", tree.with_disease, (tree.tp, tree.fn), _LEAF_HEIGHTS[:2]),
        ("net", tree.without_disease, (tree.fp, tree.tn), _LEAF_HEIGHTS[2:]),
    )
    _box(canvas, 0, middle, f"<b>{tree.of}</b><br>patients", colours.muted, colours, is_wrong=False)
    for group, n, leaves, heights in groups:
        name, colour, _ = GROUPS[group]
        height = sum(heights) / len(heights)
        _branch(canvas, 0, middle, height, colours)
        _box(canvas, 1, height, f"<b>{n}</b><br>{name}", colour, colours, is_wrong=False)
        for called, count, leaf in zip(_CALLS, leaves, heights, strict=True):
            is_wrong = called != group
            verdict = "wrongly" if is_wrong else "rightly"
            text = f"<b>{count}</b> {verdict} called<br>{GROUPS[called][0]}"
            _branch(canvas, 1, height, leaf, colours)
            _box(canvas, 2, leaf, text, colour, colours, is_wrong=is_wrong)
    notes = [
        f"Called adenocarcinoma: {tree.tp} + {tree.fp} = {tree.called_positive}, {_predictive(tree.ppv)}",
        f"Called NET: {tree.tn} + {tree.fn} = {tree.called_negative}, {_predictive(tree.npv)}",
        "Dashed: called wrongly. Positive class: adenocarcinoma.",
    ]
    canvas.annotations.append(note_below("<br>".join(notes), colours, yshift=-8))
    for name in ("xaxis", "yaxis"):
        canvas.layout[name] = {"visible": False, "range": [-0.01, 1.01], "fixedrange": True}
    # An axis without a trace is not drawn, and nothing that refers to it either.
    canvas.traces.append({"type": "scatter", "x": [0, 1], "y": [0, 1], "mode": "none", "hoverinfo": "skip"})
    return canvas.figure()


def frequency_tree_table(tree: PatientTree) -> FigureTable:
    """The numbers of `frequency_tree_figure`; the columns add up."""
    rows = (
        ("Adenocarcinoma", str(tree.tp), str(tree.fn), str(tree.with_disease)),
        ("NET", str(tree.fp), str(tree.tn), str(tree.without_disease)),
        ("All", str(tree.called_positive), str(tree.called_negative), str(tree.of)),
        (
            "Of those called so, rightly",
            *("unknown" if value is None else format_percent(value) for value in (tree.ppv, tree.npv)),
            "",
        ),
    )
    columns = ("Positive class: adenocarcinoma", "Called adenocarcinoma", "Called NET", "All")
    return FigureTable(f"Of {tree.of} such patients", columns, rows)


def _box(
    canvas: Canvas, column: int, height: float, text: str, colour: str, colours: Ink, *, is_wrong: bool
) -> None:
    left, width = _COLUMNS[column]
    canvas.shapes.append(
        {
            "type": "rect",
            "x0": left,
            "x1": left + width,
            "y0": height - _BOX_HEIGHT / 2,
            "y1": height + _BOX_HEIGHT / 2,
            "line": {"color": colour, "width": 2, "dash": "dash" if is_wrong else "solid"},
            "fillcolor": colours.background,
        }
    )
    canvas.annotations.append(
        direct_label(text, colours, x=left + width / 2, y=height, xanchor="center", yanchor="middle")
    )


def _branch(canvas: Canvas, column: int, start: float, end: float, colours: Ink) -> None:
    left, width = _COLUMNS[column]
    canvas.shapes.append(
        {
            "type": "line",
            "x0": left + width,
            "y0": start,
            "x1": _COLUMNS[column + 1][0],
            "y1": end,
            "line": {"color": colours.muted, "width": 1},
        }
    )


def _predictive(value: float | None) -> str:
    return "nobody is." if value is None else f"rightly {format_percent(value)}."
