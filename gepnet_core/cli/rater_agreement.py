"""Raters' columns of a table, and how far they agree over the rows that all have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gepnet_core.cli.table_columns import (
    Label,
    check_number_of_categories,
    in_order,
    label_column,
    label_of,
    number_column,
    table_notes,
)
from gepnet_core.cohort.tables.any_table import AnyTable
from gepnet_core.errors import CohortError
from gepnet_core.statistics.readers.icc import MEANINGS, IntraclassCorrelation, intraclass_correlations
from gepnet_core.statistics.readers.kappa import Kappa, Weighting, agreement_table, cohen_kappa

Cell = TypeVar("Cell", str, float)

_FEWEST_CASES = 2
_TOO_FEW = "An intraclass correlation needs two cases that all raters read."
_WEIGHTED_BY_SORTING = (
    "The weighted kappas rest on the order of the categories, which nobody gave: they were sorted. "
    "Give it with --categories if it has a meaning, and pass over these kappas if it has none."
)


@dataclass(frozen=True)
class CategoryAgreement:
    """Kappas of two raters.

    ``table`` has the first rater in rows; ``is_ordered`` says that the order of the categories was given.
    """

    raters: tuple[str, ...]
    missing: Mapping[str, int]
    n: int
    n_left_out: int
    categories: tuple[str, ...]
    is_ordered: bool
    table: Sequence[Sequence[int]]
    kappas: Mapping[Weighting, Kappa]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class NumberAgreement:
    """Intraclass correlations of two or more raters; empty where there are too few cases."""

    raters: tuple[str, ...]
    missing: Mapping[str, int]
    n: int
    n_left_out: int
    forms: Mapping[str, IntraclassCorrelation]
    notes: tuple[str, ...]


def agreement_in_categories(
    table: AnyTable, raters: tuple[str, ...], chosen: Sequence[str] | None
) -> CategoryAgreement:
    """Kappas of two raters, over the rows that both have.

    Parameters
    ----------
    table : AnyTable
    raters : tuple of str
        Two headings.
    chosen : sequence of str or None
        All categories in their order; None sorts those that occur.

    Raises
    ------
    CohortError
        If a column is absent, or holds too many categories or one that is not listed.
    """
    columns = [label_column(table, rater).values for rater in raters]
    if chosen is None:
        pairs = _complete(columns)
        # Texts that are one number are one category, also where the raters write it differently.
        spelled: dict[Label, str] = {}
        for label in (label for pair in pairs for label in pair):
            spelled.setdefault(label_of(label), label)
        categories = in_order(list(spelled.values()))
        check_number_of_categories(raters[0], len(categories))
    else:
        categories = tuple(chosen)
        spelled = {label_of(label): label for label in categories}
        for rater, cells in zip(raters, columns, strict=True):
            _check_listed(rater, cells, spelled)
        pairs = _complete(columns)
    first, second = ([spelled[label_of(pair[k])] for pair in pairs] for k in (0, 1))
    counts = agreement_table(first, second, categories)
    has_meaning = chosen is not None or len(categories) < 3 or all(isinstance(x, float) for x in spelled)
    return CategoryAgreement(
        raters=raters,
        missing=_missing(raters, columns),
        n=len(pairs),
        n_left_out=table.n_rows - len(pairs),
        categories=categories,
        is_ordered=chosen is not None,
        table=counts,
        kappas={weighting: cohen_kappa(counts, weighting) for weighting in Weighting},
        notes=table_notes(table) if has_meaning else (_WEIGHTED_BY_SORTING, *table_notes(table)),
    )


def _check_listed(rater: str, cells: Sequence[str | None], spelled: Mapping[Label, str]) -> None:
    """Refuse a cell that --categories lacks; which one it is stays unsaid, it may be a name."""
    foreign = sum(cell is not None and label_of(cell) not in spelled for cell in cells)
    if foreign:
        raise CohortError(
            "a rater used a category that --categories does not name",
            got=f"{foreign} such cells",
            allowed=f"one of the {len(spelled)} categories named, or an empty cell",
            remedy="Name all categories, in the same letters.",
            field=rater,
        )


def agreement_in_numbers(table: AnyTable, raters: tuple[str, ...]) -> NumberAgreement:
    """Intraclass correlations of two or more raters, over the rows that all have.

    Raises
    ------
    CohortError
        If a column is absent or holds a cell that is no number.
    """
    columns = [number_column(table, rater).values for rater in raters]
    cases = _complete(columns)
    if len(cases) < _FEWEST_CASES:
        reasons = dict.fromkeys(("value", "low", "high"), _TOO_FEW)
        forms = {name: IntraclassCorrelation(None, None, reasons) for name in MEANINGS}
    else:
        forms = intraclass_correlations(cases)
    return NumberAgreement(
        raters=raters,
        missing=_missing(raters, columns),
        n=len(cases),
        n_left_out=table.n_rows - len(cases),
        forms=forms,
        notes=table_notes(table),
    )


def _complete(columns: Sequence[Sequence[Cell | None]]) -> list[tuple[Cell, ...]]:
    """The rows in which every rater has a value."""
    rows = []
    for cells in zip(*columns, strict=True):
        given = tuple(cell for cell in cells if cell is not None)
        if len(given) == len(cells):
            rows.append(given)
    return rows


def _missing(
    raters: Sequence[str], columns: Sequence[tuple[str | None, ...] | tuple[float | None, ...]]
) -> dict[str, int]:
    return {rater: cells.count(None) for rater, cells in zip(raters, columns, strict=True)}
