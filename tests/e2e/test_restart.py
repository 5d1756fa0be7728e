"""The server dies in the middle of a case and comes back: what the reader sees, and what is left."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.served import ROOT, ServedApp, served
from tests.e2e import case_page
from tests.e2e.browser import PATIENCE_MS, fresh_context, visit, wait_until_idle
from tests.e2e.case_page import choose_one, choose_way, expect_call, field, type_in
from tests.e2e.cohort_page import upload_table
from tests.e2e.ear import WHOLE_DOCUMENT
from ui.restart import GONE, LOST_SESSION, NOT_SENT_AGAIN

pytestmark = pytest.mark.soak  # each test starts the server twice and waits until the browser tries again
NOTICE = LOST_SESSION.split("**")[1]
DISCONNECTED = "() => document.querySelector('.stApp').dataset.testConnectionState !== 'CONNECTED'"
PART = "What to look at"
OWN_TABLE = (
    "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern,Zzheading\n"
    "a1,adenocarcinoma,40,50,plateau,x\na2,adenocarcinoma,42,50,plateau,x\n"
    "a3,net,70,50,washout,x\na4,net,72,50,washout,x\n"
)
OWN_COUNTS = "2 of 2 adenocarcinomas and 2 of 2 NETs."
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
    page.wait_for_function(DISCONNECTED)


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
            # The way in is as it was, and the files are asked for again.
            expect_way(page, "Measure on images")
            expect(page.get_by_text(GONE[""])).to_be_visible()
            expect(page.get_by_role("button", name="Open the example study")).to_be_visible()
            # The pattern was sent again and decides alone, as it does in a case without any HU.
            expect_call(page, "Favours NET")
            assert "This is one criterion" in case_page.result(page).inner_text()
            choose_way(page, "Type HU")
            expect(field(page, "hap_lesion_hu")).to_have_value("")
            assert "Traceback" not in "".join(log)


def test_a_table_of_patients_is_asked_for_again(chromium: Browser) -> None:
    with served() as app, fresh_context(chromium, app.url) as context:
        page = context.new_page()
        visit(page)
        choose_way(page, "A table of patients")
        page.get_by_role("button", name="Open the example table").click()
        expect(page.get_by_text("positive class").first).to_be_visible()
        kill(app, page)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(GONE[""])).to_be_visible()
            expect_way(page, "A table of patients")
            expect(page.get_by_text("positive class")).to_have_count(0)
            expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
            case_page.picture(page, "restart_table", height=900)
            page.get_by_role("button", name="Open the example table").click()
            expect(page.get_by_text("positive class").first).to_be_visible()
            assert "Traceback" not in "".join(log)


def test_an_own_cohort_is_not_taken_for_the_example_that_stands_there(chromium: Browser) -> None:
    """On the page of the cohort, then on the page of the cutoff, each open when the server dies."""
    with served() as app, fresh_context(chromium, app.url) as context:
        page = context.new_page()
        visit(page, "/cohort")
        upload_own(page)
        kill(app, page)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(GONE["cohort"])).to_be_visible()
            expect_example(page)
            case_page.picture(page, "restart_cohort", height=900)
            # The same file is taken again, and the cutoff is moved on it.
            upload_own(page)
            expect(page.get_by_text(NOTICE)).to_be_visible()
            go(page, "Tune the cutoff")
            expect(page.get_by_text(NOT_SENT_AGAIN)).to_be_visible()
            page.get_by_role("button", name="I have checked what is shown").click()
            wait_until_idle(page)
            expect(page.get_by_text(NOTICE)).to_have_count(0)
            cutoff_field(page).fill("0.5")
            cutoff_field(page).press("Enter")
            expect(page.locator(".gp-moved")).to_contain_text("At or below 0.500: 0 of 2 adenocarcinomas")
            wait_until_idle(page)
            assert "Traceback" not in "".join(log)
        page.wait_for_function(DISCONNECTED)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(GONE["cutoff"])).to_be_visible()
            expect_example(page)
            # The field and what is said of it are of one mind.
            expect(cutoff_field(page)).to_have_value("0.898")
            expect(page.locator(".gp-moved")).to_contain_text("At or below 0.898: ")
            expect(page.locator(".gp-moved")).to_contain_text("of 23 adenocarcinomas")
            case_page.picture(page, "restart_cutoff", height=900)
            assert "Traceback" not in "".join(log)


def test_a_quiz_begins_anew_and_a_moved_cutoff_is_one_number(chromium: Browser) -> None:
    with served() as app, fresh_context(chromium, app.url) as context:
        page = context.new_page()
        visit(page, "/teach")
        choose_one(page, PART, "Quiz")
        page.get_by_role("button", name="Start a quiz").click()
        question = page.get_by_text(re.compile(r"^Case 1 of"))
        expect(question.first).to_be_visible(timeout=4 * PATIENCE_MS)
        wait_until_idle(page, timeout_ms=4 * PATIENCE_MS)
        kill(app, page)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(GONE["teach"])).to_be_visible()
            expect(page.get_by_role("radio", name="Quiz", exact=True)).to_be_checked()
            expect(question).to_have_count(0)
            expect(page.get_by_role("button", name="Start a quiz")).to_be_visible()
            case_page.picture(page, "restart_quiz", height=900)
            choose_one(page, PART, "Cutoff and Bayes")
            cutoff_field(page).fill("0.93")
            cutoff_field(page).press("Enter")
            expect(page.locator(".gp-moved")).to_contain_text("At or below 0.930: ")
            wait_until_idle(page)
            assert "Traceback" not in "".join(log)
        page.wait_for_function(DISCONNECTED)
        with started_again(app) as log:
            wait_until_back(page)
            expect(page.get_by_text(GONE["teach"])).to_be_visible()
            expect(page.get_by_role("radio", name="Cutoff and Bayes", exact=True)).to_be_checked()
            at = f"At or below {float(cutoff_field(page).input_value()):.3f}: "
            expect(page.locator(".gp-moved")).to_contain_text(at)
            case_page.picture(page, "restart_explorer", height=900)
            assert "Traceback" not in "".join(log)


def upload_own(page: Page) -> None:
    upload_table(page, OWN_TABLE)
    expect(page.get_by_text(OWN_COUNTS)).to_be_visible()
    expect(page.get_by_text("SYNTHETIC: these patients")).to_have_count(0)
    wait_until_idle(page)


def expect_example(page: Page) -> None:
    """The example, named so, and nothing of the own table."""
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()
    shown = page.evaluate(WHOLE_DOCUMENT)
    assert "Zzheading" not in shown
    assert "of 2 adenocarcinomas" not in shown


def expect_way(page: Page, way: str) -> None:
    expect(page.get_by_role("radio", name=way, exact=True)).to_be_checked()


def cutoff_field(page: Page) -> Locator:
    return page.get_by_role("spinbutton", name="Exactly (no unit)")


def go(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    wait_until_idle(page)
