"""The map: its cells, the published point, the best region, and what the notes admit."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.cohort import Floats
from gepnet_core.cohort.parts.cutoff_map import cutoff_map, map_grid
from gepnet_core.cohort.parts.threshold_curve import cutoff_range, threshold_curve
from gepnet_core.figures.cutoff_map_figure import MapMeasure, cutoff_map_figure, cutoff_map_table
from gepnet_core.figures.drawn_sample import MOST_DRAWN
from gepnet_core.intended_use import INTENDED_USE
from tests.cohort.small_cohorts import AC, HU_HEADINGS, NET, cohort_of, example
from tests.figures.phone import cut_notes

RELATIVE, LESION = PatternDefinition.LIVER_RELATIVE, PatternDefinition.LESION_HU
GRID = map_grid(cutoff_range(threshold_curve(example())), RELATIVE)
MAP = cutoff_map(example(), *GRID, RELATIVE)


def trace(figure: go.Figure, name: str) -> Any:
    return next(found for found in figure.data if found.name == name)


def texts(figure: go.Figure) -> str:
    return "\n".join(str(annotation.text) for annotation in figure.layout.annotations)


@pytest.mark.parametrize("dark", [False, True])
def test_every_cell_is_drawn_with_its_counts(dark: bool) -> None:
    figure = cutoff_map_figure(MAP, dark=dark, synthetic=True)
    cells = trace(figure, "Youden's index")
    assert np.array_equal(np.asarray(cells.z), MAP.youden)
    assert np.asarray(cells.customdata).shape == (61, 100, 2)
    assert np.array_equal(np.asarray(cells.customdata)[:, :, 1], MAP.true_negatives)
    assert cells.colorbar.title.text == "Youden's index (no unit)"
    assert (cells.zmin, cells.zmax) == (0, pytest.approx(0.782608695652174))
    assert figure.layout.yaxis.title.text == "Tolerance of a plateau (ratio)"
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)
    assert "n = 46" in figure.layout.title.text


@pytest.mark.parametrize(
    ("measure", "values", "counts", "right"),
    [
        (MapMeasure.SENSITIVITY, MAP.sensitivity, MAP.true_positives, 19),
        (MapMeasure.SPECIFICITY, MAP.specificity, MAP.true_negatives, 21),
    ],
)
def test_another_measure_is_in_the_colours_and_all_else_stays(
    measure: MapMeasure, values: Floats, counts: Floats, right: int
) -> None:
    figure, usual = cutoff_map_figure(MAP, measure, dark=True), cutoff_map_figure(MAP, dark=True)
    cells = trace(figure, measure)
    assert np.array_equal(np.asarray(cells.z), values)
    assert np.asarray(cells.z) * 23 == pytest.approx(counts)
    # R: map_liver_relative_0.2_0.898_tp 19, _tn 21; 0.2 and 0.898 lie in these cells.
    line, column = (
        int(np.abs(grid - at).argmin()) for grid, at in ((MAP.tolerances, 0.2), (MAP.cutoffs, 0.898))
    )
    assert counts[line, column] == right
    assert (cells.zmin, cells.zmax) == (0, 1)
    assert cells.colorbar.title.text == f"{measure} (share)"
    assert f"{measure} %{{z:.3f}}" in cells.hovertemplate
    assert "Dots: where Youden's index is best." in texts(figure) and "best index" not in texts(figure)
    for name in ("Best cells", "Published cutoff, default tolerance"):
        assert trace(figure, name) == trace(usual, name)
    assert cut_notes(figure) == cut_notes(usual) == []


def test_the_scale_of_colours_rises_in_lightness_throughout() -> None:
    # Readable in grey and with any colour vision.
    figure = cutoff_map_figure(MAP, dark=False)
    colours = [step[1] for step in trace(figure, "Youden's index").colorscale]
    weights = {1: 0.2126, 3: 0.7152, 5: 0.0722}
    lightness = [sum(w * int(colour[k : k + 2], 16) for k, w in weights.items()) for colour in colours]
    assert len(colours) > 5 and lightness == sorted(lightness)


def test_the_published_point_is_marked_and_counted() -> None:
    figure = cutoff_map_figure(MAP, dark=False)
    point = trace(figure, "Published cutoff, default tolerance")
    assert (list(point.x), list(point.y)) == ([0.898], [0.2])
    said = texts(figure)
    # R: map_liver_relative_0.2_0.898_tp 19, _tn 21.
    assert "assumed tolerance 0.20:\n" in said.replace("<br>", "\n")
    assert "19 of 23 adenocarcinomas, 21 of 23 NETs." in said
    assert "patterns of 46 rows are not used" in said
    assert "0.898, published" in said


def test_every_tied_cell_has_its_dot() -> None:
    dots = trace(cutoff_map_figure(MAP, dark=False), "Best cells")
    lines, columns = MAP.best.nonzero()
    assert len(lines) == 63
    assert list(zip(dots.x, dots.y, strict=True)) == list(
        zip(MAP.cutoffs[columns].tolist(), MAP.tolerances[lines].tolist(), strict=True)
    )
    assert "best index 0.783, in 63 of 6100 cells" in texts(cutoff_map_figure(MAP, dark=False))


def test_a_map_that_is_best_everywhere_is_thinned() -> None:
    lines = (f"{AC},40,50,40,50,", f"{NET},40,50,40,50,")
    found = cutoff_map(cohort_of(HU_HEADINGS, *lines), *GRID, RELATIVE)
    figure = cutoff_map_figure(found, dark=True)
    assert found.best.all()
    assert len(trace(figure, "Best cells").x) == MOST_DRAWN
    assert f"Drawn: {MOST_DRAWN} of 6100, evenly by rank." in texts(figure)
    cells = trace(figure, "Youden's index")
    assert (cells.zmin, cells.zmax) == (0, 1)  # a scale, though all are 0


def test_the_other_definition_has_its_unit_and_one_cell_is_a_map() -> None:
    figure = cutoff_map_figure(cutoff_map(example(), [0.898], [10.0], LESION), dark=False)
    assert figure.layout.yaxis.title.text == "Tolerance of a plateau (HU)"
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.range[0] < axis.range[1]


def test_the_table_has_the_published_point_and_the_best_of_each_tolerance() -> None:
    table = cutoff_map_table(MAP)
    assert table.rows[0] == (
        "0.20, default",
        "0.898, published",
        "19 of 23 (82.6 %, 95 % CI 62.9-93.0)",
        "21 of 23 (91.3 %, 95 % CI 73.2-97.6)",
        "0.739",
    )
    assert len(table.rows) == 62
    assert max(float(row[-1]) for row in table.rows) == pytest.approx(0.783)
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_map_of_46_rows_is_drawn_quickly() -> None:
    cutoff_map_figure(MAP, dark=False)
    start = time.process_time()
    for _ in range(10):
        cutoff_map_figure(MAP, dark=False)
    assert time.process_time() - start < 0.6  # 15 ms each are wanted; here 5
