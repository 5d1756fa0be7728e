"""Several rows of one patient: which one counts, and that every other is left out by name."""

from __future__ import annotations

import pytest

from gepnet_core.cohort.cohort import Cohort, Pick, Way
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.rows.patients import one_row_a_patient
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError

ROWS = (
    "a,net,washout,10",
    "a,net,washout,30",
    "a,net,washout,30",  # as large as the second: the first of the two counts
    "b,net,plateau,",
    "b,net,washout,5",  # a known size goes before a missing one
    "c,,washout,99",  # without a diagnosis it counts for nobody
    "c,adenocarcinoma,plateau,1",
    ",net,washout,",  # two rows without a code are two patients
    ",net,washout,",
)


def lesions(*rows: str, header: str = "patient_id,diagnosis,pattern,size_mm") -> Cohort:
    table = read_table("\n".join([header, *rows]).encode())
    return read_cohort(table, ColumnMapping(row=RowUnit.LESION))


def counted(cohort: Cohort) -> list[int]:
    return [row + 1 for row, is_counted in enumerate(cohort.eligible) if is_counted]


def test_the_first_row_counts() -> None:
    assert counted(one_row_a_patient(lesions(*ROWS), Pick.FIRST)) == [1, 4, 7, 8, 9]


def test_the_largest_lesion_counts() -> None:
    cohort = one_row_a_patient(lesions(*ROWS), Pick.LARGEST)
    assert counted(cohort) == [2, 5, 7, 8, 9]
    assert [row + 1 for row, way in enumerate(cohort.ways) if way == Way.REPEATED] == [1, 3, 4]
    assert cohort.flow.repeated == 3 and cohort.n_repeats == 0
    assert cohort.flow.read == 9


def test_the_lesions_themselves_stay_as_they_were() -> None:
    cohort = lesions(*ROWS)
    one_row_a_patient(cohort, Pick.FIRST)
    assert (counted(cohort), cohort.n_repeats) == ([1, 2, 3, 4, 5, 7, 8, 9], 3)


def test_without_codes_or_sizes_it_says_what_is_missing() -> None:
    without_codes = lesions("net,washout", header="diagnosis,pattern")
    with pytest.raises(CohortError, match="no column patient_id"):
        one_row_a_patient(without_codes, Pick.FIRST)
    without_sizes = lesions("a,net,washout", header="patient_id,diagnosis,pattern")
    with pytest.raises(CohortError, match="no column size_mm"):
        one_row_a_patient(without_sizes, Pick.LARGEST)
    assert counted(one_row_a_patient(without_sizes, Pick.FIRST)) == [1]
