"""The HAP ratios as a landscape: how far an order and its values are from the printed analyses."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from gepnet_core.replication.rank_order import PLATEAU
from gepnet_core.replication.search.annealer import Uniform

RANK_WEIGHT = 2.0

GAP = 0.0015
"""Nobody comes nearer to the two neighbours of the cutoff, which whole HU could then not tell apart."""

LOWEST, HIGHEST = 0.28, 2.2
"""Ratios that the search considers."""


PRINTED_SLACK = 0.003
"""Means and SDs are printed with two decimals, which allows 0.005; whole HU need the rest."""

HOLE = (0.9894, 1.0106)
"""Between 94/95 and 96/95 there is no quotient of plausible whole HU but 1."""

Z95 = 1.959963984540054


@dataclass(frozen=True)
class RatioGoal:
    """What the ratios are to approach.

    ``mean`` and ``sd`` are (NET, adenocarcinoma); ``t`` is pooled. ``b`` (pattern code, ratio) and
    ``se_pattern`` are those of the regression with the event adenocarcinoma; ``b`` of the ratio may differ by
    ``b_ratio_slack``, while ``log_upper`` is the logarithm of its printed upper limit. ``pairs`` are the
    concordant pairs of the ROC analysis, ``auc_se`` limits of its nonparametric standard error, ``nearest``
    the values on either side of the cutoff.
    """

    mean: tuple[float, float]
    sd: tuple[float, float]
    t: float
    b: tuple[float, float]
    b_ratio_slack: float
    se_pattern: float
    log_upper: float
    pairs: int
    auc_se: tuple[float, float]
    nearest: tuple[float, float]


class RatioLandscape:
    """State: one ratio a patient. A change moves one patient, who never crosses the cutoff.

    The regression is not fitted. With the wanted coefficients held, the Newton step that its score equations
    ask for tells how far the fit would be from them, and the inverse information gives the standard errors.
    All sums are kept up to date patient by patient.
    """

    def __init__(
        self,
        ratios: Sequence[float],
        adenocarcinoma: Sequence[bool],
        code: Sequence[int],
        is_low: Sequence[bool],
        fixed: Collection[int],
        goal: RatioGoal,
    ) -> None:
        self.x = list(ratios)
        self.ac = [int(value) for value in adenocarcinoma]
        self.code = [float(value) for value in code]
        self.is_low = list(is_low)
        self.goal = goal
        self.intercept = -(goal.b[0] + 0.9 * goal.b[1])
        self._fixed = frozenset(fixed)
        self._n = (self.ac.count(0), self.ac.count(1))
        self._sorted = tuple(
            sorted(v for v, a in zip(self.x, self.ac, strict=True) if a == g) for g in (0, 1)
        )
        self._rank_cost = self._rank_cost_of(self._sorted[0], self._sorted[1])
        self._sums = self._sum_up()
        self._change: Callable[[], None] = lambda: None

    @property
    def cost(self) -> float:
        return self._cost(self._sums, self._rank_cost)

    def propose(self, uniform: Uniform) -> float:
        kind = uniform()
        if kind < 0.02:
            return self._propose_intercept(uniform)
        if kind < 0.08:
            return self._propose_swap(uniform)
        if kind < 0.18:
            return self._propose_exchange(uniform)
        return self._propose_ratio(uniform)

    def accept(self) -> None:
        self._change()

    def set_intercept(self, intercept: float) -> None:
        """Begin with another intercept."""
        self.intercept = intercept
        self._sums = self._sum_up()

    @property
    def approached(self) -> tuple[tuple[float, ...], tuple[float, ...], float]:
        """Means, SDs and the regression coefficient of the ratio, as they are now."""
        s0, s1, s2, a, b, c, d, e, f = self._sums[4:]
        k02, k12, k22 = b * e - c * d, b * c - a * e, a * d - b * b
        det = a * (d * f - e * e) + b * (c * e - b * f) + c * k02
        means = tuple(self._sums[2 * g] / self._n[g] for g in (0, 1))
        sds = tuple(
            math.sqrt((self._sums[2 * g + 1] - self._n[g] * means[g] ** 2) / (self._n[g] - 1)) for g in (0, 1)
        )
        return means, sds, self.goal.b[1] + (k02 * s0 + k12 * s1 + k22 * s2) / det

    @property
    def ranks_agree(self) -> bool:
        """Whether the ROC analysis is as printed."""
        return self._rank_cost == 0

    def _propose_intercept(self, uniform: Uniform) -> float:
        """Shift the intercept, which nothing printed fixes."""
        old = self.intercept
        self.intercept = new = old + 10 ** (-2.5 + 2.5 * uniform()) * (uniform() - 0.5)
        sums = self._sum_up()
        self.intercept = old

        def change() -> None:
            self.intercept, self._sums = new, sums

        self._change = change
        return self._cost(sums, self._rank_cost)

    def _propose_swap(self, uniform: Uniform) -> float:
        """Exchange the patterns of two patients of one group; the joint cells stay as they are."""
        i, j = (int(uniform() * len(self.x)) for _ in range(2))
        same_cell = self.is_low[i] == self.is_low[j] or PLATEAU not in (self.code[i], self.code[j])
        if self.ac[i] != self.ac[j] or not same_cell or {i, j} & self._fixed:
            return math.inf
        sums = self._sums.copy()
        for k, other in ((i, j), (j, i)):
            self._add(sums, k, self.code[k], self.x[k], -1)
            self._add(sums, k, self.code[other], self.x[k], 1)

        def change() -> None:
            self.code[i], self.code[j] = self.code[j], self.code[i]
            self._sums = sums

        self._change = change
        return self._cost(sums, self._rank_cost)

    def _propose_exchange(self, uniform: Uniform) -> float:
        """Let two neighbours of different groups change places: the ranks change and the sums hardly do."""
        i = int(uniform() * len(self.x))
        x, others = self.x[i], self._sorted[1 - self.ac[i]]
        place = bisect_left(others, x) - (uniform() < 0.5)
        if not 0 <= place < len(others):
            return math.inf
        j = self.x.index(others[place])
        if self.ac[i] == self.ac[j]:
            return math.inf
        return self._propose_moves(((i, self.x[j]), (j, x)))

    def _propose_ratio(self, uniform: Uniform) -> float:
        """Move one patient, or two of one group in opposite directions."""
        i, j = int(uniform() * len(self.x)), int(uniform() * len(self.x))
        if uniform() < 0.04:
            return self._propose_moves(((i, self.x[j] + 0.02 * (uniform() - 0.5)),))
        step = 10 ** (-4 + 3.3 * uniform()) * (uniform() + uniform() + uniform() - 1.5) * 2
        if uniform() < 0.4:
            return self._propose_moves(((i, self.x[i] + step),))
        if i == j or self.ac[i] != self.ac[j]:
            return math.inf
        return self._propose_moves(((i, self.x[i] + step), (j, self.x[j] - step)))

    def _propose_moves(self, moves: Sequence[tuple[int, float]]) -> float:
        """Give patients new ratios."""
        near_low, near_high = self.goal.nearest
        sums = self._sums.copy()
        for i, new in moves:
            lowest, highest = (LOWEST, near_low - GAP) if self.is_low[i] else (near_high + GAP, HIGHEST)
            if i in self._fixed or not lowest < new < highest or HOLE[0] < new < HOLE[1]:
                return math.inf
            self._add(sums, i, self.code[i], self.x[i], -1)
            self._add(sums, i, self.code[i], new, 1)
        crossed = len({self.ac[i] for i, _ in moves}) > 1 or any(
            _place(self._sorted[1 - self.ac[i]], self.x[i]) != _place(self._sorted[1 - self.ac[i]], new)
            for i, new in moves
        )
        rank_cost = self._rank_cost_of(*self._sorted_after(moves)) if crossed else self._rank_cost

        def change() -> None:
            self._sorted = self._sorted_after(moves)
            for i, new in moves:
                self.x[i] = new
            self._sums, self._rank_cost = sums, rank_cost

        self._change = change
        return self._cost(sums, rank_cost)

    def _sorted_after(self, moves: Sequence[tuple[int, float]]) -> tuple[list[float], list[float]]:
        """The ratios of NETs and of adenocarcinomas, each rising, after some have moved."""
        groups = (self._sorted[0].copy(), self._sorted[1].copy())
        for i, new in moves:
            groups[self.ac[i]].remove(self.x[i])
            insort(groups[self.ac[i]], new)
        return groups

    def _sum_up(self) -> list[float]:
        sums = [0.0] * 13
        for i, value in enumerate(self.x):
            self._add(sums, i, self.code[i], value, 1)
        return sums

    def _add(self, sums: list[float], i: int, c: float, x: float, sign: int) -> None:
        """Add what one patient contributes, or take it away."""
        b1, b2 = self.goal.b
        ac = self.ac[i]
        p = 1 / (1 + math.exp(-(self.intercept + b1 * c + b2 * x)))
        weight = sign * p * (1 - p)
        left = sign * (ac - p)
        sums[2 * ac] += sign * x
        sums[2 * ac + 1] += sign * x * x
        sums[4] += left
        sums[5] += left * c
        sums[6] += left * x
        sums[7] += weight
        wc, wx = weight * c, weight * x
        sums[8] += wc
        sums[9] += wx
        sums[10] += wc * c
        sums[11] += wc * x
        sums[12] += wx * x

    def _cost(self, sums: list[float], rank_cost: float) -> float:
        goal = self.goal
        s0, s1, s2, a, b, c, d, e, f = sums[4:]
        # Cofactors of the symmetric information [[a, b, c], [b, d, e], [c, e, f]].
        k00, k01, k02 = d * f - e * e, c * e - b * f, b * e - c * d
        k11, k12, k22 = a * f - c * c, b * c - a * e, a * d - b * b
        det = a * k00 + b * k01 + c * k02
        if det <= 1e-12:
            return math.inf
        b2 = goal.b[1] + (k02 * s0 + k12 * s1 + k22 * s2) / det
        cost = rank_cost
        cost += _penalty((k00 * s0 + k01 * s1 + k02 * s2) / det, 0.0, 0.1)
        cost += _penalty((k01 * s0 + k11 * s1 + k12 * s2) / det, 0.0, 0.03)
        cost += _penalty(b2 - goal.b[1], goal.b_ratio_slack, 0.1)
        cost += _penalty(math.sqrt(k11 / det) - goal.se_pattern, 0.0, 0.005)
        cost += _penalty(math.sqrt(k22 / det) - (goal.log_upper - b2) / Z95, 0.0, 0.03)
        means, variances = [], []
        for group in (0, 1):
            n, total, squares = self._n[group], sums[2 * group], sums[2 * group + 1]
            means.append(total / n)
            variances.append((squares - total * total / n) / (n - 1))
            cost += _penalty(means[group] - goal.mean[group], PRINTED_SLACK, 0.004)
            cost += _penalty(math.sqrt(variances[group]) - goal.sd[group], PRINTED_SLACK, 0.004)
        t = (means[0] - means[1]) / math.sqrt((variances[0] + variances[1]) / self._n[0])
        return cost + _penalty(t - goal.t, 0.0, 0.02)

    def _rank_cost_of(self, net: list[float], ac: list[float]) -> float:
        n_net, n_ac = self._n
        below = [bisect_left(ac, value) for value in net]
        above = [n_net - bisect_left(net, value) for value in ac]
        pairs = sum(below)
        auc = pairs / (n_net * n_ac)
        two_ac = sum(k * k for k in below) / (n_net * n_ac**2)
        two_net = sum(k * k for k in above) / (n_ac * n_net**2)
        variance = auc * (1 - auc) + (n_ac - 1) * (two_ac - auc**2) + (n_net - 1) * (two_net - auc**2)
        se = math.sqrt(variance / (n_net * n_ac))
        low, high = self.goal.auc_se
        cost = float(abs(pairs - self.goal.pairs)) + max(low - se, se - high, 0.0) / 0.0005
        # Youden's index is the largest vertical distance of the two distributions, found just below a NET.
        best = bisect_left(ac, 0.898) - bisect_left(net, 0.898)
        first_above = self.goal.nearest[1]
        rivals = sum(
            k - rank >= best and value != first_above
            for rank, (k, value) in enumerate(zip(below, net, strict=True))
        )
        ties = sum(bisect_right(ac, value) - k for k, value in zip(below, net, strict=True))
        return RANK_WEIGHT * (cost + rivals + ties)


def _place(others: list[float], value: float) -> tuple[int, int]:
    """How many of the sorted others are below a value, and how many not above it."""
    return bisect_left(others, value), bisect_right(others, value)


def _penalty(distance: float, slack: float, scale: float) -> float:
    """Huber's, beyond a slack: flat near 0, where the fit that follows can do the rest, then linear."""
    size = (abs(distance) - slack) / scale
    if size <= 0:
        return 0.0
    return size * size if size < 1 else 2 * size - 1
