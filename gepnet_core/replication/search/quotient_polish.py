"""The last digits of the HAP ratios: exchange a quotient or two until every printed number is met.

Annealing in whole HU comes near but seldom meets a dozen narrow intervals at once. A single exchange changes
all printed numbers almost linearly, so the best two exchanges can be sought among all pairs at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.logistic import fit_logistic
from gepnet_core.replication.search.constraints import load_constraints

Array = NDArray[np.float64]

_ROUNDS = 8
_INSIDE = 0.9
"""A value within this part of half its interval counts as met: the pairs are judged by a linear estimate."""

_Z95 = NormalDist().inv_cdf(0.975)
_MOST_SINGLES = 600
_NEAR = 0.008


@dataclass(frozen=True)
class _Bands:
    centre: Array
    half: Array

    def excess(self, values: Array) -> Array:
        """Sum of squared distances outside the intervals, in halves of them, over the last axis."""
        outside = np.maximum(np.abs(values - self.centre) / self.half - _INSIDE, 0.0)
        total: Array = (outside**2).sum(axis=-1)
        return total


def polish_quotients(
    choices: Sequence[Sequence[float]],
    chosen: Sequence[int],
    code: NDArray[np.int64],
    ac: NDArray[np.bool_],
    rng: np.random.Generator,
) -> list[int] | None:
    """Exchange quotients, keeping every rank, until means, SDs, t and regression agree with the print.

    Parameters
    ----------
    choices : sequence of sequences of float
        For each patient the quotients that may be taken.
    chosen : sequence of int
        Which one each patient has.
    code, ac : arrays
        Pattern code and group, one entry a patient.
    rng : numpy.random.Generator
        Draws the exchanges that are tried where there are very many.

    Returns
    -------
    list of int or None
        The new choice; None where a round finds nothing better.
    """
    bands = _bands()
    now = list(chosen)
    values = _quantities(_ratios(choices, now), code, ac)
    for _ in range(_ROUNDS):
        if values is None:
            return None
        excess = float(bands.excess(values))
        if excess == 0:
            return now
        singles, shifts = _single_exchanges(choices, now, code, ac, values, rng)
        better = None
        for a, b in _best_pairs(singles, shifts, values, bands):
            trial = now.copy()
            trial[a[0]], trial[b[0]] = a[1], b[1]
            if _ranks(choices, trial, ac) != _ranks(choices, now, ac):
                continue
            exact = _quantities(_ratios(choices, trial), code, ac)
            if exact is not None and float(bands.excess(exact)) < excess:
                better, values, excess = trial, exact, float(bands.excess(exact))
                break
        if better is None:
            return None
        now = better
    return None


def _ratios(choices: Sequence[Sequence[float]], chosen: Sequence[int]) -> Array:
    return np.array([of_one[k] for of_one, k in zip(choices, chosen, strict=True)])


def _ranks(choices: Sequence[Sequence[float]], chosen: Sequence[int], ac: NDArray[np.bool_]) -> list[int]:
    """Of each patient, how many of the other group are below; ties make a rank of their own."""
    ratios = _ratios(choices, chosen)
    groups = {True: np.sort(ratios[ac]).tolist(), False: np.sort(ratios[~ac]).tolist()}
    return [
        bisect_left(groups[not g], x)
        + 1000 * (bisect_right(groups[not g], x) - bisect_left(groups[not g], x))
        for x, g in zip(ratios.tolist(), ac.tolist(), strict=True)
    ]


def _single_exchanges(
    choices: Sequence[Sequence[float]],
    now: list[int],
    code: NDArray[np.int64],
    ac: NDArray[np.bool_],
    values: Array,
    rng: np.random.Generator,
) -> tuple[list[tuple[int, int]], Array]:
    """Exchanges of one patient that keep the ranks, with their effects on the quantities; first none."""
    ratios = _ratios(choices, now)
    groups = {True: np.sort(ratios[ac]).tolist(), False: np.sort(ratios[~ac]).tolist()}
    possible = []
    for i, of_one in enumerate(choices):
        others = groups[not ac[i]]
        place = bisect_left(others, ratios[i])
        possible += [
            (i, k)
            for k, x in enumerate(of_one)
            if k != now[i]
            and abs(x - ratios[i]) < _NEAR
            and bisect_left(others, x) == place == bisect_right(others, x)
        ]
    if len(possible) > _MOST_SINGLES:
        possible = [possible[k] for k in rng.permutation(len(possible))[:_MOST_SINGLES]]
    fit = fit_logistic(np.column_stack([code.astype(float), ratios]), ac)
    start = None if fit is None else fit.b  # a single exchange moves the coefficients little
    singles, shifts = [(0, now[0])], [np.zeros_like(values)]
    for i, k in possible:
        trial = ratios.copy()
        trial[i] = choices[i][k]
        changed = _quantities(trial, code, ac, start)
        if changed is not None:
            singles.append((i, k))
            shifts.append(changed - values)
    return singles, np.stack(shifts)


def _best_pairs(
    singles: list[tuple[int, int]], shifts: Array, values: Array, bands: _Bands, most: int = 20
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of exchanges of different patients with the least excess, by adding their effects."""
    patient = np.array([i for i, _ in singles])
    found: list[tuple[float, int, int]] = []
    for a in range(len(singles)):
        excess = bands.excess(values + shifts[a] + shifts[a:])
        allowed = (patient[a:] != patient[a]) | (a == 0)
        excess = np.where(allowed, excess, np.inf)
        b = int(excess.argmin())
        found.append((float(excess[b]), a, a + b))
    return [(singles[a], singles[b]) if a else (singles[b], singles[b]) for _, a, b in sorted(found)[:most]]


def _quantities(
    ratios: Array, code: NDArray[np.int64], ac: NDArray[np.bool_], start: Array | None = None
) -> Array | None:
    fit = fit_logistic(np.column_stack([code.astype(float), ratios]), ac, start)
    if fit is None:
        return None
    net, adeno = ratios[~ac], ratios[ac]
    variances = (net.var(ddof=1), adeno.var(ddof=1))
    t = (net.mean() - adeno.mean()) / np.sqrt((variances[0] + variances[1]) / len(net))
    (_, b1, b2), (_, se1, se2) = fit.b, fit.se
    return np.array(
        [
            net.mean(), adeno.mean(), np.sqrt(variances[0]), np.sqrt(variances[1]), t,
            b1, b1 - _Z95 * se1, b1 + _Z95 * se1, b1 / se1, b2 + _Z95 * se2, b2 / se2,
        ]
    )  # fmt: skip


@cache
def _bands() -> _Bands:
    constraints = load_constraints()

    def limits(fact_id: str) -> tuple[float, float]:
        return constraints[fact_id].low, constraints[fact_id].high

    def logs(fact_id: str) -> tuple[float, float]:
        low, high = limits(fact_id)
        return float(np.log(low)), float(np.log(high))

    def z(fact_id: str) -> tuple[float, float]:
        low, high = limits(fact_id)
        return NormalDist().inv_cdf(low / 2), NormalDist().inv_cdf(high / 2)

    intervals = np.array(
        [
            limits("hap_ratio_mean_net"), limits("hap_ratio_mean_adenocarcinoma"),
            limits("hap_ratio_sd_net"), limits("hap_ratio_sd_adenocarcinoma"), limits("hap_ratio_t"),
            logs("logistic_pattern_exp_b"), logs("logistic_pattern_low"), logs("logistic_pattern_high"),
            z("logistic_pattern_p"), logs("logistic_hap_ratio_high"), z("logistic_hap_ratio_p"),
        ]
    )  # fmt: skip
    return _Bands(intervals.mean(axis=1), np.diff(intervals, axis=1)[:, 0] / 2)
