"""The numbers that the study prints, each with its place and quote."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gepnet_core.errors import StudyError

DATA_DIRECTORY = Path(__file__).resolve().parents[2] / "data"
STUDY_DIRECTORY = DATA_DIRECTORY / "study"


@dataclass(frozen=True)
class Fact:
    """One printed number. ``value`` is exact, as printed or as the fraction of a printed percentage."""

    id: str
    quantity: str
    group: str
    value: Decimal
    printed: str
    place: str
    quote: str

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
    """All facts by id, in the order of the file.

    Raises
    ------
    StudyError
        If an entry lacks a field, repeats an id or holds no number.
    """
    facts: dict[str, Fact] = {}
    for entry in read_toml(STUDY_DIRECTORY / "facts.toml")["fact"]:
        try:
            fact = Fact(**{**entry, "value": Decimal(entry["value"])})
        except (TypeError, KeyError, InvalidOperation) as error:
            raise StudyError(
                "an entry of facts.toml is incomplete",
                got=str(entry.get("id", "no id")),
                allowed="id, quantity, group, value (a number as text), printed, place, quote",
            ) from error
        if fact.id in facts:
            raise StudyError("an id stands twice in facts.toml", got=fact.id)
        facts[fact.id] = fact
    return MappingProxyType(facts)


def fact(fact_id: str) -> Fact:
    """One fact by id.

    Raises
    ------
    StudyError
        If the study's data file has no such id.
    """
    try:
        return load_facts()[fact_id]
    except KeyError as error:
        raise StudyError("no such fact in facts.toml", got=fact_id) from error


@cache
def load_citation() -> Citation:
    """How the publication is cited."""
    return Citation(**read_toml(STUDY_DIRECTORY / "citation.toml"))
