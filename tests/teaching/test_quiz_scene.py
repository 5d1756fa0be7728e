"""The phantom of a case shows what the readings were taken from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.phantom import TEACHING_GRID, make_phantom, read_scene
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.imaging.rois.roi import Roi, RoiSource
from gepnet_core.imaging.rois.roi_statistics import measure_roi
from gepnet_core.teaching.quiz import make_quiz
from gepnet_core.teaching.quiz_case import QuizCase
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind
from gepnet_core.teaching.quiz_scene import quiz_ovals, quiz_scene

GRID = PhantomGrid(rows=128, columns=128, n_slices=7, pixel_mm=3.0, slice_mm=5.0)
CASES = {
    case.key.pitfall: case
    for seed in (1, 2)
    for case in make_quiz(seed, 12, [QuizKind.CLEAR, QuizKind.PITFALL]).cases
}


def of(pitfall: Pitfall | None) -> QuizCase:
    return CASES[pitfall]


def shown(case: QuizCase) -> Iterator[tuple[Phase, int, int]]:
    return ((r.phase, r.lesion_hu, r.liver_hu) for r in case.question.readings)


def test_all_pitfalls_are_tried() -> None:
    assert set(CASES) == {None, *Pitfall}


@pytest.mark.parametrize("pitfall", CASES)
def test_the_reports_ovals_measure_the_readings(pitfall: Pitfall | None) -> None:
    case, ovals = of(pitfall), quiz_ovals(TEACHING_GRID)
    phantom = make_phantom(quiz_scene(case.image, TEACHING_GRID))
    for phase, lesion, liver in shown(case):
        if pitfall is Pitfall.SWAPPED_LESION_AND_LIVER:  # what is wrong there is the report
            lesion, liver = liver, lesion
        for oval, hu in ((ovals.lesion, lesion), (ovals.liver, liver)):
            found = measure_roi(phantom.volumes[phase], Roi("oval", (oval,), RoiSource.DRAWN))
            # The core's edge lies in pixels that it shares.
            assert found.mean_hu == pytest.approx(hu, abs=6 if pitfall is Pitfall.NECROSIS_IN_OVAL else 3)


def test_an_oval_with_a_core_has_the_spread_of_two_tissues() -> None:
    case, ovals = of(Pitfall.NECROSIS_IN_OVAL), quiz_ovals(TEACHING_GRID)
    phantom = make_phantom(quiz_scene(case.image, TEACHING_GRID))
    for readings in case.question.readings:
        roi = Roi("oval", (ovals.lesion,), RoiSource.DRAWN)
        found = measure_roi(phantom.volumes[readings.phase], roi)
        assert found.sd_hu == pytest.approx(readings.lesion_sd_hu, rel=0.25)
        assert found.sd_hu is not None and found.sd_hu > 2 * 13  # the largest that an even liver is given


def test_ovals_are_those_of_no_case() -> None:
    ovals = quiz_ovals(TEACHING_GRID)
    assert ovals.lesion.slice_index == ovals.liver.slice_index == 4
    # The lesion's centre, -98 and -22 mm from the middle at 127.5, in pixels of 1.5 mm.
    assert (ovals.lesion.cx, ovals.lesion.cy) == pytest.approx((62.2, 112.8), abs=0.5)


@pytest.mark.parametrize("pitfall", [Pitfall.SWAPPED_LESION_AND_LIVER, Pitfall.INVERTED_RATIO])
def test_wrong_ovals_and_quotients_leave_the_body_as_it_is(pitfall: Pitfall) -> None:
    case = of(pitfall)
    scene = quiz_scene(case.image, GRID)
    for phase, lesion, liver in shown(case):
        painted = scene.phases[phase].lesion, scene.phases[phase].liver
        assert painted == (
            (liver, lesion) if pitfall is Pitfall.SWAPPED_LESION_AND_LIVER else (lesion, liver)
        )


def test_swapped_phases_have_each_others_vessels() -> None:
    plain, swapped = quiz_scene(of(None).image, GRID), quiz_scene(of(Pitfall.SWAPPED_PHASES).image, GRID)
    for name in ("artery", "portal_vein", "hepatic_vein", "renal_cortex"):
        hap, pvp, ep = (getattr(plain.phases[phase], name) for phase in Phase)
        assert [getattr(swapped.phases[phase], name) for phase in Phase] == [pvp, hap, ep]
    assert swapped.phases[Phase.HAP].portal_vein > plain.phases[Phase.HAP].portal_vein


def test_other_organs_are_the_phantoms() -> None:
    scene, background = quiz_scene(of(None).image, GRID), read_scene("net", GRID)
    for phase in Phase:
        for item in fields(background.phases[phase]):
            if item.name not in ("lesion", "liver"):
                assert getattr(scene.phases[phase], item.name) == getattr(background.phases[phase], item.name)


def test_a_low_tube_voltage_brightens_vessels() -> None:
    plain, bright = quiz_scene(of(None).image, GRID), quiz_scene(of(Pitfall.LOW_TUBE_VOLTAGE).image, GRID)
    # 45 + 1.63 x (226 - 45) = 340.03
    assert plain.phases[Phase.HAP].artery == 226
    assert bright.phases[Phase.HAP].artery == pytest.approx(340.03)
    assert bright.phases[Phase.HAP].necrosis == plain.phases[Phase.HAP].necrosis


def test_without_necrosis_there_is_no_core() -> None:
    assert {p: quiz_scene(of(p).image, GRID).layout.necrotic_core > 0 for p in CASES} == {
        p: p is Pitfall.NECROSIS_IN_OVAL for p in CASES
    }
