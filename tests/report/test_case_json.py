"""The JSON of an assessment: the contract's fields, unrounded numbers, a reason for each null."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.report.case.case_json import assessment_json
from tests.report.cases import HIGH, LOW, PLATEAU, WASHOUT, case_of, cases

# design.md section 5, `assess`.
CONTRACT = {
    "call",
    "positive_class",
    "basis",
    "ratios",
    "criteria",
    "cell",
    "single_criterion",
    "likelihood_ratio_net",
    "post_test_net",
    "flip",
    "scope",
    "warnings",
    "reasons",
    "version",
}
EXTRA = {"grey_zone", "inputs", "intended_use"}


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def json_of(case: Case) -> dict[str, Any]:
    return assessment_json(assess(case))


def test_the_fields_are_those_of_the_contract() -> None:
    answer = json_of(case_of(LOW, ("70", "100"), pretest_net=Decimal("0.05")))
    assert set(answer) == CONTRACT | EXTRA
    assert (answer["call"], answer["positive_class"], answer["basis"]) == (
        "adenocarcinoma",
        "adenocarcinoma",
        "both",
    )
    assert answer["ratios"] == {"hap": 44.9 / 53.5, "pvp": 0.7, "ep": None}
    assert answer["criteria"]["hap_ratio"] == {"value": 44.9 / 53.5, "cutoff": 0.898, "met": True}
    pattern = answer["criteria"]["pattern"]
    assert (pattern["value"], pattern["source"], pattern["met"]) == ("plateau", "derived", True)
    assert pattern["derived"]["liver_relative"] == {
        "change": pytest.approx(0.7 - 44.9 / 53.5, abs=1e-15),
        "tolerance": 0.2,
        "value": "plateau",
    }
    assert pattern["derived"]["lesion_hu"] == {"change": 25.1, "tolerance": 10.0, "value": "progressive"}
    assert answer["cell"] == {"adenocarcinoma": 19, "net": 2}
    assert answer["flip"][0] == {
        "quantity": "hap_lesion_hu",
        "from": 44.9,
        "to": 48.1,
        "delta_hu": 3.2,
        "changes": "hap_ratio",
        "outcome": "above the cutoff",
    }
    assert {"code": "definitions_disagree", "message": answer["warnings"][1]["message"]} in answer["warnings"]


def test_post_test_of_the_design() -> None:
    # design.md section 4: "19:2 at 0.05 gives .0060 [.0012-.0164]".
    after = json_of(case_of(LOW, reader=PLATEAU, pretest_net=Decimal("0.05")))["post_test_net"]
    assert after["pretest"] == 0.05
    assert [round(after[k], 4) for k in ("median", "low", "high")] == [0.0060, 0.0012, 0.0164]


@pytest.mark.parametrize(
    ("case", "cell", "single"),
    [
        (case_of(LOW, reader=WASHOUT), {"adenocarcinoma": 0, "net": 3}, None),
        (case_of(LOW), None, {"name": "hap_ratio", "adenocarcinoma": 19, "net": 5}),
        (case_of(HIGH), None, {"name": "hap_ratio", "adenocarcinoma": 4, "net": 18}),
        (case_of(reader=PLATEAU), None, {"name": "pattern", "adenocarcinoma": 21, "net": 6}),
        (case_of(reader=WASHOUT), None, {"name": "pattern", "adenocarcinoma": 2, "net": 17}),
    ],
)
def test_cell_where_both_are_known_else_the_one(case: Case, cell: object, single: object) -> None:
    answer = json_of(case)
    assert (answer["cell"], answer["single_criterion"]) == (cell, single)


def test_a_zero_denominator_leaves_the_raw_ratio_empty_with_a_reason() -> None:
    answer = json_of(case_of(LOW, reader=WASHOUT))
    assert answer["likelihood_ratio_net"]["raw"] is None
    assert "likelihood_ratio_net.raw" in answer["reasons"]


def test_a_readers_pattern_is_named_so() -> None:
    pattern = json_of(case_of(LOW, reader=WASHOUT))["criteria"]["pattern"]
    assert (pattern["value"], pattern["source"], pattern["met"]) == ("washout", "reader", False)
    assert pattern["derived"] == {"liver_relative": None, "lesion_hu": None}


def test_scope_names_every_item() -> None:
    answer = json_of(case_of(LOW, reader=PLATEAU, scope={"untreated": ScopeState.NO}))
    assert answer["call"] == "withheld"
    assert answer["scope"]["untreated"] == "no"
    assert sorted(set(answer["scope"].values())) == ["no", "unknown"]
    assert answer["cell"] is None


@settings(max_examples=150, deadline=None)
@given(cases())
def test_every_case_is_json_and_every_null_has_a_reason(case: Case) -> None:
    answer = json_of(case)
    again = json.loads(json.dumps(answer, allow_nan=False))
    assert again == answer
    for path, value in leaves({k: v for k, v in answer.items() if k != "reasons"}):
        assert value is None or type(value) in (str, int, float, bool)
        if isinstance(value, float):
            assert math.isfinite(value)
        if value is None:
            assert answer["reasons"].get(path), path
    for path in answer["reasons"]:
        head = path.split(".")[0]
        assert head in CONTRACT | EXTRA
