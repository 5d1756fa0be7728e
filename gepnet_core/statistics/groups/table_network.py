"""All tables with given margins as a network: what is left of the rows, column after column.

A node of stage k is what is left of the rows after k columns, in rising order, since the order of rows does
not matter. A step is a filling of the next column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError

MOST_CASES = 5000
_MOST_WORK = 10_000_000
"""Cells that are filled and paths that are made, one by one: two seconds or less."""

_BLOCK = 256
"""Nodes."""

UNIT = 2.0**40
"""Logarithms of weights are whole numbers of 1 / UNIT, a sum over prime factors: equal weights are then equal
numbers, and up to `MOST_CASES` no sum of roundings reaches 1e-8."""

Whole = NDArray[np.int64]
Places = NDArray[np.int32]
Cells = NDArray[np.int16]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Steps:
    """Every filling of one column: between which nodes, how likely at its source, and minus its log weight.

    The weight is the product of 1 / cell!; ``minus_log`` is in units of 1 / `UNIT`. ``source`` rises.
    """

    source: Places
    target: Places
    minus_log: Whole
    share: Floats


class TableNetwork:
    """Nodes and steps of all tables with these margins, made when they are asked for, within a limit of work.

    Parameters
    ----------
    rows, columns : sequence of int
        Totals of at least 1, of one sum. Quickest with few rows.

    Raises
    ------
    InsufficientDataError
        By any method, if the work would pass the limit; each step is made only after its work is known.

    References
    ----------
    Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427-434.
    """

    def __init__(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        self._rows = sorted(rows)
        # The nodes are fewest after large columns, from either end.
        falling = sorted(columns, reverse=True)
        self._columns = falling[1::2] + falling[::2][::-1]
        # The last of what is left follows from the others.
        radix = [math.prod(row + 1 for row in self._rows[k + 1 : -1]) for k in range(len(rows) - 1)]
        if sum(rows) > MOST_CASES or radix[0] * (self._rows[0] + 1) > 2**62:
            raise _too_many()
        self._radix = np.array([*radix, 0])
        self._logs = np.array([math.lgamma(k + 1) for k in range(sum(rows) + 1)])
        self._minus_logs = _minus_logs(self._rows[-1])
        self._work_left = _MOST_WORK

    @property
    def n_stages(self) -> int:
        """Of columns."""
        return len(self._columns)

    def minus_log(self, cells: Sequence[int]) -> int:
        """Minus the log weight of a table, in units of 1 / `UNIT`."""
        return int(self._minus_logs[list(cells)].sum())

    def work(self, amount: int) -> None:
        """Take an amount of work from what is left of the limit."""
        self._work_left -= amount
        if self._work_left < 0:
            raise _too_many()

    def nodes(self, stage: int) -> Cells:
        """What can be left of the rows after so many columns, shape (nodes, rows), by their code."""
        left = np.array([sum(self._columns[stage:])])
        cells: list[Cells] = []
        least: Whole | Cells = np.zeros(1, dtype=np.int64)
        for k, row in enumerate(self._rows):
            # What follows is no less each, and no more than the rows that are left have together.
            room, shared_by = sum(self._rows[k + 1 :]), len(self._rows) - k
            parent, value = self._each(np.maximum(least, left - room), np.minimum(row, left // shared_by))
            left, least = left[parent] - value, value.astype(np.int16)
            cells = [*(before[parent] for before in cells), least]
        return np.stack(cells, axis=1)

    def steps(self, stage: int) -> Steps:
        """All fillings of the next column, from this stage to the one after it."""
        before, codes = self.nodes(stage), self._codes(self.nodes(stage + 1))
        parts = []
        # A block of nodes at a time, to keep the memory small.
        for first in range(0, len(before), _BLOCK):
            source, rests, minus_log, share = self._fillings(before[first : first + _BLOCK], stage)
            target = np.searchsorted(codes, self._codes(np.sort(rests, axis=1)))
            parts.append((source + np.int32(first), target.astype(np.int32), minus_log, share))
        return Steps(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _fillings(self, nodes: Cells, stage: int) -> tuple[Places, Cells, Whole, Floats]:
        """Of each filling its node, what it leaves of the rows, minus its log weight, and its probability."""
        column, n = self._columns[stage], sum(self._columns[stage:])
        source = np.arange(len(nodes), dtype=np.int32)
        room, missing = np.full(len(nodes), n), np.full(len(nodes), column)
        rests: list[Cells] = []
        parent: Whole | slice
        minus_log, log_share = np.zeros(len(nodes), dtype=np.int64), np.zeros(len(nodes))
        for k in range(len(self._rows)):
            row = nodes[source, k]
            room = room - row
            if k < len(self._rows) - 1:
                parent, cell = self._each(np.maximum(0, missing - room), np.minimum(row, missing))
            else:
                # The last row takes what is missing.
                parent, cell = slice(None), missing
            source, room, missing, row = source[parent], room[parent], missing[parent] - cell, row[parent]
            rests = [*(rest[parent] for rest in rests), (row - cell).astype(np.int16)]
            minus_log = minus_log[parent] + self._minus_logs[cell]
            log_share = log_share[parent] + self._log_choose(row, cell)
        # Each will be one path at least.
        self.work(len(source))
        return source, np.stack(rests, axis=1), minus_log, np.exp(log_share - self._log_choose(n, column))

    def _codes(self, nodes: Cells) -> Whole:
        found: Whole = np.einsum("ij,j", nodes, self._radix)
        return found

    def _each(self, low: Whole, high: Whole) -> tuple[Whole, Whole]:
        self.work(int(np.maximum(high - low + 1, 0).sum()))
        return each_between(low, high)

    def _log_choose(self, n: int | Whole, k: int | Whole) -> float | Floats:
        found: float | Floats = self._logs[n] - self._logs[k] - self._logs[n - k]
        return found


def each_between(low: Whole, high: Whole) -> tuple[Whole, Whole]:
    """Every whole number from each low to its high, with the place of the pair it is from."""
    n = np.maximum(high - low + 1, 0)
    place = np.repeat(np.arange(len(n)), n)
    return place, np.arange(len(place)) - (np.cumsum(n) - n - low)[place]


def _minus_logs(most: int) -> Whole:
    """log(k!) of 0 to ``most`` in units of 1 / `UNIT`, as the sum over the prime factors of k!."""
    of_number = [0] * (most + 1)
    for k in range(2, most + 1):
        # Not yet reached from a smaller factor: a prime.
        if not of_number[k]:
            log = round(math.log(k) * UNIT)
            power = k
            while power <= most:
                for multiple in range(power, most + 1, power):
                    of_number[multiple] += log
                power *= k
    return np.cumsum(of_number)


def _too_many() -> InsufficientDataError:
    return InsufficientDataError(
        "there are too many tables with these totals to count", remedy="Chi-square serves at this size."
    )
