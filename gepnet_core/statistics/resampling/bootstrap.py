"""Stratified bootstrap of a cutoff, which is chosen anew in each resample and judged on the rows left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import YOUDEN, CutpointMethod
from gepnet_core.statistics.intervals import ConfidenceInterval, tail_point
from gepnet_core.statistics.resampling.cutoff_tuning import (
    BLOCK_ROWS,
    Rows,
    Tuned,
    joined,
    prepared_rows,
    running_counts,
    tune,
)
from gepnet_core.statistics.roc.curve import Direction

MOST_RESAMPLES = 100_000

# So many rows are drawn together; another number would give other resamples from the same seed.
_DRAWN_ROWS = 100_000

_METHOD = "percentile of the stratified bootstrap"


@dataclass(frozen=True)
class Bootstrap:
    """What resampling says of the area and of the cutoff that a method chooses.

    ``cutoffs`` and ``midpoints`` have one entry a resample, in the order in which they were drawn: the
    observed value on the positive side, and its mean with the neighbour that the resample holds. They are
    infinite where the chosen cutoff calls nobody positive, and NaN in the ``n_without`` resamples in which
    the method finds no threshold; those count in no percentile and in no mean.

    Apparent is the chosen cutoff on the rows that it was chosen on. Out of bag are the means over the
    ``n_oob`` resamples that have a cutoff and leave out rows of both classes, None where no resample does.
    ``optimism`` is the mean, over the same resamples, of Youden's index of the cutoff in its own resample
    less that on the rows left out. Youden's index is that of the chosen cutoff, whatever the method.
    ``reasons`` says by field why something is None, NaN or infinite.
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
    method: CutpointMethod
    n_without: int
    sensitivity_apparent: float
    specificity_apparent: float
    sensitivity_oob: float | None
    specificity_oob: float | None
    optimism: float | None
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class _OutOfBag:
    """Means over the ``n`` resamples that say something of the rows left out."""

    n: int
    sensitivity: float | None
    specificity: float | None
    youden: float | None
    optimism: float | None


def bootstrap_cutoff(
    positive: ArrayLike,
    negative: ArrayLike,
    direction: Direction,
    n: int,
    seed: int,
    level: float = 0.95,
    *,
    method: CutpointMethod = YOUDEN,
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
    method : CutpointMethod
        How the cutoff is chosen, on the rows and in each resample.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, ``n``, ``seed`` or ``level`` is out of range, or the
        method finds no threshold on the rows themselves.

    Notes
    -----
    Of several cutoffs that score best a resample takes the one with the largest Youden's index, of those the
    strictest. The rows left out are called by the midpoint, since the observed value itself is the lowest of
    the cutoffs that a resample cannot tell apart; where every row of the resample is positive there is no
    neighbour, and the value stands for it. A resample holds 63 % of the rows on average, so that its cutoff
    is chosen on less than what was seen.

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993, sections 8.4 and 13.3; rows left out:
    Efron B. J Am Stat Assoc 1983;78:316-331.
    """
    check_settings(n, seed)
    tail_point(level)
    apparent = find_cutpoints(positive, negative, direction, method).chosen
    if apparent is None:
        raise InsufficientDataError("the method finds no cutoff on these rows", allowed=method.label)
    rows = prepared_rows(positive, negative, direction)
    areas, parts = [], []
    together = max(1, BLOCK_ROWS // len(rows))
    for ours, theirs in drawn_blocks(rows, n, seed):
        areas.append(resampled_areas(rows, ours, theirs))
        for k in range(0, len(ours), together):
            parts.append(tune(rows, ours[k : k + together], theirs[k : k + together], method))
    tuned = joined(parts)
    out = _out_of_bag(tuned, len(rows.ours), len(rows.theirs))
    # + 0.0 takes the sign from a zero.
    cutoffs, midpoints = direction.sign * tuned.cutoff + 0.0, direction.sign * tuned.midpoint + 0.0
    return Bootstrap(
        n=n,
        seed=seed,
        auc=percentile_interval(np.concatenate(areas), level),
        youden_apparent=apparent.youden,
        youden_oob=out.youden,
        n_oob=out.n,
        cutoff=percentile_interval(cutoffs[tuned.found], level),
        cutoff_midpoint=percentile_interval(midpoints[tuned.found], level),
        cutoffs=tuple(cutoffs.tolist()),
        midpoints=tuple(midpoints.tolist()),
        method=method,
        n_without=int(np.count_nonzero(~tuned.found)),
        sensitivity_apparent=apparent.sensitivity,
        specificity_apparent=apparent.specificity,
        sensitivity_oob=out.sensitivity,
        specificity_oob=out.specificity,
        optimism=out.optimism,
        reasons=MappingProxyType(dict(_reasons(out.n, cutoffs[tuned.found]))),
    )


def check_settings(n: int, seed: int) -> None:
    """Refuse a number of resamples or a seed that is out of range."""
    if not 2 <= n <= MOST_RESAMPLES:
        raise InsufficientDataError(
            "a bootstrap needs resamples", got=str(n), allowed=f"2 to {MOST_RESAMPLES}"
        )
    if seed < 0:
        raise InsufficientDataError("a seed is a whole number", got=str(seed), allowed="at least 0")


def drawn_blocks(rows: Rows, n: int, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """How often each row of each class is drawn, block after block; shapes (resamples, rows)."""
    rng = np.random.default_rng(seed)
    most = max(1, _DRAWN_ROWS // len(rows))
    for done in range(0, n, most):
        size = min(most, n - done)
        yield _times_drawn(len(rows.ours), size, rng), _times_drawn(len(rows.theirs), size, rng)


def _times_drawn(n: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    drawn = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
    return np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)


def resampled_areas(
    rows: Rows, drawn_ours: NDArray[np.int64], drawn_theirs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The area in each resample, from twice the number of ours below each of theirs, a tie counting one."""
    running = running_counts(drawn_ours)
    below, up_to = (np.searchsorted(rows.ours, rows.theirs, side=side) for side in ("left", "right"))
    wins = running.take(below, axis=1) + running.take(up_to, axis=1)
    areas: NDArray[np.float64] = np.einsum("ij,ij->i", drawn_theirs, wins) / (
        2 * len(rows.ours) * len(rows.theirs)
    )
    return areas


def _out_of_bag(tuned: Tuned, n: int, m: int) -> _OutOfBag:
    """Only resamples that leave out rows of both classes count, so that the means belong together."""
    judged = tuned.found & (tuned.n_positive_out > 0) & (tuned.n_negative_out > 0)
    if not judged.any():
        return _OutOfBag(0, None, None, None, None)
    sensitivity = tuned.tp_out[judged] / tuned.n_positive_out[judged]
    false_positive = tuned.fp_out[judged] / tuned.n_negative_out[judged]
    youden = sensitivity - false_positive
    own = tuned.tp[judged] / n - tuned.fp[judged] / m
    return _OutOfBag(
        len(youden),
        float(sensitivity.mean()),
        1 - float(false_positive.mean()),
        float(youden.mean()),
        float((own - youden).mean()),
    )


def percentile_interval(values: NDArray[np.float64], level: float) -> ConfidenceInterval:
    """Linear between neighbours, of which one may be infinite; NaN where there is no value."""
    ordered = np.sort(values).tolist()
    low, high = (_quantile(ordered, p) for p in (0.5 - level / 2, 0.5 + level / 2))
    return ConfidenceInterval(low, high, level, _METHOD)


def _quantile(ordered: list[float], p: float) -> float:
    if not ordered:
        return math.nan
    share, whole = math.modf(p * (len(ordered) - 1))
    below, above = ordered[int(whole)], ordered[min(int(whole) + 1, len(ordered) - 1)]
    # Weighted, not stepped from one to the other, which could overflow.
    return below if not share or below == above else (1 - share) * below + share * above


def _reasons(n_oob: int, cutoffs: NDArray[np.float64]) -> Iterator[tuple[str, str]]:
    """``cutoffs``: those that were found."""
    if not n_oob:
        for field in ("youden_oob", "sensitivity_oob", "specificity_oob", "optimism"):
            yield field, "no resample with a cutoff leaves out rows of both classes"
    if not len(cutoffs):
        for field in ("cutoff", "cutoff_midpoint"):
            yield field, "the method finds no threshold in any resample"
    elif np.isinf(cutoffs).any():
        share = f"{np.count_nonzero(np.isinf(cutoffs))} of {len(cutoffs)}"
        for field in ("cutoff", "cutoff_midpoint"):
            yield field, f"in {share} resamples the cutoff calls nobody positive, and is infinite"
