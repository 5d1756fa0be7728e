"""Patient coordinates to pixels and back, and the places of planes on a stack."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import DicomError
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.rois.locate import (
    MAX_NAME_LENGTH,
    PlaneFault,
    PlanePlacement,
    References,
    find_candidates,
    lay,
    place_plane,
    region_name,
    slices_at,
    to_pixels,
)
from tests.imaging.builders import FRAME_UID, SERIES_UID, UID_ROOT
from tests.imaging.region_files import (
    COLUMN_SPACING,
    COLUMNS,
    N_SLICES,
    ORIGIN,
    ROW_SPACING,
    ROWS,
    SLICE_SPACING,
    ct_series,
    geometry,
    instance,
)

X_STEP = np.array([COLUMN_SPACING, 0.0, 0.0])
Y_STEP = np.array([0.0, ROW_SPACING, 0.0])


def oblique() -> VolumeGeometry:
    right = np.array([0.9541666, -0.2080757, 0.2151061])
    down = np.array([0.2785886, 0.880128, -0.3843997])
    right /= np.linalg.norm(right)
    down -= (down @ right) * right
    down /= np.linalg.norm(down)
    origins = ORIGIN + np.arange(N_SLICES)[:, None] * np.cross(right, down) * SLICE_SPACING
    return geometry(origins_mm=origins, row_direction=right, column_direction=down)


def test_axial_mapping_by_hand() -> None:
    # PS3.3 C.7.6.2.1-1: P = S + X * dx * i + Y * dy * j with S = (-50, -60, 105), i = 10, j = 20.
    where = geometry()
    assert where.pixel_to_patient(2, 10, 20).tolist() == pytest.approx([-50 + 7.0, -60 + 16.0, 105.0])
    x, y, position = where.patient_to_pixel(np.array([[-43.0, -44.0, 105.0]]))
    assert (x[0], y[0], position[0]) == pytest.approx((10, 20, 105))
    assert where.slice_spacing_mm == pytest.approx(SLICE_SPACING)
    assert where.pixel_area_mm2 == pytest.approx(ROW_SPACING * COLUMN_SPACING)


@given(
    index=st.integers(0, N_SLICES - 1), x=st.floats(-100, 600), y=st.floats(-100, 600), tilted=st.booleans()
)
def test_there_and_back(index: int, x: float, y: float, tilted: bool) -> None:
    where = oblique() if tilted else geometry()
    point = where.pixel_to_patient(index, x, y)
    found = to_pixels(where, index, point[None, :])[0]
    assert found.tolist() == pytest.approx([x, y], abs=1e-9)
    assert slices_at(where, np.array([point @ where.normal])).tolist() == [index]


def test_normal_points_to_increasing_slices() -> None:
    down = geometry(origins_mm=ORIGIN - np.arange(N_SLICES)[:, None] * np.array([0, 0, SLICE_SPACING]))
    assert down.normal.tolist() == [0, 0, -1]
    assert np.all(np.diff(down.slice_positions_mm) > 0)


# Spacing 2.5 mm: within 0.25 mm is on the slice. Half way is on none, beyond the ends neither.
@pytest.mark.parametrize(
    ("height", "index"),
    [
        (100.0, 0),
        (100.24, 0),
        (99.76, 0),
        (100.26, -1),
        (101.25, -1),
        (102.5, 1),
        (112.5, 5),
        (112.7, 5),
        (113.0, -1),
        (0.0, -1),
    ],
)
def test_slices_at(height: float, index: int) -> None:
    assert slices_at(geometry(), np.array([height])).tolist() == [index]


def test_single_slice_takes_its_thickness_as_spacing() -> None:
    assert slices_at(geometry(1), np.array([100.2, 100.3])).tolist() == [0, -1]
    assert slices_at(geometry(1, slice_thickness_mm=None), np.array([100.04, 100.06])).tolist() == [0, -1]


def test_slices_with_a_gap_keep_their_places() -> None:
    where = geometry(origins_mm=ORIGIN + np.array([[0, 0, 0], [0, 0, 2.5], [0, 0, 7.5], [0, 0, 10]]))
    assert slices_at(where, np.array([100, 102.5, 105, 107.5, 110])).tolist() == [0, 1, -1, 2, 3]
    assert (
        place_plane(where, ORIGIN + np.array([0, 0, 5.0]), X_STEP, Y_STEP, (ROWS, COLUMNS))
        is PlaneFault.BEYOND
    )
    assert (
        place_plane(where, ORIGIN + np.array([0, 0, 1.2]), X_STEP, Y_STEP, (ROWS, COLUMNS))
        is PlaneFault.BETWEEN
    )


def test_plane_on_its_slice() -> None:
    found = place_plane(geometry(), ORIGIN + np.array([0, 0, 5.0]), X_STEP, Y_STEP, (ROWS, COLUMNS))
    assert found == PlanePlacement(2, 0, 0, False, False, False)


@pytest.mark.parametrize(
    ("first", "x_step", "y_step", "shape", "fault"),
    [
        (ORIGIN, X_STEP * 2, Y_STEP, (10, 10), PlaneFault.OFF_GRID),
        (ORIGIN, X_STEP + Y_STEP, Y_STEP, (10, 10), PlaneFault.OFF_GRID),
        (ORIGIN, X_STEP, X_STEP, (10, 10), PlaneFault.OFF_GRID),
        (ORIGIN + X_STEP / 2, X_STEP, Y_STEP, (10, 10), PlaneFault.OFF_GRID),
        (ORIGIN, X_STEP, np.array([0, 0, 0.8]), (10, 10), PlaneFault.OFF_GRID),
        (ORIGIN - X_STEP, X_STEP, Y_STEP, (10, 10), PlaneFault.LARGER),
        (ORIGIN, X_STEP, Y_STEP, (ROWS, COLUMNS + 1), PlaneFault.LARGER),
        (ORIGIN, X_STEP, Y_STEP, (ROWS + 1, COLUMNS), PlaneFault.LARGER),
    ],
)
def test_planes_that_do_not_fit(
    first: np.ndarray, x_step: np.ndarray, y_step: np.ndarray, shape: tuple[int, int], fault: PlaneFault
) -> None:
    assert place_plane(geometry(), first, x_step, y_step, shape) is fault


def test_plane_of_one_pixel() -> None:
    found = place_plane(geometry(), ORIGIN + X_STEP * 3 + Y_STEP * 4, X_STEP, Y_STEP, (1, 1))
    assert found == PlanePlacement(0, 4, 3, False, False, False)


def test_unknown_position_places_nothing() -> None:
    for unknown in ({"spacing_is_known": False}, {"position_is_known": False}):
        where = geometry(**unknown)
        assert slices_at(where, np.array([100.0])).tolist() == [-1]
        assert place_plane(where, ORIGIN, X_STEP, Y_STEP, (ROWS, COLUMNS)) is PlaneFault.UNPLACED


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("flip_rows", [False, True])
@pytest.mark.parametrize("flip_columns", [False, True])
def test_lay_crops_and_keeps_every_pixel(transposed: bool, flip_rows: bool, flip_columns: bool) -> None:
    mask = np.zeros((8, 9), dtype=bool)
    mask[2:5, 3:8] = np.random.default_rng(3).random((3, 5)) < 0.7
    expected = mask.T if transposed else mask
    expected = expected[::-1] if flip_rows else expected
    expected = expected[:, ::-1] if flip_columns else expected
    laid = lay(mask, PlanePlacement(1, 10, 20, transposed, flip_rows, flip_columns))
    canvas = np.zeros((40, 40), dtype=bool)
    height, width = laid.mask.shape
    canvas[laid.row : laid.row + height, laid.column : laid.column + width] = laid.mask
    assert np.array_equal(canvas[10 : 10 + expected.shape[0], 20 : 20 + expected.shape[1]], expected)
    assert canvas.sum() == mask.sum()
    assert (height, width) != expected.shape


def test_instance_outranks_series_and_series_outranks_position() -> None:
    parts = [ct_series("series-1"), ct_series("series-2", SERIES_UID + ".77")]
    by_instance = References(
        frozenset({instance(3, SERIES_UID + ".77")}), frozenset({SERIES_UID}), frozenset({FRAME_UID})
    )
    assert [(one.series.key, one.matched_by) for one in find_candidates(parts, by_instance)] == [
        ("series-2", "uid")
    ]
    by_series = References(frozenset({UID_ROOT + "1"}), frozenset({SERIES_UID}), frozenset({FRAME_UID}))
    assert [(one.series.key, one.matched_by) for one in find_candidates(parts, by_series)] == [
        ("series-1", "uid")
    ]
    by_frame = References(frozenset({UID_ROOT + "1"}), frozenset(), frozenset({FRAME_UID}))
    assert [one.matched_by for one in find_candidates(parts, by_frame)] == ["geometry", "geometry"]


def test_empty_uids_match_nothing() -> None:
    bare = ct_series(series_uid="", frame_uid="")
    (found,) = find_candidates(
        [bare], References(frozenset({""}), frozenset({""}), frozenset({UID_ROOT + "9"}))
    )
    assert found.matched_by == "geometry"
    with pytest.raises(DicomError):
        find_candidates([ct_series()], References(frames_of_reference=frozenset({UID_ROOT + "9"})))


@given(st.text(max_size=200))
def test_names_fit_to_show(text: str) -> None:
    name = region_name(text, "region 1")
    assert 0 < len(name) <= MAX_NAME_LENGTH
    assert name.isprintable()
    assert name == name.strip()
