"""What is missing: counted by hand, by diagnosis, over the rows that count, and nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.cohort.cohort import UNKNOWN, Cohort
from gepnet_core.cohort.parts.missingness import (
    MissingShare,
    cohort_columns,
    is_missing,
    missing_by_variable,
)
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table

HEADINGS = (
    "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pvp_ratio,pattern,age_years,reader2_pattern,"
    "scope_untreated"
)
ROWS = (
    "a,net,70,66,0.9,washout,61,washout,",
    "b,net,70,,0.8,,unknown,plateau,",  # half a HAP pair is none
    "c,net,,,,washout,-,,yes",
    "d,adenocarcinoma,50,66,0.7,plateau,200,plateau,",  # an age that the dictionary refuses
    "e,adenocarcinoma,50,66,,,70,,",
    "f,adenocarcinoma,50,66,,plateau,,,no",  # outside the study's scope
    "g,,50,66,,plateau,,,",  # no diagnosis
    "a,net,,,,,,,",  # the first patient once more
)


def read(*rows: str, headings: str = HEADINGS) -> Cohort:
    return read_cohort(read_table("\n".join([headings, *rows]).encode()))


def test_missing_values_by_hand() -> None:
    found = {one.name: (one.net, one.adenocarcinoma) for one in missing_by_variable(read(*ROWS))}
    assert found == {
        "age_years": (MissingShare(2, 3), MissingShare(1, 2)),
        "hap_lesion_hu": (MissingShare(2, 3), MissingShare(0, 2)),
        "hap_liver_hu": (MissingShare(2, 3), MissingShare(0, 2)),
        "pvp_ratio": (MissingShare(1, 3), MissingShare(1, 2)),
        "pattern": (MissingShare(1, 3), MissingShare(1, 2)),
        "reader2_pattern": (MissingShare(1, 3), MissingShare(1, 2)),
    }


def test_only_columns_of_the_table_stand_there_with_their_meaning() -> None:
    (one,) = missing_by_variable(read("net,washout", headings="diagnosis,pattern"))
    assert (one.name, one.net, one.adenocarcinoma) == ("pattern", MissingShare(0, 1), MissingShare(0, 0))
    assert one.meaning.startswith("Dynamic enhancement pattern")


def test_a_pattern_that_the_hu_give_is_no_reading() -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern"
    cohort = read("net,70,66,80,100,", headings=headings)
    assert cohort.criteria.pattern_is_derived.tolist() == [True]
    assert is_missing(cohort_columns(cohort)["pattern"]).tolist() == [True]


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        (np.array([1.0, np.nan]), [False, True]),
        (np.array(["a", None, ""], dtype=object), [False, True, False]),
        (np.array([], dtype=object), []),
    ],
)
def test_missing_numbers_and_labels(values: np.ndarray, missing: list[bool]) -> None:
    assert is_missing(values).tolist() == missing
    assert is_missing(values).dtype == bool


CELLS = st.tuples(
    st.sampled_from(["net", "adenocarcinoma", ""]),
    st.sampled_from(["50", "", "x"]),
    st.sampled_from(["66", "", "0"]),
    st.sampled_from(["0.9", ""]),
    st.sampled_from(["plateau", "washout", "", "odd"]),
)


@settings(max_examples=25)
@given(st.lists(CELLS, min_size=1, max_size=10))
def test_shares_are_of_the_eligible_rows(rows: list[tuple[str, ...]]) -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_ratio,pattern"
    cohort = read(*(",".join(row) for row in rows), headings=headings)
    is_unknown = cohort.criteria.reader_pattern == UNKNOWN
    (pattern,) = (one for one in missing_by_variable(cohort) if one.name == "pattern")
    for diagnosis, share in (("adenocarcinoma", pattern.adenocarcinoma), ("net", pattern.net)):
        of = cohort.of(diagnosis)
        assert share == MissingShare(int((of & is_unknown).sum()), int(of.sum()))
