"""The command ``cohort``: the same counts as the page, no cell's content, bad input in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gepnet_core.__main__ import main
from scripts.served import ROOT

EXAMPLE = ROOT / "data" / "examples" / "cohort.csv"
Captured = pytest.CaptureFixture[str]

TABLE = """patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern
Zzcanary-1,adenocarcinoma,44.9,50,plateau
Zzcanary-2,Zzcanary-3,70,66,washout
Zzcanary-4,adenocarcinoma,70,66,washout
"""


def answer(path: Path, capsys: Captured, *words: str) -> dict:
    assert main(["cohort", str(path), *words, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_the_example_prints_the_studys_numbers(capsys: Captured) -> None:
    found = answer(EXAMPLE, capsys)
    assert found["flow"]["read"] == 46
    assert found["synthetic"] is True
    # Results and Table 1 (Cui et al. 2017); plateau as in Table 1.
    counts = {
        name: (one["sensitivity"]["count"], one["specificity"]["count"])
        for name, one in found["frozen"].items()
    }
    assert counts == {"hap_ratio": (19, 18), "plateau": (21, 17), "combined": (19, 21)}
    assert found["frozen"]["combined"]["sensitivity"]["value"] == 19 / 23
    # R 4.2.2: prop.test(19, 23, correct = FALSE)$conf.int
    wilson = found["frozen"]["combined"]["sensitivity"]["wilson"]
    assert (wilson["low"], wilson["high"]) == pytest.approx((0.628623524, 0.930213464), abs=1e-9)
    assert found["combined_against"]["plateau"]["net"] == {"only_first": 0, "only_second": 4, "p": 0.125}


def test_rows_add_up_issues_are_told_and_nobody_is_null_with_its_reason(
    tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(TABLE, encoding="utf-8")
    found = answer(path, capsys)
    assert found["flow"] == {
        "read": 3,
        "unreadable": 0,
        "no_diagnosis": 1,
        "repeated": 0,
        "outside_scope": 0,
        "not_classifiable": 0,
        "analysed_adenocarcinoma": 2,
        "analysed_net": 0,
    }
    assert [(issue["row"], issue["column"]) for issue in found["issues"]] == [(2, "diagnosis")]
    specificity = found["frozen"]["combined"]["specificity"]
    assert specificity == {
        "count": 0,
        "n": 0,
        "value": None,
        "wilson": None,
        "clopper_pearson": None,
        "clustered": None,
    }
    assert {"frozen.combined.specificity.value", "frozen.combined.specificity.wilson"} <= set(
        found["reasons"]
    )
    assert "zzcanary" not in json.dumps(found).lower()


def test_a_mapping_gives_own_labels(tmp_path: Path, capsys: Captured) -> None:
    path, mapping = tmp_path / "own.csv", tmp_path / "mapping.json"
    path.write_text("diagnosis,hap_lesion_hu,hap_liver_hu,pattern\n1,50,66,plateau\n0,70,66,washout\n")
    mapping.write_text(
        json.dumps(
            {
                "format": "gepnet-table-mapping",
                "version": 1,
                "values": {"diagnosis": {"1": "adenocarcinoma", "0": "net"}},
            }
        )
    )
    flow = answer(path, capsys, "--mapping", str(mapping))["flow"]
    assert (flow["analysed_adenocarcinoma"], flow["analysed_net"]) == (1, 1)


def test_the_text_names_the_positive_class_and_counts_first(capsys: Captured) -> None:
    assert main(["cohort", str(EXAMPLE)]) == 0
    out, _ = capsys.readouterr()
    assert "Positive class: adenocarcinoma." in out
    assert "    46  Rows in the table" in out
    assert "here:         sensitivity 19 of 23 (82.6 %, 95 % CI 62.9-93.0); specificity 21 of 23" in out
    assert "SYNTHETIC" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hap_lesion_hu,hap_liver_hu\n50,66\n", "no column holds the diagnosis"),
        ("diagnosis,age\nnet,50\n", "no column holds a criterion"),
        ("", "the table is empty"),
    ],
)
def test_bad_tables_are_one_line_and_status_2(
    content: str, words: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(content, encoding="utf-8")
    assert main(["cohort", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert words in err


@pytest.mark.parametrize("words", [[], ["--map", "x"], ["absent.csv"], ["a.csv", "b.csv"]])
def test_bad_words_are_one_line_and_status_2(words: list[str], capsys: Captured) -> None:
    assert main(["cohort", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
