"""Figures of one case: marks at the numbers, labels with quantity and unit, the same numbers in the table."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from plotly.io import to_json

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ReadingError
from gepnet_core.case.phase import Phase
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.case_figures import (
    phases_canvas,
    phases_figure,
    phases_table,
    ratio_canvas,
    ratio_figure,
    ratio_table,
)
from gepnet_core.figures.case_scale import ratio_scale
from gepnet_core.figures.theme import PLOT_CONFIG
from gepnet_core.intended_use import INTENDED_USE
from tests.figures.conftest import differences
from tests.report.cases import AT, LOW, PLATEAU, case_of, cases, measured

THREE = case_of(LOW, ("70", "100"), ("66", "92"))


def texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def trace(figure: go.Figure, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


@pytest.mark.parametrize(
    ("canvas", "figure"),
    [(ratio_canvas, ratio_figure), (phases_canvas, phases_figure)],
    ids=["ratio", "phases"],
)
def test_the_page_sends_what_the_figure_is(canvas: Any, figure: Any) -> None:
    sent = json.loads(to_json(canvas(assess(THREE), dark=False).values(), validate=False))
    assert differences(sent, json.loads(figure(assess(THREE), dark=False).to_json(validate=False))) == []


@pytest.mark.parametrize("dark", [False, True])
def test_phases_show_every_value_and_name_lesion_and_liver_directly(dark: bool) -> None:
    figure = phases_figure(assess(THREE), dark=dark)
    lesion, liver = trace(figure, "Lesion"), trace(figure, "Liver")
    assert (list(lesion.y), list(liver.y)) == ([44.9, 70.0, 66.0], [53.5, 100.0, 92.0])
    assert lesion.marker.symbol != liver.marker.symbol
    assert {"44.9", "70.0", "66.0", "53.5", "100.0", "92.0", "<b>Lesion</b>", "<b>Liver</b>"} <= set(
        texts(figure)
    )
    assert figure.layout.yaxis.title.text == "Mean CT number (HU)"
    assert [t.split("<br>")[1] for t in figure.layout.xaxis.ticktext] == ["(HAP)", "(PVP)", "(EP)"]
    assert not figure.layout.showlegend


def test_values_of_lesion_and_liver_are_labelled_on_opposite_sides() -> None:
    figure = phases_figure(assess(case_of(("50", "50"), ("80", "100"))), dark=False)
    shifts = {
        (a.x, a.y, a.text): a.yshift for a in figure.layout.annotations if a.text in ("50.0", "80.0", "100.0")
    }
    assert shifts[1, 100.0, "100.0"] > 0 > shifts[1, 80.0, "80.0"]
    same = [a.yshift for a in figure.layout.annotations if a.text == "50.0"]
    assert sorted(same) == [-17, 17]


def test_without_hu_there_is_no_phases_figure() -> None:
    with pytest.raises(InsufficientDataError, match="no HU to draw"):
        phases_figure(assess(case_of(reader=PLATEAU)), dark=False)
    assert phases_table(assess(case_of(reader=PLATEAU))).rows == ()


def test_ratio_stands_against_the_published_cutoff_and_the_groups_of_the_study() -> None:
    figure = ratio_figure(assess(THREE), dark=False)
    # Results: "1.15±0.33", "0.77±0.20"; Figure 6: cutoff 0.898.
    net, adenocarcinoma = trace(figure, "NET"), trace(figure, "Adenocarcinoma")
    assert (net.x[0], net.error_x.array[0]) == (1.15, 0.33)
    assert (adenocarcinoma.x[0], adenocarcinoma.error_x.array[0]) == (0.77, 0.20)
    assert (net.marker.color, net.marker.symbol) == ("#0072B2", "circle")
    assert (adenocarcinoma.marker.color, adenocarcinoma.marker.symbol) == ("#D55E00", "diamond")
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1, line.line.dash) == (0.898, 0.898, "solid")
    assert {"0.898, published", "<b>This case, 0.839</b>"} <= set(texts(figure))
    assert trace(figure, "This case").x[0] == 44.9 / 53.5
    assert "(ratio, no unit)" in figure.layout.xaxis.title.text


def test_an_own_cutoff_is_dashed_and_labelled_own() -> None:
    figure = ratio_figure(assess(case_of(LOW, reader=PLATEAU, cutoff=Decimal("0.95"))), dark=True)
    assert [(s.x0, s.line.dash) for s in figure.layout.shapes] == [(0.898, "solid"), (0.95, "dash")]
    labels = {
        a.text: a.yshift for a in figure.layout.annotations if a.text.endswith((", own", ", published"))
    }
    assert labels["0.95, own"] > labels["0.898, published"]


def test_the_grey_zone_is_hatched_and_its_assumption_written() -> None:
    assessment = assess(THREE)
    zone = trace(ratio_figure(assessment, dark=False), "Grey zone")
    assert assessment.grey_zone is not None
    assert zone.base[0] == assessment.grey_zone.low
    assert zone.base[0] + zone.x[0] == pytest.approx(assessment.grey_zone.high)
    assert zone.marker.pattern.shape == "/"
    notes = " ".join(texts(ratio_figure(assessment, dark=False)))
    assert "6 HU (lesion) and 3 HU (liver)" in notes
    sharp = case_of(LOW, reader=PLATEAU, reading_error=ReadingError(Decimal(0), Decimal(0)))
    for case in (sharp, case_of(reader=PLATEAU)):
        assert all(t.name != "Grey zone" for t in ratio_figure(assess(case), dark=False).data)


def test_an_unknown_ratio_is_said_and_not_drawn() -> None:
    figure = ratio_figure(assess(case_of(reader=PLATEAU)), dark=False)
    assert "<b>This case, unknown</b>" in texts(figure)
    assert all(t.name != "This case" for t in figure.data)
    assert ratio_table(assess(case_of(reader=PLATEAU))).rows[0] == ("This case", "unknown", "")


def test_the_tables_hold_the_numbers_of_the_figures() -> None:
    assessment = assess(THREE)
    assert phases_table(assessment).rows == (
        ("Hepatic artery phase (HAP)", "44.9", "53.5", "0.839"),
        ("Portal venous phase (PVP)", "70.0", "100.0", "0.700"),
        ("Equilibrium phase (EP)", "66.0", "92.0", "0.717"),
    )
    rows = {row[0]: row[1:] for row in ratio_table(assessment).rows}
    assert rows["This case"][0] == "0.839"
    assert rows["Cutoff, published"][0] == "0.898"
    assert rows["NET, study"] == ("1.15", "mean; SD 0.33, n = 23")
    assert rows["Adenocarcinoma, study"] == ("0.77", "mean; SD 0.20, n = 23")
    assert rows["Grey zone"][0] == "0.657 to 1.139"
    own = ratio_table(assess(case_of(LOW, reader=PLATEAU, cutoff=Decimal("0.95"))))
    assert ("Cutoff, own", "0.95", "used for this case") in own.rows


def test_at_the_cutoff_the_shown_ratio_is_the_cutoff() -> None:
    typed = assess(case_of(AT, reader=PLATEAU))
    means = assess(Case({Phase.HAP: measured(Phase.HAP, 0.898 * 70, 70.0)}, PLATEAU))
    for assessment in (typed, means):
        assert ratio_table(assessment).rows[0][1] == "0.898"


@pytest.mark.parametrize("draw", [phases_figure, ratio_figure])
def test_every_figure_says_what_it_is_for_and_when_it_is_invented(draw: Any) -> None:
    assessment = assess(THREE)
    assert INTENDED_USE in texts(draw(assessment, dark=False))
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(draw(assessment, dark=False, synthetic=True))


def test_the_mode_bar_only_saves_the_image() -> None:
    assert PLOT_CONFIG["modeBarButtons"] == [["toImage"]]
    assert PLOT_CONFIG["displaylogo"] is False


@settings(max_examples=40, deadline=None)
@given(cases())
def test_any_case_can_be_drawn_within_its_axis(case: Case) -> None:
    assessment = assess(case)
    scale = ratio_scale(assessment)
    low, high = ratio_figure(assessment, dark=True).layout.xaxis.range
    assert (low, high) == (scale.low, scale.high)
    for value in (scale.value, *(mark.value for mark in scale.cutoffs), *(scale.zone or ())):
        assert value is None or low <= value <= high
    if case.measurements:
        figure = phases_figure(assessment, dark=False)
        bottom, top = figure.layout.yaxis.range
        assert all(bottom < y < top for t in figure.data for y in t.y)
    rows = ratio_table(assessment).rows
    assert all(len(row) == 3 for row in rows)
