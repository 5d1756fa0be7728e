"""What the audit says of one printed number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import inf

from gepnet_core.statistics.granularity import rounding_limits
from gepnet_core.study.facts import Fact

Facts = Mapping[str, Fact]

_NUMBER = re.compile(r"(?:[<>≤]\s*)?((?<!\d)-?\d*\.?\d+)(\s*%)?")
_SLACK = 1e-12


class AuditStatus(StrEnum):
    """How a printed number stands against what follows from the other printed numbers."""

    CONSISTENT = "consistent"
    PRINTED_WRONG = "printed_wrong"
    UNDECLARED = "undeclared"
    ASSUMPTION = "assumption"
    NOT_RECOMPUTABLE = "not_recomputable"

    @property
    def label(self) -> str:
        """In words."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Range:
    """All numbers from ``low`` to ``high``."""

    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Whether the value lies inside, but for the rounding of float64."""
        return self.low - _SLACK <= value <= self.high + _SLACK

    def meets(self, other: Range) -> bool:
        """Whether the two have a number in common."""
        return self.low <= other.high + _SLACK and other.low <= self.high + _SLACK


def span(values: Iterable[float]) -> Range:
    """From the least to the greatest."""
    found = list(values)
    return Range(min(found), max(found))


def printed_range(fact: Fact) -> Range:
    """The numbers that round to the print, or all below it where it says "<"."""
    if fact.comparison == "<":
        return Range(-inf, float(fact.value))
    if fact.comparison == ">":
        return Range(float(fact.value), inf)
    low, high = rounding_limits(fact.value)
    return Range(float(low), float(high))


def printed_number(fact: Fact) -> str:
    """The number alone, as it is printed: 21.7% of "5 (21.7%)" for the share, <0.001 of "P<0.001"."""
    for match in _NUMBER.finditer(fact.printed):
        value = Decimal(match[1]).scaleb(-2 if match[2] else 0)
        if value.as_tuple() == fact.value.as_tuple():  # 0 and .0% differ in their digits
            return "".join(match[0].split())
    return fact.printed


@dataclass(frozen=True)
class Finding:
    """One number recomputed.

    ``recomputed`` is the one value that follows from the other prints, ``limits`` what their rounding (or
    what they leave open) allows. ``proof`` is the inequality, where the status is proved by one.
    """

    id: str
    status: AuditStatus
    note: str
    recomputed: float | None = None
    limits: Range | None = None
    proof: str | None = None


def compare(
    fact: Fact,
    expected: float | Range,
    note: str,
    *,
    wrong: str | None = None,
    agreeing: AuditStatus = AuditStatus.CONSISTENT,
    best: float | None = None,
    proof: str | None = None,
) -> Finding:
    """Judge a print by what the other prints give.

    Parameters
    ----------
    fact : Fact
    expected : float or Range
        One value, or what rounding leaves.
    note : str
        Said where the print agrees.
    wrong : str, optional
        Said where it does not; by default what was expected.
    agreeing : AuditStatus
        The status where it agrees.
    best : float, optional
        The value inside a range that the unrounded prints give.
    proof : str, optional
        Kept where it agrees.
    """
    printed = printed_range(fact)
    if isinstance(expected, Range):
        recomputed, limits = best, expected
        agrees, shown = printed.meets(expected), f"{expected.low:.4g} to {expected.high:.4g}"
    else:
        recomputed, limits = expected, None
        agrees, shown = printed.contains(expected), f"{expected:.4g}"
    if agrees:
        return Finding(fact.id, agreeing, note, recomputed, limits, proof)
    said = wrong or f"The other printed numbers give {shown}."
    return Finding(fact.id, AuditStatus.PRINTED_WRONG, said, recomputed, limits)
