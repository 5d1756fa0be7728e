"""A share of rows when several belong to one patient, and what that does to its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, wilson_limits


@dataclass(frozen=True)
class ClusteredProportion:
    """A share with an interval that knows which rows belong together.

    ``design_effect`` is how many times larger its variance is than that of independent rows. It is None, with
    the reason, where there is no variance to compare; the interval then counts each cluster once.
    """

    count: int
    n: int
    n_clusters: int
    design_effect: float | None
    interval: ConfidenceInterval
    reason: str | None

    @property
    def value(self) -> float:
        """Count / n."""
        return self.count / self.n


def clustered_proportion(hits: ArrayLike, clusters: ArrayLike, level: float = 0.95) -> ClusteredProportion:
    """Share of hits among rows in clusters.

    Parameters
    ----------
    hits : array_like of bool, shape (n,)
        At least one row.
    clusters : array_like, shape (n,)
        The same value for rows of one cluster.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If there is no row, the two are of different length, or the level is out of range.

    Notes
    -----
    With x of n_i rows hit in cluster i of m and p = sum x / n, the variance of p is that of a ratio of two
    totals, m / (m - 1) sum (x_i - p n_i)^2 / n^2; its quotient by p (1 - p) / n is the design effect. The
    interval is Wilson's with n divided by it, but never with more than n rows.

    References
    ----------
    Rao JNK, Scott AJ. Biometrics 1992;48:577-585.
    """
    is_hit, labels = np.asarray(hits, dtype=bool), np.asarray(clusters)
    if not len(is_hit) or len(is_hit) != len(labels):
        raise InsufficientDataError(
            "a share needs rows, each with its cluster",
            got=f"{len(is_hit)} rows and {len(labels)} clusters",
            allowed="as many of one as of the other, at least 1",
        )
    _, places = np.unique(labels, return_inverse=True)
    sizes = np.bincount(places)
    found = np.bincount(places, weights=is_hit)
    n, m, count = len(is_hit), len(sizes), int(is_hit.sum())
    p = count / n
    effect, reason = None, None
    if m < 2:
        reason = "all rows belong to one patient, whose rows say nothing of others"
    elif count in (0, n):
        reason = "all rows agree, so that nothing shows how far the rows of a patient resemble each other"
    else:
        variance = m / (m - 1) * float(((found - p * sizes) ** 2).sum()) / n**2
        effect = variance / (p * (1 - p) / n)
    effective = m if effect is None else n / max(1.0, effect)
    low, high = wilson_limits(p, effective, level)
    method = "Wilson, effective number of rows (Rao and Scott)"
    interval = ConfidenceInterval(float(low), float(high), level, method)
    return ClusteredProportion(count, n, m, effect, interval, reason)
