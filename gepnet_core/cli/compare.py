"""The command ``compare``: two groups of any table, column by column."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gepnet_core import __version__
from gepnet_core.cli.arguments import UsageError
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.comparison import (
    CategoricalComparison,
    ColumnComparison,
    Comparison,
    EmptyComparison,
    compare_groups,
)
from gepnet_core.cli.table_columns import name_list, read_table_file, shown
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import format_proportion
from gepnet_core.report.cohort.description_words import p_text
from gepnet_core.statistics.groups.group_tests import GroupTest

_EMPTY = "The column has no value in either group."
_TEST_WORDS = {
    "student_t": "Student's t",
    "welch_t": "Welch's t",
    "mann_whitney": "Mann-Whitney z",
    "chi2": "Chi-square",
    "chi2_yates": "Chi-square with Yates's correction",
    "fisher_exact": "Exact test",
}


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the file, the column of groups and the columns to compare."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "compare",
        help="two groups of any table, column by column",
        description="Compare two groups of any table: t tests and Mann-Whitney for numbers, chi-square and "
        "the exact test for categories. Signs are those of the first group minus the second.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, Excel or Parquet with headings")
    parser.add_argument("--group", metavar="COL", required=True, help="column that says the group")
    parser.add_argument(
        "--columns", metavar="A,B,...", required=True, type=name_list(1), help="columns to compare"
    )
    parser.add_argument(
        "--groups",
        metavar="FIRST,SECOND",
        type=name_list(2, 2),
        help="the two groups, by their text in the table; by default in the order in which they stand there",
    )
    parser.add_argument(
        "--categorical",
        metavar="A,B,...",
        type=name_list(1),
        help="columns whose numbers are names of categories, such as 0 and 1",
    )
    return parser


def run(arguments: argparse.Namespace) -> Comparison:
    """Compare the groups in each column.

    Raises
    ------
    GepnetError
        Bad input.
    """
    group_column, names = arguments.group.strip(), arguments.columns
    categorical = arguments.categorical or ()
    if group_column in names:
        raise UsageError(
            "the column of the groups is not compared with itself",
            allowed="other columns",
            remedy="Leave it out.",
            field="--columns",
        )
    if not set(categorical) <= set(names):
        raise UsageError(
            "a column is said to be categorical that is not compared",
            allowed="columns that --columns names",
            remedy="Add it to --columns.",
            field="--categorical",
        )
    table = read_table_file(arguments.file)
    return compare_groups(table, group_column, arguments.groups, names, categorical)


def as_json(result: Comparison) -> dict[str, Any]:
    """The JSON object: what the table had, each column with its groups and tests, reasons for nulls."""
    reasons: dict[str, str] = {}
    columns = {
        name: _column_json(column, f"columns.{name}", reasons) for name, column in result.columns.items()
    }
    return {
        "group": result.group_column,
        "groups": list(result.groups),
        "groups_chosen_by": "order in the table" if result.in_table_order else "--groups",
        "n": dict(result.sizes),
        "n_missing_group": result.n_without_group,
        "n_other_groups": result.n_of_other_groups,
        "columns": columns,
        "notes": list(result.notes),
        "reasons": reasons,
        "version": __version__,
        "intended_use": INTENDED_USE,
    }


def as_text(result: Comparison) -> str:
    """What was compared, then each column: its groups in counts or numbers, and the tests."""
    first, second = (f"{shown(group)} ({result.sizes[group]} rows)" for group in result.groups)
    chosen = "in the order in which they stand in the table" if result.in_table_order else "as --groups says"
    lines = [
        f"{shown(result.group_column)}: {first} minus {second}, {chosen}.",
        f"Left out: {result.n_without_group} rows without a group, "
        f"{result.n_of_other_groups} of other groups.",
    ]
    for name, column in result.columns.items():
        lines += ["", *_column_text(shown(name), column)]
    return "\n".join([*lines, "", *result.notes, INTENDED_USE])


def _column_json(column: ColumnComparison, path: str, reasons: dict[str, str]) -> dict[str, Any]:
    """One column; reasons for its nulls are added under their paths."""
    if isinstance(column, EmptyComparison):
        reasons[f"{path}.kind"] = _EMPTY
        groups = {group: {"n": 0, "n_missing": missing} for group, missing in column.missing.items()}
        return {"kind": None, "groups": groups, "tests": []}
    tests = []
    for index, test in enumerate(column.tests):
        reasons.update({f"{path}.tests.{index}.{field}": why for field, why in test.reasons.items()})
        entry: dict[str, Any] = {"name": test.name, "statistic": test.statistic, "df": test.df, "p": test.p}
        if test.name == "mann_whitney":
            entry["exact_p"] = test.exact_p
        tests.append({**entry, "note": test.note})
    if isinstance(column, CategoricalComparison):
        return {
            "kind": "categorical",
            "groups": {
                group: {"n": sum(counts.values()), "n_missing": column.missing[group], "counts": dict(counts)}
                for group, counts in column.groups.items()
            },
            "tests": tests,
        }
    for group, description in column.groups.items():
        reasons.update({f"{path}.groups.{group}.{field}": why for field, why in description.reasons.items()})
    return {
        "kind": "numeric",
        "groups": {
            group: {"n": description.n, "n_missing": column.missing[group], **description.values}
            for group, description in column.groups.items()
        },
        "tests": tests,
    }


def _column_text(name: str, column: ColumnComparison) -> list[str]:
    missing = ", ".join(f"{shown(group)} {count}" for group, count in column.missing.items() if count)
    told = [f"  Missing: {missing}."] if missing else []
    if isinstance(column, EmptyComparison):
        return [name, f"  {_EMPTY}", *told]
    if isinstance(column, CategoricalComparison):
        return [f"{name} (categories)", *_counts_text(column), *told, *_tests_text(column.tests)]
    lines = [f"  {shown(group)}: {found.sentence}" for group, found in column.groups.items()]
    return [f"{name} (numbers)", *lines, *told, *_tests_text(column.tests)]


def _counts_text(column: CategoricalComparison) -> list[str]:
    totals = {group: sum(counts.values()) for group, counts in column.groups.items()}
    lines = []
    for category in next(iter(column.groups.values())):
        shares = [
            f"{shown(group)} "
            + (format_proportion(counts[category], totals[group]) if totals[group] else "has no value")
            for group, counts in column.groups.items()
        ]
        lines.append(f"  {shown(category)}: {', '.join(shares)}")
    return lines


def _tests_text(tests: Sequence[GroupTest]) -> list[str]:
    lines = []
    for test in tests:
        parts = [] if test.statistic is None else [f"{test.statistic:z.3f}"]
        parts += (
            []
            if test.df is None
            else [f"df {test.df:g}" if isinstance(test.df, int) else f"df {test.df:.2f}"]
        )
        parts += [] if test.p is None else [f"P {p_text(test.p)}"]
        parts += [] if test.exact_p is None else [f"exact P {p_text(test.exact_p)}"]
        why = "" if parts else test.reasons["p"]
        lines.append(f"  {_TEST_WORDS[test.name]}: {', '.join(parts) or why}")
    return lines
