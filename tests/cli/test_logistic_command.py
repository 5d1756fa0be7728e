"""``logistic``: the contract, the study's printed numbers on the example cohort, and hostile words."""

from __future__ import annotations

import json
import math

import pytest

from gepnet_core.__main__ import main
from gepnet_core.replication.ensemble import EXAMPLE_FILE

Captured = pytest.CaptureFixture[str]

CODE = "pattern=plateau:1,washout:2,progressive:3"
EXAMPLE = (EXAMPLE_FILE, "--outcome", "diagnosis", "--positive", "adenocarcinoma")
FIVE = "hap_enhancement,lymphadenopathy,pvp_ratio,pattern,hap_ratio"


def answered(capsys: Captured, *words: object) -> dict:
    assert main(["logistic", *map(str, words), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_the_model_of_the_study(capsys: Captured) -> None:
    document = answered(capsys, *EXAMPLE, "--predictors", "pattern,hap_ratio", "--code", CODE)
    assert (document["n"], document["n_event"], document["event"]) == (46, 23, "adenocarcinoma")
    assert list(document["terms"]) == ["pattern", "hap_ratio"]
    pattern, ratio = document["terms"]["pattern"], document["terms"]["hap_ratio"]
    assert set(pattern) == {"b", "se", "exp_b", "wald", "profile", "p"}  # design.md, section 5
    # Results: pattern Exp(B) 0.113 (0.020-0.622), P 0.012; HAP ratio < 0.001 (0.000-0.067), P 0.009.
    shown = [
        f"{x:.3f}" for x in (pattern["exp_b"], pattern["wald"]["low"], pattern["wald"]["high"], pattern["p"])
    ]
    assert shown == ["0.113", "0.020", "0.622", "0.012"]
    assert ratio["exp_b"] < 0.001
    assert [f"{x:.3f}" for x in (ratio["wald"]["low"], ratio["wald"]["high"], ratio["p"])] == [
        "0.000",
        "0.067",
        "0.009",
    ]
    assert document["separation"] is None
    assert document["firth"] is None
    assert set(document["reasons"]) == {"separation", "firth"}
    assert document["steps"] == []
    assert any("synthetic" in note for note in document["notes"])


@pytest.mark.parametrize("rule", ["lr", "wald"])
def test_elimination_ends_where_the_study_does(rule: str, capsys: Captured) -> None:
    document = answered(capsys, *EXAMPLE, "--predictors", FIVE, "--code", CODE, "--backward", rule)
    assert list(document["terms"]) == ["pattern", "hap_ratio"]
    removed = [step["removed"] for step in document["steps"]]
    assert removed == ["pvp_ratio", "hap_enhancement", "lymphadenopathy", None]
    assert document["steps"][0]["kept"] == FIVE.split(",")
    assert {step["rule"] for step in document["steps"]} == {rule}
    assert document["references"] == {"hap_enhancement": "hyper", "lymphadenopathy": "absent"}
    few = answered(
        capsys, *EXAMPLE, "--predictors", FIVE, "--code", CODE, "--backward", rule, "--remove", "0.99"
    )
    assert len(few["steps"]) == 1
    assert few["steps"][0]["remove"] == 0.99


def test_text_without_a_code_becomes_indicators_and_separation_is_named(capsys: Captured) -> None:
    # Table 1: progressive in 0 of 23 adenocarcinomas, so that its indicator has no finite estimate.
    document = answered(capsys, *EXAMPLE, "--predictors", "pattern,hap_ratio", "--backward", "lr")
    assert document["references"] == {"pattern": "plateau"}
    assert list(document["terms"]) == ["pattern=progressive", "pattern=washout", "hap_ratio"]
    assert document["separation"]["kind"] == "quasi_complete"
    assert document["separation"]["terms"] == ["pattern=progressive"]
    assert "Quasi-complete separation" in document["separation"]["message"]
    assert set(document["firth"]["terms"]) == set(document["terms"])
    for term in document["firth"]["terms"].values():
        assert term["profile"]["low"] < term["exp_b"] < term["profile"]["high"]
    for term, found in document["terms"].items():
        assert found["b"] is None
        assert {
            f"terms.{term}.{what}" for what in ("b", "se", "exp_b", "p", "wald.low", "profile.high")
        } <= set(document["reasons"])
    assert document["steps"] == []
    assert "no predictor was left out" in document["reasons"]["steps"]


def test_complete_separation(capsys: Captured, table) -> None:
    path = table("y,x\n" + "".join(f"{int(x > 4)},{x}\n" for x in range(1, 9)))
    words = (path, "--outcome", "y", "--positive", "1", "--predictors", "x")
    document = answered(capsys, *words)
    assert document["separation"]["kind"] == "complete"
    assert math.isfinite(document["firth"]["terms"]["x"]["exp_b"])
    assert main(["logistic", *map(str, words)]) == 0
    out, _ = capsys.readouterr()
    assert "Complete separation" in out
    assert "x alone already" in out
    assert "Firth" in out


def test_the_event_is_matched_as_a_number_and_missing_rows_are_told(capsys: Captured, table) -> None:
    path = table("y;x;k\n1;1,5;a\n0;2;b\n1.0;3;a\n0;2,5;\n;4;a\n1;;b\n0;1;a\n1;2;b\n0;3;b\n")
    document = answered(capsys, path, "--outcome", "y", "--positive", "1.00", "--predictors", "x,k")
    assert document["event"] == "1"
    assert (document["n"], document["n_event"], document["n_left_out"]) == (6, 3, 3)
    assert document["n_missing"] == {"y": 1, "x": 1, "k": 1}


def test_swapping_the_event_turns_exp_b_over(capsys: Captured) -> None:
    one = answered(capsys, *EXAMPLE, "--predictors", "pvp_ratio")["terms"]["pvp_ratio"]
    words = (EXAMPLE_FILE, "--outcome", "diagnosis", "--positive", "net", "--predictors", "pvp_ratio")
    other = answered(capsys, *words)["terms"]["pvp_ratio"]
    assert one["exp_b"] * other["exp_b"] == pytest.approx(1)
    assert one["profile"]["low"] * other["profile"]["high"] == pytest.approx(1, rel=1e-6)


def test_a_number_beyond_float_is_null_with_a_reason(capsys: Captured, table) -> None:
    path = table("y,x\n" + "".join(f"{y},{x}e-6\n" for y, x in zip("01010111", range(8), strict=True)))
    document = answered(capsys, path, "--outcome", "y", "--positive", "1", "--predictors", "x")
    assert document["terms"]["x"]["exp_b"] is None
    assert "1e308" in document["reasons"]["terms.x.exp_b"]
    assert main(["logistic", str(path), "--outcome", "y", "--positive", "1", "--predictors", "x"]) == 0
    assert "above 1e300" in capsys.readouterr().out


def test_the_text(capsys: Captured) -> None:
    words = [*map(str, EXAMPLE), "--predictors", FIVE, "--code", CODE, "--backward", "lr"]
    assert main(["logistic", *words]) == 0
    out, _ = capsys.readouterr()
    assert "Event: diagnosis adenocarcinoma, in 23 of 46 rows; the other class is net." in out
    assert "pattern coded as a number: plateau 1, washout 2, progressive 3." in out
    assert "pvp_ratio leaves." in out
    assert "pattern: Exp(B) 0.113 (Wald 95 % CI 0.0204 to 0.622; profile 95 % CI" in out
    assert "chosen by the same rows" in out
    assert "The rarer class has 23 rows for 5 coefficients" in out


SMALL = "y,x,k,mixed,same,name,three,x2\n" + (
    "1,1,a,1,5,Erika,u,9\n0,2,b,x,5,Klaus,v,4\n1,4,b,3,5,Otto,w,6\n0,3,a,4,5,Ida,u,8\n1,2,a,4,5,Eva,v,1\n"
)
GOOD = ["--outcome", "y", "--positive", "1"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--outcome", "y", "--predictors", "x"], "--positive"),
        (["--positive", "1", "--predictors", "x"], "--outcome"),
        (GOOD, "--predictors"),
        ([*GOOD, "--predictors", "y"], "cannot predict itself"),
        ([*GOOD, "--predictors", "x,x"], "twice"),
        ([*GOOD, "--predictors", "z"], "no such column"),
        ([*GOOD, "--predictors", "mixed"], "4 numbers and 1 other cells, the first in line 3"),
        ([*GOOD, "--predictors", "same"], "does not vary"),
        ([*GOOD, "--predictors", "name"], "its own text"),
        ([*GOOD, "--predictors", "x,k,three,x2"], "fewer rows than coefficients"),
        (["--outcome", "three", "--positive", "u", "--predictors", "x"], "3 different texts"),
        (["--outcome", "y", "--positive", "2", "--predictors", "x"], "no row has that outcome"),
        (["--outcome", "y", "--positive", "nan", "--predictors", "x"], "no row has that outcome"),
        ([*GOOD, "--predictors", "x", "--code", "k=a:1,b:2"], "belongs to no predictor"),
        ([*GOOD, "--predictors", "k", "--code", "k"], "belongs to no predictor"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1"], "does not name every text"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1,b"], "a text, a colon and a number"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1,b:inf"], "a text, a colon and a number"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1,b:1_0"], "a text, a colon and a number"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1,a:2"], "two numbers"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1,b:2", "--code", "k=a:1,b:2"], "two codes"),
        ([*GOOD, "--predictors", "k", "--code", "k="], "nothing"),
        ([*GOOD, "--predictors", "k", "--code", "k=a:1,b:1"], "does not vary"),
        ([*GOOD, "--predictors", "x", "--backward", "forward"], "no such choice"),
        ([*GOOD, "--predictors", "x", "--remove", "0.1"], "without --backward"),
        ([*GOOD, "--predictors", "x", "--backward", "lr", "--remove", "10"], "fraction"),
        ([*GOOD, "--predictors", "x", "--backward", "lr", "--remove", "nan"], "not a probability"),
        ([*GOOD, "--predictors", "x", "--backward", "lr", "--remove", "0"], "above 0"),
        ([*GOOD, "--predictors", "x", "--back", "lr"], "--back"),
    ],
)
def test_bad_words_are_one_line_without_cells(
    words: list[str], expected: str, capsys: Captured, table
) -> None:
    assert main(["logistic", str(table(SMALL)), *words]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert expected in error
    for cell in ("Erika", "Klaus", "Otto", "Mustermann"):
        assert cell not in error


def test_a_heading_may_hold_an_equals_sign_and_a_text_a_comma(capsys: Captured, table) -> None:
    path = table('y,"a=b"\n1,"p, q"\n0,r\n1,r\n0,"p, q"\n1,"p, q"\n0,r\n')
    words = (path, "--outcome", "y", "--positive", "1", "--predictors", "a=b", "--code", 'a=b="p, q:1",r:2')
    document = answered(capsys, *words)
    assert document["codes"] == {"a=b": {"p, q": 1, "r": 2}}
    # 2 of 3 against 1 of 3: odds ratio of r against p, q 1/4.
    assert document["terms"]["a=b"]["exp_b"] == pytest.approx(0.25)


def test_a_column_of_identifiers_is_refused(capsys: Captured, table) -> None:
    path = str(table("g,t\n" + "".join(f"{i % 2},Erika{i // 2}\n" for i in range(240))))
    assert main(["logistic", path, "--outcome", "g", "--positive", "0", "--predictors", "t"]) == 2
    error = capsys.readouterr().err
    assert "too many different texts" in error
    assert "Erika" not in error
