"""Cutoff and Bayes in a real browser: slider by keyboard, typed numbers, another sample, phone and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import PATIENCE_MS, wait_until_idle
from tests.e2e.case_page import picture, tab_to


def slider(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stSlider").filter(has_text=name).get_by_role("slider")


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name)


def row(page: Page, name: str) -> Locator:
    """The row of a table of results that begins so."""
    return page.locator("tr", has=page.locator("th", has_text=re.compile(f"^{re.escape(name)}")))


def type_in(page: Page, name: str, number: str) -> None:
    field(page, name).fill(number)
    field(page, name).press("Enter")


def open_explorer(page: Page) -> None:
    """Choose the part at once: the lab, which the page begins with, need not have been drawn."""
    page.goto("/teach", wait_until="domcontentloaded")
    page.get_by_role("radio", name="Cutoff and Bayes").click()
    expect(page.get_by_role("heading", name="See how samples differ")).to_be_visible(timeout=4 * PATIENCE_MS)
    wait_until_idle(page)


@pytest.mark.soak
def test_an_educators_script_by_keyboard_and_typing(page: Page) -> None:
    open_explorer(page)
    theirs, said = row(page, "Ratio alone: NET"), page.locator(".gp-teach-said")
    # Figure 6 of the study: 18 of 23 NETs above 0.898.
    expect(theirs).to_contain_text("5 (false positive)18 (true negative)")
    picture(page, "explorer_light_1280", height=3700)

    type_in(page, "Exactly (no unit)", "0.8")
    # Counted in data/examples/cohort.csv: 10 adenocarcinomas and 1 NET at or below 0.8.
    expect(row(page, "Ratio alone: adenocarcinoma")).to_contain_text("10 (true positive)13 (false negative)")
    expect(theirs).to_contain_text("1 (false positive)22 (true negative)")
    tab_to(page, slider(page, "Cutoff of the HAP ratio"), backwards=True)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(field(page, "Exactly (no unit)")).to_have_value("0.803")
    type_in(page, "Exactly (no unit)", "1")
    # And 23 and 10 at or below 1, one of them exactly there.
    expect(row(page, "Ratio alone: adenocarcinoma")).to_contain_text("23 (true positive)0 (false negative)")
    expect(theirs).to_contain_text("10 (false positive)13 (true negative)")
    expect(said).to_contain_text("500 have adenocarcinoma and 500 NET")

    page.get_by_role("button", name="Published 0.898").click()
    type_in(page, "Prevalence exactly (%)", "5")
    # Bayes by hand: 0.05 x 19/23 / (0.05 x 19/23 + 0.95 x 5/23) = 1/6.
    expect(row(page, "Positive predictive value")).to_contain_text("at a prevalence of 5.0 %16.7 %")
    expect(said).to_contain_text("50 have adenocarcinoma and 950 NET")
    expect(slider(page, "Prevalence of adenocarcinoma")).to_have_value("5")
    wait_until_idle(page)
    tops = "e => e.getBoundingClientRect().top + document.querySelector('[data-testid=stMain]').scrollTop"
    cells = page.get_by_role("heading", name="Both criteria in one patient")
    before = cells.evaluate(tops)
    page.get_by_text("The study's rule, frozen", exact=True).click()
    expect(said).to_contain_text("19 of 23 adenocarcinomas and 21 of 23 NETs called rightly")
    wait_until_idle(page)
    assert abs(cells.evaluate(tops) - before) <= 2  # nothing below it jumps

    page.get_by_role("button", name="Draw another 23 + 23").click()
    expect(page.locator(".gp-teach-patients")).to_contain_text("Sample 1 of seed 2017")
    # What was typed stays, and outlives a visit to another page.
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="The study").click()
    expect(page.get_by_role("heading", name="The study", exact=True)).to_be_visible()
    wait_until_idle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Teach the criteria").click()
    expect(field(page, "Prevalence exactly (%)")).to_have_value("5")
    expect(page.locator(".gp-teach-patients")).to_contain_text("Sample 1 of seed 2017")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("look", "height"),
    [
        pytest.param("light_400", 9000, marks=pytest.mark.browser(width=400, height=860), id="phone"),
        pytest.param("dark_1280", 5200, marks=pytest.mark.browser(dark=True), id="dark"),
    ],
)
def test_a_thousand_samples_have_room(page: Page, look: str, height: int) -> None:
    open_explorer(page)
    page.get_by_role("button", name="Draw another 23 + 23").click()
    page.get_by_role("button", name="Draw 1000 at once").click()
    expect(page.get_by_text("In 95 % of 1000 samples of 23 + 23")).to_be_visible()
    wait_until_idle(page)
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"explorer_{look}", height=height)
