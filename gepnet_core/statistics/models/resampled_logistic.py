"""Logistic models of many resamples at once, backward elimination included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gepnet_core.statistics.models.backward_elimination import RemovalRule

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]

_MOST_STEPS = 80
_LARGEST_STEP = 5.0
_DONE = 1e-9
_FARTHEST = 300.0
"""A linear predictor beyond this is left to the search for one sample."""

_BACKWARD = 1e-5
"""A step that takes no row farther back than this share of the farthest forward separates."""

_RELAXED = 2 / 3
"""The penalty makes the likelihood up to twice as curved as the information says: a whole step would lead to
the other side of the top, as far away as before. Of curvatures from 1 to 2 this closes in on all alike."""


@dataclass(frozen=True, eq=False)
class Resamples:
    """Resamples of the same rows, counted at the distinct rows of the predictors.

    ``matrix`` has the shape (rows, p), with a column of ones and columns of about unit size; ``events`` and
    ``others`` have the shape (resamples, rows) and say how often each row was drawn with and without the
    event.
    """

    matrix: Array
    events: Counts
    others: Counts


@dataclass(frozen=True, eq=False)
class Fits:
    """Estimates with their information and log-likelihood; NaN in resamples whose search does not settle.

    Shapes (resamples, p), (resamples, p, p) and (resamples,). ``is_separated`` says in which of these there
    are no estimates, for certain.
    """

    b: Array
    information: Array
    log_likelihood: Array
    is_separated: Mask

    def of(self, resamples: Mask) -> Fits:
        """Those of some resamples."""
        return Fits(
            self.b[resamples],
            self.information[resamples],
            self.log_likelihood[resamples],
            self.is_separated[resamples],
        )


def fit_all(matrix: Array, events: Counts, others: Counts, *, penalised: bool = False) -> Fits:
    """Newton's method in all resamples at once.

    Parameters
    ----------
    matrix : array, shape (1, rows, p) or (resamples, rows, p)
        One for all, or one for each.
    events, others : array of int, shape (resamples, rows)
    penalised : bool
        Firth's estimates.

    Notes
    -----
    Classes are separated exactly where a direction has no row on the wrong side (Albert A, Anderson JA.
    Biometrika 1984;71:1-10); there the steps turn into such a direction, by which it is known. A resample
    also does not settle where its columns depend on each other.

    References
    ----------
    As `gepnet_core.statistics.models.logistic_likelihood.maximise`.
    """
    from scipy.special import expit

    width, times = matrix.shape[-1], events + others
    b = np.full((len(events), width), np.nan)
    information = np.full((len(events), width, width), np.nan)
    is_separated = np.zeros(len(events), dtype=bool)
    cross = _weighted(matrix, times.astype(float))
    todo = np.flatnonzero(np.linalg.matrix_rank(cross, hermitian=True) == width)
    now = np.zeros((len(todo), width))
    for _ in range(_MOST_STEPS):
        if not len(todo):
            break
        design = matrix if len(matrix) == 1 else matrix[todo]
        eta = np.matmul(design, now[:, :, None])[:, :, 0]
        p = expit(eta)
        here = _weighted(design, times[todo] * p * (1 - p))
        # The sign of a determinant is 0 exactly where the solver would meet a pivot of 0.
        is_regular = np.where(times[todo] > 0, np.abs(eta), 0.0).max(axis=1) < _FARTHEST
        is_regular &= np.linalg.slogdet(here)[0] != 0
        todo, now, eta, p, here = (values[is_regular] for values in (todo, now, eta, p, here))
        design = matrix if len(matrix) == 1 else matrix[todo]
        residual = events[todo] - times[todo] * p
        if penalised:
            leverage = p * (1 - p) * (np.matmul(design, np.linalg.inv(here)) * design).sum(axis=2)
            residual = residual + times[todo] * leverage * (0.5 - p)
        score = np.matmul(residual[:, None, :], design)[:, 0, :]
        step = np.linalg.solve(here, score[:, :, None])[:, :, 0] * (_RELAXED if penalised else 1.0)
        if not penalised:
            forward = np.matmul(design, step[:, :, None])[:, :, 0]
            is_separated[todo] = _separates(eta, events[todo], others[todo], 0.0)
            is_separated[todo] |= _separates(forward, events[todo], others[todo], _BACKWARD)
        longest = np.abs(step).max(axis=1, initial=0.0)
        allowed = np.maximum(np.abs(now).max(axis=1, initial=0.0), _LARGEST_STEP)
        now = now + step * np.minimum(1.0, allowed / np.maximum(longest, _DONE))[:, None]
        is_done = (longest < _DONE) & ~is_separated[todo]
        b[todo[is_done]], information[todo[is_done]] = now[is_done], here[is_done]
        is_open = ~is_done & ~is_separated[todo]
        todo, now = todo[is_open], now[is_open]
    settled = ~np.isnan(b[:, 0])
    design = matrix if len(matrix) == 1 else matrix[settled]
    eta = np.matmul(design, b[settled][:, :, None])[:, :, 0]
    lost = events[settled] * np.logaddexp(0, -eta) + others[settled] * np.logaddexp(0, eta)
    log_likelihood = np.full(len(b), np.nan)
    log_likelihood[settled] = -lost.sum(axis=1)
    return Fits(b, information, log_likelihood, is_separated)


def build_all(
    resamples: Resamples, places: Sequence[Sequence[int]], rule: RemovalRule | None, remove: float
) -> tuple[Array, Mask]:
    """The model of each resample, after `eliminate_backward` of its own where there is a rule.

    Parameters
    ----------
    resamples : Resamples
    places : sequence of sequence of int
        The columns of each predictor.
    rule : RemovalRule or None
        None keeps all predictors.
    remove : float
        A predictor leaves if its P is above.

    Returns
    -------
    array, shape (resamples, p)
        Coefficients, 0 for what left; NaN in a resample in which one of the fits does not settle.
    array of bool, shape (resamples,)
        Which of these are separated.
    """
    b = np.zeros((len(resamples.events), resamples.matrix.shape[1]))
    kept = np.ones((len(b), len(places)), dtype=bool)
    is_separated = np.zeros(len(b), dtype=bool)
    open_ = np.arange(len(b))
    while len(open_):
        models, which = np.unique(kept[open_], axis=0, return_inverse=True)
        leaving = []
        for k, model in enumerate(models):
            rows, stay = open_[which.ravel() == k], np.flatnonzero(model).tolist()
            columns = [0, *(place for one in stay for place in places[one])]
            fits = _fit_columns(resamples, rows, columns)
            b[rows] = 0.0
            b[np.ix_(rows, columns)] = fits.b
            is_separated[rows] = fits.is_separated
            is_settled = ~np.isnan(fits.log_likelihood)
            rows, fits = rows[is_settled], fits.of(is_settled)
            if rule is None or not stay:
                continue
            p = np.column_stack(
                [_removal_p(resamples, rows, columns, places[one], fits, rule) for one in stay]
            )
            b[rows[np.isnan(p).any(axis=1)]] = np.nan
            # Not a number compares as false.
            is_leaving = p.max(axis=1) > remove
            kept[rows[is_leaving], np.array(stay)[p[is_leaving].argmax(axis=1)]] = False
            leaving.append(rows[is_leaving])
        open_ = np.concatenate([np.empty(0, dtype=np.int64), *leaving])
    return b, is_separated


def _fit_columns(resamples: Resamples, rows: Counts, columns: Sequence[int]) -> Fits:
    return fit_all(resamples.matrix[None, :, columns], resamples.events[rows], resamples.others[rows])


def _removal_p(
    resamples: Resamples,
    rows: Counts,
    columns: Sequence[int],
    leaving: Sequence[int],
    fits: Fits,
    rule: RemovalRule,
) -> Array:
    """P of one predictor in each resample, as in `gepnet_core.statistics.models.backward_elimination`."""
    from scipy.special import chdtrc

    if rule is RemovalRule.LR:
        reduced = _fit_columns(resamples, rows, [k for k in columns if k not in leaving])
        statistic = 2 * (fits.log_likelihood - reduced.log_likelihood)
    else:
        at = [columns.index(k) for k in leaving]
        covariance = np.linalg.inv(fits.information)[:, at][:, :, at]
        b = fits.b[:, at]
        statistic = (b * np.linalg.solve(covariance, b[:, :, None])[:, :, 0]).sum(axis=1)
    p: Array = chdtrc(len(leaving), np.maximum(statistic, 0.0))
    return p


def _separates(eta: Array, events: Counts, others: Counts, backward: float) -> Mask:
    """Whether a linear predictor has every row that was drawn on its side, to a share of the farthest."""
    right = np.where(events > 0, eta, np.inf).min(axis=1)
    right = np.minimum(right, -np.where(others > 0, eta, -np.inf).max(axis=1))
    farthest = np.where(events + others > 0, np.abs(eta), 0.0).max(axis=1)
    found: Mask = (farthest > 0) & (right >= -backward * farthest)
    return found


def _weighted(matrix: Array, weights: Array) -> Array:
    """Sum of the outer products of the rows, shape (resamples, p, p)."""
    products: Array = np.matmul(matrix.swapaxes(1, 2) * weights[:, None, :], matrix)
    return products
