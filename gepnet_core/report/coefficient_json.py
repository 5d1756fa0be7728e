"""A coefficient of a logistic model as JSON: itself, and its odds ratio with intervals."""

from __future__ import annotations

import math
from typing import Any

from gepnet_core.statistics.models.logistic_regression import Coefficient

_TOO_LARGE = "A number beyond 1e308."
_NO_LIMIT = "No limit was found: the likelihood hardly falls on this side."


def coefficient_json(found: Coefficient, path: str, reasons: dict[str, str]) -> dict[str, Any]:
    """One coefficient, its intervals as those of Exp(B); the intercept has no profile.

    Parameters
    ----------
    found : Coefficient
    path : str
        Of the coefficient in the answer.
    reasons : dict of str to str
        Takes the path of each number that is null, and why.
    """
    intervals = {"wald": found.wald, **({"profile": found.profile} if found.profile else {})}
    return {
        "b": found.b,
        "se": found.se,
        "exp_b": _exponential(found.b, f"{path}.exp_b", reasons),
        **{
            name: {
                "low": _exponential(interval.low, f"{path}.{name}.low", reasons),
                "high": _exponential(interval.high, f"{path}.{name}.high", reasons),
            }
            for name, interval in intervals.items()
        },
        "p": found.p,
    }


def _exponential(value: float, path: str, reasons: dict[str, str]) -> float | None:
    """Exp of a number; None with a reason where there is none or float64 cannot hold it."""
    if math.isinf(value):
        reasons[path] = _NO_LIMIT
        return None
    try:
        return math.exp(value)
    except OverflowError:
        reasons[path] = _TOO_LARGE
        return None
