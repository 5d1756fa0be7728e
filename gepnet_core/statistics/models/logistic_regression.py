"""Logistic regression: estimates with Wald and profile-likelihood intervals; Firth's under separation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval, tail_point
from gepnet_core.statistics.models.logistic_design import Design
from gepnet_core.statistics.models.logistic_likelihood import Held, Maximum, maximise
from gepnet_core.statistics.models.separation import Separation, find_separation

_NEAR_CERTAIN = 12.0
"""A linear predictor beyond this, odds of 160 000 to 1, is asked whether it has an end."""

_ZERO = 1e-6


@dataclass(frozen=True)
class Coefficient:
    """A coefficient on the scale of log odds; its intervals too.

    ``profile`` is None for the intercept: it depends on where the predictors have their zero.
    """

    b: float
    se: float
    p: float
    wald: ConfidenceInterval
    profile: ConfidenceInterval | None


@dataclass(frozen=True)
class LogisticFit:
    """Intercept and coefficients by term.

    With Firth's penalty, P and profile are of the penalised likelihood, the log-likelihood is without it.
    """

    intercept: Coefficient
    terms: dict[str, Coefficient]
    log_likelihood: float
    is_penalised: bool


@dataclass(frozen=True)
class SeparatedClasses:
    """Classes that predictors separate: how, and which terms have no finite estimate."""

    kind: Separation
    terms: tuple[str, ...]
    alone: tuple[str, ...]


def separated_classes(design: Design) -> SeparatedClasses | None:
    """Whether the predictors separate the classes; None where finite estimates exist.

    The linear programme is asked only where the fit does not settle or comes near certainty in some row.
    """
    found = maximise(design.matrix, design.event)
    if found is not None and np.abs(design.matrix @ found.b).max() < _NEAR_CERTAIN:
        return None
    separation = find_separation(design.matrix, design.event == 1)
    if separation is None:
        return None
    kind, direction = separation
    terms = tuple(term for term, size in zip(design.terms, direction[1:], strict=True) if abs(size) > _ZERO)
    return SeparatedClasses(kind, terms, separating_alone(design))


def separating_alone(design: Design) -> tuple[str, ...]:
    """The predictors each of which separates the classes without the others."""
    event = design.event == 1
    return tuple(
        predictor.name
        for predictor in design.predictors
        if find_separation(design.matrix[:, [0, *design.places(predictor.name)]], event) is not None
    )


def fit_logistic(design: Design, *, penalised: bool = False, level: float = 0.95) -> LogisticFit:
    """Maximum-likelihood estimates, or Firth's.

    Parameters
    ----------
    design : Design
        Without separation, where it is not penalised: see `separated_classes`.
    penalised : bool
        Firth's estimates, which are finite under separation too, with P of the penalised likelihood ratio.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If the fit does not settle, or the level is out of range.

    References
    ----------
    Profile-likelihood intervals: Venzon DJ, Moolgavkar SH. Appl Stat 1988;37:87-94. Penalised ones and P:
    Heinze G, Schemper M. Stat Med 2002;21:2409-2419.
    """
    found = maximise_or_refuse(design, penalised=penalised)
    covariance = np.linalg.inv(found.information)
    # From centred columns in units of their SD back to the columns as they are.
    back = np.vstack(
        [
            np.append(1.0, -design.centre / design.scale),
            np.column_stack([np.zeros(len(design.scale)), np.diag(1 / design.scale)]),
        ]
    )
    b, variances = back @ found.b, np.diag(back @ covariance @ back.T)
    # Of columns that only rounding tells apart the information is no better than singular.
    if not (variances > 0).all():
        raise _unsettled()
    errors = np.sqrt(variances)
    coefficients = []
    for k, (estimate, se) in enumerate(zip(b.tolist(), errors.tolist(), strict=True)):
        wald = symmetric_interval(estimate, se, level, "Wald")
        p = math.erfc(abs(estimate / se) / math.sqrt(2))
        profile = None
        if k:
            if penalised:
                p = _likelihood_ratio_p(design, found, k)
            profile = _profile_interval(design, found, k, float(design.scale[k - 1]), level, penalised)
        coefficients.append(Coefficient(estimate, se, p, wald, profile))
    terms = dict(zip(design.terms, coefficients[1:], strict=True))
    eta = design.matrix @ found.b
    log_likelihood = float(design.event @ eta - np.logaddexp(0, eta).sum())
    return LogisticFit(coefficients[0], terms, log_likelihood, penalised)


def maximise_or_refuse(design: Design, *, penalised: bool = False) -> Maximum:
    """The maximum of the likelihood.

    Raises
    ------
    InsufficientDataError
        If the search for it does not settle.
    """
    found = maximise(design.matrix, design.event, penalised=penalised)
    if found is None:
        raise _unsettled()
    return found


def _unsettled() -> InsufficientDataError:
    return InsufficientDataError(
        "the logistic model does not settle",
        remedy="Leave out predictors, or join categories with few rows.",
    )


def chi2_p(statistic: float, df: int) -> float:
    """Upper tail of chi-square; a statistic below 0 is what rounding leaves of 0."""
    from scipy.special import chdtrc

    return float(chdtrc(df, max(statistic, 0.0)))


def _likelihood_ratio_p(design: Design, found: Maximum, k: int) -> float:
    """P of one coefficient: the penalised likelihood with it at 0, the information that of all columns."""
    without = maximise(design.matrix, design.event, penalised=True, held=Held(k, 0.0))
    if without is None:
        raise InsufficientDataError("the logistic model does not settle without one of its terms")
    return chi2_p(2 * (found.value - without.value), 1)


def _profile_interval(
    design: Design, found: Maximum, k: int, scale: float, level: float, penalised: bool
) -> ConfidenceInterval:
    """All values at which twice the loss of log-likelihood stays within the quantile of chi-square.

    A limit is infinite where none is found: the penalised likelihood may hardly fall on one side.
    """
    from scipy.optimize import brentq

    allowed = NormalDist().inv_cdf(tail_point(level)) ** 2
    se = math.sqrt(float(np.linalg.inv(found.information)[k, k]))
    centre = float(found.b[k])
    others = [j for j in range(len(found.b)) if j != k]

    def _excess(value: float, tops: dict[float, Maximum]) -> float:
        if value not in tops:
            # From the nearest top that is known, since the penalised likelihood may have several; the others
            # follow this coefficient, along a line as far as the information tells.
            beside = tops[min(tops, key=lambda known: abs(known - value))]
            information = beside.information
            follow = np.linalg.solve(information[np.ix_(others, others)], information[others, k])
            start = beside.b.copy()
            start[others] -= (value - beside.b[k]) * follow
            held = Held(k, value)
            there = maximise(design.matrix, design.event, penalised=penalised, held=held, start=start)
            if there is None:
                raise ArithmeticError
            tops[value] = there
        return 2 * (found.value - tops[value].value) - allowed

    def _limit(side: int) -> float:
        tops = {centre: found}
        inner, outer = centre, centre + side * se
        try:
            while _excess(outer, tops) <= 0:
                inner, outer = outer, 2 * outer - centre
            tolerance = 1e-12 * (1 + abs(outer))
            return float(brentq(_excess, inner, outer, args=(tops,), xtol=tolerance, rtol=1e-12)) / scale
        except (ArithmeticError, np.linalg.LinAlgError):
            return side * math.inf

    method = "penalised profile" if penalised else "profile likelihood"
    return ConfidenceInterval(_limit(-1), _limit(1), level, method)
