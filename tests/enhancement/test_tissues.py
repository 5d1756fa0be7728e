"""Liver and metastases: closed forms for simple inflows, exact proportions, monotonic response."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.enhancement.parameters import value
from gepnet_core.enhancement.tissues import (
    LesionKind,
    LesionTissue,
    LiverTissue,
    default_lesion,
    washed_out,
)
from gepnet_core.errors import GepnetError

STEP_S = 0.25
T = np.arange(961, dtype=np.float64) * STEP_S
ONE, NONE = np.ones_like(T), np.zeros_like(T)

lesions = st.builds(
    LesionTissue,
    st.sampled_from(LesionKind),
    st.floats(20, 70),
    st.floats(1, 300),
    st.floats(0.02, 1),
    st.floats(0, 1),
    st.floats(0, 0.5),
    st.floats(0, 0.95),
)
livers = st.builds(
    LiverTissue, st.floats(45, 75), st.floats(0, 40), st.floats(20, 250), st.floats(0, 1), st.floats(4, 60)
)


@given(st.floats(1e-5, 3.0), st.floats(-5, 300), st.floats(-2, 2))
def test_a_straight_inflow_has_the_integrals_closed_form(rate: float, height: float, slope: float) -> None:
    # int (h + g s) exp(-r (t - s)) ds = h (1 - e) / r + g (r t - 1 + e) / r^2, e = exp(-r t)
    found = washed_out(height + slope * T, rate, STEP_S)
    x = rate * T
    ramp = np.where(x < 1e-3, x**2 / 2 - x**3 / 6 + x**4 / 24, x + np.expm1(-x)) / rate**2
    expected = height * -np.expm1(-x) / rate + slope * ramp
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-6)


def test_a_curved_inflow_is_close_to_its_closed_form() -> None:
    # int exp(-a s) exp(-r (t - s)) ds = (exp(-a t) - exp(-r t)) / (r - a)
    found = washed_out(np.exp(-0.05 * T), 0.2, STEP_S)
    assert found == pytest.approx((np.exp(-0.05 * T) - np.exp(-0.2 * T)) / 0.15, abs=1e-4)


@given(livers)
def test_liver_under_constant_inflow_fills_to_flow_times_transit(liver: LiverTissue) -> None:
    found = liver.enhancement(ONE, ONE, STEP_S)
    volume = liver.flow_ml_per_min_100ml / 6000 * liver.transit_s
    assert found == pytest.approx(volume * -np.expm1(-T / liver.transit_s), rel=1e-9, abs=1e-12)


def test_livers_distribution_volume_is_its_extracellular_volume_per_blood() -> None:
    # ECV 25.5 +- 3.2 % (doi 10.1038/s41598-025-03717-x) / (1 - haematocrit 0.41): 0.43.
    liver = LiverTissue()
    assert liver.flow_ml_per_min_100ml / 6000 * liver.transit_s == pytest.approx(0.255 / 0.59, abs=0.01)


@given(lesions)
def test_metastasis_under_constant_inflow_fills_to_blood_and_interstitium(lesion: LesionTissue) -> None:
    found = lesion.enhancement(ONE, ONE, STEP_S)
    rate = lesion.transfer_ml_per_min_100ml / 6000 / lesion.interstitium
    filled = lesion.blood_fraction + lesion.interstitium * -np.expm1(-rate * T)
    assert found == pytest.approx((1 - lesion.necrotic_fraction) * filled, rel=1e-9, abs=1e-12)
    assert lesion.washout_per_min == pytest.approx(60 * rate)


@given(lesions)
def test_the_two_inflows_add_up(lesion: LesionTissue) -> None:
    artery, portal = 200 * np.exp(-(((T - 45) / 20) ** 2)), 120 * np.exp(-(((T - 70) / 30) ** 2))
    whole = lesion.enhancement(artery, portal, STEP_S)
    parts = lesion.enhancement(artery, NONE, STEP_S) + lesion.enhancement(NONE, portal, STEP_S)
    assert whole == pytest.approx(parts, rel=1e-9, abs=1e-9)
    assert (whole >= 0.0).all()


@given(lesions, st.floats(0, 0.95))
def test_necrosis_takes_its_share_of_enhancement_and_no_more(lesion: LesionTissue, share: float) -> None:
    artery = 200 * np.exp(-(((T - 45) / 20) ** 2))
    sound, necrotic = replace(lesion, necrotic_fraction=0.0), replace(lesion, necrotic_fraction=share)
    assert necrotic.enhancement(artery, NONE, STEP_S) == pytest.approx(
        (1 - share) * sound.enhancement(artery, NONE, STEP_S), rel=1e-12
    )
    expected_hu = (1 - share) * lesion.unenhanced_hu + share * value("necrosis_hu")
    assert necrotic.baseline_hu == pytest.approx(expected_hu)


@given(lesions, st.floats(1.01, 3.0))
def test_more_transfer_enhances_earlier_and_a_smaller_interstitium_washes_out_sooner(
    lesion: LesionTissue, factor: float
) -> None:
    bolus = 200 * np.exp(-(((T - 45) / 20) ** 2))
    if lesion.transfer_ml_per_min_100ml * factor <= 300:
        faster = replace(lesion, transfer_ml_per_min_100ml=lesion.transfer_ml_per_min_100ml * factor)
        # Rising inflow, until 45 s: more in, and less out of what is in, than in the slower one.
        early = slice(1, round(45 / STEP_S))
        slow, fast = (tissue.enhancement(bolus, bolus, STEP_S)[early] for tissue in (lesion, faster))
        assert (fast >= slow - 1e-12).all() and fast[-1] > slow[-1]
    if lesion.interstitium / factor >= 0.02:
        smaller = replace(lesion, interstitium=lesion.interstitium / factor)
        assert smaller.washout_per_min > lesion.washout_per_min
        wide, narrow = (tissue.enhancement(bolus, bolus, STEP_S) for tissue in (lesion, smaller))
        assert (narrow <= wide + 1e-12).all()


@given(lesions, st.floats(0, 1), st.floats(0, 1))
def test_more_arterial_inflow_enhances_more_where_the_artery_leads(
    lesion: LesionTissue, first: float, second: float
) -> None:
    low, high = sorted((first, second))
    artery, portal = 200 * np.exp(-(((T - 45) / 20) ** 2)), NONE
    less, more = (
        replace(lesion, arterial_fraction=part).enhancement(artery, portal, STEP_S) for part in (low, high)
    )
    assert (more >= less - 1e-12).all()


def test_fat_lowers_the_liver_by_the_measured_line() -> None:
    # 65 and 23 HU at 0.5 and 25 % fat (PMC8574059, Figure 2): 1.7 HU per percent.
    assert LiverTissue(fat_percent=0.5).baseline_hu - LiverTissue(
        fat_percent=25
    ).baseline_hu == pytest.approx(65 - 23, abs=0.7)
    # 40 HU at about 15 % fat (apps.arrs.org 4710) from the 65 HU of that figure's lean liver.
    assert LiverTissue(unenhanced_hu=65.0, fat_percent=15).baseline_hu == pytest.approx(40, abs=1)


def test_defaults_are_the_two_groups() -> None:
    net, adenocarcinoma = default_lesion(LesionKind.HYPERVASCULAR), default_lesion(LesionKind.HYPOVASCULAR)
    assert net.transfer_ml_per_min_100ml > 3 * adenocarcinoma.transfer_ml_per_min_100ml
    assert net.washout_per_min > adenocarcinoma.washout_per_min
    assert "NET-like" in net.kind.label and "adenocarcinoma-like" in adenocarcinoma.kind.label


@pytest.mark.parametrize(
    "change",
    [
        {"interstitium": 0.0},
        {"interstitium": 1.1},
        {"transfer_ml_per_min_100ml": 0.0},
        {"transfer_ml_per_min_100ml": -1.0},
        {"arterial_fraction": -0.01},
        {"arterial_fraction": 1.01},
        {"blood_fraction": 0.6},
        {"necrotic_fraction": 1.0},
        {"unenhanced_hu": math.nan},
        {"unenhanced_hu": math.inf},
    ],
    ids=str,
)
def test_impossible_metastases_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(GepnetError, match=r"out of range; got .*; allowed"):
        replace(default_lesion(LesionKind.HYPERVASCULAR), **change)


@pytest.mark.parametrize(
    "change",
    [{"transit_s": 0.0}, {"flow_ml_per_min_100ml": 0.0}, {"arterial_fraction": 2.0}, {"fat_percent": -1.0}],
    ids=str,
)
def test_impossible_livers_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(GepnetError, match=r"out of range; got .*; allowed"):
        LiverTissue(**change)
