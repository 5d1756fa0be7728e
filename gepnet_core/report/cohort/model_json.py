"""The logistic model of a cohort as JSON, its terms in the form of the command ``logistic``."""

from __future__ import annotations

from typing import Any

from gepnet_core.cohort.parts.model import EVENT, CohortModel
from gepnet_core.report.coefficient_json import coefficient_json
from gepnet_core.report.plain_values import plain
from gepnet_core.statistics.models.optimism import Optimism


def model_json(model: CohortModel, path: str, reasons: dict[str, str]) -> dict[str, Any]:
    """All of the model but the probability of each row.

    Parameters
    ----------
    model : CohortModel
    path : str
        Of the model in the answer.
    reasons : dict of str to str
        Takes the path of each number of a term that is null, and why; the other reasons stand in the model.
    """
    estimates = model.estimates
    return {
        **plain(model),
        "optimism": None if model.optimism is None else _optimism(model.optimism),
        "event": EVENT,
        "intervals_of": "exp_b",
        "estimates": {
            "intercept": coefficient_json(estimates.intercept, f"{path}.estimates.intercept", reasons),
            "terms": {
                name: coefficient_json(found, f"{path}.estimates.terms.{name}", reasons)
                for name, found in estimates.terms.items()
            },
            "log_likelihood": estimates.log_likelihood,
            "is_penalised": estimates.is_penalised,
        },
    }


def _optimism(found: Optimism) -> dict[str, Any]:
    """With the corrected values beside what they come from."""
    return {
        **plain(found),
        "auc": {**plain(found.auc), "value": found.auc.value},
        "brier": {**plain(found.brier), "value": found.brier.value},
    }
