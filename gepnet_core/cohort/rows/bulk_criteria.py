"""The criteria of all plain rows at once; rows that need exact arithmetic one by one are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from gepnet_core.case.case import CUTOFF_HIGHEST, Case
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import PATTERNS, UNKNOWN, Codes, Criteria, Floats, Mask
from gepnet_core.cohort.dictionary.mapping import RatioOrientation
from gepnet_core.cohort.rows.text_columns import MILLION, millionths

_NEAR = 1e-9
"""Floats that differ by more are on the side of the tolerance on which the decimals are."""

_HU_NAMES = tuple(f"{phase}_{tissue}_hu" for phase in Phase for tissue in ("lesion", "liver"))


@dataclass(frozen=True, eq=False)
class BulkCriteria:
    """Criteria of all rows, and the rows on which they must not be trusted."""

    criteria: Criteria
    doubtful: Mask


@dataclass(frozen=True, eq=False)
class _Pair:
    """Lesion and liver, of which a ratio is the quotient; where only the ratio is given it stands over 1."""

    lesion: Floats
    liver: Floats

    @cached_property
    def ratio(self) -> Floats:
        out = np.full(len(self.lesion), np.nan)
        np.divide(millionths(self.lesion), millionths(self.liver), out=out, where=self.liver > 0)
        return out

    def filled_from(self, given: Floats, orientation: RatioOrientation) -> _Pair:
        alone = np.isnan(self.lesion) & np.isnan(self.liver) & ~np.isnan(given)
        if orientation is RatioOrientation.LIVER_OVER_LESION:
            return _Pair(np.where(alone, 1.0, self.lesion), np.where(alone, given, self.liver))
        return _Pair(np.where(alone, given, self.lesion), np.where(alone, 1.0, self.liver))

    def is_at_or_below(self, cutoff: Decimal) -> Codes | None:
        """Lesion <= cutoff x liver in whole numbers; None where the cutoff has more than six decimals."""
        scaled = cutoff * MILLION
        if scaled != int(scaled):
            return None
        known = ~np.isnan(self.ratio)
        left, right = (
            np.where(known, millionths(values), 0).astype(np.int64) for values in (self.lesion, self.liver)
        )
        met = left * MILLION <= right * int(scaled)
        return np.where(known, met.astype(np.int8), np.int8(UNKNOWN)).astype(np.int8)


def bulk_criteria(
    numbers: Mapping[str, Floats],
    ratio_decimals: Mapping[str, Floats],
    reader_pattern: Codes,
    settings: Case,
    orientation: RatioOrientation,
) -> BulkCriteria:
    """Ratios and both criteria of plain rows, agreeing with `gepnet_core.case.rule.settle` row by row.

    Parameters
    ----------
    numbers : mapping of column name to floats
        Decimals of at most six places; NaN where missing or not plain.
    ratio_decimals : mapping of column name to floats
        Decimals that each given ratio is written with.
    reader_pattern : codes
        Place in `PATTERNS`, or `UNKNOWN`.
    settings : Case
        Cutoff, definition and tolerance.
    orientation : RatioOrientation
        Of the given ratios.
    """
    n = len(reader_pattern)
    doubtful = np.zeros(n, dtype=bool)
    hu = {name: numbers.get(name, np.full(n, np.nan)) for name in _HU_NAMES}
    pairs: dict[Phase, _Pair] = {}
    for phase in Phase:
        lesion, liver = hu[f"{phase}_lesion_hu"], hu[f"{phase}_liver_hu"]
        doubtful |= np.isnan(lesion) != np.isnan(liver)
        pairs[phase] = _Pair(lesion, liver)
        given = numbers.get(f"{phase}_ratio")
        if given is not None:
            cutoff = settings.cutoff if phase is Phase.HAP else None
            decimals = ratio_decimals[f"{phase}_ratio"]
            doubtful |= ~_agrees(given, decimals, pairs[phase].ratio, cutoff, orientation)
            pairs[phase] = pairs[phase].filled_from(given, orientation)
        doubtful |= np.abs(pairs[phase].ratio) > CUTOFF_HIGHEST
    ratio_met = pairs[Phase.HAP].is_at_or_below(settings.cutoff)
    if ratio_met is None:
        doubtful[:] = True
        ratio_met = np.full(n, UNKNOWN, dtype=np.int8)
    ratios = {phase: pair.ratio for phase, pair in pairs.items()}
    changes = _changes(hu, ratios)
    tolerance = float(settings.tolerance(settings.definition))
    change = changes[settings.definition]
    is_near = np.abs(np.abs(change) - tolerance) < _NEAR * max(1.0, tolerance)
    doubtful |= is_near & (reader_pattern == UNKNOWN)
    derived = pattern_codes(change, tolerance)
    is_derived = (reader_pattern == UNKNOWN) & (derived != UNKNOWN)
    pattern = np.where(is_derived, derived, reader_pattern).astype(np.int8)
    return BulkCriteria(
        Criteria(hu, ratios, ratio_met, pattern, reader_pattern, is_derived, changes), doubtful
    )


def plateau_limit(tolerance: float) -> float:
    """Up to which size a change is plateau: the tolerance, and 1e-9 that counts as equal to it."""
    return tolerance + _NEAR * max(1.0, tolerance)


def pattern_codes(change: Floats, tolerance: float) -> Codes:
    """The pattern of each change."""
    size = np.abs(change)
    codes = np.where(
        size <= plateau_limit(tolerance),
        PATTERNS.index(EnhancementPattern.PLATEAU),
        np.where(
            change < 0,
            PATTERNS.index(EnhancementPattern.WASHOUT),
            PATTERNS.index(EnhancementPattern.PROGRESSIVE),
        ),
    )
    return np.where(np.isnan(change), UNKNOWN, codes).astype(np.int8)


def _changes(hu: Mapping[str, Floats], ratios: Mapping[Phase, Floats]) -> dict[PatternDefinition, Floats]:
    lesion = millionths(hu["pvp_lesion_hu"]) - millionths(hu["hap_lesion_hu"])
    return {
        PatternDefinition.LIVER_RELATIVE: ratios[Phase.PVP] - ratios[Phase.HAP],
        PatternDefinition.LESION_HU: lesion / MILLION,
    }


def _agrees(
    given: Floats, decimals: Floats, ratio: Floats, cutoff: Decimal | None, orientation: RatioOrientation
) -> Mask:
    """Where a given ratio is missing, stands without HU, or is plainly the one of the HU."""
    stands_alone = np.isnan(ratio)
    if orientation is RatioOrientation.LIVER_OVER_LESION:
        own, meant = (_inverse(values) for values in (ratio, given))
        stands_alone &= given > 0
    else:
        own, meant = ratio, given
    agrees = np.abs(given - own) <= 0.5 * 10.0**-decimals
    if cutoff is not None:
        limit = float(cutoff)
        agrees &= (meant <= limit) == (ratio <= limit)
        if orientation is RatioOrientation.LIVER_OVER_LESION:
            agrees &= np.abs(meant - limit) > _NEAR
    return np.isnan(given) | stands_alone | agrees


def _inverse(values: Floats) -> Floats:
    out = np.full(len(values), np.nan)
    np.divide(1.0, values, out=out, where=values > 0)
    return out
