"""Which rows are of one patient, and what is to be said where there are several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.cohort import UNKNOWN, Codes, Cohort, Mask, Pick
from gepnet_core.cohort.dictionary.table_cells import Issue
from gepnet_core.cohort.tables.read import Table
from gepnet_core.errors import CohortError

Numbers = NDArray[np.int64]


def patient_numbers(codes: NDArray[np.object_] | None) -> Numbers | None:
    """The same number for rows with one code; a row without a code is a patient of its own.

    Parameters
    ----------
    codes : object, shape (rows,), or None
        None within it where a code is missing; None itself where the table has no codes.
    """
    if codes is None:
        return None
    import pandas as pd

    numbers, _ = pd.factorize(codes)
    alone = numbers == UNKNOWN
    patients: Numbers = numbers.astype(np.int64)
    patients[alone] = len(codes) + np.arange(int(alone.sum()))
    return patients


def first_rows(patients: Numbers, counted: Mask) -> NDArray[np.int64]:
    """For each row the first counted row of its patient, itself where it is that; -1 where there is none."""
    first = np.full(int(patients.max(initial=0)) + 1, UNKNOWN, dtype=np.int64)
    rows = np.flatnonzero(counted)[::-1]
    first[patients[rows]] = rows
    found: NDArray[np.int64] = first[patients]
    return found


def repeat_issues(table: Table, rows: Mask, first: NDArray[np.int64]) -> Iterator[Issue]:
    """An issue for each row that was left out since its patient is counted by an earlier row."""
    for row in np.flatnonzero(rows).tolist():
        yield Issue(
            row + 1,
            table.rows[row].line,
            "patient_id",
            "",
            f"the code of the patient in row {int(first[row]) + 1} stands here again; the row was left out",
            "Give each patient one row, or say that a row is a lesion.",
            stops_the_call=False,
        )


def contradiction_issues(table: Table, patients: Numbers, diagnosis: Codes, counted: Mask) -> Iterator[Issue]:
    """An issue for each row whose patient has another diagnosis in an earlier row."""
    first = first_rows(patients, counted & (diagnosis != UNKNOWN))
    other = (first != UNKNOWN) & (diagnosis != UNKNOWN) & counted
    other &= diagnosis != diagnosis[np.maximum(first, 0)]
    for row in np.flatnonzero(other).tolist():
        yield Issue(
            row + 1,
            table.rows[row].line,
            "diagnosis",
            "",
            f"the patient has another diagnosis in row {int(first[row]) + 1}",
            "Correct the diagnosis or the code.",
            stops_the_call=False,
        )


def one_row_a_patient(cohort: Cohort, pick: Pick) -> Cohort:
    """The same cohort with one counted row for each patient; the other rows are left out as repeats.

    Parameters
    ----------
    cohort : Cohort
    pick : Pick
        ``first`` takes the first row in the order of the table; ``largest`` the one with the largest
        ``size_mm``, the first of equal ones, and a row without a size only where no row has one.

    Raises
    ------
    CohortError
        If the table has no codes of patients, or no sizes where the largest is asked for.
    """
    wanted = {Pick.FIRST: "patient_id", Pick.LARGEST: "size_mm"}[pick]
    if cohort.patients is None or (pick is Pick.LARGEST and wanted not in cohort.numbers):
        missing = "patient_id" if cohort.patients is None else wanted
        raise CohortError(
            "rows of one patient cannot be told apart" if cohort.patients is None else "no size is known",
            got=f"no column {missing}",
            allowed=f"a table with {missing}",
            remedy="Add the column, or count every row.",
            field=missing,
        )
    rows = np.flatnonzero(cohort.eligible)
    if pick is Pick.LARGEST:
        sizes = cohort.numbers["size_mm"][rows]
        # A stable sort: of equal sizes the first row stays in front; missing sizes come last.
        rows = rows[np.argsort(-sizes, kind="stable")]
    _, places = np.unique(cohort.patients[rows], return_index=True)
    is_left_out = cohort.eligible.copy()
    is_left_out[rows[places]] = False
    return replace(cohort.leaving_out(is_left_out), picked=pick)
