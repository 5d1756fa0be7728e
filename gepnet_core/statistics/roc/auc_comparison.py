"""Difference of two areas: of two markers in the same patients, or in two independent sets of patients."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from numpy.typing import ArrayLike

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.summary_t import student_p, welch_df
from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval, tail_point
from gepnet_core.statistics.roc.auc_intervals import ONE_VALUE
from gepnet_core.statistics.roc.curve import Direction, doubled_placements, placed_classes
from gepnet_core.statistics.roc.placements import delong_variance

_PAIRED, _UNPAIRED = "DeLong, paired", "DeLong, unpaired"
_NO_SPREAD = (
    "the standard error of the difference is 0 and shrinks its interval to a point: it says nothing about "
    "how sure the difference is"
)
_NO_TEST = "the standard error of the difference is 0, and there is nothing to measure the difference by"


@dataclass(frozen=True, eq=False)
class Marker:
    """A marker in both classes, shapes (n,) and (m,), with the side of it that is positive."""

    positive: ArrayLike
    negative: ArrayLike
    direction: Direction


@dataclass(frozen=True)
class AucDifference:
    """Two areas and first minus second.

    ``z`` is the difference over its standard error and ``p`` two-sided: from the normal distribution where
    ``df`` is None, else from Student's t. What is undefined is None; ``reasons`` says why, by field, and also
    names an interval that has shrunk to a point. The interval is symmetric and may leave -1 to 1.
    """

    first: float
    second: float
    difference: float
    se: float | None
    interval: ConfidenceInterval | None
    z: float | None
    df: float | None
    p: float | None
    paired: bool
    reasons: Mapping[str, str]


def compare_paired_aucs(first: Marker, second: Marker, level: float = 0.95) -> AucDifference:
    """Compare two markers that were measured in the same patients.

    Parameters
    ----------
    first, second : Marker
        The k-th value of a class belongs to the same patient in both. Each has its own direction and unit.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, the markers differ in the size of a class, or the level is
        out of range.

    Notes
    -----
    The variance of the difference is L S L' with L = (1, -1), which is that of the patients' differences of
    placements. They are whole numbers here: of markers that order the patients alike it is exactly 0.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, section 2.
    """
    one, two = (doubled_placements(m.positive, m.negative, m.direction) for m in (first, second))
    n, m = len(one[0]), len(one[1])
    if (n, m) != (len(two[0]), len(two[1])):
        raise InsufficientDataError(
            "paired markers need the same patients",
            got=f"{n} and {m} rows beside {len(two[0])} and {len(two[1])}",
            allowed="classes of the same size",
        )
    doubled = int(one[0].sum()), int(two[0].sum())
    areas = doubled[0] / (2 * n * m), doubled[1] / (2 * n * m)
    difference = (doubled[0] - doubled[1]) / (2 * n * m)
    if min(n, m) < 2:
        return _without_spread(areas, difference, paired=True)
    ours, theirs = one[0] - two[0], one[1] - two[1]
    se = math.sqrt(delong_variance(ours, theirs))
    return _compared(areas, difference, se, None, level, paired=True)


def compare_unpaired_aucs(first: Marker, second: Marker, level: float = 0.95) -> AucDifference:
    """Compare areas in two sets of patients that have nobody in common.

    Parameters
    ----------
    first, second : Marker
        Each has its own direction and unit.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class is empty, a value is not finite, or the level is out of range.

    Notes
    -----
    The variances add up. P and interval are from Student's t with Satterthwaite's degrees of freedom, in
    which a set of N patients counts N - 1, as pROC's roc.test takes them.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845; Robin X et al. BMC Bioinformatics
    2011;12:77.
    """
    one, two = (placed_classes(m.positive, m.negative, m.direction) for m in (first, second))
    areas, difference = (one.auc, two.auc), one.auc - two.auc
    if min(one.n, one.m, two.n, two.m) < 2:
        return _without_spread(areas, difference, paired=False)
    se = math.hypot(one.delong_se, two.delong_se)
    df = None
    if se > 0:
        sizes = one.n + one.m, two.n + two.m
        sds = one.delong_se * math.sqrt(sizes[0]), two.delong_se * math.sqrt(sizes[1])
        df = welch_df(sds[0], sizes[0], sds[1], sizes[1])
    return _compared(areas, difference, se, df, level, paired=False)


def _compared(
    areas: tuple[float, float], difference: float, se: float, df: float | None, level: float, *, paired: bool
) -> AucDifference:
    method = _PAIRED if paired else _UNPAIRED
    if se == 0:
        point = ConfidenceInterval(difference, difference, level, method)
        reasons = {"interval": _NO_SPREAD} | dict.fromkeys(_tested(paired=paired), _NO_TEST)
        return AucDifference(
            *areas, difference, se, point, None, None, None, paired, MappingProxyType(reasons)
        )
    z = difference / se
    if df is None:
        interval, p = symmetric_interval(difference, se, level, method), math.erfc(abs(z) / math.sqrt(2))
    else:
        from scipy.special import stdtrit

        half = float(stdtrit(df, tail_point(level))) * se
        interval = ConfidenceInterval(difference - half, difference + half, level, method)
        p = student_p(z, df)
    return AucDifference(*areas, difference, se, interval, z, df, p, paired, MappingProxyType({}))


def _without_spread(areas: tuple[float, float], difference: float, *, paired: bool) -> AucDifference:
    reasons = dict.fromkeys(("se", "interval", *_tested(paired=paired)), ONE_VALUE)
    return AucDifference(*areas, difference, None, None, None, None, None, paired, MappingProxyType(reasons))


def _tested(*, paired: bool) -> tuple[str, ...]:
    """The fields that a test fills."""
    return ("z", "p") if paired else ("z", "df", "p")
