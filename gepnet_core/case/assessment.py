"""The whole answer for one patient: call, criteria, evidence, flips, scope and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gepnet_core import __version__
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.cautions import Caution, collect_cautions
from gepnet_core.case.evidence import Evidence, weigh_evidence
from gepnet_core.case.phase import Phase
from gepnet_core.case.robustness import Flip, GreyZone, find_flips, grey_zone
from gepnet_core.case.rule import (
    POSITIVE_CLASS,
    Basis,
    Call,
    PatternCriterion,
    RatioCriterion,
    RuleResult,
    apply_rule,
)
from gepnet_core.errors import MeasurementError
from gepnet_core.study.scope import ScopeItem, load_scope


@dataclass(frozen=True)
class Assessment:
    """One case, judged. ``reasons`` says for each empty field why it is empty (path to sentence)."""

    case: Case
    call: Call
    positive_class: str
    basis: Basis | None
    ratios: Mapping[Phase, float | None]
    ratio: RatioCriterion
    pattern: PatternCriterion
    evidence: Evidence | None
    flips: tuple[Flip, ...]
    grey_zone: GreyZone | None
    scope: Mapping[str, ScopeState]
    outside_scope: tuple[ScopeItem, ...]
    warnings: tuple[Caution, ...]
    reasons: Mapping[str, str]
    version: str


def assess(case: Case, *, with_flips: bool = True) -> Assessment:
    """Judge one case by the study's criteria.

    Parameters
    ----------
    case : Case
    with_flips : bool
        False leaves ``flips`` empty: finding them takes most of the time, and a table of thousands of cases
        does not show them.

    Returns
    -------
    Assessment
        ``call`` is withheld where a scope item is answered no: the counts do not speak of such a case.

    Raises
    ------
    MeasurementError
        If neither a measurement nor a reader's pattern was given.
    """
    if not case.measurements and case.reader_pattern is None:
        raise MeasurementError(
            "nothing was given that a criterion could rest on",
            allowed="lesion and liver HU of at least one phase, or the reader's pattern",
            remedy="Type the hepatic artery phase first.",
        )
    result = apply_rule(case)
    states = {item: case.scope_state(item) for item in load_scope()}
    outside = tuple(load_scope()[item] for item, state in states.items() if state is ScopeState.NO)
    withheld = case.is_outside_scope
    evidence = weigh_evidence(result, case.pretest_net) if case.has_study_cutoff and not withheld else None
    hap = case.measurements.get(Phase.HAP)
    zone = None if hap is None else grey_zone(hap, case.cutoff, case.reading_error)
    ratios = {p: case.measurements[p].ratio if p in case.measurements else None for p in Phase}
    return Assessment(
        case=case,
        call=Call.WITHHELD if withheld else result.call,
        positive_class=POSITIVE_CLASS,
        basis=None if withheld else result.basis,
        ratios=MappingProxyType(ratios),
        ratio=result.ratio,
        pattern=result.pattern,
        evidence=evidence,
        flips=find_flips(case, with_call=not withheld) if with_flips else (),
        grey_zone=zone,
        scope=MappingProxyType(states),
        outside_scope=outside,
        warnings=collect_cautions(case, result, evidence, zone),
        reasons=MappingProxyType(_reasons(case, result, evidence, outside)),
        version=__version__,
    )


def _reasons(
    case: Case, result: RuleResult, evidence: Evidence | None, outside: tuple[ScopeItem, ...]
) -> dict[str, str]:
    """Why each empty field is empty."""
    reasons: dict[str, str] = {}
    ratio, pattern = result.ratio, result.pattern
    for phase in Phase:
        if phase not in case.measurements:
            reasons[f"ratios.{phase}"] = f"No HU were given for the {phase.label}."
    if ratio.met is None:
        reasons["criteria.hap_ratio.value"] = (
            "The ratio needs lesion and liver HU of the hepatic artery phase."
        )
        reasons["criteria.hap_ratio.met"] = reasons["criteria.hap_ratio.value"]
    needs_two = (
        "Deriving the pattern needs lesion and liver HU of the hepatic artery and portal venous phases."
    )
    for name in ("liver_relative", "lesion_hu"):
        if getattr(pattern, name) is None:
            reasons[f"criteria.pattern.derived.{name}"] = needs_two
    if pattern.met is None:
        for field in ("value", "source", "met"):
            reasons[f"criteria.pattern.{field}"] = f"No reader's pattern was given. {needs_two}"
    reasons.update(_evidence_reasons(case, ratio, pattern, result.call, outside))
    if evidence is not None and evidence.likelihood_ratio_net.raw is None:
        reasons["likelihood_ratio_net.raw"] = (
            "No adenocarcinoma of the study had these findings, so the ratio of the raw counts is undefined. "
            "The interval stands on the prior, which adds half a patient to the cell and half to the rest."
        )
    return reasons


def _evidence_reasons(
    case: Case, ratio: RatioCriterion, pattern: PatternCriterion, call: Call, outside: tuple[ScopeItem, ...]
) -> dict[str, str]:
    """Why the call, the counts or what is computed from them are empty."""
    reasons: dict[str, str] = {}
    counts_fields = ("cell", "single_criterion", "likelihood_ratio_net", "post_test_net")
    if outside:
        named = "; ".join(f"{item.short}: {item.why}" for item in outside)
        reasons["call"] = f"Withheld, since the case is outside the study's scope. {named}"
        reasons["basis"] = reasons["call"]
        reasons.update(dict.fromkeys(counts_fields, reasons["call"]))
        return reasons
    if call is Call.NOT_CLASSIFIABLE:
        reasons["call"] = _what_is_missing(ratio, pattern)
        reasons["basis"] = reasons["call"]
    if not case.has_study_cutoff:
        sentence = f"The study's counts belong to its cutoff; with {case.cutoff} none are known."
        reasons.update(dict.fromkeys(counts_fields, sentence))
        return reasons
    if ratio.met is None and pattern.met is None:
        reasons.update(dict.fromkeys(counts_fields, "Neither criterion is known."))
        return reasons
    if ratio.met is None or pattern.met is None:
        reasons["cell"] = "One criterion is missing, so the joint cell is unknown."
    else:
        reasons["single_criterion"] = "Both criteria are known; the joint cell stands instead."
    if case.pretest_net is None:
        reasons["post_test_net"] = "No pre-test probability of NET was given."
    return reasons


def _what_is_missing(ratio: RatioCriterion, pattern: PatternCriterion) -> str:
    if ratio.met is None and pattern.met is None:
        return (
            "Neither the HAP ratio nor the pattern is known. Give lesion and liver HU of the hepatic artery "
            "phase, and the reader's pattern or the portal venous HU."
        )
    if pattern.met is None:
        return (
            "The HAP ratio is at or below the cutoff, so the call depends on the pattern, which is missing. "
            "Give the reader's pattern, or the portal venous HU."
        )
    return (
        "The pattern is plateau, so the call depends on the HAP ratio, which is missing. "
        "Give lesion and liver HU of the hepatic artery phase."
    )
