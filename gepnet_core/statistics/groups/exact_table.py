"""The exact test of a table of counts, given its margins.

Paths through the network of all tables are made from both ends, those of one weight taken together, until
they meet in the middle: their number is about the square root of the number of tables.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gepnet_core.statistics.groups.table_network import (
    UNIT,
    Floats,
    Places,
    Steps,
    TableNetwork,
    Whole,
    each_between,
)

_NODE = 200
"""A node takes the time of so many paths to it."""

_TIE = 1e-7
"""Weights that differ by less than this share are equal, as in R's fisher.test."""


def exact_table_p(rows: Sequence[int], columns: Sequence[int], cells: Sequence[int]) -> float:
    """Sum of the probabilities of all tables with these totals that are at most as probable as the observed.

    Parameters
    ----------
    rows, columns : sequence of int
        Totals of at least 1, of one sum; two or more of each.
    cells : sequence of int
        The observed counts.

    Raises
    ------
    InsufficientDataError
        If there are too many tables to count within a few seconds; the work of each step is known before it
        is done.

    References
    ----------
    Freeman GH, Halton JH. Biometrika 1951;38:141-149.
    """
    few, many = sorted((rows, columns), key=lambda totals: (len(totals), math.prod(totals)))
    network = TableNetwork(few, many)
    here = there = _Paths(np.array([0, 1]), np.zeros(1, dtype=np.int64), np.ones(1))
    first, last = 0, network.n_stages
    made: dict[int, Steps] = {}
    while first < last:
        for stage in {first, last - 1} - made.keys():
            made[stage] = network.steps(stage)
        if here.count(made[first].source) <= there.count(made[last - 1].target):
            steps, first = made.pop(first), first + 1
            here = _longer(network, here, steps, steps.source, steps.target)
        else:
            steps, last = made.pop(last - 1), last - 1
            there = _longer(network, there, steps, steps.target, steps.source)
    return _share_from(here, there, network.minus_log(cells) - round(_TIE * UNIT))


@dataclass(frozen=True, eq=False)
class _Paths:
    """Paths between one end of the network and each node of a stage, those of one weight taken together.

    Those of node k are from ``bounds[k]`` to before ``bounds[k + 1]``, the most probable one first.
    """

    bounds: Whole
    minus_log: Whole
    share: Floats

    def count(self, nodes: Places) -> int:
        """How many paths lead on from these nodes."""
        return int(np.diff(self.bounds)[nodes].sum())


def _longer(network: TableNetwork, paths: _Paths, steps: Steps, start: Places, end: Places) -> _Paths:
    """The paths with one step more, taken from ``start`` to ``end``."""
    n_ends = int(end.max()) + 1
    # One path of each step was counted when the step was made.
    network.work(paths.count(start) - len(start) + _NODE * n_ends)
    order = np.argsort(end, kind="stable")
    minus_logs, shares = [], []
    for some in np.split(order, np.searchsorted(end[order], np.arange(1, n_ends))):
        origin = start[some]
        step, path = each_between(paths.bounds[origin], paths.bounds[origin + 1] - 1)
        minus_log = paths.minus_log[path] + steps.minus_log[some][step]
        share = paths.share[path] * steps.share[some][step]
        rising = np.argsort(minus_log)
        minus_log = minus_log[rising]
        other = np.flatnonzero(np.append(True, minus_log[1:] != minus_log[:-1]))
        minus_logs.append(minus_log[other])
        shares.append(np.add.reduceat(share[rising], other))
    bounds = np.append(0, np.cumsum([len(share) for share in shares]))
    return _Paths(bounds, np.concatenate(minus_logs), np.concatenate(shares))


def _share_from(here: _Paths, there: _Paths, lowest: int) -> float:
    """The share of the tables whose minus log weight is the lowest one or above."""
    counted = everything = 0.0
    for k in range(len(here.bounds) - 1):
        one, other = (slice(*paths.bounds[k : k + 2]) for paths in (here, there))
        share = here.share[one]
        # Added up from the rarest on, so that a small sum is no difference of large ones.
        onwards = np.append(np.cumsum(there.share[other][::-1])[::-1], 0.0)
        at = np.searchsorted(there.minus_log[other], lowest - here.minus_log[one])
        counted += float(share @ onwards[at])
        # In the same order, so that all of them are a share of exactly 1.
        everything += float(share @ np.full(len(share), onwards[0]))
    return counted / everything
