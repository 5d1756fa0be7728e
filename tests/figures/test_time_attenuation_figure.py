"""The curves of the enhancement lab: what is drawn is what was computed, at the width of a phone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.enhancement.presets import Preset, load_presets
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.time_attenuation import simulate
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.figures.time_attenuation_figure import (
    spread,
    time_attenuation_figure,
    time_attenuation_table,
)
from tests.figures.phone import cut_notes

NET = LesionKind.HYPERVASCULAR
COURSE = simulate(EnhancementSettings())
TISSUES = {
    "Aorta": COURSE.aorta_hu,
    "Portal vein": COURSE.portal_vein_hu,
    "Liver": COURSE.liver_hu,
    "NET-like metastasis": COURSE.hypervascular_hu,
    "Adenocarcinoma-like metastasis": COURSE.hypovascular_hu,
}


def texts(figure: go.Figure) -> list[str]:
    return [str(note.text) for note in figure.layout.annotations]


@pytest.mark.parametrize("dark", [False, True])
def test_every_tissue_is_drawn_from_0_to_240_s_as_it_was_computed(dark: bool) -> None:
    figure = time_attenuation_figure(COURSE, NET, dark=dark)
    drawn = {trace.name: trace for trace in figure.data if trace.mode == "lines"}
    assert set(drawn) == set(TISSUES)
    for name, hu in TISSUES.items():
        assert (drawn[name].x[0], drawn[name].x[-1]) == (0.0, 240.0)
        assert np.interp(drawn[name].x, COURSE.time_s, hu) == pytest.approx(drawn[name].y)
        low, high = figure.layout.yaxis.range
        assert low < hu.min() and hu.max() < high


def test_lesion_and_liver_have_their_hu_at_the_delays() -> None:
    # Means of the study's NET with this liver: 75.8 / 65.9 = 1.150 and 91.2 / 112.6 = 0.810 (Results).
    said = texts(time_attenuation_figure(COURSE, NET, dark=False))
    assert {"<b>75.8</b>", "65.9", "<b>91.2</b>", "112.6"} <= set(said)
    assert {"HAP 27.5 s", "PVP 72.5 s", "EP 150 s"} <= set(said)
    assert any(text.startswith("<b>SYNTHETIC</b>") for text in said)


def test_the_studys_windows_stay_where_a_scan_is_moved() -> None:
    late = simulate(change_settings(EnhancementSettings(), {"hap_delay_s": 35.0}))
    figure = time_attenuation_figure(late, NET, dark=False)
    bands = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    lines = {(shape.line.dash, shape.x0) for shape in figure.layout.shapes if shape.type == "line"}
    # CT technique: "25-30 seconds ..., 70-75 seconds ... and 150 seconds".
    assert bands == [(25.0, 30.0), (70.0, 75.0)]
    assert lines == {("dot", 150.0), ("solid", 35.0), ("solid", 72.5), ("solid", 150.0)}
    assert time_attenuation_table(late).rows[0][:3] == ("Hepatic artery phase (HAP)", "35", "25 to 30")


def test_the_measured_metastasis_is_the_bold_one_with_its_groups_mark() -> None:
    for kind, name, symbol in (
        (NET, "<b>NET-like</b>", "circle"),
        (LesionKind.HYPOVASCULAR, "<b>Adeno-<br>carcinoma-like</b>", "diamond"),
    ):
        figure = time_attenuation_figure(COURSE, kind, dark=False)
        assert name in texts(figure)
        (largest,) = [
            trace
            for trace in figure.data
            if trace.mode == "markers" and trace.marker.size == 10 and trace.name[:5] != "Liver"
        ]
        assert largest.marker.symbol == symbol


def test_the_table_has_the_hu_of_the_course() -> None:
    table = time_attenuation_table(COURSE)
    assert len(table.rows) == 3 and all(len(row) == len(table.columns) for row in table.rows)
    for row, delay in zip(table.rows, (27.5, 72.5, 150.0), strict=True):
        assert row[1] == f"{delay:g}"
        wanted = [float(np.interp(delay, COURSE.time_s, hu)) for hu in TISSUES.values()]
        assert [float(cell) for cell in row[3:]] == pytest.approx(wanted, abs=0.051)


@pytest.mark.parametrize("preset", load_presets().values(), ids=lambda preset: preset.id)
def test_notes_fit_a_phone(preset: Preset) -> None:
    course = simulate(preset.settings)
    assert cut_notes(time_attenuation_figure(course, preset.lesion, dark=False)) == []


def test_a_fatty_liver_below_zero_stays_on_the_axis() -> None:
    course = simulate(change_settings(EnhancementSettings(), {"liver.fat_percent": 40.0}))
    low, _ = time_attenuation_figure(course, NET, dark=False).layout.yaxis.range
    assert course.liver_hu.min() == pytest.approx(58.0 - 1.7 * 40)
    assert low < course.liver_hu.min()


def test_labels_that_lie_apart_stay_and_those_that_touch_move_apart() -> None:
    assert spread([10, 50], [4, 4], 0) == [10, 50]
    assert spread([10, 10], [4, 4], 0) == [8, 12]
    assert spread([1, 1], [4, 4], 0) == [2, 6]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6), st.floats(0.1, 30))
def test_labels_never_overlap_and_keep_their_order(wanted: list[float], height: float) -> None:
    placed = spread(sorted(wanted), [height] * len(wanted), 0.0)
    assert placed[0] >= height / 2 - 1e-9
    assert all(b - a >= height - 1e-9 for a, b in pairwise(placed))
