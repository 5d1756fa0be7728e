"""The table that leaves the session: the same cohort again, and no code, name or formula in it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit, mapping_text, parse_mapping
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.shareable_table import judged_rows, shareable_mapping, shareable_table
from gepnet_core.cohort.tables.read import read_table

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "cohort.csv"
OWN = "\n".join(
    [
        "Code;Patient name;Pathology;HAP lesion;HAP liver;pattern;site;size",
        "Zz-7;Zzcanary;carcinoid;44,9;50;WO;Zzclinic;2,3",
        "Zz-9;Zzcanary;AC;-44,9;50;plateau;Zzclinic;",
        "Zz-7;Zzcanary;AC;50;0;plateau;;1",
        "=1+1;Zzcanary;AC;50;66;plateau;Zzother;1",
        "n/a;Zzcanary;AC;50;66;plateau",
        ";@Zzcanary;AC;+50,00;66;plateau;;1",
    ]
)
MAPPING = ColumnMapping(
    columns={"Pathology": "diagnosis", "Patient name": None},
    values={"diagnosis": {"carcinoid": "net", "AC": "adenocarcinoma"}, "pattern": {"WO": "washout"}},
    row=RowUnit.LESION,
    units={"size_mm": "cm"},
)


def again(cohort: Cohort, *, with_identifiers: bool = False) -> Cohort:
    """What reading the shared table with the shared mapping gives."""
    mapping = parse_mapping(mapping_text(shareable_mapping(cohort.mapping)))
    shared = shareable_table(cohort, with_identifiers=with_identifiers)
    return read_cohort(read_table(shared.encode()), mapping)


def check_same(one: Cohort, other: Cohort) -> None:
    assert one.flow == other.flow
    for name in ("ratio_met", "pattern", "reader_pattern", "pattern_is_derived"):
        assert getattr(one.criteria, name).tolist() == getattr(other.criteria, name).tolist()
    for phase, ratios in one.criteria.ratios.items():
        np.testing.assert_array_equal(ratios, other.criteria.ratios[phase])
    for name, values in one.numbers.items():
        np.testing.assert_array_equal(values, other.numbers[name])
    assert one.n_repeats == other.n_repeats
    assert [(i.row, i.column) for i in one.issues] == [(i.row, i.column) for i in other.issues]


def test_it_reads_as_the_same_cohort() -> None:
    own = read_cohort(read_table(OWN.encode()), MAPPING)
    assert own.flow.unreadable == 2 and own.n_repeats == 0 and len(own.issues) > 1
    check_same(own, again(own))
    example = read_cohort(read_table(EXAMPLE.read_bytes()))
    check_same(example, again(example))
    assert again(example).is_synthetic


def test_identifiers_become_numbers_unless_they_are_asked_for() -> None:
    own = read_cohort(read_table(OWN.encode()), MAPPING)
    shared = shareable_table(own, with_identifiers=False)
    assert "zz" not in shared.lower()
    rows = list(csv.DictReader(io.StringIO(shared)))
    assert [row["patient_id"] for row in rows[:4]] == ["P1", "P2", "P1", "P3"]
    assert [row["site"] for row in rows[:4]] == ["S1", "S1", "", "S2"]
    named = shareable_table(own, with_identifiers=True)
    assert "Zz-7" in named and "Zzclinic" in named
    assert "Zzcanary" not in named  # a column that the dictionary lacks never leaves


def test_a_cell_that_was_not_understood_may_be_a_name_and_stays() -> None:
    text = "\n".join(
        [
            "patient_id,synthetic,diagnosis,hap_lesion_hu,hap_liver_hu,pattern,grade,age_years",
            "a,true,Zzcanary Anna,50,66,plateau,G1,61",  # a name in the wrong column
            "b,no,net,Zzcanary,66,washout,G2,1e2",
            "c,no,net,80,66,washout,,n/a",
        ]
    )
    cohort = read_cohort(read_table(text.encode()))
    shared = shareable_table(cohort, with_identifiers=False)
    assert "Zz" not in shared and shared.count("not understood") == 2
    check_same(cohort, again(cohort))
    assert again(cohort).is_synthetic
    assert "Zzcanary Anna" in shareable_table(cohort, with_identifiers=True)
    rows = list(csv.DictReader(io.StringIO(shared)))
    assert [row["age_years"] for row in rows] == ["61", "1e2", "n/a"]


def test_no_cell_is_a_formula_and_negative_numbers_stay_numbers() -> None:
    own = read_cohort(read_table(OWN.encode()), MAPPING)
    rows = list(csv.DictReader(io.StringIO(shareable_table(own, with_identifiers=True))))
    assert rows[3]["patient_id"] == "'=1+1"
    assert rows[1]["hap_lesion_hu"] == "-44,9"


def test_each_row_with_what_the_rule_says_and_why_it_counts() -> None:
    own = read_cohort(read_table(OWN.encode()), MAPPING)
    rows = list(csv.DictReader(io.StringIO(judged_rows(own))))
    assert [row["counted_as"] for row in rows] == [
        "analysed", "analysed", "unreadable", "analysed", "unreadable", "analysed",
    ]  # fmt: skip
    first = rows[0]
    assert (first["row"], first["line"], first["diagnosis"], first["call"]) == ("1", "2", "net", "net")
    assert (first["hap_ratio"], first["ratio_at_or_below_cutoff"]) == ("0.898", "yes")
    assert (first["pattern"], first["pattern_source"], first["pvp_ratio"]) == ("washout", "reader", "")
    assert rows[2]["call"] == rows[2]["pattern"] == ""
