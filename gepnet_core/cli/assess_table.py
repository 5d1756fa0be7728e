"""``assess --table``: files in, judged rows out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from gepnet_core.case.case import Case
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.cli.arguments import UsageError
from gepnet_core.cli.read_file import read_bytes
from gepnet_core.cohort.assess_table import JudgedRow, JudgedTable, assess_table
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, parse_mapping
from gepnet_core.cohort.export import shown_ratio, table_csv, table_json
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE

_CALL_WORDS = {
    Call.ADENOCARCINOMA: "favours adenocarcinoma",
    Call.NET: "favours NET",
    Call.NOT_CLASSIFIABLE: "not classifiable",
    Call.WITHHELD: "withheld",
    None: "not judged",
}


def judge_table(arguments: argparse.Namespace, settings: Case) -> JudgedTable:
    """Read the table and the mapping, judge the rows, and write them where ``--out`` says.

    Raises
    ------
    GepnetError
        If a file cannot be read or written, or is no table or mapping.
    """
    if arguments.out is not None:
        _check_out(arguments.out, arguments.table)
    mapping = ColumnMapping() if arguments.mapping is None else read_mapping(arguments.mapping)
    table = read_table(read_bytes(arguments.table, "--table"), mapping.recognise)
    judged = assess_table(table, mapping, settings, with_patient_id=arguments.with_patient_id)
    if arguments.out is not None:
        is_csv = arguments.out.suffix.lower() == ".csv"
        _write(
            arguments.out, table_csv(judged) if is_csv else json.dumps(table_json(judged), indent=2) + "\n"
        )
    return judged


def table_text(judged: JudgedTable) -> str:
    """Counts by call, a line for each row, then issues and notes."""
    lines = [f"{len(judged.rows)} rows"]
    lines += [f"  {_CALL_WORDS[call]}: {n}" for call, n in judged.counts.items() if n]
    lines += ["", *(_row_line(row, judged) for row in judged.rows)]
    if judged.issues:
        lines += ["", "Issues"]
    for issue in judged.issues:
        where = f"row {issue.row} (line {issue.line})" + (f", {issue.column}" if issue.column else "")
        value = f" got {issue.value!r};" if issue.value else ""
        lines.append(f"  {where}:{value} {issue.problem}. {issue.remedy}")
    if judged.notes:
        lines += ["", "Notes", *(f"  {note}" for note in judged.notes)]
    if judged.is_synthetic:
        lines += ["", SYNTHETIC_NOTE]
    return "\n".join([*lines, "", INTENDED_USE])


def _row_line(row: JudgedRow, judged: JudgedTable) -> str:
    name = f"row {row.row}" + (f" ({_plain(row.patient_id)})" if row.patient_id else "")
    ratios = [
        f"{phase.upper()} ratio {shown}"
        for phase in Phase
        if (shown := shown_ratio(row, phase, judged.settings.cutoff)) is not None
    ]
    warnings = f" [{', '.join(row.warnings)}]" if row.warnings else ""
    return "; ".join([name, *ratios]) + f": {row.reason}{warnings}"


def _plain(text: str) -> str:
    """Text of a table without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _check_out(out: Path, table: Path) -> None:
    if out.suffix.lower() not in (".csv", ".json"):
        raise UsageError(
            "the format of the file to write is unknown",
            got=repr(out.suffix[:10]),
            allowed=".csv or .json",
            field="--out",
        )
    if out.exists() and table.exists() and out.samefile(table):
        raise UsageError(
            "the rows would be written over the table that they are made from",
            remedy="Choose another file.",
            field="--out",
        )


def read_mapping(path: Path) -> ColumnMapping:
    """A mapping file.

    Raises
    ------
    CohortError
        If it cannot be read or is no mapping.
    """
    try:
        text = read_bytes(path, "--mapping").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CohortError(
            "the mapping file is no text in UTF-8", remedy="Save it as UTF-8.", field="--mapping"
        ) from error
    return parse_mapping(text)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no valid path"
        raise CohortError(
            "the file cannot be written", got=reason, remedy="Choose another place.", field="--out"
        ) from error
