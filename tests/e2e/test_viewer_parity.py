"""The browser's HU and Python's on the same pixels."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.rois.roi_statistics import measure_roi
from gepnet_core.imaging.volume import HuVolume
from tests.e2e.viewer_page import IN_BROWSER, module_page
from ui.roi_viewer.drawing import DrawnOval, Tissue

ROWS, COLUMNS = 48, 64


@pytest.fixture(scope="module")
def viewer_modules(chromium: Browser) -> Iterator[Page]:
    """The test volumes are there as `slices`."""
    with module_page(chromium) as page:
        for volume, name in zip(volumes(), VOLUMES, strict=True):
            page.evaluate(
                """([name, stored, slice]) => {
                  const bytes = Uint8Array.from(atob(stored), (c) => c.charCodeAt(0)).buffer;
                  const pixels = slice.dtype === 'int16' ? new Int16Array(bytes) : new Uint16Array(bytes);
                  (window.slices ??= {})[name] = { ...slice, pixels };
                }""",
                [
                    name,
                    base64.b64encode(volume.stored[0].tobytes()).decode(),
                    {
                        "dtype": str(volume.stored.dtype),
                        "rows": ROWS,
                        "columns": COLUMNS,
                        "slope": float(volume.slopes[0]),
                        "intercept": float(volume.intercepts[0]),
                        "padding": None if volume.padding is None else list(volume.padding),
                        "pixelArea": volume.geometry.pixel_area_mm2,
                    },
                ],
            )
        yield page


VOLUMES = ("signed", "unsigned", "padded", "scaled")


def volumes() -> list[HuVolume]:
    random = np.random.default_rng(11)
    signed = random.integers(-1024, 3071, (1, ROWS, COLUMNS)).astype("<i2")
    unsigned = random.integers(0, 65536, (1, ROWS, COLUMNS)).astype("<u2")
    padded = signed.copy()
    padded[0, :, :20] = -2000
    padded[0, ::3, ::2] = -1999
    geometry = VolumeGeometry(
        origins_mm=np.zeros((1, 3)),
        row_direction=np.array([1.0, 0.0, 0.0]),
        column_direction=np.array([0.0, 1.0, 0.0]),
        row_spacing_mm=0.75,
        column_spacing_mm=0.5,
        rows=ROWS,
        columns=COLUMNS,
        slice_thickness_mm=1.0,
    )

    def volume(stored, slope=1.0, intercept=-1024.0, padding=None):
        return HuVolume(stored, np.array([slope]), np.array([intercept]), geometry, padding)

    return [
        volume(signed, intercept=0.0),
        volume(unsigned),
        volume(padded, padding=(-2000, -1999)),
        volume(signed, slope=-0.37, intercept=11.5),
    ]


def hundredths(k):
    return k / 100


# Any place, and places where ends and edges fall exactly on pixel centres.
ANYWHERE = st.floats(-20, COLUMNS + 20)
HALVES = st.integers(-20, 2 * COLUMNS + 20).map(lambda k: k / 2)
HUNDREDTHS = st.integers(-2000, 100 * COLUMNS + 2000).map(hundredths)
CENTRE = ANYWHERE | HALVES | HUNDREDTHS
RADIUS = (
    st.floats(0.1, 70)
    | st.integers(1, 80).map(lambda k: k / 2)
    | st.integers(50, 4000).map(lambda k: k / 100)
)


@settings(IN_BROWSER, max_examples=250)
@given(volume=st.sampled_from(range(4)), cx=CENTRE, cy=CENTRE, rx=RADIUS, ry=RADIUS)
@example(volume=0, cx=10, cy=10, rx=5, ry=5)
@example(volume=0, cx=0, cy=0, rx=3.5, ry=0.5)
@example(volume=2, cx=5, cy=20, rx=4, ry=4)
@example(volume=1, cx=31.5, cy=23.5, rx=70, ry=70)
@example(volume=3, cx=200, cy=200, rx=3, ry=3)
def test_browser_and_python_measure_the_same(viewer_modules: Page, volume, cx, cy, rx, ry) -> None:
    oval = DrawnOval("r1", Tissue.LESION, Phase.HAP, 0, cx, cy, rx, ry)
    live = viewer_modules.evaluate(
        "async ([name, oval]) => (await import('/hu.js')).ovalStatistics(window.slices[name], oval)",
        [VOLUMES[volume], oval.to_json()],
    )
    hu_volume = volumes()[volume]
    row, column = np.mgrid[0:ROWS, 0:COLUMNS]
    dx, dy = (column - cx) / rx, (row - cy) / ry
    inside = dx * dx + dy * dy <= 1
    hu = hu_volume.hu(0)[inside & hu_volume.is_measured(0)]
    assert live["n"] == hu.size
    assert live["nPadding"] == int(inside.sum()) - hu.size
    if hu.size == 0:
        assert live["mean"] is None and live["sd"] is None
        with pytest.raises(MeasurementError):
            measure_roi(hu_volume, oval.to_roi())
        return
    library = measure_roi(hu_volume, oval.to_roi())
    assert live["n"] == library.n
    for mean in (float(hu.mean()), library.mean_hu):
        assert live["mean"] == pytest.approx(mean, rel=1e-9, abs=1e-9)
    if hu.size == 1:
        assert live["sd"] is None and library.sd_hu is None
    else:
        for sd in (float(hu.std(ddof=1)), library.sd_hu):
            assert live["sd"] == pytest.approx(sd, rel=1e-9, abs=1e-9)
    assert (live["min"], live["max"]) == (library.min_hu, library.max_hu)
    assert live["areaMm2"] == pytest.approx(library.area_mm2, rel=1e-12)


@pytest.mark.parametrize(
    ("dtype", "slope", "intercept", "width", "level", "padding"),
    [
        ("int16", 1.0, 0.0, 150, 90, None),
        ("int16", 1.0, -1024.0, 400, 40, (-2000, -1999)),
        ("uint16", 0.5, -1000.25, 1500, 0, None),
        ("uint16", 1.0, -1024.0, 2, 40, (0, 0)),
    ],
)
def test_the_window_is_the_linear_one_of_dicom(
    viewer_modules: Page, dtype, slope, intercept, width, level, padding
) -> None:
    # DICOM PS3.3 C.11.2.1.2.1: x <= c - 0.5 - (w-1)/2 gives the lowest, x > c - 0.5 + (w-1)/2 the highest,
    # else ((x - (c - 0.5)) / (w-1) + 0.5) * (ymax - ymin) + ymin.
    table = viewer_modules.evaluate(
        """async (a) => Array.from((await import('/hu.js')).greyTable(...a), (word) => word & 255)""",
        [dtype, slope, intercept, {"width": width, "level": level}, padding],
    )
    stored = np.arange(65536).astype(np.uint16).view(dtype).astype(np.int64)
    x = stored * slope + intercept
    y = ((x - (level - 0.5)) / (width - 1) + 0.5) * 255
    y[x <= level - 0.5 - (width - 1) / 2] = 0
    y[x > level - 0.5 + (width - 1) / 2] = 255
    if padding:
        y[(stored >= padding[0]) & (stored <= padding[1])] = 0
    assert np.abs(np.array(table) - y).max() <= 0.5 + 1e-9


def test_hu_under_the_pointer(viewer_modules: Page) -> None:
    values = viewer_modules.evaluate(
        """async () => { const { huAt } = await import('/hu.js'); const s = slices.padded;
          return [[30.4, 1.4], [30.6, 1.4], [3, 1], [-0.6, 1], [30, 48]].map(([x, y]) => huAt(s, x, y)); }"""
    )
    hu = volumes()[2].hu(0)
    assert values == [hu[1, 30], hu[1, 31], "padding", None, None]


def test_a_mean_is_written_with_a_true_minus_sign(viewer_modules: Page) -> None:
    texts = viewer_modules.evaluate(
        "async (a) => { const { huText } = await import('/hu.js'); return a.map((v) => huText(v)); }",
        [-3.26, -0.04, 12, None],
    )
    assert texts == ["\u22123.3", "0.0", "12.0", "\u2013"]
