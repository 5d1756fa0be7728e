"""``compare``: the contract, the study's printed numbers on the example cohort, and hostile words."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from gepnet_core.__main__ import main
from gepnet_core.replication.ensemble import EXAMPLE_FILE

Captured = pytest.CaptureFixture[str]

TESTS = {
    "numeric": ["student_t", "welch_t", "mann_whitney"],
    "categorical": ["chi2", "chi2_yates", "fisher_exact"],
}
"""design.md, section 5."""


def compared(capsys: Captured, *words: object) -> dict:
    assert main(["compare", *map(str, words), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def refused(capsys: Captured, *words: object) -> str:
    assert main(["compare", *map(str, words)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def by_name(document: dict, column: str) -> dict[str, dict]:
    return {test["name"]: test for test in document["columns"][column]["tests"]}


def test_the_study_on_its_example_cohort(capsys: Captured) -> None:
    columns = (
        "hap_ratio,pvp_ratio,size_mm,lesion_count,distribution,shape,hap_enhancement,pattern,lymphadenopathy"
    )
    document = compared(
        capsys, EXAMPLE_FILE, "--group", "diagnosis", "--columns", columns, "--groups", "net,adenocarcinoma"
    )
    # Results and Table 1 of the study, net minus adenocarcinoma. Of a Z the study prints no direction: -0.472
    # for counts that are larger in net, 13.48 against 12.61.
    for column, name, statistic, p in (
        ("hap_ratio", "student_t", "4.774", "0.000"),
        ("pvp_ratio", "student_t", "2.759", "0.008"),
        ("size_mm", "mann_whitney", "-1.143", "0.253"),
        ("lesion_count", "mann_whitney", "0.472", "0.637"),
        ("distribution", "chi2", "0.119", "0.730"),
        ("shape", "chi2_yates", "0.523", "0.470"),
        ("hap_enhancement", "chi2", "5.662", "0.017"),
        ("lymphadenopathy", "chi2", "4.293", "0.038"),
    ):
        test = by_name(document, column)[name]
        assert (f"{test['statistic']:.3f}", f"{test['p']:.3f}") == (statistic, p), column
    assert by_name(document, "pattern")["fisher_exact"]["p"] < 0.001
    assert document["columns"]["pattern"]["groups"]["net"]["counts"] == {
        "plateau": 6,
        "progressive": 2,
        "washout": 15,
    }
    means = {g: document["columns"]["hap_ratio"]["groups"][g] for g in ("net", "adenocarcinoma")}
    assert [f"{x['mean']:.2f} {x['sd']:.2f}" for x in means.values()] == ["1.15 0.33", "0.77 0.20"]
    assert any("synthetic" in note for note in document["notes"])


def test_the_shape_of_the_contract_and_a_reason_for_each_null(capsys: Captured) -> None:
    document = compared(capsys, EXAMPLE_FILE, "--group", "diagnosis", "--columns", "age_years,pattern")
    assert document["groups"] == ["net", "adenocarcinoma"]  # the order of the table
    for column, found in document["columns"].items():
        assert [test["name"] for test in found["tests"]] == TESTS[found["kind"]]
        for index, test in enumerate(found["tests"]):
            assert {"name", "statistic", "df", "p", "note"} <= set(test)
            for field, value in test.items():
                assert (value is None) == (f"columns.{column}.tests.{index}.{field}" in document["reasons"])


def test_first_minus_second(capsys: Captured) -> None:
    words = (EXAMPLE_FILE, "--group", "diagnosis", "--columns", "hap_ratio", "--groups")
    one = by_name(compared(capsys, *words, "net,adenocarcinoma"), "hap_ratio")
    other = by_name(compared(capsys, *words, "adenocarcinoma,net"), "hap_ratio")
    for name in TESTS["numeric"]:
        assert one[name]["statistic"] == -other[name]["statistic"] > 0


def test_what_is_missing_is_counted_and_left_out_by_column(capsys: Captured, table) -> None:
    path = table('g;x;"y, z";e\n1;1,5;a;\n1.0;;b;\n2;2,5;a;NA\n2;4;;-\n;9;a;7\n3;9;a;7\n1;0,5;a;?\n')
    document = compared(capsys, path, "--group", "g", "--columns", 'x,"y, z",e', "--groups", "2,1")
    assert document["groups"] == ["2", "1"]
    assert document["n"] == {"2": 2, "1": 3}
    assert (document["n_missing_group"], document["n_other_groups"]) == (1, 1)
    x = document["columns"]["x"]["groups"]
    assert {g: (x[g]["n"], x[g]["n_missing"], x[g]["mean"]) for g in x} == {"2": (2, 0, 3.25), "1": (2, 1, 1)}
    assert document["columns"]["y, z"]["groups"] == {
        "2": {"n": 1, "n_missing": 1, "counts": {"a": 1, "b": 0}},
        "1": {"n": 3, "n_missing": 0, "counts": {"a": 2, "b": 1}},
    }
    empty = document["columns"]["e"]
    assert empty == {
        "kind": None,
        "groups": {g: {"n": 0, "n_missing": k} for g, k in (("2", 2), ("1", 3))},
        "tests": [],
    }
    assert document["reasons"]["columns.e.kind"] == "The column has no value in either group."


def test_numbers_can_be_names_of_categories(capsys: Captured, table) -> None:
    path = table("g,x\na,0\na,1\nb,1\nb,1.0\n")
    document = compared(capsys, path, "--group", "g", "--columns", "x", "--categorical", "x")
    assert document["columns"]["x"]["kind"] == "categorical"
    assert document["columns"]["x"]["groups"]["b"]["counts"] == {"0": 0, "1": 2}


def test_a_group_with_one_value_or_constant_has_no_t(capsys: Captured, table) -> None:
    document = compared(capsys, table("g,x,c\na,1,5\nb,2,5\nb,3,5\n"), "--group", "g", "--columns", "x,c")
    x, c = by_name(document, "x"), by_name(document, "c")
    assert x["student_t"]["p"] is None
    assert x["mann_whitney"]["exact_p"] == pytest.approx(2 / 3)  # 1 of {1, 2, 3}: the ends are equally far
    assert document["columns"]["x"]["groups"]["a"]["sd"] is None
    assert all(test["p"] is None for test in c.values())
    assert "differ" in document["reasons"]["columns.c.tests.2.p"]


def test_the_text_counts_before_it_gives_shares(capsys: Captured) -> None:
    words = ["compare", str(EXAMPLE_FILE), "--group", "diagnosis", "--columns", "hap_ratio,pattern"]
    assert main(words) == 0
    out, _ = capsys.readouterr()
    assert "net (23 rows) minus adenocarcinoma (23 rows)" in out
    assert "Student's t: 4.774, df 44, P < 0.001" in out
    assert "Welch's t: 4.774, df 36.13, P < 0.001" in out
    assert "plateau: net 6 of 23 (26.1 %), adenocarcinoma 21 of 23 (91.3 %)" in out
    assert "synthetic" in out
    assert "Not a medical device." in out


SMALL = "g,x,mixed,note\na,1,1,Erika\na,2,2,Klaus\nb,3,Mustermann,Otto\nb,4,4,Ida\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--group", "g"], "--columns"),
        (["--columns", "x"], "--group"),
        (["--group", "G", "--columns", "x"], "no such column"),
        (["--group", "g", "--columns", "z"], "no such column"),
        (["--group", "g", "--columns", "x,,x"], "nothing between two commas"),
        (["--group", "g", "--columns", ""], "nothing"),
        (["--group", "g", "--columns", '"x'], "quotation mark"),
        (["--group", "g", "--columns", "x,x"], "twice"),
        (["--group", "g", "--columns", "g"], "not compared with itself"),
        (["--group", "g", "--columns", "mixed"], "3 numbers and 1 other cells, the first in line 4"),
        (["--group", "note", "--columns", "x"], "4 different texts"),
        (["--group", "g", "--columns", "x", "--groups", "a"], "1 given, 2 needed"),
        (["--group", "g", "--columns", "x", "--groups", "a,a"], "twice"),
        (["--group", "g", "--columns", "x", "--groups", "a,B"], "no row is in that group"),
        (["--group", "g", "--columns", "x", "--categorical", "mixed"], "not compared"),
        (["--group", "g", "--columns", "x", "--group", "x"], "more than once"),
        (["--group", "g", "--column", "x"], "--column"),
        (["--group", "g", "--columns", "x", "x"], "belongs to no option"),
    ],
)
def test_bad_words_are_one_line_without_cells(
    words: list[str], expected: str, capsys: Captured, table
) -> None:
    error = refused(capsys, table(SMALL), *words)
    assert expected in error
    for cell in ("Erika", "Klaus", "Mustermann", "Otto"):
        assert cell not in error


@pytest.mark.parametrize(
    "text",
    [
        "",
        "g,x\n",
        "g,x\na,1e999\nb,2\n",
        "g,x\na,1e305\nb,2\n",
        "g,x\na,inf\nb,2\n",
        "g,x\na,1_0\nb,2\n",
        'g,x\na,"1\nb,2\n',
        "g,x\na\nb,2\n",
        "g,g\na,1\nb,2\n",
        "\x00\x01",
    ],
)
def test_bad_tables_are_one_line(text: str, capsys: Captured, table) -> None:
    refused(capsys, table(text), "--group", "g", "--columns", "x")


def test_no_file(capsys: Captured, tmp_path: Path) -> None:
    error = refused(capsys, tmp_path / "Erika.csv", "--group", "g", "--columns", "x")
    assert "Erika" not in error
    refused(capsys, tmp_path, "--group", "g", "--columns", "x")


def test_labels_cannot_drive_a_terminal(capsys: Captured, table) -> None:
    path = table("g,x\na\u009b31m,1\nb,2\n" + "a\u009b31m,3\nb,4\n")
    assert main(["compare", str(path), "--group", "g", "--columns", "x"]) == 0
    assert "\u009b" not in capsys.readouterr().out


def test_extremes_are_numbers(capsys: Captured, table) -> None:
    path = table("g,x\na,1e-300\na,2e-300\na,-1e299\nb,1e299\nb,3\nb,4\n")
    document = compared(capsys, path, "--group", "g", "--columns", "x")
    assert math.isfinite(by_name(document, "x")["welch_t"]["statistic"])


def test_a_column_of_identifiers_is_refused(capsys: Captured, table) -> None:
    path = str(table("g,t\n" + "".join(f"{i % 2},Erika{i // 2}\n" for i in range(240))))
    assert main(["compare", path, "--group", "g", "--columns", "t"]) == 2
    error = capsys.readouterr().err
    assert "too many different texts" in error
    assert "Erika" not in error
