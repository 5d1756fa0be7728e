"""The app through the proxy, in a real browser and by bare requests. Needs nginx and openssl."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, WebSocket, expect, sync_playwright

from gepnet_core.case.phase import Phase
from tests.deploy.proxy import NGINX, OPENSSL, Proxied, proxied_app
from tests.e2e import case_page
from tests.e2e.browser import launch, outside_addresses, wait_until_idle
from tests.e2e.case_page import choose_way
from ui.page_registry import PAGES
from ui.roi_viewer.pixel_route import BROWSER_COOKIE

pytestmark = [
    pytest.mark.soak,  # minutes: uploads at the limit, every page through the proxy
    pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx and openssl are not on this machine"),
    pytest.mark.e2e,
    pytest.mark.xdist_group("proxy"),
]
MIB = 1024 * 1024
PATIENCE_MS = 120_000
# Told by the browser itself, whatever the console says.
_NOTE_VIOLATIONS = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""


@dataclass
class Visit:
    """A browser at the proxy, and what it met."""

    page: Page
    told: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)

    def statuses(self, address: str) -> list[int]:
        return [answer.status for answer in self.answers if re.search(address, answer.url)]


@pytest.fixture(scope="module")
def browser_visit(proxied: Proxied) -> Iterator[Visit]:
    """One browser that follows the module's tests; at the end, it must have met no breach of the policy."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 1280, "height": 1000}, reduced_motion="reduce"
        )
        context.set_default_timeout(60_000)
        context.add_init_script(_NOTE_VIOLATIONS)
        met = Visit(context.new_page())

        def note_console(message: ConsoleMessage) -> None:
            met.told.append(f"{message.type}: {message.text}")

        def note_answer(answer: Response) -> None:
            met.answers.append(answer)

        def note_socket(socket: WebSocket) -> None:
            met.sockets.append(socket.url)

        met.page.on("console", note_console)
        met.page.on("response", note_answer)
        met.page.on("websocket", note_socket)
        yield met
        browser.close()


def go(page: Page, address: str) -> None:
    """Open an address and wait until it is drawn: slow, as a mistrusted certificate keeps the cache empty."""
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_selector('[data-testid="stMainBlockContainer"]', timeout=PATIENCE_MS)
    wait_until_idle(page, timeout_ms=PATIENCE_MS)


def breaches(met: Visit) -> list[str]:
    return [text for text in met.told if "CSP" in text or "Content Security Policy" in text]


# --- bare requests
def test_plain_http_only_leads_to_https(proxied: Proxied) -> None:
    answer = proxied.ask_plainly("/gepnet/cohort?a=1")
    assert answer.status == 301
    assert answer.headers["Location"] == f"{proxied.url}/cohort?a=1"


def test_health_and_page_answer_over_tls(proxied: Proxied) -> None:
    assert proxied.ask("GET", "/gepnet/_stcore/health").status == 200
    page = proxied.ask("GET", "/gepnet/")
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")


def test_without_the_last_slash_the_address_still_leads_there_by_tls(proxied: Proxied) -> None:
    answer = proxied.ask("GET", "/gepnet")
    assert answer.status in {301, 307}
    assert answer.headers["Location"] in {"/gepnet/", f"{proxied.url}/"}


@pytest.mark.parametrize("path", ["/gepnet/", "/gepnet/_stcore/health", "/gepnet/ct/none/0", "/elsewhere"])
def test_every_answer_carries_each_header_once(proxied: Proxied, path: str) -> None:
    headers = proxied.ask("GET", path).headers
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("Referrer-Policy") == ["no-referrer"]
    assert headers.get_all("Cache-Control") == ["no-store"]
    assert headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    (policy,) = headers.get_all("Content-Security-Policy") or []
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert headers["Server"] == "nginx" or "uvicorn" in headers["Server"]


def test_files_of_the_program_may_be_kept(proxied: Proxied) -> None:
    # The viewer's modules and Streamlit's scripts hold nothing of a user, and loading them anew is slow.
    from ui.roi_viewer.assets import ASSET_PATH, ENTRY_MODULE, digest

    answer = proxied.ask("GET", f"/gepnet/{ASSET_PATH}/{digest()}/{ENTRY_MODULE}")
    assert answer.status == 200
    assert answer.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]


def test_cookies_are_for_tls_alone(proxied: Proxied) -> None:
    cookies = proxied.ask("GET", "/gepnet/").headers.get_all("Set-Cookie") or []
    assert any(cookie.startswith(f"{BROWSER_COOKIE}=") for cookie in cookies)
    for cookie in cookies:
        assert len(re.findall("; secure", cookie, flags=re.IGNORECASE)) == 1, cookie.partition("=")[0]


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1", "localhost"])
def test_a_name_that_is_not_ours_is_refused(proxied: Proxied, name: str) -> None:
    assert proxied.ask("GET", "/gepnet/", {"Host": name}).status == 421


@pytest.mark.parametrize("path", ["metrics", "agent/openapi.json", "agent/interact", "%61gent/openapi.json"])
def test_what_is_not_for_the_public_is_not_served(proxied: Proxied, path: str) -> None:
    assert proxied.ask("GET", f"/gepnet/_stcore/{path}").status == 404


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/gepnetx/", "/ct/none/0"])
def test_nothing_else_of_the_machine_is_served(proxied: Proxied, path: str) -> None:
    assert proxied.ask("GET", path).status == 404


def test_a_body_above_the_limit_is_refused_before_it_is_read(proxied: Proxied) -> None:
    upload = "/gepnet/_stcore/upload_file/session/file"
    assert proxied.ask("PUT", upload, {"Content-Length": str(1040 * MIB + 1)}).status == 413
    # At the limit the app is asked, and turns the stranger away.
    assert proxied.ask("PUT", upload, {"Content-Length": str(1)}, b"x").status in {400, 403}
    assert proxied.ask("POST", "/gepnet/ct/none/measure", {"Content-Length": str(MIB + 1)}).status == 413


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None], ids=str)
def test_the_websocket_is_for_our_own_pages(proxied: Proxied, origin: str | None) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers |= {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} | ({"Origin": origin} if origin else {})
    assert proxied.ask("GET", "/gepnet/_stcore/stream", headers).status == 403


# --- a browser
def test_every_page_is_drawn_under_the_policy(proxied: Proxied, browser_visit: Visit) -> None:
    page = browser_visit.page
    go(page, f"{proxied.url}/{PAGES[-1].url_path}")
    for entry in PAGES:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=entry.title).click()
        expect(page).to_have_url(f"{proxied.url}/{entry.url_path}")
        wait_until_idle(page, timeout_ms=PATIENCE_MS)
        expect(page.get_by_test_id("stMain").get_by_role("heading", level=1).first).to_be_visible()
    address = f"wss://{proxied.host}/gepnet/_stcore/stream"
    assert {url.partition("?")[0] for url in browser_visit.sockets} == {address}
    assert breaches(browser_visit) == []


def test_the_example_opens_and_an_oval_is_measured(proxied: Proxied, browser_visit: Visit) -> None:
    page = browser_visit.page
    go(page, f"{proxied.url}/")
    choose_way(page, "Measure on images")
    page.get_by_role("button", name="Open the example study").click()
    case_page.wait_for_images(page)
    before = page.locator("tr[data-roi-id]").count()
    stage = case_page.stage(page, Phase.HAP)
    stage.scroll_into_view_if_needed()
    page.locator(".tool.liver").click()
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + 0.40 * box["width"], box["y"] + 0.50 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 12, steps=3)
    page.mouse.move(x + 24, y + 24, steps=3)
    page.mouse.up()
    case_page.wait_for_agreement(page)
    rows = page.locator("tr[data-roi-id]")
    expect(rows).to_have_count(before + 1)
    seen = rows.last.evaluate("row => ({...row.dataset})")
    assert int(seen["n"]) > 20
    assert -1024 < float(seen["mean"]) < 3071
    slices = browser_visit.statuses(r"/gepnet/ct/[\w-]{43}/\d+$")
    assert len(slices) >= 3 and set(slices) == {200}
    measured = browser_visit.statuses(r"/gepnet/ct/[\w-]{43}/measure$")
    assert measured and set(measured) == {200}
    assert breaches(browser_visit) == []


def test_tokens_open_nothing_to_another_browser(proxied: Proxied, browser_visit: Visit) -> None:
    slices = [answer for answer in browser_visit.answers if re.search(r"/ct/[\w-]{43}/\d+$", answer.url)]
    address = slices[-1].url.removeprefix(f"https://{proxied.host}")
    own = {cookie["name"]: cookie["value"] for cookie in browser_visit.page.context.cookies()}
    assert proxied.ask("GET", address).status == 404
    assert proxied.ask("GET", address, {"Cookie": f"{BROWSER_COOKIE}={'A' * 43}"}).status == 404
    answer = proxied.ask("GET", address, {"Cookie": f"{BROWSER_COOKIE}={own[BROWSER_COOKIE]}"})
    assert answer.status == 200 and answer.headers.get_all("Cache-Control") == ["no-store"]


def test_150_mb_pass_and_more_than_the_app_allows_do_not(
    proxied: Proxied, browser_visit: Visit, tmp_path: Path
) -> None:
    page = browser_visit.page
    large = tmp_path / "large.dcm"
    with large.open("wb") as file:
        file.truncate(150 * MIB)
    go(page, f"{proxied.url}/")
    choose_way(page, "Measure on images")
    with page.expect_response(re.compile("/_stcore/upload_file/"), timeout=PATIENCE_MS) as caught:
        page.get_by_test_id("stTabs").locator('input[type="file"]').first.set_input_files(large)
    answer = caught.value
    assert answer.request.method == "PUT" and answer.status == 204
    # The same session and its proof, with more than maxUploadSize announced: the app itself refuses.
    sent = answer.request.all_headers()
    kept = {name: sent[name] for name in ("cookie", "x-xsrftoken", "content-type")}
    address = answer.url.removeprefix(f"https://{proxied.host}")
    assert proxied.ask("PUT", address, {**kept, "Content-Length": str(1025 * MIB)}).status == 413
    case_page.wait_until_read(page)
    assert breaches(browser_visit) == []


def test_nothing_left_the_machine_and_nothing_was_written(proxied: Proxied, browser_visit: Visit) -> None:
    assert outside_addresses([answer.url for answer in browser_visit.answers]) == []
    proxied.ask("GET", "/gepnet/cohort?note=canary-4d1c")
    log = proxied.logged("nginx.log")
    lines = [line for line in log.splitlines() if line.strip()]
    # Time, method, status, bytes, seconds: no address, no path, no query string.
    assert len(lines) > 50
    nameless = re.compile(r"\d{4}-\d\d-\d\dT\S+ [A-Z]+ \d{3} \d+ \d+\.\d+")
    assert [line for line in lines if not nameless.fullmatch(line)] == []
    assert "canary-4d1c" not in log + proxied.logged("app.log")
    kept = [path for path in proxied.folder.rglob("*_temp/**/*") if path.is_file()]
    assert kept == []


def test_without_a_base_path_the_same_file_serves_the_whole_name(
    tmp_path: Path, browser_visit: Visit
) -> None:
    page = browser_visit.page
    with proxied_app(tmp_path, "") as whole:
        assert whole.ask("GET", "/_stcore/health").status == 200
        assert whole.ask("GET", "/_stcore/metrics").status == 404
        assert whole.ask_plainly("/cohort").headers["Location"] == f"{whole.url}/cohort"
        go(page, f"{whole.url}/cohort")
        expect(page.get_by_test_id("stMain").get_by_role("heading", level=1).first).to_be_visible()
        page.goto("about:blank")
    assert breaches(browser_visit) == []
    assert json.dumps(browser_visit.sockets).count(f"{whole.host}/_stcore/stream") == 1
