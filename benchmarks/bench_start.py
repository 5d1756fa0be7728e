"""From typing the command to a first page that can be read, beside an empty Streamlit page with Plotly."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.timing import Timing
from scripts.served import ROOT, served
from tests.e2e.browser import fresh_context, launch

_REPEAT = 15
_PATIENCE_MS = 120_000
_EMPTY = Path(__file__).parent / "empty_page.py"


def _seconds_to_heading(browser: Browser, script: Path) -> float:
    started = time.perf_counter()
    with served(script) as app, fresh_context(browser, app.url) as context:
        page = context.new_page()
        page.goto("/", wait_until="commit")
        page.get_by_role("heading").first.wait_for(timeout=_PATIENCE_MS)
        return time.perf_counter() - started


def run() -> list[Timing]:
    """Time both, turn by turn, so that what else the machine does falls on both alike."""
    ours, empty = [], []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for _ in range(_REPEAT):
            ours.append(_seconds_to_heading(browser, ROOT / "app.py"))
            empty.append(_seconds_to_heading(browser, _EMPTY))
        browser.close()
    ratios = tuple(a / b for a, b in zip(ours, empty, strict=True))
    return [
        Timing("Start to first page", tuple(ours), "s"),
        Timing("Start to an empty Streamlit page with Plotly", tuple(empty), "s"),
        Timing("First page, times the empty page", ratios, "", goal=1.3),
    ]
