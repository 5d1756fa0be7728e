"""The command ``cohort``: a table with diagnoses, every row accounted for, and the published rule in it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gepnet_core import __version__
from gepnet_core.case.rule import POSITIVE_CLASS
from gepnet_core.cli.assess_table import read_mapping
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.read_file import read_bytes
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.frozen_validation import FrozenValidation, Proportion, validate_frozen
from gepnet_core.cohort.mapping import ColumnMapping
from gepnet_core.cohort.read import read_table
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.cohort_words import (
    SYNTHETIC_NOTE,
    against_rows,
    flow_rows,
    frozen_rows,
    transport_sentences,
)
from gepnet_core.statistics.intervals import ConfidenceInterval

_NOBODY = "The cohort has nobody of this diagnosis in whom the criterion is known."


@dataclass(frozen=True)
class ValidatedCohort:
    """A cohort as it was read, and the frozen rule in it."""

    cohort: Cohort
    validation: FrozenValidation


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the table and its mapping."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "cohort",
        help="the published rule, unchanged, in a cohort with diagnoses",
        description="Read a table with diagnoses, account for every row, and apply the published cutoff and "
        "rule unchanged.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV or Excel, one patient in each row")
    parser.add_argument("--mapping", metavar="FILE", type=Path, help="JSON: what its columns and labels mean")
    return parser


def run(arguments: argparse.Namespace) -> ValidatedCohort:
    """Read the cohort and validate the rule in it.

    Raises
    ------
    GepnetError
        If a file cannot be read, or is no table with diagnoses, or no mapping.
    """
    mapping = ColumnMapping() if arguments.mapping is None else read_mapping(arguments.mapping)
    table = read_table(read_bytes(arguments.file, "FILE"), mapping.recognise)
    cohort = read_cohort(table, mapping)
    return ValidatedCohort(cohort, validate_frozen(cohort))


def as_json(result: ValidatedCohort) -> dict[str, Any]:
    """Flow, issues and the frozen rule; what nobody can give is null with its reason."""
    validation = result.validation
    reasons: dict[str, str] = {}
    criteria = {
        one.name: {
            "sensitivity": _share(one.sensitivity, f"frozen.{one.name}.sensitivity", reasons),
            "specificity": _share(one.specificity, f"frozen.{one.name}.specificity", reasons),
            "missing": one.missing,
            "study": {
                "sensitivity": _share(one.study_sensitivity, "", reasons),
                "specificity": _share(one.study_specificity, "", reasons),
            },
        }
        for one in validation.criteria
    }
    return {
        "positive_class": POSITIVE_CLASS,
        "synthetic": validation.is_synthetic,
        "flow": asdict(validation.flow),
        "repeated_rows": validation.repeated_rows,
        "issues": [_issue(asdict(issue)) for issue in result.cohort.issues],
        "notes": list(result.cohort.notes),
        "frozen": criteria,
        "combined_against": {
            one.name: {"adenocarcinoma": asdict(one.adenocarcinoma), "net": asdict(one.net)}
            for one in validation.against
        },
        "reasons": reasons,
        "version": __version__,
    }


def as_text(result: ValidatedCohort) -> str:
    """Who was counted, the rule here and in the study, what to mend."""
    lines = [f"{n:6d}  {name}" for name, n in flow_rows(result.validation.flow)]
    lines += ["", "Positive class: adenocarcinoma. Wilson intervals."]
    for name, here, study, specificity, study_specificity in frozen_rows(result.validation):
        lines += [
            f"  {name}",
            f"    here:         sensitivity {here}; specificity {specificity}",
            f"    in the study: sensitivity {study}; specificity {study_specificity}",
        ]
    lines.append("Both together against one criterion alone: adenocarcinomas; NETs called adenocarcinoma")
    lines += [f"  {name}: {ac}; {net}" for name, ac, net in against_rows(result.validation)]
    lines += ["", *transport_sentences(result.validation)]
    if result.cohort.issues:
        lines += ["", "Issues"]
    for issue in result.cohort.issues:
        where = f"row {issue.row} (line {issue.line})" + (f", {issue.column}" if issue.column else "")
        lines.append(f"  {where}: {issue.problem}. {issue.remedy}")
    if result.validation.is_synthetic:
        lines += ["", SYNTHETIC_NOTE]
    return "\n".join([*lines, "", INTENDED_USE])


def _share(share: Proportion, path: str, reasons: dict[str, str]) -> dict[str, Any]:
    if share.n == 0:
        reasons |= {f"{path}.{name}": _NOBODY for name in ("value", "wilson", "clopper_pearson")}
    return {
        "count": share.count,
        "n": share.n,
        "value": share.value,
        "wilson": _limits(share.wilson),
        "clopper_pearson": _limits(share.clopper_pearson),
        "clustered": None
        if share.clustered is None
        else {
            **(_limits(share.clustered.interval) or {}),
            "n_patients": share.clustered.n_clusters,
            "design_effect": share.clustered.design_effect,
            "note": share.clustered.reason,
        },
    }


def _limits(interval: ConfidenceInterval | None) -> dict[str, float] | None:
    return None if interval is None else {"low": interval.low, "high": interval.high}


def _issue(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An issue without the cell: it may hold a name."""
    return {name: value for name, value in fields.items() if name != "value"}
