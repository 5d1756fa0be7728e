"""Linear compartment systems with an inflow that is switched on and off: exact, in steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# Terms of the exponential series at a norm of at most 1: the first that is left out is below 1 / 19! = 8e-18.
_SERIES_TERMS = 18


@dataclass(frozen=True, eq=False)
class SwitchedInflow:
    """Amounts x with dx/dt = during @ x + inflow while the inflow runs, and after @ x before and after it.

    Parameters
    ----------
    during, after : (n, n) float64
        Rates per second.
    inflow : (n,) float64
        Amount per second.
    start_s, end_s : float
    """

    during: FloatArray
    after: FloatArray
    inflow: FloatArray
    start_s: float
    end_s: float


def matrix_exponential(matrix: FloatArray) -> FloatArray:
    """The exponential of a square matrix by scaling, power series and repeated squaring.

    Moler C, Van Loan C. SIAM Review 2003;45:3-49, method 3. NumPy has none, and SciPy's takes longer to
    import than a whole course to compute.
    """
    norm = float(np.abs(matrix).sum(axis=0).max())
    squarings = max(0, math.ceil(math.log2(norm))) if norm > 0.0 else 0
    scaled = matrix / 2.0**squarings
    total = term = np.eye(len(matrix))
    for order in range(1, _SERIES_TERMS + 1):
        term = term @ scaled / order
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def amounts_over_time(system: SwitchedInflow, step_s: float, n_steps: int) -> FloatArray:
    """Amounts at 0, step_s, ..., n_steps * step_s from rest.

    A step in which the inflow is switched is split at the switch, so that every value is exact to rounding.

    Returns
    -------
    (n_steps + 1, n) float64
    """
    n = len(system.inflow)
    generators = {
        True: _augmented(system.during, system.inflow),
        False: _augmented(system.after, np.zeros(n)),
    }
    whole = {running: matrix_exponential(generators[running] * step_s) for running in generators}
    # The constant 1 at the end carries the inflow through the exponential.
    state = np.zeros(n + 1)
    state[n] = 1.0
    course = np.zeros((n_steps + 1, n))
    for k in range(n_steps):
        begin, end = k * step_s, (k + 1) * step_s
        cuts = [begin, *(t for t in (system.start_s, system.end_s) if begin < t < end), end]
        for t0, t1 in pairwise(cuts):
            running = system.start_s <= t0 and t1 <= system.end_s
            is_whole = len(cuts) == 2
            state = (
                whole[running] if is_whole else matrix_exponential(generators[running] * (t1 - t0))
            ) @ state
        course[k + 1] = state[:n]
    return course


def _augmented(rates: FloatArray, inflow: FloatArray) -> FloatArray:
    """The rates with the inflow as a last column, acting on a constant 1."""
    n = len(inflow)
    matrix = np.zeros((n + 1, n + 1))
    matrix[:n, :n], matrix[:n, n] = rates, inflow
    return matrix
