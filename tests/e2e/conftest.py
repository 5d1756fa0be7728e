"""The real app in a real Chromium: one server and one browser for the session, a fresh context a test."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, sync_playwright

from scripts.chromium import NoBrowserError
from scripts.served import ROOT, ServedApp, served
from tests.e2e.browser import fresh_context, launch, newcomer, outside_addresses

_HERE = Path(__file__).parent
_PICTURES = ROOT / "build" / "e2e"
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests start first: they take longest."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: not item.path.is_relative_to(_HERE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:  # the report passes through
    report = yield
    if call.when == "call":
        item.stash[_FAILED] = call.excinfo is not None
    return report


@pytest.fixture(scope="session")
def app() -> Iterator[ServedApp]:
    """The app as users start it; `app.log` is all that it has printed."""
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowserError as error:
            if os.environ.get("CI"):
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(app: ServedApp, chromium: Browser) -> Iterator[BrowserContext]:
    """Where the pages of tests are opened, one after the other."""
    with fresh_context(chromium, app.url) as opened:
        yield opened


@pytest.fixture
def page(app: ServedApp, context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of someone who has never been here.

    Options by marker: `@pytest.mark.browser(dark=True, width=390, height=844)`. After the test: no script
    error in the page, no request that left this machine. Where it failed: a picture in build/e2e, the end of
    the log.
    """
    marker = request.node.get_closest_marker("browser")
    requested: list[str] = []
    script_errors: list[str] = []

    def note_request(sent: Request) -> None:
        requested.append(sent.url)

    def note_error(error: Error) -> None:
        script_errors.append(error.message)

    with newcomer(context, app.url, **(marker.kwargs if marker else {})) as tab:
        context.on("request", note_request)
        tab.on("pageerror", note_error)
        yield tab
        context.remove_listener("request", note_request)
        tab.remove_listener("pageerror", note_error)
        if request.node.stash.get(_FAILED, False):
            _PICTURES.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^\w-]+", "_", request.node.name)
            tab.screenshot(path=_PICTURES / f"{name}.png", full_page=True)
            print(f"The server printed, last of all:\n{app.log[-3000:]}")
            tab.close()  # the next test gets another: who knows what state this one is in
    assert outside_addresses(requested) == []
    assert script_errors == []
