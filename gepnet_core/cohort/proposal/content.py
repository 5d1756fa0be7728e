"""What the cells of a column look like: numbers, labels or neither; and what they can be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from statistics import median

from gepnet_core.cohort.dictionary.mapping import DecimalMark, RatioOrientation
from gepnet_core.cohort.dictionary.schema import NUMERIC, Column, Kind, load_dictionary
from gepnet_core.cohort.proposal.labels import is_code, label_value
from gepnet_core.cohort.tables.any_table import parse_float

MOST_LABELS = 30
"""A column of more different texts than that holds no labels."""

_SHARE = 0.9
"""So many of the cells must be what a column is said to hold; the others may be slips."""

_SHARE_KNOWN = 0.5
_LARGEST_RATIO = 10
_HIGHEST_CM = 20
_SAME_RATIO = math.log(1.05)
"""Ratios that differ by less than 5 %, as rounding of the HU may make them, are the same."""

_TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,.]?[ -]+([^\W\d_]{2,}|[^\W\d_]\.?)([ -]+[^\W\d_]+\.?)*")


class Fit(IntEnum):
    """How well the cells are what a column holds."""

    NONE = 0
    POSSIBLE = 1
    GOOD = 2


@dataclass(frozen=True)
class ColumnContent:
    """The first cells of a column that hold a value, trimmed, and those that are numbers."""

    cells: tuple[str, ...]
    numbers: tuple[float, ...]

    @property
    def number_cells(self) -> tuple[str, ...]:
        """The cells that are numbers, as they are written."""
        return tuple(cell for cell in self.cells if parse_float(cell) is not None)

    @property
    def is_numeric(self) -> bool:
        """Whether nearly all cells are numbers."""
        return bool(self.cells) and len(self.numbers) >= _SHARE * len(self.cells)

    def is_within(self, low: float, high: float) -> bool:
        """Whether nearly all numbers lie between two, or on them."""
        return sum(low <= number <= high for number in self.numbers) >= _SHARE * len(self.numbers)

    @property
    def has_fractions(self) -> bool:
        """Whether any number has a fraction."""
        return any(not number.is_integer() for number in self.numbers)

    @property
    def looks_like_ratios(self) -> bool:
        """Whether the numbers can be ratios of HU, and hardly HU."""
        return self.is_numeric and self.has_fractions and self.is_within(0, _LARGEST_RATIO)

    @property
    def looks_like_hu(self) -> bool:
        """Whether the numbers can be HU of tissue after contrast medium."""
        return self.is_numeric and not self.looks_like_ratios and 10 <= median(self.numbers) <= 300

    @property
    def looks_like_names(self) -> bool:
        """Whether most cells are two words or more and begin with different ones, as names of people do."""
        found = [cell.split()[0] for cell in self.cells if _TWO_WORDS.fullmatch(cell)]
        return 2 * len(found) > len(self.cells) and (len(set(found)) > 1 or len(found) == 1)

    @property
    def has_no_digits(self) -> bool:
        """Whether most cells hold no digit, as few codes do."""
        return 2 * sum(not re.search(r"\d", cell) for cell in self.cells) > len(self.cells)

    @property
    def may_be_cm(self) -> bool:
        """Whether sizes are so small, and so finely given, that they may be centimetres."""
        return self.is_numeric and self.has_fractions and max(self.numbers) < _HIGHEST_CM

    @property
    def labels(self) -> tuple[str, ...]:
        """The different cells, whatever their case; none where there are too many for labels."""
        different: dict[str, str] = {}
        for cell in self.cells:
            different.setdefault(cell.casefold(), cell)
        return tuple(different.values()) if len(different) <= MOST_LABELS else ()


def column_content(cells: Iterable[str]) -> ColumnContent:
    """Look at the first cells of a column; words that mean a missing value are left out."""
    is_missing = load_dictionary().is_missing
    given = tuple(cell.strip() for cell in cells if not is_missing(cell))
    return ColumnContent(given, tuple(x for cell in given if (x := parse_float(cell)) is not None))


def fit(content: ColumnContent, column: Column) -> Fit:
    """How well the cells are what a column of the dictionary holds. No cell fits nothing."""
    if not content.cells:
        return Fit.NONE
    if column.kind is Kind.TEXT:
        return Fit.GOOD
    if column.kind in NUMERIC:
        return Fit.GOOD if content.is_numeric and _in_range(content, column) else Fit.NONE
    labels = content.labels
    known = known_share(content, column.name)
    if known >= _SHARE_KNOWN:
        return Fit.GOOD
    # A sixth value or more beside those of the column is no matter of a few odd labels.
    may_be_labels = 2 <= len(labels) <= len(column.allowed) + 5 and len(labels) < len(content.cells)
    return Fit.POSSIBLE if known or (may_be_labels and all(map(is_code, labels))) else Fit.NONE


def known_share(content: ColumnContent, name: str) -> float:
    """Share of the cells that are a known label of a column."""
    values = {label.casefold(): label_value(name, label) for label in content.labels}
    known = sum(values.get(cell.casefold()) is not None for cell in content.cells)
    return known / len(content.cells) if content.cells else 0.0


def name_by_labels(content: ColumnContent) -> str | None:
    """The one column whose labels nearly all cells are; None where it is none or several."""
    if content.is_numeric or len(content.labels) < 2:
        return None
    dictionary = load_dictionary()
    prefixes = (dictionary.second_reader_prefix, dictionary.scope_prefix, "synthetic")
    found = [
        column.name
        for column in dictionary.columns.values()
        if column.kind is Kind.CHOICE
        and not column.name.startswith(prefixes)
        and known_share(content, column.name) >= _SHARE
    ]
    return found[0] if len(found) == 1 else None


def decimal_mark(contents: Iterable[ColumnContent]) -> tuple[DecimalMark, bool]:
    """The decimal mark of columns of numbers, and whether both marks occur."""
    marks = {
        mark
        for content in contents
        for cell in content.cells
        if parse_float(cell) is not None
        for mark in ".,"
        if mark in cell
    }
    if len(marks) != 1:
        return DecimalMark.EITHER, bool(marks)
    return DecimalMark.POINT if "." in marks else DecimalMark.COMMA, False


def compare_orientation(triples: Iterable[Sequence[float | None]]) -> tuple[int, int, int]:
    """Count how ratios agree with the HU beside them.

    Parameters
    ----------
    triples : iterable of (ratio, lesion HU, liver HU)

    Returns
    -------
    direct, inverse, neither : int
        Rows whose ratio is lesion over liver, liver over lesion, or neither. A row whose lesion and liver
        hardly differ says nothing and is not counted.
    """
    direct = inverse = neither = 0
    for ratio, lesion, liver in triples:
        if not (ratio and lesion and liver) or min(ratio, lesion, liver) <= 0:
            continue
        given, made = math.log(ratio), math.log(lesion) - math.log(liver)
        if abs(made) <= _SAME_RATIO:
            continue
        agrees, agrees_inverse = abs(given - made) < _SAME_RATIO, abs(given + made) < _SAME_RATIO
        direct += agrees
        inverse += agrees_inverse and not agrees
        neither += not (agrees or agrees_inverse)
    return direct, inverse, neither


def orientation_by_hu(counts: Sequence[int]) -> RatioOrientation | None:
    """The orientation that nearly all rows of `compare_orientation` show; None where they do not agree."""
    for count, orientation in zip(counts, RatioOrientation, strict=False):
        if count and count >= _SHARE * sum(counts):
            return orientation
    return None


def _in_range(content: ColumnContent, column: Column) -> bool:
    low = -math.inf if column.lowest is None else float(column.lowest)
    high = math.inf if column.highest is None else float(column.highest)
    inside = content.is_within(low, high)
    if column.kind is Kind.HU:
        return inside and not content.looks_like_ratios
    if column.kind is Kind.RATIO:
        return inside and content.is_within(-_LARGEST_RATIO, _LARGEST_RATIO)
    return inside and (column.kind is not Kind.WHOLE or not content.has_fractions)
