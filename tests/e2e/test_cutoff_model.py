"""The model of several findings in a real browser: predictors, elimination, both figures, one prevalence."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import visit, wait_until_idle
from tests.e2e.case_page import PICTURES, picture

FIGURE = "[data-testid=stPlotlyChart]"


def prevalence(page: Page, label: str) -> Locator:
    return page.get_by_role("spinbutton", name=label)


def of_model(page: Page) -> Locator:
    return prevalence(page, "Prevalence of adenocarcinoma where the model would be used (%)")


def of_page(page: Page) -> Locator:
    return prevalence(page, "Prevalence of adenocarcinoma (%)")


def eliminate(page: Page) -> None:
    """What differed in the study, by the likelihood ratio."""
    page.get_by_role("button", name="What differed in the study").click()
    wait_until_idle(page)
    rules = page.get_by_role("radiogroup", name="Predictors leave by (backward elimination)")
    # The round field itself lies below its label.
    rules.get_by_text("likelihood ratio").click()
    wait_until_idle(page)
    expect(page.get_by_text("Backward elimination by likelihood ratio")).to_be_visible()


@pytest.mark.soak
def test_predictors_leave_and_both_figures_stand_at_one_prevalence(page: Page) -> None:
    visit(page, "/cutoff")
    # R (tests/reference/cohort_model.R): exp(1.857) and exp(2.603).
    expect(page.locator("tr").filter(has_text="Ratio at or below 0.898").last).to_contain_text("6.40")
    eliminate(page)
    # The study's regression stays, as built into the example: Exp(B) 0.113 (Results).
    row = page.locator("tr").filter(has_text="Pattern as one number").first
    expect(row).to_contain_text("0.11")
    expect(page.locator(FIGURE).filter(has_text="Calibration of the model")).to_be_visible()
    assert page.locator(FIGURE).filter(has_text="Decision curve").count() == 0

    of_model(page).fill("30")
    of_model(page).press("Enter")
    expect(page.locator(FIGURE).filter(has_text="Decision curve, prevalence 30 %")).to_be_visible()
    # The same fact above: the other field holds it, and the predictive values stand.
    expect(of_page(page)).to_have_value("30")
    expect(of_model(page)).to_have_value("30")
    picture(page, "model_light_1280", height=9800)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("look", "height"),
    [
        pytest.param("light_400", 16500, marks=pytest.mark.browser(width=400, height=860), id="phone"),
        pytest.param(
            "dark_400", 16500, marks=pytest.mark.browser(dark=True, width=400, height=860), id="dark"
        ),
        pytest.param("dark_1280", 9800, marks=pytest.mark.browser(dark=True), id="wide"),
    ],
)
def test_the_section_does_not_scroll_sideways(page: Page, look: str, height: int) -> None:
    visit(page, "/cutoff")
    of_model(page).fill("30")
    of_model(page).press("Enter")
    expect(page.locator(FIGURE).filter(has_text="Decision curve, prevalence 30 %")).to_be_visible()
    if PICTURES is not None:
        eliminate(page)
    wait_until_idle(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"model_{look}", height=height)
