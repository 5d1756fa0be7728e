"""The repainted teaching phantom: where its ovals lie, what they hold, and what repainting changes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.enhancement import (
    CORE_SHARE,
    REQUIRED_TISSUES,
    enhanced_scene,
    paint_enhancement,
    prepare_teaching_phantom,
    teaching_ovals,
    tissue_shares,
)
from gepnet_core.imaging.phantom.phantom import (
    TEACHING_GRID,
    Phantom,
    PreparedPhantom,
    make_phantom,
    paint,
    read_scene,
)
from gepnet_core.imaging.phantom.tissue import Tissue
from gepnet_core.imaging.phantom.truth import place_ovals
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.imaging.rois.rasterise import ellipse_mask
from gepnet_core.imaging.rois.roi import Ellipse, Roi, RoiSource
from gepnet_core.imaging.rois.roi_statistics import measure_roi

TISSUES = {"lesion": 75.75, "liver": 66.0, "artery": 220.5, "portal_vein": 81.5, "necrosis": 16.0}
HU = {
    Phase.HAP: TISSUES,
    Phase.PVP: TISSUES | {"lesion": 91.25, "liver": 112.5, "artery": 170.0, "portal_vein": 194.0},
    Phase.EP: TISSUES | {"lesion": 72.0, "liver": 105.0, "artery": 132.0, "portal_vein": 147.0},
}


@pytest.fixture(scope="module")
def prepared() -> PreparedPhantom:
    return prepare_teaching_phantom(seed=5)


def mean_hu(phantom: Phantom, phase: Phase, oval: Ellipse) -> float:
    return measure_roi(phantom.volumes[phase], Roi("oval", (oval,), RoiSource.DRAWN)).mean_hu


# Painting


def test_without_noise_every_oval_holds_its_shares(prepared: PreparedPhantom) -> None:
    for core_is_necrotic in (False, True):
        phantom = paint_enhancement(prepared, HU, 0.0, core_is_necrotic=core_is_necrotic)
        ovals = teaching_ovals(prepared, core_is_necrotic=core_is_necrotic)
        for oval in (ovals.tumour, ovals.whole_lesion, ovals.tumour_and_vessel, ovals.liver):
            shares = tissue_shares(prepared.voxels, oval)
            assert sum(shares.values()) == pytest.approx(1.0)
            for phase, values in HU.items():
                painted = values if core_is_necrotic else values | {"necrosis": values["lesion"]}
                expected = sum(part * painted[name] for name, part in shares.items())
                # Voxels of two tissues are rounded to an eighth of a HU.
                assert mean_hu(phantom, phase, oval) == pytest.approx(expected, abs=0.0625)


def test_the_tumours_and_the_livers_oval_hold_one_tissue_alone(prepared: PreparedPhantom) -> None:
    for core_is_necrotic in (False, True):
        phantom = paint_enhancement(prepared, HU, 0.0, core_is_necrotic=core_is_necrotic)
        ovals = teaching_ovals(prepared, core_is_necrotic=core_is_necrotic)
        for phase, values in HU.items():
            assert mean_hu(phantom, phase, ovals.tumour) == values["lesion"]
            assert mean_hu(phantom, phase, ovals.liver) == values["liver"]
    assert dict(tissue_shares(prepared.voxels, ovals.liver)) == {"liver": 1.0}


def test_the_liver_oval_and_the_rims_oval_are_those_of_the_truth(prepared: PreparedPhantom) -> None:
    truth = place_ovals(prepared.voxels, {})
    necrotic = teaching_ovals(prepared, core_is_necrotic=True)
    assert (necrotic.tumour, necrotic.liver) == (truth.lesion.oval, truth.liver.oval)
    sound = teaching_ovals(prepared)
    assert (sound.liver, sound.whole_lesion) == (necrotic.liver, necrotic.whole_lesion)
    assert sound.tumour.rx > 3 * necrotic.tumour.rx


def test_the_whole_lesions_core_has_the_share_of_its_area(prepared: PreparedPhantom) -> None:
    # Radii 0.65 and 0.75 of the lesion's; the core's surface is lobed by 5 %.
    shares = tissue_shares(prepared.voxels, teaching_ovals(prepared).whole_lesion)
    assert set(shares) == {"lesion", "necrosis"}
    assert shares["necrosis"] == pytest.approx((CORE_SHARE / 0.75) ** 2, rel=0.15)


def test_ovals_are_named(prepared: PreparedPhantom) -> None:
    ovals = teaching_ovals(prepared)
    assert ovals.lesion_oval("tumour") == ovals.tumour
    assert ovals.lesion_oval("whole_lesion") == ovals.whole_lesion
    assert ovals.lesion_oval("tumour_and_vessel") == ovals.tumour_and_vessel
    with pytest.raises(GepnetError, match="no such oval; got spleen; allowed: tumour, whole_lesion"):
        ovals.lesion_oval("spleen")


@pytest.mark.parametrize("seed", range(3))
def test_with_noise_means_stay_within_five_standard_errors(seed: int, prepared: PreparedPhantom) -> None:
    own = prepared if seed == 0 else prepare_teaching_phantom(seed, replace(TEACHING_GRID, n_slices=1))
    phantom, ovals = paint_enhancement(own, HU, 10.0), teaching_ovals(own)
    for phase, values in HU.items():
        for oval, name in ((ovals.tumour, "lesion"), (ovals.liver, "liver")):
            n = int(ellipse_mask(oval, 256, 256).mask.sum())
            assert abs(mean_hu(phantom, phase, oval) - values[name]) < 5.0 * 10.0 / math.sqrt(n)


# Repainting


def test_repainting_equals_making_anew(prepared: PreparedPhantom) -> None:
    repainted = paint_enhancement(prepared, HU, 12.0, core_is_necrotic=True)
    made = make_phantom(enhanced_scene(HU, 12.0, core_is_necrotic=True, seed=5))
    for phase in Phase:
        assert np.array_equal(repainted.volumes[phase].stored, made.volumes[phase].stored)


def test_a_change_of_one_tissue_changes_that_tissue_alone(prepared: PreparedPhantom) -> None:
    before = paint_enhancement(prepared, HU, 10.0, core_is_necrotic=True)
    brighter = {phase: values | {"lesion": values["lesion"] + 8.0} for phase, values in HU.items()}
    after = paint_enhancement(prepared, brighter, 10.0, core_is_necrotic=True)
    for k in range(before.geometry.n_slices):
        gain = after.volumes[Phase.HAP].hu(k) - before.volumes[Phase.HAP].hu(k)
        assert set(gain[prepared.voxels.pure(Tissue.LESION, k)]) <= {8.0}
        for tissue in set(Tissue) - {Tissue.LESION}:
            assert not gain[prepared.voxels.pure(tissue, k)].any()


def test_other_organs_keep_the_phantoms_own_hu() -> None:
    own = read_scene("net").phases
    scene = enhanced_scene(HU, 0.0)
    for phase in Phase:
        for name in ("spleen", "renal_cortex", "pancreas", "muscle", "hepatic_vein"):
            assert getattr(scene.phases[phase], name) == getattr(own[phase], name)
        assert scene.phases[phase].artery == HU[phase]["artery"]
    muscle = {phase: values | {"muscle": 50.0} for phase, values in HU.items()}
    assert enhanced_scene(muscle, 0.0).phases[Phase.EP].muscle == 50.0


def test_one_phase_alone_can_be_painted(prepared: PreparedPhantom) -> None:
    alone = paint_enhancement(prepared, {Phase.PVP: HU[Phase.PVP]}, 10.0)
    assert set(alone.volumes) == {Phase.PVP}
    whole = paint_enhancement(prepared, HU, 10.0)
    assert np.array_equal(alone.volumes[Phase.PVP].stored, whole.volumes[Phase.PVP].stored)


# Hostile input


@pytest.mark.parametrize("missing", REQUIRED_TISSUES)
def test_a_missing_tissue_is_named(missing: str) -> None:
    short = {name: hu for name, hu in TISSUES.items() if name != missing}
    with pytest.raises(GepnetError, match=f"hepatic artery phase do not fit; got no {missing}"):
        enhanced_scene({Phase.HAP: short}, 10.0)


def test_an_unknown_tissue_is_named() -> None:
    with pytest.raises(GepnetError, match="do not fit; got gallbladder; allowed: artery"):
        enhanced_scene({Phase.HAP: TISSUES | {"gallbladder": 10.0}}, 10.0)


@pytest.mark.parametrize("hu", [math.nan, math.inf, 1e300, -2000.0])
def test_impossible_hu_are_refused(hu: float) -> None:
    with pytest.raises(GepnetError, match="HU of liver is out of range"):
        enhanced_scene({Phase.HAP: TISSUES | {"liver": hu}}, 10.0)


@pytest.mark.parametrize("noise_sd_hu", [-1.0, 101.0, math.nan])
def test_impossible_noise_is_refused(noise_sd_hu: float) -> None:
    with pytest.raises(GepnetError, match="noise is out of range"):
        enhanced_scene(HU, noise_sd_hu)


def test_no_phase_is_refused() -> None:
    with pytest.raises(GepnetError, match="no phase"):
        enhanced_scene({}, 10.0)


def test_another_seed_or_grid_is_not_painted_on(prepared: PreparedPhantom) -> None:
    for other in (enhanced_scene(HU, 10.0, seed=6), enhanced_scene(HU, 10.0, seed=5, grid=PhantomGrid())):
        with pytest.raises(GepnetError, match="Prepare the phantom again"):
            paint(prepared, other)
