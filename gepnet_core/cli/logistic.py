"""The command ``logistic``: a logistic model of any table, its intervals, and which predictors stay."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gepnet_core import __version__
from gepnet_core.case.measurement import parse_number
from gepnet_core.cli.arguments import UsageError, parse_choice
from gepnet_core.cli.commands import Subparsers
from gepnet_core.cli.logistic_answer import Elimination, LogisticAnswer, answer_from
from gepnet_core.cli.logistic_model import read_codes, read_outcome
from gepnet_core.cli.logistic_text import answer_text, separation_sentence
from gepnet_core.cli.table_columns import name_list, read_table_file
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.coefficient_json import coefficient_json
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from gepnet_core.statistics.models.logistic_regression import LogisticFit

_REMOVE = 0.10
_NO_ESTIMATE = "The classes are separated: the likelihood has no maximum. See firth."
_NOT_SEPARATED = "The classes overlap: finite estimates exist."
_NO_FIRTH = "Firth's estimates are given where the classes are separated."
_NO_ELIMINATION = "Under separation the tests that decide elimination do not hold; no predictor was left out."


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare the file, outcome, predictors, codes and elimination."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "logistic",
        help="logistic regression with separation told",
        description="Logistic regression by maximum likelihood: Exp(B) with Wald and profile-likelihood "
        "intervals, Firth's estimates where the classes are separated, backward elimination step by step.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, Excel or Parquet with headings")
    parser.add_argument("--outcome", metavar="COL", required=True, help="column of two classes")
    parser.add_argument("--positive", metavar="VALUE", required=True, help="the class that is the event")
    parser.add_argument(
        "--predictors", metavar="A,B,...", required=True, type=name_list(1), help="columns of the model"
    )
    parser.add_argument(
        "--code",
        metavar="COL=a:1,b:2,...",
        action="append",
        help="a number for each text of a predictor; without it text becomes indicators against the first "
        "category in order (may be given for several columns)",
    )
    parser.add_argument("--backward", metavar="RULE", help="leave predictors out, by lr or wald")
    parser.add_argument(
        "--remove", metavar="P", help=f"a predictor leaves above this P (default {_REMOVE:g})"
    )
    return parser


def run(arguments: argparse.Namespace) -> LogisticAnswer:
    """Fit the model.

    Raises
    ------
    GepnetError
        Bad input.
    """
    outcome_column, names = arguments.outcome.strip(), arguments.predictors
    if outcome_column in names:
        raise UsageError("the outcome cannot predict itself", remedy="Leave it out.", field="--predictors")
    codes = read_codes(arguments.code or (), names)
    elimination = _elimination(arguments.backward, arguments.remove)
    table = read_table_file(arguments.file)
    outcome = read_outcome(table, outcome_column, arguments.positive)
    return answer_from(table, outcome, names, codes, elimination)


def as_json(result: LogisticAnswer) -> dict[str, Any]:
    """The JSON object: rows, terms with Exp(B) and its intervals, steps, separation, reasons for nulls."""
    reasons: dict[str, str] = {}
    model = _model_json(result.fit, result.terms, "", reasons)
    if result.separation is None:
        reasons["separation"] = _NOT_SEPARATED
    if result.firth is None:
        reasons["firth"] = _NO_FIRTH
    elif result.elimination is not None:
        reasons["steps"] = _NO_ELIMINATION
    return {
        "outcome": result.outcome.column,
        "event": result.outcome.event,
        "other_class": result.outcome.other,
        "n": result.n,
        "n_event": result.n_event,
        "n_left_out": result.rows.n_left_out,
        "n_missing": dict(result.rows.missing),
        "codes": {name: dict(codes) for name, codes in result.codes.items()},
        "references": dict(result.rows.references),
        **model,
        "intervals_of": "exp_b",
        "steps": _steps_json(result),
        "separation": None
        if result.separation is None
        else {
            "kind": str(result.separation.kind),
            "terms": list(result.separation.terms),
            "alone": list(result.separation.alone),
            "message": separation_sentence(result),
        },
        "firth": None if result.firth is None else _model_json(result.firth, result.terms, "firth.", reasons),
        "notes": list(result.notes),
        "reasons": reasons,
        "version": __version__,
        "intended_use": INTENDED_USE,
    }


def as_text(result: LogisticAnswer) -> str:
    """The answer for people."""
    return answer_text(result)


def _elimination(rule: str | None, remove: str | None) -> Elimination | None:
    if rule is None:
        if remove is not None:
            raise UsageError(
                "nothing leaves without a rule",
                got="--remove without --backward",
                allowed="--backward lr or --backward wald",
                field="--remove",
            )
        return None
    chosen = parse_choice(rule, RemovalRule, "--backward")
    if remove is None:
        return Elimination(chosen, _REMOVE)
    number = parse_number(remove, "--remove", "a probability")
    if not 0 < number < 1:
        raise UsageError(
            "a probability is a fraction", got=str(number), allowed="above 0 and below 1", field="--remove"
        )
    return Elimination(chosen, float(number))


def _model_json(
    fit: LogisticFit | None, terms: tuple[str, ...], path: str, reasons: dict[str, str]
) -> dict[str, Any]:
    """Intercept and terms; without a fit everything is null."""
    if fit is None:
        reasons[f"{path}intercept"] = reasons[f"{path}log_likelihood"] = _NO_ESTIMATE
        return {
            "intercept": None,
            "terms": {term: _no_estimate(f"{path}terms.{term}", reasons) for term in terms},
            "log_likelihood": None,
        }
    return {
        "intercept": coefficient_json(fit.intercept, f"{path}intercept", reasons),
        "terms": {
            term: coefficient_json(found, f"{path}terms.{term}", reasons) for term, found in fit.terms.items()
        },
        "log_likelihood": fit.log_likelihood,
    }


def _no_estimate(path: str, reasons: dict[str, str]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"b": None, "se": None, "exp_b": None}
    limits = {"wald": {"low": None, "high": None}, "profile": {"low": None, "high": None}}
    for name in (*nothing, "p", *(f"{name}.{end}" for name in limits for end in ("low", "high"))):
        reasons[f"{path}.{name}"] = _NO_ESTIMATE
    return {**nothing, **limits, "p": None}


def _steps_json(result: LogisticAnswer) -> list[dict[str, Any]]:
    if result.elimination is None:
        return []
    return [
        {
            "step": number,
            "rule": str(result.elimination.rule),
            "remove": result.elimination.remove,
            "kept": list(step.kept),
            "log_likelihood": step.log_likelihood,
            "tests": {
                test.name: {"statistic": test.statistic, "df": test.df, "p": test.p} for test in step.tests
            },
            "removed": step.removed,
        }
        for number, step in enumerate(result.steps, start=1)
    ]
