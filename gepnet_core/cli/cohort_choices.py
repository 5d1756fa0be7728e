"""What a cohort's analysis rests on beside its table, as words of the command line."""

from __future__ import annotations

import argparse
from decimal import Decimal

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import parse_number
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cli.arguments import UsageError, parse_choice
from gepnet_core.cohort.analysis import AnalysisChoices
from gepnet_core.cohort.cohort import Pick
from gepnet_core.cohort.description import TESTS
from gepnet_core.cohort.schema import load_dictionary
from gepnet_core.statistics.cutpoint_spec import METHODS, parse_method
from gepnet_core.statistics.resampling import MOST_RESAMPLES

_MOST_FOLDS, _MOST_REPEATS = 100, 10_000


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Declare the options; each has the default of the pages."""
    usual = AnalysisChoices()
    parser.add_argument("--definition", metavar="NAME", help=f"{' or '.join(PatternDefinition)}")
    parser.add_argument("--tolerance", metavar="T", help="of the pattern, in the definition's unit")
    parser.add_argument(
        "--count", metavar="ROWS", help="of a patient with several rows: every (default), first or largest"
    )
    parser.add_argument(
        "--method", metavar="M", help=f"of choosing a cutoff: {', '.join(METHODS)}; youden by default"
    )
    for name, most in (("resamples", MOST_RESAMPLES), ("folds", _MOST_FOLDS), ("repeats", _MOST_REPEATS)):
        default = getattr(usual, name)
        parser.add_argument(f"--{name}", metavar="N", help=f"2 to {most}; {default} by default")
    parser.add_argument("--seed", metavar="S", help=f"a whole number; {usual.seed} by default")
    parser.add_argument("--zone", metavar="SE,SP", help="of two cutoffs with a grey zone; 0.9,0.9 by default")
    parser.add_argument("--prevalence", metavar="P", help="of adenocarcinoma, as a fraction")
    parser.add_argument("--tests", metavar="COL=TEST,...", help="other tests than the study's")


def read_settings(arguments: argparse.Namespace) -> Case:
    """Definition and tolerance as a case without measurements.

    Raises
    ------
    GepnetError
        If one cannot be read.
    """
    name = arguments.definition or PatternDefinition.LIVER_RELATIVE
    definition = parse_choice(name, PatternDefinition, "--definition")
    tolerance = None if arguments.tolerance is None else parse_number(arguments.tolerance, "--tolerance")
    return Case(definition=definition, tolerances={} if tolerance is None else {definition: tolerance})


def read_pick(arguments: argparse.Namespace) -> Pick | None:
    """Which row of a patient counts; None counts every row."""
    if arguments.count in (None, "every"):
        return None
    return parse_choice(arguments.count, Pick, "--count")


def read_choices(arguments: argparse.Namespace) -> AnalysisChoices:
    """The choices that were said, the others by default.

    Raises
    ------
    GepnetError
        If one cannot be read or is out of range.
    """
    usual = AnalysisChoices()
    zone = usual.zone if arguments.zone is None else _zone(arguments.zone)
    return AnalysisChoices(
        method=usual.method if arguments.method is None else parse_method(arguments.method),
        resamples=_whole(arguments.resamples, "--resamples", 2, MOST_RESAMPLES, usual.resamples),
        folds=_whole(arguments.folds, "--folds", 2, _MOST_FOLDS, usual.folds),
        repeats=_whole(arguments.repeats, "--repeats", 1, _MOST_REPEATS, usual.repeats),
        seed=_whole(arguments.seed, "--seed", 0, 10**18 - 1, usual.seed),
        zone=zone,
        prevalence=None if arguments.prevalence is None else _fraction(arguments.prevalence, "--prevalence"),
        tests={} if arguments.tests is None else dict(map(_test, arguments.tests.split(","))),
    )


def _whole(text: str | None, field: str, lowest: int, highest: int, default: int) -> int:
    if text is None:
        return default
    is_plain = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    if not is_plain or not lowest <= int(text) <= highest:
        raise UsageError(
            "this is no such whole number",
            got=repr(text[:40]),
            allowed=f"{lowest} to {highest}, digits alone",
            field=field,
        )
    return int(text)


def _fraction(text: str, field: str) -> float:
    value = parse_number(text, field)
    if not Decimal(0) < value < Decimal(1):
        raise UsageError(
            "this is no fraction", got=repr(text[:40]), allowed="above 0 and below 1", field=field
        )
    return float(value)


def _zone(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise UsageError(
            "a grey zone needs a sensitivity and a specificity",
            got=repr(text[:40]),
            allowed="SE,SP such as 0.9,0.95",
            field="--zone",
        )
    sensitivity, specificity = (_fraction(part, "--zone") for part in parts)
    return sensitivity, specificity


def _test(word: str) -> tuple[str, str]:
    name, _, test = word.partition("=")
    names = [test for tests in TESTS.values() for test in tests]
    if name not in load_dictionary().columns or test not in names:
        raise UsageError(
            "this is no column with a test",
            got=repr(word[:60]),
            allowed=f"a column of the data dictionary, =, and one of {', '.join(names)}",
            field="--tests",
        )
    return name, test
