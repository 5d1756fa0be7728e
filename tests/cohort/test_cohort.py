"""Diagnoses beside calls: every row leaves by one way, nothing is dropped silently."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.cohort.cohort import Cohort, CohortFlow
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.parts.ratios import hap_roc, ratios_by_diagnosis
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "cohort.csv"
HEADINGS = (
    "patient_id;diagnosis;hap_lesion_hu;hap_liver_hu;pvp_lesion_hu;pvp_liver_hu;pattern;scope_untreated"
)


def read(*rows: str, mapping: ColumnMapping | None = None) -> Cohort:
    return read_cohort(read_table("\n".join([HEADINGS, *rows]).encode()), mapping)


MIXED = (
    "a;adenocarcinoma;50,5;66;;;plateau;",  # decimal comma
    "b;NET;70;66;;;washout;",
    "c;;70;66;;;washout;",  # no diagnosis
    "d;carcinoid;70;66;;;washout;",  # a class that the dictionary does not know
    "e;net;50;0;;;plateau;",  # liver of 0 HU
    "f;net;50;66;;;;",  # low ratio, no pattern, no PVP: the rule needs the pattern
    "a;adenocarcinoma;50;66;;;plateau;",  # the first patient once more
    "g;net;70;66;;;washout;no",  # treated before: the study did not look at such patients
)


def test_every_row_leaves_by_one_way() -> None:
    cohort = read(*MIXED)
    assert cohort.flow == CohortFlow(
        read=8,
        unreadable=1,
        no_diagnosis=2,
        repeated=1,
        outside_scope=1,
        not_classifiable=1,
        analysed_adenocarcinoma=1,
        analysed_net=1,
    )


def test_what_keeps_a_row_out_is_told_with_row_column_and_remedy() -> None:
    told = {(issue.row, issue.column): issue for issue in read(*MIXED).issues}
    assert set(told) == {(3, "diagnosis"), (4, "diagnosis"), (5, "hap_liver_hu"), (7, "patient_id")}
    assert "row 1" in told[7, "patient_id"].problem
    assert told[3, "diagnosis"].problem.startswith("the diagnosis is missing")
    assert told[4, "diagnosis"].value == "carcinoid"
    assert "adenocarcinoma" in told[4, "diagnosis"].remedy
    assert "above 0" in told[5, "hap_liver_hu"].remedy or "above 0" in told[5, "hap_liver_hu"].problem


def test_the_call_does_not_look_at_the_diagnosis() -> None:
    one, other = read("a;net;50;66;;;plateau;"), read("a;adenocarcinoma;50;66;;;plateau;")
    assert one.criteria.both.tolist() == other.criteria.both.tolist() == [1]


def test_own_labels_of_the_diagnosis_through_a_mapping() -> None:
    mapping = ColumnMapping(values={"diagnosis": {"1": "adenocarcinoma", "0": "net"}})
    cohort = read("a;1;50;66;;;plateau;", "b;0;70;66;;;washout;", mapping=mapping)
    assert cohort.diagnosis.tolist() == [1, 0]


def test_without_a_column_of_diagnoses_it_says_what_to_do() -> None:
    with pytest.raises(CohortError, match="no column holds the diagnosis") as caught:
        read_cohort(read_table(b"hap_lesion_hu,hap_liver_hu\n50,66\n"))
    assert "page of a case" in str(caught.value)


def test_the_example_is_read_without_an_issue() -> None:
    cohort = read_cohort(read_table(EXAMPLE.read_bytes()))
    assert cohort.issues == ()
    assert cohort.is_synthetic
    assert cohort.flow == CohortFlow(46, 0, 0, 0, 0, 0, 23, 23)
    hap, pvp = ratios_by_diagnosis(cohort)
    # As printed: 1.15 and 0.77 (HAP), 0.81 and 0.64 (PVP).
    means = [f"{sum(q.groups[name]) / 23:.2f}" for q in (hap, pvp) for name in ("net", "adenocarcinoma")]
    assert means == ["1.15", "0.77", "0.81", "0.64"]
    curve = hap_roc((hap, pvp))
    assert curve is not None and f"{curve.auc:.3f}" == "0.856"


def test_too_few_patients_give_neither_box_nor_curve() -> None:
    cohort = read("a;net;70;66;;;washout;", "b;net;71;66;;;washout;", "c;adenocarcinoma;50;66;;;plateau;")
    assert ratios_by_diagnosis(cohort) == ()
    assert hap_roc(()) is None


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["net", "adenocarcinoma", "", "other"]),
        st.sampled_from(["50", "70", "", "x", "-5"]),
        st.sampled_from(["66", "0", "", "9999"]),
        st.sampled_from(["plateau", "washout", "progressive", "", "odd"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_the_flow_adds_up_whatever_the_cells_hold(rows: list[tuple[str, str, str, str]]) -> None:
    lines = [f"p{k};{d};{a};{b};;;{pattern};" for k, (d, a, b, pattern) in enumerate(rows)]
    flow = read(*lines).flow
    first, *parts = astuple(flow)
    assert first == len(rows) == sum(parts)
