"""What the figures of a cutoff have in common: their frame, both cutoffs, the notes below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from gepnet_core.case.case import study_cutoff
from gepnet_core.figures.palette import Ink
from gepnet_core.figures.theme import SIDES, TOP, Canvas, blank_canvas, direct_label, note_below
from gepnet_core.numbers import RATIO_DECIMALS, format_decimal, rounded_beside

HEIGHT = 430
ROOM_ABOVE = 72
"""Height above the axes for the labels of two cutoffs, in pixels."""

CUTOFF_TITLE = "Cutoff of the HAP ratio (no unit)"
RATIO_TITLE = "Lesion / liver HU, hepatic artery phase (ratio, no unit)"

_BOTTOM = 92
_LINE = 16
"""Height of one line of notes, in pixels."""

_NOTE_YSHIFT = -50
_ROOM = 0.03
"""Room at either end of an axis, as a share of it."""

_LABEL_WIDTH = 0.36
"""Width of a cutoff's label as a share of the axis, on a narrow screen."""

_EDGE = 0.2
"""Share of the axis at either end where a label is anchored so that it stays inside."""


def cutoff_text(cutoff: float) -> str:
    """A cutoff with 3 decimals, and with as many more as show its side of the published one."""
    if math.isinf(cutoff):
        return "below every ratio" if cutoff < 0 else "above every ratio"
    # As the decimal that it prints as: the float nearest to 0.898 lies a hair beside it.
    return rounded_beside(Decimal(repr(cutoff)), (study_cutoff(),), RATIO_DECIMALS)


def published_text() -> str:
    """The published cutoff as printed."""
    return format_decimal(study_cutoff(), 1)


def draw_cutoffs(
    canvas: Canvas, own: float, span: tuple[float, float], colours: Ink, word: str = "own"
) -> None:
    """The published cutoff as a thin line, an own one dashed, labelled above the axes within their span.

    The label of the latter ends with the word, and stands higher where the two would meet.
    """
    published = float(study_cutoff())
    marks = [(published, f"{published_text()}, published", "solid")]
    if own != published and math.isfinite(own):
        marks.append((own, f"{cutoff_text(own)}, {word}", "dash"))
    for k, (value, label, dash) in enumerate(marks):
        place = (value - span[0]) / (span[1] - span[0])
        is_near = abs(value - published) < _LABEL_WIDTH * (span[1] - span[0])
        canvas.shapes.append(
            {
                "type": "line",
                "x0": value,
                "x1": value,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": colours.text, "width": 1.5, "dash": dash},
            }
        )
        canvas.annotations.append(
            direct_label(
                label,
                colours,
                x=value,
                xanchor="left" if place < _EDGE else "right" if place > 1 - _EDGE else "center",
                y=1,
                yref="paper",
                yanchor="bottom",
                yshift=15 if k and is_near else 0,
            )
        )


def cutoff_canvas(
    title: str,
    *,
    dark: bool,
    synthetic: bool,
    top: int = TOP,
    sides: tuple[int, int] = SIDES,
    n_notes: int = 3,
) -> Canvas:
    """The frame, with room for so many lines of notes."""
    return blank_canvas(
        title,
        dark=dark,
        height=HEIGHT,
        top=top,
        bottom=_BOTTOM + _LINE * n_notes,
        sides=sides,
        synthetic=synthetic,
    )


def axis_span(values: Sequence[float]) -> tuple[float, float]:
    """An axis that holds finite values and the published cutoff, with some room."""
    shown = [float(study_cutoff()), *(value for value in values if math.isfinite(value))]
    room = max(_ROOM * (max(shown) - min(shown)), 10.0**-RATIO_DECIMALS)
    return min(shown) - room, max(shown) + room


def draw_notes(canvas: Canvas, notes: Sequence[str | None], colours: Ink) -> None:
    """Lines of small print below the axis; None is no line."""
    canvas.annotations.append(
        note_below("<br>".join(note for note in notes if note), colours, yshift=_NOTE_YSHIFT)
    )
