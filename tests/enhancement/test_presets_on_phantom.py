"""Every preset painted on the teaching phantom and measured there: the promised shares, ratios and call."""

from __future__ import annotations

import math

import pytest

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Measurement, Reading
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import apply_rule
from gepnet_core.enhancement.preset_reading import phantom_tissues, read_preset, scanned_phase
from gepnet_core.enhancement.presets import Preset, load_presets
from gepnet_core.imaging.phantom.enhancement import (
    paint_enhancement,
    prepare_teaching_phantom,
    teaching_ovals,
    tissue_shares,
)
from gepnet_core.imaging.phantom.phantom import Phantom, PreparedPhantom
from gepnet_core.imaging.rois.rasterise import ellipse_mask
from gepnet_core.imaging.rois.roi import Ellipse, Roi, RoiSource
from gepnet_core.imaging.rois.roi_statistics import measure_roi

PRESETS = list(load_presets().values())
# Rounding of each tissue, and of each voxel of two tissues, to an eighth of a HU.
ROUNDING_HU = 0.125


@pytest.fixture(scope="module")
def prepared() -> PreparedPhantom:
    return prepare_teaching_phantom(seed=11)


def painted(preset: Preset, prepared: PreparedPhantom, noise_sd_hu: float) -> Phantom:
    tissues = phantom_tissues(read_preset(preset).course, preset.lesion)
    necrotic = preset.reading.core_is_necrotic
    return paint_enhancement(prepared, tissues, noise_sd_hu, core_is_necrotic=necrotic)


def ovals_of(preset: Preset, prepared: PreparedPhantom) -> tuple[Ellipse, Ellipse]:
    ovals = teaching_ovals(prepared, core_is_necrotic=preset.reading.core_is_necrotic)
    return ovals.lesion_oval(preset.reading.lesion_roi), ovals.liver


def measured(preset: Preset, phantom: Phantom, ovals: tuple[Ellipse, Ellipse]) -> dict[Phase, Measurement]:
    found = {}
    for phase in Phase:
        volume = phantom.volumes[scanned_phase(preset, phase)]
        lesion_hu, liver_hu = (
            measure_roi(volume, Roi("oval", (oval,), RoiSource.DRAWN)).mean_hu for oval in ovals
        )
        found[phase] = Measurement(phase, Reading(lesion_hu), Reading(liver_hu))
    return found


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_the_stated_shares_are_the_phantoms(preset: Preset, prepared: PreparedPhantom) -> None:
    shares = dict(tissue_shares(prepared.voxels, ovals_of(preset, prepared)[0]))
    if not preset.reading.core_is_necrotic:
        # The core is painted as lesion.
        shares["lesion"] = shares.get("lesion", 0.0) + shares.pop("necrosis", 0.0)
    assert shares == pytest.approx(dict(preset.reading.shares), abs=0.0006)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_without_noise_the_phantom_gives_the_promised_result(
    preset: Preset, prepared: PreparedPhantom
) -> None:
    found = measured(preset, painted(preset, prepared, 0.0), ovals_of(preset, prepared))
    for phase, expected in ((Phase.HAP, preset.expected.hap_ratio), (Phase.PVP, preset.expected.pvp_ratio)):
        tolerance = 0.0005 + ROUNDING_HU * (1.0 + found[phase].ratio) / float(found[phase].liver.hu)
        assert found[phase].ratio == pytest.approx(float(expected), abs=tolerance)
    rule = apply_rule(Case(measurements=found))
    assert (rule.pattern.value, rule.call) == (preset.expected.pattern, preset.expected.call)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_with_noise_the_ratio_stays_within_the_noise_of_its_means(
    preset: Preset, prepared: PreparedPhantom
) -> None:
    """Relative variance of a ratio: the sum of its parts' (first order); noise of a mean is SD / sqrt(n)."""
    sd_hu = preset.settings.pixel_sd_hu
    ovals = ovals_of(preset, prepared)
    counts = [int(ellipse_mask(oval, 256, 256).mask.sum()) for oval in ovals]
    found = measured(preset, painted(preset, prepared, sd_hu), ovals)
    for phase, expected in ((Phase.HAP, preset.expected.hap_ratio), (Phase.PVP, preset.expected.pvp_ratio)):
        ratio = float(expected)
        liver_hu = float(read_preset(preset).measurements[phase].liver.hu)
        error = sd_hu * math.sqrt(1.0 / counts[0] + ratio**2 / counts[1]) / liver_hu
        assert error < 0.06
        assert abs(found[phase].ratio - ratio) < 4.0 * error + ROUNDING_HU / liver_hu
