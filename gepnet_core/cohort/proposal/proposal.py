"""What somebody's table may mean in the words of the dictionary, for the user to confirm or mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gepnet_core.cohort.dictionary.mapping import ColumnMapping, DecimalMark, RatioOrientation, RowUnit
from gepnet_core.cohort.dictionary.schema import NUMERIC, load_dictionary
from gepnet_core.cohort.dictionary.table_cells import allowed_value
from gepnet_core.cohort.proposal.columns import ReadBy, ReadColumn, read_columns
from gepnet_core.cohort.proposal.content import decimal_mark
from gepnet_core.cohort.proposal.table import (
    ProposedLabel,
    ProposedUnit,
    choice_columns,
    labels_of,
    propose_ratio,
    propose_row,
    propose_units,
)
from gepnet_core.cohort.tables.read import Table


@dataclass(frozen=True)
class ProposedColumn:
    """One heading of the table, in its order.

    Attributes
    ----------
    heading : str
    name : str or None
        Column of the dictionary that it may mean.
    how : ReadBy
    why : str
        A sentence.
    examples : tuple of str
        Up to three different cells, only of columns of numbers or labels.
    """

    heading: str
    name: str | None
    how: ReadBy
    why: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class MappingProposal:
    """A mapping for the user to confirm.

    Attributes
    ----------
    columns : tuple of ProposedColumn
        As many as the table has headings.
    values : mapping of column name to tuple of ProposedLabel
        For each column of fixed values that was found; empty where it holds too many different texts.
    decimal : DecimalMark
    row : RowUnit
    row_why : str
    ratio : RatioOrientation
    ratio_why : str
    ratio_is_guess : bool
        Whether nothing in the table says which way round its ratios were divided.
    units : tuple of ProposedUnit
    unsure : tuple of str
        Sentences on what the user must confirm.
    """

    columns: tuple[ProposedColumn, ...]
    values: Mapping[str, tuple[ProposedLabel, ...]]
    decimal: DecimalMark
    row: RowUnit
    row_why: str
    ratio: RatioOrientation
    ratio_why: str
    ratio_is_guess: bool
    units: tuple[ProposedUnit, ...]
    unsure: tuple[str, ...]

    def mapping(self) -> ColumnMapping:
        """The mapping as proposed: only headings and labels that the dictionary would take otherwise."""
        dictionary = load_dictionary()
        values = {
            name: {
                label.label: label.value
                for label in labels
                if label.value is not None and allowed_value(label.label, dictionary.columns[name]) is None
            }
            for name, labels in self.values.items()
        }
        return ColumnMapping(
            {c.heading: c.name for c in self.columns if c.name != dictionary.recognise(c.heading)},
            {name: labels for name, labels in values.items() if labels},
            self.decimal,
            self.row,
            self.ratio,
            {unit.name: unit.unit for unit in self.units if unit.unit is not None},
        )


def propose_mapping(table: Table) -> MappingProposal:
    """Say what the headings, labels, ratios and rows of a table may mean.

    Headings are read by the dictionary, else word by word, else by the labels in their cells; a column of
    numbers whose heading does not say what they are is never taken for HU. Codes such as 0 and 1 are not
    guessed. Cells are looked at in the first 2,000 rows; labels and codes of patients are counted in all.

    Parameters
    ----------
    table : Table

    Returns
    -------
    MappingProposal
        Its ``mapping()`` suits the table: no two headings mean the same column.
    """
    columns = read_columns(table)
    by_name = {column.name: column for column in columns if column.name is not None}
    labels = {name: labels_of(table, name, position) for name, position in choice_columns(by_name)}
    numeric = [
        column.content for name, column in by_name.items() if load_dictionary().columns[name].kind in NUMERIC
    ]
    decimal, has_both_marks = decimal_mark(numeric)
    row = propose_row(table, _code_position(columns))
    ratio = propose_ratio(table, by_name)
    units = tuple(propose_units(by_name))
    unsure = [column.unsure for column in columns]
    unsure.append(_unread_hu(columns, by_name))
    unsure.extend(sentence for _, sentence in labels.values())
    if has_both_marks:
        unsure.append("Numbers with a decimal point and with a decimal comma both occur.")
    unsure.extend((row.unsure, ratio.unsure))
    unsure.extend(f"{unit.name}: {unit.why} Say which." for unit in units if unit.unit is None)
    return MappingProposal(
        tuple(ProposedColumn(c.heading, c.name, c.how, c.why, c.examples) for c in columns),
        MappingProxyType({name: found for name, (found, _) in labels.items()}),
        decimal,
        row.row,
        row.why,
        ratio.orientation,
        ratio.why,
        ratio.is_guess,
        units,
        tuple(sentence for sentence in unsure if sentence),
    )


def _code_position(columns: Sequence[ReadColumn]) -> int | None:
    """Where the codes of patients stand, or the names that stand in their place and are only counted."""
    places = [column.position for column in columns if column.name == "patient_id"]
    places += [column.position for column in columns if column.reading.name == "patient_id"]
    return places[0] if places else None


def _unread_hu(columns: Sequence[ReadColumn], by_name: Mapping[str, ReadColumn]) -> str:
    """Where HU may stand, if no heading says where they do."""
    if {"hap_lesion_hu", "hap_liver_hu"} <= set(by_name):
        return ""
    found = list(_like_hu(columns))
    if not found:
        return ""
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return (
        "Lesion and liver HU of the hepatic artery phase were not found by the headings. Numbers that may be "
        f"HU stand in {', '.join(found[:5])}{more}: say what each is."
    )


def _like_hu(columns: Sequence[ReadColumn]) -> Iterator[str]:
    for column in columns:
        if column.name is None and column.reading.is_open and column.content.looks_like_hu:
            yield column.shown
