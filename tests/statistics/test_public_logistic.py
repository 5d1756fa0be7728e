"""Logistic models of public data against glm, MASS, drop1 and brglm2.

R 4.2.2, MASS 7.3-58.2, brglm2 0.9; tests/reference/public_data.R wrote the data and the numbers. All of them
come from iterations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gepnet_core.statistics.models.backward_elimination import RemovalRule, eliminate_backward
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_regression import (
    Coefficient,
    LogisticFit,
    fit_logistic,
    separated_classes,
)
from tests.reference.public.public_data import EXPECTED, ITERATED, column, table

Expected = dict[str, Any]
MODELS: list[Expected] = EXPECTED["logistic"]
each_model = pytest.mark.parametrize("expected", MODELS, ids=lambda one: one["name"])

PREDICTORS = {
    "asah": ("outcome", "Poor", ("age", "wfns", "s100b", "ndka")),
    "suicide": ("suicide", "yes", ("dsi", "age")),
    "birthwt": ("low", "1", ("age", "lwt", "race", "smoke", "ptl", "ht", "ui", "ftv")),
    "infert": ("case", "1", ("age", "parity", "education", "spontaneous", "induced")),
    "mtcars": ("vs", "1", ("mpg", "am")),
}
CATEGORIES = {"race", "education"}


def predictor(data: str, name: str) -> Predictor:
    if name not in CATEGORIES:
        return Predictor(name, (name,), column(data, name)[:, None])
    labels = [row[name] for row in table(data)]
    levels = sorted(set(labels))[1:]
    indicators = np.array([[float(label == level) for level in levels] for label in labels])
    return Predictor(name, tuple(f"{name}_{k}" for k in range(1, len(levels) + 1)), indicators)


def model_of(expected: Expected) -> tuple[list[Predictor], NDArray[np.bool_]]:
    data = expected["name"]
    outcome, positive, names = PREDICTORS[data]
    event = np.array([row[outcome] == positive for row in table(data)])
    return [predictor(data, name) for name in names], event


def fitted(expected: Expected, *, penalised: bool = False) -> LogisticFit:
    return fit_logistic(design_of(*model_of(expected)), penalised=penalised)


def coefficients(expected: Expected, fit: LogisticFit) -> Iterator[tuple[Coefficient, Expected]]:
    found = {"intercept": fit.intercept, **fit.terms}
    assert list(found) == list(expected["terms"])
    for name, theirs in expected["terms"].items():
        yield found[name], theirs


def near(expected: object) -> Any:
    return pytest.approx(expected, rel=ITERATED, abs=0)


@each_model
def test_coefficients_standard_errors_and_wald(expected: Expected) -> None:
    assert separated_classes(design_of(*model_of(expected))) is None
    fit = fitted(expected)
    assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
    for found, theirs in coefficients(expected, fit):
        assert (found.b, found.se, found.p) == near((theirs["b"], theirs["se"], theirs["p"]))
        assert (found.wald.low, found.wald.high) == near(tuple(theirs["wald"]))


@each_model
def test_profile_intervals(expected: Expected) -> None:
    for found, theirs in coefficients(expected, fitted(expected)):
        if found.profile is None:
            assert theirs["profile"] is None  # of the intercept
            continue
        limits = found.profile.low, found.profile.high
        assert limits == near(tuple(theirs["profile"]))
        # confint of MASS interpolates between a few fits: within a thousandth of the interval.
        width = limits[1] - limits[0]
        assert limits == pytest.approx(tuple(theirs["mass"]), rel=0, abs=1e-3 * width)


@each_model
def test_firth_s_estimates_are_brglm2_s(expected: Expected) -> None:
    # brglm2 solves the adjusted score equations (type "AS_mean"); it has no penalised profile or P.
    for found, theirs in coefficients(expected, fitted(expected, penalised=True)):
        assert (found.b, found.se) == near((theirs["firth_b"], theirs["firth_se"]))


@each_model
@pytest.mark.parametrize("rule", RemovalRule)
def test_each_step_of_backward_elimination(rule: RemovalRule, expected: Expected) -> None:
    # drop1(test = "LRT"), and Wald's test from coef and vcov, of all indicators of a category together
    steps = eliminate_backward(*model_of(expected), rule)
    assert len(steps) == len(expected[rule])
    for found, theirs in zip(steps, expected[rule], strict=True):
        assert (list(found.kept), found.removed) == (theirs["kept"], theirs["removed"])
        assert found.log_likelihood == pytest.approx(theirs["log_likelihood"], rel=1e-10)
        for test, (statistic, df, p) in zip(found.tests, theirs["tests"], strict=True):
            assert (test.statistic, test.df, test.p) == near((statistic, df, p))


def test_the_model_of_hosmer_and_lemeshow() -> None:
    # summary(glm(low ~ age + lwt + factor(race) + smoke + ptl + ht + ui + ftv, binomial, MASS::birthwt)) of R
    # prints lwt -0.015424 (0.006919), smoke 0.938846, residual deviance 201.28.
    fit = fitted(next(one for one in MODELS if one["name"] == "birthwt"))
    lwt, smoke = fit.terms["lwt"], fit.terms["smoke"]
    assert (round(lwt.b, 6), round(smoke.b, 6)) == (-0.015424, 0.938846)
    assert round(lwt.se, 6) == 0.006919
    assert round(-2 * fit.log_likelihood, 2) == 201.28
