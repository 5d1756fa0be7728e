"""Two cutoffs with a grey zone between them: one rules the positive class out, the other rules it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from numpy.typing import ArrayLike

from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints, preferred
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    both_at_least,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint


@dataclass(frozen=True)
class ZoneCounts:
    """Rows of one class that are called positive, lie in the grey zone, or are called negative."""

    called_positive: int
    grey: int
    called_negative: int

    @property
    def n(self) -> int:
        """Size of the class."""
        return self.called_positive + self.grey + self.called_negative

    @property
    def grey_share(self) -> float:
        """Share of the class that is left without a call."""
        return self.grey / self.n


@dataclass(frozen=True)
class TwoCutoffs:
    """A cutoff to rule out, one to rule in, and how many rows of each class lie in the three zones.

    ``sensitivity`` and ``specificity`` are what was required. A value at ``rule_in`` or on its positive side
    is called positive, one on the negative side of ``rule_out`` negative, the others lie in the grey zone.
    Where one cutoff reaches both, it is ``single``, makes the call alone, and the zone is empty; else None.
    ``reasons`` says by field why ``single`` is None and where a cutoff rules nobody in or out.
    """

    sensitivity: float
    specificity: float
    rule_out: OperatingPoint
    rule_in: OperatingPoint
    single: OperatingPoint | None
    positive_class: ZoneCounts
    negative_class: ZoneCounts
    reasons: Mapping[str, str]

    @property
    def grey_share(self) -> float:
        """Share of all rows in the grey zone, which depends on how many of each class the table holds."""
        grey = self.positive_class.grey + self.negative_class.grey
        return grey / (self.positive_class.n + self.negative_class.n)


def two_cutoffs(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, *, sensitivity: float, specificity: float
) -> TwoCutoffs:
    """Rule out with a required sensitivity, rule in with a required specificity.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite, any unit.
    direction : Direction
    sensitivity, specificity : float
        Above 0 and at most 1. The rule-out cutoff is the most specific that reaches the sensitivity, the
        rule-in cutoff the most sensitive that reaches the specificity; of ties the one with the largest
        Youden's index, then the strictest.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, or a requirement is out of range.

    References
    ----------
    Greiner M, Sohr D, Göbel P. J Immunol Methods 1995;185:123-132 (the intermediate range of TG-ROC);
    Coste J, Pouchot J. Int J Epidemiol 2003;32:304-313.
    """
    out_points, in_points, both_points = (
        find_cutpoints(positive, negative, direction, method).points
        for method in (
            sensitivity_at_least(sensitivity),
            specificity_at_least(specificity),
            both_at_least(sensitivity, specificity),
        )
    )
    rule_out, rule_in = preferred(out_points), preferred(in_points)
    single = preferred(both_points) if both_points else None
    first, last = (single, single) if single else (rule_in, rule_out)
    return TwoCutoffs(
        sensitivity,
        specificity,
        rule_out,
        rule_in,
        single,
        ZoneCounts(
            first.true_positives,
            last.true_positives - first.true_positives,
            last.n_positive - last.true_positives,
        ),
        ZoneCounts(
            first.false_positives,
            last.false_positives - first.false_positives,
            last.n_negative - last.false_positives,
        ),
        MappingProxyType(dict(_reasons(rule_out, rule_in, single))),
    )


def _reasons(
    rule_out: OperatingPoint, rule_in: OperatingPoint, single: OperatingPoint | None
) -> Iterator[tuple[str, str]]:
    if single is None:
        yield "single", "no one cutoff reaches both the sensitivity and the specificity"
    if not rule_in.true_positives and not rule_in.false_positives:
        yield "rule_in", "only calling nobody positive reaches the specificity: no value rules in"
    if rule_out.midpoint is None:
        yield "rule_out", "only calling everybody positive reaches the sensitivity: no value rules out"
