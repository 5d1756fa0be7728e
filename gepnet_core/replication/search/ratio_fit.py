"""Values for an order of HAP ratios, so that means, SDs, t and the logistic regression come out as printed.

The order is kept by construction: what is sought are the logarithms of the gaps between neighbours. The
regression needs no fitting inside the search. Its coefficients are taken as given, and the values must make
their score equations hold, which turns everything into a few smooth equations in many unknowns. Gauss-Newton
steps of least length solve them and leave the rest of the drawn values as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.rank_order import RankOrder

Vector = NDArray[np.float64]

SMALLEST_GAP = 0.0006
"""Neighbours of different groups stay so far apart that whole HU can be found without changing the order."""

_MOST_STEPS = 600
_LONGEST_STEP = 1.5
_NARROWEST = 1e-5
_DONE = 1e-6


@dataclass(frozen=True)
class RatioTargets:
    """Exact numbers drawn within the printed rounding intervals.

    ``mean`` and ``sd`` are (NET, adenocarcinoma). ``b`` and ``se`` are (pattern code, ratio) with the event
    adenocarcinoma. ``pinned`` maps positions in the order to values, for the cases that the figures print.
    ``nearest`` are the values on either side of the cutoff.
    """

    mean: tuple[float, float]
    sd: tuple[float, float]
    b: tuple[float, float]
    se: tuple[float, float]
    nearest: tuple[float, float]
    pinned: tuple[tuple[int, float], ...]


def fit_ratios(order: RankOrder, start: Vector, intercept: float, targets: RatioTargets) -> Vector | None:
    """Ratios in the given order that meet the targets; None where the steps do not converge.

    Parameters
    ----------
    order : RankOrder
    start : array
        Rising values to begin with, one a patient.
    intercept : float
        Of the regression, to begin with; nothing printed fixes it.
    targets : RatioTargets

    Returns
    -------
    array or None
        Rising, one value a patient.

    References
    ----------
    Marquardt DW. J Soc Ind Appl Math 1963;11:431-441 (the damping).
    """
    n_low = order.n_low
    below = targets.nearest[0] - start[: n_low - 1][::-1]
    above = start[n_low + 1 :] - targets.nearest[1]
    gaps = np.concatenate([np.diff(below, prepend=0.0), np.diff(above, prepend=0.0)])
    kept = np.where(np.diff(order.adenocarcinoma), SMALLEST_GAP, 0.0)
    kept = np.concatenate([kept[: n_low - 1][::-1], kept[n_low:]])
    log_gaps = np.log(np.maximum(gaps - kept, _NARROWEST))
    x = _values(log_gaps, kept, n_low, targets.nearest)
    residual, by_x, by_intercept = _equations(order, targets, x, intercept)
    damping = 0.1
    for _ in range(_MOST_STEPS):
        jacobian = np.column_stack([_by_log_gaps(by_x, log_gaps, n_low), by_intercept])
        normal = jacobian @ jacobian.T + damping * np.eye(len(residual))
        step = -jacobian.T @ np.linalg.solve(normal, residual)
        step *= min(1.0, _LONGEST_STEP / np.abs(step).max())
        new_gaps, new_intercept = log_gaps + step[:-1], intercept + step[-1]
        new_x = _values(new_gaps, kept, n_low, targets.nearest)
        new = _equations(order, targets, new_x, new_intercept)
        if new[0] @ new[0] < residual @ residual:
            log_gaps, intercept, x = new_gaps, new_intercept, new_x
            residual, by_x, by_intercept = new
            damping *= 0.2
        else:
            damping *= 5
        if np.abs(residual).max() < _DONE:
            return x
    return None


def _values(log_gaps: Vector, kept: Vector, n_low: int, nearest: tuple[float, float]) -> Vector:
    """Ratios from gaps: downward from the value below the cutoff, upward from the one above."""
    gaps = kept + np.exp(log_gaps)
    down = nearest[0] - np.cumsum(gaps[: n_low - 1])
    up = nearest[1] + np.cumsum(gaps[n_low - 1 :])
    return np.concatenate([down[::-1], [nearest[0], nearest[1]], up])


def _by_log_gaps(by_x: Vector, log_gaps: Vector, n_low: int) -> Vector:
    """Chain rule: the k-th gap moves every value beyond it."""
    beyond_low = np.cumsum(by_x[:, : n_low - 1], axis=1)[:, ::-1]
    beyond_high = np.cumsum(by_x[:, n_low + 1 :][:, ::-1], axis=1)[:, ::-1]
    moved: Vector = np.hstack([-beyond_low, beyond_high]) * np.exp(log_gaps)
    return moved


def _equations(
    order: RankOrder, targets: RatioTargets, x: Vector, intercept: float
) -> tuple[Vector, Vector, Vector]:
    """Residuals with their derivatives by the values, shape (equations, patients), and by the intercept."""
    ac = order.adenocarcinoma
    residual, by_x, by_intercept = [], [], []

    def add(value: float, slope: Vector, slope_intercept: float, scale: float) -> None:
        residual.append(value / scale)
        by_x.append(slope / scale)
        by_intercept.append(slope_intercept / scale)

    for group, mean, sd in zip((~ac, ac), targets.mean, targets.sd, strict=True):
        values = x[group]
        n, centre, spread = len(values), values.mean(), values.std(ddof=1)
        add(centre - mean, group / n, 0.0, 0.01)
        add(spread - sd, group * (x - centre) / ((n - 1) * spread), 0.0, 0.01)
    for position, value in targets.pinned:
        add(x[position] - value, np.eye(1, len(x), position)[0], 0.0, 0.01)

    # Score equations and information of the logistic model (McCullagh P, Nelder JA. Generalized Linear
    # Models, 2nd ed., 1989, section 4.4), at the coefficients that are to be its maximum.
    z = np.stack([np.ones_like(x), order.code.astype(float), x])
    b = np.array([intercept, *targets.b])
    p = 1 / (1 + np.exp(-b @ z))
    weight = p * (1 - p)
    turn = weight * (1 - 2 * p)
    score = z @ (ac - p)
    score_by_x = -z * weight * b[2]
    score_by_x[2] += ac - p
    for k in range(3):
        add(score[k], score_by_x[k], -(z[k] @ weight), 1.0)
    covariance = np.linalg.inv((z * weight) @ z.T)
    for k, wanted in zip((1, 2), targets.se, strict=True):
        q = covariance[k] @ z
        se = float(np.sqrt(covariance[k, k]))
        variance_by_x = -(turn * b[2] * q**2 + 2 * weight * q * covariance[k, 2])
        add(se - wanted, variance_by_x / (2 * se), float(-(turn @ q**2) / (2 * se)), wanted / 10)
    return np.array(residual), np.stack(by_x), np.array(by_intercept)
