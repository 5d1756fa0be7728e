"""What is said of measures beside the HAP ratio: their areas, and two of them in the same patients."""

from __future__ import annotations

from gepnet_core.cohort.analysis import Absent
from gepnet_core.cohort.parts.marker_accuracy import MarkerAccuracy, MarkerChoice, MarkerComparison
from gepnet_core.numbers import format_level, rounded_beside
from gepnet_core.report.cohort.description_words import column_label, p_text
from gepnet_core.report.cutoff.cutoff_words import NO_AREA, as_sentence, with_interval
from gepnet_core.statistics.roc.curve import Direction

AREA_HEADINGS = (
    "Measure, and the side that favours adenocarcinoma",
    "Adenocarcinomas and NETs with a value",
    "Area under the ROC curve (AUC), DeLong",
    "AUC, DeLong on the logit scale",
)

NOT_COMPARED = "Nothing to compare: in one of the diagnoses no row has both ratios."

SIDE_WORDS = {Direction.LOW: "low values", Direction.HIGH: "high values"}

_DECIMALS = 3


def area_row(name: str, found: MarkerAccuracy | Absent) -> tuple[str, str, str, str]:
    """One measure with its side, counts and areas, or why there are none."""
    if isinstance(found, Absent):
        return column_label(name), "", NO_AREA, ""
    curve, auc = found.curve, found.auc
    label = f"{column_label(name)}: {SIDE_WORDS[found.marker.direction]}"
    counts = f"{curve.n_positive} and {curve.n_negative}"
    if found.clustered is not None:
        # The rows are not independent: the other two would be too narrow.
        clustered = with_interval(found.clustered.auc, found.clustered.interval)
        return label, counts, f"{clustered}, several rows a patient (Obuchowski)", "-"
    intervals = (auc.delong, auc.logit)
    shown = (with_interval(auc.value, one) + ("" if one else ", no interval") for one in intervals)
    delong, logit = shown
    return label, counts, delong, logit


def area_notes(found: MarkerAccuracy) -> tuple[str, ...]:
    """What an interval of the area passes over."""
    reasons = {field: why for field, why in found.auc.reasons.items() if field in ("delong", "logit")}
    return tuple(as_sentence(why) for why in dict.fromkeys(reasons.values()))


def comparison_sentences(found: MarkerComparison) -> tuple[str, ...]:
    """The difference of two areas in the same patients, with its interval and P."""
    difference, first, second = found.difference, _name(found.first), _name(found.second)
    said = [
        f"Rows with both: {found.n.adenocarcinoma} of adenocarcinoma, {found.n.net} of NET. AUC "
        f"{_three(difference.first)} of {first} and {_three(difference.second)} of {second}. First minus "
        f"second: {_difference(found)}."
    ]
    one_only = found.n_one_only.adenocarcinoma + found.n_one_only.net
    if one_only:
        said.append(f"{one_only} {'row has' if one_only == 1 else 'rows have'} only one of them.")
    said += [as_sentence(why) for why in dict.fromkeys(difference.reasons.values())]
    said += [as_sentence(why) for why in found.reasons.values()]
    return tuple(said)


def _difference(found: MarkerComparison) -> str:
    difference = found.difference
    shown = rounded_beside(difference.difference, (0,), _DECIMALS)
    if (interval := difference.interval) is not None:
        low, high = (rounded_beside(limit, (0,), _DECIMALS) for limit in (interval.low, interval.high))
        shown += f" ({format_level(interval.level)} CI {low} to {high})"
    if difference.p is None:
        return f"{shown}, no P"
    return f"{shown}, P {p_text(difference.p)}, DeLong's paired test"


def _name(marker: MarkerChoice) -> str:
    label = column_label(marker.name)
    return f"{label[0].lower()}{label[1:]} ({SIDE_WORDS[marker.direction]})"


def _three(value: float) -> str:
    return rounded_beside(value, (0, 1), _DECIMALS)
