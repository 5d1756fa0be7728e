"""Whether predictors separate two classes, so that a logistic model has no finite estimates."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ZERO = 1e-6
"""Ten times what the solver lets a constraint be broken by; columns are of about unit size."""


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
    from scipy.optimize import linprog

    signed = np.unique(np.where(event[:, None], design, -design), axis=0)
    n, p = signed.shape
    # The direction in which no row moves to the wrong side and all together move farthest to the right one.
    farthest = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(n), bounds=[(-1, 1)] * p)
    if farthest.x is None or (signed @ farthest.x).max() <= _ZERO:
        return None
    # The largest margin that every row can have.
    margin = linprog(
        np.append(np.zeros(p), -1.0),
        A_ub=np.column_stack([-signed, np.ones(n)]),
        b_ub=np.zeros(n),
        bounds=[(-1, 1)] * (p + 1),
    )
    if margin.x is not None and margin.x[-1] > _ZERO:
        return Separation.COMPLETE, np.asarray(margin.x[:-1])
    return Separation.QUASI_COMPLETE, np.asarray(farthest.x)
