"""The published cutoff as it is, then a cutoff chosen on the cohort with what resampling says of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gepnet_core.case.case import study_cutoff
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort, Floats
from gepnet_core.cohort.parts.marker_accuracy import REPEATS
from gepnet_core.cohort.parts.ratios import FEWEST
from gepnet_core.cohort.parts.threshold_curve import AtCutoff, threshold_curve
from gepnet_core.statistics.cutpoints.cutpoint import Cutpoints, find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import CutpointMethod
from gepnet_core.statistics.cutpoints.two_cutoffs import TwoCutoffs, two_cutoffs
from gepnet_core.statistics.proportions.sample_size import n_for_wilson_half_width
from gepnet_core.statistics.resampling.bootstrap import Bootstrap, bootstrap_cutoff, percentile_interval
from gepnet_core.statistics.resampling.cross_validation import CrossValidation, cross_validate_cutoff
from gepnet_core.statistics.roc.curve import Direction
from gepnet_core.study.criteria import GroupCounts

MOST_DRAWN_ROWS = 50_000_000
"""Rows times resamples, and rows times folds times repeats: some seconds."""

FEWEST_RESAMPLES = 200
"""However large the table."""

_MOST_BINS = 40
_NARROWEST_BIN = 0.01


class Expected(StrEnum):
    """Whose sensitivity and specificity the next study is planned with."""

    PUBLISHED = "published"
    TUNED = "tuned"


@dataclass(frozen=True)
class NextStudy:
    """Cases of each diagnosis for Wilson intervals of the ratio's accuracy of at most a half-width.

    ``sensitivity`` and ``specificity`` are what is expected: those of the published cutoff here, or those of
    the tuned one on the rows that resamples left out.
    """

    expected: Expected
    sensitivity: float
    specificity: float
    half_width: float
    n_adenocarcinoma: int
    n_net: int


@dataclass(frozen=True, eq=False)
class CutoffDistribution:
    """The cutoffs that resamples choose, each as the midpoint between two observed ratios.

    Between ``low`` and ``high`` lies the share ``level`` of them, between ``q1`` and ``q3`` one half.
    ``counts`` has one entry a bin between ``edges``; ``n_infinite`` cutoffs call nobody positive: they are in
    the percentiles, and in no bin. Where all are, there is no bin.
    """

    low: float
    q1: float
    median: float
    q3: float
    high: float
    level: float
    edges: Floats
    counts: NDArray[np.int64]
    n_infinite: int


@dataclass(frozen=True, eq=False)
class TunedCutoff:
    """The published cutoff first, then the cutoff that a method chooses on the same rows.

    ``published`` is the cutoff as printed, which these rows had no part in choosing. ``cutpoints`` are all
    thresholds that score best, ``apparent`` is the chosen one on the rows that chose it, ``bootstrap`` and
    ``cross_validation`` judge the choice on rows left out. What could not be computed is None; ``reasons``
    says why, by field, and also, under ``resamples``, ``repeats`` and ``patients``, what was cut short and
    that rows are not independent.
    """

    published: AtCutoff | None
    cutpoints: Cutpoints | None
    apparent: AtCutoff | None
    bootstrap: Bootstrap | None
    distribution: CutoffDistribution | None
    cross_validation: CrossValidation | None
    zone: TwoCutoffs | None
    next_study: NextStudy | None
    reasons: Mapping[str, str]


def tune(
    cohort: Cohort,
    method: CutpointMethod,
    *,
    resamples: int,
    seed: int,
    folds: int,
    repeats: int,
    zone: tuple[float, float] | None = None,
    expected: Expected = Expected.PUBLISHED,
    half_width: float = 0.10,
) -> TunedCutoff:
    """Judge the published cutoff, then choose one on the cohort and say what resampling makes of it.

    Parameters
    ----------
    cohort : Cohort
        Eligible rows with a HAP ratio count; adenocarcinoma is positive, at low ratios.
    method : CutpointMethod
        How the cutoff is chosen, on the rows, in each resample and without each fold.
    resamples : int
        Fewer are drawn where rows times resamples would pass `MOST_DRAWN_ROWS`, but `FEWEST_RESAMPLES`.
    seed : int
        Of the resamples and of the folds; at least 0.
    folds, repeats : int
        Of the cross-validation; fewer repeats likewise, but 1.
    zone : tuple of float or None
        Sensitivity and specificity that two cutoffs with a grey zone between them are to have; None asks for
        none.
    expected : Expected
        What the next study is planned with.
    half_width : float
        Of the intervals that it is to give: 0.10 is 10 points either side.

    Raises
    ------
    InsufficientDataError
        If a number of resamples, folds or repeats, the seed, a requirement or the half-width is out of
        range.
    """
    positive, negative = cohort.classes(cohort.criteria.ratios[Phase.HAP])
    sizes = len(positive), len(negative)
    curve = threshold_curve(cohort) if min(sizes) else None
    published = None if curve is None else curve.at(study_cutoff())
    if curve is None or published is None or min(sizes) < FEWEST:
        return _too_few(published, GroupCounts(*sizes))
    found = find_cutpoints(positive, negative, Direction.LOW, method)
    apparent = bootstrap = distribution = cross_validation = None
    reasons: dict[str, str] = {}
    if cohort.n_repeats:
        reasons["patients"] = REPEATS
    if found.chosen is None:
        for field in ("apparent", "bootstrap", "distribution", "cross_validation"):
            reasons[field] = found.reasons["points"]
    else:
        apparent = curve.at(found.chosen.threshold)
        n = min(resamples, max(FEWEST_RESAMPLES, MOST_DRAWN_ROWS // sum(sizes)))
        if n < resamples:
            reasons["resamples"] = f"{n} of {resamples} were drawn, since there are {sum(sizes)} rows"
        bootstrap = bootstrap_cutoff(positive, negative, Direction.LOW, n, seed, method=method)
        distribution = _distribution(bootstrap)
        if distribution is None:
            reasons["distribution"] = "the method finds no cutoff in any resample"
        cross_validation = _cross_validated(positive, negative, method, folds, repeats, seed, reasons)
    two = None
    if zone is None:
        reasons["zone"] = "two cutoffs were not asked for"
    else:
        two = two_cutoffs(positive, negative, Direction.LOW, sensitivity=zone[0], specificity=zone[1])
    return TunedCutoff(
        published,
        found,
        apparent,
        bootstrap,
        distribution,
        cross_validation,
        two,
        _next_study(published, bootstrap, expected, half_width, reasons),
        MappingProxyType(reasons),
    )


def _too_few(published: AtCutoff | None, sizes: GroupCounts) -> TunedCutoff:
    """Only the published cutoff, which needs no tuning, where there is one row of each diagnosis."""
    few = f"rows with a HAP ratio, adenocarcinoma to NET: {sizes}; allowed: at least {FEWEST} of each"
    fields = ["cutpoints", "apparent", "bootstrap", "distribution", "cross_validation", "zone", "next_study"]
    if published is None:
        fields.append("published")
    reasons = MappingProxyType(dict.fromkeys(fields, few))
    return TunedCutoff(published, None, None, None, None, None, None, None, reasons)


def _cross_validated(
    positive: Floats,
    negative: Floats,
    method: CutpointMethod,
    folds: int,
    repeats: int,
    seed: int,
    reasons: dict[str, str],
) -> CrossValidation | None:
    smaller, n_rows = min(len(positive), len(negative)), len(positive) + len(negative)
    if folds > smaller:
        reasons["cross_validation"] = (
            f"each fold needs a row of each class: {folds} folds, {smaller} rows in the smaller class"
        )
        return None
    n = min(repeats, max(1, MOST_DRAWN_ROWS // (n_rows * max(folds, 1))))
    if n < repeats:
        reasons["repeats"] = f"{n} of {repeats} were made, since there are {n_rows} rows"
    return cross_validate_cutoff(
        positive, negative, Direction.LOW, folds=folds, repeats=n, seed=seed, method=method
    )


def _next_study(
    published: AtCutoff,
    bootstrap: Bootstrap | None,
    expected: Expected,
    half_width: float,
    reasons: dict[str, str],
) -> NextStudy | None:
    sensitivity: float | None = published.ratio.sensitivity.value
    specificity: float | None = published.ratio.specificity.value
    if expected is Expected.TUNED:
        sensitivity = None if bootstrap is None else bootstrap.sensitivity_oob
        specificity = None if bootstrap is None else bootstrap.specificity_oob
    if sensitivity is None or specificity is None:
        reasons["next_study"] = "nothing is known of the tuned cutoff on rows left out"
        return None
    return NextStudy(
        expected,
        sensitivity,
        specificity,
        half_width,
        n_for_wilson_half_width(sensitivity, half_width),
        n_for_wilson_half_width(specificity, half_width),
    )


def _distribution(bootstrap: Bootstrap) -> CutoffDistribution | None:
    chosen = np.array(bootstrap.midpoints)
    chosen = chosen[~np.isnan(chosen)]
    if not len(chosen):
        return None
    finite = chosen[np.isfinite(chosen)]
    edges = _edges(finite)
    middle = percentile_interval(chosen, 0.5)
    return CutoffDistribution(
        low=bootstrap.cutoff_midpoint.low,
        q1=middle.low,
        # The two ends of an interval of level 0 are the median.
        median=percentile_interval(chosen, 0.0).low,
        q3=middle.high,
        high=bootstrap.cutoff_midpoint.high,
        level=bootstrap.cutoff_midpoint.level,
        edges=edges,
        counts=np.histogram(finite, edges)[0].astype(np.int64),
        n_infinite=len(chosen) - len(finite),
    )


def _edges(values: Floats) -> Floats:
    """Bins of equal width over all values, not narrower than is worth telling apart."""
    if not len(values):
        return np.empty(0)
    lowest, highest = float(values.min()), float(values.max())
    n = min(_MOST_BINS, max(1, math.ceil((highest - lowest) / _NARROWEST_BIN)))
    room = max(0.0, n * _NARROWEST_BIN - (highest - lowest)) / 2
    return np.linspace(lowest - room, highest + room, n + 1)
