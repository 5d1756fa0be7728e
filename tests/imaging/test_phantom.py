"""The phantom holds what it says it holds: expected values are the scene's own inputs and closed forms."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.noise import NOISE_TAPS, draw_noise
from gepnet_core.imaging.phantom.phantom import (
    PADDING_VALUE,
    TEACHING_GRID,
    Phantom,
    PhantomScene,
    make_phantom,
    paint,
    prepare,
    read_scene,
    scene_names,
)
from gepnet_core.imaging.phantom.tissue import Tissue
from gepnet_core.imaging.phantom.truth import TruthOval
from gepnet_core.imaging.phantom.voxels import Lesion, PhantomGrid, build_voxels
from gepnet_core.imaging.rois.rasterise import ellipse_mask
from gepnet_core.imaging.rois.roi import Roi, RoiSource
from gepnet_core.imaging.rois.roi_statistics import measure_roi

GRID = PhantomGrid(rows=128, columns=128, n_slices=7, pixel_mm=3.0, slice_mm=5.0)


@pytest.fixture(scope="module")
def scene() -> PhantomScene:
    return read_scene("net", GRID)


def measured(phantom: Phantom, phase: Phase, true: TruthOval) -> tuple[int, float, float]:
    statistics = measure_roi(phantom.volumes[phase], Roi("oval", (true.oval,), RoiSource.DRAWN))
    assert statistics.sd_hu is not None
    return statistics.n, statistics.mean_hu, statistics.sd_hu


def noise_variance_of_mean(mask: np.ndarray, correlated: bool) -> float:
    """Variance of the mean of unit noise over a mask: autocorrelation summed over all pairs / n^2."""
    n = int(mask.sum())
    if not correlated:
        return 1.0 / n
    lags = np.correlate(NOISE_TAPS, NOISE_TAPS, mode="full")
    padded = np.pad(mask.astype(float), 4)
    rows, columns = mask.shape
    pairs = sum(
        lags[i] * lags[j] * float((mask * padded[i : i + rows, j : j + columns]).sum())
        for i in range(9)
        for j in range(9)
    )
    return pairs / n**2


# Scenes


# Publication, legends of Figures 2 and 4: "115.7% and 84.8%", "70.7% and 60.2%".
@pytest.mark.parametrize(("name", "hap", "pvp"), [("figure_2", 1.157, 0.848), ("figure_4", 0.707, 0.602)])
def test_figure_scenes_have_the_printed_ratios(name: str, hap: float, pvp: float) -> None:
    truth = make_phantom(read_scene(name, GRID)).truth
    assert round(truth.ratio(Phase.HAP), 3) == hap
    assert round(truth.ratio(Phase.PVP), 3) == pvp


# Publication, Results: mean ratios 1.15 and 0.81 (NET), 0.77 and 0.64 (adenocarcinoma).
@pytest.mark.parametrize(("name", "hap", "pvp"), [("net", 1.15, 0.81), ("adenocarcinoma", 0.77, 0.64)])
def test_example_scenes_lie_at_the_published_means(name: str, hap: float, pvp: float) -> None:
    truth = make_phantom(read_scene(name, GRID)).truth
    assert truth.ratio(Phase.HAP) == pytest.approx(hap, abs=0.005)
    assert truth.ratio(Phase.PVP) == pytest.approx(pvp, abs=0.005)


def test_an_unknown_scene_is_refused_with_the_list() -> None:
    with pytest.raises(GepnetError, match="figure_2"):
        read_scene("nobody")
    assert scene_names() == ("net", "adenocarcinoma", "figure_2", "figure_4")


# Truth


@pytest.mark.parametrize("grid", [GRID, TEACHING_GRID, PhantomGrid()], ids=["small", "teaching", "full"])
@pytest.mark.parametrize("change", [{}, {"necrotic_core": 0.5}, {"vessel_beside_lesion": True}], ids=str)
def test_without_noise_every_pixel_of_an_oval_holds_the_stated_hu(grid: PhantomGrid, change: dict) -> None:
    scene = read_scene("figure_2", grid)
    phantom = make_phantom(replace(scene, noise_sd_hu=0.0, layout=replace(scene.layout, **change)))
    ovals = [phantom.truth.lesion, phantom.truth.liver]
    ovals += [phantom.truth.necrosis] if phantom.truth.necrosis else []
    assert (phantom.truth.necrosis is not None) == bool(change.get("necrotic_core"))
    for phase, volume in phantom.volumes.items():
        for true in ovals:
            n, mean, sd = measured(phantom, phase, true)
            assert n >= 5
            assert mean == true.hu[phase]
            assert sd == 0.0
        stated = scene.phases[phase]
        assert (phantom.truth.lesion.hu[phase], phantom.truth.liver.hu[phase]) == (
            stated.lesion,
            stated.liver,
        )
        assert volume.hu(0).dtype == np.float64


@pytest.mark.parametrize("correlated", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_with_noise_means_stay_within_five_standard_errors(correlated: bool, seed: int) -> None:
    scene = replace(read_scene("net", TEACHING_GRID), seed=seed, noise_is_correlated=correlated)
    phantom = make_phantom(scene)
    for phase in Phase:
        for true in (phantom.truth.lesion, phantom.truth.liver):
            mask = ellipse_mask(true.oval, 256, 256).mask
            variance = noise_variance_of_mean(mask, correlated) * scene.noise_sd_hu**2
            n, mean, sd = measured(phantom, phase, true)
            # Rounding to integers adds a variance of 1/12 a pixel.
            bound = 5.0 * math.sqrt(variance + 1.0 / 12.0 / n)
            assert abs(mean - true.hu[phase]) < bound
            assert bound < 6.0 * scene.noise_sd_hu / math.sqrt(n)
            assert sd == pytest.approx(scene.noise_sd_hu, rel=0.25)


def test_ovals_lie_on_one_slice_through_the_lesion_and_do_not_touch(scene: PhantomScene) -> None:
    phantom = make_phantom(scene)
    lesion, liver = phantom.truth.lesion.oval, phantom.truth.liver.oval
    assert lesion.slice_index == liver.slice_index
    centre = phantom.geometry.pixel_to_patient(lesion.slice_index, lesion.cx, lesion.cy)
    assert np.linalg.norm(centre - np.array(scene.layout.lesions[0].centre_mm)) < 2 * GRID.pixel_mm
    assert math.hypot(lesion.cx - liver.cx, lesion.cy - liver.cy) > lesion.rx + liver.rx


def test_hu_that_no_integer_holds_are_rounded_in_the_truth_too(scene: PhantomScene) -> None:
    odd = {phase: replace(values, lesion=76.362, liver=66.5) for phase, values in scene.phases.items()}
    whole = make_phantom(replace(scene, phases=odd, noise_sd_hu=0.0))
    assert (whole.truth.lesion.hu[Phase.HAP], whole.truth.liver.hu[Phase.HAP]) == (76.0, 66.0)  # ties to even
    fine = make_phantom(replace(scene, phases=odd, noise_sd_hu=0.0, hu_step=0.125))
    assert (fine.truth.lesion.hu[Phase.HAP], fine.truth.liver.hu[Phase.HAP]) == (76.375, 66.5)
    for phantom in (whole, fine):
        assert measured(phantom, Phase.HAP, phantom.truth.lesion)[1] == phantom.truth.lesion.hu[Phase.HAP]


# Steatosis


def test_fat_lowers_the_liver_on_every_phase_and_nothing_else(scene: PhantomScene) -> None:
    sound = make_phantom(replace(scene, noise_sd_hu=0.0))
    fatty = make_phantom(replace(scene, noise_sd_hu=0.0, liver_fat_percent=10.0))
    voxels = build_voxels(scene.layout)
    for phase in Phase:
        # 65, 23 and -3 HU at 0.5, 25 and 40 % of fat (PMC8574059, Figure 2): -1.7 HU per percent.
        assert sound.truth.liver.hu[phase] - fatty.truth.liver.hu[phase] == 17.0
        assert fatty.truth.lesion.hu[phase] == sound.truth.lesion.hu[phase]
        assert fatty.truth.ratio(phase) > sound.truth.ratio(phase)
        for k in range(GRID.n_slices):
            drop = sound.volumes[phase].hu(k) - fatty.volumes[phase].hu(k)
            assert set(drop[voxels.pure(Tissue.LIVER, k)]) == {17.0}
            for tissue in set(Tissue) - {Tissue.LIVER}:
                assert not drop[voxels.pure(tissue, k)].any()


# Noise


def test_noise_taps_keep_variance_and_mean() -> None:
    assert sum(NOISE_TAPS) == pytest.approx(1.0, abs=1e-15)
    assert sum(tap**2 for tap in NOISE_TAPS) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("correlated", [True, False])
def test_noise_has_unit_sd_no_mean_and_the_stated_correlation(correlated: bool) -> None:
    noise = draw_noise((40, 200, 200), seed=7, stream=0, correlated=correlated).astype(np.float64)
    n = noise.size
    assert abs(noise.mean()) < 5 / math.sqrt(n)  # the sum of the taps is 1: as for white noise
    assert noise.std() == pytest.approx(1.0, abs=0.005)
    # Lags 1 to 5 of the taps' autocorrelation, in 1/225: 84, -52, -48, 16, 0.
    expected = np.array([84, -52, -48, 16, 0]) / 225 if correlated else np.zeros(5)
    for axis in (1, 2):
        moved = np.moveaxis(noise, axis, -1)
        found = [float((moved[..., lag:] * moved[..., :-lag]).mean()) for lag in range(1, 6)]
        assert found == pytest.approx(expected, abs=0.006)
    assert abs(float((noise[1:] * noise[:-1]).mean())) < 0.006


def test_phases_have_independent_noise(scene: PhantomScene) -> None:
    noise = prepare(scene).unit_noise
    product = float((noise[Phase.HAP] * noise[Phase.PVP]).mean())
    assert abs(product) < 5 / math.sqrt(noise[Phase.HAP].size) * 2


# Reproducibility and repainting


def test_equal_scenes_give_equal_pixels_and_another_seed_others(scene: PhantomScene) -> None:
    first, again, other = make_phantom(scene), make_phantom(scene), make_phantom(replace(scene, seed=3))
    for phase in Phase:
        assert np.array_equal(first.volumes[phase].stored, again.volumes[phase].stored)
        assert not np.array_equal(first.volumes[phase].stored, other.volumes[phase].stored)
    assert first.truth == again.truth


def test_a_phase_is_the_same_whether_others_are_made_or_not(scene: PhantomScene) -> None:
    alone = make_phantom(replace(scene, phases={Phase.PVP: scene.phases[Phase.PVP]}))
    assert np.array_equal(alone.volumes[Phase.PVP].stored, make_phantom(scene).volumes[Phase.PVP].stored)


def test_repainting_equals_making_anew(scene: PhantomScene) -> None:
    changed = replace(
        scene,
        noise_sd_hu=14.0,
        liver_fat_percent=5.0,
        phases={phase: replace(values, lesion=33.0) for phase, values in scene.phases.items()},
    )
    repainted, made = paint(prepare(scene), changed), make_phantom(changed)
    for phase in Phase:
        assert np.array_equal(repainted.volumes[phase].stored, made.volumes[phase].stored)


@pytest.mark.parametrize(
    "change",
    [{"seed": 99}, {"noise_is_correlated": False}, {"layout": replace(read_scene("net").layout)}],
    ids=str,
)
def test_a_scene_of_another_layout_or_noise_is_not_painted_on(scene: PhantomScene, change: dict) -> None:
    with pytest.raises(GepnetError, match="Prepare the phantom again"):
        paint(prepare(scene), replace(scene, **change))


def test_a_scene_prepared_without_noise_is_not_painted_with_noise(scene: PhantomScene) -> None:
    with pytest.raises(GepnetError, match="Prepare the phantom again"):
        paint(prepare(replace(scene, noise_sd_hu=0.0)), scene)


# Geometry and anatomy


def test_slices_rise_towards_the_head_and_pixels_map_back(scene: PhantomScene) -> None:
    geometry = make_phantom(scene).geometry
    assert geometry.n_slices == 7
    assert np.allclose(np.diff(geometry.slice_positions_mm), 5.0)
    assert np.array_equal(geometry.normal, [0.0, 0.0, 1.0])
    point = geometry.pixel_to_patient(4, 10.25, 99.5)
    x, y, position = geometry.patient_to_pixel(point[None, :])
    assert (x[0], y[0], position[0]) == pytest.approx((10.25, 99.5, geometry.slice_positions_mm[4]))


def test_pixels_outside_the_circle_are_padding_and_no_measurement(scene: PhantomScene) -> None:
    volume = make_phantom(scene).volumes[Phase.HAP]
    assert volume.padding == (PADDING_VALUE, PADDING_VALUE)
    measured_pixels = volume.is_measured(3)
    y, x = np.mgrid[:128, :128] - 63.5
    assert np.array_equal(measured_pixels, x**2 + y**2 <= 64.0**2)
    assert volume.hu(3)[measured_pixels].min() >= -1024.0


def test_every_organ_is_there_in_the_full_stack() -> None:
    found = np.unique(build_voxels(read_scene("net").layout).tissue)
    assert set(found) == {int(tissue) for tissue in Tissue} - {Tissue.NECROSIS}


def test_liver_lies_on_the_patients_right_and_the_spine_at_the_back(scene: PhantomScene) -> None:
    tissue = build_voxels(scene.layout).tissue
    columns = {
        t: np.nonzero(tissue == t)[2].mean() for t in (Tissue.LIVER, Tissue.SPLEEN, Tissue.BONE_MARROW)
    }
    # Columns rise to the patient's left (ImageOrientationPatient 1\0\0\0\1\0).
    assert columns[Tissue.LIVER] < 63.5 < columns[Tissue.SPLEEN]
    assert np.nonzero(tissue == Tissue.CORD)[1].mean() > np.nonzero(tissue == Tissue.ARTERY)[1].mean()


def test_the_volume_of_a_round_lesion_is_that_of_its_ellipsoid() -> None:
    layout = read_scene("net").layout
    lesion = Lesion((-98.0, -22.0, 2.0), (21.0, 21.0, 21.0))
    voxels = build_voxels(replace(layout, lesions=(lesion,)))
    share = (voxels.tissue == Tissue.LESION).astype(np.float64)
    flat = share.reshape(-1)
    flat[voxels.mixed_index] = np.where(
        voxels.mixed_first == Tissue.LESION, voxels.mixed_share, 0.0
    ) + np.where(voxels.mixed_second == Tissue.LESION, 1.0 - voxels.mixed_share, 0.0)
    volume = share.sum() * 0.75 * 0.75 * 5.0
    assert volume == pytest.approx(4.0 / 3.0 * math.pi * 21.0**3, rel=0.02)


# Refusals


@pytest.mark.parametrize(
    "change",
    [
        {"noise_sd_hu": -0.1},
        {"noise_sd_hu": math.nan},
        {"liver_fat_percent": 60.1},
        {"hu_step": 0.3},
        {"seed": -1},
        {"phases": {}},
    ],
    ids=str,
)
def test_impossible_scenes_are_refused(scene: PhantomScene, change: dict) -> None:
    with pytest.raises(GepnetError):
        replace(scene, **change)


@pytest.mark.parametrize("hu", [-1024.1, 3071.1, math.nan, math.inf])
def test_impossible_hu_are_refused_and_the_limits_are_not(scene: PhantomScene, hu: float) -> None:
    values = scene.phases[Phase.HAP]
    with pytest.raises(GepnetError, match="lesion"):
        replace(values, lesion=hu)
    assert (replace(values, lesion=-1024.0).lesion, replace(values, lesion=3071.0).lesion) == (
        -1024.0,
        3071.0,
    )


@pytest.mark.parametrize(
    "change", [{"rows": 31}, {"n_slices": 0}, {"pixel_mm": 0.2}, {"slice_mm": math.nan}], ids=str
)
def test_impossible_grids_are_refused(change: dict) -> None:
    with pytest.raises(GepnetError, match="out of range"):
        PhantomGrid(**change)


@pytest.mark.parametrize(
    "change", [{"lesions": ()}, {"necrotic_core": 0.71}, {"necrotic_core": -0.1}], ids=str
)
def test_impossible_layouts_are_refused(scene: PhantomScene, change: dict) -> None:
    with pytest.raises(GepnetError):
        replace(scene.layout, **change)


def test_a_grid_too_coarse_for_an_oval_says_so() -> None:
    with pytest.raises(GepnetError, match="No oval"):
        make_phantom(read_scene("net", PhantomGrid(rows=32, columns=32, n_slices=3, pixel_mm=12.0)))
