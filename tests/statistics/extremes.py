"""Extremes of number and size, and what any answer to them must hold."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval

Result = TypeVar("Result")
Groups = tuple[list[float], list[float]]

EPS, LARGEST = sys.float_info.epsilon, sys.float_info.max
SMALLEST = 5e-324

SOUND: dict[str, Groups] = {
    "one of each": ([1.0], [2.0]),
    "one of each, tied": ([1.0], [1.0]),
    "one against two": ([2.0], [1.0, 3.0]),
    "two against one": ([1.0, 3.0], [3.0]),
    "two of each": ([1.0, 3.0], [2.0, 4.0]),
    "constant": ([3.0] * 4, [3.0] * 3),
    "constant in each": ([1.0] * 3, [2.0] * 2),
    "constant in one": ([1.0] * 3, [0.0, 1.0, 2.0]),
    "apart": ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]),
    "apart the other way": ([4.0, 5.0, 6.0, 7.0], [1.0, 2.0, 3.0]),
    "ties everywhere": ([1.0, 1.0, 2.0, 2.0, 2.0], [1.0, 2.0, 2.0, 1.0]),
    "signed zeros": ([0.0, -0.0, 1.0], [-0.0, 0.0]),
    "one odd value in many": ([0.0] * 515, [0.0] * 514 + [1.0]),
    "two values in many": ([0.0, 1.0] * 300, [0.0] * 400 + [1.0] * 200),
    "tiny": ([1e-300, 3e-300, 4e-300], [2e-300, 4e-300]),
    "huge": ([1e300, -1e300, 3e299], [2e299, 1e300]),
    "tiny and huge": ([1e-300, 1e300, -1e-300], [-1e300, 2e-300, 1e300]),
    "tiny beside one huge": ([1e-300, 1e-300, 1e-300, 1e300], [2e-300, 2e-300, 3e-300, 1e300]),
    "small spread beside a constant": ([0.0, 1e-100], [1.0, 1.0]),
    "small spread beside a far value": ([1.0, 1.0 + EPS], [1e20, 1e20]),
    "denormal": ([SMALLEST, 3 * SMALLEST], [2 * SMALLEST, 4 * SMALLEST]),
    "neighbours": ([1 + EPS, 1 + 3 * EPS], [1 + 2 * EPS, 1 + 4 * EPS]),
    "a tenth and its neighbour": ([0.1] * 5 + [math.nextafter(0.1, 1)], [0.1, 0.1]),
    "apart by five roundings": ([1 + 5 * EPS], [1.0, 0.0]),
    "largest": ([LARGEST, -LARGEST], [LARGEST, 0.0]),
}
REFUSED: dict[str, Groups] = {
    "no positive": ([], [1.0, 2.0]),
    "no negative": ([1.0, 2.0], []),
    "nobody": ([], []),
    "NaN": ([1.0, math.nan], [2.0, 3.0]),
    "NaN in the other": ([1.0, 2.0], [math.nan, 3.0]),
    "NaN alone": ([math.nan], [math.nan]),
    "infinity": ([1.0, math.inf], [2.0, 3.0]),
    "minus infinity": ([1.0, 2.0], [-math.inf, 3.0]),
}


def attempt(call: Callable[..., Result], *arguments: object, **named: object) -> Result | None:
    """The result, or None where it is refused with a sentence."""
    try:
        return call(*arguments, **named)
    except InsufficientDataError as error:
        assert re.fullmatch(r"\S+ [^\n]{10,}\.", str(error)), str(error)
        return None


def refused(call: Callable[..., object], *arguments: object) -> bool:
    return attempt(call, *arguments) is None


def holds(interval: ConfidenceInterval, value: float) -> bool:
    """Whether finite limits lie about a value."""
    margin = 4 * EPS * max(1.0, abs(value))
    limits = interval.low, interval.high
    return all(map(math.isfinite, limits)) and limits[0] <= value + margin and value - margin <= limits[1]


def ranked(groups: Groups) -> Groups:
    """The same order and the same ties in whole numbers: a strictly rising transform."""
    place = np.unique(np.concatenate(groups), return_inverse=True)[1].astype(float).tolist()
    return place[: len(groups[0])], place[len(groups[0]) :]
