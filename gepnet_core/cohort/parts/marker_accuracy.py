"""How well any column of numbers tells the diagnoses apart, and two of them in the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import DIAGNOSES, Cohort, Floats
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.auc_comparison import AucDifference, compare_paired_aucs
from gepnet_core.statistics.roc.auc_comparison import Marker as ClassValues
from gepnet_core.statistics.roc.auc_intervals import AucEstimate, estimate_auc
from gepnet_core.statistics.roc.clustered_auc import ClusteredAuc, clustered_auc
from gepnet_core.statistics.roc.curve import Direction, RocCurve, roc_curve
from gepnet_core.study.criteria import GroupCounts

STUDY_DIRECTIONS: Mapping[str, Direction] = MappingProxyType(
    {f"{phase}_ratio": Direction.LOW for phase in (Phase.HAP, Phase.PVP)}
)
"""The columns whose side the study gives: both ratios are lower in adenocarcinoma."""

REPEATS = (
    "several rows belong to one patient: intervals that take rows as independent are too narrow, P too small"
)


@dataclass(frozen=True)
class MarkerChoice:
    """A column and the side of it that points to adenocarcinoma."""

    name: str
    direction: Direction


@dataclass(frozen=True, eq=False)
class MarkerAccuracy:
    """One column as a test for adenocarcinoma among the eligible rows.

    ``n_missing`` counts eligible rows without a value. ``clustered`` knows which rows are of one patient; it
    is None, with the reason, where no patient has several.
    """

    marker: MarkerChoice
    curve: RocCurve
    auc: AucEstimate
    clustered: ClusteredAuc | None
    n_missing: GroupCounts
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class MarkerComparison:
    """Two columns in the rows that have both; ``n_one_only`` eligible rows have only one of them."""

    first: MarkerChoice
    second: MarkerChoice
    difference: AucDifference
    n: GroupCounts
    n_one_only: GroupCounts
    reasons: Mapping[str, str]


def markers(cohort: Cohort) -> Mapping[str, Floats]:
    """Every column of numbers that a cohort has: ratios, HU, and the others; in that order."""
    found = {f"{phase}_ratio": values for phase, values in cohort.criteria.ratios.items()}
    found |= dict(cohort.criteria.hu) | dict(cohort.numbers)
    return {name: values for name, values in found.items() if not np.isnan(values).all()}


def marker_choice(name: str, direction: Direction | None = None) -> MarkerChoice:
    """A column with its side: as said, else as the study gives it.

    Raises
    ------
    InsufficientDataError
        If nobody says which side points to adenocarcinoma; it is never guessed from the data.
    """
    side = direction or STUDY_DIRECTIONS.get(name)
    if side is None:
        raise InsufficientDataError(
            "which values point to adenocarcinoma is not said",
            allowed=" or ".join(Direction),
            remedy="Say whether low or high values are positive.",
            field="direction",
        )
    return MarkerChoice(name, side)


def marker_accuracy(
    cohort: Cohort, name: str, direction: Direction | None = None, level: float = 0.95
) -> MarkerAccuracy:
    """Curve and area of one column.

    Parameters
    ----------
    cohort : Cohort
    name : str
        One of `markers`.
    direction : Direction or None
        Which side points to adenocarcinoma; None takes the study's, which it has of ``hap_ratio`` and
        ``pvp_ratio`` alone.
    level : float
        Of all intervals, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If there is no such column, its direction is not said, or no eligible row of a diagnosis has a value.
    """
    marker = marker_choice(name, direction)
    values = _values(cohort, name)
    positive, negative = cohort.classes(values)
    clustered, reasons = None, {}
    if cohort.patients is None:
        reasons["clustered"] = "the table has no codes of patients: each row is taken as a patient"
    elif not cohort.n_repeats:
        reasons["clustered"] = "no patient has several rows"
    curve = roc_curve(positive, negative, marker.direction)
    if cohort.patients is not None and cohort.n_repeats:
        rows = cohort.eligible & ~np.isnan(values)
        clustered = clustered_auc(
            values[rows], cohort.diagnosis[rows] == 1, cohort.patients[rows], marker.direction, level
        )
        reasons["auc"] = REPEATS
    return MarkerAccuracy(
        marker,
        curve,
        estimate_auc(positive, negative, marker.direction, level),
        clustered,
        cohort.counts(np.isnan(values)),
        MappingProxyType(reasons),
    )


def compare_markers(
    cohort: Cohort, first: MarkerChoice, second: MarkerChoice, level: float = 0.95
) -> MarkerComparison:
    """Areas of two columns in the same rows, by DeLong's paired test.

    Parameters
    ----------
    cohort : Cohort
    first, second : MarkerChoice
        From `marker_choice`.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a column is not there, or no eligible row of a diagnosis has both.
    """
    one, two = _values(cohort, first.name), _values(cohort, second.name)
    missing_one, missing_two = np.isnan(one), np.isnan(two)
    both = ~(missing_one | missing_two)
    ours, theirs = (cohort.of(diagnosis) & both for diagnosis in DIAGNOSES)
    return MarkerComparison(
        first,
        second,
        compare_paired_aucs(
            ClassValues(one[ours], one[theirs], first.direction),
            ClassValues(two[ours], two[theirs], second.direction),
            level,
        ),
        cohort.counts(both),
        cohort.counts(missing_one != missing_two),
        MappingProxyType({"difference": REPEATS} if cohort.n_repeats else {}),
    )


def _values(cohort: Cohort, name: str) -> Floats:
    known = markers(cohort)
    if name not in known:
        raise InsufficientDataError(
            "the cohort has no such column of numbers",
            allowed=", ".join(known) or "none: no row has a ratio, HU or another number",
            field="marker",
        )
    return known[name]
