"""What is said of a cutoff that was chosen on a cohort: how it is judged, its ties, a grey zone."""

from __future__ import annotations

import math
from decimal import Decimal

from gepnet_core.cohort.parts.ratios import FEWEST
from gepnet_core.cohort.parts.threshold_curve import AtCutoff
from gepnet_core.cohort.parts.tuning import TunedCutoff
from gepnet_core.numbers import (
    format_decimal,
    format_level,
    format_percent,
    format_proportion,
    rounded_beside,
)
from gepnet_core.report.cutoff.cutoff_words import (
    POSITIVE,
    as_sentence,
    between,
    midpoint_text,
    short_cutoff,
    shown_cutoff,
)
from gepnet_core.statistics.cutpoints.cutpoint import Cutpoints
from gepnet_core.statistics.cutpoints.two_cutoffs import TwoCutoffs, ZoneCounts
from gepnet_core.statistics.proportions.diagnostic import DiagnosticAccuracy, Share
from gepnet_core.statistics.proportions.sample_size import n_for_wilson_half_width, total_to_recruit
from gepnet_core.statistics.resampling.cross_validation import OverRepeats
from gepnet_core.statistics.roc.curve import OperatingPoint, RocCurve

JUDGED_HEADINGS = (
    POSITIVE,
    "Cutoff",
    "Sensitivity for adenocarcinoma",
    "Specificity for adenocarcinoma",
    "Youden's index",
)
TIED_HEADINGS = (
    "Observed: at or below",
    "Midpoint to the next",
    "Sensitivity for adenocarcinoma",
    "Specificity",
    "Youden's index",
)
ZONE_HEADINGS = (POSITIVE, "Called adenocarcinoma", "Grey zone, no call", "Called NET")
PLAN_HEADINGS = ("Planned with", "Adenocarcinomas", "NETs", "To recruit in all")

PLAN_NOTE = (
    "Wilson intervals of the sensitivity for adenocarcinoma and of the specificity, if the published cutoff "
    "does as well there as here. The total is what is expected: about half of all such studies get fewer of "
    "a diagnosis."
)

MOST_TIED = 50
"""So many tied cutoffs are listed."""

_INDEX_DECIMALS = 3


def too_few_sentence(roc: RocCurve) -> str:
    """Why no cutoff is chosen: of how many rows a HAP ratio is known."""
    return (
        f"Too few to choose a cutoff: a HAP ratio is known in {roc.n_positive} of adenocarcinoma and "
        f"{roc.n_negative} of NET; at least {FEWEST} of each are needed."
    )


def judged_rows(tuned: TunedCutoff) -> tuple[tuple[str, ...], ...]:
    """The published cutoff as it is, then the tuned one on rows that chose it and on rows that did not."""
    rows: list[tuple[str, ...]] = []
    if tuned.published is not None:
        rows.append(("Published, unchanged", *_at(tuned.published)))
    chosen = None if tuned.cutpoints is None else tuned.cutpoints.chosen
    if tuned.apparent is not None and chosen is not None:
        _, *shares = _at(tuned.apparent)
        rows.append(("Tuned, on the rows that chose it (apparent)", _observed(chosen), *shares))
    if (found := tuned.bootstrap) is not None:
        left_out = (found.sensitivity_oob, found.specificity_oob)
        rows.append(
            (
                "Tuned, on rows left out of a resample (out of bag)",
                f"chosen anew in each of {found.n} resamples",
                *(
                    "unknown" if share is None else f"{format_percent(share)} on average"
                    for share in left_out
                ),
                "unknown" if found.youden_oob is None else _index(found.youden_oob),
            )
        )
    if (validated := tuned.cross_validation) is not None:
        youden = validated.youden
        rows.append(
            (
                "Tuned, on the fold left out (cross-validated)",
                f"chosen anew without each of {validated.folds} folds, {validated.repeats} times",
                *(_over_repeats(share) for share in (validated.sensitivity, validated.specificity)),
                "unknown"
                if youden is None
                else f"{_index(youden.mean)} ({_index(youden.lowest)} to {_index(youden.highest)})",
            )
        )
    return tuple(rows)


def optimism_sentence(tuned: TunedCutoff) -> str:
    """What is lost on rows that did not choose the cutoff, in one sentence."""
    found = tuned.bootstrap
    if found is None:
        return f"Nothing could be tuned: {tuned.reasons['bootstrap']}."
    apparent = _two_decimals(found.youden_apparent)
    said = f"On the rows that chose it the cutoff scores a Youden's index of {apparent}"
    if found.youden_oob is None:
        return f"{said}; on rows left out it is not known: {found.reasons['youden_oob']}."
    left_out = _two_decimals(found.youden_oob)
    # The difference of what is shown, so that the sentence adds up.
    less = apparent - left_out
    if less > 0:
        return f"{said}; on rows left out {left_out}: expect about {less} less elsewhere."
    return f"{said}; on rows left out {left_out}: resampling shows no loss."


def tuning_notes(tuned: TunedCutoff) -> tuple[str, ...]:
    """Why a part is absent, and what was cut short."""
    return tuple(
        as_sentence(why)
        for why in dict.fromkeys(
            why for field, why in tuned.reasons.items() if field not in ("zone", "next_study")
        )
    )


def tied_sentence(found: Cutpoints) -> str:
    """How many cutoffs score best by the method, and which one was used."""
    n, chosen = len(found.points), found.chosen
    if chosen is None:
        return f"There is no such cutoff: {found.reasons['points']}."
    used = f"It calls {_who(chosen)} adenocarcinoma"
    if n == 1:
        return f"One cutoff is best ({found.method.label}). {used}."
    shown = f"; {MOST_TIED} are listed" if n > MOST_TIED else ""
    return (
        f"{n} cutoffs are equally good ({found.method.label}){shown}. The one with the largest Youden's "
        f"index, of those the strictest, is judged. {used}."
    )


def tied_rows(found: Cutpoints) -> tuple[tuple[str, ...], ...]:
    """Every tied cutoff under both conventions, with its counts; the one that is judged is marked."""
    return tuple(
        (
            f"{_observed(point)}, judged" if point == found.chosen else _observed(point),
            midpoint_text(point),
            f"{point.true_positives} of {point.n_positive}",
            f"{point.n_negative - point.false_positives} of {point.n_negative}",
            _index(point.youden),
        )
        for point in found.points[:MOST_TIED]
    )


def spread_sentence(tuned: TunedCutoff) -> str | None:
    """Between which cutoffs the resamples lie; None where nothing was resampled."""
    spread, found = tuned.distribution, tuned.bootstrap
    if spread is None or found is None:
        return None
    low, q1, median, q3, high = (
        "a cutoff that calls nobody" if math.isinf(cutoff) else shown_cutoff(cutoff)
        for cutoff in (spread.low, spread.q1, spread.median, spread.q3, spread.high)
    )
    return (
        f"In {format_level(spread.level)} of {found.n - found.n_without} resamples the tuned cutoff lies "
        f"{between(low, high)} (quartiles {q1} and {q3}, median {median})."
    )


def zone_rows(found: TwoCutoffs) -> tuple[tuple[str, ...], ...]:
    """Rows of each diagnosis in the three zones."""
    return (
        ("Adenocarcinoma", *_zone(found.positive_class)),
        ("NET", *_zone(found.negative_class)),
    )


def zone_sentences(found: TwoCutoffs) -> tuple[str, ...]:
    """Both cutoffs with what they reach, and how many rows stay without a call."""
    apparent = "The rows chose this themselves: expect less in others."
    if (single := found.single) is not None:
        return (
            f"One cutoff reaches both: at or below {_observed(single)} {_sensitivity(single)}, "
            f"{_specificity(single)}. There is no grey zone.",
            apparent,
        )
    grey = found.positive_class.grey + found.negative_class.grey
    total = found.positive_class.n + found.negative_class.n
    ruled_in = (
        f"At or below {_observed(found.rule_in)} favours adenocarcinoma: {_specificity(found.rule_in)}."
    )
    ruled_out = f"Above {_observed(found.rule_out)} favours NET: {_sensitivity(found.rule_out)}."
    return (
        as_sentence(found.reasons["rule_in"]) if "rule_in" in found.reasons else ruled_in,
        as_sentence(found.reasons["rule_out"]) if "rule_out" in found.reasons else ruled_out,
        f"{grey} of {total} rows ({format_percent(grey / total)}) lie in the grey zone and get no call.",
        apparent,
    )


def plan_rows(
    published: AtCutoff, half_width: float, share: float | None, level: float = 0.95
) -> tuple[tuple[str, ...], ...]:
    """Cases of each diagnosis for intervals of a half-width, and how many to recruit for them.

    Parameters
    ----------
    published : AtCutoff
        The published cutoff here, whose sensitivity and specificity are what is expected.
    half_width : float
        Of the Wilson intervals, a fraction.
    share : float or None
        Of adenocarcinomas among those who are recruited, above 0 and below 1.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a number is out of range.
    """
    ways = [("Ratio alone", published.ratio)]
    if published.combined is not None:
        ways.append(("Ratio and plateau together", published.combined))
    rows = []
    for way, accuracy in ways:
        n, m = _planned(accuracy, half_width, level)
        total = "share not stated" if share is None else str(total_to_recruit(n, m, share))
        expected = (
            f"{way}: sensitivity {format_percent(accuracy.sensitivity.value)}, "
            f"specificity {format_percent(accuracy.specificity.value)}"
        )
        rows.append((expected, str(n), str(m), total))
    return tuple(rows)


def _planned(accuracy: DiagnosticAccuracy, half_width: float, level: float) -> tuple[int, int]:
    n, m = (
        n_for_wilson_half_width(share.value, half_width, level)
        for share in (accuracy.sensitivity, accuracy.specificity)
    )
    return n, m


def _at(at: AtCutoff) -> tuple[str, str, str, str]:
    youden = at.ratio.sensitivity.value + at.ratio.specificity.value - 1
    return (
        shown_cutoff(at.cutoff),
        _counted(at.ratio.sensitivity),
        _counted(at.ratio.specificity),
        _index(youden),
    )


def _counted(share: Share) -> str:
    return format_proportion(share.count, share.n)


def _over_repeats(share: OverRepeats | None) -> str:
    if share is None:
        return "unknown"
    low, high = (format_percent(limit).removesuffix(" %") for limit in (share.lowest, share.highest))
    return f"{format_percent(share.mean)} on average ({low} to {high} over the repeats)"


def _zone(counts: ZoneCounts) -> tuple[str, str, str]:
    called, grey, other = (
        format_proportion(count, counts.n)
        for count in (counts.called_positive, counts.grey, counts.called_negative)
    )
    return called, grey, other


def _index(value: float) -> str:
    return rounded_beside(value, (0, 1), _INDEX_DECIMALS)


def _two_decimals(value: float) -> Decimal:
    return round(Decimal(value), 2)


def _observed(point: OperatingPoint) -> str:
    short = short_cutoff(point)
    return shown_cutoff(point.threshold) if short is None else format_decimal(short)


def _who(point: OperatingPoint) -> str:
    return "nobody" if math.isinf(point.threshold) else f"ratios at or below {_observed(point)}"


def _sensitivity(point: OperatingPoint) -> str:
    return f"sensitivity for adenocarcinoma {format_proportion(point.true_positives, point.n_positive)}"


def _specificity(point: OperatingPoint) -> str:
    right = point.n_negative - point.false_positives
    return f"specificity {format_proportion(right, point.n_negative)}"
