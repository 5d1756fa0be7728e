"""Stratified bootstrap of the area alone, which is quick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gepnet_core.statistics.intervals import ConfidenceInterval, tail_point
from gepnet_core.statistics.resampling.bootstrap import (
    check_settings,
    drawn_blocks,
    percentile_interval,
    resampled_areas,
)
from gepnet_core.statistics.resampling.cutoff_tuning import prepared_rows
from gepnet_core.statistics.roc.curve import Direction


@dataclass(frozen=True)
class AucBootstrap:
    """Percentile interval of the area, and its standard error, which is the SD over ``n`` resamples."""

    n: int
    seed: int
    interval: ConfidenceInterval
    se: float


def bootstrap_auc(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, n: int, seed: int, level: float = 0.95
) -> AucBootstrap:
    """Resample each class for itself; the interval is that of `bootstrap_cutoff` with the same seed.

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
        Of the percentile interval, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, or ``n``, ``seed`` or ``level`` is out of range.

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993, sections 6.2, 8.4 and 13.3.
    """
    check_settings(n, seed)
    tail_point(level)
    rows = prepared_rows(positive, negative, direction)
    areas = np.concatenate([resampled_areas(rows, *drawn) for drawn in drawn_blocks(rows, n, seed)])
    return AucBootstrap(n, seed, percentile_interval(areas, level), float(areas.std(ddof=1)))
