"""Everything that is said of a cohort, as one JSON object: what the command prints and the export holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gepnet_core import __version__
from gepnet_core.case.rule import POSITIVE_CLASS
from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.cohort.parts.cutoff_map import CutoffMap
from gepnet_core.cohort.parts.frozen_validation import Proportion
from gepnet_core.cohort.parts.influence import Influence, LeftOut
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.cohort.model_json import model_json
from gepnet_core.report.cutoff.model_words import refusal_sentence
from gepnet_core.report.plain_values import Plain, plain
from gepnet_core.statistics.intervals import ConfidenceInterval

NOBODY = "The cohort has nobody of this diagnosis in whom the criterion is known."

_IN_CSV = ("cutoffs", "midpoints")
"""Fields with one entry a resample: they stand in the CSV files of the export."""


def cohort_json(analysis: CohortAnalysis) -> dict[str, Any]:
    """The whole answer; ``reasons`` has the path of each part and of each share that is null.

    No cell of the table is in it, since a cell may hold a name.
    """
    cohort, reasons = analysis.cohort, dict[str, str]()
    return {
        "positive_class": POSITIVE_CLASS,
        "synthetic": cohort.is_synthetic,
        "flow": asdict(cohort.flow),
        "repeated_rows": cohort.n_repeats,
        "issues": [
            {name: value for name, value in asdict(issue).items() if name != "value"}
            for issue in cohort.issues
        ],
        "notes": list(cohort.notes),
        "missing": plain(analysis.missing),
        **_frozen(analysis, reasons),
        "description": plain(analysis.description),
        "agreement": plain(analysis.agreement, without=_IN_CSV),
        "reading_error": plain(analysis.reading_error),
        "accuracy": {
            name: _part(marker, f"accuracy.{name}", reasons) for name, marker in analysis.markers.items()
        },
        "at_published_cutoff": _part(analysis.at_published_cutoff, "at_published_cutoff", reasons),
        "ratios_compared": _part(analysis.ratios_compared, "ratios_compared", reasons),
        "tuned": plain(analysis.tuned, without=_IN_CSV),
        "cutoff_map": {
            str(definition): {**_part(found, f"cutoff_map.{definition}", reasons), **_best(found)}
            if isinstance(found, CutoffMap)
            else _part(found, f"cutoff_map.{definition}", reasons)
            for definition, found in analysis.maps.items()
        },
        "influence": _influence(analysis.influence)
        if isinstance(analysis.influence, Influence)
        else _part(analysis.influence, "influence", reasons),
        "model": _model(analysis, reasons),
        "decision": _decision(analysis, reasons),
        "choices": _choices(analysis),
        "reasons": reasons,
        "version": __version__,
        "intended_use": INTENDED_USE,
    }


def _choices(analysis: CohortAnalysis) -> dict[str, Any]:
    """Everything that the numbers rest on beside the table."""
    settings = analysis.cohort.settings
    return {
        **plain(analysis.choices),
        # Also where they follow from the table.
        "predictors": list(analysis.predictors),
        "cutoff": float(settings.cutoff),
        "definition": str(settings.definition),
        "tolerance": float(settings.tolerance(settings.definition)),
        "row": str(analysis.cohort.mapping.row),
    }


def _part(part: object, path: str, reasons: dict[str, str]) -> Plain:
    if isinstance(part, Absent):
        reasons[path] = part.reason
        return None
    return plain(part, without=_IN_CSV)


def _model(analysis: CohortAnalysis, reasons: dict[str, str]) -> Plain:
    model = analysis.model
    if isinstance(model, Absent):
        reasons["model"] = refusal_sentence(model, analysis.cohort.settings.cutoff)
        return None
    return model_json(model, "model", reasons)


def _decision(analysis: CohortAnalysis, reasons: dict[str, str]) -> Plain:
    curve = analysis.decision
    if isinstance(curve, Absent):
        reasons["decision"] = refusal_sentence(curve, analysis.cohort.settings.cutoff)
        return None
    return plain(curve)


def _influence(found: Influence) -> dict[str, Any]:
    """What moves the best cutoff; patients by their rows in the file."""

    def without(left: LeftOut) -> dict[str, Any]:
        return {
            # Of a hospital the rows are many and stand in rows.csv.
            **({"rows": list(left.rows)} if left.site is None else {"n_rows": len(left.rows)}),
            "cutoffs": None if left.best is None else left.best.cutoffs.tolist(),
            "youden": None if left.best is None else left.best.youden,
            "auc": None if left.best is None else left.best.auc,
            "shift": left.shift,
            "reason": left.reason,
        }

    return {
        "everyone": {
            "cutoffs": found.everyone.cutoffs.tolist(),
            "youden": found.everyone.youden,
            "auc": found.everyone.auc,
        },
        "cutoff": plain(found.cutoff),
        "youden": plain(found.youden),
        "auc": plain(found.auc),
        "patients": [without(left) for left in found.patients],
        # A hospital's code may name it: hospitals are told by their size, in the order of their codes.
        "sites": [without(left) for left in found.sites],
        "reasons": plain(found.reasons),
    }


def _best(found: CutoffMap) -> dict[str, Any]:
    """The corner cells of the best region, which is too large to list."""
    lines, columns = found.best.nonzero()
    cutoffs, tolerances = found.cutoffs[columns], found.tolerances[lines]
    return {
        "best": {
            "youden": float(found.youden.max()),
            "cutoff": {"low": float(cutoffs.min()), "high": float(cutoffs.max())},
            "tolerance": {"low": float(tolerances.min()), "high": float(tolerances.max())},
            "n_cells": len(lines),
        }
    }


def _frozen(analysis: CohortAnalysis, reasons: dict[str, str]) -> dict[str, Any]:
    frozen = analysis.frozen
    return {
        "frozen": {
            one.name: {
                "sensitivity": _share(one.sensitivity, f"frozen.{one.name}.sensitivity", reasons),
                "specificity": _share(one.specificity, f"frozen.{one.name}.specificity", reasons),
                "missing": one.missing,
                "study": {
                    "sensitivity": _share(one.study_sensitivity, "", reasons),
                    "specificity": _share(one.study_specificity, "", reasons),
                },
            }
            for one in frozen.criteria
        },
        "combined_against": {
            one.name: {"adenocarcinoma": asdict(one.adenocarcinoma), "net": asdict(one.net)}
            for one in frozen.against
        },
    }


def _share(share: Proportion, path: str, reasons: dict[str, str]) -> dict[str, Any]:
    if share.n == 0:
        reasons |= {f"{path}.{name}": NOBODY for name in ("value", "wilson", "clopper_pearson")}
    clustered = share.clustered
    return {
        "count": share.count,
        "n": share.n,
        "value": share.value,
        "wilson": _limits(share.wilson),
        "clopper_pearson": _limits(share.clopper_pearson),
        "clustered": None
        if clustered is None
        else {
            **(_limits(clustered.interval) or {}),
            "n_patients": clustered.n_clusters,
            "design_effect": clustered.design_effect,
            "note": clustered.reason,
        },
    }


def _limits(interval: ConfidenceInterval | None) -> dict[str, float] | None:
    return None if interval is None else {"low": interval.low, "high": interval.high}
