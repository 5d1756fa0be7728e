"""Figures 1 and 6, rebuilt: every patient once, the printed numbers beside them, the same in the tables."""

from __future__ import annotations

import pytest

from gepnet_core.figures.study_figures import ratios_figure, ratios_table, roc_figure, roc_table
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.groups.grouped_values import GroupedValues
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from tests.figures.phone import cut_notes

# Printed in Results and Table 1 (Cui et al. 2017): mean and SD of each group.
PRINTED = {
    ("HAP ratio", "net"): (1.15, 0.33),
    ("HAP ratio", "adenocarcinoma"): (0.77, 0.20),
    ("PVP ratio", "net"): (0.81, 0.27),
    ("PVP ratio", "adenocarcinoma"): (0.64, 0.15),
}
HAP = GroupedValues("HAP ratio", {"net": (0.8, 1.0, 1.2, 2.4), "adenocarcinoma": (0.7, 0.898, 0.9)})
PVP = GroupedValues("PVP ratio", {"net": (0.7, 0.8, 0.9, 1.0), "adenocarcinoma": (0.5, 0.6, 0.7)})
CURVE = roc_curve(HAP.groups["adenocarcinoma"], HAP.groups["net"], Direction.LOW)


@pytest.mark.parametrize("dark", [False, True])
def test_every_patient_is_drawn_once_at_its_ratio(dark: bool) -> None:
    figure = ratios_figure([HAP, PVP], dark=dark, synthetic=True)
    drawn = {trace.name: sorted(trace.y) for trace in figure.data if str(trace.name).endswith(", patients")}
    assert drawn == {
        "HAP ratio, NET, patients": [0.8, 1.0, 1.2, 2.4],
        "HAP ratio, Adenocarcinoma, patients": [0.7, 0.898, 0.9],
        "PVP ratio, NET, patients": [0.7, 0.8, 0.9, 1.0],
        "PVP ratio, Adenocarcinoma, patients": [0.5, 0.6, 0.7],
    }
    words = [annotation.text for annotation in figure.layout.annotations]
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in words
    assert figure.layout.yaxis.range[1] > 2.4


def test_boxes_and_printed_means_stand_beside_the_patients() -> None:
    figure = ratios_figure([HAP, PVP], dark=False)
    boxes = [trace for trace in figure.data if trace.type == "box"]
    # Quartiles of 0.8, 1.0, 1.2, 2.4 by R's quantile(): 0.95, 1.1, 1.5; 2.4 lies beyond 1.5 + 1.5 * 0.55,
    # and 1.2 inside the box, where the whisker then ends.
    assert (boxes[0].q1[0], boxes[0].median[0], boxes[0].q3[0]) == pytest.approx((0.95, 1.1, 1.5))
    assert (boxes[0].lowerfence[0], boxes[0].upperfence[0]) == (0.8, 1.5)
    means = [trace for trace in figure.data if trace.name == "Printed mean ± SD"]
    assert [(trace.y[0], trace.error_y.array[0]) for trace in means] == list(PRINTED.values())
    assert not any("SYNTHETIC" in str(a.text) for a in figure.layout.annotations)


def test_nothing_that_is_drawn_leaves_the_axis() -> None:
    # A lesion of negative HU is allowed, and the printed 1.15 + 0.33 lies above all of these patients.
    low = GroupedValues("HAP ratio", {"net": (0.5, 0.6), "adenocarcinoma": (-0.2, 0.4)})
    bottom, top = ratios_figure([low], dark=False).layout.yaxis.range
    assert bottom < -0.2 and top > 1.15 + 0.33
    assert ratios_figure([HAP, PVP], dark=False).layout.yaxis.range[0] == 0


def test_groups_differ_by_mark_and_not_by_colour_alone() -> None:
    figure = ratios_figure([HAP, PVP], dark=False)
    symbols = {
        trace.name: trace.marker.symbol for trace in figure.data if str(trace.name).endswith(", patients")
    }
    assert symbols["HAP ratio, NET, patients"] != symbols["HAP ratio, Adenocarcinoma, patients"]


def test_the_table_of_ratios_has_the_numbers_of_the_figure() -> None:
    table = ratios_table([HAP, PVP])
    assert table.rows[0] == (
        "HAP ratio, NET",
        "4",
        "0.800 to 2.400",
        "0.950, 1.100, 1.500",
        "1.350",
        "1.15 ± 0.33",
    )
    assert [row[-1] for row in table.rows] == ["1.15 ± 0.33", "0.77 ± 0.20", "0.81 ± 0.27", "0.64 ± 0.15"]
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_curve_starts_at_nobody_and_ends_at_everybody() -> None:
    figure = roc_figure(CURVE, dark=False)
    curve = next(trace for trace in figure.data if trace.name == "ROC curve")
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
    assert list(curve.x) == sorted(curve.x) and list(curve.y) == sorted(curve.y)
    point = next(trace for trace in figure.data if trace.name == "Published cutoff")
    # At or below 0.898: two of three adenocarcinomas, 0.898 itself among them, and one of four NETs.
    assert (point.x[0], point.y[0]) == (pytest.approx(1 / 4), pytest.approx(2 / 3))
    counts = "\u25a0 <b>0.898, published</b><br>2 of 3 adenocarcinomas,<br>3 of 4 NETs"
    assert counts in [str(a.text) for a in figure.layout.annotations]


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_counts_of_the_cutoff_are_inside_wherever_its_point_lies(shift: float) -> None:
    # Moved down by 0.5 all but one of the NETs are called: the point lies at the right edge.
    groups = {name: [ratio - shift for ratio in ratios] for name, ratios in HAP.groups.items()}
    figure = roc_figure(roc_curve(groups["adenocarcinoma"], groups["net"], Direction.LOW), dark=False)
    (label,) = [a for a in figure.layout.annotations if "NETs" in str(a.text)]
    assert (label.x, label.xanchor, label.yanchor) == (1, "right", "bottom")
    assert cut_notes(figure) == []


def test_the_table_of_the_curve_has_what_is_printed_beside_it() -> None:
    rows = {what: (here, printed) for what, here, printed in roc_table(CURVE).rows}
    # Pairs with the adenocarcinoma lower: 0.7 below 4 of 4, 0.898 and 0.9 below 3 of 4: 10 of 12.
    assert rows["AUC"] == ("0.8333", "0.856")
    assert rows["Adenocarcinomas at or below the published cutoff"] == ("2 of 3", "19 of 23")
    assert rows["NETs above the published cutoff"] == ("3 of 4", "18 of 23")
    # Youden is largest at 0.9 (3 of 3, 3 of 4), whose neighbour is 1.0.
    assert rows["Cutoff with the largest Youden's index (midpoint)"] == ("0.9500", "0.898")
