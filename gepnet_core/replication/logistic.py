"""Maximum-likelihood logistic regression and backward elimination, as the study's software does them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MOST_STEPS = 60
_DONE = 1e-10
_LARGEST_B = 60.0
_MOST_EXPONENT = 700.0


class RemovalRule(StrEnum):
    """How the term to remove is chosen: SPSS's backward LR, Wald and conditional."""

    LR = "lr"
    WALD = "wald"
    CONDITIONAL = "conditional"


@dataclass(frozen=True)
class LogisticFit:
    """Coefficients (intercept first), their covariance and the log-likelihood."""

    b: Array
    covariance: Array
    log_likelihood: float

    @property
    def se(self) -> Array:
        return np.sqrt(np.diag(self.covariance))


def fit_logistic(
    predictors: Array, event: NDArray[np.bool_], start: Array | None = None
) -> LogisticFit | None:
    """Fit by Newton's method; None where there is no finite maximum.

    Parameters
    ----------
    predictors : array, shape (n, terms)
    event : array of bool, shape (n,)
    start : array, optional
        Coefficients to begin with, intercept first.

    References
    ----------
    McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed., 1989, section 4.4.
    """
    z = np.column_stack([np.ones(len(event)), predictors])
    b = np.zeros(z.shape[1]) if start is None else start
    for _ in range(_MOST_STEPS):
        p = 1 / (1 + np.exp(np.clip(-z @ b, -_MOST_EXPONENT, _MOST_EXPONENT)))
        weight = p * (1 - p)
        information = (z * weight[:, None]).T @ z
        try:
            step = np.linalg.solve(information, z.T @ (event - p))
        except np.linalg.LinAlgError:
            return None
        b = b + step
        if np.abs(b).max() > _LARGEST_B:
            return None
        if np.abs(step).max() < _DONE:
            return LogisticFit(b, np.linalg.inv(information), _log_likelihood(z, event, b))
    return None


def eliminate_backward(
    predictors: Array, event: NDArray[np.bool_], rule: RemovalRule, remove: float = 0.10
) -> tuple[int, ...] | None:
    """Remove the least significant term until each P is below ``remove``.

    Parameters
    ----------
    predictors : array, shape (n, terms)
    event : array of bool, shape (n,)
    rule : RemovalRule
    remove : float
        SPSS's default probability for removal is 0.10.

    Returns
    -------
    tuple of int or None
        Columns that remain; None where a model has no finite maximum.
    """
    kept = list(range(predictors.shape[1]))
    while kept:
        fit = fit_logistic(predictors[:, kept], event)
        if fit is None:
            return None
        p = removal_p(predictors[:, kept], event, fit, rule)
        if p is None:
            return None
        worst = max(range(len(kept)), key=p.__getitem__)
        if p[worst] < remove:
            break
        del kept[worst]
    return tuple(kept)


def removal_p(
    predictors: Array, event: NDArray[np.bool_], fit: LogisticFit, rule: RemovalRule
) -> Sequence[float] | None:
    """P of each term, each with one degree of freedom; None where a reduced model has no finite maximum.

    The conditional rule takes for the reduced model not its fit but the estimate from the full one,
    b_j - cov_jk b_k / var_k (Lawless JF, Singhal K. Biometrics 1978;34:318-327).
    """
    if rule is RemovalRule.WALD:
        return [_chi2_tail(float((b / se) ** 2)) for b, se in zip(fit.b[1:], fit.se[1:], strict=True)]
    z = np.column_stack([np.ones(len(event)), predictors])
    p = []
    for k in range(1, len(fit.b)):
        if rule is RemovalRule.LR:
            reduced = fit_logistic(np.delete(predictors, k - 1, axis=1), event)
            if reduced is None:
                return None
            lower = reduced.log_likelihood
        else:
            b = fit.b - fit.covariance[:, k] * fit.b[k] / fit.covariance[k, k]
            lower = _log_likelihood(z, event, b)
        p.append(_chi2_tail(2 * (fit.log_likelihood - lower)))
    return p


def _log_likelihood(z: Array, event: NDArray[np.bool_], b: Array) -> float:
    eta = z @ b
    return float(event @ eta - np.logaddexp(0, eta).sum())


def _chi2_tail(value: float) -> float:
    return math.erfc(math.sqrt(max(value, 0.0) / 2))
