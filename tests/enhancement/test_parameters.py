"""The parameters' file: complete, cited, and refused when damaged."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.parameters import (
    PARAMETER_FILE,
    Basis,
    build_parameters,
    check_setting,
    load_parameters,
    parameter,
    value,
)
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.phantom import read_scene
from gepnet_core.imaging.phantom.tissue import Tissue
from gepnet_core.study.facts import read_toml

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
    # Materials and methods, CT technique: "600 mg iodine/ kg body weight", "Ultravist 300", "at a rate of
    # 3 ml/sec", "25-30 seconds", "70-75 seconds", "150 seconds (equilibrium phase)", "thickness of 5 mm".
    stated = {
        "iodine_mg_per_kg": 600.0,
        "concentration_mg_per_ml": 300.0,
        "rate_ml_per_s": 3.0,
        "hap_delay_s": 27.5,
        "pvp_delay_s": 72.5,
        "ep_delay_s": 150.0,
        "slice_mm": 5.0,
    }
    entries = {entry["name"]: entry for entry in read_toml(PARAMETER_FILE)["parameter"]}
    for name, number in stated.items():
        assert value(name) == number
        assert "value" not in entries[name]


def test_the_phantom_has_the_models_fat_and_necrosis() -> None:
    # 65, 23 and -3 HU at 0.5, 25 and 40 % of fat: PMC8574059, Figure 2.
    assert value("hu_per_fat_percent") == -1.7
    assert value("necrosis_hu") == 16.0
    sound = read_scene("net")
    fatty = replace(sound, liver_fat_percent=10.0)
    for phase in Phase:
        assert sound.phases[phase].necrosis == value("necrosis_hu")
        gain = fatty.tissue_hu(phase)[Tissue.LIVER] - sound.tissue_hu(phase)[Tissue.LIVER]
        assert gain == pytest.approx(10.0 * value("hu_per_fat_percent"))


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
    for unknown in (
        {"fact": "nothing"},
        {"middle_of": ["hap_delay_low_s", "nothing"]},
        {"middle_of": ["hap_delay_low_s"]},
    ):
        with pytest.raises(GepnetError, match=r"an entry of data/enhancement.toml is damaged; got x; "):
            build_parameters([entry | unknown])
    with pytest.raises(GepnetError, match="no such parameter"):
        parameter("nothing")


@pytest.mark.parametrize("setting", [0.3, 1.0, 2.0, 1])
def test_a_setting_on_or_inside_its_limits_is_taken(setting: float) -> None:
    changed = change_settings(EnhancementSettings(), {"cardiac_output_factor": setting})
    assert changed.patient.cardiac_output_factor == setting


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
