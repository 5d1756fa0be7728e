"""Rows of Table 1 and of two readers: a column for each part, reasons for what is none, no hospital named."""

from __future__ import annotations

from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.report.cohort.comparison_rows import (
    ICC_HEADINGS,
    KAPPA_HEADINGS,
    agreement_notes,
    comparison_headings,
    comparison_rows,
    icc_rows_by_variable,
    kappa_rows,
)
from gepnet_core.report.cohort.description_words import description_rows
from tests.report.cohorts import example, of_rows

# Values: R 4.2.2 over data/examples/cohort.csv, as in tests/cohort/test_description.py and
# test_reader_agreement.py; the ICCs are those that the study prints.
EXAMPLE = example()
ROWS = comparison_rows(EXAMPLE.description)
READERS = "diagnosis,hap_lesion_hu,hap_liver_hu,pattern,reader2_hap_lesion_hu,reader2_pattern"


def row(label: str) -> tuple[str, ...]:
    return next(one for one in ROWS if one[0] == label)


def test_a_comparison_has_its_test_p_and_holm_in_columns_of_their_own() -> None:
    assert comparison_headings(EXAMPLE.description) == (
        "Variable",
        "NET, n = 23",
        "Adenocarcinoma, n = 23",
        "Test",
        "P",
        "Holm's P",
    )
    assert row("Age, years") == (
        "Age, years",
        "54.4 ± 12.3 (23)",
        "55.7 ± 9.6 (23)",
        "exact Mann-Whitney test",
        "0.731",
        "1.000",
    )
    assert row("Metastasis, hepatic artery phase, HU")[3:] == ("t test", "< 0.001", "< 0.001")
    assert row("Metastasis, portal venous phase, HU")[3:] == ("t test", "0.011", "0.150")
    assert row("Size of the largest metastasis, mm")[3:] == ("Mann-Whitney test", "0.253", "1.000")


def test_a_variable_without_a_test_says_why() -> None:
    assert row("Grade")[3:] == (
        "No test. Grades of the two diagnoses are words of two scales: there is nothing to test.",
        "",
        "",
    )


def test_the_rows_are_those_of_the_description() -> None:
    described = description_rows(EXAMPLE.description)
    assert [label for label, *_ in ROWS] == [label for label, *_ in described]
    assert {len(one) for one in ROWS} == {6}
    assert row("  plateau")[1:] == ("6 of 23 (26.1 %)", "21 of 23 (91.3 %)", "", "", "")


def test_a_hospital_is_a_number() -> None:
    found = of_rows(
        "diagnosis,pattern,site,sex",
        "net,plateau,St Mary,male",
        "net,washout,St Luke,female",
        "adenocarcinoma,plateau,St Mary,male",
    )
    rows = comparison_rows(found.description)
    labels = [label for label, *_ in rows]
    assert labels[labels.index("Hospital") + 1 : labels.index("Hospital") + 3] == [
        "  hospital 1",
        "  hospital 2",
    ]
    assert "  male" in labels
    assert not any("St " in cell for one in rows for cell in one)


def test_kappas_of_the_example() -> None:
    rows = {label: cells for label, *cells in kappa_rows(EXAMPLE.agreement)}
    assert len(KAPPA_HEADINGS) == 5
    assert rows["Dynamic enhancement pattern"] == [
        "46",
        "44 of 46 (95.7 %)",
        "0.914 (0.800 to 1.028)",
        "perfect",
    ]
    assert rows["Enhancement, hepatic artery phase"][2].startswith("0.775 (")
    assert rows["Enhancement, hepatic artery phase"][3] == "substantial"
    assert rows["Lymphadenopathy"] == ["46", "46 of 46 (100.0 %)", "1.000, no interval", "perfect"]


def test_iccs_of_the_example() -> None:
    rows = {label: cells for label, *cells in icc_rows_by_variable(EXAMPLE.agreement)}
    assert len(ICC_HEADINGS) == 5
    lesion = rows["Metastasis, hepatic artery phase, HU"]
    assert lesion[:2] == ["46", "0.919 (0.858 to 0.954)"]
    assert lesion[2].startswith("0.919 (") and lesion[3] == "perfect"
    assert rows["Liver, hepatic artery phase, HU"][1].startswith("0.903 (")


def test_notes_say_what_the_tables_cannot() -> None:
    assert agreement_notes(EXAMPLE.agreement) == (
        "Intervals of kappa are symmetric and may pass 1.",
        "The study does not say which form of the ICC it took; its word here is for the first.",
        "All pairs agree: the standard error is 0 and the interval a point, however few there are.",
    )


def test_readings_that_are_missing_or_too_few_are_counted_and_explained() -> None:
    agreement = of_rows(READERS, "net,70,50,washout,71,washout", "adenocarcinoma,40,50,plateau,,").agreement
    ((_, n, same, kappa, word),) = kappa_rows(agreement)
    assert (n, same, word) == ("1, 1 lack a reading", "1 of 1 (100.0 %)", "")
    assert kappa.startswith("None. Both readers used one category alone")
    ((label, n, value, other, word),) = icc_rows_by_variable(agreement)
    assert (label, n) == ("Metastasis, hepatic artery phase, HU", "1, 1 lack a reading")
    assert value.startswith("None. An intraclass correlation needs") and (other, word) == ("", "")
    assert agreement_notes(agreement) == ()


def test_nobody_is_no_share() -> None:
    agreement = of_rows(READERS, "net,70,50,washout,,", "adenocarcinoma,40,50,plateau,,").agreement
    assert kappa_rows(agreement)[0][1:4] == (
        "0, 2 lack a reading",
        "nobody",
        "None. There is no pair of readings.",
    )


def test_rows_of_one_patient_are_noted() -> None:
    agreement = of_rows(
        "patient_id," + READERS,
        "a,net,70,50,washout,71,plateau",
        "a,net,71,50,washout,75,washout",
        "b,adenocarcinoma,40,50,plateau,41,plateau",
        mapping=ColumnMapping(row=RowUnit.LESION),
    ).agreement
    assert "Several rows belong to one patient" in agreement_notes(agreement)[-1]
