"""Predicted probabilities against what happened: calibration in the large, intercept, slope, Brier score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval, wilson_interval
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_likelihood import Held, maximise
from gepnet_core.statistics.models.logistic_regression import fit_logistic, separated_classes

_ROUNDING = 1e-12
"""Logits that differ by less than this share of their size do not vary."""

_NO_LOGIT = "a predicted probability of exactly 0 or 1 has no logit"
_ONE_CLASS = "all outcomes are of one class: nothing finite fits them, and Brier's score has no scale"
_CONSTANT = "the predicted probabilities do not vary: there is nothing for a slope to follow"
_SEPARATED = "the predicted probabilities separate the classes: intercept and slope have no finite estimate"
_FLAT = "the predicted probabilities are so near to 0 and 1 that the intercept cannot be found"


@dataclass(frozen=True)
class CalibrationTerm:
    """An intercept or slope on the scale of log odds; the interval names its method."""

    value: float
    se: float
    interval: ConfidenceInterval


@dataclass(frozen=True)
class CalibrationGroup:
    """Rows with neighbouring predicted probabilities: from ``lowest`` to ``highest``, both included."""

    lowest: float
    highest: float
    mean_predicted: float
    n_event: int
    n: int
    wilson: ConfidenceInterval

    @property
    def observed(self) -> float:
        """Share with the event."""
        return self.n_event / self.n


@dataclass(frozen=True)
class Calibration:
    """How well predicted probabilities fit outcomes; what is None has its reason under the name of the field.

    ``in_the_large`` is the observed share minus the mean prediction, 0 where they fit. On the scale of log
    odds, ``intercept_at_slope_1`` says the same, with the slope kept at 1; ``intercept`` and ``slope`` are
    fitted together, ideally 0 and 1, and a slope below 1 says that the predictions are too extreme.
    ``scaled_brier`` is 1 where all is foreseen and 0 where the observed share alone would do as well; it may
    be negative.
    """

    n: int
    n_event: int
    mean_predicted: float
    in_the_large: float
    intercept_at_slope_1: CalibrationTerm | None
    intercept: CalibrationTerm | None
    slope: CalibrationTerm | None
    brier: float
    scaled_brier: float | None
    groups: tuple[CalibrationGroup, ...]
    reasons: Mapping[str, str]

    @property
    def observed(self) -> float:
        """Share with the event."""
        return self.n_event / self.n


def calibration(
    predicted: ArrayLike, event: ArrayLike, n_groups: int = 10, level: float = 0.95
) -> Calibration:
    """Calibration of predicted probabilities.

    Parameters
    ----------
    predicted : array_like, shape (n,)
        Probability of the event in each row, from 0 to 1.
    event : array_like of bool or of 0 and 1, shape (n,)
    n_groups : int
        Quantile groups, at least 1. Equal probabilities stay together, so that there may be fewer.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If there is no row, a probability is not from 0 to 1, an outcome is neither 0 nor 1, ``n_groups`` is
        below 1, the level is out of range, or the fit does not settle.

    Notes
    -----
    Predictions of a model for the very rows that it was fitted to have intercept 0 and slope 1 by
    construction (maximum likelihood): such calibration is apparent and says nothing of other patients. Where
    rows were sampled by class, the share of events is the design's, and so are ``in_the_large``, both
    intercepts, the scores and the groups; the slope is not.

    The slope has a profile-likelihood interval, the intercepts have Wald's. Brier's score is the mean of
    (p - y)^2; scaled, 1 - Brier / (o (1 - o)) with o the observed share. A group ends with the values
    that equal or lie next below the quantile k / n_groups (type 7 of Hyndman and Fan).

    References
    ----------
    Cox DR. Biometrika 1958;45:562-565; Steyerberg EW et al. Epidemiology 2010;21:128-138; Van Calster B et
    al. J Clin Epidemiol 2016;74:167-176. Brier GW. Mon Weather Rev 1950;78:1-3.
    """
    p, y = _rows(predicted, event)
    if n_groups < 1:
        raise InsufficientDataError("rows are put into groups", got=str(n_groups), allowed="at least 1")
    observed, n_event = float(y.mean()), int(y.sum())
    brier = float(((p - y) ** 2).mean())
    reasons: dict[str, str] = {}
    scaled_brier = None
    if 0 < n_event < len(y):
        scaled_brier = 1 - brier / (observed * (1 - observed))
    else:
        reasons["scaled_brier"] = _ONE_CLASS
    intercept_at_slope_1 = _at_slope_1(p, y, level, reasons)
    intercept, slope = _intercept_and_slope(p, y, level, reasons)
    return Calibration(
        len(y),
        n_event,
        float(p.mean()),
        observed - float(p.mean()),
        intercept_at_slope_1,
        intercept,
        slope,
        brier,
        scaled_brier,
        _groups(p, y, n_groups, level),
        MappingProxyType(reasons),
    )


def _rows(predicted: ArrayLike, event: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    p, y = np.asarray(predicted, dtype=float), np.asarray(event, dtype=float)
    if p.ndim != 1 or p.shape != y.shape or not len(p):
        raise InsufficientDataError(
            "calibration needs a predicted probability and an outcome of each row",
            got=f"{p.size} and {y.size}",
            allowed="as many of the one as of the other, at least 1",
        )
    # Not a number compares as false.
    if not ((p >= 0) & (p <= 1)).all():
        raise InsufficientDataError(
            "a predicted probability is a fraction", allowed="from 0 to 1, none missing"
        )
    if not ((y == 0) | (y == 1)).all():
        raise InsufficientDataError("an outcome is the event or not", allowed="1 or 0, none missing")
    return p, y == 1


def _undefined(p: NDArray[np.float64], y: NDArray[np.bool_]) -> str | None:
    """Why nothing can be fitted on the scale of log odds; None where it can."""
    if y.all() or not y.any():
        return _ONE_CLASS
    return _NO_LOGIT if ((p == 0) | (p == 1)).any() else None


def _logit(p: NDArray[np.float64]) -> NDArray[np.float64]:
    logits: NDArray[np.float64] = np.log(p) - np.log1p(-p)
    return logits


def _at_slope_1(
    p: NDArray[np.float64], y: NDArray[np.bool_], level: float, reasons: dict[str, str]
) -> CalibrationTerm | None:
    """The intercept with the slope kept at 1."""
    why = _undefined(p, y)
    if why is None:
        logits = _logit(p)
        centre, scale = float(logits.mean()), max(1.0, float(np.abs(logits).max()))
        design = np.column_stack([np.ones(len(p)), (logits - centre) / scale])
        found = maximise(design, y.astype(float), held=Held(1, scale))
        if found is not None and found.information[0, 0] > 0:
            value, se = float(found.b[0]) - centre, 1 / math.sqrt(found.information[0, 0])
            return CalibrationTerm(value, se, symmetric_interval(value, se, level, "Wald"))
        why = _FLAT
    reasons["intercept_at_slope_1"] = why
    return None


def _intercept_and_slope(
    p: NDArray[np.float64], y: NDArray[np.bool_], level: float, reasons: dict[str, str]
) -> tuple[CalibrationTerm | None, CalibrationTerm | None]:
    """Both fitted together."""
    why = _undefined(p, y)
    if why is None:
        logits = _logit(p)
        if np.ptp(logits) <= _ROUNDING * float(np.abs(logits).max()):
            why = _CONSTANT
        else:
            design = design_of([Predictor("logit", ("logit",), logits[:, None])], y)
            if separated_classes(design) is None:
                fit = fit_logistic(design, level=level)
                slope, intercept = fit.terms["logit"], fit.intercept
                return (
                    CalibrationTerm(intercept.b, intercept.se, intercept.wald),
                    CalibrationTerm(slope.b, slope.se, slope.profile or slope.wald),
                )
            why = _SEPARATED
    reasons["intercept"] = reasons["slope"] = why
    return None, None


def _groups(
    p: NDArray[np.float64], y: NDArray[np.bool_], n_groups: int, level: float
) -> tuple[CalibrationGroup, ...]:
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order]
    n_groups = min(n_groups, len(p))  # With as many, each value stands alone.
    last = [k * (len(p) - 1) // n_groups for k in range(1, n_groups + 1)]
    # Behind all values equal to the last of each group; sorted and each once.
    ends = np.unique(np.searchsorted(p, p[last], side="right"))
    groups = []
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        within, n_event = p[start:end], int(y[start:end].sum())
        groups.append(
            CalibrationGroup(
                float(within[0]),
                float(within[-1]),
                float(within.mean()),
                n_event,
                end - start,
                wilson_interval(n_event, end - start, level),
            )
        )
    return tuple(groups)
