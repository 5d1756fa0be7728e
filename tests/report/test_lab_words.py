"""Words of the enhancement lab: promises, noise, controls with unit and basis."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gepnet_core.case.measurement import Measurement, Reading, RoiSpread
from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.parameters import parameter
from gepnet_core.enhancement.presets import load_presets
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.report.teaching.lab_words import (
    control_help,
    control_label,
    is_pitfall,
    kvp_help,
    preset_label,
    preset_sentences,
    promise_rows,
    promise_sentence,
    protocol_sentences,
    ratio_noise_sd,
)

PRESETS = load_presets()
FIGURE_2 = PRESETS["figure_2"]


def measured(lesion_hu: float, liver_hu: float, n: int = 100, phase: Phase = Phase.HAP) -> Measurement:
    return Measurement(phase, Reading(lesion_hu, RoiSpread(n, 10.0)), Reading(liver_hu, RoiSpread(n, 10.0)))


def test_pitfalls_are_those_that_err_and_the_typical_cases_come_first() -> None:
    assert [preset.id for preset in PRESETS.values() if is_pitfall(preset)] == [
        "steatosis",
        "late_arterial",
        "early_arterial",
        "low_kvp",
        "necrosis_in_roi",
        "vessel_in_roi",
        "swapped_phases",
    ]
    assert list(PRESETS)[:2] == ["typical_net", "typical_adenocarcinoma"]
    assert preset_label(PRESETS["steatosis"]).startswith("Pitfall. ")
    assert preset_label(FIGURE_2) == FIGURE_2.title


def test_a_pitfall_says_what_it_changes_and_a_plain_preset_its_cause_alone() -> None:
    assert preset_sentences(FIGURE_2) == (FIGURE_2.cause,)
    fatty = preset_sentences(PRESETS["steatosis"])
    assert fatty[-1] == (
        "Without the error: HAP ratio 0.733, plateau, favours adenocarcinoma. "
        "With it: 1.376, washout, favours NET."
    )
    assert "Each of the two phases is shown under the other's name." in preset_sentences(
        PRESETS["swapped_phases"]
    )


def test_noise_of_a_ratio_is_that_of_its_two_means() -> None:
    # SD 10, n = 100 each: 1 HU in either mean. r = 0.5, B = 80: sqrt(1 + 0.25) / 80.
    assert ratio_noise_sd(measured(40.0, 80.0), 10.0) == pytest.approx(math.sqrt(1.25) / 80.0)
    assert ratio_noise_sd(measured(40.0, 80.0), 0.0) == 0.0
    assert ratio_noise_sd(Measurement(Phase.HAP, Reading(40.0), Reading(80.0)), 10.0) is None


@pytest.mark.parametrize(
    ("lesion_hu", "verdict"),
    [
        (115.7, "within what noise alone does."),
        (118.0, "within what noise alone does."),
        (120.0, "rare by noise alone: look where the ovals lie."),
        (123.0, "more than noise does: look where the ovals lie."),
    ],
)
def test_the_promise_is_weighed_by_the_noise(lesion_hu: float, verdict: str) -> None:
    # Noise of the means: about sqrt(1 + 1.157^2) / 100 = 0.0153.
    said = promise_sentence(FIGURE_2, measured(lesion_hu, 100.0), 10.0, ())
    assert said.startswith(f"Promised 1.157, measured {lesion_hu / 100:.3f} ± 0.01")
    assert said.endswith(verdict)


def test_a_changed_preset_promises_nothing_more() -> None:
    said = promise_sentence(FIGURE_2, measured(100.0, 100.0), 10.0, ("fat of the liver", "ovals"))
    assert said == (
        "As loaded, the preset promises 1.157. Since then changed: fat of the liver, ovals. "
        "Measured now: 1.000."
    )
    hap = {Phase.HAP: measured(100.0, 100.0)}
    assert promise_rows(FIGURE_2, hap, 10.0, ("ovals",)) == (
        ("HAP ratio", "changed", "1.000", "± 0.014"),
        ("PVP ratio", "changed", "not measured", "unknown"),
    )
    assert promise_rows(FIGURE_2, hap, 10.0, ())[1] == ("PVP ratio", "0.848", "not measured", "unknown")


def test_without_noise_or_measurement_nothing_is_divided_by_zero() -> None:
    assert promise_sentence(FIGURE_2, measured(115.7, 100.0), 0.0, ()) == (
        "Promised 1.157, measured 1.157, without noise."
    )
    assert promise_sentence(FIGURE_2, None, 10.0, ()).endswith(
        "nothing is measured on the hepatic artery phase."
    )


def test_a_control_has_unit_range_basis_and_source() -> None:
    fat = parameter("liver.fat_percent")
    assert control_label(fat) == "Fat in the liver (%, 0 to 40)"
    assert control_label(parameter("liver.arterial_fraction"), "arterial part") == "Arterial part (0 to 1)"
    said = control_help(parameter("noise_sd_hu"))
    assert "Usual value 10 HU; measured." in said and "Murazaki" in said
    assert "no measurement supports it" in control_help(parameter("liver.transit_s"))
    assert "80 kVp: iodine x 1.63, noise x 1.9" in kvp_help()
    assert "Schindera" in kvp_help()


def test_what_is_outside_the_study_is_named() -> None:
    usual = EnhancementSettings()
    assert protocol_sentences(usual) == ()
    (said,) = protocol_sentences(
        change_settings(
            replace(usual, kvp=80), {"hap_delay_s": 35.0, "ep_delay_s": 151.0, "liver.fat_percent": 20.6}
        )
    )
    assert said.startswith(
        "Outside the study: hepatic artery phase at 35 s (study: 25 to 30 s); equilibrium phase at 151 s "
        "(study: 150 s); 80 kVp (study: 120 kVp); liver with 20.6 % fat (study: normal liver)."
    )
