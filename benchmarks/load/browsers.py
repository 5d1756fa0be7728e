"""Real tabs of Chromium under the same load: that what the sessions see is what a browser sees."""

from __future__ import annotations

import asyncio
import random
import time

from playwright.sync_api import Error, expect, sync_playwright

from benchmarks.load.tab import THINK_SECONDS, Records
from tests.e2e.browser import fresh_context, launch, wait_until_idle
from tests.e2e.case_page import field, result

CHROMIUM = "Chromium"
_HU = {"hap_lesion_hu": "49.5", "hap_liver_hu": "70", "pvp_lesion_hu": "66.2", "pvp_liver_hu": "110"}
_CHANGES = 8
_PATIENCE_MS = 120_000


async def use_browsers(
    url: str, n_browsers: int, seed: int, records: Records
) -> dict[str, tuple[float, ...]]:
    """Type a case in each of so many tabs at once; seconds by what was waited for.

    A tab that waited in vain is an error of the run.
    """
    tabs = [asyncio.to_thread(_use_tab, url, random.Random(seed + k)) for k in range(n_browsers)]
    found: dict[str, tuple[float, ...]] = {}
    for seconds in await asyncio.gather(*tabs, return_exceptions=True):
        if isinstance(seconds, Error | AssertionError):
            records.errors.append((CHROMIUM, f"{type(seconds).__name__} in a real tab"))
            continue
        if isinstance(seconds, BaseException):
            raise seconds
        for what, values in seconds.items():
            found[what] = (*found.get(what, ()), *values)
    return found


def _use_tab(url: str, rng: random.Random) -> dict[str, tuple[float, ...]]:
    """The HU is told to the server a quarter of a second after the last key: that is part of these times."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with fresh_context(browser, url) as context:
            context.set_default_timeout(_PATIENCE_MS)
            page = context.new_page()
            started = time.perf_counter()
            page.goto("/", wait_until="domcontentloaded")
            page.wait_for_selector('[data-testid="stMainBlockContainer"]')
            wait_until_idle(page, timeout_ms=_PATIENCE_MS)
            opened = time.perf_counter() - started
            for key, text in _HU.items():
                field(page, key).fill(text)
            wait_until_idle(page, quiet_ms=500, timeout_ms=_PATIENCE_MS)
            changes = []
            for _ in range(_CHANGES):
                time.sleep(rng.uniform(*THINK_SECONDS))
                lesion = f"{rng.uniform(30, 90):.1f}"
                started = time.perf_counter()
                field(page, "hap_lesion_hu").fill(lesion)
                expect(result(page).get_by_text(lesion).first).to_be_attached(timeout=_PATIENCE_MS)
                changes.append(time.perf_counter() - started)
        browser.close()
    return {"open, until drawn": (opened,), "a HU typed, until its result is drawn": tuple(changes)}
