"""Everything that moves with the cutoff of the HAP ratio, counted once and looked up at any cutoff."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gepnet_core.case.case import CUTOFF_HIGHEST, study_cutoff
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import DIAGNOSES, UNKNOWN, Cohort, Floats
from gepnet_core.cohort.parts.marker_accuracy import REPEATS
from gepnet_core.statistics.intervals import wilson_limits
from gepnet_core.statistics.proportions.diagnostic import Counts, DiagnosticAccuracy, diagnostic_accuracy
from gepnet_core.statistics.roc.curve import Direction, RocCurve, roc_curve
from gepnet_core.study.criteria import GroupCounts

_WIDENED = 0.05
"""Room at either end of a slider, as a share of the range between the outer percentiles."""

_BOUND = Decimal("0.01")
"""Bounds of a slider are multiples of it."""


@dataclass(frozen=True)
class AtCutoff:
    """Both ways to call at one cutoff; the positive class is adenocarcinoma.

    ``ratio`` counts the rows whose ratio is known, and leaves out the ``without_ratio`` others. ``combined``
    counts those that the rule can call: adenocarcinoma at or below the cutoff with plateau, NET where one of
    the two is known not to hold; the others are ``uncalled``. It is None where the rule calls nobody of a
    diagnosis. ``reasons`` says by field why something is None and what was not counted, and, under
    ``patients``, that rows are not independent.
    """

    cutoff: float
    ratio: DiagnosticAccuracy
    combined: DiagnosticAccuracy | None
    without_ratio: GroupCounts
    uncalled: GroupCounts
    reasons: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class WilsonBand:
    """Wilson's intervals of one proportion at every threshold, shapes (thresholds,)."""

    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class ClassRatios:
    """The eligible rows of one diagnosis.

    ``ratios``, ``plateau`` and ``no_pattern`` are in rising order: all known ratios, those of the rows with
    plateau, and those of the rows whose pattern is not known. ``without_ratio`` rows have no ratio;
    ``never_called`` of them are plateau or have no pattern either, so that the rule cannot call them.
    """

    ratios: Floats
    plateau: Floats
    no_pattern: Floats
    without_ratio: int
    never_called: int

    def called(self, cutoff: float) -> tuple[int, int]:
        """How many rows the rule calls adenocarcinoma, and how many it cannot call."""
        positive, unknown = (
            int(values.searchsorted(cutoff, side="right")) for values in (self.plateau, self.no_pattern)
        )
        return positive, unknown + self.never_called

    @property
    def n(self) -> int:
        """Eligible rows."""
        return len(self.ratios) + self.without_ratio


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """The HAP ratio of the eligible rows as a test for adenocarcinoma, low ratios being positive.

    ``roc`` has one entry a distinct ratio. ``adenocarcinoma`` and ``net`` hold the sorted ratios.
    ``n_repeats`` of the eligible rows are not the first of their patient.
    """

    roc: RocCurve
    adenocarcinoma: ClassRatios
    net: ClassRatios
    level: float
    n_repeats: int

    @property
    def n(self) -> int:
        """Rows with a ratio, of both diagnoses."""
        return self.roc.n_positive + self.roc.n_negative

    @cached_property
    def sensitivity_band(self) -> WilsonBand:
        """Intervals of `roc.sensitivities`."""
        return wilson_band(self.roc.true_positives, self.roc.n_positive, self.level)

    @cached_property
    def specificity_band(self) -> WilsonBand:
        """Intervals of `roc.specificities`."""
        return wilson_band(self.roc.n_negative - self.roc.false_positives, self.roc.n_negative, self.level)

    def at(self, cutoff: float | Decimal, prevalence: float | None = None) -> AtCutoff:
        """Sensitivity, specificity, likelihood ratios and predictive values at a cutoff.

        Parameters
        ----------
        cutoff : float or Decimal
            Of the ratio; a ratio equal to it is positive.
        prevalence : float or None
            Of adenocarcinoma where the test is used, above 0 and below 1; without it there are no predictive
            values.

        Raises
        ------
        InsufficientDataError
            If the cutoff is no number or the prevalence no such fraction.
        """
        point = self.roc.at(float(cutoff))
        tp, fp = point.true_positives, point.false_positives
        ratio = Counts(tp, fp, point.n_positive - tp, point.n_negative - fp)
        (tp, unknown_ours), (fp, unknown_theirs) = (
            group.called(point.threshold) for group in (self.adenocarcinoma, self.net)
        )
        n, m = self.adenocarcinoma.n - unknown_ours, self.net.n - unknown_theirs
        combined = None
        if n and m:
            combined = diagnostic_accuracy(Counts(tp, fp, n - tp, m - fp), prevalence, self.level)
        without = GroupCounts(self.adenocarcinoma.without_ratio, self.net.without_ratio)
        uncalled = GroupCounts(unknown_ours, unknown_theirs)
        return AtCutoff(
            point.threshold,
            diagnostic_accuracy(ratio, prevalence, self.level),
            combined,
            without,
            uncalled,
            MappingProxyType(dict(self._reasons(without, uncalled, n, m))),
        )

    def _reasons(
        self, without: GroupCounts, uncalled: GroupCounts, n: int, m: int
    ) -> Iterator[tuple[str, str]]:
        if self.n_repeats:
            yield "patients", REPEATS
        if without.adenocarcinoma or without.net:
            yield (
                "without_ratio",
                f"rows without a HAP ratio are not counted, adenocarcinoma to NET: {without}",
            )
        if uncalled.adenocarcinoma or uncalled.net:
            yield (
                "uncalled",
                "rows that lack the criterion which would decide are not counted, adenocarcinoma to NET: "
                f"{uncalled}",
            )
        if not n or not m:
            nobody = " and ".join(
                name for name, size in zip(("adenocarcinoma", "NET"), (n, m), strict=True) if not size
            )
            yield "combined", f"the rule can call no {nobody}: the pattern, or the ratio, is not known"


@dataclass(frozen=True)
class CutoffRange:
    """Bounds and step of a slider of the cutoff; the published cutoff lies on a step."""

    lowest: Decimal
    highest: Decimal
    step: Decimal


def threshold_curve(cohort: Cohort, level: float = 0.95) -> ThresholdCurve:
    """Sort the eligible rows of a cohort once.

    Parameters
    ----------
    cohort : Cohort
        Its own cutoff does not matter; its patterns are those of its definition and tolerance.
    level : float
        Of all intervals, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If no eligible row of a diagnosis has a ratio.

    Notes
    -----
    A ratio is the correctly rounded quotient of two decimals, so that it equals the float of a cutoff
    wherever the decimals are equal.
    """
    ours, theirs = (_class_ratios(cohort, diagnosis) for diagnosis in DIAGNOSES)
    curve = roc_curve(ours.ratios, theirs.ratios, Direction.LOW)
    return ThresholdCurve(curve, ours, theirs, level, cohort.n_repeats)


def cutoff_range(curve: ThresholdCurve) -> CutoffRange:
    """The middle 98 % of the ratios with some room, rounded outwards to 0.01, the published cutoff in it.

    Cutoffs that a `Case` refuses (0 and below, beyond 10) are left out.
    """
    ratios = np.concatenate([curve.adenocarcinoma.ratios, curve.net.ratios])
    low, high = np.quantile(ratios, [0.01, 0.99]).tolist()
    published = float(study_cutoff())
    low, high = min(low, published), max(high, published)
    room = _WIDENED * (high - low)
    highest = Decimal(CUTOFF_HIGHEST)
    return CutoffRange(
        max(_BOUND, _BOUND * math.floor((low - room) / float(_BOUND))),
        min(highest, _BOUND * math.ceil((high + room) / float(_BOUND))),
        Decimal(1).scaleb(int(study_cutoff().as_tuple().exponent)),
    )


def wilson_band(successes: NDArray[np.int64], n: int, level: float) -> WilsonBand:
    """`gepnet_core.statistics.intervals.wilson_interval` of many counts out of one ``n``."""
    return WilsonBand(*wilson_limits(successes / n, n, level))


def _class_ratios(cohort: Cohort, diagnosis: str) -> ClassRatios:
    rows = cohort.of(diagnosis)
    ratios, plateau = cohort.criteria.ratios[Phase.HAP][rows], cohort.criteria.plateau[rows]
    known = ~np.isnan(ratios)
    of_all, of_plateau, of_unknown = (
        np.sort(ratios[known & kind]) for kind in (known, plateau == 1, plateau == UNKNOWN)
    )
    return ClassRatios(
        of_all,
        of_plateau,
        of_unknown,
        without_ratio=int(np.count_nonzero(~known)),
        never_called=int(np.count_nonzero(~known & (plateau != 0))),
    )
