"""What is said where cutoff, prevalence and sample are moved, and by which way of calling."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from gepnet_core.case.case import study_cutoff
from gepnet_core.case.measurement import compare
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import Call, combine
from gepnet_core.cohort.parts.threshold_curve import AtCutoff
from gepnet_core.numbers import format_decimal, format_percent, format_ratio, format_typed_percent
from gepnet_core.report.cutoff.cutoff_words import (
    IntervalKind,
    accuracy_rows,
    shown_cutoff,
    with_interval,
)
from gepnet_core.statistics.proportions.diagnostic import Counts, DiagnosticAccuracy, diagnostic_accuracy
from gepnet_core.study.criteria import load_criteria
from gepnet_core.teaching.natural_frequencies import NaturalFrequencies
from gepnet_core.teaching.sampling import Draw, Population

_N_PREDICTIVE = 2
"""The last of the measures of a test need a prevalence: the two predictive values."""

_CALL_WORDS = {
    Call.ADENOCARCINOMA: "favours adenocarcinoma",
    Call.NET: "favours NET",
    Call.NOT_CLASSIFIABLE: "makes no call, since the pattern is not known",
}


class Way(StrEnum):
    """How a patient is called."""

    RATIO = "Ratio alone"
    BOTH = "Ratio and plateau"
    STUDY = "The study's rule, frozen"


def way_accuracies(at: AtCutoff, prevalence: float) -> Mapping[Way, DiagnosticAccuracy]:
    """Accuracy of each way: the first two in the patients looked at, the last in the study's own counts.

    A way that calls nobody of a diagnosis is absent.

    Parameters
    ----------
    at : AtCutoff
        At the same prevalence.
    prevalence : float
        Of adenocarcinoma, above 0 and below 1.

    Raises
    ------
    InsufficientDataError
        If the prevalence is no such fraction.
    """
    found = {Way.RATIO: at.ratio}
    if at.combined is not None:
        found[Way.BOTH] = at.combined
    sizes, both = load_criteria().group_sizes, load_criteria().cells[True, True]
    counts = Counts(
        both.adenocarcinoma, both.net, sizes.adenocarcinoma - both.adenocarcinoma, sizes.net - both.net
    )
    found[Way.STUDY] = diagnostic_accuracy(counts, prevalence)
    return found


def way_sentence(way: Way, at: AtCutoff, accuracy: DiagnosticAccuracy, *, is_sample: bool) -> str:
    """On which cutoff and which patients a way rests."""
    counts, patients = accuracy.counts, "this sample" if is_sample else "the example cohort"
    rightly = (
        f"{counts.tp} of {counts.n_positive} adenocarcinomas and {counts.tn} of {counts.n_negative} NETs "
        "called rightly"
    )
    if way is Way.STUDY:
        return (
            f"Ratio at or below {_published()} and plateau, in the study itself: {rightly}. Neither the "
            "cutoff above nor a sample moves it."
        )
    plateau = " and plateau" if way is Way.BOTH else ", whatever the pattern"
    return f"Ratio at or below {shown_cutoff(at.cutoff)}{plateau}, in {patients}: {rightly}."


def example_sentence() -> str:
    """What the example cohort is."""
    sizes = load_criteria().group_sizes
    return (
        f"The example cohort: {sizes.adenocarcinoma} adenocarcinomas and {sizes.net} NETs, invented so that "
        "they print the study's numbers."
    )


def sample_sentence(draw: Draw, population: Population) -> str:
    """Which sample is looked at, and how it differs from the truth."""
    counts = draw.best
    return (
        f"Sample {draw.number + 1} of seed {draw.seed}: {counts.n_positive} adenocarcinomas and "
        f"{counts.n_negative} NETs, drawn from {_patients(population)} invented patients. AUC of the ratio "
        f"for adenocarcinoma {with_interval(draw.area, draw.auc.interval)}, true "
        f"{with_interval(population.auc, None)}; best cutoff {shown_cutoff(draw.cutoff)}, the "
        f"midpoint of two ratios, true {shown_cutoff(population.cutoff)}."
    )


def discrimination_rows(at: AtCutoff) -> tuple[tuple[str, str, str], ...]:
    """What belongs to the test alone: sensitivity to likelihood ratios, no prevalence in them."""
    return accuracy_rows(at, IntervalKind.WILSON)[:-_N_PREDICTIVE]


def predictive_rows(at: AtCutoff) -> tuple[tuple[str, str, str], ...]:
    """What belongs to the patients too: predictive values at a prevalence."""
    return accuracy_rows(at, IntervalKind.WILSON)[-_N_PREDICTIVE:]


def design_prevalence() -> Decimal:
    """The share of adenocarcinoma among the study's patients, which it chose."""
    sizes = load_criteria().group_sizes
    return Decimal(sizes.adenocarcinoma) / Decimal(sizes.adenocarcinoma + sizes.net)


def prevalence_sentence(prevalence: Decimal) -> str:
    """What a prevalence is: the study's design, or an assumption about other patients."""
    if prevalence == design_prevalence():
        return (
            f"{format_typed_percent(prevalence)} is the study's own half and half: its design, and no "
            "prevalence of any clinic."
        )
    return (
        "Assumed of other patients: sensitivity and specificity for adenocarcinoma stay, what a call is "
        "worth does not."
    )


def lab_call(way: Way, ratio: Fraction | float, pattern: EnhancementPattern | None, cutoff: Decimal) -> Call:
    """How a way calls a reading of the lab; the study's rule has its own cutoff."""
    at = study_cutoff() if way is Way.STUDY else cutoff
    is_met = compare(Fraction(ratio), Fraction(at), exact=isinstance(ratio, Fraction)) <= 0
    if way is Way.RATIO:
        return Call.ADENOCARCINOMA if is_met else Call.NET
    plateau = None if pattern is None else pattern is EnhancementPattern.PLATEAU
    return combine(is_met, plateau)[0]


def lab_sentence(ratio: Fraction | float, pattern: EnhancementPattern | None, cutoff: Decimal) -> str:
    """What the moved cutoff makes of the reading of the lab."""
    alone, both = (_CALL_WORDS[lab_call(way, ratio, pattern, cutoff)] for way in (Way.RATIO, Way.BOTH))
    seen = "pattern not known" if pattern is None else str(pattern)
    is_at = compare(Fraction(ratio), Fraction(cutoff), exact=isinstance(ratio, Fraction)) == 0
    return (
        f"The lab's metastasis (star): ratio {format_ratio(ratio, cutoff, at_cutoff=is_at)}, {seen}. At the "
        f"cutoff {shown_cutoff(float(cutoff))} the ratio alone {alone}; with the pattern the rule {both}."
    )


def lab_worth_sentence(call: Call, tree: NaturalFrequencies) -> str:
    """How many share the call of the lab's reading, and how many of them rightly."""
    if call is Call.ADENOCARCINOMA:
        return (
            f"The lab's metastasis is called adenocarcinoma this way. So are {tree.called_positive} of "
            f"{tree.of} such patients, {tree.tp} of them rightly."
        )
    if call is Call.NET:
        return (
            f"The lab's metastasis is called NET this way. So are {tree.called_negative} of {tree.of} such "
            f"patients, {tree.tn} of them rightly."
        )
    return "This way makes no call of the lab's metastasis: its pattern is not known."


def cells_sentence(prevalence: float, of: int) -> str:
    """What the joint cells among so many patients are."""
    return (
        f"Of {of} such patients at a prevalence of {format_percent(prevalence)}, by the study's joint counts "
        f"at its own cutoff, {_published()}. Only the first row is called adenocarcinoma by its rule."
    )


def _published() -> str:
    return format_decimal(study_cutoff(), 1)


def _patients(population: Population) -> int:
    return len(population.adenocarcinoma.ratios) + len(population.net.ratios)
