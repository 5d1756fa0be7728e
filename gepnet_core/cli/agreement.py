"""The command ``agreement``: how far readers agree, in categories or in numbers."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from gepnet_core import __version__
from gepnet_core.cli.arguments import UsageError, parse_choice
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.rater_agreement import (
    CategoryAgreement,
    NumberAgreement,
    agreement_in_categories,
    agreement_in_numbers,
)
from gepnet_core.cli.table_columns import name_list, read_table_file, shown
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import format_level
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.readers.icc import MEANINGS
from gepnet_core.statistics.readers.kappa import Weighting

_PASSES_ONE = "The intervals are symmetric, by a large-sample standard error; read a limit above 1 as 1."
_SORTED = "sorted: numbers by size, text by its letters"

Agreement = CategoryAgreement | NumberAgreement


class Kind(StrEnum):
    """Readings in categories or in numbers."""

    KAPPA = "kappa"
    ICC = "icc"


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the file, the raters' columns and the kind of readings."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "agreement",
        help="how far readers agree: kappa or intraclass correlation",
        description="Agreement of readers: Cohen's kappa of two, plain and weighted, or the six intraclass "
        "correlations of Shrout and Fleiss of two or more.",
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="CSV, Excel or Parquet with headings, one case a row"
    )
    parser.add_argument(
        "--raters", metavar="COL1,COL2[,...]", required=True, type=name_list(2), help="one column a rater"
    )
    parser.add_argument("--kind", metavar="KIND", required=True, help="kappa (categories) or icc (numbers)")
    parser.add_argument(
        "--categories",
        metavar="A,B,...",
        type=name_list(2),
        help="kappa: all categories in their order, which decides the weights; sorted by default",
    )
    return parser


def run(arguments: argparse.Namespace) -> Agreement:
    """Compare the raters over the rows that all of them read.

    Raises
    ------
    GepnetError
        Bad input.
    """
    raters, categories = arguments.raters, arguments.categories
    kind = parse_choice(arguments.kind, Kind, "--kind")
    if kind is Kind.KAPPA and len(raters) > 2:
        raise UsageError(
            "Cohen's kappa has two raters",
            got=f"{len(raters)}",
            allowed="two columns",
            remedy="Name two at a time.",
            field="--raters",
        )
    if kind is Kind.ICC and categories is not None:
        raise UsageError(
            "numbers have no categories",
            allowed="--categories with --kind kappa",
            remedy="Leave it out.",
            field="--categories",
        )
    table = read_table_file(arguments.file)
    if kind is Kind.KAPPA:
        return agreement_in_categories(table, raters, categories)
    return agreement_in_numbers(table, raters)


def as_json(result: Agreement) -> dict[str, Any]:
    """The JSON object: how many cases, the coefficients with intervals, reasons for nulls."""
    reasons: dict[str, str] = {}
    head = {
        "raters": list(result.raters),
        "n": result.n,
        "n_left_out": result.n_left_out,
        "n_missing": dict(result.missing),
    }
    body: dict[str, Any]
    if isinstance(result, CategoryAgreement):
        body = {
            "categories": list(result.categories),
            "categories_order": "--categories" if result.is_ordered else _SORTED,
            "table": [list(row) for row in result.table],
        }
        for weighting, kappa in result.kappas.items():
            body[weighting] = {"value": kappa.value, "se": kappa.se, **_limits(kappa.interval)}
            reasons.update({f"{weighting}.{field}": why for field, why in kappa.reasons.items()})
    else:
        body = {"icc": {}, "meanings": dict(MEANINGS)}
        for name, form in result.forms.items():
            body["icc"][name] = {"value": form.value, **_limits(form.interval)}
            reasons.update({f"icc.{name}.{field}": why for field, why in form.reasons.items()})
    return {
        **head,
        **body,
        "notes": list(result.notes),
        "reasons": reasons,
        "version": __version__,
        "intended_use": INTENDED_USE,
    }


def as_text(result: Agreement) -> str:
    """The cases, then each coefficient with its interval."""
    raters = ", ".join(map(shown, result.raters))
    lines = [f"{result.n} rows with a value of every rater ({raters}); {result.n_left_out} left out."]
    lines += [f"  Missing in {shown(rater)}: {count}." for rater, count in result.missing.items() if count]
    if isinstance(result, CategoryAgreement):
        same = sum(row[k] for k, row in enumerate(result.table))
        lines += [
            f"Same category in {same} of {result.n}.",
            f"Categories: {', '.join(map(shown, result.categories))} "
            f"({'as --categories says' if result.is_ordered else _SORTED}).",
        ]
        names = {
            Weighting.NONE: "Kappa",
            Weighting.LINEAR: "Linearly weighted kappa",
            Weighting.QUADRATIC: "Quadratically weighted kappa",
        }
        for weighting, kappa in result.kappas.items():
            lines.append(_sentence(names[weighting], kappa.value, kappa.interval, kappa.reasons))
        if any(kappa.interval and kappa.interval.high > 1 for kappa in result.kappas.values()):
            lines.append(_PASSES_ONE)
    else:
        for name, form in result.forms.items():
            lines += [_sentence(name, form.value, form.interval, form.reasons), f"    {MEANINGS[name]}"]
    return "\n".join([*lines, *result.notes, INTENDED_USE])


def _limits(interval: ConfidenceInterval | None) -> dict[str, float | None]:
    return {
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
    }


def _sentence(
    name: str, value: float | None, interval: ConfidenceInterval | None, reasons: Mapping[str, str]
) -> str:
    if value is None:
        return f"{name}: none. {reasons['value']}"
    if interval is None:
        return f"{name}: {value:z.3f}, without an interval. {reasons['low']}"
    limits = f"{interval.low:z.3f} to {interval.high:z.3f}"
    return f"{name}: {value:z.3f} ({format_level(interval.level)} CI {limits})"
