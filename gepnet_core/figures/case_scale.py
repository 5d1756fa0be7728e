"""What stands on the axis of the HAP ratio: range, cutoffs, the study's groups, the visible grey zone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.case import study_cutoff
from gepnet_core.case.phase import Phase
from gepnet_core.figures.palette import GROUPS
from gepnet_core.numbers import format_decimal, format_ratio
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import fact

MARGIN = 0.12
"""Room beyond the outermost mark, in units of the ratio."""


@dataclass(frozen=True)
class GroupMark:
    """Mean and SD of one group of the study, with its label, colour and symbol."""

    group: str
    name: str
    colour: str
    symbol: str
    mean: Decimal
    sd: Decimal
    n: int

    @property
    def label(self) -> str:
        return f"{self.name} {self.mean} ± {self.sd}"


@dataclass(frozen=True)
class CutoffMark:
    """One cutoff with its label; the published one is drawn solid, an own one dashed."""

    value: float
    label: str
    is_published: bool


@dataclass(frozen=True)
class RatioScale:
    """The axis from ``low`` to ``high``; ``zone`` is the grey zone cut at its ends, None where unknown."""

    low: float
    high: float
    value: float | None
    groups: tuple[GroupMark, ...]
    cutoffs: tuple[CutoffMark, ...]
    zone: tuple[float, float] | None
    zone_note: str


def hap_ratio_text(assessment: Assessment) -> str:
    """The HAP ratio, rounded so that its side of the cutoff shows, or "unknown"."""
    hap = assessment.case.measurements.get(Phase.HAP)
    if hap is None:
        return "unknown"
    return format_ratio(hap.exact_ratio, assessment.ratio.cutoff, at_cutoff=assessment.ratio.at_cutoff)


def group_marks() -> tuple[GroupMark, ...]:
    """The study's groups (Cui et al. 2017, Results)."""
    sizes = load_criteria().group_sizes
    return tuple(
        GroupMark(
            group,
            name,
            colour,
            symbol,
            fact(f"hap_ratio_mean_{group}").value,
            fact(f"hap_ratio_sd_{group}").value,
            sizes.net if group == "net" else sizes.adenocarcinoma,
        )
        for group, (name, colour, symbol) in GROUPS.items()
    )


def ratio_scale(assessment: Assessment) -> RatioScale:
    """Lay out the axis so that the case, the cutoffs and the study's groups are on it."""
    groups, cutoffs = group_marks(), tuple(_cutoffs(assessment))
    shown = [float(g.mean + sign * g.sd) for g in groups for sign in (-1, 1)]
    shown += [mark.value for mark in cutoffs]
    if assessment.ratio.value is not None:
        shown.append(assessment.ratio.value)
    low, high = min(shown) - MARGIN, max(shown) + MARGIN
    zone = assessment.grey_zone
    visible = None
    if zone is not None and zone.low < zone.high:
        visible = (max(zone.low, low), min(zone.high, high))
    return RatioScale(low, high, assessment.ratio.value, groups, cutoffs, visible, zone_note(assessment))


def groups_note() -> str:
    """What the bars of the groups are."""
    names = (mark.name if mark.group == "net" else mark.name.lower() for mark in group_marks())
    sizes = ", ".join(f"{name} n = {mark.n}" for name, mark in zip(names, group_marks(), strict=True))
    return f"Bars: the study's means ± SD ({sizes})"


def zone_note(assessment: Assessment) -> str:
    """The assumption behind the grey zone; it stands beside the hatch."""
    error = assessment.case.reading_error
    return (
        f"Grey zone, assuming a reading error of {format_decimal(error.lesion_hu)} HU (lesion) "
        f"and {format_decimal(error.liver_hu)} HU (liver)"
    )


def _cutoffs(assessment: Assessment) -> list[CutoffMark]:
    published = study_cutoff()
    marks = [CutoffMark(float(published), f"{format_decimal(published, 1)}, published", True)]
    if not assessment.case.has_study_cutoff:
        own = assessment.case.cutoff
        marks.append(CutoffMark(float(own), f"{format_decimal(own, 1)}, own", False))
    return marks
