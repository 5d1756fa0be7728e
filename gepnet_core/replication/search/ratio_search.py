"""The search for HAP ratios: an order, annealed, then solved exactly, then turned into whole HU."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.rank_order import WASHOUT, RankOrder, draw_orders, near_orders
from gepnet_core.replication.search.annealer import Schedule, Uniform, anneal
from gepnet_core.replication.search.constraints import load_constraints
from gepnet_core.replication.search.ratio_fit import RatioTargets, fit_ratios
from gepnet_core.replication.search.ratio_landscape import PRINTED_SLACK, Z95, RatioGoal, RatioLandscape

SCHEDULE = Schedule(moves=300_000, first=8.0, last=0.02)
ENOUGH = 0.03

_MOST_FITS = 6

B_RATIO_CENTRE, B_RATIO_SLACK = -10.83, 0.13
"""From P .009 and the upper limit .067: B lies in [-11.09, -10.57]."""


@dataclass(frozen=True)
class RatioSolution:
    """Ratios by rising value with groups and pattern codes; positions of the cases of Figures 2 and 4.

    ``goal`` is what they were sought for, with the coefficient that was reached.
    """

    ratios: NDArray[np.float64]
    order: RankOrder
    figure2: int
    figure4: int
    goal: RatioGoal


def search_ratios(rng: np.random.Generator, uniform: Uniform) -> RatioSolution | None:
    """One attempt, from one drawn order; None where it does not reach every printed number.

    Parameters
    ----------
    rng : numpy.random.Generator
    uniform : callable
        Numbers for the annealer.
    """
    goal = _goal(rng)
    order = _first_order(rng, goal)
    low_side = np.sort(rng.uniform(0.35, goal.nearest[0] - 0.01, order.n_low - 1))
    high_side = np.sort(rng.uniform(goal.nearest[1] + 0.01, 1.7, len(order.code) - order.n_low - 1))
    start = np.concatenate([low_side, goal.nearest, high_side])
    ac, is_low = order.adenocarcinoma, np.arange(len(start)) < order.n_low
    figure4 = _nearest(start, _printed("figure4_hap_ratio"), ac & is_low & (start < goal.nearest[0]))
    figure2 = _nearest(
        start, _printed("figure2_hap_ratio"), ~ac & (start > goal.nearest[1]) & (order.code == WASHOUT)
    )
    start[figure4], start[figure2] = _printed("figure4_hap_ratio"), _printed("figure2_hap_ratio")
    landscape = RatioLandscape(
        start.tolist(),
        ac.tolist(),
        order.code.tolist(),
        is_low.tolist(),
        {figure2, figure4, order.n_low - 1, order.n_low},
        goal,
    )
    anneal(landscape, SCHEDULE, uniform, enough=ENOUGH)
    by_ratio = np.argsort(landscape.x)
    found = replace(
        order, adenocarcinoma=ac[by_ratio], code=np.array(landscape.code, dtype=np.int64)[by_ratio]
    )
    places = tuple(int(np.flatnonzero(by_ratio == i)[0]) for i in (figure2, figure4))
    targets = _targets(landscape, ((places[0], start[figure2]), (places[1], start[figure4])))
    if targets is None:
        return None
    near = near_orders(found, {*places, order.n_low - 1, order.n_low}, goal.pairs, *goal.auc_se)
    for candidate in near[:_MOST_FITS]:
        ratios = fit_ratios(candidate, np.array(landscape.x)[by_ratio], landscape.intercept, targets)
        if ratios is not None:
            reached = replace(goal, b=targets.b, b_ratio_slack=0.0)
            return RatioSolution(ratios, candidate, places[0], places[1], reached)
    return None


def _goal(rng: np.random.Generator) -> RatioGoal:
    """The centres of the printed intervals; the values beside the cutoff are drawn."""
    half_gap = rng.uniform(0.003, 0.008)
    auc = _printed("hap_ratio_auc")
    n_pairs = int(_printed("n_net") * _printed("n_adenocarcinoma"))
    pairs = round(auc * n_pairs)
    low, high = load_constraints()["hap_ratio_auc_low"], load_constraints()["hap_ratio_auc_high"]
    se = (
        max(pairs / n_pairs - low.high, high.low - pairs / n_pairs) / Z95,
        min(pairs / n_pairs - low.low, high.high - pairs / n_pairs) / Z95,
    )
    # The upper limit is printed to 0.16 % and the coefficient to 0.9 %; the shift puts P at 0.012.
    b_pattern = _middle_log("logistic_pattern_exp_b") - 0.0025
    se_pattern = (_middle_log("logistic_pattern_high") - b_pattern) / Z95
    cutoff = _printed("hap_ratio_cutoff")
    return RatioGoal(
        mean=(_printed("hap_ratio_mean_net"), _printed("hap_ratio_mean_adenocarcinoma")),
        sd=(_printed("hap_ratio_sd_net"), _printed("hap_ratio_sd_adenocarcinoma")),
        t=_printed("hap_ratio_t"),
        b=(b_pattern, B_RATIO_CENTRE),
        b_ratio_slack=B_RATIO_SLACK,
        se_pattern=se_pattern,
        log_upper=_middle_log("logistic_hap_ratio_high"),
        pairs=pairs,
        auc_se=(se[0] + 1e-5, se[1] - 1e-5),
        nearest=(cutoff - half_gap, cutoff + half_gap),
    )


def _targets(landscape: RatioLandscape, pinned: tuple[tuple[int, float], ...]) -> RatioTargets | None:
    """What the annealer has come near to, moved inside the printed intervals; None where they exclude it."""
    goal = landscape.goal
    means, sds, b_ratio = landscape.approached
    mean = tuple(_inside(m, g, PRINTED_SLACK) for m, g in zip(means, goal.mean, strict=True))
    sd_ac = _inside(sds[1], goal.sd[1], PRINTED_SLACK)
    n = _printed("n_net")
    variance_net = n * ((mean[0] - mean[1]) / goal.t) ** 2 - sd_ac**2
    if variance_net <= 0 or abs(math.sqrt(variance_net) - goal.sd[0]) > PRINTED_SLACK:
        return None
    b_ratio = _inside(b_ratio, goal.b[1], goal.b_ratio_slack)
    return RatioTargets(
        mean=(mean[0], mean[1]),
        sd=(math.sqrt(variance_net), sd_ac),
        b=(goal.b[0], b_ratio),
        se=(goal.se_pattern, (goal.log_upper - b_ratio) / Z95),
        nearest=goal.nearest,
        pinned=pinned,
    )


def _first_order(rng: np.random.Generator, goal: RatioGoal) -> RankOrder:
    while True:
        if orders := draw_orders(rng, goal.pairs, *goal.auc_se):
            return orders[0]


def _nearest(values: NDArray[np.float64], wanted: float, allowed: NDArray[np.bool_]) -> int:
    return int(np.argmin(np.where(allowed, np.abs(values - wanted), np.inf)))


def _inside(value: float, centre: float, slack: float) -> float:
    return min(max(value, centre - slack), centre + slack)


def _printed(fact_id: str) -> float:
    constraint = load_constraints()[fact_id]
    return (constraint.low + constraint.high) / 2


def _middle_log(fact_id: str) -> float:
    return math.log(_printed(fact_id))
