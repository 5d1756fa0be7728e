"""Repeated stratified cross-validation of a cutoff that is chosen on the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint_methods import YOUDEN, CutpointMethod
from gepnet_core.statistics.resampling.cutoff_tuning import BLOCK_ROWS, joined, prepared_rows, tune
from gepnet_core.statistics.roc.curve import Direction

MOST_SAMPLES = 100_000
"""Repeats times folds."""


@dataclass(frozen=True)
class OverRepeats:
    """Mean over the repeats, and the lowest and highest repeat.

    The repeats divide the same rows again and again: their spread says how much the division matters, and is
    no confidence interval.
    """

    mean: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class CrossValidation:
    """What each row is called by a cutoff that was chosen without it.

    Within a repeat the calls of all folds are pooled: each row is called once. ``n_repeats`` repeats count,
    in which every fold has a cutoff; None, with a reason, where there is no such repeat. ``cutoffs`` and
    ``midpoints`` have one entry a fold, repeat after repeat: the observed value on the positive side, and its
    mean with the neighbour among the rows that it was chosen on. They are infinite where the chosen cutoff
    calls nobody positive, and NaN in the ``n_without`` folds in which the method finds no threshold.
    """

    folds: int
    repeats: int
    seed: int
    method: CutpointMethod
    n_repeats: int
    sensitivity: OverRepeats | None
    specificity: OverRepeats | None
    youden: OverRepeats | None
    cutoffs: tuple[float, ...]
    midpoints: tuple[float, ...]
    n_without: int
    reasons: Mapping[str, str]


def cross_validate_cutoff(
    positive: ArrayLike,
    negative: ArrayLike,
    direction: Direction,
    *,
    folds: int,
    repeats: int,
    seed: int,
    method: CutpointMethod = YOUDEN,
) -> CrossValidation:
    """Divide each class into folds, choose the cutoff without one fold, call that fold; again and again.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite, any unit.
    direction : Direction
    folds : int
        2 to the size of the smaller class, so that each fold has a row of each. Sizes differ by one at most.
    repeats : int
        At least 1; repeats times folds at most `MOST_SAMPLES`.
    seed : int
        At least 0; the same seed gives the same numbers.
    method : CutpointMethod
        How the cutoff is chosen. Ties and the midpoint as in `gepnet_core.statistics.resampling.bootstrap`.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, or ``folds``, ``repeats`` or ``seed`` is out of range.

    References
    ----------
    Stone M. J R Stat Soc B 1974;36:111-147; strata and repeats: Kohavi R. Proc IJCAI 1995:1137-1145.
    """
    rows = prepared_rows(positive, negative, direction)
    n, m = len(rows.ours), len(rows.theirs)
    _check_settings(folds, repeats, seed, min(n, m))
    tuned = joined([tune(rows, *kept, method) for kept in _kept(n, m, folds, repeats, seed)])
    # Pooled: the folds of a repeat hold each row once.
    found, tp, fp = (column.reshape(repeats, folds) for column in (tuned.found, tuned.tp_out, tuned.fp_out))
    counts = np.count_nonzero(found, axis=1) == folds
    sensitivity = tp[counts].sum(axis=1) / n
    false_positive = fp[counts].sum(axis=1) / m
    # + 0.0 takes the sign from a zero.
    cutoffs, midpoints = direction.sign * tuned.cutoff + 0.0, direction.sign * tuned.midpoint + 0.0
    return CrossValidation(
        folds=folds,
        repeats=repeats,
        seed=seed,
        method=method,
        n_repeats=int(np.count_nonzero(counts)),
        sensitivity=_over_repeats(sensitivity),
        specificity=_over_repeats(1 - false_positive),
        youden=_over_repeats(sensitivity - false_positive),
        cutoffs=tuple(cutoffs.tolist()),
        midpoints=tuple(midpoints.tolist()),
        n_without=int(np.count_nonzero(~found)),
        reasons=MappingProxyType(dict(_reasons(counts, cutoffs))),
    )


def _check_settings(folds: int, repeats: int, seed: int, smaller: int) -> None:
    if not 2 <= folds <= smaller:
        raise InsufficientDataError(
            "each fold needs a row of each class",
            got=f"{folds} folds, {smaller} rows in the smaller class",
            allowed="2 folds to as many as the smaller class has rows",
        )
    if not 1 <= repeats <= MOST_SAMPLES // folds:
        raise InsufficientDataError(
            "cross-validation needs repeats", got=str(repeats), allowed=f"1 to {MOST_SAMPLES // folds}"
        )
    if seed < 0:
        raise InsufficientDataError("a seed is a whole number", got=str(seed), allowed="at least 0")


def _kept(
    n: int, m: int, folds: int, repeats: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """1 for each row outside the fold, fold after fold, in blocks; shapes (samples, rows)."""
    # A stream for each class, so that the divisions do not depend on how many are drawn together.
    rng_ours, rng_theirs = np.random.default_rng(seed).spawn(2)
    most_repeats = max(1, BLOCK_ROWS // (folds * (n + m)))
    most_samples = max(1, BLOCK_ROWS // (n + m))
    for done in range(0, repeats, most_repeats):
        size = min(most_repeats, repeats - done)
        of_ours, of_theirs = _divided(n, folds, size, rng_ours), _divided(m, folds, size, rng_theirs)
        for first in range(0, size * folds, most_samples):
            repeat, fold = np.divmod(np.arange(first, min(first + most_samples, size * folds)), folds)
            kept_ours, kept_theirs = (of[repeat] != fold[:, None] for of in (of_ours, of_theirs))
            yield kept_ours.astype(np.int64), kept_theirs.astype(np.int64)


def _divided(n: int, folds: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The fold of each of n rows in each division; shape (size, n)."""
    return rng.permuted(np.tile(np.arange(n) % folds, (size, 1)), axis=1)


def _over_repeats(shares: NDArray[np.float64]) -> OverRepeats | None:
    if not len(shares):
        return None
    return OverRepeats(float(shares.mean()), float(shares.min()), float(shares.max()))


def _reasons(counts: NDArray[np.bool_], cutoffs: NDArray[np.float64]) -> Iterator[tuple[str, str]]:
    if not counts.any():
        for field in ("sensitivity", "specificity", "youden"):
            yield field, "in every repeat there is a fold without a cutoff"
    if np.isinf(cutoffs).any():
        share = f"{np.count_nonzero(np.isinf(cutoffs))} of {len(cutoffs)}"
        for field in ("cutoffs", "midpoints"):
            yield field, f"in {share} folds the cutoff calls nobody positive, and is infinite"
