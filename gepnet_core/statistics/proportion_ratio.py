"""The ratio of two independent proportions, as a posterior under Jeffreys priors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gepnet_core.errors import InsufficientDataError


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
    F_X(r F_Y^{-1}(u)), a smooth bounded integrand; quantiles are its roots in log r. The prior is Jeffreys'
    (Jeffreys H. Proc R Soc A 1946;186:453-461), which is also the rule for a zero cell: half a patient is
    added to the cell and half to its complement.
    """
    for count, n in ((numerator, numerator_n), (denominator, denominator_n)):
        if n < 1 or not 0 <= count <= n:
            raise InsufficientDataError(
                "a proportion needs counts", got=f"{count} of {n}", allowed="0 <= count <= n, n >= 1"
            )
    import numpy as np
    from scipy.optimize import brentq
    from scipy.special import betainc, betaincinv

    # Gauss-Legendre in v with u = v^2 (3 - 2 v), which crowds nodes at both ends, where the quantile
    # function of a Beta with parameter 1/2 is steep.
    nodes, weights = np.polynomial.legendre.leggauss(400)
    v = (nodes + 1) / 2
    u = v * v * (3 - 2 * v)
    du = weights / 2 * 6 * v * (1 - v)
    y = betaincinv(denominator + 0.5, denominator_n - denominator + 0.5, u)
    a, b = numerator + 0.5, numerator_n - numerator + 0.5

    def probability_below(log_ratio: float) -> float:
        x = np.minimum(np.exp(log_ratio) * y, 1.0)
        return float(np.sum(du * betainc(a, b, x)))

    def quantile(p: float) -> float:
        return float(np.exp(brentq(lambda t: probability_below(t) - p, -60.0, 60.0, xtol=1e-13, rtol=1e-14)))

    tail = (1 - level) / 2
    raw = None if denominator == 0 else (numerator / numerator_n) / (denominator / denominator_n)
    return ProportionRatio(quantile(0.5), quantile(tail), quantile(1 - tail), level, raw, METHOD)
