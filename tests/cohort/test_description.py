"""Table 1 of a cohort: figures and P values from R, the study's tests, reasons instead of numbers."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.cohort.parts.description import (
    GROUPS,
    TESTS,
    ChosenBy,
    DescribedVariable,
    VariableKind,
    describe_cohort,
    number_format,
)
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError
from gepnet_core.study.analysis import load_study_tests
from gepnet_core.study.facts import fact
from tests.cohort.small_cohorts import example

# Printed by tests/reference/description.R over data/examples/cohort.csv, R 4.2.2 and coin 1.4.2.
# Mean, SD, median, quartiles, least and greatest.
FIGURES = {
    ("age_years", "net"): (54.4347826, 12.339243, 54, 46, 62, 34, 77),
    ("age_years", "adenocarcinoma"): (55.7391304, 9.56422021, 54, 49.5, 60.5, 39, 74),
    ("hap_lesion_hu", "net"): (93.8695652, 28.9769569, 92, 78, 102, 53, 158),
    ("hap_lesion_hu", "adenocarcinoma"): (62.5652174, 17.0715768, 64, 58.5, 73.5, 15, 86),
    ("hap_ratio", "net"): (1.152998, 0.327114783, 1.14444444, 0.925460993, 1.21993671, 0.75, 2),
    ("hap_ratio", "adenocarcinoma"): (
        0.772701413, 0.19728863, 0.855421687, 0.718359853, 0.859519292, 0.230769231, 1,
    ),
}  # fmt: skip
# P of the chosen test and Holm's over the 18, p.adjust(p, "holm").
P_VALUES = {
    "primary_site": (1, 1),
    "sex": (1, 1),
    "age_years": (0.731375112, 1),
    "hap_lesion_hu": (5.53287548e-05, 0.000885260076),
    "hap_liver_hu": (0.948574455, 1),
    "pvp_lesion_hu": (0.0107056222, 0.149878711),
    "pvp_liver_hu": (0.93234594, 1),
    "ep_lesion_hu": (0.0205813195, 0.246975834),
    "ep_liver_hu": (0.663167173, 1),
    "hap_ratio": (2.02360612e-05, 0.00034401304),
    "pvp_ratio": (0.00840751413, 0.126112712),
    "pattern": (1.63396383e-05, 0.000294113489),
    "hap_enhancement": (0.0173409057, 0.225431774),
    "distribution": (0.729598592, 1),
    "lymphadenopathy": (0.0382620807, 0.420882888),
    "shape": (0.469680618, 1),
    "size_mm": (0.253127836, 1),
    "lesion_count": (0.637248272, 1),
}
# t with 44 degrees of freedom, and z, of NET minus adenocarcinoma.
STATISTICS = {
    "hap_ratio": 4.7743988,
    "pvp_ratio": 2.75940859,
    "size_mm": -1.14278508,
    "lesion_count": 0.47154965,
}


def read(*rows: str, headings: str, mapping: ColumnMapping | None = None) -> Cohort:
    return read_cohort(read_table("\n".join([headings, *rows]).encode()), mapping)


def chosen_statistic(one: DescribedVariable) -> float | None:
    return next(test.statistic for test in one.tests if test.name == one.chosen)


def tiled(cohort: Cohort, times: int) -> Cohort:
    """The same rows many times over, with a little noise in the HU so that ranks differ."""
    noise, old = np.random.default_rng(1).normal(0, 1, cohort.n_rows * times), cohort.criteria

    def repeated(columns):
        return MappingProxyType({name: np.tile(column, times) for name, column in columns.items()})

    codes = repeated(
        {name: getattr(old, name) for name in ("pattern", "reader_pattern", "pattern_is_derived")}
    )
    hu = {name: column + noise for name, column in repeated(old.hu).items()}
    return replace(
        cohort,
        criteria=replace(old, hu=hu, ratios=repeated(old.ratios), **codes),
        diagnosis=np.tile(cohort.diagnosis, times),
        ways=np.tile(cohort.ways, times),
        numbers=repeated(cohort.numbers),
        labels=repeated(cohort.labels),
        patients=None,
    )


EXAMPLE = describe_cohort(example())


@pytest.mark.parametrize(("name", "group"), FIGURES)
def test_figures_of_a_group_are_those_of_r(name: str, group: str) -> None:
    column = EXAMPLE.variable(name).groups[group]
    assert (column.n, column.missing, column.counts) == (23, 0, None)
    assert column.figures is not None
    found = [column.figures.values[key] for key in ("mean", "sd", "median", "q1", "q3", "min", "max")]
    assert found == pytest.approx(FIGURES[name, group], rel=1e-8)


def test_every_p_and_its_adjustment_are_those_of_r() -> None:
    found = {one.name: (one.p, one.adjusted_p) for one in EXAMPLE.variables if one.p is not None}
    assert set(found) == set(P_VALUES)
    for name, expected in P_VALUES.items():
        assert found[name] == pytest.approx(expected, rel=1e-7), name
    assert EXAMPLE.n_comparisons == 18


@pytest.mark.parametrize("name", STATISTICS)
def test_signs_are_those_of_net_minus_adenocarcinoma(name: str) -> None:
    assert EXAMPLE.groups == ("net", "adenocarcinoma") == GROUPS
    assert list(EXAMPLE.variable(name).groups) == ["net", "adenocarcinoma"]
    assert chosen_statistic(EXAMPLE.variable(name)) == pytest.approx(STATISTICS[name], rel=1e-7)


def test_with_the_diagnoses_exchanged_every_sign_turns_and_no_p() -> None:
    cohort = example()
    turned = describe_cohort(replace(cohort, diagnosis=(1 - cohort.diagnosis).astype(np.int8)))
    for one, other in zip(EXAMPLE.variables, turned.variables, strict=True):
        assert (one.p is None) == (other.p is None)
        assert one.p is None or one.p == pytest.approx(other.p, rel=1e-9)
        if one.kind is VariableKind.NUMERIC:
            here, there = chosen_statistic(one), chosen_statistic(other)
            assert here is not None and there is not None and here == pytest.approx(-there)


def test_counts_stand_in_the_order_of_the_dictionary() -> None:
    pattern = EXAMPLE.variable("pattern")
    # As Table 1 prints them.
    assert dict(pattern.groups["net"].counts or {}) == {"plateau": 6, "washout": 15, "progressive": 2}
    assert dict(pattern.groups["adenocarcinoma"].counts or {}) == {
        "plateau": 21,
        "washout": 2,
        "progressive": 0,
    }
    assert list(EXAMPLE.variable("sex").groups["net"].counts or {}) == ["male", "female"]
    assert list(EXAMPLE.variable("primary_site").groups["net"].counts or {}) == [
        "gastric", "small_bowel", "colorectal", "pancreas",
    ]  # fmt: skip


def test_columns_stand_in_the_order_of_the_dictionary_and_readers_and_codes_are_left_out() -> None:
    names = [one.name for one in EXAMPLE.variables]
    order = list(load_dictionary().columns)
    assert names == sorted(names, key=order.index)
    assert set(names) == {*P_VALUES, "grade"}
    assert EXAMPLE.is_synthetic
    assert EXAMPLE.reasons == {}


def test_all_tests_are_there_beside_the_chosen_one() -> None:
    for one in EXAMPLE.variables:
        if one.name != "grade":
            assert tuple(test.name for test in one.tests) == TESTS[one.kind]
    size = EXAMPLE.variable("size_mm")
    # coin's exact P, which the study did not take: it printed Z.
    assert size.tests[-1].exact_p == pytest.approx(0.258143624, rel=1e-8)
    assert (size.chosen, size.chosen_by, size.is_exact) == ("mann_whitney", ChosenBy.STUDY, False)
    age = EXAMPLE.variable("age_years")
    assert (age.chosen, age.chosen_by, age.is_exact) == ("mann_whitney", ChosenBy.DEFAULT, True)
    sex = EXAMPLE.variable("sex")
    assert (sex.chosen, sex.chosen_by, sex.is_exact) == ("fisher_exact", ChosenBy.DEFAULT, True)


def test_grades_are_described_and_not_compared() -> None:
    grade = EXAMPLE.variable("grade")
    assert (grade.groups["net"].counts or {})["G1"] == 14
    assert (grade.p, grade.adjusted_p, grade.chosen, grade.tests) == (None, None, None, ())
    assert "two scales" in grade.reasons["p"]


def test_a_caller_may_choose_another_test() -> None:
    found = describe_cohort(example(), {"hap_ratio": "welch_t", "size_mm": "mann_whitney", "sex": "chi2"})
    ratio, size, sex = (found.variable(name) for name in ("hap_ratio", "size_mm", "sex"))
    # R 4.2.2: t.test(net, adenocarcinoma)$p.value, in tests/reference/example_cohort.csv as hap_welch_p.
    assert ratio.p == pytest.approx(2.96485391406121e-05, rel=1e-9)
    assert (ratio.chosen, ratio.chosen_by) == ("welch_t", ChosenBy.CALLER)
    # Asked for without the study's Z, the exact P is taken.
    assert size.is_exact and size.p == pytest.approx(0.258143624, rel=1e-8)
    assert (sex.p, sex.chosen) == (1, "chi2")


@pytest.mark.parametrize(
    ("tests", "field"),
    [
        ({"hap_ratio": "chi2"}, "tests.hap_ratio"),
        ({"sex": "student_t"}, "tests.sex"),
        ({"sex": ""}, "tests.sex"),
        ({"neovascularity": "chi2"}, "tests"),  # the example has no such column
        ({"patient_id": "chi2"}, "tests"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(tests: dict[str, str], field: str) -> None:
    with pytest.raises(CohortError) as caught:
        describe_cohort(example(), tests)
    assert caught.value.field == field


def test_a_group_with_nobody_has_a_reason_and_no_p() -> None:
    found = describe_cohort(
        read("net,50,male,plateau", "net,60,,washout", headings="diagnosis,age_years,sex,pattern")
    )
    assert found.n_comparisons == 0
    assert {one.name: one.reasons["p"] for one in found.variables} == dict.fromkeys(
        ("sex", "age_years", "pattern"), "No adenocarcinoma has a value."
    )
    sex = found.variable("sex").groups
    assert (sex["net"].n, sex["net"].missing, sex["adenocarcinoma"].n) == (1, 1, 0)
    assert dict(sex["adenocarcinoma"].counts or {}) == {"male": 0, "female": 0}
    age = found.variable("age_years").groups["adenocarcinoma"]
    assert age.figures is not None and age.figures.values["mean"] is None


def test_a_cohort_with_nobody_at_all() -> None:
    found = describe_cohort(read(",50,plateau", headings="diagnosis,age_years,pattern"))
    assert dict(found.sizes) == {"net": 0, "adenocarcinoma": 0}
    assert found.variable("age_years").reasons["p"] == "No NET and no adenocarcinoma has a value."


FEW = "diagnosis,age_years,size_mm,sex,pattern"


def test_what_does_not_vary_has_a_reason_and_no_p() -> None:
    found = describe_cohort(
        read(
            "net,50,10,male,plateau",
            "net,50,12,male,plateau",
            "adenocarcinoma,50,14,male,plateau",
            headings=FEW,
        )
    )
    reasons = {one.name: one.reasons.get("p") for one in found.variables}
    assert reasons == {
        "age_years": "All values are equal.",
        "size_mm": None,
        "sex": "All values are of one category.",
        "pattern": "All values are of one category.",
    }
    assert found.n_comparisons == 1
    assert found.variable("size_mm").adjusted_p == found.variable("size_mm").p


def test_one_value_in_a_group_is_enough_for_ranks_and_not_for_t() -> None:
    cohort = read(
        "net,50,10,male,plateau", "net,51,12,male,plateau", "adenocarcinoma,60,14,male,plateau", headings=FEW
    )
    age = describe_cohort(cohort).variable("age_years")
    # The lone value is the largest of three: 1 of 3 places, both ends count.
    assert age.is_exact and age.p == pytest.approx(2 / 3)
    by_t = describe_cohort(cohort, {"age_years": "student_t"}).variable("age_years")
    assert (by_t.p, by_t.chosen) == (None, "student_t")
    assert "at least 2 in each" in by_t.reasons["p"]


def test_a_category_that_nobody_has_does_not_stop_the_tests() -> None:
    rows = [*["net,washout"] * 4, "net,plateau", *["adenocarcinoma,plateau"] * 5]
    pattern = describe_cohort(read(*rows, headings="diagnosis,pattern")).variable("pattern")
    # R 4.2.2: fisher.test(rbind(c(1, 4), c(5, 0)))$p.value
    assert pattern.p == pytest.approx(0.04761904762)
    assert (pattern.groups["net"].counts or {})["progressive"] == 0


def test_missing_values_are_counted_and_left_out() -> None:
    rows = ("net,50,10,,plateau", "net,,12,female,", "adenocarcinoma,60,n/a,male,plateau")
    found = describe_cohort(read(*rows, headings=FEW))
    assert [(c.n, c.missing) for c in found.variable("age_years").groups.values()] == [(1, 1), (1, 0)]
    assert [(c.n, c.missing) for c in found.variable("size_mm").groups.values()] == [(2, 0), (0, 1)]
    assert [(c.n, c.missing) for c in found.variable("sex").groups.values()] == [(1, 1), (1, 0)]


def test_the_pattern_is_the_one_of_the_rule_and_says_where_no_reader_saw_it() -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern"
    rows = ("net,70,66,80,100,", "net,70,66,80,100,plateau", "adenocarcinoma,50,66,76,100,")
    pattern = describe_cohort(read(*rows, headings=headings)).variable("pattern")
    # 1.061 to 0.800 falls by more than the tolerance of 0.20; 0.758 to 0.760 does not.
    assert dict(pattern.groups["net"].counts or {}) == {"plateau": 1, "washout": 1, "progressive": 0}
    assert pattern.reasons["groups"] == "2 of the patterns follow from the HU, not from a reader."


def test_ratios_and_pattern_stand_there_without_columns_of_their_own() -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu"
    found = describe_cohort(read("net,70,66,80,100", "adenocarcinoma,50,66,76,100", headings=headings))
    assert [one.name for one in found.variables] == [
        "hap_lesion_hu", "hap_liver_hu", "pvp_lesion_hu", "pvp_liver_hu", "hap_ratio", "pvp_ratio", "pattern",
    ]  # fmt: skip


def test_a_column_of_codes_is_no_column_of_categories() -> None:
    # 101 different texts, one more than is taken.
    rows = [f"{'net' if k % 2 else 'adenocarcinoma'},plateau,h{k}" for k in range(101)]
    site = describe_cohort(read(*rows, headings="diagnosis,pattern,site")).variable("site")
    assert (site.p, site.tests, dict(site.groups["net"].counts or {})) == (None, (), {})
    assert (site.groups["net"].n, site.groups["adenocarcinoma"].n) == (50, 51)
    assert "more than 100 different texts" in site.reasons["p"]
    fewer = describe_cohort(read(*rows[:100], headings="diagnosis,pattern,site")).variable("site")
    assert len(fewer.groups["net"].counts or {}) == 100
    # One patient in each of 100 hospitals: every table with these totals is as likely, so that P is 1.
    assert (fewer.p, fewer.chosen) == (1, "fisher_exact")


def test_free_text_stands_in_the_order_of_its_numbers() -> None:
    rows = [f"net,plateau,{grade}" for grade in ("G10", "G2", "low", "G1")]
    grade = describe_cohort(read(*rows, headings="diagnosis,pattern,grade")).variable("grade")
    assert list(grade.groups["net"].counts or {}) == ["G1", "G2", "G10", "low"]


def test_several_rows_of_one_patient_are_said() -> None:
    rows = ("a,net,50,plateau", "a,net,52,washout", "b,adenocarcinoma,60,plateau")
    headings = "patient_id,diagnosis,age_years,pattern"
    lesions = describe_cohort(read(*rows, headings=headings, mapping=ColumnMapping(row=RowUnit.LESION)))
    assert "take rows as independent" in lesions.reasons["p"]
    patients = describe_cohort(read(*rows, headings=headings))
    assert patients.reasons == {} and dict(patients.sizes) == {"net": 1, "adenocarcinoma": 1}


def test_a_hundred_thousand_rows_are_quick_and_chi_square_stands_for_the_exact_test() -> None:
    cohort = tiled(example(), 2174)
    assert cohort.n_rows > 100_000
    begun = time.process_time()
    found = describe_cohort(cohort)
    assert time.process_time() - begun < 3
    pattern = found.variable("pattern")
    assert (pattern.chosen, pattern.is_exact, pattern.chosen_by) == ("chi2", False, ChosenBy.STUDY)
    assert "too many tables" in pattern.reasons["chosen"]
    age = found.variable("age_years")
    assert (age.chosen, age.is_exact) == ("mann_whitney", False)
    assert found.variable("pattern").groups["net"].n == 23 * 2174


def test_the_tests_of_the_study_give_what_it_prints() -> None:
    # The example was made to print these; the sign of Z is that of SPSS, which has no direction.
    printed = {
        name: fact(f"{name}_chi2").value
        for name in ("distribution", "shape", "hap_enhancement", "lymphadenopathy")
    }
    printed |= {"hap_ratio": fact("hap_ratio_t").value, "pvp_ratio": fact("pvp_ratio_t").value}
    printed |= {"size_mm": fact("size_z").value, "lesion_count": fact("lesion_count_z").value}
    for name, value in printed.items():
        statistic = chosen_statistic(EXAMPLE.variable(name))
        assert statistic is not None
        assert f"{abs(statistic):.3f}" == str(abs(value)), name


def test_the_studys_tests_are_tests_of_their_columns() -> None:
    columns = load_dictionary().columns
    for name, one in load_study_tests().items():
        numeric = columns[name].kind in (Kind.HU, Kind.RATIO, Kind.NUMBER, Kind.WHOLE)
        assert one.test in TESTS[VariableKind.NUMERIC if numeric else VariableKind.CATEGORICAL]
        assert one.by_z == (name in ("size_mm", "lesion_count"))
        assert one.reason.endswith(".")
    assert all(one.chosen_by is ChosenBy.STUDY for one in EXAMPLE.variables if one.name in load_study_tests())


CELLS = st.tuples(
    st.sampled_from(["net", "adenocarcinoma"]),
    st.sampled_from(["", "0", "50", "120"]),
    st.sampled_from(["", "male", "female"]),
    st.sampled_from(["", "0.898", "1000", "-3"]),
)


@settings(max_examples=30)
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_every_row_is_counted_or_missing_and_every_p_there_or_explained(rows: list[tuple[str, ...]]) -> None:
    found = describe_cohort(read(*map(",".join, rows), headings="diagnosis,age_years,sex,hap_ratio"))
    for one in found.variables:
        for group, column in one.groups.items():
            assert column.n + column.missing == found.sizes[group]
            assert column.counts is None or sum(column.counts.values()) == column.n
        assert (one.p is None) == (one.adjusted_p is None) == ("p" in one.reasons)
        if one.p is not None and one.adjusted_p is not None:
            assert 0 <= one.p <= one.adjusted_p <= min(1, found.n_comparisons * one.p + 1e-12)


def test_decimals_and_units() -> None:
    assert number_format("hap_ratio") == (3, None)
    assert number_format("hap_lesion_hu") == (1, "HU")
    assert number_format("age_years") == (1, "years")
    assert number_format("lesion_count") == (1, None)
