"""The data dictionary: which columns a table of patients may have, and which heading means which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from gepnet_core.case.measurement import HU_HIGHEST, HU_LOWEST
from gepnet_core.errors import StudyError
from gepnet_core.study.facts import DATA_DIRECTORY, read_toml
from gepnet_core.study.scope import load_scope

_YES = frozenset({"yes", "true", "1"})


class Kind(StrEnum):
    """What the cells of a column hold."""

    HU = "hu"
    RATIO = "ratio"
    NUMBER = "number"
    WHOLE = "whole"
    CHOICE = "choice"
    TEXT = "text"


NUMERIC = frozenset({Kind.HU, Kind.RATIO, Kind.NUMBER, Kind.WHOLE})


@dataclass(frozen=True)
class Column:
    """One column of the dictionary.

    ``other_units`` are units that its numbers may stand in too, each with the factor to ``unit``.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    second_reader: bool = False
    synonyms: tuple[str, ...] = ()
    other_units: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def allowed_text(self) -> str:
        """What a cell may hold, in words."""
        if self.kind is Kind.CHOICE:
            return ", ".join(self.allowed)
        if self.kind is Kind.TEXT:
            return "any text"
        what = "a whole number" if self.kind is Kind.WHOLE else "a number"
        if self.lowest is not None and self.highest is not None:
            what += f" from {self.lowest} to {self.highest}"
        return what


@dataclass(frozen=True)
class Dictionary:
    """All columns by name, in the order of the file, and the words that mean a missing value."""

    columns: Mapping[str, Column]
    missing_words: frozenset[str]
    scope_prefix: str
    second_reader_prefix: str
    _by_heading: Mapping[str, str]

    def recognise(self, heading: str) -> str | None:
        """Name of the column that a heading means; None where the dictionary knows none."""
        return self._by_heading.get(plain_heading(heading))

    def is_missing(self, cell: str) -> bool:
        """Whether a cell says that there is no value."""
        trimmed = cell.strip()
        return not trimmed or trimmed.casefold() in self.missing_words


def says_yes(cell: str) -> bool:
    """Whether a cell of a yes-or-no column, such as ``synthetic``, says yes."""
    return cell.strip().casefold() in _YES


def plain_heading(heading: str) -> str:
    """A heading without case, spaces and punctuation: ``HAP lesion (HU)`` and ``hap_lesion_hu`` are one."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\W_]+", "_", folded).strip("_")


@cache
def load_dictionary() -> Dictionary:
    """The data dictionary of data/dictionary.toml, with second-reader and scope columns written out.

    Raises
    ------
    StudyError
        If the file is damaged or one heading would mean two columns.
    """
    table = read_toml(DATA_DIRECTORY / "dictionary.toml")
    columns = {column.name: column for column in _all_columns(table)}
    by_heading: dict[str, str] = {}
    for column in columns.values():
        for heading in (column.name, *column.synonyms):
            other = by_heading.setdefault(plain_heading(heading), column.name)
            if other != column.name:
                raise StudyError(
                    "one heading means two columns of dictionary.toml",
                    got=f"{heading}: {other} and {column.name}",
                )
    return Dictionary(
        columns=MappingProxyType(columns),
        missing_words=frozenset(word.casefold() for word in table["missing_words"]),
        scope_prefix=table["scope"]["prefix"],
        second_reader_prefix=table["second_reader_prefix"],
        _by_heading=MappingProxyType(by_heading),
    )


def _all_columns(table: Mapping[str, Any]) -> Iterator[Column]:
    first = [_column(entry) for entry in table["column"]]
    yield from first
    prefix = table["second_reader_prefix"]
    for column in first:
        if column.second_reader:
            yield replace(
                column,
                name=prefix + column.name,
                meaning=f"{column.meaning}; second reader",
                synonyms=tuple(prefix + synonym for synonym in column.synonyms),
            )
    for item in load_scope().values():
        yield Column(
            name=table["scope"]["prefix"] + item.id,
            kind=Kind.CHOICE,
            meaning=item.statement,
            allowed=tuple(table["scope"]["allowed"]),
        )


def _column(entry: Mapping[str, Any]) -> Column:
    try:
        kind = Kind(entry["kind"])
        lowest, highest = entry.get("lowest"), entry.get("highest")
        if kind is Kind.HU:
            lowest, highest = HU_LOWEST, HU_HIGHEST
        return Column(
            name=entry["name"],
            kind=kind,
            meaning=entry["meaning"],
            unit=entry.get("unit"),
            allowed=tuple(entry.get("allowed", ())),
            lowest=None if lowest is None else Decimal(lowest),
            highest=None if highest is None else Decimal(highest),
            second_reader=entry.get("second_reader", False),
            synonyms=tuple(entry.get("synonyms", ())),
            other_units=MappingProxyType(
                {unit: Decimal(factor) for unit, factor in entry.get("other_units", {}).items()}
            ),
        )
    except (KeyError, ValueError, InvalidOperation) as error:
        raise StudyError(
            "an entry of dictionary.toml is incomplete",
            got=str(entry.get("name", "no name")),
            allowed="name, kind, meaning",
        ) from error
