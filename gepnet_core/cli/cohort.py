"""The command ``cohort``: everything that the pages say of a table with diagnoses, and the files of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gepnet_core.cli.assess_table import read_mapping
from gepnet_core.cli.cohort_choices import add_choices, read_choices, read_pick, read_settings
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.read_file import read_bytes
from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.rows.patients import one_row_a_patient
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.cohort.tables.records import COHORT_MOST_BYTES, COHORT_MOST_ROWS
from gepnet_core.errors import CohortError
from gepnet_core.report.cohort.cohort_export import export_cohort
from gepnet_core.report.cohort.cohort_json import cohort_json
from gepnet_core.report.cohort.cohort_text import cohort_text


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the table, its mapping, where the files go, and the choices."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "cohort",
        help="a table with diagnoses: the published rule in it, a cutoff of its own, everything as files",
        description="Read a table with diagnoses, account for every row, apply the published cutoff and rule "
        "unchanged, then describe, compare and tune.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, Excel or Parquet with diagnoses")
    parser.add_argument("--mapping", metavar="FILE", type=Path, help="JSON: what its columns and labels mean")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write every result into this folder")
    parser.add_argument(
        "--with-identifiers",
        action="store_true",
        help="leave codes of patients and hospitals in the files as they are",
    )
    add_choices(parser)
    return parser


def run(arguments: argparse.Namespace) -> CohortAnalysis:
    """Read the cohort; parts are computed as they are written.

    Raises
    ------
    GepnetError
        If a file cannot be read, or is no table with diagnoses, or no mapping.
    """
    settings, choices, pick = read_settings(arguments), read_choices(arguments), read_pick(arguments)
    mapping = ColumnMapping() if arguments.mapping is None else read_mapping(arguments.mapping)
    content = read_bytes(arguments.file, "FILE", COHORT_MOST_BYTES)
    table = read_table(content, mapping.recognise, most_rows=COHORT_MOST_ROWS, most_bytes=COHORT_MOST_BYTES)
    cohort = read_cohort(table, mapping, settings)
    if pick is not None:
        cohort = one_row_a_patient(cohort, pick)
    analysis = CohortAnalysis(cohort, choices)
    if arguments.out is not None:
        _write(analysis, arguments.out, with_identifiers=arguments.with_identifiers)
    return analysis


def as_json(result: CohortAnalysis) -> dict[str, Any]:
    """The whole answer."""
    return cohort_json(result)


def as_text(result: CohortAnalysis) -> str:
    """The answer for people."""
    return cohort_text(result)


def _write(analysis: CohortAnalysis, folder: Path, *, with_identifiers: bool) -> None:
    """Write the files into a new or empty folder, so that no older result is taken for one of these."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CohortError(
                "the folder is not empty",
                allowed="a new or an empty folder",
                remedy="Name another one.",
                field="--out",
            )
        for name, text in export_cohort(analysis, with_identifiers=with_identifiers).files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CohortError(
            "the results cannot be written",
            got=error.strerror,
            remedy="Name a folder that can be written.",
            field="--out",
        ) from error
