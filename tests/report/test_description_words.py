"""What is said of columns, of what is missing and of two readers: numbers first, reasons instead of none."""

from __future__ import annotations

import pytest

from gepnet_core.cohort.cohort import PATTERNS, Cohort
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.parts.description import VariableKind, describe_cohort
from gepnet_core.cohort.parts.missingness import missing_by_variable
from gepnet_core.cohort.parts.reader_agreement import (
    ReaderAgreement,
    reader_agreement,
    reading_error_from_agreement,
)
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.report.cohort.description_words import (
    LABELS,
    TEST_WORDS,
    column_label,
    comparisons_sentence,
    description_headings,
    description_rows,
    description_sentences,
    icc_rows,
    limits_sentence,
    missing_rows,
    p_text,
    p_words,
    reading_error_sentences,
    rows_of_tests,
)
from tests.cohort.small_cohorts import example

DESCRIBED = describe_cohort(example())
ROWS = description_rows(DESCRIBED)
AGREEMENT = reader_agreement(example())


def read(*rows: str, headings: str, mapping: ColumnMapping | None = None) -> Cohort:
    return read_cohort(read_table("\n".join([headings, *rows]).encode()), mapping)


def agreement(*rows: str, headings: str) -> ReaderAgreement:
    return reader_agreement(read(*rows, headings=headings))


def row(label: str) -> tuple[str, ...]:
    return next(one for one in ROWS if one[0] == label)


def test_every_column_that_may_be_described_has_a_label() -> None:
    dictionary = load_dictionary()
    left_out = {"patient_id", "synthetic", "diagnosis"}
    described = {
        name
        for name in dictionary.columns
        if name not in left_out
        and not name.startswith((dictionary.scope_prefix, dictionary.second_reader_prefix))
    }
    # The ratio of the equilibrium phase is no column of a table, and follows from its HU.
    assert set(LABELS) == described | {"ep_ratio"}


def test_labels_have_units_and_name_the_second_reader() -> None:
    assert column_label("age_years") == "Age, years"
    assert column_label("hap_ratio") == "Metastasis-to-liver ratio, hepatic artery phase"
    assert column_label("ep_ratio") == "Metastasis-to-liver ratio, equilibrium phase"
    assert column_label("lesion_count") == "Number of metastases"
    assert column_label("reader2_size_mm") == "Size of the largest metastasis, mm, second reader"


def test_numbers_are_mean_and_sd_with_their_n_above_median_and_quartiles() -> None:
    assert description_headings(DESCRIBED) == ("Variable", "NET, n = 23", "Adenocarcinoma, n = 23", "P")
    # As printed (Cui et al. 2017, Patients): 54.43 and 12.34, 55.74 and 9.56.
    age = ROWS.index(row("Age, years"))
    assert ROWS[age : age + 2] == (
        (
            "Age, years",
            "54.4 +- 12.3 (23)",
            "55.7 +- 9.6 (23)",
            "P = 0.731, exact Mann-Whitney test; Holm 1.000",
        ),
        ("  median [quartiles]", "54.0 [46.0, 62.0]", "54.0 [49.5, 60.5]", ""),
    )
    assert row("Metastasis-to-liver ratio, hepatic artery phase") == (
        "Metastasis-to-liver ratio, hepatic artery phase",
        "1.153 +- 0.327 (23)",
        "0.773 +- 0.197 (23)",
        "P < 0.001, t test; Holm < 0.001",
    )


def test_categories_are_counts_with_shares() -> None:
    pattern = ROWS.index(row("Dynamic enhancement pattern"))
    assert ROWS[pattern : pattern + 4] == (
        ("Dynamic enhancement pattern", "", "", "P < 0.001, exact test; Holm < 0.001"),
        ("  plateau", "6 of 23 (26.1 %)", "21 of 23 (91.3 %)", ""),
        ("  washout", "15 of 23 (65.2 %)", "2 of 23 (8.7 %)", ""),
        ("  progressive", "2 of 23 (8.7 %)", "0 of 23 (0.0 %)", ""),
    )
    assert row("  small bowel")[1] == "2 of 23 (8.7 %)"


def test_every_line_has_a_cell_for_each_heading_and_is_ascii() -> None:
    assert {len(one) for one in ROWS} == {len(description_headings(DESCRIBED))}
    assert all(cell.isascii() for one in ROWS for cell in one)


def test_missing_values_nobody_and_single_values_are_said() -> None:
    headings = "diagnosis,age_years,size_mm,sex,pattern"
    cohort = read("net,50,10,male,plateau", "net,,12,,plateau", headings=headings)
    rows = {label: cells for label, *cells in description_rows(describe_cohort(cohort))}
    assert rows["Age, years"] == ["50.0 (1, 1 missing)", "nobody", "No P. No adenocarcinoma has a value."]
    assert rows["Sex"] == ["1 missing", "", "No P. No adenocarcinoma has a value."]
    assert rows["  male"] == ["1 of 1 (100.0 %)", "nobody", ""]


def test_a_text_of_the_table_is_fit_to_be_shown() -> None:
    # A mark that turns the direction of writing, in a text that is too long.
    turned = f"\u202e{'x' * 60}"
    cohort = read(f"net,plateau,{turned}", "adenocarcinoma,plateau,b", headings="diagnosis,pattern,grade")
    shown = [label for label, *_ in description_rows(describe_cohort(cohort))]
    (long,) = (label for label in shown if "xxx" in label)
    assert long.isprintable() and len(long) < 50 and long.endswith("...")


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "< 0.001"),
        (0.000999, "< 0.001"),
        (0.001, "= 0.001"),
        (0.0496, "= 0.0496"),  # three decimals would show the level of significance itself
        (0.05, "= 0.050"),
        (0.0504, "= 0.0504"),
        (0.24, "= 0.240"),
        (1.0, "= 1.000"),
    ],
)
def test_p_is_never_rounded_across_the_level(p: float, text: str) -> None:
    assert p_text(p) == text


def test_p_with_its_test() -> None:
    words = {one.name: p_words(one) for one in DESCRIBED.variables}
    assert words["shape"] == "P = 0.470, chi-square test with Yates's correction; Holm 1.000"
    assert words["size_mm"] == "P = 0.253, Mann-Whitney test; Holm 1.000"
    assert words["grade"].startswith("No P. Grades of the two diagnoses")


def test_every_test_of_a_variable_is_told_with_the_chosen_one_marked() -> None:
    rows = {
        name: (statistic, p, mark)
        for name, statistic, p, mark, _ in rows_of_tests(DESCRIBED.variable("size_mm"))
    }
    assert rows["Mann-Whitney test"] == ("z -1.143", "P = 0.253; exact P = 0.258", "as in the study")
    assert rows["t test"][2] == rows["Welch's t test"][2] == ""
    pattern = {name: cells for name, *cells in rows_of_tests(DESCRIBED.variable("pattern"))}
    assert pattern["chi-square test"][:3] == ["chi-square 20.275, df 2", "P < 0.001", ""]
    statistic, p, _, why = pattern["chi-square test with Yates's correction"]
    assert (statistic, p) == ("", "") and "four cells" in why
    assert set(TEST_WORDS) == {test.name for one in DESCRIBED.variables for test in one.tests}
    assert {VariableKind.NUMERIC, VariableKind.CATEGORICAL} == {one.kind for one in DESCRIBED.variables}


def test_chi_square_in_place_of_the_exact_test_is_not_called_the_studys() -> None:
    # 6000 rows are more than the exact test is done with.
    rows = [
        f"{group},{pattern}"
        for group in ("net", "adenocarcinoma")
        for pattern in PATTERNS
        for _ in range(900)
    ]
    described = describe_cohort(read(*rows, *["net,plateau"] * 600, headings="diagnosis,pattern"))
    pattern = described.variable("pattern")
    marks = {name: mark for name, *_, mark, _ in rows_of_tests(pattern) if mark}
    assert marks == {"chi-square test": "in place of the exact test"}
    said = description_sentences(described)
    assert any("Dynamic enhancement pattern: There are too many tables" in one for one in said)
    assert said[2].startswith("Tests: 1 in place of the exact test.")


def test_how_many_comparisons_were_made() -> None:
    said = description_sentences(DESCRIBED)
    assert said[0] == comparisons_sentence(18)
    assert said[0].startswith("18 comparisons were made") and "P below 0.05" in said[0]
    assert said[1] == "t and z have the sign of NET minus adenocarcinoma."
    assert said[2].startswith("Tests: 15 as in the study, 3 by default. The default is Mann-Whitney's")
    assert len(said) == 3
    assert comparisons_sentence(1) == "1 comparison was made."
    assert comparisons_sentence(0) == "No comparison could be made."


def test_what_a_p_passes_over_is_said() -> None:
    headings = "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu"
    rows = ("a,net,70,66,80,100", "a,net,72,66,80,100", "b,adenocarcinoma,50,66,76,100")
    cohort = read(*rows, headings=headings, mapping=ColumnMapping(row=RowUnit.LESION))
    said = description_sentences(describe_cohort(cohort, {"hap_ratio": "mann_whitney"}))
    assert any("take rows as independent" in one for one in said)
    assert any(", 1 as asked for" in one or "Tests: 1 as asked for" in one for one in said)
    assert "Dynamic enhancement pattern: 3 of the patterns follow from the HU, not from a reader." in said


def test_missing_values_by_column() -> None:
    headings = "diagnosis,hap_ratio,pvp_ratio,pattern,reader2_pattern"
    cohort = read("net,0.9,,plateau,", "net,0.9,0.8,washout,plateau", headings=headings)
    assert missing_rows(missing_by_variable(cohort)) == (
        ("Metastasis-to-liver ratio, hepatic artery phase", "0 of 2 (0.0 %)", "nobody"),
        ("Metastasis-to-liver ratio, portal venous phase", "1 of 2 (50.0 %)", "nobody"),
        ("Dynamic enhancement pattern", "0 of 2 (0.0 %)", "nobody"),
        ("Dynamic enhancement pattern, second reader", "1 of 2 (50.0 %)", "nobody"),
    )


def test_iccs_in_words() -> None:
    size = AGREEMENT.number("size_mm")
    assert size is not None
    rows = {form: cells for form, *cells in icc_rows(size)}
    assert list(rows) == ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
    # Printed: 0.864 for tumour size; limits as psych's ICC gives them, see test_icc.py for the formula.
    assert rows["ICC(2,1)"][0] == "0.864 (95 % CI 0.768 to 0.922)"
    assert rows["ICC(2,1)"][1] == "perfect" and "absolute agreement" in rows["ICC(2,1)"][2]
    headings = "diagnosis,pattern,size_mm,reader2_size_mm"
    (same,) = agreement("net,plateau,10,10", "net,plateau,10,10", headings=headings).numbers
    assert icc_rows(same)[1][1].startswith("All readings are equal")


def test_limits_of_agreement_in_words() -> None:
    lesion, ratio = AGREEMENT.number("hap_lesion_hu"), AGREEMENT.number("hap_ratio")
    assert lesion is not None and ratio is not None
    # Mean 1.93, limits -21.73 and 25.60, SD of one reading 8.54: tests/reference/description.R.
    said = limits_sentence(lesion)
    assert said.startswith("Metastasis, hepatic artery phase: first minus second reader 1.9 HU (95 % CI ")
    assert "95 % limits of agreement -21.7 HU (" in said and " and 25.6 HU (" in said
    assert said.endswith("SD of one reading 8.5 HU.")
    assert limits_sentence(ratio).endswith("SD of one reading 0.113.")
    headings = "diagnosis,pattern,size_mm,reader2_size_mm"
    (one,) = agreement("net,plateau,10,11", headings=headings).numbers
    assert limits_sentence(one) == (
        "Size of the largest metastasis: first minus second reader -1.0 mm on average. A single case says "
        "nothing of how much the differences vary."
    )
    (none,) = agreement("net,plateau,10,", headings=headings).numbers
    assert limits_sentence(none).startswith("Size of the largest metastasis: no difference. ")


def test_the_grey_zone_in_words() -> None:
    said = reading_error_sentences(reading_error_from_agreement(AGREEMENT))
    # 54.46 to 80.24 and 49.82 to 84.88 HU: tests/reference/description.R.
    assert said[0].endswith(
        "is 54.5 to 80.2 HU with the assumed errors of one reading (SD 6.0 HU of the lesion, 3.0 HU of the "
        "liver)."
    )
    assert "49.8 to 84.9 HU" in said[1] and "SD 8.5 HU of the lesion" in said[1] and "46 rows" in said[1]
    assert "reader and of where the region is placed are both in it" in said[2]
    headings = "diagnosis,pattern,hap_lesion_hu,hap_liver_hu"
    without = reading_error_from_agreement(agreement("net,plateau,50,60", headings=headings))
    assert len(reading_error_sentences(without)) == 2
    assert reading_error_sentences(without)[1].startswith(
        "The readers give no error of a reading. Fewer than two"
    )


def test_lesion_and_liver_of_different_rows_are_told_apart() -> None:
    headings = "diagnosis,pattern,hap_lesion_hu,hap_liver_hu,reader2_hap_lesion_hu,reader2_hap_liver_hu"
    rows = ("net,plateau,50,60,52,61", "net,plateau,55,60,52,63", "net,plateau,55,60,52,")
    said = reading_error_sentences(reading_error_from_agreement(agreement(*rows, headings=headings)))
    assert "3 rows with two readings of the lesion, 2 of the liver" in said[1]
