"""Rounding for display. No number is ever shown on the wrong side of what it is compared with.

Everything is ASCII, so that a report system of any age takes it. The lowest floor: figures and reports share
it, so that they show the same digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

Number = int | float | Decimal | Fraction

RATIO_DECIMALS = 3
HU_DECIMALS = 1
LARGEST_DENOMINATOR = 1_000_000
"""A natural frequency of fewer than one in this many is said to be that."""


class Interval(Protocol):
    """An interval of a proportion, such as `gepnet_core.statistics.intervals.ConfidenceInterval`."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def level(self) -> float: ...


def rounded_beside(value: Number, marks: Sequence[Decimal | int], decimals: int) -> str:
    """Round to a number of decimals, and to as many more as it takes to stay on the same side of each mark.

    Parameters
    ----------
    value : number
        Finite.
    marks : sequence of Decimal or int
        What the value is compared with. A value equal to a mark is shown equal to it.
    decimals : int
        The fewest decimals.

    Returns
    -------
    str
        Rounded half to even, without a negative zero.
    """
    # In whole numbers: a page rounds hundreds of numbers at each change of an input.
    numerator, denominator = value.as_integer_ratio()
    sides = []
    for mark in marks:
        over, under = mark.as_integer_ratio()
        sides.append((over, under, _order(numerator * under, over * denominator)))
    while True:
        power = 10**decimals
        scaled = _half_even(numerator * power, denominator)
        if all(_order(scaled * under, over * power) == side for over, under, side in sides):
            return _with_point(scaled, decimals)
        decimals += 1


def format_decimal(value: Decimal, decimals: int = 0) -> str:
    """A typed number as typed, without an exponent and with at least so many decimals."""
    places = max(decimals, -int(value.as_tuple().exponent))
    return _fixed(Fraction(value), places)


def format_ratio(value: Number, cutoff: Decimal | None = None, *, at_cutoff: bool = False) -> str:
    """A lesion-to-liver ratio with 3 decimals and with as many more as show its side of the cutoff.

    Parameters
    ----------
    value : number
    cutoff : Decimal or None
        None where nothing is compared.
    at_cutoff : bool
        Whether the rule took the value as equal to the cutoff, as it does with measured means that differ
        by no more than float64 rounding; then the cutoff is shown.
    """
    if cutoff is None:
        return rounded_beside(value, (0,), RATIO_DECIMALS)
    return rounded_beside(cutoff if at_cutoff else value, (0, cutoff), RATIO_DECIMALS)


def format_cutoff(cutoff: float, published: Decimal) -> str:
    """A finite cutoff with 3 decimals, and with as many more as show its side of the published one."""
    # As the decimal that it prints as: the float nearest to 0.898 lies a hair beside it.
    return rounded_beside(Decimal(repr(cutoff)), (published,), RATIO_DECIMALS)


def format_hu(hu: Decimal | float) -> str:
    """HU: a typed value as typed, at least one decimal; a measured mean with one decimal."""
    if isinstance(hu, Decimal):
        return format_decimal(hu, HU_DECIMALS)
    return rounded_beside(hu, (0,), HU_DECIMALS)


def format_delta_hu(delta_hu: Number) -> str:
    """A difference in HU with its sign and unit, such as ``+3.2 HU``; never a rounded zero."""
    return f"{_signed(delta_hu, rounded_beside(delta_hu, (0,), HU_DECIMALS))} HU"


def format_change(change: Number, tolerance: Decimal, *, at_tolerance: bool, decimals: int) -> str:
    """A change between phases with its sign, never rounded across the tolerance.

    ``at_tolerance`` shows the tolerance itself, with the sign of the change.
    """
    shown = rounded_beside(
        Fraction(tolerance) * _order(change, 0) if at_tolerance else change,
        (0, tolerance, -tolerance),
        decimals,
    )
    return _signed(change, shown)


def format_percent(probability: float) -> str:
    """A probability in percent: one decimal, near 0 and 100 % two significant digits of the distance."""
    percent = Fraction(probability) * 100
    distance = float(min(percent, 100 - percent))
    decimals = 1 if distance >= 1 or distance <= 0 else 1 - math.floor(math.log10(distance))
    return f"{rounded_beside(percent, (0, 100), decimals)} %"


def format_typed_percent(probability: Decimal) -> str:
    """A typed fraction in percent, with the digits that were typed: 0.05 is ``5 %``."""
    decimals = max(0, -int(probability.as_tuple().exponent) - 2)
    return f"{_fixed(Fraction(probability) * 100, decimals)} %"


def format_proportion(count: int, n: int, interval: Interval | None = None) -> str:
    """Counts first: ``19 of 23 (82.6 %, 95 % CI 62.9-93.0)``."""
    share = rounded_beside(Fraction(100 * count, n), (0, 100), 1)
    if interval is None:
        return f"{count} of {n} ({share} %)"
    low, high = (
        rounded_beside(Fraction(limit) * 100, (0, 100), 1) for limit in (interval.low, interval.high)
    )
    return f"{count} of {n} ({share} %, {format_level(interval.level)} CI {low}-{high})"


def format_level(level: float) -> str:
    """The level of an interval, such as ``95 %``."""
    return f"{level * 100:g} %"


def format_likelihood_ratio(value: float) -> str:
    """A likelihood ratio with two significant digits, and with more where they would carry it across 1."""
    if value == 0:
        return "0"
    decimals = 1 - math.floor(math.log10(value))
    if decimals < 0:
        return str(int(round(Fraction(value), decimals)))
    return rounded_beside(value, (0, 1), decimals)


@dataclass(frozen=True)
class NaturalFrequency:
    """A probability and its interval as patients out of ``denominator``, each as text."""

    denominator: int
    median: str
    low: str
    high: str


def natural_frequency(median: float, low: float, high: float) -> NaturalFrequency:
    """Turn a probability and its interval into counts of 100, 1000, ... patients.

    The denominator is the smallest power of ten of which at least one patient lies on either side, up to a
    million.
    """
    denominator = 100
    while denominator < LARGEST_DENOMINATOR and min(low, 1 - high) * denominator < 1:
        denominator *= 10
    return NaturalFrequency(
        denominator, *(_patients(probability, denominator) for probability in (median, low, high))
    )


def _patients(probability: float, denominator: int) -> str:
    count = Fraction(probability) * denominator
    if 0 < count < 1:
        return "fewer than 1"
    if denominator - 1 < count < denominator:
        return f"more than {denominator - 1}"
    return str(round(count))


def _signed(value: Number, shown: str) -> str:
    return f"+{shown}" if value > 0 else shown


def _order(left: Number, right: int) -> int:
    return (left > right) - (left < right)


def _half_even(numerator: int, denominator: int) -> int:
    """The nearest whole number to a quotient with a denominator above 0; of two, the even one."""
    below, rest = divmod(numerator, denominator)
    return below + (2 * rest > denominator or (2 * rest == denominator and below % 2 == 1))


def _fixed(value: Fraction, decimals: int) -> str:
    """A fraction with a fixed number of decimals; a half is rounded away from zero, as in the viewer."""
    return _with_point(
        math.floor(abs(value) * 10**decimals + Fraction(1, 2)) * (1 if value >= 0 else -1), decimals
    )


def _with_point(scaled: int, decimals: int) -> str:
    """A whole number of units of the last decimal, as text."""
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    sign = "-" if scaled < 0 else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)
