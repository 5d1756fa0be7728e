"""The command ``study``: the publication's numbers beside what follows from them, and cohorts that fit."""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any

from gepnet_core import __version__
from gepnet_core.cli.arguments import UsageError
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.study_cohort import WrittenCohort, cohort_json, cohort_text, find_cohort, whole_seed
from gepnet_core.replication.audit.audit import Audit, AuditRow
from gepnet_core.replication.audit.rows import AuditStatus
from gepnet_core.replication.published import published_audit
from gepnet_core.study.facts import load_citation

_WIDTH = 100
_REPEATED = "Prints once more what stands elsewhere; see there."
_NO_COHORT = "No reconstructed cohort's value was given."
_BOUNDS_ALONE = (
    "What is printed leaves more than one value; recomputed_low and recomputed_high are its limits."
)


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare ``study check`` and ``study cohort``."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "study",
        help="the publication's numbers, recomputed",
        description="The numbers of the publication that the criteria come from.",
    )
    parser.add_argument(
        "action",
        metavar="ACTION",
        choices=("check", "cohort"),
        help="check: recompute each printed number from the others; "
        "cohort: search for invented patients that reproduce them",
    )
    parser.add_argument("--seed", type=whole_seed, metavar="S", help="cohort: what the search starts from")
    parser.add_argument("--out", type=Path, metavar="FILE", help="cohort: where to write the CSV")
    return parser


def run(arguments: argparse.Namespace) -> Audit | WrittenCohort:
    """Recompute every printed result and case, or search for a cohort.

    Raises
    ------
    GepnetError
        If ``check`` is given an option of ``cohort``, the search does not converge, or the file cannot be
        written.
    """
    if arguments.action == "cohort":
        return find_cohort(arguments.seed, arguments.out)
    for option in ("seed", "out"):
        if getattr(arguments, option) is not None:
            raise UsageError(
                "study check takes no such option",
                allowed="--seed and --out with study cohort",
                remedy="Leave it out.",
                field=f"--{option}",
            )
    return published_audit()


def as_json(result: Audit | WrittenCohort) -> dict[str, Any]:
    """The JSON object: all rows, how many there are of each status, reasons for nulls; or the cohort."""
    if isinstance(result, WrittenCohort):
        return cohort_json(result)
    reasons: dict[str, str] = {}
    rows = []
    for index, row in enumerate(result.rows):
        rows.append(_row_json(row))
        if row.recomputed is None:
            reasons[f"rows.{index}.recomputed"] = row.note if row.recomputed_low is None else _BOUNDS_ALONE
        if row.reconstructed is None:
            reasons[f"rows.{index}.reconstructed"] = _NO_COHORT
    return {
        "citation": str(load_citation()),
        "rows": rows,
        "counts": {status.value: count for status, count in result.counts().items()},
        "reasons": reasons,
        "version": __version__,
    }


def as_text(result: Audit | WrittenCohort) -> str:
    """How many numbers stand, and each that does not with the reason; or the cohort as CSV."""
    if isinstance(result, WrittenCohort):
        return cohort_text(result)
    lines = [
        str(load_citation()),
        f"{len(result.rows)} printed results and cases, recomputed from each other:",
    ]
    counts = result.counts()
    lines += [f"  {counts[status]:4d} {status.label}" for status in AuditStatus]
    for status in (AuditStatus.PRINTED_WRONG, AuditStatus.UNDECLARED, AuditStatus.ASSUMPTION):
        if counts[status]:
            lines += ["", status.label.capitalize()]
            lines += _status_text([row for row in result.rows if row.status is status])
    lines += ["", "All rows: add --json."]
    return "\n".join(lines)


def _row_json(row: AuditRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "quantity": row.fact.quantity,
        "group": row.fact.group,
        "place": row.fact.place,
        "printed": row.printed,
        "printed_value": float(row.fact.value),
        "printed_comparison": row.fact.comparison,
        "recomputed": row.recomputed,
        "recomputed_low": row.recomputed_low,
        "recomputed_high": row.recomputed_high,
        "reconstructed": row.reconstructed,
        "status": row.status.value,
        "note": row.note,
        "proof": row.proof,
    }


def _status_text(rows: list[AuditRow]) -> list[str]:
    """The rows of one status; what is said of several in turn stands once below them."""
    lines = []
    for (note, proof), group in groupby(rows, key=lambda row: (_own_note(row), row.proof)):
        for row in group:
            lines.append(f"  {row.id} ({row.fact.place}): {row.fact.quantity}, printed {row.printed}")
        lines += _wrapped(note)
        if proof is not None and note != _REPEATED:
            lines += _wrapped(f"Proof: {proof}")
    return lines


def _own_note(row: AuditRow) -> str:
    """The note; of a number that is only printed once more, the reference to where it stands first."""
    repeats_alone = row.fact.repeats is not None and row.status is not AuditStatus.PRINTED_WRONG
    return _REPEATED if repeats_alone else row.note


def _wrapped(text: str) -> list[str]:
    return wrap(text, width=_WIDTH, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
