"""Net benefit of acting on predicted probabilities, or on a test, at a stated prevalence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import tail_point
from gepnet_core.statistics.resampling.bootstrap import check_settings

Array = NDArray[np.float64]

_POINT = (
    "At some thresholds every row of a class is called alike, in each class: the interval would shrink to a "
    "point, which says nothing of certainty."
)


@dataclass(frozen=True, eq=False)
class DecisionCurve:
    """Net benefit per person at each threshold probability; arrays have the shape (thresholds,).

    ``low`` and ``high`` are percentiles of the stratified bootstrap; they are NaN where the interval would be
    a point, and ``reasons`` says why under both names. The interval counts who was sampled, not how sure the
    prevalence is.
    """

    prevalence: float
    thresholds: Array
    net_benefit: Array
    low: Array
    high: Array
    treat_all: Array
    treat_none: Array
    n_positive: int
    n_negative: int
    n_resamples: int
    seed: int
    level: float
    reasons: Mapping[str, str]


def net_benefit(
    sensitivity: ArrayLike, specificity: ArrayLike, prevalence: float, threshold: ArrayLike
) -> Array:
    """True positives per person less the false ones, these weighted by the odds of the threshold.

    Parameters
    ----------
    sensitivity, specificity : array_like
        From 0 to 1; 1 and 0 are to treat all, 0 and 1 to treat none.
    prevalence : float
        Of the positive class where the decision is made, above 0 and below 1.
    threshold : array_like
        The probability at which a person is indifferent to treatment, above 0 and below 1.

    Raises
    ------
    InsufficientDataError
        If a number is out of range.

    Notes
    -----
    NB = Se p - (1 - Sp)(1 - p) t / (1 - t).

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26:565-574. With a stated prevalence, for classes that were
    sampled apart: Pfeiffer RM, Gail MH. Biom J 2020;62:764-776.
    """
    if not 0 < prevalence < 1:
        raise InsufficientDataError(
            "a prevalence is a fraction", got=f"{prevalence:g}", allowed="above 0 and below 1"
        )
    se, sp, t = (np.asarray(values, dtype=float) for values in (sensitivity, specificity, threshold))
    # Not a number compares as false.
    if not ((se >= 0) & (se <= 1)).all() or not ((sp >= 0) & (sp <= 1)).all():
        raise InsufficientDataError("sensitivity and specificity are fractions", allowed="from 0 to 1")
    if not ((t > 0) & (t < 1)).all():
        raise InsufficientDataError("a threshold probability is a fraction", allowed="above 0 and below 1")
    benefit: Array = se * prevalence - (1 - sp) * (1 - prevalence) * t / (1 - t)
    return benefit


def decision_curve(
    positive: ArrayLike,
    negative: ArrayLike,
    prevalence: float,
    thresholds: ArrayLike,
    n_resamples: int,
    seed: int,
    level: float = 0.95,
) -> DecisionCurve:
    """Net benefit over threshold probabilities, with intervals.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The predicted probability of the positive class in the rows of each class, from 0 to 1; 1 and 0 for a
        test that is positive or negative. A probability equal to the threshold is called positive.
    prevalence : float
        Of the positive class where the decision is made, above 0 and below 1. It is never taken from the
        rows: the share in a case-control table is its design.
    thresholds : array_like, shape (k,)
        At least one, each above 0 and below 1.
    n_resamples : int
        2 to `gepnet_core.statistics.resampling.bootstrap.MOST_RESAMPLES`; each class is resampled for itself.
    seed : int
        At least 0; the same seed gives the same numbers.
    level : float
        Of the percentile intervals, between 0 and 1; of each threshold for itself.

    Raises
    ------
    InsufficientDataError
        If a class is empty, or a number is out of range.

    Notes
    -----
    The probabilities must hold at ``prevalence``. Those of a model fitted to classes that were sampled apart
    hold at its own share of the class, and must be moved there first, by the difference of both logits.

    How many of n drawn rows are called at one threshold after the other is a multinomial count, drawn as
    binomial counts in turn: the same distribution as drawing the rows, without them.

    References
    ----------
    As `net_benefit`. Bootstrap: Vickers AJ, Cronin AM, Elkin EB, Gonen M. BMC Med Inform Decis Mak 2008;8:53.
    """
    ours, theirs = _probabilities(positive), _probabilities(negative)
    t = np.array(thresholds, dtype=float)
    if t.ndim != 1 or not len(t):
        raise InsufficientDataError("a decision curve needs thresholds", allowed="a list of at least 1")
    check_settings(n_resamples, seed)
    tail_point(level)
    n, m = len(ours), len(theirs)
    called_ours, called_theirs = _called(ours, t), _called(theirs, t)
    benefit = net_benefit(called_ours / n, 1 - called_theirs / m, prevalence, t)
    low, high = np.full(len(t), np.nan), np.full(len(t), np.nan)
    rng = np.random.default_rng(seed)
    # From the strictest threshold on, as calls only grow.
    order = np.argsort(-t, kind="stable").tolist()
    resampled = zip(
        order,
        _resampled(called_ours[order].tolist(), n, n_resamples, rng),
        _resampled(called_theirs[order].tolist(), m, n_resamples, rng),
        strict=True,
    )
    for k, drawn_ours, drawn_theirs in resampled:
        if called_ours[k] not in (0, n) or called_theirs[k] not in (0, m):
            benefits = net_benefit(drawn_ours / n, 1 - drawn_theirs / m, prevalence, t[k])
            low[k], high[k] = np.quantile(benefits, [0.5 - level / 2, 0.5 + level / 2])
    is_point = bool(np.isnan(low).any())
    return DecisionCurve(
        prevalence,
        t,
        benefit,
        low,
        high,
        net_benefit(1.0, 0.0, prevalence, t),
        np.zeros(len(t)),
        n,
        m,
        n_resamples,
        seed,
        level,
        MappingProxyType({"low": _POINT, "high": _POINT} if is_point else {}),
    )


def _probabilities(values: ArrayLike) -> Array:
    """In rising order."""
    p = np.asarray(values, dtype=float)
    if p.ndim != 1 or not len(p):
        raise InsufficientDataError("a decision curve needs both classes", allowed="at least 1 row of each")
    # Not a number compares as false.
    if not ((p >= 0) & (p <= 1)).all():
        raise InsufficientDataError(
            "a predicted probability is a fraction", allowed="from 0 to 1, none missing"
        )
    return np.sort(p)


def _called(p: Array, thresholds: Array) -> NDArray[np.int64]:
    """How many are at or above each threshold."""
    return (len(p) - np.searchsorted(p, thresholds, side="left")).astype(np.int64)


def _resampled(
    called: Sequence[int], n: int, n_resamples: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """For each of rising numbers of rows out of n: how often they are drawn in each resample of all n."""
    drawn, reached = np.zeros(n_resamples, dtype=np.int64), 0
    for count in called:
        if count > reached:
            # Of the draws that hit none of the rows before, those that hit the rows that now come in.
            drawn = drawn + rng.binomial(n - drawn, (count - reached) / (n - reached))
            reached = count
        yield drawn
