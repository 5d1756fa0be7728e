"""The ratio of two independent proportions, as a posterior under Jeffreys priors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from gepnet_core.errors import InsufficientDataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ProportionRatio:
    """Posterior of numerator proportion / denominator proportion.

    ``raw`` is the ratio of the observed proportions; None where the denominator's count is zero.
    """

    median: float
    low: float
    high: float
    level: float
    raw: float | None
    method: str


LOG_RATIO_RANGE = 60.0
"""Quantiles are sought between exp(-60) and exp(60): far wider than counts can reach at usual levels."""

MOST_STEPS = 100
STEP_DONE = 1e-12
SMALLEST = 1e-300
EPSILON = 2.0**-53
"""Newton's method ends when no logarithm moves by more; outside the bracket it gives way to halving."""

METHOD = "independent Jeffreys Beta(x + 1/2, n - x + 1/2) posteriors, equal-tailed, by quadrature"


@lru_cache(maxsize=256)
def proportion_ratio(
    numerator: int, numerator_n: int, denominator: int, denominator_n: int, level: float = 0.95
) -> ProportionRatio:
    r"""Posterior of a ratio of two independent binomial proportions.

    Parameters
    ----------
    numerator, numerator_n, denominator, denominator_n : int
        Counts of the two groups; ``0 <= count <= n``, ``n >= 1``.
    level : float
        Probability inside the interval.

    Returns
    -------
    ProportionRatio
        Median and equal-tailed interval.

    Raises
    ------
    InsufficientDataError
        If a count lies outside 0..n.

    Notes
    -----
    With X ~ Beta(a, b) above and Y ~ Beta(c, d) below, P(X / Y <= r) is the mean of the distribution
    function of X at rY. Substituting u = F_Y(y) makes that the integral over u in (0, 1) of
    F_X(r F_Y^{-1}(u)), which is 1 from u = F_Y(1 / r) on; the part below is smooth and goes by
    Gauss-Legendre quadrature. Quantiles are its roots in log r, found by Newton steps
    inside a bracket. (scipy.optimize would do it too, and takes longer to import than all else here.) The
    prior is Jeffreys' (Jeffreys H. Proc R Soc A 1946;186:453-461), which is also the rule for a zero cell:
    half a patient is added to the cell and half to its complement.
    """
    for count, n in ((numerator, numerator_n), (denominator, denominator_n)):
        if n < 1 or not 0 <= count <= n:
            raise InsufficientDataError(
                "a proportion needs counts", got=f"{count} of {n}", allowed="0 <= count <= n, n >= 1"
            )
    import numpy as np
    from scipy.special import betainc, betaincinv, betaln

    nodes, weights = _quadrature()
    a, b = numerator + 0.5, numerator_n - numerator + 0.5
    c, d = denominator + 0.5, denominator_n - denominator + 0.5

    tail = (1 - level) / 2
    wanted = np.array([0.5, tail, 1 - tail])
    low, high = np.full(3, -LOG_RATIO_RANGE), np.full(3, LOG_RATIO_RANGE)
    log_ratio = np.zeros(3)
    for _ in range(MOST_STEPS):
        r = np.exp(log_ratio)
        u_end = betainc(c, d, np.minimum(1 / r, 1))
        x = r[:, None] * betaincinv(c, d, u_end[:, None] * nodes)
        x = np.clip(x, SMALLEST, 1 - EPSILON)  # by rounding alone could it touch 0 or 1
        excess = u_end * (betainc(a, b, x) @ weights) + 1 - u_end - wanted
        density = np.exp(a * np.log(x) + (b - 1) * np.log1p(-x) - betaln(a, b))
        slope = np.maximum(u_end * (density @ weights), SMALLEST)
        low, high = np.where(excess < 0, log_ratio, low), np.where(excess < 0, high, log_ratio)
        newton = log_ratio - excess / slope
        step = np.where((low < newton) & (newton < high), newton, (low + high) / 2) - log_ratio
        log_ratio = log_ratio + step
        if np.all(np.abs(step) < STEP_DONE):
            break
    median, lower, upper = (float(r) for r in np.exp(log_ratio))
    raw = None if denominator == 0 else (numerator / numerator_n) / (denominator / denominator_n)
    return ProportionRatio(median, lower, upper, level, raw, METHOD)


@cache
def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights on (0, 1), crowded at both ends, where quantile functions of a Beta are steep.

    Gauss-Legendre with 16 nodes on each of 16 panels of v, where u = v^3 (10 - 15 v + 6 v^2).
    """
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(16)
    v = ((np.arange(16)[:, None] + (nodes + 1) / 2) / 16).ravel()
    return v**3 * (10 - 15 * v + 6 * v * v), np.tile(weights / 32, 16) * 30 * v**2 * (1 - v) ** 2
