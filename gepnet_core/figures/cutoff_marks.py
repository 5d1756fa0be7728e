"""What the figures of a cutoff have in common: their frame, both cutoffs, the notes below."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gepnet_core.case.case import study_cutoff
from gepnet_core.figures.lines import label_above, upright_line
from gepnet_core.figures.palette import Ink
from gepnet_core.figures.theme import SIDES, TOP, Canvas, blank_canvas, note_below
from gepnet_core.numbers import RATIO_DECIMALS, format_cutoff, format_decimal

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


def cutoff_text(cutoff: float) -> str:
    """A cutoff beside the published one, or where an infinite one lies."""
    if math.isinf(cutoff):
        return "below every ratio" if cutoff < 0 else "above every ratio"
    return format_cutoff(cutoff, study_cutoff())


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
        is_near = abs(value - published) < _LABEL_WIDTH * (span[1] - span[0])
        canvas.shapes.append(upright_line(value, colours.text, dash))
        canvas.annotations.append(label_above(label, value, span, colours, yshift=15 if k and is_near else 0))


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
