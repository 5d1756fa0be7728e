"""What a reader should be told about a case, as codes with sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gepnet_core.case.case import Case
from gepnet_core.case.evidence import Evidence
from gepnet_core.case.pattern import PatternSource
from gepnet_core.case.plausibility import implausible_findings
from gepnet_core.case.robustness import GreyZone
from gepnet_core.case.rule import Basis, RuleResult
from gepnet_core.numbers import format_percent


@dataclass(frozen=True)
class Caution:
    """A stable code and a sentence for people."""

    code: str
    message: str


def collect_cautions(
    case: Case, result: RuleResult, evidence: Evidence | None, zone: GreyZone | None
) -> tuple[Caution, ...]:
    """All warnings of a case, what concerns the measurement first."""
    found = [Caution(code, message) for code, message in implausible_findings(case)]
    found.extend(_about_thresholds(case, result, zone))
    found.extend(_about_pattern(case, result))
    found.extend(_about_evidence(case, result, evidence))
    return tuple(found)


def _about_thresholds(case: Case, result: RuleResult, zone: GreyZone | None) -> Iterator[Caution]:
    if result.ratio.at_cutoff:
        yield Caution(
            "at_cutoff",
            f"The HAP ratio is exactly at the cutoff {case.cutoff}; that side points to adenocarcinoma.",
        )
    if zone is not None and zone.is_inside:
        yield Caution(
            "grey_zone",
            f"The HAP ratio lies in the grey zone {zone.low:.3f} to {zone.high:.3f}: with an assumed reading "
            f"error of {zone.reading_error.lesion_hu} HU (lesion) and {zone.reading_error.liver_hu} HU "
            "(liver), and if the measured HU were the true ones, "
            f"{format_percent(zone.chance_other_side)} of new readings would fall on the other side.",
        )


def _about_pattern(case: Case, result: RuleResult) -> Iterator[Caution]:
    pattern = result.pattern
    derivations = [d for d in (pattern.liver_relative, pattern.lesion_hu) if d is not None]
    for derivation in derivations:
        is_used = pattern.source is PatternSource.DERIVED and derivation.definition is case.definition
        if is_used and derivation.at_tolerance:
            yield Caution(
                "at_tolerance",
                "The change between the phases is exactly at the tolerance, which counts as plateau.",
            )
    if len({d.value for d in derivations}) > 1:
        yield Caution(
            "definitions_disagree",
            f"The two definitions of the pattern disagree: {derivations[0].value} by the change of the "
            f"lesion-to-liver ratio, {derivations[1].value} by the change of the lesion's own HU.",
        )
    derived = pattern.derivation(case.definition)
    if pattern.source is PatternSource.READER and derived is not None and derived.value is not pattern.value:
        yield Caution(
            "reader_differs_from_derived",
            f"The reader calls {pattern.value}; the HU give {derived.value} by the chosen definition. "
            "The reader's call is used.",
        )


def _about_evidence(case: Case, result: RuleResult, evidence: Evidence | None) -> Iterator[Caution]:
    if not case.has_study_cutoff:
        yield Caution(
            "own_cutoff",
            f"The cutoff {case.cutoff} is not the study's: its counts do not apply, so none are shown.",
        )
    if result.basis in (Basis.HAP_RATIO, Basis.PATTERN) and not case.is_outside_scope:
        known = "HAP ratio" if result.basis is Basis.HAP_RATIO else "pattern"
        yield Caution(
            "one_criterion", f"The call rests on the {known} alone; the other criterion is missing."
        )
    if evidence is None:
        return
    if result.pattern.source is PatternSource.DERIVED:
        yield Caution(
            "evidence_from_visual_pattern",
            "The study's counts belong to patterns that readers judged by eye; this one was derived from HU.",
        )
    if evidence.basis is Basis.BOTH and result.ratio.met != result.pattern.met:
        counts = f"adenocarcinoma {evidence.counts.adenocarcinoma}, NET {evidence.counts.net}"
        weight = (
            f"but the evidence is indeterminate ({counts}; the interval of the likelihood ratio includes 1)"
            if evidence.is_indeterminate
            else f"on few patients ({counts})"
        )
        yield Caution("discordant_criteria", f"The criteria disagree: the rule says NET, {weight}.")
