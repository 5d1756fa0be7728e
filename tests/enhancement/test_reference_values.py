"""Published enhancement above unenhanced, the model's value beside it, and where the model misses.

No weight is printed with these values: the model's patient is the default, 65 kg. A vessel meets a reference
within 25 % (of a range: of its nearer end), the liver within 10 HU. Nothing was fitted to them but the
liver's transit time and the arm's delay (data/enhancement.toml).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from gepnet_core.enhancement.injection import Injection, injection_by_weight
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.time_attenuation import TimeAttenuation, simulate
from gepnet_core.study.scope import load_scope

KG = 65.0
BLOOD_HU, LIVER_HU = 45.0, 58.0
INJECTIONS = {
    "600 over 30 s": injection_by_weight(KG, 600.0, duration_s=30.0),
    "600 at 4 mL/s": injection_by_weight(KG, 600.0, rate_ml_per_s=4.0),
    "518 over 25 s": injection_by_weight(KG, 518.0, duration_s=25.0),
    "150 mL at 3 mL/s": Injection(150.0, 300.0, 3.0),
    "427 at 3 mL/s": injection_by_weight(KG, 427.0, rate_ml_per_s=3.0),
    "400 at 3 mL/s": injection_by_weight(KG, 400.0, rate_ml_per_s=3.0),
    "500 at 3 mL/s": injection_by_weight(KG, 500.0, rate_ml_per_s=3.0),
    "600 at 3 mL/s": injection_by_weight(KG, 600.0, rate_ml_per_s=3.0),
    "700 at 3 mL/s": injection_by_weight(KG, 700.0, rate_ml_per_s=3.0),
}

PEAK_STUDY = "J Comput Assist Tomogr, doi 10.1097/01.rct.0000155062.50236.59"
TRIGGER_STUDY = "scilit.net/publications/1b69dc8767095a7e33aa1436ee32861d"
RADIOLOGY_2004 = "Radiology 2004, doi 10.1148/radiol.2333031617"
ARTERIAL_STUDY = "sigmaaldrich.com/CA/en/tech-docs/paper/420761"
PORTAL_STUDY = "PMID 33386915"
REGRESSION = "Acad Radiol 2013, doi 10.1016/j.acra.2013.05.003: -6.28 + 0.0984 (mg iodine/kg)"
LATE_ARTERIAL = "radiopaedia.org/articles/late-arterial-phase: 145 +- 20 HU absolute"


@dataclass(frozen=True)
class Reference:
    """A published HU above unenhanced, low to high, and the model's.

    ``trigger_hu`` counts the time from the moment when the aorta has gained so many HU.
    """

    source: str
    injection: str
    course: str
    time_s: float
    low_hu: float
    high_hu: float
    model_hu: float
    trigger_hu: float | None = None


MET = [
    # 600 mg iodine/kg over 30 s, 25 to 40 s: aorta 273-301, liver 11-34.
    Reference(PEAK_STUDY, "600 over 30 s", "aorta", 25, 273, 301, 246.1),
    Reference(PEAK_STUDY, "600 over 30 s", "aorta", 30, 273, 301, 288.2),
    Reference(PEAK_STUDY, "600 over 30 s", "aorta", 35, 273, 301, 312.4),
    Reference(PEAK_STUDY, "600 over 30 s", "aorta", 40, 273, 301, 305.0),
    Reference(PEAK_STUDY, "600 over 30 s", "liver", 25, 11, 11, 9.2),
    Reference(PEAK_STUDY, "600 over 30 s", "liver", 40, 34, 34, 34.3),
    # 600 mg iodine/kg at 4 mL/s, 50 HU + 10 to 15 s, + 45 to 55 s.
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "aorta", 15, 336, 336, 257.8, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "liver", 10, 15, 15, 7.2, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "liver", 45, 59, 63, 53.1, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "liver", 55, 59, 63, 56.2, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "aorta", 45, 117, 125, 128.5, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "aorta", 55, 117, 125, 121.0, 50),
    # 518 mg iodine/kg over 25 s, 100 HU + 10/20/50/180 s: aorta 344/266/121/73, liver 3/17/47/35.
    Reference(RADIOLOGY_2004, "518 over 25 s", "aorta", 10, 344, 344, 269.2, 100),
    Reference(RADIOLOGY_2004, "518 over 25 s", "aorta", 20, 266, 266, 283.8, 100),
    Reference(RADIOLOGY_2004, "518 over 25 s", "aorta", 50, 121, 121, 104.5, 100),
    Reference(RADIOLOGY_2004, "518 over 25 s", "aorta", 180, 73, 73, 61.9, 100),
    Reference(RADIOLOGY_2004, "518 over 25 s", "liver", 10, 3, 3, 11.2, 100),
    Reference(RADIOLOGY_2004, "518 over 25 s", "liver", 50, 47, 47, 48.9, 100),
    Reference(RADIOLOGY_2004, "518 over 25 s", "liver", 180, 35, 35, 32.5, 100),
    # 150 mL x 300 at 3 mL/s, arterial phase (30 s taken, no time in the extract): aorta 213, liver 16-25.
    Reference(ARTERIAL_STUDY, "150 mL at 3 mL/s", "aorta", 30, 213, 213, 189.6),
    Reference(ARTERIAL_STUDY, "150 mL at 3 mL/s", "liver", 30, 16, 25, 10.4),
    # 427 mg iodine/kg at 3 mL/s, portal venous phase: liver 50 +- 12.
    Reference(PORTAL_STUDY, "427 at 3 mL/s", "liver", 72.5, 50, 50, 40.2),
    # Portal venous phase by dose.
    Reference(REGRESSION, "400 at 3 mL/s", "liver", 72.5, 33.1, 33.1, 37.7),
    Reference(REGRESSION, "500 at 3 mL/s", "liver", 72.5, 42.9, 42.9, 46.6),
    Reference(REGRESSION, "600 at 3 mL/s", "liver", 72.5, 52.8, 52.8, 54.6),
    Reference(REGRESSION, "700 at 3 mL/s", "liver", 72.5, 62.6, 62.6, 61.1),
    # Portal vein, late arterial phase (35 s), 145 +- 20 HU absolute less 45 HU of blood.
    Reference(LATE_ARTERIAL, "600 at 4 mL/s", "portal", 35, 80, 120, 97.7),
]

# After a trigger at 4 mL/s the model's vessels are 2 to 5 s late: the portal vein 55 and 40 % too low.
MISSED = [
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "aorta", 10, 300, 300, 213.7, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "portal", 10, 75, 75, 33.7, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "portal", 15, 104, 104, 62.4, 50),
    Reference(TRIGGER_STUDY, "600 at 4 mL/s", "liver", 15, 25, 25, 13.7, 50),
    Reference(RADIOLOGY_2004, "518 over 25 s", "liver", 20, 17, 17, 28.1, 100),
]


@cache
def course_of(injection: str) -> TimeAttenuation:
    return simulate(EnhancementSettings(injection=INJECTIONS[injection]))


def enhancement(course: TimeAttenuation, name: str) -> np.ndarray:
    return {
        "aorta": course.aorta_hu - BLOOD_HU,
        "portal": course.portal_vein_hu - BLOOD_HU,
        "liver": course.liver_hu - LIVER_HU,
    }[name]


def model_hu(reference: Reference) -> float:
    course = course_of(reference.injection)
    time_s = reference.time_s
    if reference.trigger_hu is not None:
        aorta = enhancement(course, "aorta")
        rising = slice(0, int(aorta.argmax()))
        time_s += float(np.interp(reference.trigger_hu, aorta[rising], course.time_s[rising]))
    return float(np.interp(time_s, course.time_s, enhancement(course, reference.course)))


def meets(reference: Reference, found_hu: float) -> bool:
    if reference.course == "liver":
        return reference.low_hu - 10.0 <= found_hu <= reference.high_hu + 10.0
    return 0.75 * reference.low_hu <= found_hu <= 1.25 * reference.high_hu


def named(reference: Reference) -> str:
    return f"{reference.injection}, {reference.course} at {reference.time_s:g} s"


@pytest.mark.parametrize("reference", MET, ids=named)
def test_the_model_meets_a_published_value(reference: Reference) -> None:
    found_hu = model_hu(reference)
    assert found_hu == pytest.approx(reference.model_hu, abs=0.1)
    assert meets(reference, found_hu)


@pytest.mark.parametrize("reference", MISSED, ids=named)
def test_the_model_misses_a_published_value_by_what_is_stated(reference: Reference) -> None:
    found_hu = model_hu(reference)
    assert found_hu == pytest.approx(reference.model_hu, abs=0.1)
    assert not meets(reference, found_hu)


def test_the_aorta_peaks_when_it_was_seen_to() -> None:
    # Peak at 35 s (PEAK_STUDY); the model's at 37.5 s. 3 mL/s for 43 s: soon after the injection's end.
    course = course_of("600 over 30 s")
    assert course.time_s[course.aorta_hu.argmax()] == pytest.approx(37.5, abs=0.25)
    study = course_of("600 at 3 mL/s")
    assert [study.time_s[enhancement(study, name).argmax()] for name in ("aorta", "portal", "liver")] == [
        51.0,
        63.0,
        87.75,
    ]


def test_contrast_arrives_after_15_to_20_s() -> None:
    # Triggered delays leave out 15 to 20 s of arrival.
    study = course_of("600 at 3 mL/s")
    arrival_s = study.time_s[(enhancement(study, "aorta") > 50.0).argmax()]
    assert 15.0 <= arrival_s <= 20.0


def test_the_studys_protocol_gives_the_usual_liver() -> None:
    # A simulation after the same model: aorta 181/126/83, portal vein 43/151/98, liver 8/54/41 above
    # unenhanced at 27.5, 72.5 and 150 s (data/examples/phantom.toml). The model's, in that order:
    expected = {27.5: (175.7, 36.5, 7.9), 72.5: (125.7, 149.1, 54.6), 150.0: (87.2, 102.0, 47.1)}
    usual = {27.5: (181, 43, 8), 72.5: (126, 151, 54), 150.0: (83, 98, 41)}
    for time_s, values in expected.items():
        hu = course_of("600 at 3 mL/s").at(time_s)
        found = (hu.aorta_hu - BLOOD_HU, hu.portal_vein_hu - BLOOD_HU, hu.liver_hu - LIVER_HU)
        assert found == pytest.approx(values, abs=0.1)
        assert found == pytest.approx(usual[time_s], rel=0.16)


def test_a_later_arterial_phase_enhances_the_liver_more() -> None:
    # So says data/study/scope.toml; measured 11 HU at 25 s and 34 HU at 40 s (PEAK_STUDY). It says nothing of
    # the metastasis, whose HU rise in these seconds too, with its ratio up to about 35 s.
    study = course_of("600 at 3 mL/s")
    arterial = (study.time_s >= 20.0) & (study.time_s <= 45.0)
    for course in (study.liver_hu, study.hypervascular_hu):
        assert np.all(np.diff(course[arterial]) > 0.0)
    why = load_scope()["phase_timing"].why
    assert why.startswith("The later the arterial phase, the more the liver enhances;")
    assert "lesion" not in why and "metastas" not in why


def test_half_the_cardiac_output_raises_the_aorta_by_about_what_was_seen() -> None:
    # Aorta 291 at 5.6 and 420 HU at 2.8 L/min, 20-s injection: a factor of 1.44
    # (doi 10.1097/RCT.0000000000000541). The dose is not in the extract; 400 mg iodine/kg give 290 here.
    peaks = []
    for output_l_per_min in (5.6, 2.8):
        injection = injection_by_weight(KG, 400.0, duration_s=20.0)
        settings = change_settings(
            EnhancementSettings(injection=injection), {"cardiac_output_factor": output_l_per_min / 6.291}
        )
        peaks.append(float(simulate(settings).aorta_hu.max()) - BLOOD_HU)
    assert peaks[0] == pytest.approx(291, rel=0.05)
    assert peaks[1] / peaks[0] == pytest.approx(420 / 291, rel=0.25)


def test_a_liver_with_the_measured_transit_time_enhances_too_little() -> None:
    # 16 +- 5 s (AJR 2001;176:667) gives 41 HU where 52.8 are usual (REGRESSION): 24 s is an effective value.
    settings = change_settings(
        EnhancementSettings(injection=INJECTIONS["600 at 3 mL/s"]), {"liver.transit_s": 16.0}
    )
    assert simulate(settings).at(72.5).liver_hu - LIVER_HU == pytest.approx(40.6, abs=0.1)


def test_fat_and_low_voltage_shift_the_ratios_as_arithmetic_lets_expect() -> None:
    # 10 % fat takes 17 HU from the liver: 1.15 -> 1.55 and 0.77 -> 1.04; 80 kVp: NET 1.33.
    settings = EnhancementSettings()
    fatty = simulate(change_settings(settings, {"liver.fat_percent": 10.0})).at(27.5)
    assert fatty.hypervascular_hu / fatty.liver_hu == pytest.approx(1.55, abs=0.005)
    assert fatty.hypovascular_hu / fatty.liver_hu == pytest.approx(1.04, abs=0.005)
    low = simulate(change_settings(settings, {"kvp": 80})).at(27.5)
    assert low.hypervascular_hu / low.liver_hu == pytest.approx(1.33, abs=0.005)
