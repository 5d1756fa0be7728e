"""Every page and the states that matter, by axe-core in light and dark: WCAG 2.0 to 2.2, levels A and AA."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.e2e.browser import visit, wait_until_idle
from tests.e2e.case_page import choose_one, choose_way, wait_for_images, wait_for_agreement
from tests.e2e.test_teach_quiz import LINK, begin, start

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})
  .then((r) => r.violations.map((v) => ({id: v.id, impact: v.impact, tags: v.tags, help: v.help,
     nodes: v.nodes.map((n) => ({target: n.target, html: n.html.slice(0, 300), why: n.failureSummary}))})))"""


def typed(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page)


def images(page: Page) -> None:
    visit(page)
    choose_way(page, "Measure on images")
    page.get_by_role("button", name="Open the example study").click()
    wait_for_images(page)


def table(page: Page) -> None:
    visit(page)
    choose_way(page, "Table of patients")
    page.get_by_role("button", name="Open the example table").click()
    wait_until_idle(page)


def lab(page: Page) -> None:
    visit(page, "/teach")
    page.locator(".st-key-teach-lab-result .gp-call").wait_for(timeout=60_000)
    wait_for_agreement(page)


def explorer(page: Page) -> None:
    visit(page, "/teach")
    choose_one(page, "What to look at", "Cutoff and Bayes")
    wait_until_idle(page)


def quiz(page: Page) -> None:
    start(page)
    begin(page)


def study(page: Page) -> None:
    visit(page, "/study")
    for line in page.locator("details.gp-erratum > summary").all():
        line.click()


def cohort(page: Page) -> None:
    visit(page, "/cohort")


def cutoff(page: Page) -> None:
    visit(page, "/cutoff")
    expect(page.locator(".gp-moved")).to_be_visible()


@pytest.mark.parametrize("state", [typed, images, table, cohort, cutoff, lab, explorer, quiz, study])
def test_scan(page: Page, state: Callable[[Page], None]) -> None:
    t0 = time.time()
    state(page)
    wait_until_idle(page, timeout_ms=90000)
    found = {}
    page.evaluate(AXE_SCRIPT)
    t1 = time.time()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        wait_until_idle(page, quiet_ms=600, timeout_ms=90000)
        found[theme] = page.evaluate(_RUN, TAGS)
    found["times"] = [t1 - t0, time.time() - t1]
    Path(f"/tmp/t/axe/{state.__name__}.json").write_text(json.dumps(found, indent=1))
