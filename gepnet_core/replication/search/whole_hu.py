"""Whole HU of lesion and liver in both phases for a solution in ratios."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.logistic import fit_logistic
from gepnet_core.replication.rank_order import PLATEAU, WASHOUT
from gepnet_core.replication.search.annealer import Schedule, Uniform, anneal
from gepnet_core.replication.search.constraints import load_constraints
from gepnet_core.replication.search.quotient_polish import polish_quotients
from gepnet_core.replication.search.ratio_landscape import RatioLandscape
from gepnet_core.replication.search.ratio_search import RatioSolution
from gepnet_core.study.criteria import load_criteria

Whole = NDArray[np.int64]

HAP_LIVER_HU = (60, 95)
"""Unenhanced liver is 58.8 SD 10.8 HU and gains 3 to 34 HU by 25 to 40 s."""

PVP_LIVER_HU = (85, 130)
"""At 45 to 80 s 47 to 63 HU above unenhanced; below 85 HU steatosis is likely."""

LIVER_RISE_HU = (10, 45)

_CLOSEST = 0.03


@dataclass(frozen=True)
class TwoPhases:
    """Whole HU, one entry a patient, in the order of the solution."""

    hap_lesion: Whole
    hap_liver: Whole
    pvp_lesion: Whole
    pvp_liver: Whole


def choose_hap(
    solution: RatioSolution, rng: np.random.Generator, uniform: Uniform
) -> tuple[Whole, Whole] | None:
    """Lesion and liver HU whose quotients still give every printed number; None where none were found."""
    choices = [_hap_pairs(solution, i, rng) for i in range(len(solution.ratios))]
    if not all(len(pairs) for pairs in choices):
        return None
    landscape = _HapLandscape(solution, choices, uniform)
    if landscape.is_possible:
        anneal(landscape, Schedule(20_000, 0.05, 1e-3), uniform, enough=5e-4)
    if not landscape.ranks_agree:
        return None
    code, ac = solution.order.code, solution.order.adenocarcinoma
    chosen = polish_quotients(landscape.quotients, landscape.chosen, code, ac, rng)
    if chosen is None:
        return None
    pairs = np.array([of_one[k] for of_one, k in zip(choices, chosen, strict=True)])
    return pairs[:, 0], pairs[:, 1]


class _HapLandscape(RatioLandscape):
    """State: for each patient one of the quotients near the solution. A change gives one patient another."""

    def __init__(self, solution: RatioSolution, choices: Sequence[Whole], uniform: Uniform) -> None:
        self.quotients = [(pairs[:, 0] / pairs[:, 1]).tolist() for pairs in choices]
        self.chosen = [
            int(np.argmin(np.abs(np.array(quotients) - ratio)))
            for quotients, ratio in zip(self.quotients, solution.ratios, strict=True)
        ]
        start = [quotients[k] for quotients, k in zip(self.quotients, self.chosen, strict=True)]
        n_low = solution.order.n_low
        ac, code = solution.order.adenocarcinoma, solution.order.code
        super().__init__(
            start,
            ac.tolist(),
            code.tolist(),
            (np.arange(len(start)) < n_low).tolist(),
            {n_low - 1, n_low},
            replace(solution.goal, nearest=(start[n_low - 1], start[n_low])),
        )
        fit = fit_logistic(np.column_stack([code.astype(float), start]), ac)
        self.is_possible = fit is not None
        if fit is not None:
            self.set_intercept(float(fit.b[0]))
        self._chosen_next: tuple[tuple[int, int], ...] = ()

    def propose(self, uniform: Uniform) -> float:
        if uniform() < 0.03:
            self._chosen_next = ()
            return self._propose_intercept(uniform)
        step = 10 ** (-4 + 2.3 * uniform()) * (uniform() + uniform() + uniform() - 1.5) * 2
        i, j = int(uniform() * len(self.chosen)), int(uniform() * len(self.chosen))
        if i == j or self.ac[i] != self.ac[j] or uniform() < 0.3:
            self._chosen_next = ((i, self._near(i, self.x[i] + step)),)
        else:
            self._chosen_next = ((i, self._near(i, self.x[i] + step)), (j, self._near(j, self.x[j] - step)))
        return self._propose_moves([(m, self.quotients[m][k]) for m, k in self._chosen_next])

    def accept(self) -> None:
        super().accept()
        for i, k in self._chosen_next:
            self.chosen[i] = k

    def _near(self, i: int, ratio: float) -> int:
        """The choice of a patient that is next to a ratio."""
        quotients = self.quotients[i]
        return min(bisect_left(quotients, ratio), len(quotients) - 1)


def choose_pvp(
    solution: RatioSolution, lesion: Whole, liver: Whole, uniform: Uniform
) -> tuple[Whole, Whole] | None:
    """HU of the portal venous phase from which both definitions give the pattern; None if there are none."""
    limits = {solution.figure2: "figure2_pvp_ratio", solution.figure4: "figure4_pvp_ratio"}
    choices = [
        portal_pairs(int(a), int(b), int(code), limits.get(i))
        for i, (a, b, code) in enumerate(zip(lesion, liver, solution.order.code, strict=True))
    ]
    if not all(choices):
        return None
    landscape = _PortalLandscape(choices, solution.order.adenocarcinoma.tolist(), uniform)
    if anneal(landscape, Schedule(40_000, 1.0, 0.001), uniform) > 0:
        return None
    pairs = np.array([of_one[k] for of_one, k in zip(choices, landscape.chosen, strict=True)])
    return pairs[:, 0], pairs[:, 1]


def portal_pairs(lesion: int, liver: int, code: int, printed: str | None = None) -> list[tuple[int, int]]:
    """Lesion and liver HU of the portal venous phase that give a patient's pattern under both definitions.

    Parameters
    ----------
    lesion, liver : int
        HU of the hepatic artery phase.
    code : int
        Plateau 1, washout 2, progressive 3.
    printed : str or None
        Id of the fact that prints this patient's ratio.
    """
    definitions = load_criteria().definitions
    ratio_tolerance = float(definitions["liver_relative"].tolerance)
    hu_tolerance = int(definitions["lesion_hu"].tolerance)
    low, high = max(PVP_LIVER_HU[0], liver + LIVER_RISE_HU[0]), min(PVP_LIVER_HU[1], liver + LIVER_RISE_HU[1])
    lesions, livers = np.meshgrid(np.arange(20, 191), np.arange(low, high + 1), indexing="ij")
    change, change_hu = lesions / livers - lesion / liver, lesions - lesion
    beyond = ratio_tolerance + 0.002  # not so near the tolerance that it could look like the other pattern
    if code == PLATEAU:
        fits = (np.abs(change) < ratio_tolerance - 0.002) & (np.abs(change_hu) <= hu_tolerance)
    elif code == WASHOUT:
        fits = (change < -beyond) & (change_hu < -hu_tolerance)
    else:
        fits = (change > beyond) & (change_hu > hu_tolerance)
    if printed is not None:
        limits = load_constraints()[printed]
        fits &= (lesions / livers > limits.low) & (lesions / livers < limits.high)
    return list(zip(lesions[fits].tolist(), livers[fits].tolist(), strict=True))


def _hap_pairs(solution: RatioSolution, i: int, rng: np.random.Generator) -> Whole:
    """Quotients near a ratio. Where it is to fall much, the arterial liver must be bright."""
    bright = i == solution.figure2 or solution.ratios[i] > 1.25
    low = 78 if bright else HAP_LIVER_HU[0] + int(rng.integers(0, 6))
    livers = np.arange(low, HAP_LIVER_HU[1] + 1)
    nearest = np.rint(solution.ratios[i] * livers).astype(np.int64)
    lesions = np.concatenate([nearest + shift for shift in (-2, -1, 0, 1, 2)])
    livers = np.tile(livers, 5)
    pairs = np.column_stack([lesions, livers])
    distance = np.abs(lesions / livers - solution.ratios[i])
    if i == solution.figure2 or i == solution.figure4:
        limits = load_constraints()["figure2_hap_ratio" if i == solution.figure2 else "figure4_hap_ratio"]
        pairs = pairs[(lesions / livers > limits.low) & (lesions / livers < limits.high)]
        return pairs[np.argsort(pairs[:, 0] / pairs[:, 1])]
    if i in (solution.order.n_low - 1, solution.order.n_low):
        return pairs[np.argsort(distance)[:1]]
    near = pairs[distance < _CLOSEST]
    rising: Whole = near[np.argsort(near[:, 0] / near[:, 1])]
    return rising


class _PortalLandscape:
    """State: for each patient one of the allowed pairs. A change gives one patient another pair."""

    def __init__(
        self, choices: Sequence[Sequence[tuple[int, int]]], ac: Sequence[bool], uniform: Uniform
    ) -> None:
        self._ratios = [[lesion / liver for lesion, liver in pairs] for pairs in choices]
        self._group = [int(value) for value in ac]
        self.chosen = [int(uniform() * len(pairs)) for pairs in choices]
        self._n = (self._group.count(0), self._group.count(1))
        self._limits = [
            load_constraints()[f"pvp_ratio_{what}_{group}"]
            for group in ("net", "adenocarcinoma")
            for what in ("mean", "sd")
        ]
        self._t = load_constraints()["pvp_ratio_t"]
        self._sums = [0.0] * 4
        for i, k in enumerate(self.chosen):
            self._add(self._sums, i, k, 1)
        self._pending = (0, 0, self._sums)

    @property
    def cost(self) -> float:
        return self._cost(self._sums)

    def propose(self, uniform: Uniform) -> float:
        i = int(uniform() * len(self.chosen))
        k = int(uniform() * len(self._ratios[i]))
        sums = self._sums.copy()
        self._add(sums, i, self.chosen[i], -1)
        self._add(sums, i, k, 1)
        self._pending = (i, k, sums)
        return self._cost(sums)

    def accept(self) -> None:
        i, k, self._sums = self._pending
        self.chosen[i] = k

    def _add(self, sums: list[float], i: int, k: int, sign: int) -> None:
        ratio = self._ratios[i][k]
        sums[2 * self._group[i]] += sign * ratio
        sums[2 * self._group[i] + 1] += sign * ratio * ratio

    def _cost(self, sums: list[float]) -> float:
        cost, means, variances = 0.0, [], []
        for group, n in enumerate(self._n):
            mean = sums[2 * group] / n
            variance = max(sums[2 * group + 1] - n * mean * mean, 1e-9) / (n - 1)
            means.append(mean)
            variances.append(variance)
            for limits, value in zip(self._limits[2 * group :], (mean, math.sqrt(variance)), strict=False):
                cost += max(limits.low + 1e-4 - value, value - limits.high + 1e-4, 0.0) / 0.01
        t = (means[0] - means[1]) / math.sqrt((variances[0] + variances[1]) / self._n[0])
        return cost + max(self._t.low + 5e-5 - t, t - self._t.high + 5e-5, 0.0) / 0.05
