"""``accuracy``: the contract, the study's numbers on the example cohort, words, and invariants."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gepnet_core.__main__ import main
from scripts.served import ROOT

EXAMPLE = ROOT / "data" / "examples" / "cohort.csv"
Captured = pytest.CaptureFixture[str]

STUDY = (
    str(EXAMPLE), "--outcome", "diagnosis", "--positive", "adenocarcinoma", "--marker", "hap_ratio",
    "--direction", "low",
)  # fmt: skip
COLUMNS = ("--outcome", "y", "--positive", "1", "--marker", "m", "--direction", "low")

CONTRACT = {"n_positive", "n_negative", "n_missing", "auc", "cutpoints", "at_cutoff", "bootstrap", "reasons"}
"""design.md section 5."""


def answer(captured: Captured, *words: object) -> dict[str, Any]:
    """The JSON object of a command line that succeeds."""
    assert main(["accuracy", *map(str, words), "--json"]) == 0
    out, err = captured.readouterr()
    assert err == ""
    document: dict[str, Any] = json.loads(out)
    return document


def text(captured: Captured, *words: object) -> str:
    assert main(["accuracy", *map(str, words)]) == 0
    out, err = captured.readouterr()
    assert err == ""
    return out


def refusal(captured: Captured, *words: object) -> str:
    """The line of a command line that is refused."""
    assert main(["accuracy", *map(str, words), "--json"]) == 2
    out, err = captured.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and err.startswith("python -m gepnet_core")
    return err


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def nulls(value: Any, path: str = "") -> list[str]:
    """Dotted paths of all nulls."""
    if value is None:
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, one in items for found in nulls(one, f"{path}.{key}" if path else str(key))]


# --- the contract


def test_the_keys_of_the_contract(capsys: Captured) -> None:
    found = answer(
        capsys, *STUDY, "--cutoff", "0.898", "--prevalence", "0.2", "--bootstrap", "1000", "--seed", "1"
    )
    assert set(found) >= CONTRACT
    limits = {"low", "high"}
    assert set(found["auc"]) == {"value", "se", "delong", "logit", "nonparametric"}
    assert all(set(found["auc"][name]) == limits for name in ("delong", "logit", "nonparametric"))
    assert set(found["cutpoints"]["youden"][0]) == {
        "cutoff", "cutoff_midpoint", "sensitivity", "specificity", "j",
    }  # fmt: skip
    at = found["at_cutoff"]
    assert set(at) >= {"cutoff", "tp", "fp", "fn", "tn", "ppv", "npv"}
    for name in ("sensitivity", "specificity"):
        assert set(at[name]) == {"value", "wilson", "clopper_pearson"}
        assert set(at[name]["wilson"]) == set(at[name]["clopper_pearson"]) == limits
    assert set(at["lr_positive"]) == set(at["lr_negative"]) == {"value", "low", "high"}
    boot = found["bootstrap"]
    assert set(boot) >= {"n", "seed", "auc", "youden_apparent", "youden_oob", "cutoff"}
    assert set(boot["auc"]) == set(boot["cutoff"]) == limits
    assert (found["reasons"], nulls(found)) == ({}, [])


def test_the_study_s_numbers_on_the_example_cohort(capsys: Captured) -> None:
    found = answer(capsys, *STUDY, "--cutoff", "0.898", "--prevalence", "0.5")
    assert (found["n_positive"], found["n_negative"], found["n_missing"]) == (23, 23, 0)
    auc = found["auc"]
    # Cui et al. 2017, Results: "The AUROC was 0.856 (95%CI=0.749-0.963)"
    printed = (auc["value"], auc["nonparametric"]["low"], auc["nonparametric"]["high"])
    assert tuple(round(number, 3) for number in printed) == (0.856, 0.749, 0.963)
    # pROC 1.18.0 on the example cohort, tests/reference/example_cohort.csv: hap_auc, hap_delong_low and _high
    assert auc["value"] == pytest.approx(0.856332703213611, rel=1e-12)
    assert (auc["delong"]["low"], auc["delong"]["high"]) == pytest.approx(
        (0.749066838796843, 0.963598567630378), rel=1e-12
    )
    assert auc["se"] == pytest.approx((0.963598567630378 - 0.749066838796843) / 2 / 1.959963984540054)
    # The same file, hap_best_n and hap_best_1: one best cutoff with 19 and 18 of 23; the HU give 0.89791.
    (best,) = found["cutpoints"]["youden"]
    assert (best["sensitivity"], best["specificity"]) == pytest.approx((19 / 23, 18 / 23))
    assert best["j"] == pytest.approx(0.608695652173913)
    assert best["cutoff_midpoint"] == pytest.approx(0.897910792104589, abs=1e-6)
    assert best["cutoff"] < 0.898 and best["cutoff_midpoint"] < 0.898
    at = found["at_cutoff"]
    # Table 1 and Results: 19 of 23 and 18 of 23 at 0.898.
    assert [at[cell] for cell in ("tp", "fp", "fn", "tn")] == [19, 5, 4, 18]
    # R 4.2.2: prop.test(correct = FALSE) and binom.test of 19 of 23; epiR 2.0.57: likelihood ratios
    wilson, exact = at["sensitivity"]["wilson"], at["sensitivity"]["clopper_pearson"]
    assert (wilson["low"], wilson["high"]) == pytest.approx((0.628623523597739, 0.930213464369374))
    assert (exact["low"], exact["high"]) == pytest.approx((0.612188110045, 0.950492354694))
    assert list(at["lr_positive"].values()) == pytest.approx([3.8, 1.71126521111543, 8.43820110769845])
    assert list(at["lr_negative"].values()) == pytest.approx([2 / 9, 0.0888815904576125, 0.555601174496683])
    # At even odds the predictive values are LR+ / (1 + LR+) and 1 / (1 + LR-).
    assert (at["ppv"], at["npv"]) == pytest.approx((3.8 / 4.8, 9 / 11))


def test_each_null_has_its_reason(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,1\n1,2\n0,3\n0,4\n0,\n,7\n")
    for words in (
        [],
        ["--cutoff", "0"],
        ["--cutoff", "9", "--prevalence", "0.5"],
        ["--cutoff", "2", "--prevalence", "0.5", "--bootstrap", "20", "--seed", "3"],
    ):
        found = answer(capsys, path, *COLUMNS, *words)
        assert found["n_missing"] == 2
        assert set(nulls(found)) <= set(found["reasons"])
        # What else has a reason is an interval, or a ratio, that is only a point.
        rest = set(found["reasons"]) - set(nulls(found))
        assert rest <= {
            "auc.delong", "auc.nonparametric", "bootstrap.auc", "at_cutoff.lr_positive",
            "at_cutoff.lr_negative",
        }  # fmt: skip


def test_an_area_of_1_is_not_said_to_be_sure(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,1\n1,2\n0,3\n0,4\n")
    found = answer(capsys, path, *COLUMNS)
    assert (found["auc"]["value"], found["auc"]["se"]) == (1, 0)
    assert found["auc"]["delong"] == {"low": 1, "high": 1}
    assert found["auc"]["logit"] == {"low": None, "high": None}
    for name in ("auc.delong", "auc.nonparametric"):
        assert "says nothing about how sure the area is" in found["reasons"][name]
    assert "says nothing about how sure the area is" in text(capsys, path, *COLUMNS)


def test_a_class_with_one_row_has_no_interval(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,1\n0,3\n0,0\n")
    found = answer(capsys, path, *COLUMNS, "--bootstrap", "50", "--seed", "1")
    assert found["auc"]["value"] == 0.5
    assert found["auc"]["se"] is None and found["auc"]["delong"]["low"] is None
    assert found["bootstrap"]["youden_oob"] is None
    assert {"auc.se", "auc.delong.low", "bootstrap.youden_oob"} <= set(found["reasons"])


def test_limits_of_an_area_stay_within_0_and_1_and_that_is_told(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,1\n0,2\n1,3\n0,4\n")
    found = answer(capsys, path, *COLUMNS)
    # pROC 1.18.0, tests/reference/auc_intervals.csv, two_and_two: 0.0570480878251612 to 1
    assert found["auc"]["delong"] == {"low": pytest.approx(0.0570480878251612), "high": 1}
    assert [one["code"] for one in found["warnings"]].count("limit_cut") == 2


def test_every_tied_best_cutoff_is_listed(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,1\n0,2\n1,3\n0,4\n1,5\n0,6\n")
    found = answer(capsys, path, *COLUMNS)["cutpoints"]["youden"]
    assert [(one["cutoff"], one["cutoff_midpoint"]) for one in found] == [(1, 1.5), (3, 3.5), (5, 5.5)]
    assert [one["j"] for one in found] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("direction", "cutoff", "cells"),
    [
        ("low", "1.9", (1, 0, 2, 2)),
        ("low", "2", (2, 1, 1, 1)),
        ("low", "2,0", (2, 1, 1, 1)),
        ("low", "2.1", (2, 1, 1, 1)),
        ("high", "1.9", (2, 2, 1, 0)),
        ("high", "2", (2, 2, 1, 0)),
        ("high", "2.1", (1, 1, 2, 1)),
        ("low", "-1e3", (0, 0, 3, 2)),
        ("high", "-5", (3, 2, 0, 0)),
    ],
)
def test_below_on_and_above_a_value(
    direction: str, cutoff: str, cells: tuple[int, ...], tmp_path: Path, capsys: Captured
) -> None:
    path = table(tmp_path, "y,m\n1,1\n1,2\n1,5\n0,2\n0,4\n")
    words = ("--outcome", "y", "--positive", "1", "--marker", "m", "--direction", direction)
    at = answer(capsys, path, *words, "--cutoff", cutoff)["at_cutoff"]
    assert tuple(at[name] for name in ("tp", "fp", "fn", "tn")) == cells


@pytest.mark.parametrize("positive", ["1", "1.0", " 01 ", "1,0", "+1"])
def test_classes_that_are_numbers_are_compared_as_numbers(
    positive: str, tmp_path: Path, capsys: Captured
) -> None:
    path = table(tmp_path, "y;m\n1;1\n1.0;2\n01;9\n0;3\n0,0;4\n")
    words = ("--outcome", "y", "--positive", positive, "--marker", "m", "--direction", "low")
    found = answer(capsys, path, *words)
    assert (found["n_positive"], found["n_negative"]) == (3, 2)


def test_classes_that_are_text_are_trimmed_and_keep_their_letters(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n AC ,1\nAC,2\nnet,3\n")
    words = ("--outcome", "y", "--marker", "m", "--direction", "low", "--positive")
    assert answer(capsys, path, *words, "AC ")["n_positive"] == 2
    assert "--positive: no row is of the positive class" in refusal(capsys, path, *words, "ac")


def test_missing_outcomes_and_markers_are_counted_and_left_out(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,1\n1,\n,2\nNA,3\n0,n/a\n0,4\n?,\n0,0\n")
    found = answer(capsys, path, *COLUMNS, "--cutoff", "0")
    assert (found["n_positive"], found["n_negative"], found["n_missing"]) == (1, 2, 5)
    assert found["at_cutoff"]["fp"] == 1  # the 0 is a number, the empty cells are not


def test_warnings_name_what_may_mislead(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,3\n1,4\n1,1\n0,2\n0,1.5\n")

    def codes(*words: str) -> set[str]:
        return {one["code"] for one in answer(capsys, path, *COLUMNS, *words)["warnings"]}

    assert codes() >= {"apparent_youden", "area_below_half"}
    assert "prevalence_unused" in codes("--prevalence", "0.5")
    assert "prevalence_unused" not in codes("--prevalence", "0.5", "--cutoff", "1")
    assert "no_false_positive" in codes("--prevalence", "0.5", "--cutoff", "1")
    assert "no_false_negative" not in codes("--prevalence", "0.5", "--cutoff", "1")
    assert "few_resamples" in codes("--bootstrap", "999", "--seed", "1")
    assert "few_resamples" not in codes("--bootstrap", "1000", "--seed", "1")
    table(tmp_path, "y,m\n1,1\n1,2\n0,1.5\n0,3\n")
    assert "no_false_negative" in codes("--prevalence", "0.5", "--cutoff", "2")


def test_the_same_seed_gives_the_same_bytes(capsys: Captured) -> None:
    words = (*STUDY, "--bootstrap", "200", "--seed", "5")
    assert answer(capsys, *words) == answer(capsys, *words)
    assert answer(capsys, *words)["bootstrap"] != answer(capsys, *words[:-1], "6")["bootstrap"]


# --- words


def test_the_text_names_the_positive_class_and_counts_first(capsys: Captured) -> None:
    out = text(
        capsys, *STUDY, "--cutoff", "0.898", "--prevalence", "0.2", "--bootstrap", "1000", "--seed", "1"
    )
    assert out.startswith("23 rows of adenocarcinoma and 23 of the other class (diagnosis); 0 without")
    assert "positive: adenocarcinoma, hap_ratio at or below the cutoff" in out
    assert "sensitivity for adenocarcinoma: 19 of 23 (82.6 %, 95 % CI 62.9-93.0)" in out
    assert "0.749-0.963, nonparametric (SPSS)" in out
    assert "at a prevalence of 20.0 %" in out
    assert "optimistic" in out
    assert "synthetic" in out  # the table says so of its rows
    assert "For research and education. Not a medical device." in out


def test_high_is_said_as_high(tmp_path: Path, capsys: Captured) -> None:
    path = table(tmp_path, "y,m\n1,3\n1,4\n0,2\n0,3\n")
    out = text(capsys, path, *COLUMNS[:-1], "high", "--cutoff", "9", "--prevalence", "0.5")
    assert "positive: 1, m at or above the cutoff" in out
    assert "predictive value at a prevalence of 50.0 %: undefined" in out
    assert "likelihood ratio of a positive result: undefined; 1.0 (95 % CI" in out
    assert "with 0.5 added to each count" in out


def test_many_tied_cutoffs_are_counted_in_text(tmp_path: Path, capsys: Captured) -> None:
    rows = "".join(f"1,{2 * k}\n0,{2 * k + 1}\n" for k in range(15))
    out = text(capsys, table(tmp_path, "y,m\n" + rows), *COLUMNS)
    assert "and 5 more cutoffs: add --json" in out


# --- invariants

cells = st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(-50, 50)), min_size=3, max_size=20).filter(
    lambda rows: len({y for y, _ in rows}) == 2
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=cells, cutoff=st.integers(-51, 51))
def test_mirroring_marker_and_direction_gives_the_same_answer(
    rows: list[tuple[int, int]], cutoff: int, tmp_path: Path, capsys: Captured
) -> None:
    found = []
    for sign, direction in ((1, "low"), (-1, "high")):
        path = table(tmp_path, "y,m\n" + "".join(f"{y},{sign * m / 10}\n" for y, m in rows))
        words = (
            "--cutoff",
            str(sign * cutoff / 10),
            "--prevalence",
            "0.3",
            "--bootstrap",
            "20",
            "--seed",
            "1",
        )
        found.append(answer(capsys, path, *COLUMNS[:-1], direction, *words))
    low, high = found
    for one in found:
        assert one.pop("direction") in ("low", "high")
        one["at_cutoff"].pop("cutoff")
    for name in ("cutoff", "cutoff_midpoint"):
        a, b = low["bootstrap"].pop(name), high["bootstrap"].pop(name)
        assert (a["low"], a["high"]) == pytest.approx((-b["high"], -b["low"]))
        for a, b in zip(low["cutpoints"]["youden"], high["cutpoints"]["youden"], strict=True):
            mirrored = b.pop(name)
            assert a.pop(name) == (None if mirrored is None else -mirrored)
    assert low == high


def test_a_process_of_its_own_writes_json_and_no_warning(tmp_path: Path) -> None:
    rows = "".join(f"{k % 2},{(k * 7919) % 1009 / 7}\n" for k in range(1, 2001))
    path = table(tmp_path, "y,m\n" + rows)
    done = subprocess.run(
        [sys.executable, "-m", "gepnet_core", "accuracy", str(path), *COLUMNS, "--cutoff", "70",
         "--bootstrap", "200", "--seed", "1", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert (found["n_positive"], found["n_negative"]) == (1000, 1000)
    assert math.isclose(sum(found["at_cutoff"][name] for name in ("tp", "fn")), 1000)
