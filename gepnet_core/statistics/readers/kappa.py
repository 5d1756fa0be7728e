"""Cohen's kappa of two readers, plain and weighted, with large-sample standard errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import index

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval, tail_point

Whole = NDArray[np.object_]


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
        The interval is symmetric and not kept within -1 and 1. It is None where it would shrink to a point,
        as where all pairs agree: there the standard error says nothing about how sure the value is.

    Raises
    ------
    InsufficientDataError
        If the table is not square or holds a negative count, or the level is out of range.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46 and Psychol Bull 1968;70:213-220. Standard error:
    Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323-327, formula 13. Quadratic weights: Fleiss JL,
    Cohen J. Educ Psychol Meas 1973;33:613-619.
    """
    tail_point(level)
    k = len(table)
    if any(len(row) != k or min(row) < 0 for row in table):
        raise InsufficientDataError("agreement needs a square table of counts", allowed="counts from 0")
    # Python's whole numbers all through, so that a standard error of 0 is told from a small one.
    counts = np.array([[index(count) for count in row] for row in table], dtype=object).reshape(k, k)
    undefined = _undefined(counts)
    if undefined:
        return Kappa(None, None, None, dict.fromkeys(("value", "se", "low", "high"), undefined))
    weights = _weights(k, weighting)
    n, rows, columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    # Shares of agreement times n n and the largest weight: observed, expected, and what would be all.
    observed, expected, full = n * (weights * counts).sum(), rows @ weights @ columns, weights[0, 0] * n * n
    # The mean weight of each category, over what the other reader says.
    mean_weights = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    scores = weights * (full - expected) - mean_weights * ((full - observed) // n)
    variance = n * (counts * scores**2).sum() - (counts * scores).sum() ** 2
    value = float(Fraction(observed - expected, full - expected))
    se = math.sqrt(Fraction(n * variance, (full - expected) ** 4))
    if not variance:
        alike = "All pairs agree" if observed == full else "All pairs count alike"
        reason = f"{alike}: the standard error is 0 and the interval a point, however few there are."
        return Kappa(value, se, None, {"low": reason, "high": reason})
    return Kappa(value, se, symmetric_interval(value, se, level, "Fleiss-Cohen-Everitt"), {})


def _undefined(counts: Whole) -> str | None:
    """Why there is no kappa; None where there is one."""
    if not counts.sum():
        return "There is no pair of readings."
    constant = [name for name, axis in (("first", 1), ("second", 0)) if (counts.sum(axis=axis) > 0).sum() < 2]
    if not constant:
        return None
    who = "Both readers" if len(constant) == 2 else f"The {constant[0]} reader"
    return f"{who} used one category alone: nothing varies that agreement beyond chance could be told by."


def _weights(k: int, weighting: Weighting) -> Whole:
    """Largest where the readers agree, 0 where they are farthest apart; k is at least 2."""
    if weighting is Weighting.NONE:
        return np.eye(k, dtype=int).astype(object)
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(object)
    power = 1 if weighting is Weighting.LINEAR else 2
    weights: Whole = (k - 1) ** power - distance**power
    return weights
