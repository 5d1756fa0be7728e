"""A cohort in a real browser: the example, an own table, keyboard, phone, dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from gepnet_core.intended_use import INTENDED_USE
from tests.e2e.browser import download, visit, wait_until_idle
from tests.e2e.case_page import choose_option, expander, picture, tab_to
from tests.e2e.cohort_page import OWN, rows_of, upload_table


def test_from_the_example_to_an_own_table_and_back(page: Page) -> None:
    visit(page, "/cohort")
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    picture(page, "cohort_light_1280", height=7000)
    name, template = download(page, "Download the example as a template")
    assert "SYNTHETIC" in name
    assert template.decode().startswith("patient_id,synthetic,diagnosis,")
    upload_table(
        page,
        "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern\n"
        "a1,adenocarcinoma,40,50,plateau\na2,adenocarcinoma,42,50,plateau\n"
        "a3,net,70,50,washout\na4,net,72,50,washout\n",
    )
    # The dictionary knows every heading: the result stands at once.
    expect(page.get_by_text("2 of 2 adenocarcinomas and 2 of 2 NETs.")).to_be_visible()
    expect(page.get_by_text("SYNTHETIC:")).to_have_count(0)
    expect(page.locator(".js-plotly-plot").filter(has_text="SYNTHETIC")).to_have_count(0)
    expect(page.get_by_text("The table has no columns of a second reader")).to_be_visible()
    for figure in page.locator(".js-plotly-plot").all():
        expect(figure).to_contain_text(INTENDED_USE)
    page.get_by_role("button", name="Show the example again").click()
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()


@pytest.mark.soak
def test_against_each_criterion_alone_by_keyboard(page: Page) -> None:
    visit(page, "/cohort")
    line = page.locator("summary", has_text="Both together against each criterion alone")
    tab_to(page, line)
    page.keyboard.press("Enter")
    table = page.get_by_test_id("stExpander").filter(has=line).locator("table")
    # Joint cells of the study: 3 NETs with a low ratio and no plateau, 4 with plateau and a high ratio.
    expect(table).to_contain_text("3 fewer, P 0.250")
    expect(table).to_contain_text("4 fewer, P 0.125")


@pytest.mark.soak
def test_another_quantity_of_the_readers_and_another_test(page: Page) -> None:
    visit(page, "/cohort")
    expect(rows_of(page, "Dynamic enhancement pattern").last).to_contain_text("0.914")
    choose_option(page, "Differences of the readers in", "Size of the largest metastasis")
    figure = page.locator(".js-plotly-plot").last
    expect(figure).to_contain_text("Largest diameter of the largest metastasis")
    expander(page, "Choose other tests")
    choose_option(page, "Test of numbers", "Welch")
    expect(rows_of(page, "Age, years")).to_contain_text("Welch's t test")


@pytest.mark.soak
@pytest.mark.parametrize(
    "dark",
    [
        pytest.param(False, marks=pytest.mark.browser(width=400, height=860), id="light"),
        pytest.param(True, marks=pytest.mark.browser(dark=True, width=400, height=860), id="dark"),
    ],
)
def test_a_phone_does_not_scroll_the_page_sideways(page: Page, dark: bool) -> None:
    visit(page, "/cohort")
    wait_until_idle(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    theme = "dark" if dark else "light"
    picture(page, f"cohort_{theme}_400", height=8000)
    upload_table(page, OWN)
    expect(page.get_by_role("button", name="Use these columns")).to_be_visible()
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"cohort_columns_{theme}_400", height=4000)
