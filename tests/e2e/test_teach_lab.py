"""The enhancement lab in a real browser: what presets promise, through the real viewer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.enhancement.presets import Preset, load_presets
from gepnet_core.report.teaching.lab_words import preset_label
from tests.e2e.browser import visit, wait_until_idle
from tests.e2e.case_page import (
    choose_option,
    picture,
    seen_ovals,
    stage,
    wait_for_agreement,
)

LARGEST_SD = 4.0
"""Of the noise that the page states: what it may be off without a mistake."""
ALL = tuple(load_presets())
CALLS = {Call.NET: "Favours NET", Call.ADENOCARCINOMA: "Favours adenocarcinoma"}


def open_lab(page: Page) -> None:
    visit(page, "/teach")
    page.locator(".st-key-teach-lab-result .gp-call").wait_for(timeout=60_000)
    wait_for_agreement(page)


def load(page: Page, preset_id: str) -> None:
    choose_option(page, "Preset", preset_label(load_presets()[preset_id]))
    wait_for_agreement(page)


def hap_row(page: Page) -> tuple[str, float, float]:
    """Promise, measured ratio and its noise, as they stand on the page."""
    table = page.locator(".st-key-teach-lab-result table.gp-ranges")
    promised, measured, noise = table.locator("tbody tr").first.locator("td").all_text_contents()
    return promised, float(measured), float(noise.removeprefix("± "))


def call(page: Page) -> str:
    return page.locator(".st-key-teach-lab-result .gp-call").inner_text().strip()


def check(page: Page, preset: Preset) -> None:
    """Load a preset: ratio and call are as promised, within the noise that the page states."""
    load(page, preset.id)
    promised, measured, noise = hap_row(page)
    assert promised == str(preset.expected.hap_ratio), preset.id
    assert abs(measured - float(promised)) <= LARGEST_SD * noise, preset.id
    assert 0.005 < noise < 0.06, preset.id
    # What the viewer itself measured in the browser is the ratio on the page.
    means = {
        row.evaluate("row => row.dataset.roiId"): float(row.evaluate("row => row.dataset.mean"))
        for row in page.locator("tr[data-roi-id]").all()
    }
    assert means["hap-lesion"] / means["hap-liver"] == pytest.approx(measured, abs=0.0006), preset.id
    assert call(page) == CALLS[preset.expected.call], preset.id


@pytest.mark.parametrize("ids", [("figure_4", "steatosis"), pytest.param(ALL, marks=pytest.mark.soak)])
def test_a_preset_gives_the_ratio_it_promises_within_the_noise_it_states(
    page: Page, ids: tuple[str, ...]
) -> None:
    open_lab(page)
    for preset_id in ids:
        check(page, load_presets()[preset_id])


@pytest.mark.soak
def test_an_oval_moved_with_the_mouse_changes_the_result_and_stays_where_it_was_put(page: Page) -> None:
    open_lab(page)
    load(page, "necrosis_in_roi")
    assert call(page) == "Favours adenocarcinoma"
    before = {(oval.phase, oval.tissue): oval for oval in seen_ovals(page)}
    lesion = before[Phase.HAP, "lesion"]
    image = stage(page, Phase.HAP)
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box is not None
    # The image is 256 pixels square and fills the stage's smaller side at the first zoom.
    scale = min(box["width"], box["height"]) / 256
    x = box["x"] + box["width"] / 2 + (lesion.cx - 127.5) * scale
    y = box["y"] + box["height"] / 2 + (lesion.cy - 127.5) * scale
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 4 * scale, y, steps=2)
    page.mouse.move(x - 8 * scale, y, steps=2)
    page.mouse.up()
    wait_for_agreement(page)
    promised, moved_ratio, _ = hap_row(page)
    moved = {(oval.phase, oval.tissue): oval for oval in seen_ovals(page)}[Phase.HAP, "lesion"]
    assert promised == "changed"
    assert moved.cx == pytest.approx(lesion.cx - 8, abs=1.5)
    assert abs(moved_ratio - 0.558) > 0.03
    # A control that changes the images leaves the oval where it is.
    page.get_by_role("radiogroup", name="Tube voltage (kVp)").get_by_role("radio", name="80").click()
    wait_for_agreement(page)
    kept = {(oval.phase, oval.tissue): oval for oval in seen_ovals(page)}[Phase.HAP, "lesion"]
    assert (kept.cx, kept.cy) == (moved.cx, moved.cy)
    assert kept.mean != moved.mean
    page.get_by_role("button", name="Place the ovals again").click()
    wait_for_agreement(page)
    placed = {(oval.phase, oval.tissue): oval for oval in seen_ovals(page)}[Phase.HAP, "lesion"]
    assert placed.place == lesion.place


@pytest.mark.soak
@pytest.mark.parametrize(
    ("dark", "width"),
    [
        pytest.param(dark, width, marks=pytest.mark.browser(dark=dark, width=width))
        for dark, width in ((False, 1280), (True, 1280), (False, 400), (True, 400))
    ],
)
def test_the_lab_fits_the_screen(page: Page, dark: bool, width: int) -> None:
    open_lab(page)
    wait_until_idle(page)
    expect(page.locator(".st-key-teach-lab-answer")).to_contain_text("favours NET")
    wide = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 0
    picture(page, f"teach_lab_{'dark' if dark else 'light'}_{width}", height=3600)
