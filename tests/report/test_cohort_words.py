"""What is said of a cohort: whole sentences, counts first, nothing claimed that is not counted."""

from __future__ import annotations

from gepnet_core.cohort.cohort import CohortFlow
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.parts.frozen_validation import FrozenValidation, validate_frozen
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.report.cohort.cohort_words import (
    against_rows,
    complete_sentence,
    flow_rows,
    frozen_rows,
    issues_sentence,
    one_reader_sentence,
    transport_sentences,
    unknown_sentence,
)

HEADINGS = "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern"
CALLED, MISSED = "50,66,plateau", "70,66,washout"


def validation(called_ac: int, missed_ac: int, called_net: int, right_net: int) -> FrozenValidation:
    rows = [
        *[f"adenocarcinoma,{CALLED}"] * called_ac,
        *[f"adenocarcinoma,{MISSED}"] * missed_ac,
        *[f"net,{CALLED}"] * called_net,
        *[f"net,{MISSED}"] * right_net,
    ]
    lines = [HEADINGS, *(f"p{k},{row}" for k, row in enumerate(rows))]
    return validate_frozen(read_cohort(read_table("\n".join(lines).encode())))


def test_the_parts_add_up_to_the_first_line() -> None:
    first, *parts = flow_rows(CohortFlow(10, 1, 1, 1, 1, 1, 2, 3))
    assert first == ("Rows in the table", 10)
    assert sum(n for _, n in parts) == 10


def test_counts_stand_before_shares_and_beside_the_studys() -> None:
    name, here, study, specificity, _ = frozen_rows(validation(8, 2, 1, 9))[2]
    assert name == "Both together"
    assert here.startswith("8 of 10 (80.0 %, 95 % CI ")
    assert study.startswith("19 of 23 (82.6 %")
    assert specificity.startswith("9 of 10 (90.0 %")


def test_nobody_is_said_and_is_no_zero() -> None:
    assert frozen_rows(validation(3, 0, 0, 0))[2][3] == "nobody"


def test_a_cohort_like_the_study_is_not_said_to_differ() -> None:
    said = " ".join(transport_sentences(validation(8, 2, 1, 9)))
    assert "8 of 10 adenocarcinomas and 9 of 10 NETs. In the study: 19 of 23 and 21 of 23." in said
    assert "expect lower numbers elsewhere" in said
    assert "outside" not in said


def test_a_cohort_in_which_the_rule_fails_says_where() -> None:
    # 2 of 10: Wilson 5.7 to 51.0 %, and the study has 82.6 %. 9 of 10 NETs agree with 91.3 %.
    said = " ".join(transport_sentences(validation(2, 8, 1, 9)))
    assert "The study's sensitivity lies outside this cohort's 95 % interval" in said
    both = " ".join(transport_sentences(validation(2, 8, 8, 2)))
    assert "The study's sensitivity and specificity lie outside" in both


def test_lesions_of_one_patient_are_told() -> None:
    lines = [HEADINGS, f"a,net,{MISSED}", f"a,net,{MISSED}", f"b,adenocarcinoma,{CALLED}"]
    table = read_table("\n".join(lines).encode())
    found = validate_frozen(read_cohort(table, ColumnMapping(row=RowUnit.LESION)))
    assert "1 row shares the code of an earlier patient." in " ".join(transport_sentences(found))


def test_against_one_criterion_counts_patients_first() -> None:
    ratio, _ = against_rows(validation(8, 2, 1, 9))
    assert ratio == ("Ratio at or below 0.898", "0 fewer, P 1.000", "0 fewer, P 1.000")


def test_what_is_complete_what_has_issues_and_that_there_is_one_reader_are_sentences() -> None:
    assert complete_sentence(1, others_have_gaps=True) == "No value is missing in the other column."
    assert complete_sentence(7, others_have_gaps=False) == "No value is missing in any of the 7 columns."
    assert issues_sentence(1, 1) == "**1 issue** in the cells. Nothing was changed silently."
    assert issues_sentence(1000, 1000).endswith("silently.")
    assert issues_sentence(1001, 1000).endswith("The first 1000 are shown; the download has all.")
    assert "such as reader2_hap_lesion_hu: how far readers agree here is not known" in one_reader_sentence()


def test_rows_in_which_a_way_to_call_is_unknown_are_counted_by_its_name() -> None:
    assert unknown_sentence(validation(3, 1, 1, 3)) is None
    lines = [HEADINGS, "a,adenocarcinoma,,,plateau", "b,net,70,66,washout", "c,net,70,66,"]
    found = validate_frozen(read_cohort(read_table("\n".join(lines).encode())))
    # Without a ratio the plateau alone cannot call; above the cutoff a ratio alone calls NET.
    assert unknown_sentence(found) == (
        "Rows that could count in which a call is not known: ratio at or below 0.898, 1; plateau, 1; "
        "both together, 1."
    )
