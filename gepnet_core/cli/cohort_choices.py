"""What a cohort's analysis rests on beside its table, as words of the command line."""

from __future__ import annotations

import argparse
from typing import Any

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import parse_number
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cli.arguments import LARGEST_SEED, UsageError, parse_choice, parse_whole
from gepnet_core.cohort.analysis import AnalysisChoices
from gepnet_core.cohort.cohort import Pick
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.parts.description import TESTS
from gepnet_core.cohort.parts.model import MOST_ROWS_UNASKED, REMOVE
from gepnet_core.cohort.parts.model_predictors import STUDY_CRITERIA, possible_predictors
from gepnet_core.report.cohort.cohort_methods import NO_PREDICTORS
from gepnet_core.statistics.cutpoints.cutpoint_spec import METHODS, parse_method
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from gepnet_core.statistics.resampling.bootstrap import MOST_RESAMPLES

_WHOLE = {
    "resamples": (2, MOST_RESAMPLES),
    "folds": (2, 100),
    "repeats": (1, 10_000),
    "seed": (0, LARGEST_SEED),
}
"""Lowest and highest value of each choice that is a whole number."""


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
    for name, (lowest, highest) in _WHOLE.items():
        default = getattr(usual, name)
        parser.add_argument(f"--{name}", metavar="N", help=f"{lowest} to {highest}; {default} by default")
    parser.add_argument("--zone", metavar="SE,SP", help="of two cutoffs with a grey zone; 0.9,0.9 by default")
    parser.add_argument("--prevalence", metavar="P", help="of adenocarcinoma, as a fraction")
    parser.add_argument("--tests", metavar="COL=TEST,...", help="other tests than the study's")
    parser.add_argument(
        "--predictors",
        metavar="A,B,...",
        help=f"of the logistic model: {', '.join(possible_predictors())}; {NO_PREDICTORS} for no model; by "
        f"default {','.join(STUDY_CRITERIA)}, or no model of more than {MOST_ROWS_UNASKED:,} rows",
    )
    parser.add_argument(
        "--backward",
        metavar="RULE",
        help=f"predictors leave the model by {' or '.join(RemovalRule)} above P {REMOVE:g}; by default all "
        "stay",
    )


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
    said: dict[str, Any] = {
        name: parse_whole(text, *limits, f"--{name}")
        for name, limits in _WHOLE.items()
        if (text := getattr(arguments, name)) is not None
    }
    if arguments.method is not None:
        said["method"] = parse_method(arguments.method)
    if arguments.zone is not None:
        said["zone"] = _zone(arguments.zone)
    if arguments.prevalence is not None:
        said["prevalence"] = _prevalence(arguments.prevalence)
    if arguments.tests is not None:
        said["tests"] = dict(map(_test, arguments.tests.split(",")))
    if arguments.predictors is not None:
        said["predictors"] = _predictors(arguments.predictors)
    if arguments.backward is not None:
        said["removal"] = parse_choice(arguments.backward, RemovalRule, "--backward")
    return AnalysisChoices(**said)


def _prevalence(text: str) -> float:
    value = parse_number(text, "--prevalence")
    if not 0 < value < 1:
        raise UsageError(
            "a prevalence is a fraction",
            got=repr(text[:40]),
            allowed="above 0 and below 1, such as 0.3 for 30 %",
            field="--prevalence",
        )
    return float(value)


def _zone(text: str) -> tuple[float, float]:
    shares = [parse_number(part, "--zone") for part in text.split(",")]
    if len(shares) != 2 or not all(0 < share <= 1 for share in shares):
        raise UsageError(
            "a grey zone needs a sensitivity and a specificity",
            got=repr(text[:40]),
            allowed="SE,SP such as 0.9,0.95, each above 0 and at most 1",
            field="--zone",
        )
    return float(shares[0]), float(shares[1])


def _predictors(text: str) -> tuple[str, ...]:
    if text.strip() == NO_PREDICTORS:
        return ()
    names, known = [name.strip() for name in text.split(",")], possible_predictors()
    wrong = [name for name in names if name not in known]
    if wrong:
        raise UsageError(
            "this is no predictor of a model",
            got=repr(wrong[0][:60]),
            allowed=f"{NO_PREDICTORS}, or names between commas out of {', '.join(known)}",
            remedy="A column of the table goes by its name in the data dictionary.",
            field="--predictors",
        )
    if len(set(names)) < len(names):
        raise UsageError(
            "a predictor is named more than once",
            got=", ".join(sorted({name for name in names if names.count(name) > 1})),
            allowed="each once",
            field="--predictors",
        )
    return tuple(names)


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
