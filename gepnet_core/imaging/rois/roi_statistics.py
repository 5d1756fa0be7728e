"""What is measured inside a region: count, mean, spread, order statistics, area, and what to doubt about it.

HU = stored * slope + intercept for each slice with its own numbers (DICOM PS3.3 C.11.1.1.2). The mean is the
exact sum of the stored integers, rescaled; the standard deviation divides by n - 1; percentiles interpolate
linearly (Hyndman and Fan 1996, definition 7, The American Statistician 50:361).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gepnet_core.errors import MeasurementError
from gepnet_core.imaging.geometry import FloatArray
from gepnet_core.imaging.rois.rasterise import RasterisedRegion, rasterise, united
from gepnet_core.imaging.rois.roi import Combine, Roi, RoiStatistics, SliceMask
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, worded
from gepnet_core.imaging.volume import HuVolume

MIN_PIXELS = 25
"""Below this a region is warned as too small.

An assumption of this project: with noise of 15 HU, usual for abdominal CT, the mean of 25 pixels has a
standard error of at least 3 HU (15 / sqrt(25), a lower bound, since CT noise is correlated), 3 % of a liver
of 100 HU.
"""

MAX_HOMOGENEOUS_SD_HU = 30.0
"""Above this a region is warned as heterogeneous.

An assumption of this project: about twice the noise of routine abdominal CT. A whole liver with all its
vessels measured 21.7 HU on a portal venous scan (TotalSegmentator's example CT); beyond 30 HU a vessel,
calcification, necrosis, fat or a border is likely inside.
"""


def measure_roi(volume: HuVolume, roi: Roi, combine: Combine | None = None) -> RoiStatistics:
    """Measure one region.

    Parameters
    ----------
    volume : HuVolume
    roi : Roi
    combine : Combine, optional
        How shapes on one slice join; the region's own rule where None.

    Returns
    -------
    RoiStatistics
        Its warnings are those of the region and those of the measurement.

    Raises
    ------
    MeasurementError
        The region holds no pixel of the image, or padding alone.
    """
    region = rasterise(roi, volume.n_slices, volume.geometry.rows, volume.geometry.columns, combine)
    _require_pixels(region)
    return _measured(volume, region.masks, region.n_inside, region.n_outside, roi.warnings)


def measure_pooled(volume: HuVolume, rois: Sequence[Roi]) -> RoiStatistics:
    """Measure several regions of one tissue as one: the union of their pixels, each counted once.

    Raises
    ------
    MeasurementError
        There is no region, one of them holds no pixel of the image, or all hold padding alone.
    """
    if not rois:
        raise MeasurementError("There is no region to measure", remedy="Draw or load at least one region.")
    geometry = volume.geometry
    regions = [rasterise(roi, volume.n_slices, geometry.rows, geometry.columns) for roi in rois]
    for region in regions:
        _require_pixels(region)
    masks = united([mask for region in regions for mask in region.masks])
    n_inside = sum(int(np.count_nonzero(mask.mask)) for mask in masks)
    n_outside = sum(region.n_outside for region in regions)
    inherited = tuple(dict.fromkeys(warning for roi in rois for warning in roi.warnings))
    return _measured(volume, masks, n_inside, n_outside, inherited)


def roi_alternatives(volume: HuVolume, roi: Roi) -> tuple[tuple[Combine, int, float], ...]:
    """Both readings of a region whose contours are nested.

    Returns
    -------
    tuple of (combine, n, mean_hu)
        Empty where the region can be read in one way only. A reading that leaves no pixel is left out.
    """
    if not roi.combine_is_ambiguous:
        return ()
    found = []
    for combine in (Combine.UNION, Combine.XOR):
        region = rasterise(roi, volume.n_slices, volume.geometry.rows, volume.geometry.columns, combine)
        if region.n_inside:
            statistics = _measured(volume, region.masks, region.n_inside, region.n_outside, ())
            found.append((combine, statistics.n, statistics.mean_hu))
    return tuple(found)


def _require_pixels(region: RasterisedRegion) -> None:
    if region.n_inside:
        return
    if region.n_outside:
        raise MeasurementError(
            "The region lies outside the image",
            got="0 of its pixels inside",
            allowed="a region on the image",
            remedy="Move the region onto the image, or choose the series that it belongs to.",
        )
    raise MeasurementError(
        "The region holds no pixel centre",
        got="0 pixels",
        allowed="at least 1 pixel",
        remedy="Make the region larger, or move it onto the image.",
    )


def _measured(
    volume: HuVolume, masks: Sequence[SliceMask], n_inside: int, n_outside: int, inherited: tuple[str, ...]
) -> RoiStatistics:
    parts: list[FloatArray] = []
    slices: list[int] = []
    total = 0.0
    for mask in masks:
        height, width = mask.mask.shape
        stored = volume.stored[
            mask.slice_index, mask.row : mask.row + height, mask.column : mask.column + width
        ][mask.mask]
        if volume.padding is not None:
            low, high = volume.padding
            stored = stored[(stored < low) | (stored > high)]
        if stored.size == 0:
            continue
        slope, intercept = float(volume.slopes[mask.slice_index]), float(volume.intercepts[mask.slice_index])
        total += slope * int(stored.sum(dtype=np.int64)) + intercept * stored.size
        parts.append(np.asarray(stored * slope + intercept, dtype=np.float64))
        slices.append(mask.slice_index)
    if not parts:
        raise MeasurementError(
            "The region holds padding only, where the scanner measured nothing",
            got=f"{n_inside} padding pixels",
            allowed="at least 1 measured pixel",
            remedy="Move the region onto the patient.",
        )
    hu = np.sort(parts[0] if len(parts) == 1 else np.concatenate(parts))
    n = int(hu.size)
    mean = total / n
    sd = math.sqrt(float(np.square(hu - mean).sum()) / (n - 1)) if n > 1 else None
    spacing = volume.geometry.slice_spacing_mm
    pixel_area = volume.geometry.pixel_area_mm2
    area = n * pixel_area if pixel_area is not None else None
    n_padding = n_inside - n
    return RoiStatistics(
        n=n,
        mean_hu=mean,
        sd_hu=sd,
        min_hu=float(hu[0]),
        max_hu=float(hu[-1]),
        median_hu=_quantile(hu, 0.5),
        p5_hu=_quantile(hu, 0.05),
        p95_hu=_quantile(hu, 0.95),
        area_mm2=area if len(slices) == 1 else None,
        volume_mm3=area * spacing if area is not None and spacing is not None else None,
        slices=tuple(slices),
        n_padding=n_padding,
        warnings=inherited + _doubts(n, sd, n_padding, n_inside, n_outside),
    )


def _quantile(ordered: FloatArray, fraction: float) -> float:
    """Linear interpolation at (n - 1) * fraction of sorted values."""
    position = (ordered.size - 1) * fraction
    below = math.floor(position)
    above = min(below + 1, ordered.size - 1)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (high - low) * (position - below)


def _doubts(n: int, sd: float | None, n_padding: int, n_inside: int, n_outside: int) -> tuple[str, ...]:
    found = []
    if n < MIN_PIXELS:
        noun = "pixel" if n == 1 else "pixels"
        found.append(
            worded(
                RoiWarning.TOO_FEW_PIXELS,
                f"The region has {n} {noun}; below {MIN_PIXELS} its mean is mostly noise. Make it larger.",
            )
        )
    if sd is not None and sd > MAX_HOMOGENEOUS_SD_HU:
        found.append(
            worded(
                RoiWarning.HETEROGENEOUS,
                f"The values spread widely (SD {sd:.1f} HU, above {MAX_HOMOGENEOUS_SD_HU:.0f}): a vessel, "
                "calcification, necrosis, fat or a border may lie inside.",
            )
        )
    if n_outside:
        share = 100.0 * n_outside / (n_inside + n_outside)
        found.append(
            worded(
                RoiWarning.PARTLY_OUTSIDE,
                f"{n_outside} pixels of the region ({share:.1f} %) lie outside the image and were left out.",
            )
        )
    if n_padding:
        found.append(
            worded(
                RoiWarning.PADDING_EXCLUDED,
                f"{n_padding} of {n_inside} pixels are padding, where nothing was measured; left out.",
            )
        )
    return tuple(found)
