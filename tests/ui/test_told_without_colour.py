"""No figure of any page tells by colour alone: where some eye sees one colour, marks or dashes differ."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.figures.theme import Canvas
from scripts.served import ROOT
from tests.figures.colour_vision import told_by_colour_alone
from ui.page_registry import PAGES


@pytest.mark.soak
def test_no_figure_of_any_page_tells_by_colour_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Canvas] = []
    begin = Canvas.__init__

    def note(canvas: Canvas, *args: Any, **named: Any) -> None:
        begin(canvas, *args, **named)
        drawn.append(canvas)

    monkeypatch.setattr(Canvas, "__init__", note)
    page = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=120).run()
    next(button for button in page.button if button.label == "Fill in an example").click().run()
    for entry in PAGES[1:]:
        page.switch_page(str(entry.path)).run()
        assert not page.exception
        if entry.file == "teach.py":
            page.button_group(key="teach.part").set_value("Cutoff and Bayes").run()
    assert len(drawn) >= 18
    assert [found for canvas in drawn for found in told_by_colour_alone(canvas)] == []
