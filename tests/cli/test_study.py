"""``study check``: the contract, as somebody at a terminal meets it."""

from __future__ import annotations

import json

import pytest

from gepnet_core.__main__ import main
from gepnet_core.replication.audit.audit import audit

Captured = pytest.CaptureFixture[str]

STATUSES = {"consistent", "printed_wrong", "undeclared", "assumption", "not_recomputable"}
"""design.md, section 5."""


@pytest.fixture
def document(capsys: Captured) -> dict:
    assert main(["study", "check", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_the_rows_of_the_contract(document: dict) -> None:
    for row in document["rows"]:
        assert set(row) >= {"id", "printed", "recomputed", "reconstructed", "status", "note"}
        assert row["status"] in STATUSES
        assert row["note"]
    assert [row["id"] for row in document["rows"]] == [row.id for row in audit().rows]
    assert sum(document["counts"].values()) == len(document["rows"])


def test_numbers_are_unrounded_and_prints_are_as_printed(document: dict) -> None:
    rows = {row["id"]: row for row in document["rows"]}
    assert rows["plateau_sensitivity"]["printed"] == "73.9%"
    assert rows["plateau_sensitivity"]["printed_value"] == 0.739
    assert rows["plateau_sensitivity"]["recomputed"] == 21 / 23
    assert rows["plateau_sensitivity"]["status"] == "printed_wrong"
    assert rows["pattern_p"]["printed"] == "<0.001"
    assert rows["pattern_p"]["printed_comparison"] == "<"


def test_each_null_has_its_reason(document: dict) -> None:
    for index, row in enumerate(document["rows"]):
        for field in ("recomputed", "reconstructed"):
            assert (row[field] is None) == (f"rows.{index}.{field}" in document["reasons"])


def test_the_text_counts_and_explains(capsys: Captured) -> None:
    assert main(["study", "check"]) == 0
    out, _ = capsys.readouterr()
    assert "173 printed results and cases" in out
    assert "   8 printed wrong" in out
    assert "Sensitivity and specificity were swapped." in " ".join(out.split())
    assert "lymphadenopathy_present_net" not in out  # what is consistent is only counted
    assert max(map(len, out.splitlines())) < 160


@pytest.mark.parametrize(
    "words", [["study"], ["study", "chec"], ["study", "check", "all"], ["study", "check", "--js"]]
)
def test_bad_words_are_one_line_and_status_2(words: list[str], capsys: Captured) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
