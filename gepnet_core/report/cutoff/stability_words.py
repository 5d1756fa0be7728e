"""What is said of how steady a cutoff is: over tolerances of the pattern, and without single patients."""

from __future__ import annotations

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.parts.cutoff_map import CutoffMap
from gepnet_core.cohort.parts.influence import Influence, LeftOut, Spread
from gepnet_core.numbers import format_decimal, rounded_beside
from gepnet_core.report.cutoff.cutoff_words import as_sentence, between, observed_cutoff, shown_cutoff
from gepnet_core.study.criteria import load_criteria

PATIENT_HEADINGS = (
    "Without row of the file",
    "Best cutoff of the others",
    "Shift",
    "Youden's index",
    "AUC",
)
SITE_HEADINGS = ("Without hospital", "Rows left out", *PATIENT_HEADINGS[1:])

MOST_PATIENTS = 10
"""So many patients are listed, the most influential first."""

PATIENTS_NOTE = (
    f"At most {MOST_PATIENTS}, those that change most first: by the shift of the cutoff, then by Youden's "
    "index, then by the AUC. Rows count from the first one below the headings. Such a row is no error: look "
    "at its measurement before anything else."
)
SITES_NOTE = "Hospitals by the numbers that the page of the cohort gives them."

_MOST_ROW_NUMBERS = 5


def definition_label(definition: PatternDefinition) -> str:
    """A definition as a choice, with its unit."""
    default = load_criteria().definitions[definition]
    return f"by the {default.label} (tolerance in {default.unit})"


def map_sentences(found: CutoffMap) -> tuple[str, ...]:
    """What is marked on the map, whose pattern it rests on, and where the rule does best."""
    default, point = load_criteria().definitions[found.definition], found.published
    counts, n, m = point.counts, found.n_positive, found.n_negative
    unit = default.unit
    said = [
        f"Square: the published cutoff {format_decimal(point.cutoff, 1)} with a tolerance of "
        f"{format_decimal(point.tolerance)} ({unit}), which is assumed: {counts.tp} of {n} "
        f"adenocarcinomas are called adenocarcinoma, {counts.tn} of {m} NETs are called NET.",
        f"The pattern of every row is derived from the HU of two phases by the {default.label}; a reader's "
        f"pattern is passed over in {found.reader_patterns} of {n + m} rows.",
    ]
    if left := found.without_change.adenocarcinoma + found.without_change.net:
        said.append(f"{left} {'row lacks' if left == 1 else 'rows lack'} a phase and {_is(left)} left out.")
    return (*said, _best_region(found))


def influence_sentences(found: Influence) -> tuple[str, ...]:
    """How far the best cutoff, its index and the area move as one patient is left out."""
    cutoffs = found.everyone.cutoffs
    tied = f", the strictest of {len(cutoffs)} equally good ones" if len(cutoffs) > 1 else ""
    said = [
        f"With everybody the largest Youden's index, {_three(found.everyone.youden)}, is reached by calling "
        f"adenocarcinoma at or below {observed_cutoff(float(cutoffs[0]))}{tied}."
    ]
    if found.cutoff is not None and found.youden is not None and found.auc is not None:
        n, moving = len(found.patients), len(found.moving)
        who = "none of them moves" if not moving else f"{moving} of them {'moves' if moving == 1 else 'move'}"
        low, high = observed_cutoff(found.cutoff.low), observed_cutoff(found.cutoff.high)
        said.append(
            f"As one of {n} patients after the other is left out, that cutoff lies "
            f"{between(low, high)}, Youden's index "
            f"{_range(found.youden)}, the AUC {_range(found.auc)}; {who} the cutoff."
        )
    said += [
        as_sentence(why)
        for why in dict.fromkeys(why for field, why in found.reasons.items() if field != "sites")
    ]
    return tuple(said)


def patient_rows(found: Influence) -> tuple[tuple[str, ...], ...]:
    """The most influential patients by their row numbers in the file: by shift, then index, then area."""
    everyone = found.everyone

    def weight(one: LeftOut) -> tuple[float, float, float]:
        if one.best is None:
            return (0.0, 0.0, 0.0)
        youden, auc = abs(one.best.youden - everyone.youden), abs(one.best.auc - everyone.auc)
        return (-abs(one.shift or 0.0), -youden, -auc)

    listed = sorted(found.patients, key=weight)[:MOST_PATIENTS]
    return tuple((_row_numbers(one), *_without(one)) for one in listed)


def site_rows(found: Influence) -> tuple[tuple[str, ...], ...]:
    """Each hospital by its number in the cohort."""
    return tuple((one.site or "", str(len(one.rows)), *_without(one)) for one in found.sites)


def _best_region(found: CutoffMap) -> str:
    lines, columns = found.best.nonzero()
    best = float(found.youden[lines[0], columns[0]])
    unit = load_criteria().definitions[found.definition].unit
    published = found.published.counts
    index = published.tp / found.n_positive + published.tn / found.n_negative - 1
    cutoffs = _span(*(shown_cutoff(float(found.cutoffs[k])) for k in (columns.min(), columns.max())))
    tolerances = _span(*(f"{float(found.tolerances[k]):.6g}" for k in (lines.min(), lines.max())))
    corner = (lines.max() - lines.min() + 1) * (columns.max() - columns.min() + 1)
    not_all = ", though not in every combination of these" if len(lines) < corner else ""
    return (
        f"The largest Youden's index, {_three(best)}, is reached in {len(lines)} of {found.best.size} "
        f"combinations: cutoffs {cutoffs}, tolerances {tolerances} ({unit}){not_all}. "
        f"At the square it is {_three(index)}. The rows chose this region themselves: expect less "
        "in others."
    )


def _without(one: LeftOut) -> tuple[str, str, str, str]:
    if one.best is None or one.shift is None:
        return one.reason or "unknown", "", "", ""
    shift = rounded_beside(one.shift, (0,), 3)
    return (
        observed_cutoff(float(one.best.cutoffs[0])),
        f"+{shift}" if one.shift > 0 else shift,
        _three(one.best.youden),
        _three(one.best.auc),
    )


def _row_numbers(one: LeftOut) -> str:
    more = len(one.rows) - _MOST_ROW_NUMBERS
    shown = ", ".join(map(str, one.rows[:_MOST_ROW_NUMBERS]))
    return f"{shown} and {more} more" if more > 0 else shown


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _range(spread: Spread) -> str:
    return between(_three(spread.low), _three(spread.high))


def _three(value: float) -> str:
    return rounded_beside(value, (0, 1), 3)


def _is(n: int) -> str:
    return "is" if n == 1 else "are"
