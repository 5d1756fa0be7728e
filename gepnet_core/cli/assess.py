"""The command ``assess``: one case from HU and the reader's pattern, or each row of a table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gepnet_core.case.assessment import Assessment, assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.measurement import Measurement, Reading, parse_number
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cli.arguments import UsageError, parse_choice
from gepnet_core.cli.commands import Subparsers
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.scope import load_scope

if TYPE_CHECKING:
    from gepnet_core.cohort.assess_table import JudgedTable

_OF_ONE_CASE = ("hap", "pvp", "ep", "pattern")
_OF_A_TABLE = ("mapping", "out", "with_patient_id")


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the arguments of one case and of a table."""
    criteria = load_criteria()
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "assess",
        help="judge one case, or each row of a table",
        description="Judge one case by the study's criteria, or each row of a table of lesion and liver HU.",
    )
    one = parser.add_argument_group("one case: at least --hap or --pattern")
    for phase in Phase:
        one.add_argument(
            f"--{phase}",
            nargs=2,
            metavar=("LESION", "LIVER"),
            help=f"mean HU of lesion and normal liver, {phase.label}",
        )
    one.add_argument("--pattern", metavar="PATTERN", help=f"as a reader saw it: {_words(EnhancementPattern)}")
    table = parser.add_argument_group("a table")
    table.add_argument(
        "--table", metavar="FILE", type=Path, help="CSV, Excel or Parquet, one patient in each row"
    )
    table.add_argument("--mapping", metavar="FILE", type=Path, help="JSON: what its columns and labels mean")
    table.add_argument("--out", metavar="FILE", type=Path, help="where to write the rows: .csv or .json")
    table.add_argument(
        "--with-patient-id", action="store_true", help="hand on the codes of the column patient_id"
    )
    both = parser.add_argument_group("choices, of the case or of every row")
    both.add_argument(
        "--definition",
        metavar="NAME",
        help=f"how HU give a pattern: {_words(PatternDefinition)}; the first is the default",
    )
    tolerances = ", ".join(f"{name} {entry.tolerance}" for name, entry in criteria.definitions.items())
    both.add_argument(
        "--tolerance", metavar="T", help=f"largest change that is plateau, by that definition ({tolerances})"
    )
    both.add_argument(
        "--cutoff",
        metavar="X",
        help=f"cutoff of the HAP ratio (published: {criteria.hap_ratio_cutoff})",
    )
    both.add_argument("--pretest", metavar="P", help="probability of NET before this CT, as a fraction")
    both.add_argument(
        "--scope",
        action="extend",
        nargs="+",
        metavar="ITEM=STATE",
        help=f"{_words(ScopeState)}, for: {', '.join(load_scope())}",
    )
    return parser


def run(arguments: argparse.Namespace) -> Assessment | JudgedTable:
    """Judge the case or the table; a table is also written where ``--out`` says.

    Raises
    ------
    GepnetError
        Bad input.
    """
    settings = _settings(arguments)
    one_case = [name for name in _OF_ONE_CASE if getattr(arguments, name) is not None]
    if arguments.table is not None:
        if one_case:
            raise UsageError(
                "a table has its HU and patterns in its rows",
                got=f"--table with --{one_case[0]}",
                allowed="either one case or a table",
                field=f"--{one_case[0]}",
            )
        from gepnet_core.cli.assess_table import judge_table

        return judge_table(arguments, settings)
    only_table = [name for name in _OF_A_TABLE if getattr(arguments, name)]
    if only_table:
        option = "--" + only_table[0].replace("_", "-")
        raise UsageError("this option belongs to a table", got=f"{option} without --table", field=option)
    if arguments.hap is None and arguments.pattern is None:
        raise UsageError(
            "no criterion was given",
            got=", ".join(f"--{name}" for name in one_case) or "neither --hap nor --pattern",
            allowed="--hap LESION LIVER, --pattern PATTERN, or both",
            remedy="Give the HU of the hepatic artery phase first, or a table with --table FILE.",
        )
    return assess(_one_case(arguments, settings))


def as_json(result: Assessment | JudgedTable) -> dict[str, Any]:
    """The JSON object of one case or of a table."""
    if isinstance(result, Assessment):
        from gepnet_core.report.case.case_json import assessment_json

        return assessment_json(result)
    from gepnet_core.cohort.export import table_json

    return table_json(result)


def as_text(result: Assessment | JudgedTable) -> str:
    """The answer for people."""
    if isinstance(result, Assessment):
        from gepnet_core.report.case.case_text import case_text
        from gepnet_core.report.case.explanation import explain

        return case_text(explain(result))
    from gepnet_core.cli.assess_table import table_text

    return table_text(result)


def _settings(arguments: argparse.Namespace) -> Case:
    """The choices that do not depend on a patient, as a case without measurements."""
    definition = PatternDefinition.LIVER_RELATIVE
    if arguments.definition is not None:
        definition = parse_choice(arguments.definition, PatternDefinition, "--definition")
    tolerance = _number(arguments.tolerance, "--tolerance")
    cutoff = _number(arguments.cutoff, "--cutoff")
    settings = Case(
        definition=definition,
        tolerances={} if tolerance is None else {definition: tolerance},
        pretest_net=_number(arguments.pretest, "--pretest"),
        scope=_scope(arguments.scope or ()),
    )
    return settings if cutoff is None else replace(settings, cutoff=cutoff)


def _one_case(arguments: argparse.Namespace, settings: Case) -> Case:
    measurements = {}
    for phase in Phase:
        values = getattr(arguments, phase)
        if values is not None:
            lesion = parse_number(values[0], f"--{phase} LESION")
            liver = parse_number(values[1], f"--{phase} LIVER")
            measurements[phase] = Measurement(phase, Reading(lesion), Reading(liver))
    pattern = arguments.pattern
    return replace(
        settings,
        measurements=measurements,
        reader_pattern=None if pattern is None else parse_choice(pattern, EnhancementPattern, "--pattern"),
    )


def _scope(words: Sequence[str]) -> dict[str, ScopeState]:
    states: dict[str, ScopeState] = {}
    for word in words:
        item, sign, state = word.partition("=")
        if not sign or item not in load_scope():
            raise UsageError(
                "no such scope item" if sign else "a scope item needs its state",
                got=repr(word[:60]),
                allowed=f"ITEM=STATE with ITEM one of {', '.join(load_scope())}",
                field="--scope",
            )
        chosen = parse_choice(state, ScopeState, f"--scope {item}")
        if states.setdefault(item, chosen) is not chosen:
            raise UsageError(
                "the scope item has two states", got=f"{states[item]} and {chosen}", field=f"--scope {item}"
            )
    return states


def _number(text: str | None, field: str) -> Decimal | None:
    return None if text is None else parse_number(text, field)


def _words(choices: type[EnhancementPattern | PatternDefinition | ScopeState]) -> str:
    return ", ".join(choices)
