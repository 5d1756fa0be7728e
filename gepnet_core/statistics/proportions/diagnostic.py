"""A test at one cutoff: counts, sensitivity, specificity, likelihood ratios, predictive values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import (
    ConfidenceInterval,
    clopper_pearson_interval,
    tail_point,
    wilson_interval,
)
from gepnet_core.statistics.roc.curve import Direction, rising_classes

HALF_ADDED = "0.5 added to each count"
"""The rule for zero counts (Haldane JBS. Ann Hum Genet 1956;20:309-311)."""

_MERCALDO = "logit (Mercaldo)"


@dataclass(frozen=True)
class Counts:
    """The 2x2 table of a test: true and false positives, false and true negatives, in rows of the data."""

    tp: int
    fp: int
    fn: int
    tn: int

    def __post_init__(self) -> None:
        if min(self.tp, self.fp, self.fn, self.tn) < 0 or not self.n_positive or not self.n_negative:
            raise InsufficientDataError(
                "a 2x2 table needs both classes",
                got=f"{self.n_positive} and {self.n_negative}",
                allowed="counts of at least 0, at least 1 of each class",
            )

    @property
    def n_positive(self) -> int:
        """Size of the positive class."""
        return self.tp + self.fn

    @property
    def n_negative(self) -> int:
        """Size of the negative class."""
        return self.fp + self.tn


@dataclass(frozen=True)
class Share:
    """A proportion with both of its intervals."""

    count: int
    n: int
    wilson: ConfidenceInterval
    clopper_pearson: ConfidenceInterval

    @property
    def value(self) -> float:
        """Count / n."""
        return self.count / self.n


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood ratio with its interval on the log scale.

    ``value`` is None where it would be a division by zero, ``interval`` where a count is zero. Then
    ``half_added`` is the ratio with its interval under the rule `HALF_ADDED`, else None.
    """

    value: float | None
    interval: ConfidenceInterval | None
    half_added: tuple[float, ConfidenceInterval] | None


@dataclass(frozen=True)
class DiagnosticAccuracy:
    """Everything that one 2x2 table says. ``reasons`` says by field why something is None or means little."""

    counts: Counts
    sensitivity: Share
    specificity: Share
    lr_positive: LikelihoodRatio
    lr_negative: LikelihoodRatio
    prevalence: float | None
    ppv: float | None
    npv: float | None
    reasons: Mapping[str, str]

    @property
    def ppv_interval(self) -> ConfidenceInterval | None:
        """Interval of the positive predictive value at the stated prevalence, which is held fixed.

        None for the reason of ``ppv`` or, where a count is zero, for that of ``lr_positive.low``.

        Notes
        -----
        The odds before, p / (1 - p), times the likelihood ratio are the odds after: the limits of the ratio
        give those of the value. This is Mercaldo's logit interval, whose standard error is the one of the log
        likelihood ratio.

        References
        ----------
        Mercaldo ND, Lau KF, Zhou XH. Stat Med 2007;26:2170-2183, section 2.3.
        """
        ratio = self.lr_positive.interval
        if self.prevalence is None or ratio is None:
            return None
        odds = self.prevalence / (1 - self.prevalence)
        low, high = (odds * limit / (1 + odds * limit) for limit in (ratio.low, ratio.high))
        return ConfidenceInterval(low, high, ratio.level, _MERCALDO)

    @property
    def npv_interval(self) -> ConfidenceInterval | None:
        """Interval of the negative predictive value, as `ppv_interval`; by the negative likelihood ratio."""
        ratio = self.lr_negative.interval
        if self.prevalence is None or ratio is None:
            return None
        odds = self.prevalence / (1 - self.prevalence)
        low, high = (1 / (1 + odds * limit) for limit in (ratio.high, ratio.low))
        return ConfidenceInterval(low, high, ratio.level, _MERCALDO)


def count_at(positive: ArrayLike, negative: ArrayLike, direction: Direction, cutoff: float) -> Counts:
    """Counts at a cutoff, which is positive itself.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite, any unit.
    direction : Direction
    cutoff : float
        In the marker's unit.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, or the cutoff is no number.
    """
    if math.isnan(cutoff):
        raise InsufficientDataError("the cutoff is no number", allowed="a number in the marker's unit")
    ours, theirs = rising_classes(positive, negative, direction)
    limit = cutoff if direction is Direction.LOW else -cutoff
    tp, fp = (int(np.searchsorted(values, limit, side="right")) for values in (ours, theirs))
    return Counts(tp, fp, len(ours) - tp, len(theirs) - fp)


def diagnostic_accuracy(
    counts: Counts, prevalence: float | None = None, level: float = 0.95
) -> DiagnosticAccuracy:
    """Sensitivity, specificity, likelihood ratios, and predictive values at a stated prevalence.

    Parameters
    ----------
    counts : Counts
    prevalence : float or None
        Of the positive class where the test is used, above 0 and below 1. Without it there are no predictive
        values: the share in a case-control table is its design.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If the prevalence or the level is not between 0 and 1.

    Notes
    -----
    With p the prevalence, PPV = Se p / (Se p + (1 - Sp)(1 - p)) and NPV = Sp (1 - p) / (Sp (1 - p) +
    (1 - Se) p) (Altman DG, Bland JM. BMJ 1994;309:102).
    """
    if prevalence is not None and not 0 < prevalence < 1:
        raise InsufficientDataError(
            "a prevalence is a fraction", got=f"{prevalence:g}", allowed="above 0 and below 1"
        )
    tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
    reasons = dict(_lr_reasons(counts))
    ppv = npv = None
    if prevalence is None:
        reasons["ppv"] = reasons["npv"] = (
            f"no prevalence was given, and {counts.n_positive} of {counts.n_positive + counts.n_negative} "
            "rows is how the table was made, not how common the class is"
        )
    else:
        # Over the common denominator n_positive n_negative, so that nothing but the last step divides.
        sick, well = prevalence * counts.n_negative, (1 - prevalence) * counts.n_positive
        if tp or fp:
            ppv = tp * sick / (tp * sick + fp * well)
        else:
            reasons["ppv"] = "nobody is called positive at this cutoff"
        if tn or fn:
            npv = tn * well / (tn * well + fn * sick)
        else:
            reasons["npv"] = "nobody is called negative at this cutoff"
    return DiagnosticAccuracy(
        counts,
        _share(tp, counts.n_positive, level),
        _share(tn, counts.n_negative, level),
        likelihood_ratio(tp, counts.n_positive, fp, counts.n_negative, level),
        likelihood_ratio(fn, counts.n_positive, tn, counts.n_negative, level),
        prevalence,
        ppv,
        npv,
        MappingProxyType(reasons),
    )


def likelihood_ratio(x: int, n: int, y: int, m: int, level: float = 0.95) -> LikelihoodRatio:
    """How much more often a finding is seen in one class: (x / n) / (y / m), with its interval.

    Parameters
    ----------
    x, n : int
        With the finding, and all, of the class above.
    y, m : int
        Of the class below.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If the counts are no proportions, or the level is out of range.

    Notes
    -----
    log LR -+ z sqrt(1/x - 1/n + 1/y - 1/m). Where x or y is 0 there is no logarithm, and the ratio with 0.5
    added to each of the four counts stands beside it under its own name.

    References
    ----------
    Simel DL, Samsa GP, Matchar DB. J Clin Epidemiol 1991;44:763-770.
    """
    if not (0 <= x <= n and 0 <= y <= m and n and m):
        raise InsufficientDataError(
            "a likelihood ratio needs counts", got=f"{x} of {n} and {y} of {m}", allowed="0 <= count <= n"
        )
    if x and y:
        value, interval = _log_interval(x, n, y, m, level)
        return LikelihoodRatio(value, interval, None)
    half_added = _log_interval(x + 0.5, n + 1, y + 0.5, m + 1, level)
    return LikelihoodRatio(x * m / (y * n) if y else None, None, half_added)


def _log_interval(x: float, n: float, y: float, m: float, level: float) -> tuple[float, ConfidenceInterval]:
    value = x * m / (y * n)
    # 1/x - 1/n as (n - x) / (n x), which is exactly 0 where all have the finding.
    variance = (n - x) / (n * x) + (m - y) / (m * y)
    factor = math.exp(NormalDist().inv_cdf(tail_point(level)) * math.sqrt(variance))
    return value, ConfidenceInterval(value / factor, value * factor, level, "log (Simel)")


def _share(count: int, n: int, level: float) -> Share:
    return Share(count, n, wilson_interval(count, n, level), clopper_pearson_interval(count, n, level))


def _lr_reasons(counts: Counts) -> Mapping[str, str]:
    reasons = {}
    for sign, x, y in (("positive", counts.tp, counts.fp), ("negative", counts.fn, counts.tn)):
        true, false = ("true", "false") if sign == "positive" else ("false", "true")
        if not x and not y:
            reasons[f"lr_{sign}.value"] = f"nobody is called {sign} at this cutoff"
        elif not y:
            reasons[f"lr_{sign}.value"] = (
                f"there is no {false} {sign}: the likelihood ratio would be a division by zero"
            )
        if not x or not y:
            absent = f"no {true} {sign}" if not x else f"no {false} {sign}"
            for limit in ("low", "high"):
                reasons[f"lr_{sign}.{limit}"] = (
                    f"there is {absent}, and the interval needs the logarithm of its share"
                )
        elif (x, y) == (counts.n_positive, counts.n_negative):
            reasons[f"lr_{sign}"] = (
                f"everybody is called {sign} at this cutoff, which makes the likelihood ratio 1 and its "
                "interval a point: it says nothing about the marker"
            )
    return reasons
