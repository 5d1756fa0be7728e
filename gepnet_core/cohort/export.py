"""A judged table as CSV and as JSON. No cell of it is a formula to a spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.assess_table import JudgedRow, JudgedTable
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.dictionary.table_cells import Issue
from gepnet_core.cohort.tables.csv_text import csv_text
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import format_ratio


def row_values(row: JudgedRow) -> dict[str, Any]:
    """One row as flat values: None for what is undefined, warnings as a list of codes, numbers unrounded."""
    likelihood, after = row.likelihood_ratio_net, row.posttest_net
    return {
        "row": row.row,
        "line": row.line,
        "patient_id": row.patient_id,
        "call": _word(row.call),
        "basis": _word(row.basis),
        **{f"{phase}_ratio": row.ratios[phase] for phase in Phase},
        "pattern": _word(row.pattern),
        "pattern_source": _word(row.pattern_source),
        "counts_basis": _word(row.counts_basis),
        "counts_adenocarcinoma": None if row.counts is None else row.counts.adenocarcinoma,
        "counts_net": None if row.counts is None else row.counts.net,
        "likelihood_ratio_net": None if likelihood is None else likelihood.median,
        "likelihood_ratio_net_low": None if likelihood is None else likelihood.low,
        "likelihood_ratio_net_high": None if likelihood is None else likelihood.high,
        "post_test_net": None if after is None else after.median,
        "post_test_net_low": None if after is None else after.low,
        "post_test_net_high": None if after is None else after.high,
        "warnings": list(row.warnings),
        "reason": row.reason,
        "synthetic": row.synthetic,
    }


def shown_ratio(row: JudgedRow, phase: Phase, cutoff: Decimal) -> str | None:
    """A ratio for people: 3 decimals, the HAP ratio with as many more as show its side of the cutoff."""
    ratio = row.ratios[phase]
    if ratio is None:
        return None
    if phase is not Phase.HAP:
        return format_ratio(ratio)
    return format_ratio(ratio, cutoff, at_cutoff="at_cutoff" in row.warnings)


def table_csv(judged: JudgedTable) -> str:
    """The rows as CSV, each with the choices that hold for it and the line of intended use.

    Rows can be sorted, cut and pasted without losing what they rest on. The issues and notes are in the JSON.
    """
    settings = judged.settings
    constant = {
        "cutoff": str(settings.cutoff),
        "definition": str(settings.definition),
        "tolerance": str(settings.tolerance(settings.definition)),
        "version": judged.version,
        "intended_use": INTENDED_USE,
    }
    rows = [{**row_values(row), **constant} for row in judged.rows]
    left_out = set() if judged.with_patient_id else {"patient_id"}
    return csv_text(
        {k: " ".join(v) if k == "warnings" else v for k, v in row.items() if k not in left_out}
        for row in rows
    )


def table_json(judged: JudgedTable) -> dict[str, Any]:
    """The rows with counts by call, issues, notes and the choices that hold for every row."""
    settings = judged.settings
    return {
        "counts": {"not_judged" if call is None else str(call): n for call, n in judged.counts.items()},
        "rows": [
            {k: v for k, v in row_values(row).items() if k != "patient_id" or judged.with_patient_id}
            for row in judged.rows
        ],
        "issues": [issue_values(issue) for issue in judged.issues],
        "notes": list(judged.notes),
        "settings": {
            "definition": str(settings.definition),
            "tolerance": float(settings.tolerance(settings.definition)),
            "cutoff": float(settings.cutoff),
            "pretest": None if settings.pretest_net is None else float(settings.pretest_net),
            "scope": {item: str(state) for item, state in settings.scope.items()},
            "reading_error": {
                "lesion_hu": float(settings.reading_error.lesion_hu),
                "liver_hu": float(settings.reading_error.liver_hu),
            },
        },
        "synthetic": judged.is_synthetic,
        "version": judged.version,
        "intended_use": INTENDED_USE,
    }


def issue_values(issue: Issue) -> dict[str, Any]:
    """One issue as flat values."""
    return {
        "row": issue.row,
        "line": issue.line,
        "column": issue.column or None,
        "value": issue.value,
        "problem": issue.problem,
        "remedy": issue.remedy,
        "stops_the_call": issue.stops_the_call,
    }


def template_csv() -> str:
    """An empty table with the columns that a call looks at, named as in the data dictionary."""
    columns = load_dictionary().columns
    phases = [f"{phase}_{tissue}_hu" for phase in Phase for tissue in ("lesion", "liver")]
    names = ["patient_id", *phases, "pattern"]
    return ",".join(columns[name].name for name in names) + "\n"


def _word(value: object) -> str | None:
    return None if value is None else str(value)
