"""Whether predictors separate two classes, so that a logistic model has no finite estimates."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ZERO = 1e-6
"""Ten times what the solver lets a constraint be broken by; columns are of about unit size."""

_ROUNDING = 1e-12
_ROWS_A_ROUND = 64


class Separation(StrEnum):
    """Every row is told apart, or every row that does not lie on the border."""

    COMPLETE = "complete"
    QUASI_COMPLETE = "quasi_complete"


def find_separation(design: Array, event: NDArray[np.bool_]) -> tuple[Separation, Array] | None:
    """Whether a combination of the columns has all events on one side, and which.

    Parameters
    ----------
    design : array, shape (n, p)
        With the column of ones; columns of about unit size.
    event : array of bool, shape (n,)

    Returns
    -------
    tuple or None
        The kind and the direction, shape (p,), along which the likelihood grows without end. None where the
        classes overlap: exactly then finite estimates exist.

    References
    ----------
    Albert A, Anderson JA. Biometrika 1984;71:1-10. By linear programming: Konis K. Linear programming
    algorithms for detecting separated data in binary logistic regression models. Thesis, Oxford, 2007.
    """
    signed = np.unique(np.where(event[:, None], design, -design), axis=0)
    # The direction in which no row moves to the wrong side and all together move farthest to the right one.
    farthest = _farthest(signed.sum(axis=0), signed)
    if farthest is None or (signed @ farthest).max() <= _ZERO:
        return None
    # The largest margin that every row can have.
    margin = _farthest(
        np.append(np.zeros(signed.shape[1]), 1.0), np.column_stack([signed, -np.ones(len(signed))])
    )
    if margin is not None and margin[-1] > _ZERO:
        return Separation.COMPLETE, margin[:-1]
    return Separation.QUASI_COMPLETE, farthest


def _farthest(gain: Array, rows: Array) -> Array | None:
    """The x with the largest ``gain @ x`` of those within -1 and 1 that have ``rows @ x >= 0``.

    Few rows decide, so that the programme begins with few and takes in those that its solution breaks most
    (Kelley JE. J Soc Indust Appl Math 1960;8:703-712). None where the solver finds no solution.
    """
    from scipy.optimize import linprog

    taken = np.unique(np.concatenate([rows.argmin(axis=0), rows.argmax(axis=0)]))
    while True:
        found = linprog(-gain, A_ub=-rows[taken], b_ub=np.zeros(len(taken)), bounds=(-1, 1))
        if found.x is None:
            return None
        reached = rows @ found.x
        # What the solver itself lets be broken among those taken stays so.
        reached[taken] = 0.0
        worst = np.argsort(reached)[:_ROWS_A_ROUND]
        broken = worst[reached[worst] < -_ROUNDING]
        if not len(broken):
            return np.asarray(found.x)
        taken = np.concatenate([taken, broken])
