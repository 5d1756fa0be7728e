"""Cells of one row to values of a case; what cannot be read becomes an issue, nothing is passed over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from gepnet_core.case.measurement import Measurement, Reading, parse_number
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, DecimalMark, RatioOrientation
from gepnet_core.cohort.dictionary.schema import Column, Kind, load_dictionary
from gepnet_core.errors import MeasurementError

LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Issue:
    """Something in a row that the user should mend or know of.

    ``row`` counts patients from 1; ``line`` is the line of the file or sheet. ``column`` is the dictionary's
    name, empty for the row as a whole. ``stops_the_call`` says that the row is therefore not judged.
    """

    row: int
    line: int
    column: str
    value: str
    problem: str
    remedy: str
    stops_the_call: bool


@dataclass
class RowReader:
    """Reads the cells of one row and collects its issues."""

    row: int
    line: int
    cells: Mapping[str, str]
    mapping: ColumnMapping
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_stopped(self) -> bool:
        """Whether an issue forbids a call."""
        return any(issue.stops_the_call for issue in self.issues)

    def report(self, column: str, problem: str, remedy: str, *, stops_the_call: bool) -> None:
        """Note an issue of one column."""
        value = self.cells.get(column, "").strip()
        shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "..."
        self.issues.append(Issue(self.row, self.line, column, shown, problem, remedy, stops_the_call))

    def is_given(self, name: str) -> bool:
        """Whether the row has a value in a column."""
        return not load_dictionary().is_missing(self.cells.get(name, ""))

    def has_width(self, n_cells: int, width: int) -> bool:
        """Whether the line has as many cells as there are headings; an issue where it has not."""
        if n_cells == width:
            return True
        self.report(
            "",
            f"the line has {n_cells} cells, the headings have {width}",
            "Correct the delimiters; a decimal comma in a comma-separated table needs quotation marks.",
            stops_the_call=True,
        )
        return False

    def number(self, name: str, *, stops_the_call: bool = True) -> Decimal | None:
        """A number, exact as written; None where it is missing or refused."""
        if not self.is_given(name):
            return None
        cell = self.cells[name]
        try:
            value = parse_number(cell, name)
        except MeasurementError as error:
            allowed = "digits with a decimal point or comma, such as 44.9 or 44,9"
            self.report(name, error.what, f"Allowed: {allowed}, without unit.", stops_the_call=stops_the_call)
            return None
        other = {DecimalMark.POINT: ",", DecimalMark.COMMA: "."}.get(self.mapping.decimal)
        if other is not None and other in cell:
            problem = f"the mapping says that numbers are written with a decimal {self.mapping.decimal}"
            self.report(name, problem, "Correct the number or the mapping.", stops_the_call=stops_the_call)
            return None
        return value

    def quantity(self, name: str) -> float:
        """A number in the dictionary's unit and range; NaN where it is missing, or an issue says why not.

        No call rests on it, so that the row stays.
        """
        column = load_dictionary().columns[name]
        value = self.number(name, stops_the_call=False)
        if value is None:
            return math.nan
        value *= self.mapping.factor(name)
        is_within = (
            column.lowest is None or column.highest is None or column.lowest <= value <= column.highest
        )
        if (
            is_within
            and not (is_liver(name) and value <= 0)
            and not (column.kind is Kind.WHOLE and value % 1)
        ):
            return float(value)
        allowed = "above 0 HU" if is_liver(name) else column.allowed_text
        self.report(name, "the number was taken as missing", f"Allowed: {allowed}.", stops_the_call=False)
        return math.nan

    def choice(self, name: str, *, stops_the_call: bool = True) -> str | None:
        """One of the allowed values, by its own word or by a label of the mapping; None where missing."""
        if name not in self.cells:
            return None
        column = load_dictionary().columns[name]
        cell = self.cells[name].strip()
        label = self.mapping.values.get(name, {}).get(cell.casefold())
        value = label or allowed_value(cell, column)
        if value is None and self.is_given(name):
            remedy = f"Allowed: {column.allowed_text}; other labels can be given in a mapping."
            self.report(name, "no such value", remedy, stops_the_call=stops_the_call)
        return value

    def measurement(self, phase: Phase) -> Measurement | None:
        """Lesion and liver of one phase; None where either is missing or refused."""
        names = {tissue: f"{phase}_{tissue}_hu" for tissue in ("lesion", "liver")}
        lesion, liver = (self.number(name) for name in names.values())
        given = [name for name in names.values() if self.is_given(name)]
        if len(given) == 1:
            absent = next(name for name in names.values() if name not in given)
            remedy = f"Give {absent}, or leave both empty."
            problem = f"{given[0]} stands without {absent}, so the {phase.label} was taken as missing"
            self.report(absent, problem, remedy, stops_the_call=False)
        if lesion is None or liver is None:
            return None
        try:
            return Measurement(phase, Reading(lesion), Reading(liver))
        except MeasurementError as error:
            tissue = "liver" if error.field == f"{phase}.liver" else "lesion"
            remedy = " ".join(part for part in (f"Allowed: {error.allowed}.", error.remedy) if part)
            self.report(names[tissue], error.what, remedy, stops_the_call=True)
            return None

    def compare_ratio(self, name: str, measurement: Measurement, cutoff: Decimal | None) -> None:
        """Check a ratio that stands beside HU; the HU are used, and a contradiction becomes an issue."""
        given = self.number(name)
        if given is None:
            return
        above, below = Decimal(measurement.lesion.hu), Decimal(measurement.liver.hu)
        is_inverse = self.mapping.ratio is RatioOrientation.LIVER_OVER_LESION
        if is_inverse:
            above, below = below, above
        if not _agrees(given, above, below):
            own = f"{float(above / below):.4g}" if below else "no ratio, since the lesion has 0 HU"
            problem = f"the HU give {own}, not this ratio; the HU were used"
            self.report(name, problem, "Correct the ratio or the HU.", stops_the_call=False)
        elif cutoff is not None and (
            _is_at_or_below(given, cutoff, is_inverse=is_inverse)
            != (measurement.exact_ratio <= Fraction(cutoff))
        ):
            problem = f"this ratio and the HU lie on different sides of the cutoff {cutoff}; the HU were used"
            self.report(name, problem, "Give the HU with all their decimals.", stops_the_call=False)


def allowed_value(cell: str, column: Column) -> str | None:
    """The allowed value that a cell spells, without regard to case, spaces, hyphens and underscores."""
    plain = _letters(cell)
    return next((value for value in column.allowed if _letters(value) == plain), None)


def _letters(text: str) -> str:
    return text.casefold().translate({ord(c): None for c in " _-"})


def is_liver(name: str) -> bool:
    """Whether a column holds HU of the liver, which a ratio is divided by."""
    return name.endswith("liver_hu")


def _is_at_or_below(given: Decimal, cutoff: Decimal, *, is_inverse: bool) -> bool:
    """Whether lesion / liver, or its inverse that is given, says at or below the cutoff."""
    if is_inverse:
        return given > 0 and Fraction(given) * Fraction(cutoff) >= 1
    return given <= cutoff


def _agrees(given: Decimal, above: Decimal, below: Decimal) -> bool:
    """Whether a ratio is what the HU give, when each number stands for all that round to it."""
    half_above, half_below, half_ratio = (_half_last_place(x) for x in (above, below, given))
    lowest = Fraction(below) - half_below
    if lowest <= 0:
        return True
    corners = [
        (Fraction(above) + one) / two
        for one in (-half_above, half_above)
        for two in (lowest, Fraction(below) + half_below)
    ]
    return min(corners) - half_ratio <= Fraction(given) <= max(corners) + half_ratio


def _half_last_place(value: Decimal) -> Fraction:
    return Fraction(Decimal(1).scaleb(int(value.as_tuple().exponent))) / 2
