"""An assessment in words. The page, the text and the HTML say the same sentences, which are made here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.case import ScopeState
from gepnet_core.case.cautions import Caution
from gepnet_core.case.measurement import Reading
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Basis, Call
from gepnet_core.figures.case_scale import hap_ratio_text
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import format_decimal, format_hu, format_percent, format_ratio
from gepnet_core.report.case.criterion_words import (
    cutoff_words,
    pattern_sentences,
    pattern_short,
    ratio_sentence,
    ratio_short,
    reading_error_words,
    tolerance_words,
)
from gepnet_core.report.case.evidence_words import (
    counts_sentence,
    counts_short,
    discordance_sentence,
    likelihood_ratio_sentence,
    non_plateau_sentence,
    posttest_sentences,
)
from gepnet_core.report.case.flip_words import flip_sentences, steadfast_sentence
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import load_citation
from gepnet_core.study.scope import ScopeItem, load_scope

HEADLINES = {
    Call.ADENOCARCINOMA: "Favours adenocarcinoma",
    Call.NET: "Favours NET",
    Call.NOT_CLASSIFIABLE: "Not classifiable",
    Call.WITHHELD: "Withheld",
}


@dataclass(frozen=True)
class MeasurementLine:
    """One phase as it was given: HU and ratio as text, and how they were obtained."""

    phase: Phase
    label: str
    lesion_hu: str
    liver_hu: str
    ratio: str
    origin: str


@dataclass(frozen=True)
class CriterionExplanation:
    """One criterion: ``points_to`` is "adenocarcinoma", "NET" or None where it is unknown.

    ``short`` is the value with what it is compared with, in a few words.
    """

    name: str
    value: str
    short: str
    points_to: str | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything that is said of one case, in reading order.

    ``favours`` is "adenocarcinoma", "NET" or None. ``qualifiers`` belong right under the headline.
    ``counts`` is the evidence in one line. An empty tuple or None means that there is nothing to say.
    """

    headline: str
    favours: str | None
    qualifiers: tuple[str, ...]
    summary: str
    positive_class: str
    measurements: tuple[MeasurementLine, ...]
    hap_ratio: CriterionExplanation
    pattern: CriterionExplanation
    counts: str
    evidence: tuple[str, ...]
    discordance: str | None
    posttest: tuple[str, ...]
    flips: tuple[str, ...]
    grey_zone: tuple[str, ...]
    warnings: tuple[Caution, ...]
    scope_no: tuple[ScopeItem, ...]
    scope_unknown: tuple[ScopeItem, ...]
    scope_yes: tuple[ScopeItem, ...]
    missing: tuple[str, ...]
    definitions: tuple[str, ...]
    citation: str
    version: str
    intended_use: str = INTENDED_USE


def explain(assessment: Assessment) -> Explanation:
    """Put an assessment into words.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    Explanation
        Sentences in plain ASCII without any identifier.
    """
    evidence = assessment.evidence
    flips = flip_sentences(assessment)
    steadfast = steadfast_sentence(assessment)
    by_state = {
        state: tuple(load_scope()[item] for item, answer in assessment.scope.items() if answer is state)
        for state in ScopeState
    }
    return Explanation(
        headline=HEADLINES[assessment.call],
        favours={Call.ADENOCARCINOMA: "adenocarcinoma", Call.NET: "NET"}.get(assessment.call),
        qualifiers=tuple(_qualifiers(assessment)),
        summary=_summary(assessment),
        positive_class=(
            f"Positive class: {assessment.positive_class}. A criterion is met when it points to "
            "adenocarcinoma."
        ),
        measurements=tuple(_measurement_lines(assessment)),
        hap_ratio=CriterionExplanation(
            "HAP ratio",
            hap_ratio_text(assessment),
            ratio_short(assessment),
            _points_to(assessment.ratio.met),
            (ratio_sentence(assessment),),
        ),
        pattern=CriterionExplanation(
            "Pattern",
            str(assessment.pattern.value or "unknown"),
            pattern_short(assessment),
            _points_to(assessment.pattern.met),
            tuple(pattern_sentences(assessment)),
        ),
        counts=_no_counts(assessment) if evidence is None else counts_short(evidence),
        evidence=tuple(_evidence(assessment)),
        discordance=None if evidence is None else discordance_sentence(assessment, evidence),
        posttest=_posttest(assessment),
        flips=flips if steadfast is None else (*flips, steadfast),
        grey_zone=tuple(_grey_zone(assessment)),
        warnings=assessment.warnings,
        scope_no=by_state[ScopeState.NO],
        scope_unknown=by_state[ScopeState.UNKNOWN],
        scope_yes=by_state[ScopeState.YES],
        missing=tuple(_missing(assessment)),
        definitions=tuple(_definitions(assessment)),
        citation=str(load_citation()),
        version=assessment.version,
    )


def _points_to(met: bool | None) -> str | None:
    return None if met is None else "adenocarcinoma" if met else "NET"


def _qualifiers(assessment: Assessment) -> Iterator[str]:
    """What must not be overlooked when only the headline is read."""
    if assessment.call in (Call.WITHHELD, Call.NOT_CLASSIFIABLE):
        return
    if assessment.basis is Basis.HAP_RATIO:
        yield "On the HAP ratio alone; the pattern is missing."
    elif assessment.basis is Basis.PATTERN:
        yield "On the pattern alone; the HAP ratio is missing."
    if assessment.evidence is not None and assessment.evidence.is_indeterminate:
        yield "By the rule; the evidence is indeterminate."
    if not assessment.case.has_study_cutoff:
        own = format_decimal(assessment.case.cutoff, 1)
        yield f"At your own cutoff {own}; the study's counts do not apply."
    if assessment.grey_zone is not None and assessment.grey_zone.is_inside:
        yield "The HAP ratio lies in the grey zone."


def _summary(assessment: Assessment) -> str:
    """Why the headline says what it says, in one or two sentences."""
    if assessment.call is Call.WITHHELD:
        return f"{assessment.reasons['call']} Ratios and pattern stand below without a call."
    if assessment.call is Call.NOT_CLASSIFIABLE:
        return assessment.reasons["call"]
    known = []
    if assessment.ratio.met is not None:
        known.append(f"HAP ratio {ratio_short(assessment)}")
    if assessment.pattern.value is not None:
        known.append(f"pattern {pattern_short(assessment)}")
    findings = "; ".join(known)
    verdict = {
        (True, True): "Both criteria point to adenocarcinoma.",
        (False, False): "Both criteria point to NET.",
        (False, None): "The rule needs no more for NET.",
        (None, False): "The rule needs no more for NET.",
    }.get(
        (assessment.ratio.met, assessment.pattern.met),
        "The criteria disagree; the rule then says NET.",
    )
    return f"{findings[0].upper()}{findings[1:]}. {verdict}"


def _measurement_lines(assessment: Assessment) -> Iterator[MeasurementLine]:
    for phase in Phase:
        measurement = assessment.case.measurements.get(phase)
        if measurement is None:
            continue
        ratio = hap_ratio_text(assessment) if phase is Phase.HAP else None
        origins = [
            f"{t}: {_origin(r)}" for t, r in (("lesion", measurement.lesion), ("liver", measurement.liver))
        ]
        typed = measurement.lesion.roi is None and measurement.liver.roi is None and measurement.is_exact
        yield MeasurementLine(
            phase,
            phase.label,
            format_hu(measurement.lesion.hu),
            format_hu(measurement.liver.hu),
            ratio or format_ratio(measurement.exact_ratio),
            "typed" if typed else "; ".join(origins),
        )


def _origin(reading: Reading) -> str:
    """How one HU was obtained."""
    roi = reading.roi
    if roi is None:
        return "typed" if not isinstance(reading.hu, float) else "measured"
    parts = [f"measured, n {roi.n}"]
    if roi.sd_hu is not None:
        parts.append(f"SD {format_hu(roi.sd_hu)} HU")
    if roi.area_mm2 is not None:
        parts.append(f"{roi.area_mm2:.0f} mm2")
    if roi.n_ovals > 1:
        parts.append(f"{roi.n_ovals} ovals pooled")
    return ", ".join(parts)


def _no_counts(assessment: Assessment) -> str:
    """Why no counts stand; the summary has said why a call is withheld."""
    if assessment.call is Call.WITHHELD:
        return "None, since the call is withheld."
    return f"None. {assessment.reasons['cell']}"


def _evidence(assessment: Assessment) -> Iterator[str]:
    evidence = assessment.evidence
    if evidence is None:
        yield _no_counts(assessment)
        return
    yield counts_sentence(assessment, evidence)
    yield likelihood_ratio_sentence(evidence)
    split = non_plateau_sentence(assessment)
    if split is not None:
        yield split


def _posttest(assessment: Assessment) -> tuple[str, ...]:
    if assessment.case.pretest_net is None:
        return ()
    if assessment.evidence is None:
        return (f"Post-test probability: {_no_counts(assessment)}",)
    return posttest_sentences(assessment, assessment.evidence)


def _grey_zone(assessment: Assessment) -> Iterator[str]:
    zone = assessment.grey_zone
    if zone is None:
        return
    error = zone.reading_error
    place = "inside" if zone.is_inside else "outside"
    cutoff = assessment.case.cutoff
    low, high = (format_ratio(limit, cutoff) for limit in (zone.low, zone.high))
    chance = format_percent(zone.chance_other_side)
    yield (
        f"Grey zone of the HAP ratio for this liver: {low} to {high}. The ratio {hap_ratio_text(assessment)} "
        f"lies {place} it; if the measured HU were the true ones, {chance} of new readings would fall on the "
        "other side of the cutoff."
    )
    yield f"Assumed error of one reading: {reading_error_words(error.lesion_hu, error.liver_hu)}"


def _missing(assessment: Assessment) -> Iterator[str]:
    if assessment.call is Call.NOT_CLASSIFIABLE:
        yield assessment.reasons["call"]
    else:
        for path in ("criteria.hap_ratio.value", "criteria.pattern.value"):
            if path in assessment.reasons:
                yield assessment.reasons[path]
    if f"ratios.{Phase.EP}" in assessment.reasons:
        yield f"{assessment.reasons[f'ratios.{Phase.EP}']} The rule does not use it."


def _definitions(assessment: Assessment) -> Iterator[str]:
    """What the words mean and what is assumed, with the source."""
    case, criteria = assessment.case, load_criteria()
    yield (
        "Ratio: mean HU of the lesion / mean HU of normal liver on the same phase, raw HU, computed from "
        "unrounded values."
    )
    chosen = criteria.definitions[case.definition]
    other = next(d for d in PatternDefinition if d is not case.definition)
    yield (
        f"Pattern from HU: {chosen.label}, portal venous minus hepatic artery phase; plateau where its "
        "size is at "
        f"most the tolerance {tolerance_words(case, case.definition)}, washout below, progressive above. "
        "The other "
        f"definition: {criteria.definitions[other].label}, tolerance {tolerance_words(case, other)}. "
        f"{chosen.reason}"
    )
    yield f"Rule: {criteria.rule_statement} Its form is an {criteria.rule_status}. {criteria.rule_reason}"
    yield f"Cutoff: {cutoff_words(case)}."
