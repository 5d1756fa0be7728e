"""What every page owes its reader, in a real browser: intended use, heading, themes, room on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from gepnet_core.intended_use import INTENDED_USE
from scripts.served import ServedApp
from tests.e2e.browser import visible_text, visit
from ui.page_registry import PAGES

ADDRESSES = [entry.url_path for entry in PAGES]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.browser(width=390, height=844)
def test_a_phone_shows_each_page_with_its_intended_use_and_does_not_scroll_sideways(
    page: Page, address: str
) -> None:
    visit(page, f"/{address}")
    line = page.get_by_test_id("stMainBlockContainer").get_by_text(INTENDED_USE).first
    expect(line).to_be_in_viewport()
    # In view and not under the header: what lies at its middle is the line itself.
    assert line.evaluate(
        "e => { const b = e.getBoundingClientRect();"
        " return e.contains(document.elementFromPoint(b.x + 5, b.y + 2))"
        " && e.contains(document.elementFromPoint(b.x + 5, b.bottom - 2)); }"
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    assert page.get_by_test_id("stMainBlockContainer").get_by_role("heading").count() > 0
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_test_id("stAlertContentError").count() == 0


def test_the_app_opens_on_the_first_page_of_the_registry(page: Page) -> None:
    visit(page)
    expect(page.get_by_test_id("stMainBlockContainer").get_by_role("heading").first).to_have_text(
        PAGES[0].title
    )


@pytest.mark.browser(dark=True)
def test_the_browsers_dark_setting_is_followed(page: Page) -> None:
    visit(page)
    background = page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).backgroundColor")
    assert background == "rgb(18, 24, 27)"  # backgroundColor of [theme.dark], #12181B


def test_the_browsers_light_setting_is_followed(page: Page) -> None:
    visit(page)
    background = page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).backgroundColor")
    assert background == "rgb(255, 255, 255)"  # backgroundColor of [theme.light]


def test_numbers_are_tabular(page: Page) -> None:
    visit(page)
    variant = page.locator("body").evaluate("element => getComputedStyle(element).fontVariantNumeric")
    assert variant == "tabular-nums"


def test_developer_tools_of_streamlit_are_not_offered(page: Page) -> None:
    visit(page)
    page.locator("body").press("c")
    text = visible_text(page)
    assert "Clear cache" not in text
    assert "Deploy" not in text


def test_the_server_listens_on_loopback_and_logs_no_address_of_a_page(page: Page, app: ServedApp) -> None:
    visit(page, f"/{ADDRESSES[0]}?note=canary-7f3a")
    assert "canary-7f3a" not in app.log
    assert "0.0.0.0" not in app.log  # noqa: S104 - looked for, not bound
