"""How the study analysed: its test of each column, and its words for an agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from gepnet_core.errors import StudyError
from gepnet_core.study.facts import STUDY_DIRECTORY, read_toml

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class StudyTest:
    """The test by which the study compared the groups in one column of the data dictionary.

    ``test`` is its name in `gepnet_core.statistics.groups.group_tests`; ``by_z``: the P is that of Z,
    not of an exact distribution; ``reason`` says how one can tell.
    """

    column: str
    test: str
    by_z: bool
    place: str
    quote: str
    reason: str


@dataclass(frozen=True)
class AgreementBand:
    """Kappas and ICCs, rounded to two decimals, from ``low`` to ``high``, and the study's word for them."""

    word: str
    low: Decimal
    high: Decimal
    place: str
    quote: str


@cache
def load_study_tests() -> Mapping[str, StudyTest]:
    """The study's tests by column, in the order of the file.

    Raises
    ------
    StudyError
        If an entry lacks a field or a column stands twice.
    """
    tests: dict[str, StudyTest] = {}
    for entry in read_toml(STUDY_DIRECTORY / "analysis.toml")["test"]:
        for column in entry.get("columns", ()):
            if column in tests:
                raise StudyError("a column stands twice in analysis.toml", got=column)
            fields = {name: value for name, value in entry.items() if name != "columns"}
            tests[column] = _made(StudyTest, {"by_z": False, **fields, "column": column})
    return MappingProxyType(tests)


@cache
def load_agreement_bands() -> tuple[AgreementBand, ...]:
    """The study's words for an agreement, the best first.

    Raises
    ------
    StudyError
        If an entry lacks a field.
    """
    table = read_toml(STUDY_DIRECTORY / "analysis.toml")["agreement"]
    source = {name: table[name] for name in ("place", "quote")}
    return tuple(_made(AgreementBand, {**source, **_limits(entry)}) for entry in table["band"])


def _limits(entry: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {**entry, "low": Decimal(entry["low"]), "high": Decimal(entry["high"])}
    except (KeyError, InvalidOperation) as error:
        raise _incomplete(entry) from error


def _made(kind: type[Entry], fields: Mapping[str, Any]) -> Entry:
    try:
        return kind(**fields)
    except TypeError as error:
        raise _incomplete(fields) from error


def _incomplete(entry: Mapping[str, Any]) -> StudyError:
    return StudyError(
        "an entry of analysis.toml is incomplete",
        got=str(entry.get("column", entry.get("word", "no name"))),
        allowed="columns, test, place, quote, reason; word, low, high",
    )
