"""Canaries in every identifying attribute and name of a study come out nowhere; sessions are apart, and end.

What is listened to: every answer of the server to the browser (bodies and headers), every WebSocket message,
the whole document with its shadow trees, storage and fields, the console, downloads, and the server's log.
Left out, since it is Streamlit's and not ours: the name of a file in the uploader's own list from the moment
it is chosen until it was read, which the browser draws from its own disk; and Streamlit's static files.
Names of regions are shown to the one who uploaded them, in the box where they are chosen, and nowhere else.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect
from pydicom.dataset import Dataset

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.rois import write_rtstruct
from gepnet_core.imaging.pixels.intake import Source
from scripts.served import ROOT, ServedApp, served
from tests.e2e import case_page
from tests.e2e.browser import download, fresh_context, upload, visible_text, visit, wait_until_idle
from tests.e2e.ear import PIXELS, WHOLE_DOCUMENT, Ear, leaks
from tests.e2e.independent_hu import read_stack
from tests.imaging import canaries, hostile
from ui.roi_viewer.pixel_route import BROWSER_COOKIE

ROI_WORD = "Zzregion"
FOLDER = f"{canaries.WORD}^Folder {canaries.DATE}"
DISCONNECTED_SECONDS = 5
PATIENCE = 90_000
"""Milliseconds; the machine may be busy with other tests."""


def ask(address: str, cookie: str | None = None) -> tuple[int, HTTPMessage, bytes]:
    """Status, headers and body of an answer to a bare request."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=20)
    try:
        headers = {} if cookie is None else {"Cookie": f"{BROWSER_COOKIE}={cookie}"}
        connection.request("GET", parts.path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def browser_cookie(context: BrowserContext) -> str:
    return next(str(one["value"]) for one in context.cookies() if one["name"] == BROWSER_COOKIE)


def canary_sources() -> tuple[list[Source], Source, Source, Sequence[str]]:
    """Slices of three phases; structure sets of them and of another patient; the strings to look for."""

    def rename(dataset: Dataset) -> None:
        for index, region in enumerate(dataset.StructureSetROISequence):
            region.ROIName = f"{ROI_WORD} {index}"

    phantom = hostile.small_phantom()
    regions = [write_rtstruct(phantom, Phase.HAP), hostile.rtstruct_of_another_patient()]
    sources, strings = canaries.canary_study(
        phantom, extra=[hostile.rewritten(one, rename) for one in regions]
    )
    return sources[:-2], sources[-2], sources[-1], strings


def zipped_folder(sources: Sequence[Source]) -> FilePayload:
    """A zip whose own name, folders and entries are canaries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for source in sources:
            archive.writestr(f"{FOLDER}/{canaries.WORD} {source.name[-8:]}/{source.name}", source.data)
    return {"name": f"{canaries.WORD}.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}


def file(source: Source) -> FilePayload:
    return {"name": source.name, "mimeType": "application/dicom", "buffer": source.data}


@pytest.fixture(scope="module")
def private_app() -> Iterator[ServedApp]:
    """The app with a server of its own, so that its log is this test's; a closed tab is forgotten soon."""
    with served(ROOT / "app.py", "--server.disconnectedSessionTTL", str(DISCONNECTED_SECONDS)) as running:
        yield running


def test_canaries_come_out_nowhere_and_a_session_is_walled_off_and_ends(
    private_app: ServedApp, chromium: Browser
) -> None:
    slices, regions, foreign, strings = canary_sources()
    with fresh_context(chromium, private_app.url) as context:
        ear = Ear(context)
        page = context.new_page()
        ear.listen(page)
        visit(page)
        _measure(page, slices, regions)
        _assert_silent(page, ear, strings)
        files = _downloads(page)
        assert leaks(files, [*strings, ROI_WORD]) == []
        _upload_what_is_broken(page, slices, foreign)
        _assert_silent(page, ear, strings)
        assert leaks({"log": private_app.log}, [*strings, ROI_WORD]) == []
        assert "Traceback" not in private_app.log

        cookie, pixels = browser_cookie(context), ear.pixel_address()
        _assert_walled_off(private_app, chromium, pixels, cookie)
        assert ask(pixels, cookie)[0] == 200
    _assert_forgotten(private_app, pixels, cookie)
    assert leaks({"log": private_app.log}, [*strings, ROI_WORD]) == []


def _measure(page: Page, slices: Sequence[Source], regions: Source) -> None:
    """Upload, open, draw the liver, choose the loaded contour for the lesion, and get a result."""
    case_page.choose_way(page, "Measure on images")
    upload(page, [zipped_folder([*slices, regions])], within=page.get_by_test_id("stTabs"))
    page.get_by_text("3 CT series found").wait_for(timeout=PATIENCE)
    expect(page.get_by_text(canaries.WORD, exact=False)).to_have_count(0)
    case_page.open_phases(page)
    phantom = hostile.small_phantom()
    arterial = [s.data for s in slices if hostile.read(s).SeriesNumber == 2]
    liver = phantom.truth.liver.oval
    case_page.draw_oval(
        page,
        Phase.HAP,
        read_stack(arterial),
        "liver",
        liver.slice_index,
        (round(liver.cx), round(liver.cy)),
        (3.0, 3.0),
    )
    case_page.choose_option(page, "Lesion, hepatic artery phase", f"{ROI_WORD} 0")
    case_page.choose_one(page, "Enhancement pattern, as you see it", "Plateau")
    expect(case_page.result(page).locator(".gp-call")).to_be_visible(timeout=PATIENCE)


def _downloads(page: Page) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for button in ("Report as HTML", "Result as JSON"):
        name, content = download(page, button)
        found[f"{button}: {name}"] = name.encode() + content
    case_page.expander(page, "Text for the report")
    found["text"] = case_page.result(page).inner_text().encode()
    case_page.expander(page, "Save this case, or load one")
    name, content = download(page, "Save the case")
    found["case file"] = name.encode() + content
    assert b"lesion" in content and b"liver" in content
    return found


def _upload_what_is_broken(page: Page, slices: Sequence[Source], foreign: Source) -> None:
    """Errors too say nothing: a cut-off file, one that is none, contours of someone else."""

    name = f"{canaries.WORD}^{canaries.DATE}.dcm"
    bad = [
        Source(name, slices[0].data[: len(slices[0].data) * 3 // 4]),
        Source(name, slices[0].data[:2000]),
        Source(name, f"{canaries.WORD} {canaries.DATE}".encode() * 9),
    ]
    case_page.upload_images(page, [file(source) for source in bad])
    expect(page.get_by_text("What was open stays as it was")).to_be_visible(timeout=PATIENCE)
    case_page.upload_images(page, [file(foreign)])
    expect(page.get_by_text("refers to other images than these")).to_be_visible(timeout=PATIENCE)


def _assert_silent(page: Page, ear: Ear, strings: Sequence[str]) -> None:
    wait_until_idle(page)
    document = page.evaluate(WHOLE_DOCUMENT)
    heard = ear.heard()
    assert len(ear.messages) > 20
    assert sum(bool(PIXELS.search(url)) for url in heard) >= 24
    assert leaks({"document": document, "text": visible_text(page), **heard}, strings) == []
    # The name of a region: in the box where it is chosen, but not in the viewer, the result or any answer.
    places = {
        "viewer": "\n".join(m.decode("utf-8", "replace") for m in ear.messages if b'"panels"' in m),
        "result": case_page.result(page).evaluate("e => e.outerHTML"),
        "drawn": page.locator(".viewer").evaluate("e => e.outerHTML"),
    }
    assert all(places.values())
    answers = {place: said for place, said in heard.items() if place != "websocket"}
    assert leaks(places, [ROI_WORD]) == leaks(answers, [ROI_WORD]) == []
    # It is there for the one who uploaded it; so what is looked through really is what the browser holds.
    assert leaks({"websocket": heard["websocket"], "document": document}, [f"{ROI_WORD} 0"]) == [
        ("websocket", f"{ROI_WORD} 0"),
        ("document", f"{ROI_WORD} 0"),
    ]


def _assert_walled_off(app: ServedApp, chromium: Browser, pixels: str, cookie: str) -> None:
    """Another browser at the same server has another name, an empty page, and no pixels."""
    token = PIXELS.search(pixels)
    assert token is not None and len(token[1]) >= 43  # 256 bits in base 64
    with fresh_context(chromium, app.url) as second:
        ear = Ear(second)
        page = second.new_page()
        ear.listen(page)
        visit(page)
        case_page.choose_way(page, "Measure on images")
        text = visible_text(page)
        assert "CT series found" not in text
        assert "The result will stand here" in text
        case_page.expect_call(page, "")
        assert leaks(ear.heard(), [token[1], ROI_WORD, canaries.WORD]) == []
        other = browser_cookie(second)
        assert other != cookie
        inside = page.evaluate("address => fetch(address).then((answer) => answer.status)", pixels)
        assert inside == 404
    assert ask(pixels, other)[0] == 404
    assert ask(pixels)[0] == 404
    status, headers, _ = ask(pixels, cookie)
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert ask(pixels.replace(token[1], "A" * 43), cookie)[0] == 404


def _assert_forgotten(app: ServedApp, pixels: str, cookie: str) -> None:
    """The store holds volumes weakly: 404 to the owner's own cookie means that nothing holds the pixels."""
    end = time.monotonic() + DISCONNECTED_SECONDS + 30
    while ask(pixels, cookie)[0] != 404:
        assert time.monotonic() < end, "the pixels of a closed session are still there"
        time.sleep(0.25)
    held = _metrics(app)
    assert not [line for line in held if "UploadedFileManager" in line]
    assert not [line for line in held if "st_session_state" in line]


def _metrics(app: ServedApp) -> list[str]:
    """What Streamlit says that it holds, one line a kind; kinds of which there is nothing are left out."""
    lines = ask(f"{app.url}/_stcore/metrics")[2].decode().splitlines()
    return [line for line in lines if line and line[0] != "#"]


def test_uploaded_bytes_are_dropped_once_they_were_read(private_app: ServedApp, chromium: Browser) -> None:
    """Streamlit would keep them until the session ends, through every new case."""
    with fresh_context(chromium, private_app.url) as context:
        page = context.new_page()
        visit(page)
        case_page.choose_way(page, "Measure on images")
        upload(page, [file(source) for source in hostile.series()], within=page.get_by_test_id("stTabs"))
        page.get_by_text("One CT series found").wait_for(timeout=PATIENCE)
        wait_until_idle(page)
        assert not [line for line in _metrics(private_app) if "UploadedFileManager" in line]
        page.get_by_role("button", name="Start a new case").click()
        expect(page.get_by_text("One CT series found")).to_have_count(0)


@pytest.mark.parametrize("address", ["/", "/_stcore/health", "/no/such/page", "/ct/x/0"])
def test_every_answer_carries_the_security_headers(private_app: ServedApp, address: str) -> None:
    _, headers, _ = ask(private_app.url + address)
    wanted = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    assert {name: headers[name] for name in wanted} == wanted
    if (headers["Content-Type"] or "").startswith("text/html"):
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
        (cookie,) = [one for one in headers.get_all("Set-Cookie", []) if one.startswith(BROWSER_COOKIE)]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
