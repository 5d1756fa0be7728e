"""What a person does in the browser, as steps for tests: wait, upload, download, read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, Playwright

from scripts.chromium import QUIET_FLAGS, NoBrowserError, find, obtain

PATIENCE_MS = 30_000
# When the page last spoke to the server, when it was last answered, and how many uploads are under way.
_NOTE_TRAFFIC = """(() => {
  const traffic = (window.__traffic = { sent: -1, received: 0, uploads: 0 });
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    traffic.uploads += 1;
    this.addEventListener('loadend', () => { traffic.uploads -= 1; });
    return send.call(this, body);
  };
  window.WebSocket = class extends window.WebSocket {
    constructor(...where) {
      super(...where);
      this.addEventListener('message', () => { traffic.received = performance.now(); });
    }
    send(data) {
      traffic.sent = performance.now();
      return super.send(data);
    }
  };
})();"""
# Streamlit tells its state on this element, but only once the server has answered a click: what was sent and
# is not answered yet counts as work too. A message without an answer holds this up for a while only.
_AT_REST = """(quiet) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const { sent, received, uploads } = window.__traffic ?? { sent: -1, received: 0, uploads: 0 };
  const busy = !app
    || uploads > 0
    || (sent > received && performance.now() - sent < 5000)
    || app.getAttribute('data-test-connection-state') !== 'CONNECTED'
    || app.getAttribute('data-test-script-state') !== 'notRunning'
    || document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
  if (busy) { window.__atRestSince = undefined; return false; }
  window.__atRestSince ??= performance.now();
  return performance.now() - window.__atRestSince >= quiet;
}"""


def browser_path() -> str:
    """A Chromium that runs; in CI it is installed where it is absent.

    Raises
    ------
    NoBrowserError
        There is none. Never a silent skip where CI is set.
    """
    path = obtain() if os.environ.get("CI") else find()
    if path is None:
        raise NoBrowserError("No Chromium or Chrome that runs; `make browser` gets one.")
    return path


def launch(playwright: Playwright) -> Browser:
    """Start headless Chromium, quiet on the network."""
    return playwright.chromium.launch(executable_path=browser_path(), headless=True, args=list(QUIET_FLAGS))


@contextmanager
def fresh_context(
    browser: Browser, url: str, *, dark: bool = False, width: int = 1280, height: int = 900
) -> Iterator[BrowserContext]:
    """A browser that has never been here: no cookies, no storage, addresses relative to `url`."""
    context = browser.new_context(
        base_url=url,
        color_scheme="dark" if dark else "light",
        viewport={"width": width, "height": height},
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_NOTE_TRAFFIC)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def newcomer(
    context: BrowserContext, url: str, *, dark: bool = False, width: int = 1280, height: int = 900
) -> Iterator[Page]:
    """The page of someone who has never been here, in a tab that others have used before.

    Cookies and storage are gone and the page is empty; the files of Streamlit stay in the browser's cache,
    since loading it anew takes most of the time of a short test.
    """
    page = context.pages[0] if context.pages else context.new_page()
    context.clear_cookies()
    kept = {"origin": url, "storageTypes": "local_storage,session_storage,indexeddb,cache_storage"}
    protocol = context.new_cdp_session(page)
    protocol.send("Storage.clearDataForOrigin", kept)
    protocol.detach()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if dark else "light")
    yield page
    for tab in context.pages:
        if tab is not page:
            tab.close()
    if not page.is_closed():
        page.unroute_all()
        page.goto("about:blank")


def outside_addresses(urls: Iterable[str]) -> list[str]:
    """Those of `urls` that leave this machine."""
    inside = {"127.0.0.1", "localhost", "[::1]", ""}
    return [url for url in urls if (urlsplit(url).hostname or "") not in inside]


def wait_until_idle(page: Page, *, quiet_ms: int = 200, timeout_ms: int = PATIENCE_MS) -> None:
    """Wait until no script runs, nothing on the page is stale, and that has lasted for `quiet_ms`."""
    page.evaluate("() => { window.__atRestSince = undefined; }")
    page.wait_for_function(_AT_REST, arg=quiet_ms, polling=50, timeout=timeout_ms)


def leave_and_tap(left: Locator, tapped: Locator) -> None:
    """Leave a field and tap a control with no time between, as on a touch screen: one message has both."""
    left.evaluate("(left, tapped) => { left.blur(); tapped.click(); }", tapped.element_handle())


def visit(page: Page, address: str = "/") -> None:
    """Open an address of the app and wait until it is drawn."""
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_selector('[data-testid="stMainBlockContainer"]')
    wait_until_idle(page)


def upload(
    page: Page, files: Sequence[str | Path] | Sequence[FilePayload], *, within: Locator | None = None
) -> None:
    """Choose files in the page's uploader, or in the one inside `within`, and wait until they are read."""
    (within or page.locator("body")).locator('input[type="file"]').first.set_input_files(files)
    wait_until_idle(page, timeout_ms=4 * PATIENCE_MS)


def download(page: Page, button: str | re.Pattern[str]) -> tuple[str, bytes]:
    """Press a download button: the suggested file name and the bytes."""
    # While the page is drawn anew its file is made anew too, and the former address leads nowhere.
    wait_until_idle(page)
    with page.expect_download() as caught:
        page.get_by_role("button", name=button).click()
    got = caught.value
    return got.suggested_filename, Path(got.path()).read_bytes()


def visible_text(page: Page) -> str:
    """All text that the page shows, sidebar and open panels included."""
    return page.locator("body").inner_text()
