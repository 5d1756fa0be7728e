"""Area under the ROC curve of lesions of which several belong to one patient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval
from gepnet_core.statistics.roc.auc_intervals import NO_SPREAD
from gepnet_core.statistics.roc.curve import Direction, doubled_placements
from gepnet_core.statistics.roc.placements import delong_variance

_METHOD = "clustered (Obuchowski)"
_ONE_CLUSTER = (
    "the lesions of a class belong to a single cluster, which says nothing about the spread between clusters"
)
_NO_DELONG = "DeLong's variance of the same lesions is 0, and nothing can be divided by it"


@dataclass(frozen=True)
class ClusteredAuc:
    """The area over all pairs of lesions, and how sure it is where lesions of a cluster resemble each other.

    ``design_effect`` is the variance over DeLong's, which takes all lesions as independent. What is undefined
    is None; ``reasons`` says why, by field, and also names an interval that has shrunk to a point. The
    interval is symmetric and may leave 0 to 1.
    """

    auc: float
    se: float | None
    interval: ConfidenceInterval | None
    n_clusters: int
    n_positive: int
    n_negative: int
    design_effect: float | None
    reasons: Mapping[str, str]


def clustered_auc(
    values: ArrayLike,
    is_positive: ArrayLike,
    clusters: ArrayLike,
    direction: Direction,
    level: float = 0.95,
) -> ClusteredAuc:
    """Area of a marker in lesions, its standard error and interval from the spread between patients.

    Parameters
    ----------
    values : array_like, shape (n,)
        The marker of each lesion; finite, any unit.
    is_positive : array_like of bool, shape (n,)
        The class of each lesion. A cluster may hold lesions of both classes.
    clusters : array_like of int or str, shape (n,)
        The patient of each lesion, by any number or name.
    direction : Direction
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, a class or cluster is missing, the columns differ in
        length, or the level is out of range.

    Notes
    -----
    The variance is S10 / M + S01 / N + 2 S11 / (M N), where with M positive and N negative lesions, m_i and
    n_i of them in cluster i, and the area A

    - S10 = I10 / ((I10 - 1) M) sum (V10_i. - m_i A)^2 over the I10 clusters with a positive lesion,
    - S01 likewise of the negative ones,
    - S11 = I / (I - 1) sum (V10_i. - m_i A)(V01_i. - n_i A) over all I clusters,

    and V_i. is the sum of DeLong's placements of the cluster's lesions. With one lesion in each cluster S11
    is 0 and the variance exactly DeLong's. Each lesion k times in its cluster leaves the variance unchanged.

    References
    ----------
    Obuchowski NA. Biometrics 1997;53:567-578.
    """
    marker, positive = np.asarray(values, dtype=np.float64), np.asarray(is_positive)
    names = np.asarray(clusters)
    if names.dtype.kind not in "iu":
        # Left to itself NumPy makes words of what is missing among words.
        names = np.asarray(clusters, dtype=object)
    if marker.ndim != 1 or not marker.shape == positive.shape == names.shape:
        raise InsufficientDataError(
            "values, classes and clusters are columns of one table",
            got=f"shapes {marker.shape}, {positive.shape} and {names.shape}",
            allowed="shape (n,), the same of all",
        )
    if positive.dtype != np.bool_:
        raise InsufficientDataError(
            "a class is yes or no", got=str(positive.dtype), allowed="booleans without a missing one"
        )
    ours, theirs = doubled_placements(marker[positive], marker[~positive], direction)
    numbers = _cluster_numbers(names)
    n, m, total, n_clusters = len(ours), len(theirs), int(ours.sum()), int(numbers.max()) + 1
    auc = total / (2 * n * m)
    n_ours, off_ours = _deviations(numbers[positive], ours, n_clusters)
    n_theirs, off_theirs = _deviations(numbers[~positive], theirs, n_clusters)
    if min(n_ours, n_theirs) < 2:
        undefined = dict.fromkeys(("se", "interval", "design_effect"), _ONE_CLUSTER)
        return ClusteredAuc(auc, None, None, n_clusters, n, m, None, MappingProxyType(undefined))
    # In fractions, since the sums may cancel to exactly 0. Below 0 they cannot fall: the first two factors
    # are at least the third, times which the whole is a sum of squares.
    variance = float(
        (
            Fraction(n_ours, n_ours - 1) * int(off_ours @ off_ours) / n**2
            + Fraction(n_theirs, n_theirs - 1) * int(off_theirs @ off_theirs) / m**2
            + Fraction(n_clusters, n_clusters - 1) * 2 * int(off_ours @ off_theirs) / (n * m)
        )
        / (4 * n**2 * m**2)
    )
    independent = delong_variance(ours, theirs)
    reasons: dict[str, str] = {}
    if variance == 0:
        reasons["interval"] = NO_SPREAD.format("the clustered")
    if independent == 0:
        reasons["design_effect"] = _NO_DELONG
    se = math.sqrt(variance)
    return ClusteredAuc(
        auc,
        se,
        symmetric_interval(auc, se, level, _METHOD),
        n_clusters,
        n,
        m,
        variance / independent if independent else None,
        MappingProxyType(reasons),
    )


def _deviations(
    numbers: NDArray[np.intp], doubled: NDArray[np.int64], n_clusters: int
) -> tuple[int, NDArray[np.object_]]:
    """Number of clusters that hold a class, and 2 n m (V_i. - rows_i A) of every cluster.

    The latter as Python's integers: the squares of these do not fit into int64.
    """
    rows = np.bincount(numbers, minlength=n_clusters)
    # The weights are added as float64, which holds whole numbers up to 2^53.
    sums = np.bincount(numbers, weights=doubled, minlength=n_clusters).astype(np.int64)
    off = len(doubled) * sums.astype(object) - int(doubled.sum()) * rows.astype(object)
    return int(np.count_nonzero(rows)), off


def _cluster_numbers(names: NDArray[Any]) -> NDArray[np.intp]:
    """Clusters as whole numbers from 0 on."""
    if names.dtype.kind in "iu":
        return np.unique(names, return_inverse=True)[1]
    listed = names.tolist()
    kinds = {type(name) for name in listed}
    are_words = all(issubclass(kind, str) for kind in kinds)
    if not (are_words or kinds == {int}) or (are_words and not all(map(str.strip, listed))):
        raise InsufficientDataError(
            "a cluster is missing or no name",
            got=" and ".join(sorted(kind.__name__ for kind in kinds)),
            allowed="whole numbers, or words that are not blank",
            remedy="Name the patient of each lesion.",
        )
    numbers: dict[int | str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in listed], dtype=np.intp)
