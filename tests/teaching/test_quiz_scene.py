"""The phantom of a case shows what the readings were taken from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np
import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.phantom import make_phantom, read_scene
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.imaging.rois.roi import Roi, RoiSource
from gepnet_core.imaging.rois.roi_statistics import measure_roi
from gepnet_core.teaching.quiz import make_quiz
from gepnet_core.teaching.quiz_case import QuizCase
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind
from gepnet_core.teaching.quiz_scene import quiz_scene

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


@pytest.mark.parametrize(
    "pitfall", [None, Pitfall.SWAPPED_PHASES, Pitfall.STEATOSIS, Pitfall.LOW_TUBE_VOLTAGE]
)
def test_ovals_measure_the_readings(pitfall: Pitfall | None) -> None:
    case = of(pitfall)
    phantom = make_phantom(quiz_scene(case.image, GRID))
    for phase, lesion, liver in shown(case):
        for true, hu in ((phantom.truth.lesion, lesion), (phantom.truth.liver, liver)):
            assert true.hu[phase] == hu
            found = measure_roi(phantom.volumes[phase], Roi("oval", (true.oval,), RoiSource.DRAWN))
            assert found.mean_hu == pytest.approx(hu, abs=8)  # noise of 10 HU, few pixels


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


def test_a_whole_lesion_with_its_core_has_the_reading_of_the_oval() -> None:
    case = of(Pitfall.NECROSIS_IN_OVAL)
    grid = PhantomGrid(rows=256, columns=256, n_slices=5, pixel_mm=1.5, slice_mm=1.0)
    scene = replace(quiz_scene(case.image, grid), noise_sd_hu=0.0)
    phantom, lesion = make_phantom(scene), scene.layout.lesions[0]
    geometry = phantom.geometry
    centre = int(np.abs(geometry.slice_positions_mm - lesion.centre_mm[2]).argmin())
    x = geometry.origins_mm[0, 0] + 1.5 * np.arange(256)[None, :] - lesion.centre_mm[0]
    y = geometry.origins_mm[0, 1] + 1.5 * np.arange(256)[:, None] - lesion.centre_mm[1]
    inside = (x / lesion.radii_mm[0]) ** 2 + (y / lesion.radii_mm[1]) ** 2 <= 1
    for phase, mixed, liver in shown(case):
        rim = scene.phases[phase].lesion
        # 0.6 rim + 0.4 x 16
        assert mixed == pytest.approx(0.6 * rim + 6.4, abs=0.5) and scene.phases[phase].liver == liver
        volume = phantom.volumes[phase]
        hu = volume.stored[centre] * volume.slopes[centre] + volume.intercepts[centre]
        # Its edge is shared with the liver.
        assert hu[inside].mean() == pytest.approx(mixed, abs=4)


def test_without_necrosis_there_is_no_core() -> None:
    assert {p: quiz_scene(of(p).image, GRID).layout.necrotic_core > 0 for p in CASES} == {
        p: p is Pitfall.NECROSIS_IN_OVAL for p in CASES
    }
