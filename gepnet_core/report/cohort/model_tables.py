"""The logistic model of a cohort as rows of tables, for CSV; no row where there is no model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.report.coefficient_json import coefficient_json

Row = Mapping[str, Any]


def term_rows(analysis: CohortAnalysis) -> Iterator[Row]:
    """Each coefficient, its odds ratio and intervals of that; the intercept has no profile."""
    model = analysis.model
    if isinstance(model, Absent):
        return
    estimates = model.estimates
    for name, found in {"intercept": estimates.intercept, **estimates.terms}.items():
        said = coefficient_json(found, name, {})
        profile = said.get("profile", {})
        yield {
            "term": name,
            "b": said["b"],
            "se": said["se"],
            "p": said["p"],
            "odds_ratio": said["exp_b"],
            "profile_low": profile.get("low"),
            "profile_high": profile.get("high"),
            "wald_low": said["wald"]["low"],
            "wald_high": said["wald"]["high"],
            "firth": estimates.is_penalised,
        }


def step_rows(analysis: CohortAnalysis) -> Iterator[Row]:
    """Each test of each step of backward elimination."""
    model = analysis.model
    if isinstance(model, Absent):
        return
    for number, step in enumerate(model.steps, start=1):
        for test in step.tests:
            yield {
                "step": number,
                "predictor": test.name,
                "statistic": test.statistic,
                "df": test.df,
                "p": test.p,
                "leaves": test.name == step.removed,
            }


def performance_rows(analysis: CohortAnalysis) -> Iterator[Row]:
    """How good the model is on its own rows, and what the bootstrap leaves of that."""
    model = analysis.model
    if isinstance(model, Absent):
        return
    found, apparent = model.optimism, model.calibration
    for measure, here, corrected in (
        ("auc", model.auc, None if found is None else found.auc),
        ("brier", apparent.brier, None if found is None else found.brier),
    ):
        yield _performance(
            measure,
            here,
            None if corrected is None else corrected.optimism,
            None if corrected is None else corrected.value,
        )
    slope = None if apparent.slope is None else apparent.slope.value
    yield _performance("calibration_slope", slope, None, None if found is None else found.slope)


def _performance(
    measure: str, apparent: float | None, optimism: float | None, corrected: float | None
) -> Row:
    return {"measure": measure, "apparent": apparent, "optimism": optimism, "corrected": corrected}


def calibration_rows(analysis: CohortAnalysis) -> Iterator[Row]:
    """Groups of rows with neighbouring probabilities of adenocarcinoma, and what happened."""
    model = analysis.model
    if isinstance(model, Absent):
        return
    for group in model.calibration.groups:
        yield {
            "lowest_predicted": group.lowest,
            "highest_predicted": group.highest,
            "mean_predicted": group.mean_predicted,
            "adenocarcinomas": group.n_event,
            "n": group.n,
            "observed": group.observed,
            "wilson_low": group.wilson.low,
            "wilson_high": group.wilson.high,
        }


def decision_rows(analysis: CohortAnalysis) -> Iterator[Row]:
    """Net benefit at each threshold probability, at the stated prevalence."""
    curve = analysis.decision
    if isinstance(curve, Absent):
        return
    columns = (curve.thresholds, curve.net_benefit, curve.low, curve.high, curve.treat_all, curve.treat_none)
    names = ("threshold", "net_benefit", "low", "high", "act_on_all", "act_on_none")
    for values in zip(*(column.tolist() for column in columns), strict=True):
        yield {
            "prevalence": curve.prevalence,
            **{name: None if np.isnan(value) else value for name, value in zip(names, values, strict=True)},
        }
