"""Bland and Altman's figure: every case once at its mean and difference, the same numbers in the table."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.cohort.parts.reader_agreement import NumberAgreement, reader_agreement
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.agreement_figures import HEIGHT, bland_altman_figure, bland_altman_table
from gepnet_core.figures.drawn_sample import MOST_DRAWN
from gepnet_core.figures.palette import ADENOCARCINOMA_SYMBOL, NET_SYMBOL, ink
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.readers.bland_altman import bland_altman
from tests.cohort.small_cohorts import example

NARROW = 400
"""A phone, in pixels."""


def read_twice(
    first: list[float], second: list[float], diagnosis: list[int], name: str = "size_mm"
) -> NumberAgreement:
    """Both readings of some cases as a cohort would hold them."""
    found = bland_altman(first, second) if first else None
    return NumberAgreement(
        name=name,
        meaning="Largest diameter; a remark",
        unit="mm",
        n=len(first),
        diagnosis=np.array(diagnosis, dtype=np.int8),
        n_left_out=0,
        icc=MappingProxyType({}),
        bands=MappingProxyType({}),
        bland_altman=found,
        reasons=MappingProxyType({}),
    )


SMALL = read_twice([12, 20, 31, 44], [10, 22, 30, 40], [0, 1, 0, -1])


def of_example(name: str) -> NumberAgreement:
    found = reader_agreement(example()).number(name)
    assert found is not None
    return found


LESION = of_example("hap_lesion_hu")


def texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def levels(figure: go.Figure) -> dict[float, Any]:
    return {shape.y0: shape for shape in figure.layout.shapes if shape.type == "line"}


@pytest.mark.parametrize("dark", [False, True])
def test_every_case_is_drawn_once_with_the_mark_of_its_diagnosis(dark: bool) -> None:
    figure = bland_altman_figure(SMALL, dark=dark, synthetic=True)
    drawn = {t.name: (list(zip(t.x, t.y, strict=True)), t.marker.symbol) for t in figure.data}
    # Means and differences by hand.
    assert drawn == {
        "NET": ([(11, 2), (30.5, 1)], NET_SYMBOL),
        "Adenocarcinoma": ([(21, -2)], ADENOCARCINOMA_SYMBOL),
        "Diagnosis unknown": ([(42, 4)], "square"),
    }
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)
    key = next(text for text in texts(figure) if "●" in text)
    assert all(f"</span> {name}" in key for name in drawn)
    assert figure.layout.title.text == "Difference of the readers, n = 4"
    assert "Largest diameter" in texts(figure)


def test_a_diagnosis_that_nobody_has_is_not_named() -> None:
    figure = bland_altman_figure(LESION, dark=False)
    assert {trace.name for trace in figure.data} == {"NET", "Adenocarcinoma"}
    assert sum(len(trace.x) for trace in figure.data) == 46
    assert not any("unknown" in text or "SYNTHETIC" in text for text in texts(figure))


def test_lines_and_bands_stand_at_mean_limits_and_their_intervals() -> None:
    figure = bland_altman_figure(LESION, dark=False)
    # R 4.2.2 in tests/reference/description.R: mean 1.93478261, limits -21.73458 and 25.6041452.
    lines = {round(y, 4): shape.line.dash for y, shape in levels(figure).items()}
    assert lines == {1.9348: "solid", -21.7346: "dash", 25.6041: "dash", 0: "dot"}
    found = LESION.bland_altman
    assert found is not None and found.lower is not None and found.upper is not None
    intervals = [found.mean_interval, found.lower.interval, found.upper.interval]
    bands = [(shape.y0, shape.y1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert bands == [(one.low, one.high) for one in intervals if one is not None]
    assert len(bands) == 3
    assert {"mean<br><b>1.9</b>", "lower<br><b>-21.7</b>", "upper<br><b>25.6</b>"} <= set(texts(figure))


def test_quantity_and_unit_stand_at_both_axes() -> None:
    titles = {
        name: (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text)
        for name in ("hap_lesion_hu", "hap_ratio", "size_mm", "lesion_count")
        for figure in [bland_altman_figure(of_example(name), dark=False)]
    }
    assert titles == {
        name: (f"Mean of both readers ({unit})", f"First minus second reader ({unit})")
        for name, unit in {
            "hap_lesion_hu": "HU",
            "hap_ratio": "no unit",
            "size_mm": "mm",
            "lesion_count": "no unit",
        }.items()
    }


@pytest.mark.parametrize(
    "agreement", [SMALL, LESION, read_twice([1], [5], [0]), read_twice([5, 5], [5, 5], [0, 1])]
)
def test_nothing_that_is_drawn_leaves_the_axes(agreement: NumberAgreement) -> None:
    figure = bland_altman_figure(agreement, dark=False)
    (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    for trace in figure.data:
        assert left < min(trace.x) and max(trace.x) < right
        assert bottom < min(trace.y) and max(trace.y) < top
    for shape in figure.layout.shapes:
        assert bottom < shape.y0 <= shape.y1 < top


def test_one_case_has_a_difference_and_no_limits() -> None:
    figure = bland_altman_figure(read_twice([10], [12], [0]), dark=False)
    assert set(levels(figure)) == {-2, 0}
    assert not any("limits" in text or "CI" in text for text in texts(figure))
    assert bland_altman_table(read_twice([10], [12], [0])).rows == (
        ("Rows with both readings", "1", ""),
        ("Mean difference, first minus second reader", "-2.0", ""),
    )


def test_without_a_pair_there_is_no_figure() -> None:
    nobody = read_twice([], [], [])
    for draw in (lambda: bland_altman_figure(nobody, dark=False), lambda: bland_altman_table(nobody)):
        with pytest.raises(InsufficientDataError, match="no pair of readings"):
            draw()


def test_labels_of_close_lines_do_not_meet() -> None:
    # One reading of ten thousand that is far off stretches the axis and leaves the limits close together.
    first = np.zeros(10_000)
    first[0] = 1000
    figure = bland_altman_figure(read_twice(first.tolist(), [0.0] * 10_000, [0] * 10_000), dark=False)
    margin = figure.layout.margin
    low, high = figure.layout.yaxis.range
    pixels = (HEIGHT - margin.t - margin.b) / (high - low)
    labels = [a for a in figure.layout.annotations if a.text.startswith(("mean", "lower", "upper"))]
    places = sorted(a.y * pixels + (a.yshift or 0) for a in labels)
    # Two lines of small print each.
    assert len(places) == 3 and np.diff(places).min() >= 2 * labels[0].font.size


def test_of_very_many_cases_some_are_drawn_and_the_figure_says_so() -> None:
    rng = np.random.default_rng(1)
    n = 3 * MOST_DRAWN
    first, second = rng.normal(50, 10, n), rng.normal(50, 10, n)
    figure = bland_altman_figure(
        read_twice(first.tolist(), second.tolist(), [k % 3 == 0 for k in range(n)]), dark=False
    )
    drawn = {trace.name: trace for trace in figure.data}
    assert len(drawn["Adenocarcinoma"].x) == MOST_DRAWN == len(drawn["NET"].x)
    told = next(text for text in texts(figure) if "●" in text)
    assert f"NET: drawn: {MOST_DRAWN} of {2 * MOST_DRAWN}" in told
    assert "Adenocarcinoma: drawn" not in told  # all of them are
    means = (first + second) / 2
    of_net = means[[k % 3 != 0 for k in range(n)]]
    assert (min(drawn["NET"].x), max(drawn["NET"].x)) == pytest.approx((of_net.min(), of_net.max()))


@pytest.mark.parametrize("name", ["hap_lesion_hu", "hap_ratio", "size_mm", "lesion_count"])
def test_lines_of_text_fit_a_phone(name: str) -> None:
    figure = bland_altman_figure(of_example(name), dark=False, synthetic=True)
    margin = figure.layout.margin
    for annotation in figure.layout.annotations:
        longest = max(annotation.text.replace("<b>", "").replace("</b>", "").split("<br>"), key=len)
        plain = longest if "span" not in longest else "● NET   ◆ Adenocarcinoma"
        # An average letter is about 0.55 of its size wide.
        width = 0.55 * annotation.font.size * len(plain)
        begins = margin.l + (annotation.xshift or 0)
        if annotation.x == 1:
            begins = NARROW - margin.r + annotation.xshift
        assert begins + width <= NARROW, plain


def test_the_table_has_the_numbers_of_the_figure() -> None:
    table = bland_altman_table(LESION)
    rows = {what: (value, interval) for what, value, interval in table.rows}
    assert table.title == "Difference of the readers: Mean of the liver metastasis, hepatic artery phase"
    assert table.columns == ("What", "Value (HU)", "Confidence interval")
    # R 4.2.2 in tests/reference/description.R: 1.93478261, 12.0764273, -21.73458, 25.6041452, 8.53932364.
    assert rows["Rows with both readings"] == ("46", "")
    assert rows["Mean difference, first minus second reader"][0] == "1.9"
    assert rows["SD of the differences"] == ("12.1", "")
    assert rows["Lower limit of agreement"][0] == "-21.7"
    assert rows["Upper limit of agreement"][0] == "25.6"
    assert rows["SD of one reading"] == ("8.5", "")
    assert rows["Upper limit of agreement"][1].endswith("(95 %)")
    assert bland_altman_table(of_example("lesion_count")).columns[1] == "Value"


def test_a_line_of_constant_differences_has_no_band() -> None:
    constant = read_twice([10, 20, 30], [8, 18, 28], [0, 0, 1])
    figure = bland_altman_figure(constant, dark=False)
    assert [shape.type for shape in figure.layout.shapes].count("rect") == 0
    assert set(levels(figure)) == {2, 0}
    assert not any("Bands" in text for text in texts(figure))


def test_ink_follows_the_theme() -> None:
    for dark in (False, True):
        figure = bland_altman_figure(LESION, dark=dark)
        lines = {shape.line.color for shape in figure.layout.shapes if shape.type == "line"}
        assert lines == {ink(dark).text, ink(dark).muted}
