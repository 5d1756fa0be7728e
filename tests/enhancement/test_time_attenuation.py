"""The curves against an integration in R, and how they answer to each setting."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.injection import Injection
from gepnet_core.enhancement.parameters import load_parameters, value
from gepnet_core.enhancement.patient import Patient
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.time_attenuation import LAST_S, TimeAttenuation, simulate
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.errors import GepnetError
from scripts.served import ROOT

QUICK = settings(max_examples=20)
COURSES = ("aorta_hu", "portal_vein_hu", "liver_hu", "hypervascular_hu", "hypovascular_hu")


def enhancement(course: TimeAttenuation, name: str) -> np.ndarray:
    """HU above unenhanced."""
    values: np.ndarray = getattr(course, name)
    return values - values[0]


def changed(**changes: float) -> TimeAttenuation:
    return simulate(
        change_settings(EnhancementSettings(), {name.replace("__", "."): x for name, x in changes.items()})
    )


BASE = changed()
EARLY = BASE.time_s <= 40.0

random_settings = st.builds(
    EnhancementSettings,
    st.builds(Patient, st.floats(35, 160), st.floats(140, 210), st.floats(0.3, 2.0)),
    st.builds(Injection, st.floats(5, 400), st.floats(100, 400), st.floats(0.5, 10)),
    kvp=st.sampled_from([80, 100, 120, 140]),
)


# tests/reference/enhancement.R wrote the CSV: deSolve 1.34, lsoda, relative tolerance 1e-10, three patients.
def test_curves_agree_with_an_integration_in_r() -> None:
    lines = (ROOT / "tests/reference/enhancement.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) == 27
    for row in rows:
        x = {name: float(text) for name, text in row.items()}
        course = simulate(
            EnhancementSettings(
                Patient(x["weight_kg"], x["height_cm"], x["cardiac_output_factor"]),
                Injection(x["volume_ml"], x["concentration_mg_per_ml"], x["rate_ml_per_s"]),
            )
        )
        found = course.at(x["time_s"])
        # Blood is exact; tissue takes its inflow as straight between samples, 0.25 s apart.
        for name, tolerance_hu in zip(COURSES, (1e-5, 1e-5, 2e-3, 2e-3, 2e-3), strict=True):
            assert getattr(found, name) == pytest.approx(x[name], abs=tolerance_hu)


def test_the_course_starts_unenhanced_and_ends_at_240_s() -> None:
    assert (BASE.time_s[0], BASE.time_s[-1], len(BASE.time_s)) == (0.0, 240.0, 961)
    first = BASE.at(0.0)
    assert (first.aorta_hu, first.portal_vein_hu) == (45.0, 45.0)
    assert (first.liver_hu, first.hypervascular_hu, first.hypovascular_hu) == (58.0, 46.0, 40.0)


def test_at_gives_samples_and_the_straight_line_between_them() -> None:
    assert BASE.at(27.5).aorta_hu == BASE.aorta_hu[110]
    assert BASE.at(27.6).aorta_hu == pytest.approx(0.6 * BASE.aorta_hu[110] + 0.4 * BASE.aorta_hu[111])
    assert BASE.at(LAST_S).liver_hu == BASE.liver_hu[-1]
    assert BASE.at_phases[Phase.PVP] == BASE.at(72.5)
    for kind in LesionKind:
        assert BASE.at(72.5).lesion_hu(kind) == getattr(BASE.at(72.5), f"{kind}_hu")


@pytest.mark.parametrize("delay_s", [-0.01, 240.01, math.nan, math.inf, -math.inf])
def test_a_delay_outside_the_course_is_refused(delay_s: float) -> None:
    with pytest.raises(GepnetError, match=r"delay is out of range; got .*; allowed: 0 to 240 s"):
        BASE.at(delay_s)


@QUICK
@given(random_settings)
def test_enhancement_is_finite_and_never_below_zero(some: EnhancementSettings) -> None:
    course = simulate(some)
    for name in COURSES:
        values = enhancement(course, name)
        assert np.isfinite(values).all()
        assert values.min() > -1e-9
    assert np.array_equal(simulate(some).liver_hu, course.liver_hu)


def test_both_ends_of_every_setting_are_computed() -> None:
    for known in load_parameters().values():
        for end in (known.low, known.high):
            try:
                course = simulate(change_settings(EnhancementSettings(), {known.name: end}))
            except GepnetError as refused:
                assert known.name.endswith("delay_s") or "no such setting" in str(refused)
                continue
            assert all(np.isfinite(getattr(course, name)).all() for name in COURSES)


@QUICK
@given(st.floats(100, 190), st.floats(1.1, 2.0))
def test_enhancement_is_proportional_to_iodine(concentration: float, factor: float) -> None:
    weak = changed(concentration_mg_per_ml=concentration)
    strong = changed(concentration_mg_per_ml=concentration * factor)
    for name in COURSES:
        assert enhancement(strong, name) == pytest.approx(
            factor * enhancement(weak, name), rel=1e-9, abs=1e-9
        )


@pytest.mark.parametrize(("kvp", "factor"), [(80, 1.63), (100, 1.24), (140, 0.81)])
def test_voltage_scales_enhancement_and_no_unenhanced_hu(kvp: int, factor: float) -> None:
    course = changed(kvp=kvp)
    for name in COURSES:
        assert getattr(course, name)[0] == getattr(BASE, name)[0]
        assert enhancement(course, name) == pytest.approx(
            factor * enhancement(BASE, name), rel=1e-12, abs=1e-9
        )


@QUICK
@given(st.floats(0, 40))
def test_fat_lowers_the_liver_at_every_time_and_nothing_else(fat: float) -> None:
    course = changed(liver__fat_percent=fat)
    assert course.liver_hu == pytest.approx(BASE.liver_hu - 1.7 * fat, abs=1e-9)
    for name in set(COURSES) - {"liver_hu"}:
        assert np.array_equal(getattr(course, name), getattr(BASE, name))


@QUICK
@given(st.floats(20, 380), st.floats(1, 20))
def test_more_volume_at_the_same_rate_changes_nothing_until_the_shorter_injection_ends(
    volume: float, more: float
) -> None:
    short, long = changed(volume_ml=volume), changed(volume_ml=volume + more)
    until_s = value("arm_to_heart_delay_s") + volume / value("rate_ml_per_s")
    same = short.time_s <= min(until_s, LAST_S)
    for name in COURSES:
        assert getattr(short, name)[same] == pytest.approx(getattr(long, name)[same], abs=1e-9)
    # Rates of the arm vein differ while the longer injection pushes it, so that only the peak is compared.
    assert long.aorta_hu.max() >= short.aorta_hu.max() - 1e-9


@QUICK
@given(st.floats(0.3, 1.8), st.floats(1.05, 1.3))
def test_a_weaker_heart_enhances_the_aorta_later_and_more(factor: float, ratio: float) -> None:
    weak, strong = (changed(cardiac_output_factor=f) for f in (factor, min(2.0, factor * ratio)))
    assert weak.aorta_hu.max() > strong.aorta_hu.max()
    assert (weak.aorta_hu > 95).argmax() >= (strong.aorta_hu > 95).argmax()
    assert weak.at(27.5).liver_hu < strong.at(27.5).liver_hu


@QUICK
@given(st.floats(0.5, 6), st.floats(1.1, 1.5))
def test_a_faster_injection_of_the_same_dose_enhances_the_hepatic_artery_phase_more(
    rate: float, ratio: float
) -> None:
    slow, fast = changed(rate_ml_per_s=rate), changed(rate_ml_per_s=rate * ratio)
    for name in COURSES:
        assert getattr(fast.at(20.0), name) > getattr(slow.at(20.0), name)
    assert fast.aorta_hu.max() > slow.aorta_hu.max()


@QUICK
@given(st.sampled_from(LesionKind), st.floats(2, 250), st.floats(1.05, 1.2))
def test_more_transfer_raises_the_early_metastasis(kind: LesionKind, transfer: float, ratio: float) -> None:
    name = f"{kind}.transfer_ml_per_min_100ml"
    low, high = (
        simulate(change_settings(EnhancementSettings(), {name: k})) for k in (transfer, transfer * ratio)
    )
    course = f"{kind}_hu"
    assert (getattr(high, course)[EARLY] >= getattr(low, course)[EARLY] - 1e-9).all()
    assert getattr(high.at(27.5), course) > getattr(low.at(27.5), course)


@QUICK
@given(st.floats(0.02, 0.9), st.floats(1.05, 1.1))
def test_a_faster_washout_lowers_the_later_metastasis(interstitium: float, ratio: float) -> None:
    """K is held; K / ve rises as ve falls."""
    fast, slow = (
        changed(hypervascular__interstitium=ve) for ve in (interstitium, min(1.0, interstitium * ratio))
    )
    assert (fast.hypervascular_hu <= slow.hypervascular_hu + 1e-9).all()
    assert fast.at(150.0).hypervascular_hu < slow.at(150.0).hypervascular_hu


@QUICK
@given(st.floats(0, 0.95), st.floats(0.01, 0.05))
def test_more_arterial_inflow_raises_what_is_seen_early(part: float, more: float) -> None:
    low = changed(liver__arterial_fraction=part, hypovascular__arterial_fraction=part)
    high = changed(liver__arterial_fraction=part + more, hypovascular__arterial_fraction=part + more)
    assert high.at(27.5).liver_hu > low.at(27.5).liver_hu
    assert high.at(27.5).hypovascular_hu > low.at(27.5).hypovascular_hu


def test_necrosis_pulls_a_metastasis_towards_its_own_hu() -> None:
    # (1 - f) viable + f 16 HU at every time.
    course = changed(hypervascular__necrotic_fraction=0.4)
    assert course.hypervascular_hu == pytest.approx(0.6 * BASE.hypervascular_hu + 0.4 * 16.0, abs=1e-9)


def test_settings_are_kept_with_the_curves() -> None:
    some = replace(EnhancementSettings(), kvp=100)
    assert simulate(some).settings == some
