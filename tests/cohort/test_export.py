"""CSV and JSON of a judged table: nothing runs in a spreadsheet, nothing is rounded, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.case import Case
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.assess_table import JudgedTable, assess_table
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.export import shown_ratio, table_csv, table_json, template_csv
from gepnet_core.cohort.tables.csv_text import escape_formula
from gepnet_core.cohort.tables.read import read_table

TEXT = (
    "patient_id,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern\n"
    '"=HYPERLINK(""http://x"")",50,66,,,plateau\n'
    "@SUM,-5,66,80,100,\n"
    "-12,x,66,,,\n"
)


def judged(text: str = TEXT, *, with_patient_id: bool = True, settings: Case | None = None) -> JudgedTable:
    return assess_table(read_table(text.encode()), None, settings, with_patient_id=with_patient_id)


def rows_of(table: JudgedTable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table_csv(table), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        " =1",
        "=",
        "－1+1",
        "-5-3",
        "+1+1",
    ],
)
def test_formulas_are_escaped(text: str) -> None:
    # The starts that OWASP names in "CSV Injection".
    assert escape_formula(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["-5", "-5.5", "-5,5", "+3", "-.5", "-1e-3", "", "a=b", "x", "5", "P-1", "'=1"]
)
def test_numbers_and_other_text_stay(text: str) -> None:
    assert escape_formula(text) == text


@given(st.text(max_size=20))
def test_what_is_escaped_once_stays(text: str) -> None:
    once = escape_formula(text)
    assert escape_formula(once) == once
    assert once in (text, "'" + text)


def test_csv_of_rows() -> None:
    rows = rows_of(judged())
    assert [row["patient_id"] for row in rows] == ['\'=HYPERLINK("http://x")', "'@SUM", "-12"]
    assert [row["call"] for row in rows] == ["adenocarcinoma", "net", ""]
    assert float(rows[0]["hap_ratio"]) == 50 / 66
    assert float(rows[1]["hap_ratio"]) == -5 / 66
    assert (rows[0]["counts_adenocarcinoma"], rows[0]["counts_net"]) == ("19", "2")
    assert rows[0]["pvp_ratio"] == rows[0]["post_test_net"] == ""
    assert rows[1]["warnings"].split()[0] == "negative_lesion_hu"
    assert rows[2]["reason"].startswith("Not judged, since hap_lesion_hu")
    assert {(row["cutoff"], row["definition"], row["tolerance"]) for row in rows} == {
        ("0.898", "liver_relative", "0.20")
    }
    assert {row["intended_use"] for row in rows} == {"For research and education. Not a medical device."}


def test_codes_leave_only_when_asked() -> None:
    without = judged(with_patient_id=False)
    assert "patient_id" not in rows_of(without)[0]
    assert "patient_id" not in table_json(without)["rows"][0]
    assert "HYPERLINK" not in table_csv(without) + json.dumps(table_json(without))


def test_json_holds_what_the_csv_holds_and_the_issues() -> None:
    table = judged(settings=Case(pretest_net=Decimal("0.05")))
    document = json.loads(json.dumps(table_json(table), allow_nan=False))
    assert document["counts"] == {
        "adenocarcinoma": 1, "net": 1, "not_classifiable": 0, "withheld": 0, "not_judged": 1
    }  # fmt: skip
    assert document["rows"][0]["hap_ratio"] == 50 / 66
    # design.md section 4: 19:2 at 0.05 gives .0060.
    assert round(document["rows"][0]["post_test_net"], 4) == 0.0060
    assert document["settings"]["pretest"] == 0.05
    (issue,) = document["issues"]
    assert (issue["row"], issue["line"], issue["column"], issue["value"]) == (3, 4, "hap_lesion_hu", "x")
    assert document["synthetic"] is False


def test_synthetic_rows_say_so() -> None:
    table = judged("synthetic,pattern\nyes,washout\nno,washout\n")
    assert [row["synthetic"] for row in rows_of(table)] == ["yes", "no"]
    assert table_json(table)["synthetic"] is True


def test_shown_ratio_stays_on_its_side() -> None:
    table = judged(
        "hap lesion,hap liver,pattern\n44.9,50,plateau\n89.82,100,plateau\n89.78,100,plateau\n,,plateau\n"
    )
    shown = [shown_ratio(row, Phase.HAP, Decimal("0.898")) for row in table.rows]
    assert shown == ["0.898", "0.8982", "0.8978", None]


def test_the_template_is_a_table_of_the_dictionary() -> None:
    headings = template_csv().strip().split(",")
    assert [name for name in headings if name not in load_dictionary().columns] == []
    values = {"patient_id": "P1", "pattern": "plateau"}
    line = ",".join(values.get(name, "60") for name in headings)
    table = judged(template_csv() + line + "\n")
    assert (table.issues, table.notes) == ((), ())
