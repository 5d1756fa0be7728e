"""The presets: what they promise is what the model and the rule give, and damaged entries are named."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.enhancement.preset_reading import phantom_tissues, read_preset, scanned_phase
from gepnet_core.enhancement.presets import (
    PRESET_FILE,
    LesionRoi,
    Preset,
    build_presets,
    load_presets,
)
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.time_attenuation import simulate
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import fact, read_toml
from tests.enhancement.lesion_solver import solve_lesion, wanted

PRESETS = list(load_presets().values())


def lesion_and_liver(preset: Preset, phase: Phase) -> tuple[float, float]:
    measurement = read_preset(preset).measurements[phase]
    return float(measurement.lesion.hu), float(measurement.liver.hu)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_gives_what_it_promises(preset: Preset) -> None:
    found = read_preset(preset)
    ratios = [found.measurements[phase].ratio for phase in (Phase.HAP, Phase.PVP)]
    assert [f"{ratio:.3f}" for ratio in ratios] == [
        str(preset.expected.hap_ratio),
        str(preset.expected.pvp_ratio),
    ]
    assert found.rule.pattern.value is preset.expected.pattern
    assert found.rule.call is preset.expected.call


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_is_not_on_the_brink(preset: Preset) -> None:
    """What it shows must not rest on the last digit: cutoff and tolerance are at least 0.01 away."""
    rule = read_preset(preset).rule
    assert rule.ratio.value is not None and rule.pattern.liver_relative is not None
    assert abs(rule.ratio.value - float(rule.ratio.cutoff)) > 0.01
    assert abs(abs(rule.pattern.liver_relative.change) - float(rule.pattern.liver_relative.tolerance)) > 0.01


@pytest.mark.parametrize(("preset", "figure"), [("figure_2", "figure2"), ("figure_4", "figure4")])
def test_the_figure_cases_have_the_printed_ratios(preset: str, figure: str) -> None:
    # Legends: "115.7% and 84.8%", "70.7% and 60.2%".
    found = read_preset(load_presets()[preset])
    for phase in (Phase.HAP, Phase.PVP):
        printed = fact(f"{figure}_{phase}_ratio").value
        assert round(Decimal(found.measurements[phase].ratio), 3) == printed
    # "meets the washout enhancement pattern" (Figure 2), "meets the plateau enhancement pattern" (Figure 4).
    assert (
        found.rule.pattern.value
        is {
            "figure_2": EnhancementPattern.WASHOUT,
            "figure_4": EnhancementPattern.PLATEAU,
        }[preset]
    )


@pytest.mark.parametrize(
    ("preset", "group"), [("typical_net", "net"), ("typical_adenocarcinoma", "adenocarcinoma")]
)
def test_the_typical_cases_have_the_printed_means(preset: str, group: str) -> None:
    # Results: 1.15 and 0.81 (NET), 0.77 and 0.64 (adenocarcinoma).
    found = read_preset(load_presets()[preset])
    for phase in (Phase.HAP, Phase.PVP):
        mean = float(fact(f"{phase}_ratio_mean_{group}").value)
        assert found.measurements[phase].ratio == pytest.approx(mean, abs=0.0005)


@pytest.mark.parametrize(("name", "kind", "hap", "pvp", "held"), wanted(), ids=lambda each: str(each)[:22])
def test_stored_transfer_and_interstitium_are_the_solved_ones(
    name: str, kind: str, hap: float, pvp: float, held: dict[str, float]
) -> None:
    settings = change_settings(EnhancementSettings(), held)
    transfer, interstitium = solve_lesion(settings, LesionKind(kind), hap, pvp)
    stored = load_presets()[name].settings.lesion(LesionKind(kind))
    assert stored.transfer_ml_per_min_100ml == pytest.approx(transfer, rel=5e-4)
    assert stored.interstitium == pytest.approx(interstitium, rel=5e-4)


def test_washout_of_the_net_is_relative_to_the_liver() -> None:
    for name in ("typical_net", "figure_2"):
        hap, pvp = (lesion_and_liver(load_presets()[name], phase) for phase in (Phase.HAP, Phase.PVP))
        assert pvp[0] > hap[0] + 10.0
        assert pvp[1] - hap[1] > 2 * (pvp[0] - hap[0])


def test_steatosis_turns_55_over_75_into_55_over_40() -> None:
    sound, fatty = load_presets()["sound_liver"], load_presets()["steatosis"]
    assert lesion_and_liver(sound, Phase.HAP) == pytest.approx((55.0, 75.0), abs=0.05)
    assert lesion_and_liver(fatty, Phase.HAP) == pytest.approx((55.0, 40.0), abs=0.05)
    # 20.6 % x 1.7 HU.
    assert lesion_and_liver(sound, Phase.PVP)[1] - lesion_and_liver(fatty, Phase.PVP)[1] == pytest.approx(
        35.02
    )
    assert (sound.expected.call, fatty.expected.call) == (Call.ADENOCARCINOMA, Call.NET)


@pytest.mark.parametrize(
    "pitfall", ["steatosis", "late_arterial", "early_arterial", "low_kvp", "necrosis_in_roi", "vessel_in_roi"]
)
def test_a_pitfall_flips_the_call_of_what_it_is_based_on(pitfall: str) -> None:
    preset = load_presets()[pitfall]
    assert preset.based_on is not None
    base = load_presets()[preset.based_on]
    assert preset.lesion is base.lesion
    assert {preset.expected.call, base.expected.call} == {Call.NET, Call.ADENOCARCINOMA}


def test_swapped_phases_exchange_the_ratios_and_leave_the_equilibrium_phase() -> None:
    swapped, base = load_presets()["swapped_phases"], load_presets()["typical_net"]
    assert swapped.settings == base.settings
    assert lesion_and_liver(swapped, Phase.HAP) == lesion_and_liver(base, Phase.PVP)
    assert lesion_and_liver(swapped, Phase.PVP) == lesion_and_liver(base, Phase.HAP)
    assert lesion_and_liver(swapped, Phase.EP) == lesion_and_liver(base, Phase.EP)
    assert [scanned_phase(swapped, phase) for phase in Phase] == [Phase.PVP, Phase.HAP, Phase.EP]
    assert read_preset(swapped).rule.ratio.met and not read_preset(base).rule.ratio.met


def test_necrosis_in_the_region_is_the_models_necrotic_fraction() -> None:
    """A region of which a part is necrosis, and a lesion with that necrotic fraction, read the same."""
    preset = load_presets()["necrosis_in_roi"]
    changed = change_settings(
        preset.settings, {"hypervascular.necrotic_fraction": preset.reading.shares["necrosis"]}
    )
    assert changed != preset.settings
    for phase in Phase:
        assert simulate(changed).at_phases[phase].hypervascular_hu == pytest.approx(
            lesion_and_liver(preset, phase)[0], abs=1e-9
        )


def test_phantom_tissues_are_those_of_the_curves() -> None:
    preset = load_presets()["vessel_in_roi"]
    course = read_preset(preset).course
    hu = phantom_tissues(course, LesionKind.HYPOVASCULAR)[Phase.PVP]
    at = course.at(72.5)
    assert dict(hu) == {
        "lesion": at.hypovascular_hu,
        "liver": at.liver_hu,
        "artery": at.aorta_hu,
        "portal_vein": at.portal_vein_hu,
        "necrosis": 16.0,
    }


def test_every_preset_has_a_title_and_one_sentence_of_cause() -> None:
    assert len({preset.title for preset in PRESETS}) == len(PRESETS) == 13
    for preset in PRESETS:
        assert preset.cause[0].isupper() and preset.cause.endswith(".") and ". " not in preset.cause
    assert {preset.reading.lesion_roi for preset in PRESETS} == set(LesionRoi)
    assert len({roi.label for roi in LesionRoi}) == len(LesionRoi)


def test_numbers_of_the_study_are_read_from_its_facts() -> None:
    late = load_presets()["late_arterial"]
    # CT technique: "25-30 seconds (hepatic artery phase)".
    assert late.title.endswith("scanned at 35 s in place of 25 to 30 s")
    assert late.cause.endswith("a cutoff that was found at 25 to 30 s.")
    raw = PRESET_FILE.read_text(encoding="utf-8")
    assert all(number not in raw for number in ("0.898", "25 to 30", "27.5", "72.5", "120 kVp"))


# Damaged files


@pytest.fixture
def entries() -> list[dict[str, Any]]:
    return copy.deepcopy(read_toml(PRESET_FILE)["preset"])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"lesion": "cyst"}, "cyst"),
        ({"lesion_roi": "spleen"}, "spleen"),
        ({"based_on": "nobody"}, "does not stand before it"),
        ({"colour": "red"}, "unknown colour"),
        ({"cause": "no full stop"}, "no sentence"),
        ({"title": ""}, "no title"),
        ({"shares": {"lesion": 0.9}}, "sum to 0.9"),
        ({"shares": {"lesion": 0.5, "necrosis": 0.5}}, "in tumour"),
        ({"lesion_roi": "whole_lesion", "shares": {"lesion": 1.5, "necrosis": -0.5}}, "outside 0 to 1"),
        (
            {"lesion_roi": "whole_lesion", "shares": {"lesion": float("nan"), "necrosis": 0.5}},
            "outside 0 to 1",
        ),
        ({"expected": {"hap_ratio": "1.1", "pvp_ratio": "0.8", "pattern": "washout"}}, "no call"),
        (
            {"expected": {"hap_ratio": "x", "pvp_ratio": "0.8", "pattern": "washout", "call": "net"}},
            "no number",
        ),
        ({"expected": {"hap_ratio": "1", "pvp_ratio": "1", "pattern": "flat", "call": "net"}}, "flat"),
    ],
    ids=str,
)
def test_a_damaged_preset_is_named(
    entries: list[dict[str, Any]], change: dict[str, Any], problem: str
) -> None:
    entries[0].update(change)
    with pytest.raises(GepnetError, match=f"damaged; got typical_net: .*{problem}"):
        build_presets(entries)


@pytest.mark.parametrize("name", ["title", "cause"])
def test_a_number_that_the_study_does_not_state_is_refused(entries: list[dict[str, Any]], name: str) -> None:
    entries[0][name] = "It is {no_such_fact}."
    with pytest.raises(GepnetError, match="the study has no such fact; got no_such_fact"):
        build_presets(entries)


@pytest.mark.parametrize("missing", ["title", "lesion", "cause", "expected"])
def test_an_incomplete_preset_is_named(entries: list[dict[str, Any]], missing: str) -> None:
    del entries[0][missing]
    with pytest.raises(GepnetError, match=f"damaged; got typical_net: no {missing}"):
        build_presets(entries)


def test_a_preset_stands_once_and_asks_for_settings_that_there_are(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(GepnetError, match="stands twice; got typical_net"):
        build_presets([entries[0], entries[0]])
    entries[0]["change"] = {"kvp": 110}
    with pytest.raises(GepnetError, match="not offered; got 110 kVp"):
        build_presets(entries)
    entries[0]["change"] = {"spleen_hu": 110}
    with pytest.raises(GepnetError, match="no such setting; got spleen_hu"):
        build_presets(entries)
