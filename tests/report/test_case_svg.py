"""The drawing of the ratio: marks at their place, hatch only where a grey zone is, labels on the paper."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from hypothesis import given, settings

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ReadingError
from gepnet_core.figures.case_scale import ratio_scale
from gepnet_core.report.case.case_svg import LEFT, RIGHT, WIDTH, ratio_svg
from tests.report.cases import HIGH, LOW, PLATEAU, case_of, cases


def drawn(case: Case) -> ET.Element:
    # The text is the project's own.
    return ET.fromstring(ratio_svg(assess(case)))  # noqa: S314


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter("text")]


def test_cutoff_case_and_groups_stand_where_the_axis_says() -> None:
    case = case_of(HIGH, reader=PLATEAU)
    root, scale = drawn(case), ratio_scale(assess(case))

    def place(ratio: float) -> float:
        return LEFT + (RIGHT - LEFT) * (ratio - scale.low) / (scale.high - scale.low)

    cutoff = next(e for e in root.iter("line") if e.get("class") == "cutoff")
    assert float(cutoff.get("x1", "")) == pytest.approx(place(0.898), abs=0.06)
    square = next(e for e in root.iter("rect") if e.get("class") == "case")
    assert float(square.get("x", "")) + 6 == pytest.approx(place(1.2), abs=0.06)
    # Results: "1.15±0.33" (NET), "0.77±0.20" (adenocarcinoma).
    circle = next(root.iter("circle"))
    assert float(circle.get("cx", "")) == pytest.approx(place(1.15), abs=0.06)
    assert {"NET 1.15 ± 0.33", "Adenocarcinoma 0.77 ± 0.20", "0.898, published", "This case, 1.200"} <= set(
        texts(root)
    )


def test_an_own_cutoff_is_dashed_beside_the_published_one() -> None:
    root = drawn(case_of(LOW, reader=PLATEAU, cutoff=Decimal("0.95")))
    assert {e.get("class") for e in root.iter("line")} >= {"cutoff", "cutoff own"}
    assert {"0.898, published", "0.95, own"} <= set(texts(root))


def test_no_hatch_without_a_grey_zone() -> None:
    assert any(e.get("fill") == "url(#hatch)" for e in drawn(case_of(LOW, reader=PLATEAU)).iter("rect"))
    sharp = case_of(LOW, reader=PLATEAU, reading_error=ReadingError(Decimal(0), Decimal(0)))
    for case in (sharp, case_of(reader=PLATEAU)):
        assert not any(e.get("fill") == "url(#hatch)" for e in drawn(case).iter("rect"))


def test_an_unknown_ratio_is_said() -> None:
    assert "This case, unknown" in texts(drawn(case_of(reader=PLATEAU)))


@settings(max_examples=80, deadline=None)
@given(cases())
def test_everything_stays_on_the_paper(case: Case) -> None:
    root = drawn(case)
    for element in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            if element.get(name) is not None:
                assert -10 <= float(element.get(name, "")) <= WIDTH + 10
    ticks = [e.text or "" for e in root.iter("text") if re.fullmatch(r"-?[\d.]+", e.text or "")]
    assert 2 <= len(ticks) <= 10
    assert len(set(ticks)) == len(ticks)
