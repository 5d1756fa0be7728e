"""Spreadsheets as people keep them, and what is proposed for each."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.dictionary.columns import match_columns
from gepnet_core.cohort.dictionary.mapping import (
    ColumnMapping,
    DecimalMark,
    RatioOrientation,
    RowUnit,
    mapping_text,
    parse_mapping,
)
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.proposal.columns import ReadBy
from gepnet_core.cohort.proposal.proposal import MappingProposal, ProposedColumn, propose_mapping
from gepnet_core.cohort.proposal.table import ProposedLabel
from tests.cohort.proposed import names, proposed, table

# (a) German Excel: semicolons and decimal commas.
WARD = """Pat. No.;Histology;Art. Lesion HU;Art. Liver HU;PV lesion;PV liver;Pattern
1;NET G1;98,2;71,0;110,4;101,3;WO
2;pNET;88,1;69,5;102,0;99,4;PL
3;Adeno-Ca;45,0;70,2;70,1;100,9;PR
4;CRC;44,9;66,8;69,0;98,2;persistent
5;net g1;71,3;66,8;80,0;98,2;wo
"""
# (f) and (g): a row for each lesion, and who the patients are.
LESIONS = """Patient name,MRN,Study ID,Lesion no,HAP lesion,HAP liver,Size
"Smith, John",12345678,S1,1,50.0,75.0,2.3
"Smith, John",12345678,S1,2,55.0,75.0,1.1
"Miller, Ann",12345679,S2,1,90.0,60.0,4.1
"""


def column(proposal: MappingProposal, heading: str) -> ProposedColumn:
    return next(c for c in proposal.columns if c.heading == heading)


def test_a_wards_table_is_read_by_its_words() -> None:
    found = proposed(WARD)
    assert names(found) == [
        "patient_id", "diagnosis", "hap_lesion_hu", "hap_liver_hu", "pvp_lesion_hu", "pvp_liver_hu",
        "pattern",
    ]  # fmt: skip
    assert [c.how for c in found.columns] == [
        ReadBy.WORDS,
        ReadBy.DICTIONARY,
        *[ReadBy.WORDS] * 4,
        "dictionary",
    ]
    assert column(found, "Art. Lesion HU").examples == ("98,2", "88,1", "45,0")
    assert column(found, "Pat. No.").examples == ()
    assert found.decimal is DecimalMark.COMMA
    assert found.row is RowUnit.PATIENT
    assert (found.ratio, found.ratio_is_guess) == (RatioOrientation.LESION_OVER_LIVER, False)
    assert found.unsure == ("Labels of pattern that were not understood: 1. Say what each means.",)


def test_labels_are_counted_whatever_their_case_and_the_unknown_is_said_to_be() -> None:
    found = proposed(WARD).values
    assert found["pattern"] == (
        ProposedLabel("WO", "washout", 2),
        ProposedLabel("PL", "plateau", 1),
        ProposedLabel("PR", "progressive", 1),
        ProposedLabel("persistent", None, 1),
    )
    assert {label.label: label.value for label in found["diagnosis"]} == {
        "NET G1": "net", "pNET": "net", "Adeno-Ca": "adenocarcinoma", "CRC": "adenocarcinoma",
    }  # fmt: skip


def test_the_mapping_holds_what_the_dictionary_does_not_know() -> None:
    mapping = proposed(WARD).mapping()
    assert mapping.columns == {
        "Pat. No.": "patient_id",
        "Art. Lesion HU": "hap_lesion_hu",
        "Art. Liver HU": "hap_liver_hu",
        "PV lesion": "pvp_lesion_hu",
        "PV liver": "pvp_liver_hu",
    }
    assert mapping.values["pattern"] == {"wo": "washout", "pl": "plateau", "pr": "progressive"}
    assert mapping.decimal is DecimalMark.COMMA
    assert parse_mapping(mapping_text(mapping)) == mapping


def test_a_table_of_the_dictionarys_own_words_needs_no_mapping() -> None:
    found = proposed("patient_id,hap_lesion_hu,hap_liver_hu,pattern\nA1,50,75,plateau\nA2,60,70,washout\n")
    assert found.mapping() == ColumnMapping()
    assert found.unsure == ()


def test_hu_without_a_phase_are_asked_about() -> None:
    found = proposed("ID,Lesion HU,Liver HU,Weight,Call\nP1,50,75,70.5,plateau\nP2,60,70,80,washout\n")
    assert names(found) == ["patient_id", None, None, None, "pattern"]
    assert column(found, "Call").how is ReadBy.CONTENT
    assert column(found, "Lesion HU").how is ReadBy.NONE
    assert found.unsure[:3] == (
        'Column 2 ("Lesion HU"): The heading says HU, but no phase.',
        'Column 3 ("Liver HU"): The heading says HU, but no phase.',
        'Column 5 ("Call") was taken as pattern by its cells alone.',
    )
    assert "not found by the headings. Numbers that may be HU stand in column 4" in found.unsure[3]
    assert found.mapping().columns == {"Call": "pattern"}


def test_codes_are_asked_about() -> None:
    found = proposed("Dx,Pattern,hap_ratio\n1,2,0.5\n0,3,1.5\n1,2,0.7\n")
    assert names(found)[:2] == ["diagnosis", "pattern"]
    assert found.values["diagnosis"] == (ProposedLabel("1", None, 2), ProposedLabel("0", None, 1))
    assert "diagnosis is written in codes (0, 1): say what each means." in found.unsure
    assert "pattern is written in codes (2, 3): say what each means." in found.unsure
    assert found.mapping().values == {}


@pytest.mark.parametrize("cells", ["A B A B", "0 1 0 1", "yes no yes no", "50 60 70 80", "John Ann John Ann"])
def test_cells_alone_say_little(cells: str) -> None:
    found = proposed("what\n" + "\n".join(cells.split()))
    assert names(found) == [None]
    assert found.values == {}


def test_of_two_columns_alike_the_fuller_is_taken() -> None:
    found = proposed("case,hap_lesion_hu,Art. lesion (HU),hap_liver_hu\nA1,,50,75\nA2,,60,70\n")
    assert names(found) == ["patient_id", None, "hap_lesion_hu", "hap_liver_hu"]
    assert found.unsure == (
        'Column 2 ("hap_lesion_hu") is not used. It seems to be hap_lesion_hu, but so does column 3 '
        '("Art. lesion (HU)"), which was taken.',
    )
    assert found.mapping().columns == {"hap_lesion_hu": None, "Art. lesion (HU)": "hap_lesion_hu"}


def test_of_two_columns_alike_the_dictionarys_is_taken_and_then_the_plainer() -> None:
    assert names(proposed("HAP lesion mets,HAP lesion\n50,60\n")) == [None, "hap_lesion_hu"]
    assert names(proposed("late arterial lesion,early art. lesion\n50,60\n")) == [None, "hap_lesion_hu"]
    assert names(proposed("Art. lesion xyz,Art. lesion\n50,60\n")) == [None, "hap_lesion_hu"]
    # Both are the dictionary's: the one whose labels are known.
    assert names(proposed("group,histology\nA,NET\nB,AC\n")) == [None, "diagnosis"]


def test_equal_headings_cannot_be_told_apart() -> None:
    found = proposed("HAP lesion,hap_lesion,HAP liver\n50,51,75\n")
    assert names(found) == [None, None, "hap_liver_hu"]
    assert sum("cannot be told apart. Rename them" in sentence for sentence in found.unsure) == 2
    assert match_columns(["HAP lesion", "hap_lesion", "HAP liver"], found.mapping()).positions == {
        "hap_liver_hu": 2
    }


def test_rows_of_lesions_and_columns_that_tell_who_a_patient_is() -> None:
    found = proposed(LESIONS)
    assert names(found) == [None, None, "patient_id", None, "hap_lesion_hu", "hap_liver_hu", "size_mm"]
    assert found.row is RowUnit.LESION
    assert found.row_why == "Different codes of patients in 3 rows: 2."
    warned = [sentence for sentence in found.unsure if "A table should not carry names" in sentence]
    assert [sentence[:8] for sentence in warned] == ["Column 1", "Column 2"]
    assert [c.examples for c in found.columns[:4]] == [(), (), (), ("1", "2")]
    for hidden in ("Smith", "Miller", "12345678", "S1"):
        assert hidden not in repr(found)


def test_names_under_a_harmless_heading_are_not_used_and_still_counted() -> None:
    found = proposed("Patient,hap_ratio\nJohn Smith,0.5\nAnn Miller,1.5\nJohn Smith,0.7\n")
    assert names(found) == [None, "hap_ratio"]
    assert found.row is RowUnit.LESION
    assert found.mapping().columns == {"Patient": None}
    assert "Smith" not in repr(found)
    assert names(proposed("Patient,hap_ratio\nCase A,0.5\nCase B,1.5\n")) == ["patient_id", "hap_ratio"]


def test_codes_without_digits_may_be_names() -> None:
    found = proposed("Patient,hap_ratio\nSmith,0.5\nMiller,1.5\n")
    assert names(found) == ["patient_id", "hap_ratio"]
    assert "if they are names, give codes instead" in found.unsure[0]


@pytest.mark.parametrize(
    ("heading", "cells", "shown"),
    [
        ("Fallnummer", "4711 4712 4713", ()),  # whole numbers of which none stands twice
        ("Fallnummer", "47110815 47110815 1", ()),
        ("Kreatinin", "0.9 1.1 0.9", ("0.9", "1.1")),
        ("Stadium", "4 4 3", ("4", "3")),
        ("Arzt", "Meier Meier Huber", ()),
        ("site", "Bern Bern Basel", ()),
        ("grade", "G1 G1 G2", ()),
        ("age", "61 62 61", ("61", "62")),
        ("sex", "m f m", ("m", "f")),
    ],
)
def test_examples_are_shown_of_numbers_and_labels_alone(heading: str, cells: str, shown: tuple[str]) -> None:
    assert proposed(f"{heading}\n" + "\n".join(cells.split())).columns[0].examples == shown


@pytest.mark.parametrize(
    ("heading", "cells", "name", "why"),
    [
        ("Art. lesion HU", "0.8 1.2 1.1", None, "the cells are not what that column holds"),
        ("Art. lesion HU", "hyper hypo iso", None, "the cells are not what that column holds"),
        ("Art. lesion HU", " -  NA", None, "the column is empty"),
        ("Arterial enhancement of lesion", "20 30 40", None, "the cells are not"),
        (
            "Arterial enhancement of lesion",
            "hyper hypo iso",
            "hap_enhancement",
            "The heading says enhancement",
        ),
        ("TLR arterial", "80 120 95", None, "the cells are not"),
        ("Art. lesion HU", "50 n.d. 60 70 80 90 100 50 60 70", "hap_lesion_hu", "The heading says"),
        ("Art. lesion HU", "50 n.d. 60 70 80 90 100 50 60", None, "the cells are not"),
        ("Final diagnosis", "HCC CCC HCC", None, "the cells are not"),
        ("CT diagnosis", "NET AC NET", None, "not by pathology"),
    ],
)
def test_the_cells_must_be_what_the_words_say(heading: str, cells: str, name: str | None, why: str) -> None:
    found = propose_mapping(table([heading], [[cell] for cell in cells.split()]))
    assert names(found) == [name]
    assert why in found.columns[0].why


def test_a_column_of_the_dictionary_that_holds_something_else_is_asked_about() -> None:
    found = proposed("hap_lesion_hu,grade\n0.8,G1\n1.2,G2\n")
    assert names(found) == ["hap_lesion_hu", "grade"]
    assert found.unsure[0] == 'Column 1 ("hap_lesion_hu") is called hap_lesion_hu, but hardly holds that.'


def test_short_rows_and_empty_tables_of_cells() -> None:
    found = propose_mapping(table(["id", "HAP lesion mean", ""], [["A"], [], ["B", "50"]]))
    assert names(found) == ["patient_id", "hap_lesion_hu", None]
    assert propose_mapping(table([], [[]])).columns == ()


def test_the_second_readers_labels_are_the_second_readers() -> None:
    found = proposed("Reader 1 call,Reader 2 call\nplateau,washout\nwashout,plateau\n")
    assert names(found) == ["pattern", "reader2_pattern"]


@pytest.mark.soak
def test_a_large_table_is_quick() -> None:
    rows = [[f"P{i}", f"{40 + i % 613 / 10}", ("WO", "PL")[i % 2]] for i in range(100_000)]
    large = table(["Pat. No.", "Art. Lesion HU", "Pattern"], rows)
    start = time.process_time()
    found = propose_mapping(large)
    assert time.process_time() - start < 2
    assert sum(label.count for label in found.values["pattern"]) == 100_000


WORDS = """HAP arterial PVP portal EP delayed lesion liver metastasis ratio HU mean to / reader 2 Pattern Dx
size cm Pat No name"""
HEADINGS = (
    st.lists(st.sampled_from(WORDS.split()), max_size=5).map(" ".join)
    | st.sampled_from(list(load_dictionary().columns))
    | st.text(max_size=8)
)
CELLS = st.sampled_from(
    ["", "NA", "1", "0", "50", "50,1", "0.8", "NET", "AC", "WO", "yes", "Smith, John", "2e9"]
)


@given(st.lists(HEADINGS, min_size=1, max_size=8), st.data())
def test_any_proposal_suits_its_table(headings: list[str], data: st.DataObject) -> None:
    row = st.lists(CELLS, max_size=len(headings) + 1)
    found = propose_mapping(table(headings, data.draw(st.lists(row, max_size=6))))
    match = match_columns(headings, found.mapping())
    assert match.positions == {c.name: k for k, c in enumerate(found.columns) if c.name is not None}
    assert set(found.values) <= set(match.positions)
    assert all(sentence.endswith(".") or sentence.endswith("?") for sentence in found.unsure)
    assert "Smith" not in repr([c.examples for c in found.columns if c.name not in found.values])
