"""Tune a cutoff in each of many samples of the rows, and count how it calls the rows left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.statistics.cutpoints.cutpoint import best_candidates
from gepnet_core.statistics.cutpoints.cutpoint_methods import LOWEST, CutpointMethod, youden_score
from gepnet_core.statistics.roc.curve import Direction, rising_classes
from gepnet_core.statistics.roc.placements import place

BLOCK_ROWS = 30_000
"""Samples are tuned together up to so many rows, which keeps the arrays of a block near the processor."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Both classes in rising order, low positive, with the candidates for a cutoff.

    ``candidates`` are minus infinity, which calls nobody, and the distinct values of both classes together;
    ``end_ours`` and ``end_theirs`` count the rows of each class up to and with each candidate.
    """

    ours: NDArray[np.float64]
    theirs: NDArray[np.float64]
    candidates: NDArray[np.float64]
    end_ours: NDArray[np.int64]
    end_theirs: NDArray[np.int64]

    def __len__(self) -> int:
        """Rows of both classes."""
        return len(self.ours) + len(self.theirs)


@dataclass(frozen=True, eq=False)
class Tuned:
    """One entry a sample, each of shape (samples,); low is positive.

    ``cutoff`` is the observed value on the positive side, ``midpoint`` its mean with the neighbour that the
    sample holds, or the value itself where every row of the sample is positive. Where the method finds no
    threshold, ``found`` is False, both are NaN, and the counts mean nothing. ``tp`` and ``fp`` count the
    sample at the cutoff, the others the rows left out, which are called by the midpoint.
    """

    found: NDArray[np.bool_]
    cutoff: NDArray[np.float64]
    midpoint: NDArray[np.float64]
    tp: NDArray[np.int64]
    fp: NDArray[np.int64]
    tp_out: NDArray[np.int64]
    fp_out: NDArray[np.int64]
    n_positive_out: NDArray[np.int64]
    n_negative_out: NDArray[np.int64]


def prepared_rows(positive: ArrayLike, negative: ArrayLike, direction: Direction) -> Rows:
    """The rows as `tune` takes them.

    Raises
    ------
    InsufficientDataError
        If a class is empty or a value is not finite.
    """
    ours, theirs = rising_classes(positive, negative, direction)
    placed = place(ours, theirs)
    return Rows(
        ours,
        theirs,
        np.append(-np.inf, placed.values),
        np.append(0, placed.ours),
        np.append(0, placed.theirs),
    )


def tune(
    rows: Rows, times_ours: NDArray[np.int64], times_theirs: NDArray[np.int64], method: CutpointMethod
) -> Tuned:
    """Choose a cutoff in each sample and call the rows that it leaves out.

    Parameters
    ----------
    rows : Rows
    times_ours, times_theirs : ndarray of int, shape (samples, n) and (samples, m)
        How often each row of each class is in each sample; each sample holds a row of each class.
    method : CutpointMethod
        Of several thresholds that score best, the one with the largest Youden's index is taken, of those the
        strictest.

    Notes
    -----
    The rows left out are called by the midpoint, since the observed value is the lowest of the cutoffs that a
    sample cannot tell apart.
    """
    tp = running_counts(times_ours).take(rows.end_ours, axis=1)
    fp = running_counts(times_theirs).take(rows.end_theirs, axis=1)
    n, m = tp[:, -1:], fp[:, -1:]
    called = tp + fp
    in_sample = np.empty(called.shape, dtype=bool)
    in_sample[:, 0] = method.may_call_nobody
    np.not_equal(called[:, 1:], called[:, :-1], out=in_sample[:, 1:])

    is_best = best_candidates(method.score(tp, fp, n, m), in_sample)
    # argmax takes the first, the strictest; Youden's index decides where there are several.
    best = is_best.argmax(axis=1)
    n_best = np.count_nonzero(is_best, axis=1)
    found, several = n_best > 0, np.flatnonzero(n_best > 1)
    youden = youden_score(tp[several], fp[several], n[several], m[several])
    best[several] = np.where(is_best[several], youden, LOWEST).argmax(axis=1)
    later = in_sample & (np.arange(len(rows.candidates)) > best[:, None])
    neighbour = np.where(later.any(axis=1), later.argmax(axis=1), best)
    cutoff = np.where(found, rows.candidates[best], np.nan)
    beyond = rows.candidates[neighbour]
    # Halved before they are added, which no size of number overflows. Where float64 has no number between two
    # neighbours, rounding would reach the one beyond.
    middle = cutoff / 2 + beyond / 2
    midpoint = np.where((neighbour > best) & (middle < beyond), middle, cutoff)

    tp_out, n_out = _called_of_left_out(rows.ours, times_ours, midpoint)
    fp_out, m_out = _called_of_left_out(rows.theirs, times_theirs, midpoint)
    which = np.arange(len(best))
    return Tuned(found, cutoff, midpoint, tp[which, best], fp[which, best], tp_out, fp_out, n_out, m_out)


def joined(parts: Sequence[Tuned]) -> Tuned:
    """Several blocks of samples as one, in the same order."""
    return Tuned(
        *(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Tuned))
    )


def running_counts(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of rows of each sample before each position, with repeats; shape (samples, rows + 1)."""
    running = np.zeros((times.shape[0], times.shape[1] + 1), dtype=np.int64)
    np.cumsum(times, axis=1, out=running[:, 1:])
    return running


def _called_of_left_out(
    values: NDArray[np.float64], times: NDArray[np.int64], cutoff: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many of the rows left out lie at or below each sample's cutoff, and how many are left out."""
    left_out = times == 0
    is_called = np.arange(len(values)) < np.searchsorted(values, cutoff, side="right")[:, None]
    return np.count_nonzero(left_out & is_called, axis=1), np.count_nonzero(left_out, axis=1)
