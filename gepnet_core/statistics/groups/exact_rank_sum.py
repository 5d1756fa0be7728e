"""The exact distribution of a sum of ranks, with ties."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_MOST_WORK = 77_000_000
"""Additions, and a turn of one row as `_ROW` of them: half a second, some 190 values in two groups."""

_ROW = 20


def exact_rank_sum_p(doubled: NDArray[np.int64], n: int) -> float | None:
    """Share of all choices of ``n`` ranks whose sum is at least as far from its mean as the first ones'.

    Parameters
    ----------
    doubled : ndarray of int, shape (total,)
        Twice the mid-ranks, which are whole numbers; at least two differ.
    n : int
        How many of them, from the first on, are the observed choice; at least 1, fewer than all.

    Returns
    -------
    float or None
        None where there is more to count than a second allows; that is known before the counting starts.

    References
    ----------
    Streitberg B, Roehmel J. Statistical Software Newsletter 1986;12:10-17: one rank after the other, how many
    choices of k ranks have each sum.
    """
    total = len(doubled)
    lowest = int(doubled.min())
    ranks = (doubled - lowest) // int(np.gcd.reduce(doubled - lowest))
    # The sum of the smaller group decides as well, since both together are fixed.
    chosen, observed = (n, ranks[:n]) if 2 * n <= total else (total - n, ranks[n:])
    rising = np.sort(ranks)
    taken = np.arange(1, total + 1)
    # A choice that can still become one of all that are to be chosen has this many of the ranks taken so far.
    fewest, most = np.maximum(1, chosen - total + taken), np.minimum(taken, chosen)
    until = np.append(0, np.cumsum(rising))
    reach = until[taken] - until[taken - most]
    # Of a million values the work exceeds int64.
    if float(((most - fewest + 1.0) * (reach + 1.0 + _ROW)).sum()) > _MOST_WORK:
        return None
    far = abs(total * int(observed.sum()) - chosen * int(ranks.sum()))
    ways = _ways(rising, fewest, most, reach)
    distance = np.abs(total * np.arange(len(ways)) - chosen * int(ranks.sum()))
    # In the same order, so that all of them are a share of exactly 1.
    return float(np.where(distance >= far, ways, 0.0).sum() / ways.sum())


def _ways(
    rising: NDArray[np.int64], fewest: NDArray[np.int64], most: NDArray[np.int64], reach: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How many choices have each sum, in some unit.

    Choices of k among i ranks are counted in a power of two near their number, which may exceed float64; the
    change from one unit to the next is then exact.
    """
    chosen = int(most[-1])
    ways = np.zeros((chosen + 1, int(reach[-1]) + 1))
    ways[0, 0] = 1
    logs = np.array([math.lgamma(k + 1) / math.log(2) for k in range(len(rising) + 1)])
    unit = np.zeros(chosen + 1, dtype=np.int64)
    for i, (rank, low, top, end) in enumerate(
        zip(rising.tolist(), fewest.tolist(), most.tolist(), reach.tolist(), strict=True), start=1
    ):
        k = np.arange(low, top + 1)
        next_unit = np.floor(logs[i] - logs[k] - logs[i - k]).astype(np.int64)
        taking = np.ldexp(1.0, unit[k - 1] - next_unit)[:, None]
        leaving = np.ldexp(1.0, unit[k] - next_unit)[:, None]
        with_it = ways[low - 1 : top, : end + 1 - rank] * taking
        ways[low : top + 1, : end + 1] *= leaving
        ways[low : top + 1, rank : end + 1] += with_it
        unit[k] = next_unit
    found: NDArray[np.float64] = ways[chosen]
    return found
