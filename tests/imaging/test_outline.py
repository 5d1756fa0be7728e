"""Outlines enclose what they outline: areas by the shoelace formula against counts of pixels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from gepnet_core.imaging.rois.outline import MAX_POINTS, outlines
from gepnet_core.imaging.rois.roi import Ellipse, Polygon, Roi, RoiSource, SliceMask


def shoelace(outline):
    x, y = np.array(outline).T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def region(*shapes):
    return Roi("region", shapes, RoiSource.SEG)


def test_one_pixel_is_outlined_by_its_four_corners():
    (outline,) = outlines(region(SliceMask(3, 10, 20, np.ones((1, 1), dtype=bool))))[3]
    assert set(outline) == {(19.5, 9.5), (20.5, 9.5), (20.5, 10.5), (19.5, 10.5)}


def test_a_ring_has_an_outer_and_an_inner_outline_of_opposite_sense():
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    areas = sorted(shoelace(line) for line in outlines(region(SliceMask(0, 0, 0, ring)))[0])
    assert areas == [-1.0, 9.0]


@given(arrays(np.bool_, (7, 9)))
def test_signed_areas_add_up_to_the_number_of_pixels(mask):
    lines = outlines(region(SliceMask(0, 5, 6, mask))).get(0, ())
    assert sum(shoelace(line) for line in lines) == pytest.approx(int(mask.sum()))


def test_an_ellipse_is_outlined_on_its_boundary():
    (outline,) = outlines(region(Ellipse(1, 50.0, 40.0, 8.0, 5.0, angle_rad=0.3)))[1]
    # Area of an inscribed polygon of n points: n / 2 * sin(2 pi / n) * rx * ry.
    n = len(outline)
    assert abs(shoelace(outline)) == pytest.approx(n / 2 * math.sin(2 * math.pi / n) * 40, rel=2e-3)


def test_a_polygon_keeps_its_vertices_and_a_long_one_is_thinned():
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0))
    assert outlines(region(Polygon(2, square)))[2] == (square,)
    many = tuple((math.cos(k / 500), math.sin(k / 500)) for k in range(3000))
    (thinned,) = outlines(region(Polygon(0, many)))[0]
    assert len(thinned) <= MAX_POINTS
