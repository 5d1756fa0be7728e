"""The dynamic enhancement pattern: the reader's call, or derived from HU under a named definition."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from gepnet_core.case.measurement import Measurement, compare
from gepnet_core.errors import MeasurementError


class EnhancementPattern(StrEnum):
    """Portal venous against hepatic artery phase (Cui et al. 2017, Imaging and pathologic analysis)."""

    PLATEAU = "plateau"
    WASHOUT = "washout"
    PROGRESSIVE = "progressive"


class PatternDefinition(StrEnum):
    """What "the enhancing degree of tumor" is taken to be."""

    LIVER_RELATIVE = "liver_relative"
    LESION_HU = "lesion_hu"


class PatternSource(StrEnum):
    """Whose call the pattern is."""

    READER = "reader"
    DERIVED = "derived"


@dataclass(frozen=True)
class PatternDerivation:
    """A pattern derived from two phases.

    ``change`` is portal venous minus hepatic artery phase, in the definition's unit;
    ``at_tolerance`` says that its size equals the tolerance.
    """

    definition: PatternDefinition
    change: float
    tolerance: Decimal
    value: EnhancementPattern
    at_tolerance: bool


def check_tolerance(tolerance: Decimal) -> None:
    """Refuse a tolerance that no change can be compared with.

    Raises
    ------
    MeasurementError
        If not finite or below 0.
    """
    if not tolerance.is_finite() or tolerance < 0:
        raise MeasurementError(
            "the tolerance of the pattern must be a number of at least 0",
            got=str(tolerance),
            allowed="0 or more",
            field="tolerance",
        )


def enhancement(measurement: Measurement, definition: PatternDefinition) -> Fraction:
    """What a definition compares between the phases: the ratio, or the lesion's HU. Unrounded."""
    if definition is PatternDefinition.LIVER_RELATIVE:
        return measurement.exact_ratio
    return Fraction(measurement.lesion.hu)


def derive_pattern(
    hap: Measurement, pvp: Measurement, definition: PatternDefinition, tolerance: Decimal
) -> PatternDerivation:
    """Derive the pattern from lesion and liver HU of two phases.

    Parameters
    ----------
    hap, pvp : Measurement
        Hepatic artery and portal venous phase.
    definition : PatternDefinition
        ``liver_relative``: change of the lesion-to-liver ratio; ``lesion_hu``: change of the lesion's HU.
    tolerance : Decimal
        Largest size of a change that still is plateau; same unit as the change.

    Returns
    -------
    PatternDerivation
        Plateau where |change| <= tolerance, washout below, progressive above.

    Raises
    ------
    MeasurementError
        If the tolerance is negative or not finite.
    """
    check_tolerance(tolerance)
    before, after, largest = enhancement(hap, definition), enhancement(pvp, definition), Fraction(tolerance)
    change = after - before
    side = compare(
        abs(change),
        largest,
        exact=hap.is_exact and pvp.is_exact,
        scale=max(abs(before), abs(after), largest),
    )
    if side <= 0:
        value = EnhancementPattern.PLATEAU
    else:
        value = EnhancementPattern.WASHOUT if change < 0 else EnhancementPattern.PROGRESSIVE
    return PatternDerivation(definition, float(change), tolerance, value, side == 0)
