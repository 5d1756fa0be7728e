"""Stratified bootstrap of the area and of a retuned cutoff, which is judged on the rows left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.roc import Direction, rising_classes, roc_curve

MOST_RESAMPLES = 100_000

# Resamples are drawn together up to so many rows, which keeps the arrays of a block near the processor.
_BLOCK_ROWS = 100_000

_METHOD = "percentile of the stratified bootstrap"


@dataclass(frozen=True)
class Bootstrap:
    """What resampling says of the area and of the cutoff with the largest Youden's index.

    ``cutoffs`` and ``midpoints`` have one entry a resample, in the order in which they were drawn: the
    observed value on the positive side, and its mean with the neighbour that the resample holds.
    ``youden_oob`` is the mean over the ``n_oob`` resamples that leave out rows of both classes, None where no
    resample does.
    """

    n: int
    seed: int
    auc: ConfidenceInterval
    youden_apparent: float
    youden_oob: float | None
    n_oob: int
    cutoff: ConfidenceInterval
    cutoff_midpoint: ConfidenceInterval
    cutoffs: tuple[float, ...]
    midpoints: tuple[float, ...]


@dataclass(frozen=True)
class _Classes:
    """Both classes in rising order, low positive, with their distinct values together.

    ``end_ours`` and ``end_theirs`` count the rows of each class up to and with each distinct value.
    """

    ours: NDArray[np.float64]
    theirs: NDArray[np.float64]
    values: NDArray[np.float64]
    end_ours: NDArray[np.int64]
    end_theirs: NDArray[np.int64]


@dataclass(frozen=True)
class _Block:
    """One entry a resample; Youden's index out of bag is NaN where a class has no row left out."""

    auc: NDArray[np.float64]
    cutoff: NDArray[np.float64]
    midpoint: NDArray[np.float64]
    youden_oob: NDArray[np.float64]


def bootstrap_cutoff(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, n: int, seed: int, level: float = 0.95
) -> Bootstrap:
    """Resample each class for itself, tune the cutoff in the resample, judge it on the rows left out.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite, any unit.
    direction : Direction
        Fixed: it is not looked for again in a resample, which would raise the area (pROC issue 36).
    n : int
        Resamples, 2 to `MOST_RESAMPLES`.
    seed : int
        At least 0; the same seed gives the same numbers.
    level : float
        Of the percentile intervals, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, or ``n`` or ``seed`` is out of range.

    Notes
    -----
    Of several cutoffs with the largest index a resample takes the strictest. The rows left out are called by
    the midpoint, since the observed value itself is the lowest of the cutoffs that a resample cannot tell
    apart; where every row of the resample is positive there is no neighbour, and the value stands for it.

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993, sections 8.4 and 13.3; rows left out:
    Efron B. J Am Stat Assoc 1983;78:316-331.
    """
    if not 2 <= n <= MOST_RESAMPLES:
        raise InsufficientDataError(
            "a bootstrap needs resamples", got=str(n), allowed=f"2 to {MOST_RESAMPLES}"
        )
    if seed < 0:
        raise InsufficientDataError("a seed is a whole number", got=str(seed), allowed="at least 0")
    curve = roc_curve(positive, negative, direction)
    classes = _prepared(*rising_classes(positive, negative, direction))
    rng = np.random.default_rng(seed)
    size = max(1, _BLOCK_ROWS // (curve.n_positive + curve.n_negative))
    blocks = [_resampled(classes, min(size, n - done), rng) for done in range(0, n, size)]
    sign = 1.0 if direction is Direction.LOW else -1.0
    # + 0.0 takes the sign from a zero.
    cutoffs = sign * np.concatenate([block.cutoff for block in blocks]) + 0.0
    midpoints = sign * np.concatenate([block.midpoint for block in blocks]) + 0.0
    youden = np.concatenate([block.youden_oob for block in blocks])
    youden = youden[~np.isnan(youden)]
    return Bootstrap(
        n,
        seed,
        _percentiles(np.concatenate([block.auc for block in blocks]), level),
        curve.best_by_youden()[0].youden,
        float(youden.mean()) if len(youden) else None,
        len(youden),
        _percentiles(cutoffs, level),
        _percentiles(midpoints, level),
        tuple(cutoffs.tolist()),
        tuple(midpoints.tolist()),
    )


def _prepared(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> _Classes:
    values = np.unique(np.concatenate([ours, theirs]))
    return _Classes(
        ours,
        theirs,
        values,
        np.searchsorted(ours, values, side="right"),
        np.searchsorted(theirs, values, side="right"),
    )


def _resampled(classes: _Classes, size: int, rng: np.random.Generator) -> _Block:
    """Draw a block of resamples; arrays inside have the shape (resamples, distinct values)."""
    n, m = len(classes.ours), len(classes.theirs)
    drawn_ours, drawn_theirs = _times_drawn(n, size, rng), _times_drawn(m, size, rng)
    tp = np.cumsum(drawn_ours, axis=1)[:, classes.end_ours - 1] * (classes.end_ours > 0)
    fp = np.cumsum(drawn_theirs, axis=1)[:, classes.end_theirs - 1] * (classes.end_theirs > 0)
    own_tp, own_fp = np.diff(tp, axis=1, prepend=0), np.diff(fp, axis=1, prepend=0)
    auc = (own_fp * (2 * tp - own_tp)).sum(axis=1) / (2 * n * m)

    in_bag = (own_tp + own_fp) > 0
    # In whole numbers ties are ties; argmax takes the first, the strictest.
    best = np.where(in_bag, tp * m - fp * n, -n * m - 1).argmax(axis=1)
    later = in_bag & (np.arange(len(classes.values)) > best[:, None])
    neighbour = np.where(later.any(axis=1), later.argmax(axis=1), best)
    cutoff = classes.values[best]
    # Halved before they are added, which no size of number overflows.
    midpoint = np.where(neighbour > best, cutoff / 2 + classes.values[neighbour] / 2, cutoff)

    shares = []
    for rows, drawn in ((classes.ours, drawn_ours), (classes.theirs, drawn_theirs)):
        left_out = drawn == 0
        called = np.arange(len(rows)) < np.searchsorted(rows, midpoint, side="right")[:, None]
        n_out = left_out.sum(axis=1)
        share = np.full(size, np.nan)
        np.divide((left_out & called).sum(axis=1), n_out, out=share, where=n_out > 0)
        shares.append(share)
    return _Block(auc, cutoff, midpoint, shares[0] - shares[1])


def _times_drawn(n: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each of n rows is drawn, in each resample; shape (size, n)."""
    rows = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
    return np.bincount(rows.ravel(), minlength=size * n).reshape(size, n)


def _percentiles(values: NDArray[np.float64], level: float) -> ConfidenceInterval:
    low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2])
    return ConfidenceInterval(float(low), float(high), level, _METHOD)
