"""A table of patients with their diagnoses: each row judged as a case, beside what pathology said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gepnet_core.case.case import Case
from gepnet_core.case.rule import Call
from gepnet_core.cohort.assess_table import JudgedRow, JudgedTable, Progress, assess_table
from gepnet_core.cohort.columns import match_columns
from gepnet_core.cohort.mapping import ColumnMapping
from gepnet_core.cohort.read import Table
from gepnet_core.cohort.schema import load_dictionary
from gepnet_core.cohort.table_cells import Issue, RowReader
from gepnet_core.errors import CohortError

DIAGNOSES = ("adenocarcinoma", "net")
"""The positive class first."""


@dataclass(frozen=True)
class CohortFlow:
    """Every row of the file leaves by one way: the parts add up to what was read.

    ``unreadable`` have a cell to mend, ``no_diagnosis`` lack the diagnosis or have an unknown one,
    ``outside_scope`` are withheld since the study did not look at such patients, ``not_classifiable`` lack a
    criterion that the rule needs. ``analysed`` is the rest, by diagnosis.
    """

    read: int
    unreadable: int
    no_diagnosis: int
    outside_scope: int
    not_classifiable: int
    analysed_adenocarcinoma: int
    analysed_net: int


@dataclass(frozen=True)
class DiagnosedCohort:
    """The rows as judged without looking at the diagnosis, and the diagnosis of each (None: not known).

    ``repeated_rows`` counts rows whose patient_id stands in an earlier row too.
    """

    judged: JudgedTable
    diagnoses: tuple[str | None, ...]
    issues: tuple[Issue, ...]
    repeated_rows: int

    @cached_property
    def eligible(self) -> tuple[tuple[JudgedRow, str], ...]:
        """Rows that were read, have a diagnosis and lie within the study's scope."""
        return tuple(
            (row, diagnosis)
            for row, diagnosis in zip(self.judged.rows, self.diagnoses, strict=True)
            if diagnosis is not None and row.call not in (None, Call.WITHHELD)
        )

    @property
    def flow(self) -> CohortFlow:
        """How many rows were read, left out for which reason, and analysed."""
        ways = Counter(map(_way, self.judged.rows, self.diagnoses))
        return CohortFlow(
            len(self.judged.rows),
            ways["unreadable"],
            ways["no_diagnosis"],
            ways["outside_scope"],
            ways["not_classifiable"],
            ways["adenocarcinoma"],
            ways["net"],
        )


def _way(row: JudgedRow, diagnosis: str | None) -> str:
    if row.call is None:
        return "unreadable"
    if diagnosis is None:
        return "no_diagnosis"
    return {Call.WITHHELD: "outside_scope", Call.NOT_CLASSIFIABLE: "not_classifiable"}.get(
        row.call, diagnosis
    )


def read_diagnosed(
    table: Table,
    mapping: ColumnMapping | None = None,
    settings: Case | None = None,
    *,
    progress: Progress | None = None,
) -> DiagnosedCohort:
    """Judge every row, then read the diagnoses.

    Parameters
    ----------
    table : Table
    mapping : ColumnMapping, optional
        What differs from the data dictionary.
    settings : Case, optional
        As for `assess_table`.
    progress : callable, optional
        Called with the number of rows done and of all rows.

    Raises
    ------
    CohortError
        If the table has no column of diagnoses, or none of a criterion.
    """
    mapping = mapping or ColumnMapping()
    positions = match_columns(table.headings, mapping, {"diagnosis", "patient_id"}).positions
    if "diagnosis" not in positions:
        raise CohortError(
            "no column holds the diagnosis",
            got=f"{len(table.headings)} headings, none of them a diagnosis",
            allowed=f"a column diagnosis with {' or '.join(DIAGNOSES)}",
            remedy="Rename the column, or judge the table without diagnoses on the page of a case.",
        )
    judged = assess_table(table, mapping, settings, progress=progress)
    diagnoses: list[str | None] = []
    issues = list(judged.issues)
    for row, record in zip(judged.rows, table.rows, strict=True):
        cells = {name: record.cells[place] for name, place in positions.items() if place < len(record.cells)}
        reader = RowReader(row.row, row.line, cells, mapping)
        diagnoses.append(reader.choice("diagnosis"))
        issues.extend(reader.issues)
        if row.call is not None and not reader.is_given("diagnosis"):
            issues.append(_no_diagnosis(row))
    issues.sort(key=lambda issue: issue.row)
    return DiagnosedCohort(
        judged, tuple(diagnoses), tuple(issues), sum(_repeats(table, positions.get("patient_id")))
    )


def _no_diagnosis(row: JudgedRow) -> Issue:
    return Issue(
        row.row,
        row.line,
        "diagnosis",
        "",
        "the diagnosis is missing, so the row is judged but not counted",
        f"Give {' or '.join(DIAGNOSES)}.",
        stops_the_call=False,
    )


def _repeats(table: Table, place: int | None) -> Iterator[bool]:
    """For each row whether its patient stands in an earlier one."""
    seen: set[str] = set()
    for record in table.rows:
        code = record.cells[place].strip() if place is not None and place < len(record.cells) else ""
        if not load_dictionary().is_missing(code):
            yield code in seen
            seen.add(code)
