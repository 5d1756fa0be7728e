"""A mapping file: what the columns and labels of somebody's table mean in the words of the dictionary."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gepnet_core.cohort.schema import Kind, load_dictionary, plain_heading
from gepnet_core.errors import CohortError

FORMAT, VERSION = "gepnet-table-mapping", 1
_KEYS = ("format", "version", "columns", "values", "decimal")


class DecimalMark(StrEnum):
    """What separates the fraction of a number."""

    POINT = "point"
    COMMA = "comma"
    EITHER = "either"


@dataclass(frozen=True)
class ColumnMapping:
    """What differs from the dictionary.

    Attributes
    ----------
    columns : mapping of heading to column name, or to None for a column that is not to be used
    values : mapping of column name to a mapping of label to allowed value, such as pattern: WO to washout
    decimal : DecimalMark
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimal: DecimalMark = DecimalMark.EITHER

    def __post_init__(self) -> None:
        dictionary = load_dictionary()
        for name in self.columns.values():
            if name is not None and name not in dictionary.columns:
                raise _refused(
                    "the mapping names a column that the dictionary lacks", name, dictionary.columns
                )
        for name, labels in self.values.items():
            column = dictionary.columns.get(name)
            choices = [c.name for c in dictionary.columns.values() if c.kind is Kind.CHOICE]
            if column is None or column.kind is not Kind.CHOICE:
                raise _refused(
                    "the mapping gives labels for a column that has no fixed values", name, choices
                )
            for value in labels.values():
                if value not in column.allowed:
                    raise _refused(
                        f"the mapping gives {name} a value that it cannot have", value, column.allowed
                    )
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        folded = {
            name: MappingProxyType({label.strip().casefold(): value for label, value in labels.items()})
            for name, labels in self.values.items()
        }
        object.__setattr__(self, "values", MappingProxyType(folded))

    def recognise(self, heading: str) -> str | None:
        """Column name that a heading means: by this mapping, else by the dictionary."""
        plain = plain_heading(heading)
        for mapped, name in self.columns.items():
            if plain_heading(mapped) == plain:
                return name
        # A column that another heading was mapped to is that heading's, whatever this one is called.
        name = load_dictionary().recognise(heading)
        return None if name in self.columns.values() else name


def parse_mapping(text: str) -> ColumnMapping:
    """Read the text of a mapping file.

    Parameters
    ----------
    text : str
        A JSON object: ``{"format": "gepnet-table-mapping", "version": 1, "columns": {HEADING: NAME or null},
        "values": {NAME: {LABEL: VALUE}}, "decimal": "point" | "comma" | "either"}``; the last three are
        optional.

    Raises
    ------
    CohortError
        If it is no such object, of another version, or names what the dictionary lacks.
    """
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _refused(
            "the mapping file is no JSON", "text that cannot be parsed", ["a JSON object"]
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refused(
            "this is no mapping file", "another JSON file", [f'an object with "format": "{FORMAT}"']
        )
    if document.get("version") != VERSION or isinstance(document["version"], bool):
        raise _refused("the mapping file has an unknown version", document.get("version"), [str(VERSION)])
    unknown = [key for key in document if key not in _KEYS]
    if unknown:
        raise _refused("the mapping file has an unknown entry", unknown[0], _KEYS)
    columns = _text_pairs(document.get("columns", {}), "columns", or_null=True)
    values = document.get("values", {})
    if not isinstance(values, dict):
        raise _refused("values of the mapping file must be an object", type(values).__name__, ["an object"])
    decimal = document.get("decimal", DecimalMark.EITHER)
    if decimal not in list(DecimalMark):
        raise _refused("the mapping file has an unknown decimal mark", decimal, DecimalMark)
    return ColumnMapping(
        columns,
        {name: _text_pairs(labels, f"values.{name}", or_null=False) for name, labels in values.items()},
        DecimalMark(decimal),
    )


def mapping_text(mapping: ColumnMapping) -> str:
    """The mapping as the text of a mapping file."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "columns": dict(mapping.columns),
            "values": {name: dict(labels) for name, labels in mapping.values.items()},
            "decimal": str(mapping.decimal),
        },
        indent=2,
    )


def _text_pairs(pairs: object, where: str, *, or_null: bool) -> dict[str, Any]:
    allowed = "an object of text to text" + (" or null" if or_null else "")
    if not isinstance(pairs, dict):
        raise _refused(f"{where} of the mapping file has the wrong form", type(pairs).__name__, [allowed])
    for value in pairs.values():
        if not (isinstance(value, str) or (or_null and value is None)):
            raise _refused(f"{where} of the mapping file has the wrong form", type(value).__name__, [allowed])
    return pairs


def _refused(what: str, got: object, allowed: Iterable[str]) -> CohortError:
    return CohortError(
        what, got=repr(got)[:60], allowed=", ".join(allowed), remedy="Correct the mapping.", field="mapping"
    )
