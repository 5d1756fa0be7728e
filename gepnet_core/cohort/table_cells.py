"""Cells of one row to values of a case; what cannot be read becomes an issue, nothing is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from gepnet_core.case.measurement import Measurement, Reading, parse_number
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.mapping import ColumnMapping, DecimalMark
from gepnet_core.cohort.schema import Column, load_dictionary
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

    def number(self, name: str) -> Decimal | None:
        """A number, exact as written; None where it is missing or refused."""
        if not self.is_given(name):
            return None
        cell = self.cells[name]
        try:
            value = parse_number(cell, name)
        except MeasurementError as error:
            allowed = "digits with a decimal point or comma, such as 44.9 or 44,9"
            self.report(name, error.what, f"Allowed: {allowed}, without unit.", stops_the_call=True)
            return None
        other = {DecimalMark.POINT: ",", DecimalMark.COMMA: "."}.get(self.mapping.decimal)
        if other is not None and other in cell:
            problem = f"the mapping says that numbers are written with a decimal {self.mapping.decimal}"
            self.report(name, problem, "Correct the number or the mapping.", stops_the_call=True)
            return None
        return value

    def choice(self, name: str) -> str | None:
        """One of the allowed values, by its own word or by a label of the mapping; None where missing."""
        if name not in self.cells:
            return None
        column = load_dictionary().columns[name]
        cell = self.cells[name].strip()
        label = self.mapping.values.get(name, {}).get(cell.casefold())
        value = label or allowed_value(cell, column)
        if value is None and self.is_given(name):
            remedy = f"Allowed: {column.allowed_text}; other labels can be given in a mapping."
            self.report(name, "no such value", remedy, stops_the_call=True)
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
        exact = measurement.exact_ratio
        if not _agrees(given, measurement):
            problem = f"the HU give {float(exact):.4g}, not this ratio; the HU were used"
            self.report(name, problem, "Correct the ratio or the HU.", stops_the_call=False)
        elif cutoff is not None and (Fraction(given) <= Fraction(cutoff)) != (exact <= Fraction(cutoff)):
            problem = f"this ratio and the HU lie on different sides of the cutoff {cutoff}; the HU were used"
            self.report(name, problem, "Give the HU with all their decimals.", stops_the_call=False)


def allowed_value(cell: str, column: Column) -> str | None:
    """The allowed value that a cell spells, without regard to case, spaces, hyphens and underscores."""
    plain = _letters(cell)
    return next((value for value in column.allowed if _letters(value) == plain), None)


def _letters(text: str) -> str:
    return text.casefold().translate({ord(c): None for c in " _-"})


def _agrees(given: Decimal, measurement: Measurement) -> bool:
    """Whether a ratio is what the HU give, when each number stands for all that round to it."""
    lesion, liver = Decimal(measurement.lesion.hu), Decimal(measurement.liver.hu)
    half_lesion, half_liver, half_ratio = (_half_last_place(x) for x in (lesion, liver, given))
    lowest_liver = Fraction(liver) - half_liver
    if lowest_liver <= 0:
        return True
    corners = [
        (Fraction(lesion) + one) / two
        for one in (-half_lesion, half_lesion)
        for two in (lowest_liver, Fraction(liver) + half_liver)
    ]
    return min(corners) - half_ratio <= Fraction(given) <= max(corners) + half_ratio


def _half_last_place(value: Decimal) -> Fraction:
    return Fraction(Decimal(1).scaleb(int(value.as_tuple().exponent))) / 2
