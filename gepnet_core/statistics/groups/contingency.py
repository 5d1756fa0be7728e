"""Tests of independence in a table of counts: chi-square with and without Yates, and the exact test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.exact_table import exact_table_p

Table = Sequence[Sequence[int]]
"""Counts, row by row."""


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's chi-square of a table."""

    statistic: float
    df: int
    p: float
    yates: bool
    smallest_expected: float


def chi_square(table: Table, *, yates: bool = False) -> ChiSquare:
    """Pearson's chi-square test of independence.

    Parameters
    ----------
    table : sequence of sequences of int
        At least 2 x 2.
    yates : bool
        Continuity correction, for a 2 x 2 table: each |observed - expected| is lowered by one half, at most
        to zero.

    Raises
    ------
    InsufficientDataError
        If the table is smaller, ragged or negative, has an empty row or column, or if the correction is
        asked for a larger one.

    References
    ----------
    Pearson K. Phil Mag 1900;50:157-175; Yates F. J R Stat Soc Suppl 1934;1:217-235.
    """
    rows, columns = _margins(table)
    df = (len(rows) - 1) * (len(columns) - 1)
    if yates and df != 1:
        raise InsufficientDataError(
            "the continuity correction is for four cells", got=f"{len(rows)} x {len(columns)}"
        )
    n = sum(rows)
    statistic = Fraction(0)
    expected_counts = []
    for row, row_total in zip(table, rows, strict=True):
        for observed, column_total in zip(row, columns, strict=True):
            expected = Fraction(row_total * column_total, n)
            distance = abs(observed - expected)
            if yates:
                distance = max(distance - Fraction(1, 2), Fraction(0))
            statistic += distance * distance / expected
            expected_counts.append(expected)
    from scipy.special import chdtrc

    p = float(chdtrc(df, float(statistic)))
    return ChiSquare(float(statistic), df, p, yates, float(min(expected_counts)))


def fisher_freeman_halton(table: Table) -> float:
    """Exact two-sided P of independence in a table of any size, given its margins.

    The sum of the probabilities of all tables that are at most as probable as the observed one; Fisher's
    exact test where the table is 2 x 2. Probabilities that differ by less than 1e-7 of themselves are equal,
    as in R's fisher.test. A P that float64 cannot hold is 0.

    Raises
    ------
    InsufficientDataError
        As `chi_square`; or if there are too many tables to count within a few seconds.

    References
    ----------
    Freeman GH, Halton JH. Biometrika 1951;38:141-149.
    """
    rows, columns = _margins(table)
    return exact_table_p(rows, columns, [count for row in table for count in row])


def _margins(table: Table) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Row and column totals of a valid table."""
    widths = {len(row) for row in table}
    if len(table) < 2 or len(widths) != 1 or widths == {0} or widths == {1}:
        raise InsufficientDataError("independence needs a table", allowed="2 x 2 or more, rows of one length")
    if any(count < 0 for row in table for count in row):
        raise InsufficientDataError("a count is negative", allowed="counts from 0")
    rows = tuple(sum(row) for row in table)
    columns = tuple(sum(column) for column in zip(*table, strict=True))
    if 0 in rows or 0 in columns:
        raise InsufficientDataError("a row or column of the table is empty", remedy="Leave it out.")
    return rows, columns
