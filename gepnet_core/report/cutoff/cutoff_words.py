"""What is said of a cutoff of the HAP ratio: the published one beside the study, and any other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from gepnet_core.case.case import study_cutoff
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.analysis import Absent
from gepnet_core.cohort.cohort import DIAGNOSES, Cohort
from gepnet_core.cohort.parts.frozen_validation import FrozenValidation, Proportion
from gepnet_core.cohort.parts.marker_accuracy import MarkerAccuracy
from gepnet_core.cohort.parts.threshold_curve import AtCutoff
from gepnet_core.numbers import (
    RATIO_DECIMALS,
    Interval,
    format_cutoff,
    format_decimal,
    format_level,
    format_likelihood_ratio,
    format_percent,
    format_proportion,
    rounded_beside,
)
from gepnet_core.report.cohort.cohort_words import NOBODY
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.proportions.diagnostic import Counts, DiagnosticAccuracy, LikelihoodRatio, Share
from gepnet_core.statistics.roc.curve import OperatingPoint
from gepnet_core.study.criteria import GroupCounts, load_criteria
from gepnet_core.study.facts import fact

POSITIVE = "Positive class: adenocarcinoma"
RATIO, BOTH = "Ratio alone", "Ratio and plateau together"

PUBLISHED_HEADINGS = (POSITIVE, "Here", "In the study")
CONFUSION_HEADINGS = (POSITIVE, "Called adenocarcinoma", "Called NET", "Not called")
ACCURACY_HEADINGS = (POSITIVE, RATIO, BOTH)

NO_AREA = "none: a diagnosis has no such value"
NO_PREVALENCE = "no prevalence is given"

_MOST_DECIMALS = 10
"""Of a cutoff that is written short; ratios of HU do not lie closer."""


class IntervalKind(StrEnum):
    """Which interval of a proportion is shown."""

    WILSON = "Wilson"
    CLOPPER_PEARSON = "Clopper-Pearson"


def shown_cutoff(cutoff: float) -> str:
    """A cutoff beside the published one, or what an infinite one does."""
    if math.isinf(cutoff):
        return "calls nobody" if cutoff < 0 else "calls everybody"
    return format_cutoff(cutoff, study_cutoff())


def short_cutoff(point: OperatingPoint) -> Decimal | None:
    """The observed ratio of a point with few decimals, rounded up, which as a cutoff calls the same rows.

    None where the point calls nobody. An observed ratio is a quotient with many digits: rounded to the
    nearest, it might leave out the very row that it is the ratio of.
    """
    if math.isinf(point.threshold):
        return None
    return _between(point, Decimal(repr(point.threshold)), ROUND_CEILING)


def observed_cutoff(ratio: float) -> str:
    """An observed ratio as a cutoff: rounded up, so that it takes in the row that it is the ratio of.

    It keeps its side of the published cutoff. `short_cutoff` is as short as that and stays below the next
    ratio too, where the point is known.
    """
    if math.isinf(ratio):
        return shown_cutoff(ratio)
    return format_decimal(_short(Decimal(repr(ratio)), ROUND_CEILING, Decimal(repr(ratio)), None))


def midpoint_text(point: OperatingPoint) -> str:
    """The midpoint of a point with few decimals, which as a cutoff calls the same rows."""
    if math.isinf(point.threshold):
        return shown_cutoff(point.threshold)
    if point.midpoint is None:
        return "none: no ratio beyond"
    return format_decimal(_between(point, Decimal(repr(point.midpoint)), ROUND_HALF_EVEN))


def _between(point: OperatingPoint, value: Decimal, rounding: str) -> Decimal:
    """A value with the fewest decimals that keep it between its point's ratio and the next one.

    It keeps its side of the published cutoff too.
    """
    lowest = Decimal(repr(point.threshold))
    highest = None if point.midpoint is None else 2 * Decimal(repr(point.midpoint)) - lowest
    return _short(value, rounding, lowest, highest)


def _short(value: Decimal, rounding: str, lowest: Decimal, highest: Decimal | None) -> Decimal:
    published = study_cutoff()
    for decimals in range(RATIO_DECIMALS, _MOST_DECIMALS + 1):
        short = value.quantize(Decimal(1).scaleb(-decimals), rounding)
        is_between = lowest <= short and (highest is None or short < highest)
        if is_between and short.compare(published) == value.compare(published):
            return short
    return value


def with_interval(value: float, interval: Interval | None, decimals: int = RATIO_DECIMALS) -> str:
    """A number with its interval, such as ``0.856 (95 % CI 0.749-0.963)``."""
    shown = rounded_beside(value, (0, 1), decimals)
    if interval is None:
        return shown
    low, high = (f"{limit:.{decimals}f}" for limit in (interval.low, interval.high))
    dash = " to " if interval.low < 0 else "-"
    return f"{shown} ({format_level(interval.level)} CI {low}{dash}{high})"


def as_sentence(reason: str) -> str:
    """A reason as a sentence of its own."""
    return f"{reason[0].upper()}{reason[1:].removesuffix('.')}."


def between(low: str, high: str) -> str:
    """Where something lies: ``between 0.8 and 0.9``, or ``at 0.8`` where both are the same."""
    return f"at {low}" if low == high else f"between {low} and {high}"


def cohort_sentence(cohort: Cohort, *, is_example: bool) -> str:
    """Which cohort is looked at, and how many of its rows count."""
    n, m = (int(cohort.of(diagnosis).sum()) for diagnosis in DIAGNOSES)
    name = "The example cohort" if is_example else "Your table"
    rows = f"{cohort.n_rows} row" if cohort.n_rows == 1 else f"{cohort.n_rows} rows"
    return f"{name}: {rows}, of which {n} of adenocarcinoma and {m} of NET count."


def no_curve_sentence(cohort: Cohort) -> str:
    """Why nothing follows from a cutoff: whose HAP ratio is known."""
    ours, theirs = cohort.classes(cohort.criteria.ratios[Phase.HAP])
    return (
        f"A HAP ratio is known in {len(ours)} rows of adenocarcinoma and in {len(theirs)} of NET; a cutoff "
        "needs at least 1 of each."
    )


def published_rows(
    frozen: FrozenValidation, marker: MarkerAccuracy | Absent
) -> tuple[tuple[str, str, str], ...]:
    """The published cutoff of the ratio here and in the study, and the area; counts first."""
    ratio = frozen.criterion("hap_ratio")
    rows = [
        (
            "Sensitivity for adenocarcinoma",
            _proportion(ratio.sensitivity),
            _proportion(ratio.study_sensitivity),
        ),
        (
            "Specificity for adenocarcinoma",
            _proportion(ratio.specificity),
            _proportion(ratio.study_specificity),
        ),
    ]
    area, low, high = (fact(f"hap_ratio_auc{end}").value for end in ("", "_low", "_high"))
    printed = f"{area} (95 % CI {low}-{high}), formula not named"
    if isinstance(marker, Absent):
        return (*rows, ("Area under the ROC curve (AUC)", NO_AREA, printed))
    auc = marker.auc
    rows.append(("Area under the ROC curve (AUC), DeLong", _area(auc.value, auc.delong), printed))
    rows.append(("AUC, DeLong on the logit scale", _area(auc.value, auc.logit), "not printed"))
    if marker.clustered is not None:
        found = marker.clustered
        rows.append(("AUC, several rows a patient (Obuchowski)", _area(found.auc, found.interval), "-"))
    return tuple(rows)


def published_sentences(frozen: FrozenValidation, marker: MarkerAccuracy | Absent) -> tuple[str, ...]:
    """Where the published cutoff comes from, and what the numbers beside it pass over."""
    total = load_criteria().group_sizes.adenocarcinoma + load_criteria().group_sizes.net
    said = [
        f"The study chose {format_decimal(study_cutoff(), 1)} on the same {total} patients on whom it "
        "reports its sensitivity and specificity for adenocarcinoma: expect lower ones in other patients."
    ]
    if missing := frozen.criterion("hap_ratio").missing:
        are = "row that counts has" if missing == 1 else "rows that count have"
        said.append(f"{missing} {are} no HAP ratio.")
    if isinstance(marker, MarkerAccuracy):
        delong = marker.auc.delong
        if delong is not None and (delong.low < 0 or delong.high > 1):
            said.append(
                "DeLong's interval is not cut off at 0 and 1; the one on the logit scale stays inside."
            )
        if frozen.repeated_rows:
            said.append(
                "Intervals of sensitivity and specificity count the effective number of rows (Rao and "
                f"Scott). AUC by DeLong: {marker.reasons['auc']}."
            )
        said += [
            f"{name} interval of the AUC: {marker.auc.reasons[field]}."
            for name, field in (("DeLong's", "delong"), ("Logit", "logit"))
            if field in marker.auc.reasons
        ]
    return tuple(said)


def moved_sentence(at: AtCutoff) -> str:
    """What a cutoff does, in one sentence with counts."""
    counts = at.ratio.counts
    said = (
        f"At or below {shown_cutoff(at.cutoff)}: {counts.tp} of {counts.n_positive} adenocarcinomas are "
        f"called adenocarcinoma, {counts.tn} of {counts.n_negative} NETs are called NET"
    )
    if at.combined is None:
        return f"{said} by the ratio alone."
    both = at.combined.counts
    return (
        f"{said} by the ratio alone; {both.tp} of {both.n_positive} and {both.tn} of {both.n_negative} by "
        "ratio and plateau together."
    )


def confusion_rows(at: AtCutoff) -> tuple[tuple[str, ...], ...]:
    """Both ways to call: rows of each diagnosis by what they are called, right or wrong."""
    rows: list[tuple[str, ...]] = [*_confusion(RATIO, at.ratio.counts, at.without_ratio)]
    if at.combined is None:
        return (*rows, (BOTH, "unknown", "unknown", "all rows of a diagnosis"))
    return (*rows, *_confusion(BOTH, at.combined.counts, at.uncalled))


def accuracy_rows(at: AtCutoff, kind: IntervalKind) -> tuple[tuple[str, str, str], ...]:
    """Sensitivity to predictive values, of the ratio alone and with plateau, with their intervals."""
    alone = tuple(_measures(at.ratio, kind))
    if at.combined is None:
        return tuple((name, text, "unknown") for name, text in alone)
    both = _measures(at.combined, kind)
    return tuple((name, text, other) for (name, text), (_, other) in zip(alone, both, strict=True))


def accuracy_notes(at: AtCutoff, *, repeats: bool) -> tuple[str, ...]:
    """Why something is not defined at this cutoff, and what the intervals pass over."""
    said = dict.fromkeys(map(as_sentence, at.reasons.values()))
    for way, accuracy in ((RATIO, at.ratio), (BOTH, at.combined)):
        if accuracy is None:
            continue
        for field in ("lr_positive", "lr_negative"):
            reasons = (accuracy.reasons.get(name) for name in (f"{field}.value", f"{field}.low", field))
            if why := next(filter(None, reasons), None):
                said[as_sentence(f"{way}: {why}")] = None
    if repeats:
        said["Several rows belong to one patient: the intervals count each row and are too narrow."] = None
    return tuple(said)


def _confusion(way: str, counts: Counts, left_out: GroupCounts) -> Iterator[tuple[str, ...]]:
    yield (
        f"{way}: adenocarcinoma",
        f"{counts.tp} (true positive)",
        f"{counts.fn} (false negative)",
        str(left_out.adenocarcinoma),
    )
    yield (
        f"{way}: NET",
        f"{counts.fp} (false positive)",
        f"{counts.tn} (true negative)",
        str(left_out.net),
    )


def _measures(accuracy: DiagnosticAccuracy, kind: IntervalKind) -> Iterator[tuple[str, str]]:
    at = "" if accuracy.prevalence is None else f" at a prevalence of {format_percent(accuracy.prevalence)}"
    yield "Sensitivity for adenocarcinoma", _share(accuracy.sensitivity, kind)
    yield "Specificity for adenocarcinoma", _share(accuracy.specificity, kind)
    yield (
        "Youden's index (no interval)",
        rounded_beside(accuracy.sensitivity.value + accuracy.specificity.value - 1, (0,), RATIO_DECIMALS),
    )
    yield "Likelihood ratio of a call of adenocarcinoma (LR+)", _likelihood(accuracy.lr_positive)
    yield "Likelihood ratio of a call of NET (LR-)", _likelihood(accuracy.lr_negative)
    for name, value, interval in (
        ("Positive predictive value, adenocarcinoma", accuracy.ppv, accuracy.ppv_interval),
        ("Negative predictive value, NET", accuracy.npv, accuracy.npv_interval),
    ):
        yield f"{name}{at}", _predictive(value, interval, accuracy)


def _predictive(
    value: float | None, interval: ConfidenceInterval | None, accuracy: DiagnosticAccuracy
) -> str:
    if value is None:
        return NO_PREVALENCE if accuracy.prevalence is None else "not defined"
    shown = format_percent(value)
    if interval is None:
        return f"{shown}, no interval"
    low, high = (format_percent(limit).removesuffix(" %") for limit in (interval.low, interval.high))
    return f"{shown} ({format_level(interval.level)} CI {low}-{high})"


def _likelihood(ratio: LikelihoodRatio) -> str:
    if ratio.interval is not None and ratio.value is not None:
        return _with_limits(ratio.value, ratio.interval)
    shown = "not defined" if ratio.value is None else format_likelihood_ratio(ratio.value)
    if ratio.half_added is None:
        return shown
    return f"{shown}; with 0.5 added to each count {_with_limits(*ratio.half_added)}"


def _with_limits(value: float, interval: ConfidenceInterval) -> str:
    low, high = (format_likelihood_ratio(limit) for limit in (interval.low, interval.high))
    return f"{format_likelihood_ratio(value)} ({format_level(interval.level)} CI {low}-{high})"


def _share(share: Share, kind: IntervalKind) -> str:
    interval = share.wilson if kind is IntervalKind.WILSON else share.clopper_pearson
    return format_proportion(share.count, share.n, interval)


def _proportion(share: Proportion) -> str:
    return format_proportion(share.count, share.n, share.interval) if share.n else NOBODY


def _area(value: float, interval: ConfidenceInterval | None) -> str:
    shown = with_interval(value, interval)
    return shown if interval is not None else f"{shown}, no interval"
