"""The cutoff in a real browser: slider by keyboard and mouse, typing, buttons, phone, dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import leave_and_tap, visit, wait_until_idle
from tests.e2e.case_page import picture, tab_to

TOP = "e => e.getBoundingClientRect().top + document.querySelector('[data-testid=stMain]').scrollTop"


def slider(page: Page) -> Locator:
    return page.get_by_test_id("stSlider").get_by_role("slider")


def typed(page: Page) -> Locator:
    return page.get_by_role("spinbutton", name="Exactly (no unit)")


def confusion(page: Page, name: str) -> Locator:
    """The row of the confusion table that begins so."""
    return page.locator("tr", has=page.locator("th", has_text=re.compile(f"^{name}$")))


def test_the_confusion_table_follows_slider_field_and_buttons(page: Page) -> None:
    visit(page, "/cutoff")
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()
    nets = confusion(page, "Ratio alone: NET")
    # Figure 6 of the study: 18 of 23 NETs above 0.898.
    expect(nets).to_contain_text("5 (false positive)18 (true negative)")
    picture(page, "cutoff_light_1280", height=6200)

    typed(page).fill("0.923")
    typed(page).press("Enter")
    expect(slider(page)).to_have_value("0.923")
    # R counts at 0.93: ratio_0.93_fp 6, ratio_0.93_tn 17 (tests/reference/cutoff_analysis.R).
    tab_to(page, slider(page), backwards=True)
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(slider(page)).to_have_value("0.93")
    expect(nets).to_contain_text("6 (false positive)17 (true negative)")
    expect(typed(page)).to_have_value("0.93")
    expect(page.locator(".gp-moved")).to_contain_text("At or below 0.930: 19 of 23 adenocarcinomas")

    typed(page).fill("0.9")
    typed(page).press("Enter")
    expect(nets).to_contain_text("5 (false positive)18 (true negative)")
    expect(slider(page)).to_have_value("0.9")
    # More decimals than the slider has are kept.
    typed(page).fill("0.92345")
    typed(page).press("Enter")
    expect(page.locator(".gp-moved")).to_contain_text("At or below 0.923")
    expect(typed(page)).to_have_value("0.92345")

    page.get_by_role("button", name="Published 0.898").click()
    expect(typed(page)).to_have_value("0.898")
    expect(slider(page)).to_have_value("0.898")
    page.get_by_role("button", name=re.compile("Best Youden here")).click()
    expect(typed(page)).to_have_value("0.892")
    wait_until_idle(page)

    # The value outlives a visit to another page.
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="The study").click()
    expect(page.get_by_role("heading", name="The study", exact=True)).to_be_visible()
    wait_until_idle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Tune the cutoff").click()
    expect(typed(page)).to_have_value("0.892")
    expect(slider(page)).to_have_value("0.892")


def test_a_tap_in_another_section_right_after_typing_counts(page: Page) -> None:
    """The browser sends both in one message, as if one section alone had changed."""
    visit(page, "/cutoff")
    shown = page.get_by_role("radiogroup", name="What the map shows, of the rule with both criteria")
    typed(page).fill("0.93")
    leave_and_tap(typed(page), shown.get_by_role("radio", name="Specificity for adenocarcinoma"))
    wait_until_idle(page)  # until then the page may hold a figure as it was beside the new one
    map_of_rule = page.get_by_test_id("stPlotlyChart").filter(has_text="The rule by cutoff and tolerance")
    expect(map_of_rule).to_contain_text("Specificity for adenocarcinoma (share)")
    # R counts at 0.93: ratio_0.93_fp 6, ratio_0.93_tn 17 (tests/reference/cutoff_analysis.R).
    expect(confusion(page, "Ratio alone: NET")).to_contain_text("6 (false positive)17 (true negative)")

    typed(page).fill("0.9")
    leave_and_tap(typed(page), page.get_by_role("button", name="What differed in the study"))
    wait_until_idle(page)
    expect(page.get_by_test_id("stMultiSelect")).to_contain_text("Lymphadenopathy")
    expect(confusion(page, "Ratio alone: NET")).to_contain_text("5 (false positive)18 (true negative)")


@pytest.mark.soak
def test_dragging_the_slider_moves_no_other_section(page: Page) -> None:
    visit(page, "/cutoff")
    own = page.get_by_role("heading", name="A cutoff of your own")
    slider(page).evaluate("e => e.scrollIntoView({block: 'center'})")
    box = slider(page).bounding_box()
    assert box is not None
    before = own.evaluate(TOP)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.locator(".gp-moved")).not_to_contain_text("At or below 0.898")
    wait_until_idle(page)
    after = own.evaluate(TOP)
    assert abs(after - before) <= 24  # a line of notes at most


@pytest.mark.soak
@pytest.mark.parametrize(
    ("look", "height"),
    [
        pytest.param("light_400", 9500, marks=pytest.mark.browser(width=400, height=860), id="phone"),
        pytest.param(
            "dark_400", 9500, marks=pytest.mark.browser(dark=True, width=400, height=860), id="dark"
        ),
        pytest.param("dark_1280", 6200, marks=pytest.mark.browser(dark=True), id="wide"),
    ],
)
def test_the_page_does_not_scroll_sideways(page: Page, look: str, height: int) -> None:
    visit(page, "/cutoff")
    wait_until_idle(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    expect(confusion(page, "Ratio alone: NET")).to_contain_text("18 (true negative)")
    picture(page, f"cutoff_{look}", height=height)
