"""The server dies in the middle of a case and comes back: what the reader sees, and what is left."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.served import ROOT, ServedApp, served
from tests.e2e import case_page
from tests.e2e.browser import PATIENCE_MS, fresh_context, visit, wait_until_idle
from tests.e2e.case_page import choose_one, choose_way, expect_call, field, type_in
from ui.restart import LOST_SESSION

pytestmark = pytest.mark.soak  # each test starts the server twice and waits until the browser tries again
NOTICE = LOST_SESSION.split("**")[1]
PATTERN = "Enhancement pattern, as you see it"
_SPOKEN = "() => getComputedStyle(document.querySelector('.stApp'), '::after')"


@contextmanager
def started_again(app: ServedApp) -> Iterator[list[str]]:
    """The same command, on the same port, as a service manager would; yields what it prints."""
    server = subprocess.Popen(
        app.process.args, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert server.stdout is not None
    lines: list[str] = []
    listener = threading.Thread(target=lambda: lines.extend(server.stdout or ()), daemon=True)
    listener.start()
    try:
        yield lines
    finally:
        server.terminate()
        server.wait(timeout=20)
        listener.join(timeout=5)
        server.stdout.close()


def kill(app: ServedApp, page: Page) -> None:
    app.process.kill()
    app.process.wait()
    page.wait_for_function(
        "() => document.querySelector('.stApp').dataset.testConnectionState !== 'CONNECTED'"
    )


def wait_until_back(page: Page) -> None:
    page.wait_for_selector('.stApp[data-test-connection-state="CONNECTED"]', timeout=4 * PATIENCE_MS)
    wait_until_idle(page, quiet_ms=1_000)


def expect_no_connection(page: Page) -> None:
    page.wait_for_function(f"() => ({_SPOKEN})().visibility === 'visible'")
    assert "No connection to the server" in page.evaluate(f"() => ({_SPOKEN})().content")
    expect(field(page, "hap_lesion_hu")).to_be_disabled()
    if case_page.PICTURES is not None:
        page.screenshot(path=Path(case_page.PICTURES) / "e2e_restart_gone.png")  # it never comes to rest


def test_a_typed_case_is_worked_out_anew_and_said_to_be(chromium: Browser) -> None:
    with served() as app, fresh_context(chromium, app.url) as context:
        page = context.new_page()
        visit(page)
        expect(page.get_by_text(NOTICE)).to_have_count(0)
        type_in(page, hap_lesion_hu="49.5", hap_liver_hu="70", pvp_lesion_hu="66.2", pvp_liver_hu="110")
        choose_one(page, PATTERN, "Plateau")
        expect_call(page, "Favours adenocarcinoma")
        expect(page.get_by_text(NOTICE)).to_have_count(0)
        kill(app, page)
        expect_no_connection(page)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(NOTICE)).to_be_visible()
            case_page.picture(page, "restart_back", height=900)
            assert page.evaluate(f"() => ({_SPOKEN})().content") == "none"
            assert field(page, "hap_lesion_hu").input_value() == "49.5"
            expect_call(page, "Favours adenocarcinoma")
            # The new session holds the fields and does not only leave the old result standing.
            type_in(page, hap_lesion_hu="69.5")
            expect_call(page, "Favours NET")
            expect(page.get_by_text(NOTICE)).to_be_visible()
            page.get_by_role("button", name="I have checked what is shown").click()
            wait_until_idle(page)
            expect(page.get_by_text(NOTICE)).to_have_count(0)
            expect_call(page, "Favours NET")
            page.reload()
            wait_until_idle(page)
            expect(page.get_by_text(NOTICE)).to_have_count(0)
            assert "Traceback" not in "".join(log)


def test_no_result_stands_on_images_that_are_gone(chromium: Browser) -> None:
    with served() as app, fresh_context(chromium, app.url) as context:
        page = context.new_page()
        visit(page)
        choose_way(page, "Measure on images")
        page.get_by_role("button", name="Open the example study").click()
        page.locator(".viewer").wait_for(timeout=4 * PATIENCE_MS)
        wait_until_idle(page, timeout_ms=4 * PATIENCE_MS)
        choose_one(page, PATTERN, "Washout")
        expect_call(page, "Favours NET")
        kill(app, page)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(NOTICE)).to_be_visible()
            case_page.picture(page, "restart_images", height=900)
            expect(page.locator(".viewer")).to_have_count(0)
            expect(page.get_by_text("CT series found")).to_have_count(0)
            # The pattern was sent again and decides alone, as it does in a case without any HU.
            expect_call(page, "Favours NET")
            assert "This is one criterion" in case_page.result(page).inner_text()
            expect(field(page, "hap_lesion_hu")).to_have_value("")
            assert "Traceback" not in "".join(log)
