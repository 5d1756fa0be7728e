"""Settings changed by name, tube voltage, noise, protocol."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.noise import NoiseSettings
from gepnet_core.enhancement.parameters import load_parameters
from gepnet_core.enhancement.protocol import ScanProtocol, study_window_s
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.tissues import LesionKind, default_lesion
from gepnet_core.enhancement.tube_voltage import load_tube_voltages, tube_voltage
from gepnet_core.errors import GepnetError

NO_SETTING_OF_ITS_OWN = {
    "iodine_mg_per_kg",  # becomes a volume: injection_by_weight
    "arm_to_heart_delay_s",
    "exchange_per_flow",
    "filtered_fraction",
    "iodine_hu_per_mg_ml",
    "unenhanced_blood_hu",
    "necrosis_hu",
}


def test_every_setting_of_the_file_can_be_changed_by_its_name() -> None:
    settings = EnhancementSettings()
    for known in load_parameters().values():
        if not known.is_setting or known.name in NO_SETTING_OF_ITS_OWN:
            continue
        wanted = known.high if known.name != "hap_delay_s" else 60.0
        changes = {known.name: wanted} | ({"ep_delay_s": 200.0} if known.name == "pvp_delay_s" else {})
        changed = change_settings(settings, changes)
        parts = known.name.split(".")
        owner: Any = getattr(changed, parts[0]) if len(parts) == 2 else None
        owners = [owner] if owner else [changed.patient, changed.injection, changed.protocol, changed.noise]
        found = [getattr(each, parts[-1]) for each in owners if hasattr(each, parts[-1])]
        assert found == [wanted]


def test_several_changes_are_made_at_once_and_the_rest_stays() -> None:
    settings = EnhancementSettings()
    changed = change_settings(settings, {"kvp": 80, "liver.fat_percent": 10.0, "liver.transit_s": 16.0})
    assert (changed.kvp, changed.liver.fat_percent, changed.liver.transit_s) == (80, 10.0, 16.0)
    assert changed == replace(
        settings, kvp=80, liver=replace(settings.liver, fat_percent=10.0, transit_s=16.0)
    )
    assert change_settings(settings, {}) == settings


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "liver",
        "liver.",
        "liver.nothing",
        "hypervascular.kind",
        "kidney.flow",
        "patient.weight_kg",
        "",
        ".",
        "hu_per_fat_percent",
    ],
)
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(GepnetError, match="no such setting"):
        change_settings(EnhancementSettings(), {name: 1.0})


def test_a_metastasis_in_the_others_place_is_refused() -> None:
    with pytest.raises(GepnetError, match="hypovascular as hypervascular"):
        EnhancementSettings(hypervascular=default_lesion(LesionKind.HYPOVASCULAR))


# Tube voltage


def test_iodine_factors_are_the_measured_slopes() -> None:
    # Schindera ST et al. Acad Radiol 2009;16(8), phantom: 38.7, 29.5, 23.7 and 19.3 HU per mg/mL.
    slopes = {80: 38.7, 100: 29.5, 120: 23.7, 140: 19.3}
    assert set(load_tube_voltages()) == set(slopes)
    for kvp, slope in slopes.items():
        assert tube_voltage(kvp).iodine_factor == pytest.approx(slope / slopes[120], abs=0.006)
    # Murazaki H et al. Acad Radiol 2012;19(4), liver phantom: 1.23 at 100 kVp.
    assert tube_voltage(100).iodine_factor == pytest.approx(1.23, abs=0.02)
    # A spectral calculation: 41.5, 31.9, 25.9 and 21.6.
    for kvp, slope in {80: 41.5, 100: 31.9, 140: 21.6}.items():
        assert tube_voltage(kvp).iodine_factor == pytest.approx(slope / 25.9, abs=0.035)


def test_lower_voltage_gives_more_iodine_and_more_noise() -> None:
    voltages = list(load_tube_voltages().values())
    assert [v.kvp for v in voltages] == sorted(v.kvp for v in voltages)
    for lower, higher in pairwise(voltages):
        assert lower.iodine_factor > higher.iodine_factor
        assert lower.noise_factor > higher.noise_factor
    assert tube_voltage(120).hu_per_mg_ml == 25.0


@pytest.mark.parametrize("kvp", [0, -120, 119, 110, 70, True, math.nan, math.inf, "120", None])
def test_other_voltages_are_refused(kvp: Any) -> None:
    with pytest.raises(GepnetError, match=r"not offered; got .*; allowed: 80, 100, 120, 140 kVp"):
        EnhancementSettings(kvp=kvp)


# Noise


def test_noise_has_its_stated_sd_at_the_studys_scan() -> None:
    assert EnhancementSettings().pixel_sd_hu == 10.0
    # Fixed tube current: 1.9 times at 80 kVp (Schindera 2009).
    assert EnhancementSettings(kvp=80).pixel_sd_hu == pytest.approx(19.0)


@given(st.floats(0.5, 10.0), st.floats(0.1, 4.0), st.sampled_from([80, 100, 120, 140]))
def test_noise_falls_with_the_root_of_thickness_and_current(
    slice_mm: float, current: float, kvp: int
) -> None:
    noise = NoiseSettings(slice_mm=slice_mm, tube_current_factor=current).pixel_sd_hu(kvp)
    assert noise == pytest.approx(NoiseSettings().pixel_sd_hu(kvp) * math.sqrt(5.0 / slice_mm / current))
    assert NoiseSettings(noise_sd_hu=0.0, slice_mm=slice_mm).pixel_sd_hu(kvp) == 0.0


@pytest.mark.parametrize(
    "change", [{"slice_mm": 0.0}, {"tube_current_factor": 0.0}, {"noise_sd_hu": -1.0}], ids=str
)
def test_impossible_noise_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(GepnetError, match="out of range"):
        NoiseSettings(**change)


# Protocol


def test_the_default_delays_are_the_middle_of_the_studys_windows() -> None:
    # CT technique: "25-30 seconds (hepatic artery phase), 70-75 seconds (portal venous phase)", 150 seconds.
    assert study_window_s(Phase.HAP) == (25.0, 30.0)
    assert study_window_s(Phase.PVP) == (70.0, 75.0)
    assert study_window_s(Phase.EP) == (150.0, 150.0)
    for phase, delay_s in ScanProtocol().delays_s.items():
        assert delay_s == sum(study_window_s(phase)) / 2


@pytest.mark.parametrize(
    ("delay_s", "inside"), [(24.9, False), (25.0, True), (27.5, True), (30.0, True), (30.1, False)]
)
def test_a_delay_on_the_windows_edge_is_the_studys(delay_s: float, inside: bool) -> None:
    assert ScanProtocol(hap_delay_s=delay_s).is_as_in_study(Phase.HAP) is inside
    assert ScanProtocol(hap_delay_s=delay_s).is_as_in_study(Phase.PVP)


def test_phases_out_of_order_are_refused() -> None:
    with pytest.raises(GepnetError, match="not in order"):
        ScanProtocol(hap_delay_s=50.0, pvp_delay_s=50.0)
    with pytest.raises(GepnetError, match="not in order"):
        ScanProtocol(pvp_delay_s=110.0, ep_delay_s=105.0)


@pytest.mark.parametrize("delay_s", [-1.0, 0.0, 61.0, math.nan, math.inf])
def test_impossible_delays_are_refused(delay_s: float) -> None:
    with pytest.raises(GepnetError, match="delay of the hepatic artery phase is out of range"):
        ScanProtocol(hap_delay_s=delay_s)
