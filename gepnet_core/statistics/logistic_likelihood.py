"""The likelihood of a logistic model and its maximum, plain or with Firth's penalty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MOST_STEPS = 500
_MOST_HALVINGS = 40
_LARGEST_STEP = 5.0
_DONE = 1e-9
_DONE_GAIN = 1e-18
_ROUNDING = 1e-11
_FARTHEST_BEYOND = 0.5


@dataclass(frozen=True)
class Held:
    """One coefficient that is kept at a value while the others are fitted."""

    index: int
    value: float


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is largest: coefficients, Fisher information, logarithm of the likelihood.

    With the penalty, ``value`` is that of the penalised likelihood.
    """

    b: Array
    information: Array
    value: float


def maximise(
    design: Array,
    event: Array,
    *,
    penalised: bool = False,
    held: Held | None = None,
    start: Array | None = None,
) -> Maximum | None:
    """Fit by Newton's method with halved steps; None where it does not settle.

    Parameters
    ----------
    design : array, shape (n, p)
        With the column of ones; columns of about unit size.
    event : array of 0 and 1, shape (n,)
    penalised : bool
        Adds half the logarithm of the determinant of the information (Jeffreys's prior).
    held : Held, optional
    start : array, shape (p,), optional

    References
    ----------
    McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed., 1989, section 4.4. Penalty and its score, with
    the leverages h: Firth D. Biometrika 1993;80:27-38; Heinze G, Schemper M. Stat Med 2002;21:2409-2419.
    """
    b = np.zeros(design.shape[1]) if start is None else start.copy()
    free = np.ones(len(b), dtype=bool)
    if held is not None:
        free[held.index] = False
        b[held.index] = held.value
    here = _at(design, event, b, penalised)
    for _ in range(_MOST_STEPS):
        if here is None:
            return None
        score = here.score[free]
        try:
            step = np.linalg.solve(here.information[np.ix_(free, free)], score)
        except np.linalg.LinAlgError:
            return None
        gain = float(step @ score)
        longest = np.abs(step).max(initial=0.0)
        if longest < _DONE or gain < _DONE_GAIN:
            b[free] += step
            return Maximum(b, here.information, here.value)
        step *= min(1.0, max(_LARGEST_STEP, float(np.abs(b).max())) / longest)
        for _ in range(_MOST_HALVINGS):
            after = b.copy()
            after[free] += step
            there = _at(design, event, after, penalised)
            if there is not None and _is_better(here, there, step, free):
                break
            step = step / 2
        else:
            return None
        b, here = after, there
    return None


@dataclass(frozen=True)
class _Place:
    """Value, slope and information of the likelihood, penalised or not, at some coefficients."""

    value: float
    score: Array
    information: Array


def _at(design: Array, event: Array, b: Array, penalised: bool) -> _Place | None:
    """None where the information cannot be told from a singular one."""
    eta = design @ b
    # Towards the class of the row, so that what is lost near certainty keeps its digits.
    towards = np.where(event > 0, eta, -eta)
    losses = np.logaddexp(0, -towards)
    hit, miss = np.exp(-losses), np.exp(-losses - towards)
    weights = hit * miss
    information: Array = (design * weights[:, None]).T @ design
    value = -float(losses.sum())
    residual = np.where(event > 0, miss, -miss)
    if penalised:
        sign, logarithm = np.linalg.slogdet(information)
        if sign <= 0:
            return None
        value += float(logarithm) / 2
        half = np.where(event > 0, 0.5 - hit, hit - 0.5)
        residual = residual + _leverages(design, weights, information) * half
    return _Place(value, design.T @ residual, information)


def _is_better(here: _Place, there: _Place, step: Array, free: NDArray[np.bool_]) -> bool:
    """Whether a step leads up and not far beyond the top.

    Near the top, rounding of the value hides what the slope still shows. The penalty makes the likelihood
    more curved than the information says, up to twice in small tables, where a whole step would lead to the
    other side of the top, as far away as before.
    """
    if there.value < here.value - _ROUNDING * (1 + abs(here.value)):
        return False
    return bool(there.score[free] @ step >= -_FARTHEST_BEYOND * float(here.score[free] @ step))


def _leverages(design: Array, weights: Array, information: Array) -> Array:
    weighted = design * np.sqrt(weights)[:, None]
    leverages: Array = (weighted * np.linalg.solve(information, weighted.T).T).sum(axis=1)
    return leverages
