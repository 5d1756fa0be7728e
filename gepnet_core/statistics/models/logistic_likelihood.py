"""The likelihood of a logistic model and its maximum, plain or with Firth's penalty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MOST_PLACES = 500
"""Coefficients that are tried, halved steps among them: fits that settle take some 130 at the most, and the
rounding of separated classes may be walked about in without end."""

_MOST_HALVINGS = 40
_LARGEST_STEP = 5.0
_DONE = 1e-9
_DONE_GAIN = 1e-18
_ROUNDING = 1e-11
_FARTHEST_BEYOND = 0.5
_FARTHEST = 72.0
"""Rows so much farther from even odds than the nearest have a weight below the rounding of its root."""


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
    signed = np.where(event[:, None] > 0, design, -design)
    here = _at(signed, b, penalised)
    n_places = 1
    while here is not None and n_places < _MOST_PLACES:
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
            there = _at(signed, after, penalised)
            n_places += 1
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


def _at(signed: Array, b: Array, penalised: bool) -> _Place | None:
    """None where the information cannot be told from a singular one.

    ``signed`` are the rows, those without the event negated, so that what is lost near certainty keeps its
    digits.
    """
    towards = signed @ b
    size = np.abs(towards)
    near = towards < float(size.min()) + _FARTHEST
    if not near.all():
        signed, towards, size = signed[near], towards[near], size[near]
    unlikely = np.exp(-size)
    larger = 1 / (1 + unlikely)
    hit = np.where(towards >= 0, larger, unlikely * larger)
    residual = np.where(towards >= 0, unlikely * larger, larger)
    value = -float((np.log1p(unlikely) - np.minimum(towards, 0.0)).sum())
    weighted = signed * (np.sqrt(unlikely) * larger)[:, None]
    if penalised:
        # Not from the information, whose digits are half as many where the coefficients are far apart.
        if len(weighted) < len(b):
            return None
        orthogonal, triangle = np.linalg.qr(weighted)
        diagonal = np.abs(np.diag(triangle))
        if not diagonal.all():
            return None
        value += float(np.log(diagonal).sum())
        residual = residual + (orthogonal**2).sum(axis=1) * (0.5 - hit)
    return _Place(value, signed.T @ residual, weighted.T @ weighted)


def _is_better(here: _Place, there: _Place, step: Array, free: NDArray[np.bool_]) -> bool:
    """Whether a step leads up and not far beyond the top.

    Near the top, rounding of the value hides what the slope still shows. The penalty makes the likelihood
    more curved than the information says, up to twice in small tables, where a whole step would lead to the
    other side of the top, as far away as before.
    """
    if there.value < here.value - _ROUNDING * (1 + abs(here.value)):
        return False
    return bool(there.score[free] @ step >= -_FARTHEST_BEYOND * float(here.score[free] @ step))
