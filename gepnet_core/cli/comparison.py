"""Two groups of a table compared in each of several columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gepnet_core.cli.arguments import UsageError
from gepnet_core.cli.table_columns import (
    LabelColumn,
    NumberColumn,
    check_number_of_categories,
    in_order,
    label_column,
    label_of,
    read_column,
    table_notes,
)
from gepnet_core.cohort.tables.any_table import AnyTable
from gepnet_core.errors import CohortError
from gepnet_core.statistics.groups.group_description import Description, describe
from gepnet_core.statistics.groups.group_tests import GroupTest, categorical_tests, numeric_tests


@dataclass(frozen=True)
class NumericComparison:
    """Numbers of two groups: how many are missing, what is there, and the tests."""

    missing: Mapping[str, int]
    groups: Mapping[str, Description]
    tests: tuple[GroupTest, ...]


@dataclass(frozen=True)
class CategoricalComparison:
    """Counts of each category in two groups, and the tests."""

    missing: Mapping[str, int]
    groups: Mapping[str, Mapping[str, int]]
    tests: tuple[GroupTest, ...]


@dataclass(frozen=True)
class EmptyComparison:
    """A column without any value in the two groups."""

    missing: Mapping[str, int]


ColumnComparison = NumericComparison | CategoricalComparison | EmptyComparison


@dataclass(frozen=True)
class Comparison:
    """Two groups in several columns. ``in_table_order`` says that nobody chose which group is first."""

    group_column: str
    groups: tuple[str, str]
    in_table_order: bool
    sizes: Mapping[str, int]
    n_without_group: int
    n_of_other_groups: int
    columns: Mapping[str, ColumnComparison]
    notes: tuple[str, ...]


def compare_groups(
    table: AnyTable,
    group_column: str,
    chosen: Sequence[str] | None,
    names: Sequence[str],
    categorical: Sequence[str],
) -> Comparison:
    """Compare two groups in each column.

    Parameters
    ----------
    table : AnyTable
    group_column : str
        Heading of the column that says the group.
    chosen : sequence of str or None
        The first and the second group; None takes the two that are there, in the order of the table.
    names : sequence of str
        Headings of the columns to compare.
    categorical : sequence of str
        Those of them whose numbers are names of categories.

    Raises
    ------
    GepnetError
        If a column is absent or mixes numbers with text, or there are not two groups.
    """
    labels = label_column(table, group_column)
    groups = _two_groups(labels, chosen)
    return Comparison(
        group_column=group_column,
        groups=groups,
        in_table_order=chosen is None,
        sizes={group: labels.values.count(group) for group in groups},
        n_without_group=labels.values.count(None),
        n_of_other_groups=sum(value is not None and value not in groups for value in labels.values),
        columns={name: _compare(table, name, labels, groups, name in categorical) for name in names},
        notes=table_notes(table),
    )


def _two_groups(labels: LabelColumn, chosen: Sequence[str] | None) -> tuple[str, str]:
    """The groups as the table spells them."""
    there = labels.labels
    if chosen is None:
        if len(there) != 2:
            raise CohortError(
                "the column of the groups does not hold two groups",
                got=f"{len(there)} different texts",
                allowed="two, besides empty cells",
                remedy="Name two of them with --groups FIRST,SECOND."
                if len(there) > 2
                else "Choose another column.",
                field="--group",
            )
        return there[0], there[1]
    spelled = {label_of(label): label for label in there}
    found = [spelled.get(label_of(label)) for label in chosen]
    if found[0] is None or found[1] is None:
        raise UsageError(
            "no row is in that group",
            got=repr(chosen[found.index(None)][:40]),
            allowed=f"the text of a cell of the column of groups, which has {len(there)} different ones",
            remedy="Compare with the table, capital letters too.",
            field="--groups",
        )
    return found[0], found[1]


def _compare(
    table: AnyTable, name: str, labels: LabelColumn, groups: tuple[str, str], is_categorical: bool
) -> ColumnComparison:
    """One column in both groups."""
    column: NumberColumn | LabelColumn = (
        label_column(table, name)
        if is_categorical
        else read_column(table, name, "name it in --categorical too where numbers are names of categories")
    )
    rows = {group: [i for i, label in enumerate(labels.values) if label == group] for group in groups}
    missing = {group: sum(column.values[i] is None for i in rows[group]) for group in groups}
    if all(missing[group] == len(rows[group]) for group in groups):
        return EmptyComparison(missing)
    if isinstance(column, NumberColumn):
        numbers = {group: [x for i in rows[group] if (x := column.values[i]) is not None] for group in groups}
        descriptions = {group: describe(numbers[group]) for group in groups}
        return NumericComparison(missing, descriptions, numeric_tests(*(numbers[group] for group in groups)))
    labels_there = {
        group: [label for i in rows[group] if (label := column.values[i]) is not None] for group in groups
    }
    counts = {group: Counter(labels_there[group]) for group in groups}
    categories = in_order([label for label in column.labels if any(counts[group][label] for group in groups)])
    check_number_of_categories(name, len(categories))
    by_group = {group: {category: counts[group][category] for category in categories} for group in groups}
    tests = categorical_tests([list(by_group[group].values()) for group in groups])
    return CategoricalComparison(missing, by_group, tests)
