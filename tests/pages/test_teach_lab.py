"""The enhancement lab: presets keep their promise, controls change what they should, and what survives."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.enhancement.presets import Preset, load_presets
from gepnet_core.enhancement.tissues import LesionKind
from scripts.served import ROOT
from tests.pages.case_steps import headline, plain, press, problems, rested, words
from ui.teach.lab_state import LabState
from ui.teach.state import TeachState

Opener = Callable[[str], AppTest]
PRESETS = list(load_presets().values())
LARGEST_SD = 4.0
CALLS = {Call.NET: "Favours NET", Call.ADENOCARCINOMA: "Favours adenocarcinoma"}


@pytest.fixture
def lab(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """There is no browser, so there is no cookie: AppTest would hand out a mock of one."""
    monkeypatch.setattr(type(st.context), "cookies", property(lambda context: {}))
    return rested(open_page("teach.py"))


def load(page: AppTest, preset_id: str) -> AppTest:
    return rested(page.selectbox(key="teach.lab.preset").set_value(preset_id).run())


def held(page: AppTest) -> TeachState:
    state: TeachState = page.session_state["teach.state"]
    return state


def lab_state(page: AppTest) -> LabState:
    return held(page).lab


def hap_ratio(page: AppTest) -> float:
    reading = held(page).lab_reading
    assert reading is not None
    return float(reading.hap_ratio)


def move(page: AppTest, name: str, value: float) -> AppTest:
    return rested(page.slider(key=f"teach.lab.{name}").set_value(value).run())


def test_every_preset_gives_its_ratio_pattern_and_call(lab: AppTest) -> None:
    for preset in PRESETS:
        load(lab, preset.id)
        check(lab, preset)


def check(page: AppTest, preset: Preset) -> None:
    said, expected = plain(words(page)), preset.expected
    assert preset.cause in said, preset.id
    assert headline(page) == CALLS[expected.call], preset.id
    (promise,) = [line for line in said.splitlines() if re.match(r"Promised \d", line)]
    promised, measured, noise = (
        float(promise.split(word)[1].split()[0].strip(",")) for word in ("Promised", "measured", "±")
    )
    assert promised == float(expected.hap_ratio), preset.id
    assert abs(measured - promised) <= LARGEST_SD * noise, preset.id
    reading = held(page).lab_reading
    assert reading is not None
    assert reading.pattern is expected.pattern, preset.id
    assert float(reading.hap_ratio) == pytest.approx(measured, abs=0.0005), preset.id


def test_fat_flips_the_typical_adenocarcinoma_and_reset_brings_it_back(lab: AppTest) -> None:
    load(lab, "typical_adenocarcinoma")
    before = hap_ratio(lab)
    assert headline(lab) == "Favours adenocarcinoma"
    move(lab, "liver.fat_percent", 20.0)
    # 34 HU less in a liver of 66: a ratio of 0.77 becomes 1.59.
    assert hap_ratio(lab) == pytest.approx(before * 65.9 / 31.9, rel=0.05)
    assert headline(lab) == "Favours NET"
    said = plain(words(lab))
    assert "Since then changed: fat of the liver." in said
    assert "liver with 20 % fat (study: normal liver)" in said
    press(lab, "Reset to the preset")
    assert lab.slider(key="teach.lab.liver.fat_percent").value == 0.0
    assert (hap_ratio(lab), headline(lab)) == (before, "Favours adenocarcinoma")


def test_only_the_phase_whose_hu_change_is_painted_anew_and_ovals_stay(lab: AppTest) -> None:
    before, ovals = dict(lab_state(lab).painted), lab_state(lab).ovals
    revision = lab_state(lab).revision
    move(lab, "hap_delay_s", 15.0)
    after = lab_state(lab).painted
    assert after[Phase.HAP].volume is not before[Phase.HAP].volume
    assert after[Phase.PVP].volume is before[Phase.PVP].volume
    assert after[Phase.EP].volume is before[Phase.EP].volume
    assert (lab_state(lab).ovals, lab_state(lab).revision) == (ovals, revision)
    assert headline(lab) == "Favours adenocarcinoma"


def test_a_moved_oval_is_measured_kept_by_controls_and_placed_again_on_demand(lab: AppTest) -> None:
    load(lab, "necrosis_in_roi")
    state = lab_state(lab)
    placed, before = state.ovals, hap_ratio(lab)
    moved = [oval.to_json() for oval in placed]
    for oval in moved:
        if oval["tissue"] == "lesion":
            oval.update(rx=4.0, ry=4.0)  # the core alone: 16 HU
    lab.session_state["teach.lab.viewer"] = {
        "drawing": {"revision": state.revision, "sequence": 1, "rois": moved}
    }
    rested(lab.run())
    assert hap_ratio(lab) == pytest.approx(16.0 / 65.9, abs=0.08)
    assert hap_ratio(lab) < before
    assert "Since then changed: ovals." in plain(words(lab))
    kept = lab_state(lab).ovals
    press(lab, "Place the ovals again")
    assert kept != placed == lab_state(lab).ovals
    assert hap_ratio(lab) == before


def test_the_other_metastasis_dose_and_rate(lab: AppTest) -> None:
    first = hap_ratio(lab)
    rested(lab.button_group(key="teach.lab.lesion").set_value(LesionKind.HYPOVASCULAR).run())
    assert headline(lab) == "Favours adenocarcinoma"
    rested(lab.button_group(key="teach.lab.lesion").set_value(LesionKind.HYPERVASCULAR).run())
    assert hap_ratio(lab) == first
    rested(lab.number_input(key="teach.lab.iodine_mg_per_kg").set_value(300.0).run())
    assert "300 mg iodine/kg are 65 mL over 22 s." in words(lab)
    # The hepatic artery phase is scanned when the injection has hardly ended: the rate counts, not the dose.
    assert hap_ratio(lab) == pytest.approx(first, abs=0.002)
    rested(lab.number_input(key="teach.lab.rate_ml_per_s").set_value(6.0).run())
    assert hap_ratio(lab) > first + 0.02


def test_settings_that_do_not_fit_leave_no_result(lab: AppTest) -> None:
    move(lab, "hap_delay_s", 60.0)
    rested(lab.number_input(key="teach.lab.pvp_delay_s").set_value(50.0).run())
    assert "The phases are not in order" in problems(lab)
    assert headline(lab) == ""
    assert held(lab).lab_reading is None
    press(lab, "Reset to the preset")
    assert headline(lab) == "Favours NET"


def test_no_oval_is_no_result(lab: AppTest) -> None:
    lab.session_state["teach.lab.viewer"] = {
        "drawing": {"revision": lab_state(lab).revision, "sequence": 1, "rois": []}
    }
    rested(lab.run())
    assert "There is no oval." in problems(lab)
    assert held(lab).lab_reading is None


def test_the_lab_survives_another_page(lab: AppTest) -> None:
    load(lab, "steatosis")
    move(lab, "hap_delay_s", 30.0)
    before = hap_ratio(lab)
    rested(lab.switch_page(str(ROOT / "pages" / "study.py")).run())
    rested(lab.switch_page(str(ROOT / "pages" / "teach.py")).run())
    assert lab.selectbox(key="teach.lab.preset").value == "steatosis"
    assert lab.slider(key="teach.lab.hap_delay_s").value == 30.0
    assert lab.slider(key="teach.lab.liver.fat_percent").value == 20.6
    assert hap_ratio(lab) == before
