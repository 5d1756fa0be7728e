"""``assess``: the contract of one case and of a table, as somebody at a terminal meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from gepnet_core.__main__ import main

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "hu_table.csv"

Captured = pytest.CaptureFixture[str]


def answer(captured: Captured, *words: str) -> dict[str, Any]:
    """The JSON object of a command line that succeeds."""
    assert main(["assess", *words, "--json"]) == 0
    out, err = captured.readouterr()
    assert err == ""
    document: dict[str, Any] = json.loads(out)
    return document


def refusal(captured: Captured, *words: str) -> str:
    """The line of a command line that is refused."""
    assert main(["assess", *words, "--json"]) == 2
    out, err = captured.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


CONTRACT = {
    "call", "positive_class", "basis", "ratios", "criteria", "cell", "single_criterion",
    "likelihood_ratio_net", "post_test_net", "flip", "scope", "warnings", "reasons", "version",
}  # fmt: skip
"""design.md section 5."""


def test_the_keys_of_the_contract(capsys: Captured) -> None:
    found = answer(capsys, "--hap", "50", "66", "--pattern", "plateau")
    assert set(found) >= CONTRACT
    assert set(found["ratios"]) == {"hap", "pvp", "ep"}
    assert set(found["criteria"]["hap_ratio"]) == {"value", "cutoff", "met"}
    assert set(found["criteria"]["pattern"]) == {"value", "source", "met", "derived"}


@pytest.mark.parametrize(
    ("words", "call", "basis"),
    [
        # The joint cells of design.md section 4: low and plateau is adenocarcinoma, all else NET.
        (["--hap", "50", "66", "--pattern", "plateau"], "adenocarcinoma", "both"),
        (["--hap", "70", "66", "--pattern", "plateau"], "net", "both"),
        (["--hap", "50", "66", "--pattern", "washout"], "net", "both"),
        (["--hap", "70", "66", "--pattern", "progressive"], "net", "both"),
        # One criterion decides alone, or does not.
        (["--hap", "70", "66"], "net", "hap_ratio"),
        (["--pattern", "washout"], "net", "pattern"),
        (["--hap", "50", "66"], "not_classifiable", None),
        (["--pattern", "plateau"], "not_classifiable", None),
        (["--hap", "50", "66", "--pattern", "plateau", "--scope", "untreated=no"], "withheld", None),
        # 44.9 / 50 is at 0.898 and therefore adenocarcinoma; a tenth more is above.
        (["--hap", "44.9", "50", "--pattern", "plateau"], "adenocarcinoma", "both"),
        (["--hap", "44,9", "50", "--pattern", "plateau"], "adenocarcinoma", "both"),
        (["--hap", "45.0", "50", "--pattern", "plateau"], "net", "both"),
        (["--hap", "44.8", "50", "--pattern", "plateau"], "adenocarcinoma", "both"),
    ],
)
def test_calls(words: list[str], call: str, basis: str | None, capsys: Captured) -> None:
    found = answer(capsys, *words)
    assert (found["call"], found["basis"]) == (call, basis)


@pytest.mark.parametrize("lesion", ["-5", "-5.0", "-5,0", "\N{MINUS SIGN}5"])
def test_negative_numbers_are_numbers(lesion: str, capsys: Captured) -> None:
    found = answer(capsys, "--hap", lesion, "60")
    assert found["ratios"]["hap"] == -5 / 60
    assert "negative_lesion_hu" in {warning["code"] for warning in found["warnings"]}


@pytest.mark.parametrize(
    "lesion", ["nan", "inf", "-inf", "5_0", "٤٤", "5e1", "0x10", "50 HU", "1,024.5", "", " ", "--", "½"]
)
def test_what_is_no_number_is_refused(lesion: str, capsys: Captured) -> None:
    assert refusal(capsys, "--hap", lesion, "60").startswith("python -m gepnet_core assess: error: --hap")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "no criterion was given"),
        (["--pvp", "80", "100"], "no criterion was given"),
        (["--ep", "80", "100"], "no criterion was given"),
        (["--hap", "50", "0"], "the liver's HU must be above 0"),
        (["--hap", "50", "-60"], "the liver's HU must be above 0"),
        (["--hap", "3072", "60"], "allowed: -1024 to 3071 HU"),
        (["--hap", "-1025", "60"], "allowed: -1024 to 3071 HU"),
        (["--pattern", "Plateau"], "allowed: plateau, washout, progressive"),
        (["--pattern", "plateau", "--definition", "liver"], "allowed: liver_relative, lesion_hu"),
        (["--pattern", "plateau", "--tolerance", "-1"], "at least 0"),
        (["--pattern", "plateau", "--cutoff", "0"], "above 0"),
        (["--pattern", "plateau", "--pretest", "0"], "strictly between 0 and 1"),
        (["--pattern", "plateau", "--pretest", "1"], "strictly between 0 and 1"),
        (["--pattern", "plateau", "--pretest", "5%"], "--pretest: this is not a number"),
        (["--pattern", "plateau", "--scope", "untreated"], "a scope item needs its state"),
        (["--pattern", "plateau", "--scope", "treated=yes"], "no such scope item"),
        (["--pattern", "plateau", "--scope", "untreated=maybe"], "allowed: yes, no, unknown"),
        (["--pattern", "plateau", "--scope", "untreated=yes", "untreated=no"], "has two states"),
        (["--pattern", "plateau", "--out", "x.csv"], "--out without --table"),
        (["--pattern", "plateau", "--with-patient-id"], "--with-patient-id without --table"),
        (["--table", str(EXAMPLE), "--pattern", "plateau"], "--table with --pattern"),
        (["--table", "no-such-file.csv"], "--table: the file cannot be read"),
        (["--table", str(EXAMPLE.parent)], "--table: the file cannot be read"),
        (["--table", "with\0zero.csv"], "--table: the file cannot be read"),
        (["--table", str(EXAMPLE), "--out", "x.xlsx"], "allowed: .csv or .json"),
        (["--table", str(EXAMPLE), "--out", str(EXAMPLE)], "over the table"),
        (["--table", str(EXAMPLE), "--mapping", str(EXAMPLE)], "the mapping file is no JSON"),
    ],
)
def test_refusals(words: list[str], expected: str, capsys: Captured) -> None:
    assert expected in refusal(capsys, *words)


def test_tolerance_belongs_to_the_chosen_definition(capsys: Captured) -> None:
    # Lesion 50 to 60 HU: progressive with a tolerance of 9 HU, plateau with 10 (the default).
    words = ["--hap", "50", "66", "--pvp", "60", "80", "--definition", "lesion_hu"]
    derived = answer(capsys, *words, "--tolerance", "9")["criteria"]["pattern"]["derived"]
    assert (derived["lesion_hu"]["tolerance"], derived["lesion_hu"]["value"]) == (9, "progressive")
    assert derived["liver_relative"]["tolerance"] == 0.2
    assert answer(capsys, *words)["criteria"]["pattern"]["value"] == "plateau"


def test_pretest_is_a_fraction(capsys: Captured) -> None:
    # design.md section 4: 19:2 at 0.05 gives .0060 [.0012-.0164].
    found = answer(capsys, "--hap", "50", "66", "--pattern", "plateau", "--pretest", "0,05")["post_test_net"]
    assert found["pretest"] == 0.05
    assert [round(found[name], 4) for name in ("median", "low", "high")] == [0.0060, 0.0012, 0.0164]


def test_scope_repeated_and_several(capsys: Captured) -> None:
    words = ["--scope", "untreated=yes", "kvp_120=no", "--scope", "normal_liver=yes", "untreated=yes"]
    scope = answer(capsys, "--pattern", "washout", *words)["scope"]
    assert (scope["untreated"], scope["kvp_120"], scope["normal_liver"]) == ("yes", "no", "yes")
    assert scope["gep_primary"] == "unknown"


def test_own_cutoff_has_no_counts(capsys: Captured) -> None:
    found = answer(capsys, "--hap", "50", "66", "--pattern", "plateau", "--cutoff", "0.9")
    assert (found["call"], found["cell"], found["likelihood_ratio_net"]) == ("adenocarcinoma", None, None)
    assert "0.9" in found["reasons"]["cell"]


def test_the_example_table(capsys: Captured) -> None:
    found = answer(capsys, "--table", str(EXAMPLE))
    assert found["synthetic"] is True
    assert [row["row"] for row in found["rows"]] == list(range(1, 15))
    assert sum(found["counts"].values()) == 14
    assert "patient_id" not in found["rows"][0]
    assert found["issues"] == []
    assert found["intended_use"] == "For research and education. Not a medical device."


def test_codes_of_patients_only_when_asked(capsys: Captured) -> None:
    found = answer(capsys, "--table", str(EXAMPLE), "--with-patient-id")
    assert found["rows"][0]["patient_id"] == "SYNTHETIC-01"
    assert main(["assess", "--table", str(EXAMPLE)]) == 0
    out, _ = capsys.readouterr()
    assert "SYNTHETIC-01" not in out
    assert "SYNTHETIC: rows of this table are invented." in out


def test_out_as_csv_and_json(tmp_path: Path, capsys: Captured) -> None:
    for name in ("rows.csv", "rows.JSON"):
        shown = answer(capsys, "--table", str(EXAMPLE), "--out", str(tmp_path / name))
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["call"] for row in rows] == [row["call"] for row in shown["rows"]]
    assert {row["intended_use"] for row in rows} == {"For research and education. Not a medical device."}
    assert json.loads((tmp_path / "rows.JSON").read_text(encoding="utf-8")) == shown


def test_out_into_a_folder_that_is_not_there(tmp_path: Path, capsys: Captured) -> None:
    line = refusal(capsys, "--table", str(EXAMPLE), "--out", str(tmp_path / "none" / "rows.csv"))
    assert "--out: the file cannot be written" in line
    assert str(tmp_path) not in line


def test_choices_hold_for_every_row(tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "table.csv"
    table.write_text("hap lesion;hap liver;pattern\n45;50;plateau\n45;50;plateau\n", encoding="utf-8")
    found = answer(capsys, "--table", str(table), "--cutoff", "0.9", "--scope", "untreated=yes")
    assert [row["call"] for row in found["rows"]] == ["adenocarcinoma"] * 2
    assert found["settings"]["cutoff"] == 0.9
    assert found["settings"]["scope"] == {"untreated": "yes"}
    assert [row["call"] for row in answer(capsys, "--table", str(table))["rows"]] == ["net"] * 2


def test_mapping(tmp_path: Path, capsys: Captured) -> None:
    table, mapping = tmp_path / "table.csv", tmp_path / "mapping.json"
    table.write_text("art;liv;type\n44,9;50;P\n", encoding="utf-8")
    document = {
        "format": "gepnet-table-mapping",
        "version": 1,
        "columns": {"art": "hap_lesion_hu", "liv": "hap_liver_hu", "type": "pattern"},
        "values": {"pattern": {"P": "plateau"}},
        "decimal": "comma",
    }
    mapping.write_text(json.dumps(document), encoding="utf-8")
    found = answer(capsys, "--table", str(table), "--mapping", str(mapping))
    assert found["rows"][0]["call"] == "adenocarcinoma"
    assert "at_cutoff" in found["rows"][0]["warnings"]


def test_one_row_says_what_one_case_says(capsys: Captured) -> None:
    rows = answer(capsys, "--table", str(EXAMPLE))["rows"]
    case = answer(capsys, "--hap", "48.5", "64.2", "--pvp", "71.0", "104.6", "--scope", "untreated=yes")
    row = rows[2]
    assert (row["call"], row["basis"]) == (case["call"], case["basis"])
    assert (row["hap_ratio"], row["pvp_ratio"]) == (case["ratios"]["hap"], case["ratios"]["pvp"])
    assert (row["counts_adenocarcinoma"], row["counts_net"]) == (
        case["cell"]["adenocarcinoma"],
        case["cell"]["net"],
    )
    assert row["likelihood_ratio_net"] == case["likelihood_ratio_net"]["median"]
    assert row["warnings"] == list(dict.fromkeys(w["code"] for w in case["warnings"]))
