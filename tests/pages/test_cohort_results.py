"""What the page of a cohort says of its rows: gaps, issues, comparisons, readers."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from gepnet_core.report.cohort.comparison_rows import HOW_TO_READ
from tests.pages.cohort_steps import (
    COHORT,
    bodies,
    choose,
    issue_cells,
    press,
    rested,
    rows,
    said,
    state,
    upload,
)

Opened = Callable[[str], AppTest]


def test_only_what_has_gaps_stands_in_the_table_of_missing_values(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT),
        "diagnosis,hap_lesion_hu,hap_liver_hu,pattern,age_years\n"
        "adenocarcinoma,40,50,plateau,60\nadenocarcinoma,42,50,plateau,\n"
        "net,70,50,washout,\nnet,72,50,,\n",
    )
    assert rows(page)["Age, years"] == ["2 of 2 (100.0 %)", "1 of 2 (50.0 %)"]
    assert rows(page)["Dynamic enhancement pattern"] == ["1 of 2 (50.0 %)", "0 of 2 (0.0 %)"]
    assert "No value is missing in the other 2 columns." in said(page)


def test_where_nothing_is_missing_one_sentence_says_so(open_page: Opened) -> None:
    assert "No value is missing in any of the 32 columns." in said(open_page(COHORT))


def test_a_formula_in_a_cell_is_an_issue_and_none_to_a_spreadsheet(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT),
        "diagnosis,hap_lesion_hu,hap_liver_hu,pattern\nnet,=1+1,50,washout\nnet,70,0,washout\n",
    )
    page = press(page, "Use these columns")
    assert issue_cells(page, "Value") == ["'=1+1", "0"]
    assert issue_cells(page, "Column") == ["hap_lesion_hu", "hap_liver_hu"]
    assert "**2 issues** in the cells. Nothing was changed silently." in said(page)


def test_of_very_many_issues_the_first_thousand_are_shown(open_page: Opened) -> None:
    content = "diagnosis,hap_lesion_hu,hap_liver_hu,pattern\n" + "net,70,0,washout\n" * 1001
    page = upload(open_page(COHORT), content)
    assert issue_cells(page, "Row") == [str(k) for k in range(1, 1001)]
    assert "**1001 issues** in the cells." in said(page)
    assert "The first 1000 are shown; the download has all." in said(page)


def test_notes_say_what_was_passed_over(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT),
        "Our patients,,,\ndiagnosis,hap_lesion_hu,hap_liver_hu,pattern\nnet,70,50,washout\n",
    )
    assert [text.value for text in page.text] == [
        "The headings stand in line 2; what is above was not read (line 1)."
    ]


def test_table_1_names_tests_and_counts_the_comparisons(open_page: Opened) -> None:
    page = open_page(COHORT)
    # R 4.2.2 over data/examples/cohort.csv, see tests/cohort/test_description.py.
    assert rows(page)["Metastasis, portal venous phase, HU"][2:] == ["t test", "0.011", "0.150"]
    assert rows(page)["Age, years"] == [
        "54.4 ± 12.3 (23)",
        "55.7 ± 9.6 (23)",
        "exact Mann-Whitney test",
        "0.731",
        "1.000",
    ]
    assert "18 comparisons were made" in said(page)
    assert HOW_TO_READ in said(page)


def test_other_tests_can_be_asked_for_and_taken_back(open_page: Opened) -> None:
    page = choose(open_page(COHORT), "Test of numbers", "student_t")
    # R 4.2.2: t.test(age_years ~ diagnosis, var.equal = TRUE)$p.value is 0.6905920145.
    assert rows(page)["Age, years"][2:4] == ["t test", "0.691"]
    page = choose(page, "Test of categories", "chi2_yates")
    # chisq.test(table(diagnosis, lymphadenopathy))$p.value is 0.075727826.
    assert rows(page)["Lymphadenopathy"][2:4] == ["chi-square test with Yates's correction", "0.076"]
    page = choose(choose(page, "Test of numbers", ""), "Test of categories", "")
    assert rows(page)["Lymphadenopathy"][2:4] == ["chi-square test", "0.038"]
    assert state(page).choices.tests == {}


def test_a_test_that_was_asked_for_outlives_columns_that_are_gone(open_page: Opened) -> None:
    page = choose(open_page(COHORT), "Test of numbers", "welch_t")
    assert "age_years" in state(page).choices.tests
    rested(page.toggle[0].set_value(True).run())
    page = choose(page, "Meaning of column 6", "")
    assert "Age, years" not in rows(page)
    assert "age_years" not in state(page).choices.tests
    assert rows(page)["Number of metastases"][2] == "Welch's t test"


def test_every_test_of_a_variable_is_there(open_page: Opened) -> None:
    page = choose(open_page(COHORT), "Every test of", "size_mm")
    # Printed in the study: Z = -1.143, P = 0.253.
    assert rows(page)["Mann-Whitney test"][:3] == [
        "z -1.143",
        "P = 0.253; exact P = 0.258",
        "as in the study",
    ]


def test_hospitals_are_numbers(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT),
        "diagnosis,hap_lesion_hu,hap_liver_hu,pattern,site\n"
        "adenocarcinoma,40,50,plateau,CANARY Clinic\nadenocarcinoma,42,50,plateau,CANARY Infirmary\n"
        "net,70,50,washout,CANARY Clinic\nnet,72,50,washout,CANARY Infirmary\n",
    )
    assert rows(page)["hospital 1"][:2] == rows(page)["hospital 2"][:2] == ["1 of 2 (50.0 %)"] * 2
    assert "CANARY" not in (said(page) + bodies(page)).upper()


def test_two_readers_of_the_example(open_page: Opened) -> None:
    page = open_page(COHORT)
    words = said(page)
    # Kappa and ICC as the study prints them; differences from R, tests/reference/description.R.
    assert "44 of 46 (95.7 %) 0.914 (0.800 to 1.028) perfect" in words
    assert "Metastasis, hepatic artery phase, HU 46 0.919 (0.858 to 0.954)" in words
    assert "first minus second reader 1.9 HU" in words
    assert "It is 49.8 to 84.9 HU with the errors that these readers' differences show" in words
    page = choose(page, "Differences of the readers in", "hap_ratio")
    assert "first minus second reader 0.030" in said(page)
    assert "Metastasis-to-liver ratio" in page.get("plotly_chart")[2].proto.spec


def test_one_reader_is_one_sentence(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT),
        "diagnosis,hap_lesion_hu,hap_liver_hu,pattern\nadenocarcinoma,40,50,plateau\nnet,70,50,washout\n",
    )
    assert "The table has no columns of a second reader, such as reader2_hap_lesion_hu" in said(page)
    assert "What this means for a single case" not in [part.value for part in page.subheader]


def test_a_second_reader_of_nobody_is_no_agreement(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT),
        "diagnosis,hap_lesion_hu,hap_liver_hu,pattern,reader2_hap_lesion_hu,reader2_pattern\n"
        "adenocarcinoma,40,50,plateau,,\nnet,70,50,washout,,\n",
    )
    assert "No test" in said(page)
    assert "There is no pair of readings." in said(page)
