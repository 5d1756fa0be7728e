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
from gepnet_core.imaging.series.study import read_study, read_volume
from scripts.served import ROOT, served
from tests.e2e.browser import fresh_context, launch, visit, wait_until_idle
from ui.roi_viewer.component import Panel, viewer_data

_REPEAT = 7
_FRAME = 17.0  # 60 a second, a third of a millisecond for the clock
_VIEWER_ALONE = ROOT / "tests" / "roi_viewer" / "demo_app.py"
_FRAMES = 120
# The page makes one event a frame itself, since a test tool's own come slower than frames do; it counts the
# frames in which what is read out has changed, and answers with the milliseconds from one such to the next.
_ONE_EVENT_A_FRAME = """([selector, kind, frames, x, y, step]) => new Promise((done) => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  const stage = root.querySelector('.stage[data-phase=hap]');
  const read = () => [...root.querySelectorAll(selector)].map((e) => e.textContent).join('|');
  const place = (k) => ({ bubbles: true, clientX: x + k * step, clientY: y + k * step * 0.8, pointerId: 1 });
  const send = (k) => stage.dispatchEvent(kind === 'drag'
    ? new PointerEvent('pointermove', place(k))
    : new WheelEvent('wheel', { ...place(0), cancelable: true, deltaY: k % 40 < 20 ? 100 : -100 }));
  let text = read(), changed = 0, k = 0, from = 0;
  const frame = (now) => {
    if (k === 0) from = now;
    else if (read() !== text) { text = read(); changed += 1; }
    if (k === frames) return done((now - from) / changed);
    send(k += 1);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""
# Set up before the mouse goes up and timed in the page: a tool that asks only then has to wait its own turn.
_WHEN_CONFIRMED = """() => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  const every = (test) => {
    const rows = [...root.querySelectorAll('tr[data-roi-id]')];
    return rows.length > 0 && rows.every((row) => test(row.dataset));
  };
  window.whenConfirmed = new Promise((done) => addEventListener('pointerup', ({ timeStamp }) => {
    let first = null;
    const look = () => {
      const passed = performance.now() - timeStamp;
      if (first === null && every((row) => row.confirmed === 'agrees')) first = passed;
      if (every((row) => row.confirmedBy === 'page')) done([first, passed]);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true }));
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
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        with served() as app, fresh_context(browser, app.url, height=1400) as context:
            page = context.new_page()
            first = _open_phases(page, _zip(Path(folder)))
            drag, scroll, confirm, by_page = _use(page)
        with served(_VIEWER_ALONE) as app, fresh_context(browser, app.url, height=1400) as context:
            page = context.new_page()
            page.goto("/")
            page.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for(timeout=120_000)
            wait_until_idle(page)
            _, _, alone, _ = _use(page)
        browser.close()
    return [
        Timing(f"Click on Open to the first image of each of 3 x {SLICES} slices", (first,), "s"),
        Timing("From one frame with new numbers to the next, an oval being dragged", drag, goal=_FRAME),
        Timing("From one frame with new slices to the next, scrolling", scroll, goal=_FRAME),
        Timing("Mouse-up to Python's confirmed numbers", confirm, goal=150),
        Timing("Mouse-up to the page that was made anew with them", by_page),
        Timing("Confirmed numbers on a page that holds the viewer alone", alone),
    ]


def _open_phases(page: Page, archive: Path) -> float:
    """Seconds from the click that opens three phases to an image of each."""
    visit(page)
    page.get_by_role("radio", name="Measure on images").click()
    wait_until_idle(page)
    page.locator("input[type=file]").first.set_input_files(archive)
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
    seconds = time.perf_counter() - started
    page.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for(timeout=120_000)
    wait_until_idle(page)
    return seconds


def _use(page: Page) -> tuple[tuple[float, ...], ...]:
    """Milliseconds a frame while dragging and scrolling, to the confirmed numbers, and to the page's."""
    drag, scroll, confirm, by_page = [], [], [], []
    for turn in range(_REPEAT):
        box = page.locator(".stage[data-phase=hap]").bounding_box()
        if box is None:
            raise RuntimeError("The viewer is not on the page")
        left, top = box["x"] + box["width"] * 0.2, box["y"] + box["width"] * (0.3 + 0.02 * turn)
        page.locator(".stage[data-phase=hap]").focus()
        page.keyboard.press("l")
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(left + 6, top + 5)
        read_out = ".stage[data-phase=hap] .live, .labels, tr[data-roi-id] td"
        drag.append(page.evaluate(_ONE_EVENT_A_FRAME, [read_out, "drag", _FRAMES, left + 6, top + 5, 0.5]))
        page.evaluate(_WHEN_CONFIRMED)
        page.mouse.up()
        first, last = page.evaluate("() => window.whenConfirmed")
        confirm.append(first)
        by_page.append(last)
        wait_until_idle(page)
        page.keyboard.press("Delete")
        wait_until_idle(page)
        scroll.append(page.evaluate(_ONE_EVENT_A_FRAME, [".stage .top-left", "wheel", _FRAMES, left, top, 0]))
    return tuple(drag), tuple(scroll), tuple(confirm), tuple(by_page)
