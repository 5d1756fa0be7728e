"""The numbers that the study prints, each with its place and quote."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gepnet_core.errors import StudyError

DATA_DIRECTORY = Path(__file__).resolve().parents[2] / "data"
STUDY_DIRECTORY = DATA_DIRECTORY / "study"


COMPARISONS = ("=", "<", "<=", ">")


class FactKind(StrEnum):
    """What a printed number is."""

    RESULT = "result"
    CASE = "case"
    METHOD = "method"


@dataclass(frozen=True)
class Fact:
    """One printed number.

    ``value`` is exact and keeps every printed digit; a printed percentage stands as its fraction.
    ``comparison`` is how the print compares where it does not say "equal". ``repeats`` is the id of the fact
    that this one prints once more, elsewhere.
    """

    id: str
    quantity: str
    group: str
    value: Decimal
    printed: str
    place: str
    quote: str
    kind: FactKind = FactKind.RESULT
    comparison: str = "="
    repeats: str | None = None

    @property
    def count(self) -> int:
        """The value as a number of patients.

        Raises
        ------
        StudyError
            If the value is not a whole number.
        """
        if self.value != self.value.to_integral_value():
            raise StudyError("this fact is not a count", got=f"{self.id} = {self.value}")
        return int(self.value)


@dataclass(frozen=True)
class Citation:
    """The publication, as it is cited."""

    authors: str
    journal: str
    year: int
    volume: int
    pages: str
    doi: str

    def __str__(self) -> str:
        return f"{self.authors}, {self.journal} {self.year};{self.volume}:{self.pages}, doi {self.doi}"


def read_toml(path: Path) -> dict[str, Any]:
    """Read one of the project's own data files.

    Raises
    ------
    StudyError
        If it is absent or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise StudyError(
            "a data file of the project cannot be read",
            got=path.name,
            remedy="Restore it from the repository.",
        ) from error


@cache
def load_facts() -> Mapping[str, Fact]:
    """All facts by id, in the order of the files in data/study/facts, which is the paper's.

    Raises
    ------
    StudyError
        If an entry lacks a field, repeats an id, holds no number or repeats a fact that there is not.
    """
    facts: dict[str, Fact] = {}
    for path in sorted((STUDY_DIRECTORY / "facts").glob("*.toml")):
        for passage in read_toml(path)["passage"]:
            for entry in passage["fact"]:
                fact = _fact(entry, passage)
                if fact.id in facts:
                    raise StudyError("an id stands twice among the study's facts", got=fact.id)
                facts[fact.id] = fact
    for fact in facts.values():
        if fact.repeats is not None and fact.repeats not in facts:
            raise StudyError("a fact repeats one that there is not", got=f"{fact.id}: {fact.repeats}")
    return MappingProxyType(facts)


def _fact(entry: Mapping[str, Any], passage: Mapping[str, Any]) -> Fact:
    """One entry with the place and quote of its passage."""
    try:
        fact = Fact(
            **{
                **entry,
                "value": Decimal(entry["value"]),
                "kind": FactKind(entry["kind"]),
                "place": passage["place"],
                "quote": passage["quote"],
            }
        )
    except (TypeError, KeyError, ValueError, InvalidOperation) as error:
        raise _incomplete(entry) from error
    if fact.comparison not in COMPARISONS:
        raise _incomplete(entry)
    return fact


def _incomplete(entry: Mapping[str, Any]) -> StudyError:
    return StudyError(
        "an entry of the study's facts is incomplete",
        got=str(entry.get("id", "no id")),
        allowed="id, quantity, group, value (a number as text), printed, kind; perhaps comparison, repeats; "
        "place and quote in the passage",
    )


def fact(fact_id: str) -> Fact:
    """One fact by id.

    Raises
    ------
    StudyError
        If the study's data has no such id.
    """
    try:
        return load_facts()[fact_id]
    except KeyError as error:
        raise StudyError("the study has no such fact", got=fact_id) from error


@cache
def load_citation() -> Citation:
    """How the publication is cited."""
    return Citation(**read_toml(STUDY_DIRECTORY / "citation.toml"))
