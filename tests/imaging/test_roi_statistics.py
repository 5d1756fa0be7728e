"""Statistics inside regions against NumPy on the full frame, closed forms and the thresholds themselves."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import MeasurementError
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.rois.roi import Combine, Ellipse, Polygon, Roi, RoiSource, Shape, SliceMask
from gepnet_core.imaging.rois.roi_statistics import (
    MAX_HOMOGENEOUS_SD_HU,
    MIN_PIXELS,
    measure_pooled,
    measure_roi,
    roi_alternatives,
)
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, split_warning
from gepnet_core.imaging.volume import HuVolume


def geometry(n_slices: int = 3, rows: int = 40, columns: int = 50, **changes: object) -> VolumeGeometry:
    values: dict[str, object] = {
        "origins_mm": np.array([[0.0, 0.0, 2.5 * index] for index in range(n_slices)]),
        "row_direction": np.array([1.0, 0.0, 0.0]),
        "column_direction": np.array([0.0, 1.0, 0.0]),
        "row_spacing_mm": 0.8,
        "column_spacing_mm": 0.7,
        "rows": rows,
        "columns": columns,
        "slice_thickness_mm": 2.5,
    }
    return VolumeGeometry(**{**values, **changes})  # type: ignore[arg-type]


def volume(
    stored: np.ndarray | None = None,
    slopes: tuple[float, ...] = (1.0, 1.0, 1.0),
    intercepts: tuple[float, ...] = (-1024.0, -1024.0, -1024.0),
    padding: tuple[int, int] | None = None,
) -> HuVolume:
    if stored is None:
        stored = np.random.default_rng(7).integers(900, 1300, (3, 40, 50)).astype(np.int16)
    return HuVolume(stored, np.array(slopes), np.array(intercepts), geometry(stored.shape[0]), padding)


def roi(*shapes: Shape, **changes: object) -> Roi:
    return Roi("test", shapes, RoiSource.DRAWN, **changes)  # type: ignore[arg-type]


def codes(warnings: tuple[str, ...]) -> list[str]:
    return [split_warning(text)[0] for text in warnings]


def row_mask(n: int, slice_index: int = 0) -> SliceMask:
    """The first n pixels of the image, in reading order."""
    mask = np.zeros((40, 50), dtype=bool)
    mask.flat[:n] = True
    return SliceMask(slice_index, 0, 0, mask)


def row_volume(values: list[int], padding: tuple[int, int] | None = None) -> HuVolume:
    stored = np.zeros((1, 40, 50), dtype=np.int16)
    stored.flat[: len(values)] = values
    return HuVolume(stored, np.ones(1), np.zeros(1), geometry(1), padding)


def test_oval_agrees_with_numpy_on_the_full_frame() -> None:
    ct = volume()
    found = measure_roi(ct, roi(Ellipse(1, 20.25, 18.5, 9.3, 6.7)))
    y, x = np.mgrid[0:40, 0:50]
    inside = ct.hu(1)[((x - 20.25) / 9.3) ** 2 + ((y - 18.5) / 6.7) ** 2 <= 1]
    assert found.n == inside.size
    assert found.mean_hu == pytest.approx(inside.mean(), abs=1e-10)
    assert found.sd_hu == pytest.approx(inside.std(ddof=1), abs=1e-10)
    assert (found.min_hu, found.max_hu) == (inside.min(), inside.max())
    assert found.median_hu == np.median(inside)
    assert found.p5_hu == pytest.approx(np.percentile(inside, 5), abs=1e-10)
    assert found.p95_hu == pytest.approx(np.percentile(inside, 95), abs=1e-10)
    assert found.slices == (1,)
    assert found.area_mm2 == pytest.approx(inside.size * 0.8 * 0.7)
    assert found.volume_mm3 == pytest.approx(inside.size * 0.8 * 0.7 * 2.5)


def test_each_slice_has_its_own_rescale() -> None:
    ct = volume(slopes=(1.0, 2.0, 0.5), intercepts=(-1024.0, -3000.0, 10.0))
    found = measure_roi(ct, roi(*(Ellipse(index, 20, 20, 8, 8) for index in range(3))))
    y, x = np.mgrid[0:40, 0:50]
    inside = ((x - 20) / 8) ** 2 + ((y - 20) / 8) ** 2 <= 1
    pooled = np.concatenate([ct.hu(index)[inside] for index in range(3)])
    assert found.mean_hu == pytest.approx(pooled.mean(), abs=1e-9)
    assert found.sd_hu == pytest.approx(pooled.std(ddof=1), abs=1e-9)
    assert found.slices == (0, 1, 2)
    assert found.area_mm2 is None
    assert found.volume_mm3 == pytest.approx(found.n * 0.8 * 0.7 * 2.5)


@settings(max_examples=100)
@given(st.lists(st.integers(-1024, 3071), min_size=1, max_size=200))
def test_mean_and_sd_are_exact(values: list[int]) -> None:
    found = measure_roi(row_volume(values), roi(row_mask(len(values))))
    mean = Fraction(sum(values), len(values))
    assert found.mean_hu == float(mean)
    if len(values) == 1:
        assert found.sd_hu is None
    else:
        variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
        assert found.sd_hu == pytest.approx(math.sqrt(variance), rel=1e-12, abs=1e-9)


def test_single_pixel_has_no_sd() -> None:
    found = measure_roi(row_volume([57]), roi(row_mask(1)))
    assert (found.n, found.mean_hu, found.sd_hu, found.p5_hu, found.p95_hu) == (1, 57, None, 57, 57)


def test_three_pixels_are_measured_and_warned() -> None:
    found = measure_roi(row_volume([50, 60, 70]), roi(row_mask(3)))
    assert (found.n, found.mean_hu, found.sd_hu) == (3, 60.0, 10.0)
    assert codes(found.warnings) == [RoiWarning.TOO_FEW_PIXELS]


@pytest.mark.parametrize(
    ("n", "warned"), [(MIN_PIXELS - 1, True), (MIN_PIXELS, False), (MIN_PIXELS + 1, False)]
)
def test_small_region_boundary(n: int, warned: bool) -> None:
    found = measure_roi(row_volume([60] * n), roi(row_mask(n)))
    assert (RoiWarning.TOO_FEW_PIXELS in codes(found.warnings)) is warned


# Two values +-a in equal number have SD a * sqrt(n / (n - 1)); with n = 50 the SD is 30.0 at a = 29.698...
@pytest.mark.parametrize(("spread", "warned"), [(29, False), (30, True)])
def test_heterogeneous_boundary(spread: int, warned: bool) -> None:
    found = measure_roi(row_volume([100 - spread, 100 + spread] * 25), roi(row_mask(50)))
    assert found.sd_hu == pytest.approx(spread * math.sqrt(50 / 49))
    assert found.sd_hu is not None
    assert (found.sd_hu > MAX_HOMOGENEOUS_SD_HU) is warned
    assert (RoiWarning.HETEROGENEOUS in codes(found.warnings)) is warned


def test_padding_is_left_out_and_counted() -> None:
    values = [-2000, 40, 60, -1999, -1998] + [50] * 30
    found = measure_roi(row_volume(values, padding=(-2000, -1999)), roi(row_mask(len(values))))
    assert (found.n, found.n_padding, found.min_hu) == (len(values) - 2, 2, -1998)
    assert codes(found.warnings)[-1] == RoiWarning.PADDING_EXCLUDED


def test_padding_alone_is_refused() -> None:
    with pytest.raises(MeasurementError, match="padding only"):
        measure_roi(row_volume([-2000] * 30, padding=(-2000, -2000)), roi(row_mask(30)))


def test_slice_of_padding_is_no_measured_slice() -> None:
    stored = np.full((3, 40, 50), 100, dtype=np.int16)
    stored[0] = -2000
    ct = HuVolume(stored, np.ones(3), np.zeros(3), geometry(), (-2000, -2000))
    found = measure_roi(ct, roi(Ellipse(0, 20, 20, 5, 5), Ellipse(1, 20, 20, 5, 5)))
    assert found.slices == (1,)
    assert found.area_mm2 is not None


@pytest.mark.parametrize(
    "shape",
    [
        Ellipse(0, -60, 20, 5, 5),
        Ellipse(0, 20, 1e6, 5, 5),
        Ellipse(3, 20, 20, 5, 5),
        Ellipse(-1, 20, 20, 5, 5),
    ],
)
def test_region_outside_is_refused(shape: Ellipse) -> None:
    with pytest.raises(MeasurementError):
        measure_roi(volume(), roi(shape))


def test_region_between_pixel_centres_is_refused() -> None:
    with pytest.raises(MeasurementError, match="no pixel centre"):
        measure_roi(volume(), roi(Ellipse(0, 20.5, 20.5, 0.4, 0.4)))


def test_clipped_share_is_named() -> None:
    square = Polygon(0, ((-5.0, 0.0), (15.0, 0.0), (15.0, 10.0), (-5.0, 10.0)))
    found = measure_roi(volume(), roi(square))
    assert found.n == 150
    (text,) = [text for text in found.warnings if split_warning(text)[0] == RoiWarning.PARTLY_OUTSIDE]
    assert "50 pixels" in text
    assert "25.0 %" in text


def test_pooling_counts_a_shared_pixel_once_and_keeps_each_combination() -> None:
    ct = volume()
    first, second = Ellipse(1, 15, 15, 6, 6), Ellipse(1, 19, 15, 6, 6)
    pooled = measure_pooled(ct, [roi(first), roi(second)])
    union = measure_roi(ct, roi(first, second))
    assert (pooled.n, pooled.mean_hu, pooled.sd_hu) == (union.n, union.mean_hu, union.sd_hu)
    apart = measure_roi(ct, roi(first)).n + measure_roi(ct, roi(second)).n
    assert pooled.n < apart
    outer, inner = Ellipse(0, 20, 20, 10, 10), Ellipse(0, 20, 20, 5, 5)
    ring = roi(outer, inner, combine=Combine.XOR)
    assert (
        measure_pooled(ct, [ring, roi(second)]).n == measure_roi(ct, ring).n + measure_roi(ct, roi(second)).n
    )


def test_pooling_one_equals_measuring_it() -> None:
    ct = volume()
    assert measure_pooled(ct, [roi(Ellipse(1, 15, 15, 6, 6))]) == measure_roi(
        ct, roi(Ellipse(1, 15, 15, 6, 6))
    )


def test_pooling_nothing_or_something_outside_is_refused() -> None:
    with pytest.raises(MeasurementError):
        measure_pooled(volume(), [])
    with pytest.raises(MeasurementError):
        measure_pooled(volume(), [roi(Ellipse(1, 15, 15, 6, 6)), roi(Ellipse(1, 500, 15, 6, 6))])


def test_alternatives_only_where_ambiguous() -> None:
    ct = volume()
    shapes = (Ellipse(0, 20, 20, 10, 10), Ellipse(0, 20, 20, 5, 5))
    assert roi_alternatives(ct, roi(*shapes)) == ()
    (union, n_union, mean_union), (xor, n_xor, mean_xor) = roi_alternatives(
        ct, roi(*shapes, combine_is_ambiguous=True)
    )
    # A000328: 317 lattice points within radius 10, 81 within 5.
    assert (union, n_union, xor, n_xor) == (Combine.UNION, 317, Combine.XOR, 317 - 81)
    assert mean_union == measure_roi(ct, roi(*shapes)).mean_hu
    assert mean_xor == measure_roi(ct, roi(*shapes), Combine.XOR).mean_hu


def test_unknown_spacing_leaves_area_and_volume_empty() -> None:
    ct = HuVolume(
        np.full((1, 40, 50), 60, np.int16), np.ones(1), np.zeros(1), geometry(1, spacing_is_known=False)
    )
    found = measure_roi(ct, roi(Ellipse(0, 20, 20, 5, 5)))
    assert (found.n, found.area_mm2, found.volume_mm3) == (81, None, None)
    thin = HuVolume(ct.stored, ct.slopes, ct.intercepts, geometry(1, slice_thickness_mm=None))
    found = measure_roi(thin, roi(Ellipse(0, 20, 20, 5, 5)))
    assert found.area_mm2 == pytest.approx(81 * 0.8 * 0.7)
    assert found.volume_mm3 is None


def test_largest_unsigned_values_do_not_overflow() -> None:
    stored = np.full((1, 2048, 2048), 65535, dtype=np.uint16)
    ct = HuVolume(stored, np.ones(1), np.zeros(1), geometry(1, 2048, 2048))
    found = measure_roi(ct, roi(SliceMask(0, 0, 0, np.ones((2048, 2048), dtype=bool))))
    assert (found.n, found.mean_hu, found.sd_hu) == (2048 * 2048, 65535.0, 0.0)


def test_warnings_of_the_region_come_first() -> None:
    found = measure_roi(row_volume([50, 60, 70]), roi(row_mask(3), warnings=("nested_contours: Words.",)))
    assert codes(found.warnings) == [RoiWarning.NESTED_CONTOURS, RoiWarning.TOO_FEW_PIXELS]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("heterogeneous: A: b.", ("heterogeneous", "A: b.")),
        ("Slice missing: at 4 mm.", ("", "Slice missing: at 4 mm.")),
        ("", ("", "")),
    ],
)
def test_warning_codes_are_split_off(text: str, pair: tuple[str, str]) -> None:
    assert split_warning(text) == pair
