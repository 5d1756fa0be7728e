"""Injection and patient: doses, durations, body formulas."""

from __future__ import annotations

import math

import pytest

from gepnet_core.enhancement.injection import Injection, injection_by_weight
from gepnet_core.enhancement.patient import Patient
from gepnet_core.errors import GepnetError


def test_the_default_is_the_studys_dose_for_its_middle_weight() -> None:
    # CT technique: 600 mg iodine/kg, 300 mg/mL, 3 ml/s; 65 kg: 39 g in 130 mL over 43.3 s.
    assert Injection() == injection_by_weight(65.0)
    assert Injection().iodine_mg == 39_000.0
    assert Injection().duration_s == pytest.approx(130 / 3)
    assert Injection().iodine_mg_per_s == 900.0


def test_a_rate_follows_from_a_duration() -> None:
    injection = injection_by_weight(60.0, 600.0, duration_s=30.0)
    assert (injection.volume_ml, injection.rate_ml_per_s) == (120.0, 4.0)
    assert injection.duration_s == 30.0


def test_volume_falls_with_concentration_and_iodine_stays() -> None:
    weak, strong = (injection_by_weight(60.0, concentration_mg_per_ml=c) for c in (300.0, 370.0))
    assert strong.volume_ml < weak.volume_ml
    assert strong.iodine_mg == pytest.approx(weak.iodine_mg)


def test_rate_and_duration_together_are_refused() -> None:
    with pytest.raises(GepnetError, match="a rate and a duration"):
        injection_by_weight(60.0, rate_ml_per_s=3.0, duration_s=30.0)


@pytest.mark.parametrize("duration_s", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_duration_is_refused(duration_s: float) -> None:
    with pytest.raises(GepnetError, match="duration of the injection is out of range"):
        injection_by_weight(60.0, duration_s=duration_s)


def test_a_duration_that_asks_for_too_fast_an_injection_is_refused() -> None:
    with pytest.raises(GepnetError, match="injection rate is out of range"):
        injection_by_weight(60.0, duration_s=2.0)


@pytest.mark.parametrize(
    "change",
    [
        {"volume_ml": 0.0},
        {"volume_ml": -130.0},
        {"concentration_mg_per_ml": 1000.0},
        {"rate_ml_per_s": 0.0},
        {"rate_ml_per_s": math.nan},
    ],
    ids=str,
)
def test_impossible_injections_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(GepnetError, match=r"out of range; got .*; allowed"):
        Injection(**change)


@pytest.mark.parametrize("weight_kg", [0.0, -65.0, 1000.0, math.nan, math.inf])
def test_impossible_weights_are_refused(weight_kg: float) -> None:
    with pytest.raises(GepnetError, match="body weight is out of range"):
        injection_by_weight(weight_kg)
    with pytest.raises(GepnetError, match="body weight is out of range"):
        Patient(weight_kg=weight_kg)


def test_cardiac_output_by_the_formula_of_bae() -> None:
    # 36.36 * 70^0.725 * 160^0.425 by hand: 70^0.725 = 21.760, 160^0.425 = 8.6456; Radiology 1998;207:647.
    patient = Patient(weight_kg=160 * 0.45359237, height_cm=70 * 2.54)
    assert patient.cardiac_output_ml_per_min == pytest.approx(36.36 * 21.760 * 8.6456, rel=1e-4)
    assert patient.blood_volume_ml == pytest.approx(33.164 * 21.760 * 8.6456 - 1229, rel=1e-4)


def test_a_man_of_70_kg_has_baes_standard_cardiac_output() -> None:
    # Bae 1998: 6500 mL/min. The height of 169 cm is chosen for it; the blood volume follows: 4760 mL.
    assert Patient(weight_kg=70.0).cardiac_output_ml_per_min == pytest.approx(6500, rel=0.002)
    assert Patient(weight_kg=70.0).blood_volume_ml == pytest.approx(4760, rel=0.02)


def test_the_factor_scales_cardiac_output_and_no_blood() -> None:
    weak = Patient(cardiac_output_factor=0.5)
    assert weak.cardiac_output_ml_per_min == 0.5 * Patient().cardiac_output_ml_per_min
    assert weak.blood_volume_ml == Patient().blood_volume_ml
