"""Orders of the 46 HAP ratios that give the printed ROC analysis, with each patient's group and pattern."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from gepnet_core.study.criteria import load_criteria

PLATEAU, WASHOUT, PROGRESSIVE = 1, 2, 3
"""The linear code of the pattern under which the printed regression can be reached."""

CODES = {"plateau": PLATEAU, "washout": WASHOUT, "progressive": PROGRESSIVE}

_BATCH = 4_000
_PAIRINGS = 20
_MOST_EXCHANGES = 4


@dataclass(frozen=True)
class RankOrder:
    """Patients by rising HAP ratio.

    ``adenocarcinoma`` and ``code`` (plateau 1, washout 2, progressive 3) have one entry a patient; the first
    ``n_low`` lie at or below the cutoff.
    """

    adenocarcinoma: NDArray[np.bool_]
    code: NDArray[np.int64]
    n_low: int


def draw_orders(
    rng: np.random.Generator, concordant_pairs: int, se_low: float, se_high: float
) -> list[RankOrder]:
    """Draw orders at random and keep those with the printed ROC analysis.

    Parameters
    ----------
    rng : numpy.random.Generator
    concordant_pairs : int
        Pairs of a NET and an adenocarcinoma in which the NET has the higher ratio: the AUC times 529.
    se_low, se_high : float
        Limits of the standard error by `nonparametric_se`.

    Returns
    -------
    list of RankOrder
        Possibly empty. In each the number of patients of each group and pattern on either side of the cutoff
        is that of the joint cells, and Youden's index is largest at the cutoff alone.

    Notes
    -----
    Going away from the cutoff, a cut further down loses one true positive with each adenocarcinoma that it
    passes and one false positive with each NET. The cutoff is the only maximum when the losses exceed the
    gains at every step, which is a ballot sequence (Bertrand J. C R Acad Sci 1887;105:369).
    """
    cells = load_criteria().cells
    low = cells[True, True] + cells[True, False]
    high = cells[False, True] + cells[False, False]
    below = _ballots(rng, low.adenocarcinoma, low.net)[:, ::-1]  # True: adenocarcinoma
    above = ~_ballots(rng, high.net, high.adenocarcinoma)
    counts_below = pair_counts(below, ac_below=0, net_above=high.net)
    counts_above = pair_counts(above, ac_below=low.adenocarcinoma, net_above=0)
    n_low, orders = low.adenocarcinoma + low.net, []
    for _ in range(_PAIRINGS):
        i, j = rng.integers(len(below), size=_BATCH), rng.integers(len(above), size=_BATCH)
        counts = counts_below[i] + counts_above[j]
        se = nonparametric_se(counts, low.adenocarcinoma + high.adenocarcinoma, low.net + high.net)
        for k in np.flatnonzero((counts[:, 0] == concordant_pairs) & (se > se_low) & (se < se_high)):
            order = np.concatenate([below[i[k]], above[j[k]]])
            orders.append(RankOrder(order, _codes(rng, order, n_low), n_low))
    return orders


def near_orders(
    order: RankOrder, fixed: Collection[int], concordant_pairs: int, se_low: float, se_high: float
) -> list[RankOrder]:
    """The order, and those a few exchanges of neighbours away, that have the printed ROC analysis.

    Parameters
    ----------
    order : RankOrder
    fixed : collection of int
        Positions whose patient must stay.
    concordant_pairs : int
    se_low, se_high : float
        As for `draw_orders`.

    Returns
    -------
    list of RankOrder
        Fewest exchanges first; possibly empty.
    """
    ac = order.adenocarcinoma
    turns = [
        i
        for i in np.flatnonzero(np.diff(ac)).tolist()
        if i != order.n_low - 1 and not {i, i + 1} & set(fixed)
    ]
    exchanges = [
        some
        for number in range(_MOST_EXCHANGES + 1)
        for some in combinations(turns, number)
        if all(after > before + 1 for before, after in pairwise(some))
    ]
    places = np.tile(np.arange(len(ac)), (len(exchanges), 1))
    for row, of_one in enumerate(exchanges):
        for i in of_one:
            places[row, [i, i + 1]] = i + 1, i
    groups = ac[places]
    counts = pair_counts(groups)
    n_ac = int(ac.sum())
    se = nonparametric_se(counts, n_ac, len(ac) - n_ac)
    lead = np.cumsum(2 * groups.astype(np.int64) - 1, axis=1)
    best = lead[:, order.n_low - 1]
    is_only = (lead >= best[:, None]).sum(axis=1) == 1
    good = (counts[:, 0] == concordant_pairs) & (se > se_low) & (se < se_high) & is_only
    return [RankOrder(ac[places[k]], order.code[places[k]], order.n_low) for k in np.flatnonzero(good)]


def pair_counts(
    adenocarcinoma: NDArray[np.bool_], ac_below: int = 0, net_above: int = 0
) -> NDArray[np.int64]:
    """What the ROC analysis needs of orders without ties, or of one part of them.

    Parameters
    ----------
    adenocarcinoma : array of bool, shape (orders, patients)
        By rising ratio.
    ac_below, net_above : int
        Adenocarcinomas below, and NETs above, the part of the order that is given.

    Returns
    -------
    array of int, shape (orders, 3)
        Concordant pairs; the sum over NETs of the squared number of adenocarcinomas below; the sum over
        adenocarcinomas of the squared number of NETs above. Parts add up.
    """
    below = ac_below + np.cumsum(adenocarcinoma, axis=1)
    from_end = np.cumsum(~adenocarcinoma[:, ::-1], axis=1)[:, ::-1]
    below_net = np.where(adenocarcinoma, 0, below)
    above_ac = np.where(adenocarcinoma, net_above + from_end, 0)
    return np.stack([below_net.sum(axis=1), (below_net**2).sum(axis=1), (above_ac**2).sum(axis=1)], axis=1)


def nonparametric_se(counts: NDArray[np.int64], n_ac: int, n_net: int) -> NDArray[np.float64]:
    """Standard error of the AUC from `pair_counts`, shape (orders,).

    Hanley and McNeil's variance with Q1 and Q2 counted from the data, as SPSS prints it under "nonparametric
    assumption".

    References
    ----------
    Hanley JA, McNeil BJ. Radiology 1982;143:29-36, equation 1.
    """
    auc = counts[:, 0] / (n_ac * n_net)
    two_ac = counts[:, 1] / (n_net * n_ac**2)
    two_net = counts[:, 2] / (n_ac * n_net**2)
    variance = auc * (1 - auc) + (n_ac - 1) * (two_ac - auc**2) + (n_net - 1) * (two_net - auc**2)
    return np.sqrt(variance / (n_ac * n_net))


def _ballots(rng: np.random.Generator, winners: int, losers: int) -> NDArray[np.bool_]:
    """Random sequences in which the winners (True) are ahead after every step."""
    votes = np.zeros((_BATCH, winners + losers), dtype=bool)
    votes[:, :winners] = True
    votes = rng.permuted(votes, axis=1)
    return votes[(np.cumsum(2 * votes.astype(np.int64) - 1, axis=1) > 0).all(axis=1)]


def _codes(rng: np.random.Generator, adenocarcinoma: NDArray[np.bool_], n_low: int) -> NDArray[np.int64]:
    """Patterns drawn within the joint cells and the counts of washout and progressive."""
    criteria = load_criteria()
    is_low = np.arange(len(adenocarcinoma)) < n_low
    code = np.full(len(adenocarcinoma), PLATEAU)
    for ratio_met in (True, False):
        counts = criteria.cells[ratio_met, False]
        for group, n in ((adenocarcinoma, counts.adenocarcinoma), (~adenocarcinoma, counts.net)):
            where = np.flatnonzero(group & (is_low == ratio_met))
            code[rng.permutation(where)[:n]] = WASHOUT
    progressive = criteria.patterns["progressive"]
    for group, n in ((adenocarcinoma, progressive.adenocarcinoma), (~adenocarcinoma, progressive.net)):
        where = np.flatnonzero(group & (code == WASHOUT))
        code[rng.permutation(where)[:n]] = PROGRESSIVE
    return code
