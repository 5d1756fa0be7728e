"""The circulation: conservation, the first-pass plateau, time constants, a damaged table."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.enhancement.circulation import (
    URINE,
    build_circulation,
    build_standard_body,
    circulate,
    load_standard_body,
)
from gepnet_core.enhancement.injection import Injection
from gepnet_core.enhancement.linear_system import SwitchedInflow
from gepnet_core.enhancement.parameters import PARAMETER_FILE, value
from gepnet_core.enhancement.patient import Patient
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import read_toml

patients = st.builds(Patient, st.floats(35, 160), st.floats(140, 210), st.floats(0.3, 2.0))
injections = st.builds(Injection, st.floats(5, 400), st.floats(100, 400), st.floats(0.5, 10))


def entered_mg(injection: Injection, time_s: np.ndarray) -> np.ndarray:
    running_s = np.clip(time_s - value("arm_to_heart_delay_s"), 0.0, injection.duration_s)
    return injection.iodine_mg_per_s * running_s


def test_the_standard_body_is_that_of_the_published_model() -> None:
    # Radiology 1998;207:647 by its transcription: 6500 mL/min; blood of 4760 mL; liver 455 + 1430 mL/min.
    body = load_standard_body()
    assert body.cardiac_output_ml_per_min == 6500
    assert body.blood_volume_ml == 4760
    assert "Radiology 1998;207:647" in body.source and "not checked against the paper" in body.source
    assert body.inflow_ml_per_min("liver") == 455 + 935 + 495
    organs = (
        "head",
        "arms",
        "coronary",
        "bronchi",
        "spleen_stomach_pancreas",
        "gut",
        "kidneys",
        "trunk_and_legs",
    )
    assert sum(body.inflow_ml_per_min(organ) for organ in organs) + 455 == 6500


@settings(max_examples=25)
@given(patients, injections)
def test_without_kidneys_no_iodine_is_lost(patient: Patient, injection: Injection) -> None:
    blood = circulate(build_circulation(patient, injection, filtered_fraction=0.0), 1.0, 240)
    assert blood.amounts_mg.sum(axis=1) == pytest.approx(
        entered_mg(injection, blood.time_s), rel=1e-9, abs=1e-6
    )
    assert not blood.amounts_mg[:, blood.names.index(URINE)].any()


@settings(max_examples=25)
@given(patients, injections)
def test_with_kidneys_what_blood_loses_is_in_the_urine(patient: Patient, injection: Injection) -> None:
    blood = circulate(build_circulation(patient, injection), 1.0, 240)
    assert blood.amounts_mg.sum(axis=1) == pytest.approx(
        entered_mg(injection, blood.time_s), rel=1e-9, abs=1e-6
    )
    urine = blood.amounts_mg[:, blood.names.index(URINE)]
    assert (np.diff(urine) >= -1e-9).all()
    assert 0.0 < urine[-1] < 0.2 * injection.iodine_mg
    assert blood.amounts_mg.min() > -1e-9 * injection.iodine_mg


def test_filtration_is_baes_share_of_what_reaches_the_kidneys() -> None:
    # d(urine)/dt = 0.19 Q C: 0.19 of the plasma flow at the plasma's concentration.
    patient = Patient()
    blood = circulate(build_circulation(patient, Injection()), 0.25, 960)
    flow_ml_per_s = 1430 / 6500 * patient.cardiac_output_ml_per_min / 60
    filtered = 0.19 * flow_ml_per_s * blood.concentration_mg_per_ml("kidneys")
    gained = np.diff(blood.amounts_mg[:, blood.names.index(URINE)]) / 0.25
    assert gained == pytest.approx(0.5 * (filtered[1:] + filtered[:-1]), abs=0.02)


@settings(max_examples=15)
@given(patients, st.floats(100, 400), st.floats(0.5, 10))
def test_the_first_pass_settles_at_iodine_rate_over_cardiac_output(
    patient: Patient, concentration: float, rate: float
) -> None:
    """Without return to the right heart, blood carries on what is injected: C = (mg/s) / (mL/s)."""
    injection = Injection(400.0, concentration, rate)
    circulation = build_circulation(patient, injection)
    heart, arm = (circulation.names.index(name) for name in ("right_heart", "arm_vein"))
    during = circulation.system.during.copy()
    # Returning blood goes astray, the arm vein's alone arrives.
    kept = during[heart, arm]
    own = during[heart, heart]
    during[heart] = 0.0
    during[heart, arm], during[heart, heart] = kept, own
    arms = circulation.names.index("arms")
    during[arm, arms] = 0.0
    first_pass = replace(
        circulation, system=SwitchedInflow(during, during, circulation.system.inflow, 0.0, 1e9)
    )
    blood = circulate(first_pass, 20.0, 60)
    expected = injection.iodine_mg_per_s / (patient.cardiac_output_ml_per_min / 60.0)
    for pool in ("right_heart", "left_heart", "abdominal_aorta"):
        assert blood.concentration_mg_per_ml(pool)[-1] == pytest.approx(expected, rel=1e-6)


def test_the_studys_injection_has_a_first_pass_plateau_of_215_hu() -> None:
    # 25 HU x 900 mg/s over 104.9 mL/s (65 kg).
    plateau_hu = 25.0 * Injection().iodine_mg_per_s / (Patient().cardiac_output_ml_per_min / 60.0)
    assert plateau_hu == pytest.approx(215, abs=1)


def test_equilibrium_without_kidneys_is_dose_over_distribution_volume() -> None:
    patient, injection = Patient(), Injection()
    blood = circulate(build_circulation(patient, injection, filtered_fraction=0.0), 60.0, 600)
    scale = patient.blood_volume_ml / load_standard_body().blood_volume_ml
    body = load_standard_body()
    volume_ml = scale * (body.blood_volume_ml + sum(body.extracellular_ml.values()))
    for name in blood.names[:-1]:
        assert blood.concentration_mg_per_ml(name)[-1] == pytest.approx(
            injection.iodine_mg / volume_ml, rel=1e-6
        )


def test_nothing_is_anywhere_before_the_delay_and_arteries_come_before_the_portal_vein() -> None:
    blood = circulate(build_circulation(Patient(), Injection()), 0.25, 400)
    before = blood.time_s <= value("arm_to_heart_delay_s")
    assert not blood.amounts_mg[before].any()
    arrival = [
        blood.time_s[(blood.concentration_mg_per_ml(pool) > 1.0).argmax()]
        for pool in ("right_heart", "left_heart", "abdominal_aorta", "portal_vein", "hepatic_vein")
    ]
    assert arrival == sorted(arrival) and len(set(arrival)) == 5


# Damaged tables


@pytest.fixture
def table() -> dict[str, Any]:
    return copy.deepcopy(read_toml(PARAMETER_FILE)["circulation"])


def test_a_flow_between_unknown_pools_is_refused(table: dict[str, Any]) -> None:
    table["flows"].append(["gut", "appendix", 1])
    with pytest.raises(GepnetError, match="without a volume; got appendix"):
        build_standard_body(table)


def test_blood_that_gathers_is_refused(table: dict[str, Any]) -> None:
    table["flows"][0][2] = 163
    with pytest.raises(GepnetError, match="gains or loses blood"):
        build_standard_body(table)


def test_an_isolated_pool_is_refused(table: dict[str, Any]) -> None:
    table["blood_ml"]["appendix"] = 1
    with pytest.raises(GepnetError, match="appendix: 0 in, 0"):
        build_standard_body(table)


@pytest.mark.parametrize("volume", [0, -1, float("nan")])
def test_an_impossible_volume_is_refused(table: dict[str, Any], volume: float) -> None:
    table["blood_ml"]["gut"] = volume
    with pytest.raises(GepnetError, match="not above 0"):
        build_standard_body(table)
