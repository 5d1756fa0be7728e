"""Backward elimination from a logistic model, each step on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gepnet_core.statistics.models.logistic_design import Design, Predictor, design_of
from gepnet_core.statistics.models.logistic_likelihood import Maximum
from gepnet_core.statistics.models.logistic_regression import chi2_p, maximise_or_refuse


class RemovalRule(StrEnum):
    """Which test decides: the likelihood ratio of both models, or Wald's in the larger one."""

    LR = "lr"
    WALD = "wald"


@dataclass(frozen=True)
class RemovalTest:
    """What leaving out one predictor would cost."""

    name: str
    statistic: float
    df: int
    p: float


@dataclass(frozen=True)
class EliminationStep:
    """One model, the test of each of its predictors, and which of them left; None in the last step."""

    kept: tuple[str, ...]
    log_likelihood: float
    tests: tuple[RemovalTest, ...]
    removed: str | None


def eliminate_backward(
    predictors: Sequence[Predictor], event: NDArray[np.bool_], rule: RemovalRule, remove: float = 0.10
) -> tuple[EliminationStep, ...]:
    """Leave out the predictor with the largest P until none is above a limit.

    Parameters
    ----------
    predictors : sequence of Predictor
        All indicators of a category leave together.
    event : array of bool, shape (n,)
    rule : RemovalRule
    remove : float
        A predictor leaves if its P is above; 0.10 is SPSS's default.

    Returns
    -------
    tuple of EliminationStep
        The last one is the model that stays, perhaps without any predictor.

    Raises
    ------
    InsufficientDataError
        As `design_of`, or if a fit does not settle.

    References
    ----------
    Likelihood ratio and Wald tests: Hosmer DW, Lemeshow S. Applied Logistic Regression, 2nd ed., 2000,
    sections 2.4 and 4.3.
    """
    kept = list(predictors)
    steps = []
    while True:
        design = design_of(kept, event)
        found = maximise_or_refuse(design)
        tests = tuple(_removal_test(design, found, predictor, rule) for predictor in kept)
        worst = max(tests, key=lambda test: test.p, default=None)
        removed = worst.name if worst is not None and worst.p > remove else None
        names = tuple(predictor.name for predictor in kept)
        steps.append(EliminationStep(names, found.value, tests, removed))
        if removed is None:
            return tuple(steps)
        kept = [predictor for predictor in kept if predictor.name != removed]


def _removal_test(design: Design, found: Maximum, predictor: Predictor, rule: RemovalRule) -> RemovalTest:
    places = design.places(predictor.name)
    if rule is RemovalRule.WALD:
        b = found.b[places]
        covariance = np.linalg.inv(found.information)[np.ix_(places, places)]
        statistic = float(b @ np.linalg.solve(covariance, b))
    else:
        others = [other for other in design.predictors if other.name != predictor.name]
        reduced = maximise_or_refuse(design_of(others, design.event == 1))
        statistic = 2 * (found.value - reduced.value)
    return RemovalTest(predictor.name, statistic, len(places), chi2_p(statistic, len(places)))
