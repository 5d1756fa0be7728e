"""A table to a cohort: plain rows all at once, the others one by one, and every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Measurement
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import DIAGNOSES, PATTERNS, UNKNOWN, Codes, Cohort, Criteria, Mask, Way
from gepnet_core.cohort.dictionary.columns import ColumnMatch, check_usable, columns_of_a_call, match_columns
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.dictionary.schema import load_dictionary, says_yes
from gepnet_core.cohort.dictionary.table_cells import Issue, RowReader
from gepnet_core.cohort.rows.bulk_criteria import bulk_criteria
from gepnet_core.cohort.rows.careful_row import CarefulRow, careful_row
from gepnet_core.cohort.rows.patients import (
    contradiction_issues,
    first_rows,
    patient_numbers,
    repeat_issues,
)
from gepnet_core.cohort.rows.read_columns import Columns, read_columns
from gepnet_core.cohort.rows.table_notes import cell_notes
from gepnet_core.cohort.tables.read import Table
from gepnet_core.errors import CohortError

Progress = Callable[[int, int], None]
"""Called with how many rows that need a closer look are done, and how many there are."""


def read_cohort(
    table: Table,
    mapping: ColumnMapping | None = None,
    settings: Case | None = None,
    *,
    progress: Progress | None = None,
) -> Cohort:
    """Read diagnoses, criteria and all other columns of the dictionary.

    Parameters
    ----------
    table : Table
    mapping : ColumnMapping, optional
        What differs from the data dictionary.
    settings : Case, optional
        A case without measurements: cutoff, definition and tolerance of every row.
    progress : callable, optional

    Raises
    ------
    CohortError
        If the table has no column of diagnoses, or none of a criterion, or two for the same thing.
    """
    mapping, settings = mapping or ColumnMapping(), settings or Case()
    match = match_columns(table.headings, mapping)
    if "diagnosis" not in match.positions:
        raise CohortError(
            "no column holds the diagnosis",
            got=f"{len(table.headings)} headings, none of them a diagnosis",
            allowed=f"a column diagnosis with {' or '.join(DIAGNOSES)}",
            remedy="Say which column it is, or judge the table without diagnoses on the page of a case.",
        )
    check_usable(match)
    columns = read_columns(table, match.positions, mapping)
    rows = _Rows(table, match, mapping, settings, columns)
    rows.read_doubtful(progress)
    diagnosis = columns.codes("diagnosis", DIAGNOSES[::-1])
    ways = _ways(rows, diagnosis)
    patients = patient_numbers(columns.labels.get("patient_id"))
    issues = [*columns.issues, *rows.issues, *_missing_diagnoses(table, columns, rows.stopped)]
    if patients is not None:
        counted = ways > Way.REPEATED
        issues += contradiction_issues(table, patients, diagnosis, counted)
        if mapping.row is RowUnit.PATIENT:
            first = first_rows(patients, counted)
            repeated = counted & (first != np.arange(len(ways)))
            issues += repeat_issues(table, repeated, first)
            ways[repeated] = Way.REPEATED
    used = columns_of_a_call() | {"diagnosis"}
    return Cohort(
        table=table,
        positions=match.positions,
        mapping=mapping,
        settings=settings,
        diagnosis=diagnosis,
        ways=ways,
        criteria=rows.criteria,
        numbers=MappingProxyType({n: v for n, v in columns.numbers.items() if n not in used}),
        labels=MappingProxyType({n: v for n, v in columns.labels.items() if n not in used}),
        patients=patients,
        is_synthetic=any(says_yes(word) for word in columns.invented),
        issues=tuple(sorted(issues, key=lambda issue: issue.row)),
        notes=(*table.notes, *cell_notes(table, match, match.positions)),
    )


class _Rows:
    """The criteria of all rows in bulk, then those of the doubtful ones one by one."""

    def __init__(
        self, table: Table, match: ColumnMatch, mapping: ColumnMapping, settings: Case, columns: Columns
    ) -> None:
        self.table, self.match, self.mapping, self.settings = table, match, mapping, settings
        bulk = bulk_criteria(
            columns.numbers, columns.decimals, columns.codes("pattern", PATTERNS), settings, mapping.ratio
        )
        width = len(table.headings)
        is_ragged = np.fromiter((len(row.cells) != width for row in table.rows), dtype=bool)
        self.criteria = bulk.criteria
        self.doubtful = bulk.doubtful | is_ragged | columns.any_failing(columns_of_a_call())
        self.stopped: Mask = np.zeros(columns.n_rows, dtype=bool)
        self.outside = columns.any_holding("no", load_dictionary().scope_prefix)
        self.issues: list[Issue] = []

    def read_doubtful(self, progress: Progress | None) -> None:
        """Replace what the bulk found in the doubtful rows."""
        rows, width = np.flatnonzero(self.doubtful).tolist(), len(self.table.headings)
        for done, row in enumerate(rows, start=1):
            record = self.table.rows[row]
            cells = {n: record.cells[p] for n, p in self.match.positions.items() if p < len(record.cells)}
            reader = RowReader(row + 1, record.line, cells, self.mapping)
            is_whole = reader.has_width(len(record.cells), width)
            found = careful_row(reader, self.settings) if is_whole else None
            self.issues += reader.issues
            self.stopped[row] = found is None
            self.outside[row] = found is not None and found.is_outside_scope
            _write(self.criteria, row, found)
            if progress is not None:
                progress(done, len(rows))


def _write(criteria: Criteria, row: int, found: CarefulRow | None) -> None:
    """Put one row into the columns; nothing is known of a row that cannot be read."""
    measurements: Mapping[Phase, Measurement] = {} if found is None else found.measurements
    for phase in Phase:
        measurement = measurements.get(phase)
        lesion, liver = (None, None) if measurement is None else (measurement.lesion.hu, measurement.liver.hu)
        criteria.hu[f"{phase}_lesion_hu"][row] = np.nan if lesion is None else lesion
        criteria.hu[f"{phase}_liver_hu"][row] = np.nan if liver is None else liver
        ratio = None if found is None else found.ratios.get(phase)
        criteria.ratios[phase][row] = np.nan if ratio is None else ratio
    met = None if found is None else found.verdict.ratio_met
    criteria.ratio_met[row] = UNKNOWN if met is None else met
    reader, pattern = (None, None) if found is None else (found.reader_pattern, found.verdict.pattern)
    criteria.reader_pattern[row] = UNKNOWN if reader is None else PATTERNS.index(reader)
    criteria.pattern[row] = UNKNOWN if pattern is None else PATTERNS.index(pattern)
    criteria.pattern_is_derived[row] = reader is None and pattern is not None
    ratios, lesions = ([column[row] for column in columns] for columns in _before_and_after(criteria))
    criteria.changes[PatternDefinition.LIVER_RELATIVE][row] = ratios[1] - ratios[0]
    criteria.changes[PatternDefinition.LESION_HU][row] = lesions[1] - lesions[0]


def _before_and_after(criteria: Criteria) -> tuple[list[np.ndarray], list[np.ndarray]]:
    return (
        [criteria.ratios[phase] for phase in (Phase.HAP, Phase.PVP)],
        [criteria.hu[f"{phase}_lesion_hu"] for phase in (Phase.HAP, Phase.PVP)],
    )


def _ways(rows: _Rows, diagnosis: Codes) -> Codes:
    """Where each row goes, patients with several rows not yet looked at."""
    ways = np.full(len(diagnosis), Way.ANALYSED, dtype=np.int8)
    ways[rows.criteria.both == UNKNOWN] = Way.NOT_CLASSIFIABLE
    ways[rows.outside] = Way.OUTSIDE_SCOPE
    ways[diagnosis == UNKNOWN] = Way.NO_DIAGNOSIS
    ways[rows.stopped] = Way.UNREADABLE
    return ways


def _missing_diagnoses(table: Table, columns: Columns, stopped: Mask) -> list[Issue]:
    """Rows without a diagnosis, which are judged but not counted."""
    is_missing = columns.missing["diagnosis"] & ~stopped
    return [
        Issue(
            row + 1,
            table.rows[row].line,
            "diagnosis",
            "",
            "the diagnosis is missing, so the row is judged but not counted",
            f"Give {' or '.join(DIAGNOSES)}.",
            stops_the_call=False,
        )
        for row in np.flatnonzero(is_missing).tolist()
    ]
