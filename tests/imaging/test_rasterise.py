"""Pixel-centre rules: counts known from closed forms, other tools and the boundary itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import MeasurementError
from gepnet_core.imaging.rois.rasterise import (
    MAX_COORDINATE,
    ellipse_mask,
    polygon_mask,
    rasterise,
    shapes_overlap,
    united,
)
from gepnet_core.imaging.rois.roi import Combine, Ellipse, Polygon, Roi, RoiSource, Shape, SliceMask

SIDE = 64


def full(mask: SliceMask, rows: int = SIDE, columns: int = SIDE) -> np.ndarray:
    image = np.zeros((rows, columns), dtype=bool)
    height, width = mask.mask.shape
    image[mask.row : mask.row + height, mask.column : mask.column + width] = mask.mask
    return image


def roi(*shapes: Shape, combine: Combine = Combine.UNION) -> Roi:
    return Roi("test", shapes, RoiSource.DRAWN, combine)


def n_pixels(region: Roi, combine: Combine | None = None) -> int:
    return rasterise(region, 1, SIDE, SIDE, combine).n_inside


def square(low: float, high: float, slice_index: int = 0) -> Polygon:
    return Polygon(slice_index, ((low, low), (high, low), (high, high), (low, high)))


# Gauss's circle problem, OEIS A000328: lattice points in a closed disc of radius 0, 1, 2, ...
@pytest.mark.parametrize(
    ("radius", "count"), [(1, 5), (2, 13), (3, 29), (4, 49), (5, 81), (10, 317), (20, 1257)]
)
def test_circle_at_an_integer_centre_counts_the_lattice_points(radius: int, count: int) -> None:
    assert np.count_nonzero(ellipse_mask(Ellipse(0, 30, 31, radius, radius), SIDE, SIDE).mask) == count


@pytest.mark.parametrize(
    ("radius", "count"), [(math.nextafter(3, 0), 25), (3.0, 29), (math.nextafter(3, 4), 29)]
)
def test_boundary_of_an_ellipse_belongs_to_it(radius: float, count: int) -> None:
    # r = 3 adds the four points at distance exactly 3 to the 25 nearer ones (A000328(3) = 29).
    assert np.count_nonzero(ellipse_mask(Ellipse(0, 20, 20, radius, radius), SIDE, SIDE).mask) == count


@settings(max_examples=200)
@given(
    cx=st.floats(-20, 80),
    cy=st.floats(-20, 80),
    rx=st.floats(1e-3, 60),
    ry=st.floats(1e-3, 60),
)
def test_bounding_box_loses_no_pixel_of_the_ellipse(cx: float, cy: float, rx: float, ry: float) -> None:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    dx, dy = (x - cx) / rx, (y - cy) / ry
    expected = dx * dx + dy * dy <= 1
    assert np.array_equal(full(ellipse_mask(Ellipse(0, cx, cy, rx, ry), SIDE, SIDE)), expected)


@given(angle=st.floats(-7, 7), rx=st.floats(1, 20), ry=st.floats(1, 20))
def test_bounding_box_loses_no_pixel_of_a_turned_ellipse(angle: float, rx: float, ry: float) -> None:
    ellipse = Ellipse(0, 31.3, 30.7, rx, ry, angle)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    c, s = math.cos(angle), math.sin(angle)
    if angle == 0:
        c, s = 1.0, 0.0
    along = ((x - 31.3) * c + (y - 30.7) * s) / rx
    across = ((y - 30.7) * c - (x - 31.3) * s) / ry
    assert np.array_equal(full(ellipse_mask(ellipse, SIDE, SIDE)), along * along + across * across <= 1)


def test_quarter_turn_swaps_the_axes() -> None:
    turned = full(ellipse_mask(Ellipse(0, 30.2, 30.4, 12.3, 5.1, math.pi / 2), SIDE, SIDE))
    assert np.array_equal(turned, full(ellipse_mask(Ellipse(0, 30.2, 30.4, 5.1, 12.3), SIDE, SIDE)))


@pytest.mark.parametrize("field", ["cx", "cy", "rx", "ry", "angle_rad"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, MAX_COORDINATE * 2])
def test_ellipse_with_absurd_numbers_is_refused(field: str, value: float) -> None:
    numbers = {"cx": 1.0, "cy": 1.0, "rx": 1.0, "ry": 1.0, "angle_rad": 0.0, field: value}
    with pytest.raises(MeasurementError):
        ellipse_mask(Ellipse(0, **numbers), SIDE, SIDE)


@pytest.mark.parametrize("radius", [0.0, -1.0])
def test_ellipse_without_extent_is_refused(radius: float) -> None:
    with pytest.raises(MeasurementError, match="no extent"):
        ellipse_mask(Ellipse(0, 1, 1, radius, 1), SIDE, SIDE)


def test_smallest_semi_axis_overflows_to_outside_without_a_warning() -> None:
    assert np.count_nonzero(ellipse_mask(Ellipse(0, 5, 5, 5e-324, 2), SIDE, SIDE).mask) == 5


def test_polygon_owns_its_left_and_upper_edge_only() -> None:
    mask = full(polygon_mask(square(10, 20), SIDE, SIDE))
    assert mask[10, 10]
    assert mask[19, 19]
    assert not mask[10, 20]
    assert not mask[20, 10]
    assert mask.sum() == 100


def test_polygons_that_share_edges_share_no_pixel_and_leave_none_out() -> None:
    points = [(4.0, 5.0), (40.0, 9.0), (50.0, 44.0), (11.0, 51.0)]
    middle = (27.3, 25.9)
    parts = [
        full(polygon_mask(Polygon(0, (points[k], points[(k + 1) % 4], middle)), SIDE, SIDE)) for k in range(4)
    ]
    whole = full(polygon_mask(Polygon(0, tuple(points)), SIDE, SIDE))
    assert np.array_equal(np.sum(parts, axis=0), whole.astype(int))


@settings(max_examples=150)
@given(
    points=st.lists(
        st.tuples(st.floats(-10, 74, width=32), st.floats(-10, 74, width=32)), min_size=3, max_size=12
    )
)
def test_polygon_is_even_odd_at_pixel_centres(points: list[tuple[float, float]]) -> None:
    mask = full(polygon_mask(Polygon(0, tuple(points)), SIDE, SIDE))
    for y in range(0, SIDE, 7):
        for x in range(0, SIDE, 5):
            inside, clear = False, True
            for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
                if (y0 <= y) != (y1 <= y):
                    at = x0 + (y - y0) * ((x1 - x0) / (y1 - y0))
                    clear = clear and abs(at - x) > 1e-6
                    inside ^= at <= x
            if clear:
                assert mask[y, x] == inside


def test_winding_and_start_do_not_matter() -> None:
    points = ((4.2, 5.1), (40.9, 9.3), (50.0, 44.0), (11.5, 51.2))
    forward = full(polygon_mask(Polygon(0, points), SIDE, SIDE))
    assert np.array_equal(forward, full(polygon_mask(Polygon(0, points[::-1]), SIDE, SIDE)))
    assert np.array_equal(forward, full(polygon_mask(Polygon(0, points[2:] + points[:2]), SIDE, SIDE)))
    assert np.array_equal(forward, full(polygon_mask(Polygon(0, (*points, points[0])), SIDE, SIDE)))


@pytest.mark.parametrize("vertices", [(), ((3.0, 3.0),), ((3.0, 3.0), (9.0, 9.0)), ((1.0, 1.0),) * 5])
def test_degenerate_outline_holds_no_pixel(vertices: tuple[tuple[float, float], ...]) -> None:
    assert not polygon_mask(Polygon(0, vertices), SIDE, SIDE).mask.any()


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e300])
def test_outline_with_absurd_numbers_is_refused(bad: float) -> None:
    with pytest.raises(MeasurementError):
        polygon_mask(Polygon(0, ((1.0, 1.0), (bad, 2.0), (3.0, 9.0))), SIDE, SIDE)


def test_outline_that_crosses_too_many_rows_is_refused() -> None:
    zigzag = tuple((float(k % 2), 0.0 if k % 2 else 5e3) for k in range(100_000))
    with pytest.raises(MeasurementError, match="too long"):
        polygon_mask(Polygon(0, zigzag), 4096, 4096)


def test_long_outline_is_filled_in_portions_alike() -> None:
    # More than one portion of crossings: the same triangle strip as one huge comb, even-odd.
    comb: list[tuple[float, float]] = []
    for tooth in range(1500):
        left = 0.25 + tooth * 0.5
        comb += [(left, 800.0), (left, 10.5), (left + 0.25, 10.5), (left + 0.25, 800.0)]
    mask = full(polygon_mask(Polygon(0, tuple(comb)), 900, 900), 900, 900)
    columns = np.arange(900)
    phase = (columns - 0.25) % 0.5
    expected = (phase < 0.25) & (columns >= 0.25) & (columns < 0.25 + 1500 * 0.5)
    assert np.array_equal(mask[400], expected)
    assert not mask[:11].any()


# Nested squares: 20 x 20 and 10 x 10 centres by the edge rule.
@pytest.mark.parametrize(("combine", "count"), [(Combine.UNION, 400), (Combine.XOR, 300)])
def test_nested_outlines_join_or_cut_out(combine: Combine, count: int) -> None:
    nested = roi(square(10, 30), square(15, 25))
    assert n_pixels(nested, combine) == count
    assert n_pixels(roi(square(10, 30), square(15, 25), combine=combine)) == count


def test_exclusive_or_of_three_keeps_the_island() -> None:
    assert n_pixels(roi(square(10, 40), square(15, 35), square(20, 25)), Combine.XOR) == 900 - 400 + 25


def test_overlap_is_told_from_neighbourhood() -> None:
    assert shapes_overlap([square(10, 20), square(19, 25)], SIDE, SIDE)
    assert not shapes_overlap([square(10, 20), square(20, 25)], SIDE, SIDE)
    assert not shapes_overlap([square(10, 20), square(10, 20, slice_index=1)], SIDE, SIDE)


def test_part_beyond_the_image_is_counted() -> None:
    region = rasterise(roi(square(-5, 5)), 1, SIDE, SIDE)
    assert (region.n_inside, region.n_outside) == (25, 75)


def test_missing_slice_counts_as_outside() -> None:
    region = rasterise(
        roi(square(0, 5), square(0, 5, slice_index=1), square(0, 5, slice_index=-1)), 1, SIDE, SIDE
    )
    assert (region.n_inside, region.n_outside) == (25, 50)


def test_mask_is_cut_at_the_image() -> None:
    mask = SliceMask(0, -2, 60, np.ones((4, 6), dtype=bool))
    region = rasterise(roi(mask), 1, SIDE, SIDE)
    assert (region.n_inside, region.n_outside) == (2 * 4, 24 - 8)


def test_united_counts_a_pixel_once() -> None:
    first = ellipse_mask(Ellipse(0, 20, 20, 5, 5), SIDE, SIDE)
    second = ellipse_mask(Ellipse(0, 24, 20, 5, 5), SIDE, SIDE)
    (joined,) = united([first, second])
    assert np.array_equal(full(joined), full(first) | full(second))
    assert [mask.slice_index for mask in united([SliceMask(3, 0, 0, first.mask), first])] == [0, 3]
