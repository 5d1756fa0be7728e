"""The HAP ratio against the cutoff as an inline SVG for the printable report. Colours come from its CSS."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from gepnet_core.case.assessment import Assessment
from gepnet_core.figures.case_scale import GroupMark, RatioScale, groups_note, hap_ratio_text, ratio_scale
from gepnet_core.figures.palette import ADENOCARCINOMA_SYMBOL

WIDTH, HEIGHT = 640, 196
LEFT, RIGHT, TOP, BOTTOM = 14, 626, 36, 152
ROWS = {"case": 58.0, "net": 98.0, "adenocarcinoma": 136.0}
MAX_TICKS = 8
EDGE = 0.25
NEAR = 120
"""Cutoff labels closer than this, in units of the drawing, stand on two lines."""


def ratio_svg(assessment: Assessment) -> str:
    """Draw the HAP ratio, the cutoff, the grey zone and the study's groups.

    Returns
    -------
    str
        One ``<svg>`` element with title and description, no script and no reference beyond itself.
    """
    scale = ratio_scale(assessment)
    description = (
        f"This case: {hap_ratio_text(assessment)}. Cutoff {'; '.join(m.label for m in scale.cutoffs)}."
    )
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="ratio-title ratio-desc">',
        '<title id="ratio-title">HAP ratio against the cutoff</title>',
        f'<desc id="ratio-desc">{escape(description)} {escape(groups_note())}.</desc>',
        '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="8"/></pattern></defs>',
        *_zone(scale),
        *_axis(scale),
        *_cutoffs(scale),
        *(line for mark in scale.groups for line in _group(scale, mark)),
        *_case(scale, assessment),
        "</svg>",
    ]
    return "\n".join(parts)


def _x(scale: RatioScale, ratio: float) -> float:
    return LEFT + (RIGHT - LEFT) * (ratio - scale.low) / (scale.high - scale.low)


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _zone(scale: RatioScale) -> Iterator[str]:
    if scale.zone is not None:
        left, right = (_x(scale, limit) for limit in scale.zone)
        yield (
            f'<rect fill="url(#hatch)" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" '
            f'height="{BOTTOM - TOP}"/>'
        )


def _axis(scale: RatioScale) -> Iterator[str]:
    yield _line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)
    step, decimals = _tick_step(scale.high - scale.low)
    for k in range(math.ceil(scale.low / step), math.floor(scale.high / step) + 1):
        x = _x(scale, k * step)
        yield _line("axis", x, BOTTOM, x, BOTTOM + 4)
        yield _text(x, BOTTOM + 17, f"{k * step:.{decimals}f}", kind="tick")
    middle = (LEFT + RIGHT) / 2
    yield _text(middle, HEIGHT - 8, "Lesion / liver HU, hepatic artery phase (ratio, no unit)", kind="tick")


def _tick_step(span: float) -> tuple[float, int]:
    """The smallest of 1, 2, 5 times a power of ten that gives no more than eight ticks, and its decimals."""
    power = math.floor(math.log10(span / MAX_TICKS))
    for factor in (1, 2, 5, 10):
        step = factor * 10.0**power
        if span / step <= MAX_TICKS:
            break
    return step, max(0, -power - (factor == 10))


def _cutoffs(scale: RatioScale) -> Iterator[str]:
    published = _x(scale, scale.cutoffs[0].value)
    for mark in scale.cutoffs:
        x = _x(scale, mark.value)
        raised = not mark.is_published and abs(x - published) < NEAR
        yield _line("cutoff" if mark.is_published else "cutoff own", x, TOP, x, BOTTOM)
        yield _text(x, TOP - (20 if raised else 5), mark.label)


def _group(scale: RatioScale, mark: GroupMark) -> Iterator[str]:
    y = ROWS[mark.group]
    x, left, right = (_x(scale, float(v)) for v in (mark.mean, mark.mean - mark.sd, mark.mean + mark.sd))
    yield f'<g class="{mark.group}">'
    yield _line("bar", left, y, right, y)
    yield _line("bar", left, y - 4, left, y + 4)
    yield _line("bar", right, y - 4, right, y + 4)
    if mark.symbol == ADENOCARCINOMA_SYMBOL:
        yield f'<path d="M{x - 8:.1f} {y}L{x:.1f} {y - 8}L{x + 8:.1f} {y}L{x:.1f} {y + 8}Z"/>'
    else:
        yield f'<circle cx="{x:.1f}" cy="{y}" r="6.5"/>'
    yield "</g>"
    # From the bar's outer end inwards.
    if mark.group == "net":
        yield _text(right, y - 10, mark.label, "end")
    else:
        yield _text(left, y - 10, mark.label, "start")


def _case(scale: RatioScale, assessment: Assessment) -> Iterator[str]:
    y = ROWS["case"]
    if scale.value is None:
        yield _text((LEFT + RIGHT) / 2, y, "This case, unknown", kind="label case")
        return
    x = _x(scale, scale.value)
    place = (x - LEFT) / (RIGHT - LEFT)
    yield f'<rect class="case" x="{x - 6:.1f}" y="{y - 3}" width="12" height="12"/>'
    # Beside the mark, on the side with room.
    label = f"This case, {hap_ratio_text(assessment)}"
    if place < 1 - EDGE:
        yield _text(x + 12, y + 7, label, "start", "label case")
    else:
        yield _text(x - 12, y + 7, label, "end", "label case")
