"""The lines around a region hold exactly its pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.roi import Ellipse, Polygon, Roi, RoiSource, SliceMask
from ui.roi_viewer.outlines import loaded_contour, outline_of


def shoelace(outline):
    x, y = np.array(outline).T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def crossings(outlines, x, y):
    """Even-odd rule at pixel centres, independent of how the lines were made."""
    inside = False
    for outline in outlines:
        for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                inside = not inside
    return inside


def test_one_pixel_is_a_square_around_its_centre() -> None:
    (outline,) = outline_of(SliceMask(4, row=7, column=3, mask=np.array([[True]])))
    assert set(outline) == {(2.5, 6.5), (3.5, 6.5), (3.5, 7.5), (2.5, 7.5)}
    assert shoelace(outline) == 1.0


def test_a_ring_has_an_outer_and_an_inner_line() -> None:
    mask = np.ones((5, 5), dtype=bool)
    mask[1:4, 1:4] = False
    areas = sorted(shoelace(outline) for outline in outline_of(SliceMask(0, 0, 0, mask)))
    assert areas == [-9.0, 25.0]


def test_pixels_that_touch_at_a_corner_stay_apart() -> None:
    outlines = outline_of(SliceMask(0, 0, 0, np.eye(2, dtype=bool)))
    assert [shoelace(outline) for outline in outlines] == [1.0, 1.0]


@given(arrays(bool, (6, 5)))
def test_lines_hold_exactly_the_mask(mask) -> None:
    outlines = outline_of(SliceMask(0, row=10, column=20, mask=mask))
    held = [[crossings(outlines, 20 + x, 10 + y) for x in range(-1, 6)] for y in range(-1, 7)]
    assert np.array_equal(np.array(held)[1:7, 1:6], mask)
    assert np.sum(held) == mask.sum()
    assert sum(map(shoelace, outlines)) == mask.sum()


@given(st.floats(0, 6.3), st.floats(1, 40), st.floats(1, 40))
def test_an_ellipse_keeps_its_area(angle, rx, ry) -> None:
    # A polygon of 72 vertices on an ellipse holds sin(2 pi / 72) / (2 pi / 72) = 0.99873 of its area.
    (outline,) = outline_of(Ellipse(0, 100, 90, rx, ry, angle))
    assert shoelace(outline) == pytest.approx(0.99873 * np.pi * rx * ry, rel=1e-5)


def test_shapes_are_gathered_by_slice() -> None:
    square = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0))
    roi = Roi(
        "private name", (Polygon(3, square), Polygon(5, square), Polygon(3, square)), RoiSource.RTSTRUCT
    )
    contour = loaded_contour(roi, identity="c1", phase=Phase.PVP, label="Liver")
    assert {index: len(lines) for index, lines in contour.outlines.items()} == {3: 2, 5: 1}
    assert contour.label == "Liver"
    assert "private name" not in repr(contour)
