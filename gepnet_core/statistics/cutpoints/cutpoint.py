"""The thresholds of a curve that score best by a method.

Candidates are the observed values and, for methods that may choose it, the threshold that calls nobody
positive: minus infinity where low is positive, infinity where high is. It is a number like the others, so
that comparing a marker with it gives the right answer, and no finite marker reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.statistics.cutpoints.cutpoint_methods import LOWEST, CutpointMethod, Scores
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint, roc_curve


@dataclass(frozen=True)
class Cutpoints:
    """Every threshold that scores best by a method, from the strictest on.

    ``value`` is the method's own number there, None where no threshold is allowed. ``reasons`` says by field
    why something is empty, or that a threshold calls nobody or everybody positive.
    """

    method: CutpointMethod
    points: tuple[OperatingPoint, ...]
    value: float | None
    reasons: Mapping[str, str]

    @property
    def chosen(self) -> OperatingPoint | None:
        """The point that is used where one is needed, `preferred`; None where there is none."""
        return preferred(self.points) if self.points else None


def preferred(points: Sequence[OperatingPoint]) -> OperatingPoint:
    """Of points of one curve, from the strictest on: the one with the largest Youden's index, the first."""
    # In whole numbers; max() keeps the first.
    return max(points, key=lambda p: p.true_positives * p.n_negative - p.false_positives * p.n_positive)


def find_cutpoints(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, method: CutpointMethod
) -> Cutpoints:
    """All thresholds that score best by a method, ties included.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite, any unit.
    direction : Direction
    method : CutpointMethod

    Raises
    ------
    InsufficientDataError
        If a class is empty or a value is not finite.
    """
    curve = roc_curve(positive, negative, direction)
    # The point that calls nobody comes first.
    tp, fp = (np.append(0, counts) for counts in (curve.true_positives, curve.false_positives))
    is_candidate = np.ones(len(tp), dtype=bool)
    is_candidate[0] = method.may_call_nobody
    scores = method.score(tp, fp, np.array([curve.n_positive]), np.array([curve.n_negative]))
    best = np.flatnonzero(best_candidates(scores, is_candidate)).tolist()
    points = tuple(curve.point(k - 1) if k else curve.at(-direction.sign * math.inf) for k in best)
    return Cutpoints(
        method,
        points,
        method.value(points[0]) if points else None,
        MappingProxyType(dict(_reasons(method, points))),
    )


def best_candidates(scores: Scores, is_candidate: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which candidates have the largest score along the last axis; none where none is allowed."""
    lowest = LOWEST if scores.dtype == np.int64 else -np.inf
    allowed = np.where(is_candidate, scores, lowest)
    top = allowed.max(axis=-1, keepdims=True)
    best: NDArray[np.bool_] = (allowed == top) & (top > lowest)
    return best


def _reasons(method: CutpointMethod, points: Sequence[OperatingPoint]) -> Iterator[tuple[str, str]]:
    if not points:
        yield "points", f"no threshold is allowed: {method.label}"
        yield "value", "there is no threshold"
    for k, point in enumerate(points):
        if not point.true_positives and not point.false_positives:
            for name in ("threshold", "midpoint"):
                yield f"points.{k}.{name}", "nobody is called positive: the threshold is beyond every value"
        elif point.midpoint is None:
            yield f"points.{k}.midpoint", "everybody is called positive, so that there is no neighbour"
