"""An assessment as JSON for the command line and for download. Numbers are unrounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Reading
from gepnet_core.case.pattern import PatternDefinition, PatternDerivation
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Basis
from gepnet_core.intended_use import INTENDED_USE

JsonObject = dict[str, Any]


def assessment_json(assessment: Assessment) -> JsonObject:
    """The assessment as values that JSON can hold.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    dict
        ``call, positive_class, basis, ratios, criteria, cell, single_criterion, likelihood_ratio_net,
        post_test_net, flip, scope, warnings, reasons, version`` and, beyond these, ``grey_zone``, ``inputs``
        and ``intended_use``. Numbers are float or int; what is undefined is None, and ``reasons`` says why
        under the field's path. No identifier is in it.
    """
    pattern = assessment.pattern
    reasons = dict(assessment.reasons)
    if assessment.grey_zone is None:
        reasons["grey_zone"] = assessment.reasons["criteria.hap_ratio.value"]
    return {
        "call": str(assessment.call),
        "positive_class": assessment.positive_class,
        "basis": None if assessment.basis is None else str(assessment.basis),
        "ratios": {str(phase): assessment.ratios[phase] for phase in Phase},
        "criteria": {
            "hap_ratio": {
                "value": assessment.ratio.value,
                "cutoff": float(assessment.ratio.cutoff),
                "met": assessment.ratio.met,
            },
            "pattern": {
                "value": None if pattern.value is None else str(pattern.value),
                "source": None if pattern.source is None else str(pattern.source),
                "met": pattern.met,
                "derived": {str(d): _derivation(pattern.derivation(d)) for d in PatternDefinition},
            },
        },
        **_evidence(assessment),
        "flip": [
            {
                "quantity": flip.quantity.name,
                "from": flip.from_hu,
                "to": flip.to_hu,
                "delta_hu": flip.delta_hu,
                "changes": str(flip.changes),
                "outcome": flip.outcome,
            }
            for flip in assessment.flips
        ],
        "scope": {item: str(state) for item, state in assessment.scope.items()},
        "warnings": [{"code": w.code, "message": w.message} for w in assessment.warnings],
        "grey_zone": _grey_zone(assessment),
        "inputs": _inputs(assessment.case),
        "reasons": reasons,
        "version": assessment.version,
        "intended_use": INTENDED_USE,
    }


def _derivation(derivation: PatternDerivation | None) -> JsonObject | None:
    if derivation is None:
        return None
    return {
        "change": derivation.change,
        "tolerance": float(derivation.tolerance),
        "value": str(derivation.value),
    }


def _evidence(assessment: Assessment) -> JsonObject:
    """Counts of the cell, or of the one criterion that is known, and what is computed from them."""
    evidence = assessment.evidence
    empty: JsonObject = dict.fromkeys(("cell", "single_criterion", "likelihood_ratio_net", "post_test_net"))
    if evidence is None:
        return empty
    counts = {"adenocarcinoma": evidence.counts.adenocarcinoma, "net": evidence.counts.net}
    if evidence.basis is Basis.BOTH:
        empty["cell"] = counts
    else:
        empty["single_criterion"] = {"name": str(evidence.basis), **counts}
    ratio, after = evidence.likelihood_ratio_net, evidence.posttest_net
    empty["likelihood_ratio_net"] = {
        "median": ratio.median,
        "low": ratio.low,
        "high": ratio.high,
        "raw": ratio.raw,
    }
    if after is not None:
        empty["post_test_net"] = {
            "pretest": after.pretest,
            "median": after.median,
            "low": after.low,
            "high": after.high,
        }
    return empty


def _grey_zone(assessment: Assessment) -> JsonObject | None:
    zone = assessment.grey_zone
    if zone is None:
        return None
    return {
        "low": zone.low,
        "high": zone.high,
        "is_inside": zone.is_inside,
        "chance_other_side": zone.chance_other_side,
        "level": zone.level,
    }


def _inputs(case: Case) -> JsonObject:
    """What was given and what was assumed; what was not given is left out."""
    inputs: JsonObject = {
        "measurements": {
            str(phase): {"lesion": _reading(m.lesion), "liver": _reading(m.liver)}
            for phase in Phase
            if (m := case.measurements.get(phase)) is not None
        },
        "definition": str(case.definition),
        "tolerances": {str(d): float(case.tolerance(d)) for d in PatternDefinition},
        "cutoff": float(case.cutoff),
        "reading_error": {
            "lesion_hu": float(case.reading_error.lesion_hu),
            "liver_hu": float(case.reading_error.liver_hu),
        },
    }
    if case.reader_pattern is not None:
        inputs["reader_pattern"] = str(case.reader_pattern)
    if case.pretest_net is not None:
        inputs["pretest"] = float(case.pretest_net)
    return inputs


def _reading(reading: Reading) -> JsonObject:
    """One HU with how it was obtained, and the region's statistics where it was measured."""
    fields: JsonObject = {
        "hu": float(reading.hu),
        "source": "typed" if isinstance(reading.hu, Decimal) else "measured",
    }
    if reading.roi is not None:
        fields |= {"n": reading.roi.n, "n_ovals": reading.roi.n_ovals}
        optional = {"sd_hu": reading.roi.sd_hu, "area_mm2": reading.roi.area_mm2}
        fields |= {name: value for name, value in optional.items() if value is not None}
    return fields
