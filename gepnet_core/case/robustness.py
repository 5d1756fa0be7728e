"""How far a measurement is from changing a criterion or the call, and the grey zone around the cutoff."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import NormalDist

from gepnet_core.case.case import Case, ReadingError
from gepnet_core.case.measurement import HU_HIGHEST, HU_LOWEST, Measurement, Reading
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call, Verdict, settle

STEP = Decimal("0.1")
"""HU are shown and typed to a tenth; a flip is the nearest value on that grid."""

LEVEL = 0.95
"""Share of readings that the grey zone is to contain."""


class Changes(StrEnum):
    """What a flip changes."""

    HAP_RATIO = "hap_ratio"
    PATTERN = "pattern"
    CALL = "call"


@dataclass(frozen=True)
class Quantity:
    """One HU value that may vary."""

    phase: Phase
    tissue: str

    @property
    def name(self) -> str:
        """Name of the cohort table's column, such as ``hap_lesion_hu``."""
        return f"{self.phase}_{self.tissue}_hu"


@dataclass(frozen=True)
class Flip:
    """The nearest value, on a grid of 0.1 HU, that changes a criterion or the call; other inputs held."""

    quantity: Quantity
    from_hu: float
    to_hu: float
    delta_hu: float
    changes: Changes
    outcome: str


@dataclass(frozen=True)
class GreyZone:
    """Ratios near the cutoff that a reading error could carry across.

    ``is_inside`` says whether this case lies in it; ``chance_other_side`` is the probability that a reading
    with this error, made of a patient whose true HU are those measured, falls on the other side.
    """

    low: float
    high: float
    is_inside: bool
    chance_other_side: float
    reading_error: ReadingError
    level: float = LEVEL


def grey_zone(hap: Measurement, cutoff: Decimal, error: ReadingError) -> GreyZone:
    """Grey zone of the HAP ratio for a stated reading error in HU.

    Parameters
    ----------
    hap : Measurement
    cutoff : Decimal
    error : ReadingError
        Standard deviations of one reading of lesion and liver, taken as independent.

    Notes
    -----
    The side of the cutoff c is the sign of d = lesion - c * liver. Its standard deviation is
    s = sqrt(e_lesion^2 + c^2 e_liver^2), exactly, since d is linear; a ratio is grey where |d| < z s, that
    is within c +- z s / liver. (The same linearisation as in Fieller's theorem; Fieller EC. J R Stat Soc B
    1954;16:175-185.)
    """
    c, liver = float(cutoff), float(hap.liver.hu)
    s = math.hypot(float(error.lesion_hu), c * float(error.liver_hu))
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * s / liver
    distance = abs(float(hap.lesion.hu) - c * liver)
    chance = NormalDist().cdf(-distance / s) if s > 0 else 0.0
    inside = abs(hap.ratio - c) < half
    return GreyZone(c - half, c + half, inside, chance, error)


def find_flips(case: Case, *, with_call: bool = True) -> tuple[Flip, ...]:
    """For each HU of the rule, the nearest tenth that changes a criterion, and the nearest for the call.

    Parameters
    ----------
    case : Case
    with_call : bool
        False leaves the call out, as where it is withheld.

    Returns
    -------
    tuple of Flip
        A quantity that can change nothing within -1024..3071 HU (liver: above 0) has no entry.

    Notes
    -----
    Criteria change only where HU cross a breakpoint that has a closed form; the grid values around each
    breakpoint are tried with the real rule, so that a flip that is reported really flips.
    """
    now = settle(case, case.measurements)
    flips: list[Flip] = []
    for phase, measurement in case.measurements.items():
        if phase is Phase.EP:
            continue
        for tissue in ("lesion", "liver"):
            quantity = Quantity(phase, tissue)
            start = Fraction((measurement.lesion if tissue == "lesion" else measurement.liver).hu)
            candidates = sorted(
                set(_grid_candidates(case, quantity)), key=lambda to: (abs(Fraction(to) - start), to)
            )
            flips.extend(_nearest(case, quantity, candidates, now, with_call))
    return tuple(flips)


def vary(case: Case, quantity: Quantity, hu: Decimal) -> Mapping[Phase, Measurement]:
    """The case's measurements with one HU replaced by a typed value."""
    measurement = case.measurements[quantity.phase]
    changed = (
        replace(measurement, lesion=Reading(hu))
        if quantity.tissue == "lesion"
        else replace(measurement, liver=Reading(hu))
    )
    return {**case.measurements, quantity.phase: changed}


def _nearest(
    case: Case, quantity: Quantity, candidates: list[Decimal], now: Verdict, with_call: bool
) -> Iterator[Flip]:
    """The first candidate that changes each thing, in order of distance."""
    sought: dict[Changes, Callable[[Verdict], object]] = {
        Changes.HAP_RATIO: lambda verdict: verdict.ratio_met,
        Changes.PATTERN: lambda verdict: verdict.pattern,
        Changes.CALL: lambda verdict: verdict.call,
    }
    if not with_call:
        del sought[Changes.CALL]
    measurement = case.measurements[quantity.phase]
    start = (measurement.lesion if quantity.tissue == "lesion" else measurement.liver).hu
    found: dict[Changes, Flip] = {}
    for to in candidates:
        then = settle(case, vary(case, quantity, to))
        for changes, of in sought.items():
            if changes not in found and of(then) != of(now):
                delta = float(Fraction(to) - Fraction(start))
                outcome = _outcome(changes, then)
                found[changes] = Flip(quantity, float(start), float(to), delta, changes, outcome)
        if len(found) == len(sought):
            break
    return (found[changes] for changes in sought if changes in found)


def _outcome(changes: Changes, then: Verdict) -> str:
    """What the flip leads to, in a word or two."""
    if changes is Changes.HAP_RATIO:
        return "at or below the cutoff" if then.ratio_met else "above the cutoff"
    if changes is Changes.PATTERN:
        return str(then.pattern)
    return {Call.ADENOCARCINOMA: "adenocarcinoma", Call.NET: "NET"}.get(then.call, "not classifiable")


def _grid_candidates(case: Case, quantity: Quantity) -> Iterator[Decimal]:
    """Grid values beside each breakpoint of a quantity, within the range of HU.

    One on either side would do where numbers compare exactly; measured ones within a relative 1e-9 of the
    breakpoint count as on it, so that the next one may be needed.
    """
    step = Fraction(STEP)
    lowest = STEP if quantity.tissue == "liver" else Decimal(HU_LOWEST)
    for breakpoint_hu in _breakpoints(case, quantity):
        base = breakpoint_hu // step
        for k in range(base - 1, base + 3):
            value = k * STEP
            if lowest <= value <= HU_HIGHEST:
                yield value


def _breakpoints(case: Case, quantity: Quantity) -> Iterator[Fraction]:
    """HU of one quantity at which a criterion stands on its threshold, others held."""
    hap, pvp = case.measurements.get(Phase.HAP), case.measurements.get(Phase.PVP)
    cutoff = Fraction(case.cutoff)
    is_lesion = quantity.tissue == "lesion"
    if quantity.phase is Phase.HAP and hap is not None:
        yield cutoff * Fraction(hap.liver.hu) if is_lesion else Fraction(hap.lesion.hu) / cutoff
    if hap is None or pvp is None or case.reader_pattern is not None:
        return
    here, other = (hap, pvp) if quantity.phase is Phase.HAP else (pvp, hap)
    tolerance = Fraction(case.tolerance(case.definition))
    for change in (-tolerance, tolerance):
        if case.definition is PatternDefinition.LESION_HU:
            if is_lesion:
                yield Fraction(other.lesion.hu) + change
            continue
        ratio = other.exact_ratio + change
        if is_lesion:
            yield ratio * Fraction(here.liver.hu)
        elif ratio != 0:
            yield Fraction(here.lesion.hu) / ratio
