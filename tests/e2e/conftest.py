"""The real app in a real Chromium: one server and one browser for the session, a fresh context a test."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import NoBrowserError
from scripts.served import ROOT, ServedApp, served
from tests.e2e.browser import fresh_context, launch, outside_addresses

_HERE = Path(__file__).parent
_PICTURES = ROOT / "build" / "e2e"
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests stay on one worker, one after the other, and start first: they take longest."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))
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


@pytest.fixture
def page(app: ServedApp, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser that has never been here.

    Options by marker: `@pytest.mark.browser(dark=True, width=390, height=844)`. After the test: no script
    error in the page, no request that left this machine. Where it failed: a picture in build/e2e, the end of
    the log.
    """
    marker = request.node.get_closest_marker("browser")
    requested: list[str] = []
    script_errors: list[str] = []
    with fresh_context(chromium, app.url, **(marker.kwargs if marker else {})) as context:
        context.on("request", lambda sent: requested.append(sent.url))
        tab = context.new_page()
        tab.on("pageerror", lambda error: script_errors.append(error.message))
        yield tab
        if request.node.stash.get(_FAILED, False):
            _PICTURES.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^\w-]+", "_", request.node.name)
            tab.screenshot(path=_PICTURES / f"{name}.png", full_page=True)
            print(f"The server printed, last of all:\n{app.log[-3000:]}")
    assert outside_addresses(requested) == []
    assert script_errors == []
