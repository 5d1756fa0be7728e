"""Why a number of a result is missing, or a test was not done, in full: what page and export show for it."""

from __future__ import annotations

import pytest

from gepnet_core.statistics.groups.group_description import describe
from gepnet_core.statistics.groups.group_tests import GroupTest, categorical_tests, numeric_tests
from gepnet_core.statistics.proportions.clustered_proportion import clustered_proportion
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy
from gepnet_core.statistics.readers.kappa import cohen_kappa

NOBODY = "nobody is called {} at this cutoff"
DIVISION = "there is no {}: the likelihood ratio would be a division by zero"
LOGARITHM = "there is no {}, and the interval needs the logarithm of its share"
EVERYBODY = (
    "everybody is called {} at this cutoff, which makes the likelihood ratio 1 and its interval a point: "
    "it says nothing about the marker"
)
POINT = "the standard error is 0 and the interval a point, however few there are."
ONE_CATEGORY = "used one category alone: nothing varies that agreement beyond chance could be told by."


def both_limits(sign: str, sentence: str) -> dict[str, str]:
    return {f"lr_{sign}.low": sentence, f"lr_{sign}.high": sentence}


@pytest.mark.parametrize(
    ("counts", "reasons"),
    [
        ((3, 1, 1, 3), {}),
        (
            (3, 0, 1, 4),
            {
                "lr_positive.value": DIVISION.format("false positive"),
                **both_limits("positive", LOGARITHM.format("false positive")),
            },
        ),
        ((0, 1, 4, 3), both_limits("positive", LOGARITHM.format("true positive"))),
        (
            (3, 4, 1, 0),
            {
                "lr_negative.value": DIVISION.format("true negative"),
                **both_limits("negative", LOGARITHM.format("true negative")),
            },
        ),
        ((4, 1, 0, 3), both_limits("negative", LOGARITHM.format("false negative"))),
        (
            (0, 0, 4, 4),
            {
                "lr_positive.value": NOBODY.format("positive"),
                **both_limits("positive", LOGARITHM.format("true positive")),
                "lr_negative": EVERYBODY.format("negative"),
                "ppv": NOBODY.format("positive"),
            },
        ),
        (
            (4, 4, 0, 0),
            {
                "lr_positive": EVERYBODY.format("positive"),
                "lr_negative.value": NOBODY.format("negative"),
                **both_limits("negative", LOGARITHM.format("false negative")),
                "npv": NOBODY.format("negative"),
            },
        ),
    ],
)
def test_what_the_table_of_a_cutoff_does_not_allow(counts, reasons: dict[str, str]) -> None:
    assert dict(diagnostic_accuracy(Counts(*counts), 0.5).reasons) == reasons


def test_without_a_prevalence_the_table_is_a_design() -> None:
    sentence = (
        "no prevalence was given, and 4 of 9 rows is how the table was made, not how common the class is"
    )
    found = diagnostic_accuracy(Counts(3, 1, 1, 4))
    assert dict(found.reasons) == {"ppv": sentence, "npv": sentence}
    assert (found.ppv, found.npv, found.prevalence) == (None, None, None)


@pytest.mark.parametrize(
    ("table", "fields", "sentence"),
    [
        ([[0, 0], [0, 0]], ("value", "se", "low", "high"), "There is no pair of readings."),
        ([[5, 0], [0, 0]], ("value", "se", "low", "high"), f"Both readers {ONE_CATEGORY}"),
        ([[3, 2], [0, 0]], ("value", "se", "low", "high"), f"The first reader {ONE_CATEGORY}"),
        ([[3, 0], [2, 0]], ("value", "se", "low", "high"), f"The second reader {ONE_CATEGORY}"),
        ([[5, 0], [0, 3]], ("low", "high"), f"All pairs agree: {POINT}"),
        ([[0, 5], [5, 0]], ("low", "high"), f"All pairs count alike: {POINT}"),
    ],
)
def test_what_two_readers_do_not_allow(table, fields: tuple[str, ...], sentence: str) -> None:
    assert dict(cohen_kappa(table).reasons) == dict.fromkeys(fields, sentence)


@pytest.mark.parametrize(
    ("hits", "clusters", "reason"),
    [
        ([True, False], ["a", "a"], "all rows belong to one patient, whose rows say nothing of others"),
        (
            [True, True, True],
            ["a", "a", "b"],
            "all rows agree, so that nothing shows how far the rows of a patient resemble each other",
        ),
        ([True, False, True], ["a", "a", "b"], None),
    ],
)
def test_what_rows_of_patients_do_not_allow(hits, clusters, reason: str | None) -> None:
    found = clustered_proportion(hits, clusters)
    assert found.reason == reason
    assert (found.design_effect is None) is (reason is not None)


def named(tests: tuple[GroupTest, ...]) -> dict[str, GroupTest]:
    return {test.name: test for test in tests}


def test_the_notes_of_tests_of_numbers() -> None:
    tests = named(numeric_tests([1.0, 2.0, 4.0], [3.0, 5.0]))
    assert {name: test.note for name, test in tests.items()} == {
        "student_t": "Assumes one variance in both groups.",
        "welch_t": "Does not assume one variance.",
        # Of six pairs the first group has the larger in one, 4 and 3: U is 1.
        "mann_whitney": "z without continuity correction, corrected for ties; U 1 of 6 pairs. "
        "p is that of z, exact_p counts all divisions of the values.",
    }
    assert dict(tests["mann_whitney"].reasons) == {"df": "A rank test has no degrees of freedom."}
    assert tests["mann_whitney"].df is None and tests["student_t"].df == 3
    # Ranks 1, 2, 4 of 5: of 10 divisions, {1,2,3}, {1,2,4} and the two that mirror them are as far out.
    assert tests["mann_whitney"].exact_p == pytest.approx(0.4, abs=1e-15)


def test_the_notes_of_tests_of_counts() -> None:
    tests = named(categorical_tests([[1, 9], [4, 6]]))
    # 5 of 20 in two groups of 10: 2.5 are expected.
    few = "Smallest expected count 2.5, below 5: the exact test is the safer one."
    exact = "Two-sided: all tables with these totals that are at most as probable (Fisher-Freeman-Halton)."
    assert {name: test.note for name, test in tests.items()} == {
        "chi2": few,
        "chi2_yates": few,
        "fisher_exact": exact,
    }
    assert dict(tests["fisher_exact"].reasons) == {
        "statistic": "The exact test has a P alone.",
        "df": "The exact test has no degrees of freedom.",
    }
    enough = named(categorical_tests([[5, 5], [5, 5]]))
    assert enough["chi2"].note == enough["chi2_yates"].note == "Smallest expected count 5."


def test_a_test_that_cannot_be_done_says_so_in_each_field() -> None:
    sentence = (
        "A group has too few values; got 1 in the first and 2 in the second; allowed: at least 2 in each."
    )
    for test in numeric_tests([1.0], [2.0, 3.0])[:2]:
        assert (test.statistic, test.df, test.p, test.note) == (None, None, None, "Not done.")
        assert dict(test.reasons) == dict.fromkeys(("statistic", "df", "p"), sentence)
    ranks = named(numeric_tests([1.0], [1.0, 1.0]))["mann_whitney"]
    alike = "Ranks need values that differ; got one value in both groups."
    assert ranks.note == "Not done."
    assert dict(ranks.reasons) == dict.fromkeys(("statistic", "df", "p", "exact_p"), alike)
    yates = named(categorical_tests([[1, 2, 3], [3, 4, 5]]))["chi2_yates"]
    told = "The continuity correction is for four cells; got 2 x 3."
    assert dict(yates.reasons) == dict.fromkeys(("statistic", "df", "p"), told)
    exact = named(categorical_tests([[1, -2], [3, 4]]))["fisher_exact"]
    negative = "A count is negative; allowed: counts from 0."
    assert (exact.note, dict(exact.reasons)) == (
        "Not done.",
        dict.fromkeys(("statistic", "df", "p"), negative),
    )


def test_a_description_of_no_value_has_the_reason_in_each_field() -> None:
    found = describe([])
    assert found.n == 0
    assert set(found.reasons) == set(found.values) and len(set(found.reasons.values())) == 1
