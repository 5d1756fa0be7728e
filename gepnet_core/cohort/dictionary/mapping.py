"""A mapping file: what the columns and labels of somebody's table mean in the words of the dictionary."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary, plain_heading
from gepnet_core.errors import CohortError

FORMAT, VERSION = "gepnet-table-mapping", 1
_KEYS = ("format", "version", "columns", "values", "decimal", "row", "ratio", "units")

_Choice = TypeVar("_Choice", bound=StrEnum)


class DecimalMark(StrEnum):
    """What separates the fraction of a number."""

    POINT = "point"
    COMMA = "comma"
    EITHER = "either"


class RowUnit(StrEnum):
    """What one row of the table is."""

    PATIENT = "patient"
    LESION = "lesion"


class RatioOrientation(StrEnum):
    """Which way round the ratios of the table were divided."""

    LESION_OVER_LIVER = "lesion_over_liver"
    LIVER_OVER_LESION = "liver_over_lesion"


@dataclass(frozen=True)
class ColumnMapping:
    """What differs from the dictionary.

    Attributes
    ----------
    columns : mapping of heading to column name, or to None for a column that is not to be used
    values : mapping of column name to a mapping of label to allowed value, such as pattern: WO to washout
    decimal : DecimalMark
    row : RowUnit
    ratio : RatioOrientation
    units : mapping of column name to the unit of its numbers, where it is another than the dictionary's
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimal: DecimalMark = DecimalMark.EITHER
    row: RowUnit = RowUnit.PATIENT
    ratio: RatioOrientation = RatioOrientation.LESION_OVER_LIVER
    units: Mapping[str, str] = field(default_factory=dict)

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
        for name, unit in self.units.items():
            column = dictionary.columns.get(name)
            if column is None or not column.other_units:
                others = [c.name for c in dictionary.columns.values() if c.other_units]
                raise _refused("the mapping gives a unit for a column that has no other unit", name, others)
            if unit not in column.other_units:
                raise _refused(
                    f"the mapping gives {name} a unit that it cannot have", unit, column.other_units
                )
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        folded = {
            name: MappingProxyType({label.strip().casefold(): value for label, value in labels.items()})
            for name, labels in self.values.items()
        }
        object.__setattr__(self, "values", MappingProxyType(folded))
        object.__setattr__(self, "units", MappingProxyType(dict(self.units)))

    def recognise(self, heading: str) -> str | None:
        """Column name that a heading means: by this mapping, else by the dictionary."""
        plain = plain_heading(heading)
        for mapped, name in self.columns.items():
            if plain_heading(mapped) == plain:
                return name
        # A column that another heading was mapped to is that heading's, whatever this one is called.
        name = load_dictionary().recognise(heading)
        return None if name in self.columns.values() else name

    def factor(self, name: str) -> Decimal:
        """What a number of a column is multiplied by to stand in the dictionary's unit."""
        unit = self.units.get(name)
        return Decimal(1) if unit is None else load_dictionary().columns[name].other_units[unit]


def parse_mapping(text: str) -> ColumnMapping:
    """Read the text of a mapping file.

    Parameters
    ----------
    text : str
        A JSON object: ``{"format": "gepnet-table-mapping", "version": 1, "columns": {HEADING: NAME or null},
        "values": {NAME: {LABEL: VALUE}}, "decimal": "point" | "comma" | "either",
        "row": "patient" | "lesion", "ratio": "lesion_over_liver" | "liver_over_lesion",
        "units": {NAME: UNIT}}``; only the first two are needed.

    Raises
    ------
    CohortError
        If it is no such object, of another version, or names what the dictionary lacks.
    """
    try:
        document = json.loads(text)
    # A ValueError is text that is no JSON, or a whole number of thousands of digits.
    except (ValueError, RecursionError) as error:
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
    return ColumnMapping(
        columns,
        {name: _text_pairs(labels, f"values.{name}", or_null=False) for name, labels in values.items()},
        _one_of(document.get("decimal", DecimalMark.EITHER), DecimalMark, "decimal mark"),
        _one_of(document.get("row", RowUnit.PATIENT), RowUnit, "meaning of a row"),
        _one_of(
            document.get("ratio", RatioOrientation.LESION_OVER_LIVER),
            RatioOrientation,
            "orientation of ratios",
        ),
        _text_pairs(document.get("units", {}), "units", or_null=False),
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
            "row": str(mapping.row),
            "ratio": str(mapping.ratio),
            "units": dict(mapping.units),
        },
        indent=2,
    )


def _one_of(given: object, choices: type[_Choice], what: str) -> _Choice:
    for choice in choices:
        if given == choice:
            return choice
    raise _refused(f"the mapping file has an unknown {what}", given, choices)


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
