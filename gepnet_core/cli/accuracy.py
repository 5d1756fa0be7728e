"""The command ``accuracy``: how well a column of any table tells two classes apart."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gepnet_core.cli.accuracy_json import Accuracy, accuracy_json
from gepnet_core.cli.arguments import LARGEST_SEED, UsageError, parse_choice, parse_whole
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.table_columns import label_of, read_table_file, table_notes
from gepnet_core.cohort.tables.any_table import parse_float
from gepnet_core.errors import CohortError
from gepnet_core.statistics.proportions.diagnostic import count_at, diagnostic_accuracy
from gepnet_core.statistics.resampling.bootstrap import MOST_RESAMPLES, bootstrap_cutoff
from gepnet_core.statistics.roc.auc_intervals import estimate_auc
from gepnet_core.statistics.roc.curve import Direction, roc_curve

_LARGEST_NUMBER = 1e300


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the table, its columns, and what to compute."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "accuracy",
        help="how well a column of a table tells two classes apart",
        description="ROC curve, best cutoffs, and accuracy at a cutoff, of a column of any table.",
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="CSV, Excel or Parquet, one patient in each row"
    )
    parser.add_argument("--outcome", metavar="COL", required=True, help="column with two classes")
    parser.add_argument("--positive", metavar="VALUE", required=True, help="the class that is positive")
    parser.add_argument("--marker", metavar="COL", required=True, help="column with the numbers")
    parser.add_argument(
        "--direction",
        metavar="SIDE",
        required=True,
        help="low: a marker at or below the cutoff is positive; high: at or above",
    )
    parser.add_argument("--cutoff", metavar="X", help="judge this cutoff, in the marker's unit")
    parser.add_argument(
        "--prevalence", metavar="P", help="share of the positive class where the test is used, as a fraction"
    )
    parser.add_argument("--bootstrap", metavar="N", help="resample each class N times; needs --seed")
    parser.add_argument("--seed", metavar="S", help="what the resampling starts from, a whole number")
    return parser


def run(arguments: argparse.Namespace) -> Accuracy:
    """Read the table and compute everything that was asked for.

    Raises
    ------
    GepnetError
        Bad input.
    """
    direction = parse_choice(arguments.direction, Direction, "--direction")
    cutoff = None if arguments.cutoff is None else _number(arguments.cutoff, "--cutoff")
    prevalence = None if arguments.prevalence is None else _prevalence(arguments.prevalence)
    resamples = _resamples(arguments.bootstrap, arguments.seed)
    if arguments.outcome.strip() == arguments.marker.strip():
        raise UsageError(
            "outcome and marker are the same column", allowed="two different columns", field="--marker"
        )
    table = read_table_file(arguments.file)
    is_positive = _two_classes(table.texts(arguments.outcome), arguments.positive)
    marker = table.numbers(arguments.marker)
    _check_size(marker)
    rows = list(zip(is_positive, marker, strict=True))
    ours = [value for wanted, value in rows if wanted is True and value is not None]
    theirs = [value for wanted, value in rows if wanted is False and value is not None]
    if not ours or not theirs:
        raise CohortError(
            "a class has no value of the marker",
            got=f"{len(ours)} of the positive and {len(theirs)} of the other class",
            allowed="at least one row of each class with a number",
            field="--marker",
        )
    return Accuracy(
        outcome=arguments.outcome.strip(),
        positive=arguments.positive.strip(),
        marker=arguments.marker.strip(),
        n_missing=len(rows) - len(ours) - len(theirs),
        curve=roc_curve(ours, theirs, direction),
        auc=estimate_auc(ours, theirs, direction),
        cutoff=cutoff,
        prevalence=prevalence,
        at_cutoff=None
        if cutoff is None
        else diagnostic_accuracy(count_at(ours, theirs, direction, cutoff), prevalence),
        bootstrap=None if resamples is None else bootstrap_cutoff(ours, theirs, direction, *resamples),
        notes=table_notes(table),
    )


def as_json(result: Accuracy) -> dict[str, Any]:
    """The JSON object."""
    return accuracy_json(result)


def as_text(result: Accuracy) -> str:
    """The answer for people."""
    from gepnet_core.cli.accuracy_text import accuracy_text

    return accuracy_text(result)


def _two_classes(cells: Sequence[str | None], positive: str) -> list[bool | None]:
    """Whether each row is of the positive class; None where the outcome is missing.

    Texts are equal as they are trimmed; where both are numbers, as numbers: 1 is 1.0.
    """
    wanted = label_of(positive)
    classes = [None if cell is None else label_of(cell) for cell in cells]
    found = set(classes) - {None}
    if len(found) != 2:
        raise CohortError(
            "the outcome has not two classes",
            got=f"{len(found)} different values",
            allowed="exactly 2; capital and small letters differ",
            remedy="Choose another column, or keep the rows of two classes.",
            field="--outcome",
        )
    if wanted not in found:
        raise CohortError(
            "no row is of the positive class",
            got="2 other values",
            allowed="a value of the outcome, in the same letters",
            remedy="Write it as it stands in the table.",
            field="--positive",
        )
    return [None if one is None else one == wanted for one in classes]


def _check_size(numbers: Sequence[float | None]) -> None:
    """Refuse numbers so large that a percentile between two of them leaves float64."""
    if any(number is not None and abs(number) > _LARGEST_NUMBER for number in numbers):
        raise CohortError(
            "a number is too large",
            allowed=f"at most {_LARGEST_NUMBER:g} in size",
            remedy="Correct the cell.",
            field="--marker",
        )


def _number(text: str, field: str) -> float:
    value = parse_float(text)
    if value is None:
        raise UsageError(
            "this is no number",
            got=repr(text[:40]),
            allowed="digits with at most one decimal point or comma, such as 0.898",
            field=field,
        )
    return value


def _prevalence(text: str) -> float:
    value = _number(text, "--prevalence")
    if not 0 < value < 1:
        raise UsageError(
            "a prevalence is a fraction",
            got=repr(text[:40]),
            allowed="above 0 and below 1, such as 0.3 for 30 %",
            field="--prevalence",
        )
    return value


def _resamples(number: str | None, seed: str | None) -> tuple[int, int] | None:
    """Number of resamples and seed."""
    if number is None and seed is None:
        return None
    if number is None or seed is None:
        raise UsageError(
            "resampling needs both its number and its seed, so that it can be repeated",
            got="--seed alone" if number is None else "--bootstrap alone",
            allowed="--bootstrap N --seed S",
            field="--bootstrap" if number is None else "--seed",
        )
    n = parse_whole(number, 2, MOST_RESAMPLES, "--bootstrap")
    return n, parse_whole(seed, 0, LARGEST_SEED, "--seed")
