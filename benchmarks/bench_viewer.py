"""The viewer in a real browser: first images, numbers while the mouse moves, scrolling, confirmed numbers."""

from __future__ import annotations

import tempfile
import time
import zipfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_reading import SLICES, sixty_slices, three_phases
from benchmarks.timing import Timing, milliseconds
from gepnet_core.case.phase import Phase
from gepnet_core.imaging.study import read_study, read_volume
from scripts.served import served
from tests.e2e.browser import fresh_context, launch, visit, wait_until_idle
from ui.roi_viewer.component import Panel, viewer_data

_REPEAT = 7
_MOVES = 120
# Counts animation frames, and of those the ones in which what is read out has changed.
_WATCH = """(selector) => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  const watch = { frames: 0, changed: 0, from: performance.now(), text: '', on: true };
  const look = () => {
    if (!watch.on) return;
    watch.frames += 1;
    const text = [...root.querySelectorAll(selector)].map((e) => e.textContent).join('|');
    if (text !== watch.text) { watch.text = text; watch.changed += 1; }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.__watch = watch;
}"""
_STOP = """() => {
  const watch = window.__watch;
  watch.on = false;
  return [watch.frames, watch.changed, performance.now() - watch.from];
}"""


def run() -> list[Timing]:
    """Server work in this process first, then the browser."""
    return [*_server_work(), *_in_browser()]


def _server_work() -> list[Timing]:
    sources = sixty_slices()
    series = read_study(sources).series[0]
    volume = read_volume(series)

    def beyond_pixels() -> None:
        read_study(sources)
        viewer_data([Panel(Phase.HAP, volume)], [], revision=0, confirmed={})
        volume.stored[SLICES // 2].tobytes()

    return [
        Timing(
            f"Server work for a phase of {SLICES} uncompressed slices, beside their pixels",
            milliseconds(beyond_pixels),
            goal=150,
        ),
        Timing("Pixels of that phase", milliseconds(lambda: read_volume(series))),
    ]


def _zip(folder: Path) -> Path:
    path = folder / "phases.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for source in three_phases():
            archive.writestr(source.name, source.data)
    return path


def _in_browser() -> list[Timing]:
    first: list[float] = []
    drag: list[float] = []
    scroll: list[float] = []
    confirm: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        with served() as app, fresh_context(browser, app.url, height=1400) as context:
            page = context.new_page()
            visit(page)
            page.get_by_role("radio", name="Measure on images").click()
            wait_until_idle(page)
            page.locator("input[type=file]").first.set_input_files(_zip(Path(folder)))
            button = page.get_by_role("button", name="Open these phases")
            button.wait_for(timeout=120_000)
            wait_until_idle(page)
            started = time.perf_counter()
            button.click()
            page.wait_for_function(
                "() => (document.querySelector('[data-testid=stBidiComponentIsolated]')?.shadowRoot"
                "?.querySelector('.viewer')?.dataset.loaded ?? 0) >= 3",
                polling="raf",
                timeout=120_000,
            )
            first.append(time.perf_counter() - started)
            page.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for(timeout=120_000)
            wait_until_idle(page)
            for turn in range(_REPEAT):
                drag.append(_drag(page, turn, confirm))
                scroll.append(_scroll(page))
        browser.close()
    return [
        Timing(f"Click on Open to the first image of each of 3 x {SLICES} slices", tuple(first), "s"),
        Timing("Frames a second with new numbers while an oval is dragged", tuple(drag), "/s"),
        Timing("Frames a second with new slices while scrolling", tuple(scroll), "/s"),
        Timing("Mouse-up to Python's confirmed numbers", tuple(confirm), goal=150),
    ]


def _box(page: Page) -> tuple[float, float, float]:
    box = page.locator(".stage[data-phase=hap]").bounding_box()
    if box is None:
        raise RuntimeError("The viewer is not on the page")
    return box["x"], box["y"], box["width"]


def _drag(page: Page, turn: int, confirm: list[float]) -> float:
    """Draw one oval in small steps; frames a second in which its numbers changed."""
    page.locator(".stage[data-phase=hap]").focus()
    page.keyboard.press("l")
    x, y, width = _box(page)
    left, top = x + width * 0.2, y + width * (0.3 + 0.02 * turn)
    page.mouse.move(left, top)
    page.mouse.down()
    page.evaluate(_WATCH, ".stage[data-phase=hap] .live, .labels, tr[data-roi-id] td")
    for step in range(1, _MOVES + 1):
        page.mouse.move(left + step * width * 0.001, top + step * width * 0.0008)
    _frames, changed, elapsed = page.evaluate(_STOP)
    started = time.perf_counter()
    page.mouse.up()
    page.wait_for_function(
        "() => { const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;"
        "const rows = [...root.querySelectorAll('tr[data-roi-id]')];"
        "return rows.length > 0 && rows.every((row) => row.dataset.confirmed === 'agrees'); }",
        polling="raf",
    )
    confirm.append((time.perf_counter() - started) * 1000)
    wait_until_idle(page)
    page.keyboard.press("Delete")
    wait_until_idle(page)
    return 1000 * float(changed) / float(elapsed)


def _scroll(page: Page) -> float:
    """Turn the wheel through the stack; frames a second in which the slice changed."""
    x, y, width = _box(page)
    page.mouse.move(x + width / 2, y + width / 2)
    page.evaluate(_WATCH, ".stage .top-left")
    for step in range(_MOVES):
        page.mouse.wheel(0, 100 if (step // 25) % 2 else -100)
    _frames, changed, elapsed = page.evaluate(_STOP)
    return 1000 * float(changed) / float(elapsed)
