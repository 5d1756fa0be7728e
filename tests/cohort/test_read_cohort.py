"""Rows read all at once agree with rows read one by one, in every criterion and to the last digit."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.case import Case
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import PATTERNS, UNKNOWN, Cohort, Way
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, DecimalMark, RatioOrientation, RowUnit
from gepnet_core.cohort.dictionary.table_cells import RowReader
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.rows.careful_row import careful_row
from gepnet_core.cohort.tables.read import read_table

NAMES = (
    "diagnosis", "hap_lesion_hu", "hap_liver_hu", "pvp_lesion_hu", "pvp_liver_hu", "hap_ratio", "pvp_ratio",
    "pattern", "scope_untreated",
)  # fmt: skip


def cohort_of(rows: Sequence[tuple[str, ...]], mapping: ColumnMapping, case: Case) -> Cohort:
    text = "\n".join("\t".join(row) for row in (NAMES, *rows))
    return read_cohort(read_table((text + "\n").encode()), mapping, case)


def check_against_single_rows(rows: list[tuple[str, ...]], mapping: ColumnMapping, case: Case) -> None:
    """Each row of the cohort is what `careful_row` says of it, issues included."""
    cohort = cohort_of(rows, mapping, case)
    issues = []
    for k, row in enumerate(rows):
        reader = RowReader(k + 1, k + 2, dict(zip(NAMES, row, strict=True)), mapping)
        found = careful_row(reader, case)
        issues += [(issue.row, issue.column, issue.problem) for issue in reader.issues]
        criteria = cohort.criteria
        if found is None:
            assert cohort.ways[k] == Way.UNREADABLE
            assert criteria.ratio_met[k] == criteria.pattern[k] == UNKNOWN
            continue
        assert cohort.ways[k] != Way.UNREADABLE
        met, pattern = found.verdict.ratio_met, found.verdict.pattern
        assert criteria.ratio_met[k] == (UNKNOWN if met is None else met)
        assert criteria.pattern[k] == (UNKNOWN if pattern is None else PATTERNS.index(pattern))
        for phase in Phase:
            ratio = found.ratios.get(phase, math.nan)
            # The same float, not nearly the same: both are the exact quotient, rounded once.
            assert np.array_equal(criteria.ratios[phase][k], ratio, equal_nan=True), phase
            measurement = found.measurements.get(phase)
            lesion = math.nan if measurement is None else float(measurement.lesion.hu)
            assert np.array_equal(criteria.hu[f"{phase}_lesion_hu"][k], lesion, equal_nan=True)
    told = [(i.row, i.column, i.problem) for i in cohort.issues if i.column != "diagnosis"]
    assert sorted(told) == sorted(issues)


# Values on, and a millionth beside, the cutoff and both tolerances; what spreadsheets hold beside numbers.
HU = st.one_of(
    st.sampled_from(
        ["44.9", "44,9", "50", "50.0", "44.900001", "44.9000001", "0", "-3", "", "n/a", "9999", "1e3", "x",
         "60", "70", "40", "30.000000", "0.000001", "+5", "+5.", ".5", "-0", "٤٤"]
    ),
    st.integers(-50, 200).map(str),
    st.decimals(0, 200, places=3).map(str),
)  # fmt: skip
RATIO = st.sampled_from(
    ["", "", "0.898", "0,898", "0.8980001", "1.113586", "1.2", "0", "-1", "95", "9999", "x"]
)
ROW = st.tuples(
    st.sampled_from(["net", "adenocarcinoma", "", "other"]),
    HU, HU, HU, HU, RATIO, RATIO,
    st.sampled_from(["", "", "plateau", "Wash-out", "progressive", "odd"]),
    st.sampled_from(["", "yes", "no", "unknown", "perhaps"]),
)  # fmt: skip
CASES = st.sampled_from(
    [
        Case(),
        Case(definition=PatternDefinition.LESION_HU),
        Case(cutoff=Decimal("0.9"), tolerances={PatternDefinition.LIVER_RELATIVE: Decimal("0.1")}),
        Case(cutoff=Decimal("0.8979999999")),
    ]
)
MAPPINGS = st.sampled_from(
    [
        ColumnMapping(),
        ColumnMapping(decimal=DecimalMark.COMMA),
        ColumnMapping(ratio=RatioOrientation.LIVER_OVER_LESION),
        ColumnMapping(row=RowUnit.LESION, values={"pattern": {"odd": "plateau"}}),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=30), MAPPINGS, CASES)
def test_in_bulk_and_one_by_one_are_the_same(
    rows: list[tuple[str, ...]], mapping: ColumnMapping, case: Case
) -> None:
    check_against_single_rows(rows, mapping, case)


@pytest.mark.parametrize(
    ("lesion", "liver", "met"),
    [("44.9", "50", 1), ("44.900001", "50", 0), ("44.899999", "50", 1), ("898000", "1000000", UNKNOWN)],
)
def test_on_the_cutoff_and_a_millionth_beside_it(lesion: str, liver: str, met: int) -> None:
    row = ("net", lesion, liver, "", "", "", "", "washout", "")
    assert cohort_of([row], ColumnMapping(), Case()).criteria.ratio_met.tolist() == [met]


@pytest.mark.parametrize(
    ("pvp_lesion", "pattern"),
    # 60 / 100, then x / 100, tolerance 0.20: at 40 the change is 0.2, in floats 0.19999999999999996.
    [("40", "plateau"), ("39.9999", "washout"), ("80", "plateau"), ("80.0001", "progressive")],
)
def test_on_the_tolerance_and_beside_it(pvp_lesion: str, pattern: str) -> None:
    row = ("net", "60", "100", pvp_lesion, "100", "", "", "", "")
    found = cohort_of([row], ColumnMapping(), Case()).criteria
    assert PATTERNS[found.pattern[0]] == pattern
    assert found.pattern_is_derived.tolist() == [True]


def test_a_ratio_without_hu_is_used_and_its_inverse_too() -> None:
    rows = [
        ("net", "", "", "", "", ratio, pvp, "", "")
        for ratio, pvp in (("0.898", "0.9"), ("0.899", "0.6"), ("1.2", ""))
    ]
    found = cohort_of(rows, ColumnMapping(), Case()).criteria
    assert found.ratio_met.tolist() == [1, 0, 0]
    assert found.ratios[Phase.HAP].tolist() == [0.898, 0.899, 1.2]
    assert [PATTERNS[k] if k >= 0 else None for k in found.pattern] == ["plateau", "washout", None]
    assert np.isnan(found.hu["hap_lesion_hu"]).all()
    inverse = ColumnMapping(ratio=RatioOrientation.LIVER_OVER_LESION)
    # 1 / 0.898 = 1.1135857...; 1.1136 lies above it and 1.1135 below.
    rows = [("net", "", "", "", "", ratio, "", "washout", "") for ratio in ("1.1136", "1.1135", "1", "0")]
    turned = cohort_of(rows, inverse, Case())
    assert turned.criteria.ratio_met.tolist() == [1, 0, 0, UNKNOWN]
    assert turned.criteria.ratios[Phase.HAP][0] == float(1 / Fraction("1.1136"))
    assert [(issue.row, issue.column) for issue in turned.issues] == [(4, "hap_ratio")]


def test_several_lesions_of_a_patient_are_left_out_or_kept_as_the_mapping_says() -> None:
    text = "\n".join(
        [
            "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern",
            "a,net,70,66,washout",
            "a,net,50,0,washout",  # unreadable: it does not count as the patient's row
            "a,net,71,66,washout",
            "b,adenocarcinoma,50,66,plateau",
            "b,net,51,66,plateau",
            ",net,72,66,washout",
            ",net,73,66,washout",
        ]
    )
    table = read_table(text.encode())
    patients = read_cohort(table)
    assert [Way(way).name for way in patients.ways] == [
        "ANALYSED", "UNREADABLE", "REPEATED", "ANALYSED", "REPEATED", "ANALYSED", "ANALYSED",
    ]  # fmt: skip
    told = [(issue.row, issue.column) for issue in patients.issues]
    assert told == [(2, "hap_liver_hu"), (3, "patient_id"), (5, "diagnosis"), (5, "patient_id")]
    lesions = read_cohort(table, ColumnMapping(row=RowUnit.LESION))
    assert (lesions.flow.repeated, lesions.n_repeats) == (0, 2)
    assert (5, "diagnosis") in [(issue.row, issue.column) for issue in lesions.issues]


def test_columns_that_no_call_rests_on_are_read_and_their_issues_leave_the_row_in() -> None:
    text = "\n".join(
        [
            "diagnosis;pattern;age;sex;size_mm;lesion_count;reader2_hap_liver_hu;grade;diagnosis_note",
            "net;washout;61,5;male;2,3;3;0;G1;",
            "net;washout;610;M;23;2,5;66;;",
            "net;washout;;;n/a;3;66;G2;",
        ]
    )
    cohort = read_cohort(read_table(text.encode()), ColumnMapping(units={"size_mm": "cm"}))
    assert cohort.flow.analysed_net == 3
    np.testing.assert_array_equal(cohort.numbers["age_years"], [61.5, np.nan, np.nan])
    np.testing.assert_array_equal(cohort.numbers["size_mm"], [23, 230, np.nan])
    np.testing.assert_array_equal(cohort.numbers["lesion_count"], [3, np.nan, 3])
    np.testing.assert_array_equal(cohort.numbers["reader2_hap_liver_hu"], [np.nan, 66, 66])
    assert cohort.labels["sex"].tolist() == ["male", None, None]
    assert cohort.labels["grade"].tolist() == ["G1", None, "G2"]
    assert {(issue.row, issue.column) for issue in cohort.issues} == {
        (1, "reader2_hap_liver_hu"), (2, "age_years"), (2, "sex"), (2, "lesion_count"),
    }  # fmt: skip
    assert not any(issue.stops_the_call for issue in cohort.issues)


@pytest.mark.soak
def test_a_hundred_thousand_rows_are_read_in_seconds() -> None:
    rng = np.random.default_rng(1)
    n = 100_000
    columns = [
        np.where(rng.random(n) < 0.5, "net", "adenocarcinoma"),
        *(np.char.mod("%.1f", rng.normal(mean, 12, n).clip(5, 300)) for mean in (70, 70, 90, 105)),
    ]
    lines = "\n".join(",".join(row) for row in zip(*columns, strict=True))
    table = read_table(("diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu\n" + lines).encode())
    begin = time.process_time()
    cohort = read_cohort(table)
    # One by one it took a minute.
    assert time.process_time() - begin < 10
    assert cohort.flow.analysed_net + cohort.flow.analysed_adenocarcinoma + cohort.flow.not_classifiable == n
