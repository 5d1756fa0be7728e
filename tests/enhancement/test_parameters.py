"""The parameters' file: complete, cited, and refused when damaged."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from gepnet_core.enhancement.parameters import (
    Basis,
    build_parameters,
    check_setting,
    load_parameters,
    parameter,
    value,
)
from gepnet_core.errors import GepnetError, StudyError
from gepnet_core.imaging.phantom import HU_PER_FAT_PERCENT, PhaseEnhancement

ENTRY: dict[str, Any] = {
    "name": "x",
    "label": "an x",
    "value": 2.0,
    "unit": "s",
    "low": 1.0,
    "high": 3.0,
    "basis": "measured",
    "source": "somewhere",
}


def test_every_parameter_says_what_it_rests_on() -> None:
    parameters = load_parameters()
    assert len(parameters) == len(set(parameters)) > 40
    for known in parameters.values():
        assert known.low <= known.value <= known.high
        assert known.unit and len(known.source) >= 10
    effective = {name for name, known in parameters.items() if known.basis is Basis.EFFECTIVE}
    # No measurement supports any value of the metastases, the liver's transit time or the arm's delay.
    kinetic = {
        "unenhanced_hu",
        "transfer_ml_per_min_100ml",
        "interstitium",
        "arterial_fraction",
        "blood_fraction",
    }
    assert effective == {
        "arm_to_heart_delay_s",
        "liver.transit_s",
        *(f"{kind}.{name}" for kind in ("hypervascular", "hypovascular") for name in kinetic),
    }
    assert not any(parameters[name].is_measured for name in effective)


def test_bases_are_told_in_words() -> None:
    assert "no measurement supports it" in Basis.EFFECTIVE.label
    assert len({basis.label for basis in Basis}) == len(Basis)


def test_values_of_the_study_come_from_its_facts() -> None:
    # Materials and methods, CT technique: "at a rate of 3 ml/sec"; "150 seconds (equilibrium phase)".
    assert value("rate_ml_per_s") == 3.0
    assert value("ep_delay_s") == 150.0


def test_fat_and_necrosis_are_those_of_the_phantom() -> None:
    assert value("hu_per_fat_percent") == HU_PER_FAT_PERCENT
    field = PhaseEnhancement.__dataclass_fields__["necrosis"]
    assert value("necrosis_hu") == field.default


def test_a_constant_is_no_setting() -> None:
    assert not parameter("hu_per_fat_percent").is_setting
    assert parameter("liver.fat_percent").is_setting


@pytest.mark.parametrize(
    "change",
    [
        {"value": 0.9},
        {"value": 3.1},
        {"value": math.nan},
        {"low": 3.0, "high": 1.0},
        {"value": "2"},
        {"basis": "guessed"},
        {"source": ""},
        {"unit": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_a_damaged_entry_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(GepnetError, match="damaged; got x"):
        build_parameters([ENTRY | change])


@pytest.mark.parametrize("missing", [name for name in ENTRY if name != "name"])
def test_an_incomplete_entry_is_named(missing: str) -> None:
    with pytest.raises(GepnetError, match="damaged; got x"):
        build_parameters([{name: item for name, item in ENTRY.items() if name != missing}])


def test_a_name_stands_once() -> None:
    with pytest.raises(GepnetError, match="stands twice"):
        build_parameters([ENTRY, ENTRY])


def test_an_unknown_fact_or_parameter_is_refused() -> None:
    entry = {name: item for name, item in ENTRY.items() if name != "value"}
    with pytest.raises((StudyError, GepnetError)):
        build_parameters([entry | {"fact": "nothing"}])
    with pytest.raises(GepnetError, match="no such parameter"):
        parameter("nothing")


@pytest.mark.parametrize("setting", [0.3, 1.0, 2.0, 1])
def test_a_setting_on_or_inside_its_limits_is_taken(setting: float) -> None:
    check_setting("cardiac_output_factor", setting)


@pytest.mark.parametrize(
    "setting", [0.2999, 2.0001, -1, 0, math.nan, math.inf, -math.inf, 1e300, True, "1", None]
)
def test_a_setting_beyond_them_is_refused_with_a_sentence(setting: Any) -> None:
    with pytest.raises(
        GepnetError, match=r"The cardiac output .* is out of range; got .*; allowed: 0.3 to 2\.$"
    ):
        check_setting("cardiac_output_factor", setting)
    with pytest.raises(GepnetError) as refused:
        check_setting("cardiac_output_factor", setting)
    assert refused.value.field == "cardiac_output_factor"


def test_a_refusal_names_the_unit() -> None:
    with pytest.raises(GepnetError, match="allowed: 35 to 160 kg"):
        check_setting("weight_kg", 20)


def test_parameters_are_frozen() -> None:
    assert replace(parameter("weight_kg"), value=70.0).value == 70.0
    with pytest.raises(TypeError):
        load_parameters()["weight_kg"] = parameter("height_cm")  # type: ignore[index]
