"""Tests at one cutoff of public data against epiR, and the command line on the whole way from the file.

R 4.2.2, epiR 2.0.57, pROC 1.18.0; tests/reference/public_data.R wrote the data and the numbers.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from gepnet_core.__main__ import main
from gepnet_core.statistics.proportions.diagnostic import (
    Counts,
    LikelihoodRatio,
    Share,
    count_at,
    diagnostic_accuracy,
    likelihood_ratio,
)
from gepnet_core.statistics.roc.curve import Direction
from tests.reference.public.public_data import EXACT, EXPECTED, FOLDER, classes

Expected = dict[str, Any]
ACCURACIES: list[Expected] = EXPECTED["accuracies"]
FROM_DATA = [one for one in ACCURACIES if "data" in one]
each_table = pytest.mark.parametrize("expected", ACCURACIES, ids=lambda one: one["name"])
each_marker = pytest.mark.parametrize("expected", FROM_DATA, ids=lambda one: one["name"])


def near(expected: object) -> Any:
    return pytest.approx(expected, rel=EXACT, abs=EXACT)


def counts_of(expected: Expected) -> Counts:
    return Counts(*(expected[cell] for cell in ("tp", "fp", "fn", "tn")))


def shown(share: Share, method: str) -> tuple[float, float, float]:
    interval = getattr(share, method)
    return share.value, interval.low, interval.high


def ratio(found: LikelihoodRatio) -> tuple[float | None, float, float]:
    assert found.interval is not None
    return found.value, found.interval.low, found.interval.high


@each_marker
def test_counts_at_a_cutoff(expected: Expected) -> None:
    ours, theirs = classes(*(expected[name] for name in ("data", "outcome", "positive", "marker")))
    assert count_at(ours, theirs, Direction.HIGH, expected["cutoff"]) == counts_of(expected)
    mirrored = [-value for value in ours], [-value for value in theirs]
    assert count_at(*mirrored, Direction.LOW, -expected["cutoff"]) == counts_of(expected)


@each_table
def test_sensitivity_and_specificity_with_both_intervals(expected: Expected) -> None:
    found = diagnostic_accuracy(counts_of(expected))
    for name in ("sensitivity", "specificity"):
        share = getattr(found, name)
        assert shown(share, "wilson") == near(tuple(expected[f"{name}_wilson"]))
        assert shown(share, "clopper_pearson") == near(tuple(expected[f"{name}_exact"]))


@each_table
def test_likelihood_ratios_with_their_intervals(expected: Expected) -> None:
    counts = counts_of(expected)
    found = diagnostic_accuracy(counts)
    assert ratio(found.lr_positive) == near(tuple(expected["lr_positive"]))
    assert ratio(found.lr_negative) == near(tuple(expected["lr_negative"]))
    alone = likelihood_ratio(counts.tp, counts.n_positive, counts.fp, counts.n_negative)
    assert alone == found.lr_positive


@each_table
def test_predictive_values(expected: Expected) -> None:
    counts = counts_of(expected)
    # epiR's are of the table itself, which is the prevalence that the table has.
    own = diagnostic_accuracy(counts, expected["observed_prevalence"])
    assert (own.ppv, own.npv) == near((expected["observed_ppv"], expected["observed_npv"]))
    for prevalence, ppv, npv in zip(expected["prevalence"], expected["ppv"], expected["npv"], strict=True):
        found = diagnostic_accuracy(counts, prevalence)
        assert (found.ppv, found.npv) == near((ppv, npv))
    without = diagnostic_accuracy(counts)
    assert (without.ppv, without.npv, set(without.reasons)) == (None, None, {"ppv", "npv"})


def test_the_example_of_epi_tests() -> None:
    # ?epi.tests, example 1 (Scott et al. 2008, table 1): sensitivity 0.90 (95 % CI 0.88 to 0.92), specificity
    # 0.76 (0.73 to 0.79), likelihood ratio of a positive test 3.75 (3.32 to 4.24)
    found = diagnostic_accuracy(Counts(670, 202, 74, 640))
    sensitivity, specificity = (
        shown(share, "clopper_pearson") for share in (found.sensitivity, found.specificity)
    )
    assert [round(number, 2) for number in sensitivity] == [0.90, 0.88, 0.92]
    assert [round(number, 2) for number in specificity] == [0.76, 0.73, 0.79]
    assert [round(number or 0, 2) for number in ratio(found.lr_positive)] == [3.75, 3.32, 4.24]


# --- from the file to the answer, by the command line


@pytest.mark.parametrize("expected", FROM_DATA[:4], ids=lambda one: one["name"])
@pytest.mark.parametrize("direction", ["high", "low"])
def test_the_command_line_gives_r_s_numbers(
    expected: Expected, direction: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (curve,) = [
        one
        for one in EXPECTED["curves"]
        if (one["data"], one["marker"], one["direction"]) == (expected["data"], expected["marker"], direction)
    ]
    words = (
        str(FOLDER / f"{expected['data']}.csv"), "--outcome", expected["outcome"], "--positive",
        expected["positive"], "--marker", expected["marker"], "--direction", direction, "--cutoff",
        str(expected["cutoff"]), "--prevalence", repr(expected["observed_prevalence"]), "--json",
    )  # fmt: skip
    assert main(["accuracy", *words]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found = json.loads(out)
    assert (found["n_positive"], found["n_negative"], found["n_missing"]) == (
        curve["n_positive"], curve["n_negative"], 0,
    )  # fmt: skip
    auc = found["auc"]
    assert (auc["value"], auc["se"]) == near((curve["auc"], curve["se"]))
    for name in ("delong", "logit", "nonparametric"):
        assert (auc[name]["low"], auc[name]["high"]) == near(tuple(curve[name]))
    best = [one for one in found["cutpoints"]["youden"] if one["cutoff_midpoint"] is not None]
    finite = [value for value in curve["best"]["threshold"] if value not in ("inf", "-inf")]
    assert [one["cutoff_midpoint"] for one in best] == near(finite)
    assert [one["j"] for one in found["cutpoints"]["youden"]] == near(
        curve["cutpointr"]["cutoff"]["youden"][:1]
    )
    if direction == "high":  # epiR's table calls a marker at or above the cutoff
        at = found["at_cutoff"]
        assert [at[cell] for cell in ("tp", "fp", "fn", "tn")] == [
            expected[cell] for cell in ("tp", "fp", "fn", "tn")
        ]
        for name in ("sensitivity", "specificity"):
            for method, theirs in (("wilson", "wilson"), ("clopper_pearson", "exact")):
                value, limits = at[name]["value"], at[name][method]
                assert (value, limits["low"], limits["high"]) == near(tuple(expected[f"{name}_{theirs}"]))
        for name in ("lr_positive", "lr_negative"):
            assert list(at[name].values()) == near(expected[name])
        assert (at["ppv"], at["npv"]) == near((expected["observed_ppv"], expected["observed_npv"]))
