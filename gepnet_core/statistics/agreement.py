"""Cohen's kappa of two readers, plain and weighted, with large-sample standard errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval


class Weighting(StrEnum):
    """What a disagreement costs: all the same, its distance in categories, or the square of that."""

    NONE = "kappa"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True)
class Kappa:
    """A kappa; what is None has its reason under the name of the field."""

    value: float | None
    se: float | None
    interval: ConfidenceInterval | None
    reasons: Mapping[str, str]


def agreement_table(
    first: Sequence[str], second: Sequence[str], categories: Sequence[str]
) -> list[list[int]]:
    """How often each pair of categories occurs, the first reader in rows.

    Parameters
    ----------
    first, second : sequence of str, length n
        The readers' categories of the same cases.
    categories : sequence of str
        All categories, in their order.

    Raises
    ------
    InsufficientDataError
        If the readers judged different numbers of cases, or a category is not listed.
    """
    place = {category: k for k, category in enumerate(categories)}
    if len(first) != len(second) or not {*first, *second} <= set(place):
        raise InsufficientDataError(
            "agreement needs pairs of listed categories",
            got=f"{len(first)} and {len(second)} readings",
            allowed="as many of one reader as of the other, each in the list",
        )
    table = [[0] * len(place) for _ in place]
    for one, other in zip(first, second, strict=True):
        table[place[one]][place[other]] += 1
    return table


def cohen_kappa(
    table: Sequence[Sequence[int]], weighting: Weighting = Weighting.NONE, level: float = 0.95
) -> Kappa:
    """Agreement beyond chance of two readers.

    Parameters
    ----------
    table : sequence of sequences of int, shape (k, k)
        Counts of pairs, the first reader in rows, categories in their order.
    weighting : Weighting
        Weights are taken from the places of the categories, not from their names or values.
    level : float
        Between 0 and 1.

    Returns
    -------
    Kappa
        The interval is symmetric and not kept within -1 and 1. It is None where it would shrink to a point:
        there the standard error says nothing about how sure the value is.

    Raises
    ------
    InsufficientDataError
        If the table is not square or holds a negative count.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46 and Psychol Bull 1968;70:213-220. Standard error:
    Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323-327, formula 13. Quadratic weights: Fleiss JL,
    Cohen J. Educ Psychol Meas 1973;33:613-619.
    """
    k = len(table)
    if any(len(row) != k or min(row) < 0 for row in table):
        raise InsufficientDataError("agreement needs a square table of counts", allowed="counts from 0")
    counts = np.asarray(table, dtype=float).reshape(k, k)
    n = float(counts.sum())
    undefined = _undefined(counts, n)
    if undefined:
        return Kappa(None, None, None, dict.fromkeys(("value", "se", "low", "high"), undefined))
    weights = _weights(k, weighting)
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float((weights * shares).sum())
    expected = float(rows @ weights @ columns)
    value = (observed - expected) / (1 - expected)
    # The mean weight of each category, over what the other reader says.
    mean_weights = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    spread = float((shares * (weights * (1 - expected) - mean_weights * (1 - observed)) ** 2).sum())
    variance = (spread - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4)
    se = math.sqrt(max(variance, 0.0))
    if counts.trace() == n:
        reason = "All pairs agree: the standard error is 0 and the interval a point, however few there are."
        return Kappa(1.0, 0.0, None, {"low": reason, "high": reason})
    half = NormalDist().inv_cdf(0.5 + level / 2) * se
    interval = ConfidenceInterval(value - half, value + half, level, "Fleiss-Cohen-Everitt")
    return Kappa(value, se, interval, {})


def _undefined(counts: NDArray[np.float64], n: float) -> str | None:
    """Why there is no kappa; None where there is one."""
    if not n:
        return "There is no pair of readings."
    constant = [name for name, axis in (("first", 1), ("second", 0)) if (counts.sum(axis=axis) > 0).sum() < 2]
    if not constant:
        return None
    who = "Both readers" if len(constant) == 2 else f"The {constant[0]} reader"
    return f"{who} used one category alone: nothing varies that agreement beyond chance could be told by."


def _weights(k: int, weighting: Weighting) -> NDArray[np.float64]:
    """1 where the readers agree, 0 at the largest distance; k is at least 2 where two categories are used."""
    if weighting is Weighting.NONE:
        return np.eye(k)
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    weights: NDArray[np.float64] = 1 - (distance if weighting is Weighting.LINEAR else distance**2)
    return weights
