"""How far two readers' numbers differ along the size of what they read (Bland and Altman)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from gepnet_core.cohort.cohort import DIAGNOSES, UNKNOWN, Floats
from gepnet_core.cohort.parts.description import number_format
from gepnet_core.cohort.parts.reader_agreement import NumberAgreement
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.drawn_sample import drawn_note, drawn_ranks
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import GROUPS, Ink, ink
from gepnet_core.figures.theme import Canvas, axis, blank_canvas, direct_label, note_below
from gepnet_core.numbers import format_level, rounded_beside
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.readers.bland_altman import BlandAltman

HEIGHT = 450

_TOP, _BOTTOM, _SIDES, _NOTE_YSHIFT = 56, 152, (56, 62), -50
_ROOM = 0.08
"""Free at either end of an axis, as a share of what is drawn."""

_BAND_OPACITY = 0.2
_SLOPE_DECIMALS = 3
_MEAN, _LOWER, _UPPER = "mean", "lower", "upper"
_LABEL_HEIGHT = 34
"""Of two lines, in pixels."""
_MARKS = {"circle": "●", "diamond": "◆", "square": "■"}


@dataclass(frozen=True)
class _Line:
    """A level line over the figure; a limit of agreement is dashed."""

    name: str
    short: str
    value: float
    interval: ConfidenceInterval | None

    @property
    def is_limit(self) -> bool:
        return self.short != _MEAN

    @property
    def reach(self) -> tuple[float, ...]:
        """What of it must lie inside the axis."""
        return (self.value,) if self.interval is None else (self.interval.low, self.interval.high)


def bland_altman_figure(agreement: NumberAgreement, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Difference of both readings against their mean, with mean difference and limits of agreement.

    Parameters
    ----------
    agreement : NumberAgreement
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.

    Raises
    ------
    InsufficientDataError
        If there is no row with both readings.
    """
    found, colours = _drawable(agreement), ink(dark)
    decimals, unit = number_format(agreement.name)
    canvas = blank_canvas(
        f"Difference of the readers, n = {found.n}",
        dark=dark,
        height=HEIGHT,
        top=_TOP,
        bottom=_BOTTOM,
        sides=_SIDES,
        synthetic=synthetic,
    )
    # Under the title, where that begins.
    place = {"xref": "paper", "x": 0, "xshift": 16 - _SIDES[0], "yref": "paper", "y": 1, "yshift": 6}
    canvas.annotations.append(
        direct_label(_what(agreement), colours, **place, xanchor="left", yanchor="bottom")
    )
    lines = _lines(found)
    heights = _span(np.concatenate([found.differences, [0.0], *(line.reach for line in lines)]))
    for line in lines:
        _draw_band(canvas, line, colours)
    _draw_labels(canvas, lines, decimals, heights, colours)
    canvas.shapes.append(_level(0, colours.muted, "dot"))
    notes = [*_draw_cases(canvas, agreement, found, decimals, colours), *_notes(found, lines)]
    canvas.annotations.append(note_below("<br>".join(notes), colours, yshift=_NOTE_YSHIFT))
    counted = f"({unit or 'no unit'})"
    canvas.layout["xaxis"] = axis(colours, f"Mean of both readers {counted}", range=_span(found.means))
    canvas.layout["yaxis"] = axis(colours, f"First minus second reader {counted}", range=heights)
    return canvas.figure()


def bland_altman_table(agreement: NumberAgreement) -> FigureTable:
    """The numbers of `bland_altman_figure`, and whether the difference follows the size.

    Raises
    ------
    InsufficientDataError
        If there is no row with both readings.
    """
    found = _drawable(agreement)
    decimals, unit = number_format(agreement.name)
    rows = [("Rows with both readings", str(found.n), "")]
    rows += [
        (line.name, _shown(line.value, decimals), _interval(line.interval, decimals))
        for line in _lines(found)
    ]
    spreads = (("SD of the differences", found.sd), ("SD of one reading", found.within_case_sd))
    rows += [(name, _shown(sd, decimals), "") for name, sd in spreads if sd is not None]
    if (bias := found.proportional_bias) is not None:
        slope = _shown(bias.slope, _SLOPE_DECIMALS)
        rows.append(
            ("Slope of the difference on the mean, no unit", slope, _interval(bias.interval, _SLOPE_DECIMALS))
        )
    columns = ("What", "Value" if unit is None else f"Value ({unit})", "Confidence interval")
    return FigureTable(f"Difference of the readers: {_what(agreement)}", columns, tuple(rows))


def _drawable(agreement: NumberAgreement) -> BlandAltman:
    if agreement.bland_altman is None:
        raise InsufficientDataError(
            "there is no pair of readings to draw", allowed="a row that both readers read"
        )
    return agreement.bland_altman


def _what(agreement: NumberAgreement) -> str:
    """The column's meaning without its remarks."""
    return agreement.meaning.split(";")[0]


def _lines(found: BlandAltman) -> tuple[_Line, ...]:
    lines = [
        _Line("Mean difference, first minus second reader", _MEAN, found.mean_difference, found.mean_interval)
    ]
    for short, limit in ((_LOWER, found.lower), (_UPPER, found.upper)):
        if limit is not None:
            lines.append(
                _Line(f"{short.capitalize()} limit of agreement", short, limit.value, limit.interval)
            )
    return tuple(lines)


def _notes(found: BlandAltman, lines: tuple[_Line, ...]) -> Iterator[str]:
    """What the lines and bands are."""
    if len(lines) > 1:
        yield f"Dashed: {format_level(found.coverage)} limits of agreement."
    levels = {format_level(line.interval.level) for line in lines if line.interval is not None}
    bands = f" Bands: {', '.join(levels)} CI." if levels else ""
    yield f"Dotted: no difference.{bands}"


def _draw_cases(
    canvas: Canvas, agreement: NumberAgreement, found: BlandAltman, decimals: int, colours: Ink
) -> Iterator[str]:
    """The marks of each diagnosis; what is yielded names them, and says where not all are drawn."""
    styles = {
        UNKNOWN: ("Diagnosis unknown", colours.muted, "square"),
        **dict(enumerate(GROUPS[name] for name in DIAGNOSES[::-1])),
    }
    key = []
    for code, (name, colour, symbol) in styles.items():
        rows = np.flatnonzero(agreement.diagnosis == code)
        if not len(rows):
            continue
        key.append(f"<span style='color:{colour}'>{_MARKS[symbol]}</span> {name}")
        by_mean = rows[np.argsort(found.means[rows], kind="stable")]
        drawn = by_mean[drawn_ranks(len(by_mean))]
        canvas.traces.append(
            {
                "type": "scatter",
                "x": found.means[drawn],
                "y": found.differences[drawn],
                "mode": "markers",
                "name": name,
                "marker": {"symbol": symbol, "size": 8, "color": colour, "opacity": 0.85},
                "hovertemplate": f"{name}: mean %{{x:.{decimals}f}}, difference %{{y:.{decimals}f}}"
                "<extra></extra>",
            }
        )
        if (note := drawn_note(len(rows))) is not None:
            yield f"{name}: {note[:1].lower()}{note[1:]}"
    yield "   ".join(key)


def _draw_band(canvas: Canvas, line: _Line, colours: Ink) -> None:
    """The line, and its interval as a band."""
    if line.interval is not None:
        canvas.shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": line.interval.low,
                "y1": line.interval.high,
                "fillcolor": colours.hatch,
                "opacity": _BAND_OPACITY,
                "line": {"width": 0},
                "layer": "below",
            }
        )
    canvas.shapes.append(_level(line.value, colours.text, "dash" if line.is_limit else "solid"))


def _draw_labels(
    canvas: Canvas, lines: tuple[_Line, ...], decimals: int, heights: list[float], colours: Ink
) -> None:
    """The number of each line, right of the axes where it hides no mark; lines that are close do not meet."""
    pixels = (HEIGHT - _TOP - _BOTTOM) / (heights[1] - heights[0])
    for line in lines:
        distance = abs(line.value - lines[0].value) * pixels
        away = max(0.0, _LABEL_HEIGHT - distance) if line.is_limit else 0.0
        canvas.annotations.append(
            direct_label(
                f"{line.short}<br><b>{_shown(line.value, decimals)}</b>",
                colours,
                xref="paper",
                x=1,
                xshift=4,
                xanchor="left",
                align="left",
                y=line.value,
                yanchor="middle",
                yshift=-away if line.short == _LOWER else away,
            )
        )


def _level(y: float, colour: str, dash: str) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": y,
        "y1": y,
        "line": {"color": colour, "width": 1.5, "dash": dash},
    }


def _span(values: Floats) -> list[float]:
    """Range of an axis that holds the values with some room; of width 2 around equal ones."""
    low, high = float(values.min()), float(values.max())
    room = _ROOM * (high - low) or 1.0
    return [low - room, high + room]


def _shown(value: float, decimals: int) -> str:
    return rounded_beside(value, (0,), decimals)


def _interval(interval: ConfidenceInterval | None, decimals: int) -> str:
    if interval is None:
        return ""
    low, high = _shown(interval.low, decimals), _shown(interval.high, decimals)
    return f"{low} to {high} ({format_level(interval.level)})"
