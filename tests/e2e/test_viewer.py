"""The viewer as a reader uses it, with mouse and keyboard, on three synthetic phases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from gepnet_core.case.phase import Phase
from scripts.served import ROOT, ServedApp, served
from tests.e2e.browser import fresh_context, newcomer, wait_until_idle
from tests.e2e.viewer_steps import (
    SLICES,
    at,
    drag,
    draw,
    draw_and_look_about,
    expect_fields,
    fields,
    look,
    open_viewer,
    picture,
    position,
    positions,
    python_says,
    rows,
    settle,
    stage,
)
from tests.roi_viewer.volumes import synthetic_volume

_OPTIONS = ("--client.toolbarMode", "viewer", "--browser.gatherUsageStats", "false")


@pytest.fixture(scope="module")
def viewer_app() -> Iterator[ServedApp]:
    with served(ROOT / "tests" / "roi_viewer" / "demo_app.py", *_OPTIONS) as running:
        yield running


@pytest.fixture(scope="module")
def viewer_context(viewer_app: ServedApp, chromium: Browser) -> Iterator[BrowserContext]:
    with fresh_context(chromium, viewer_app.url) as opened:
        yield opened


@pytest.fixture
def viewer(
    viewer_app: ServedApp, viewer_context: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The demonstration with all images loaded; no script error may come up in the test."""
    marker = request.node.get_closest_marker("browser")
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(error.message)

    with newcomer(viewer_context, viewer_app.url, **(marker.kwargs if marker else {})) as page:
        page.on("pageerror", note)
        open_viewer(page)
        yield page
        page.remove_listener("pageerror", note)
    assert errors == []


def test_an_oval_drawn_with_the_mouse_measures_what_numpy_measures(viewer: Page) -> None:
    draw(viewer, "l", 140, 220, 172, 252)
    (row,) = rows(viewer)
    form = fields(viewer)
    hu = synthetic_volume(Phase.HAP).hu(int(form["slice"]) - 1)
    y, x = np.mgrid[0:512, 0:512]
    dx, dy = (x - form["cx"]) / form["rx"], (y - form["cy"]) / form["ry"]
    inside = hu[dx * dx + dy * dy <= 1]
    assert int(row["n"]) == inside.size > 700
    assert float(row["mean"]) == pytest.approx(inside.mean(), rel=1e-9)
    assert float(row["sd"]) == pytest.approx(inside.std(ddof=1), rel=1e-9)
    (theirs,) = python_says(viewer)
    assert theirs["tissue"] == "lesion" and int(theirs["n"]) == inside.size
    assert form["cx"] == pytest.approx(156, abs=1.5) and form["ry"] == pytest.approx(16, abs=1.5)
    expect(viewer.locator("tr[data-roi-id] td.check")).to_have_text("\u2713")


def test_move_resize_undo_redo_delete(viewer: Page) -> None:
    draw(viewer, "v", 200, 280, 230, 300)
    first = fields(viewer)
    assert rows(viewer)[0]["name"] == "Liver"
    drag(viewer, at(viewer, 215, 290), at(viewer, 235, 300))
    moved = fields(viewer)
    assert moved["cx"] - first["cx"] == pytest.approx(20, abs=1.5)
    assert moved["rx"] == first["rx"]
    drag(
        viewer, at(viewer, moved["cx"] + moved["rx"], moved["cy"]), at(viewer, moved["cx"] + 40, moved["cy"])
    )
    resized = fields(viewer)
    assert resized["rx"] > moved["rx"] + 10
    assert resized["cx"] - resized["rx"] == pytest.approx(moved["cx"] - moved["rx"], abs=0.02)
    viewer.keyboard.press("Control+z")
    expect_fields(viewer, moved)
    viewer.keyboard.press("Control+z")
    expect_fields(viewer, first)
    viewer.keyboard.press("Control+y")
    expect_fields(viewer, moved)
    viewer.keyboard.press("Delete")
    expect(viewer.locator("tr[data-roi-id]")).to_have_count(0)
    expect(viewer.get_by_text("Python: nothing")).to_be_visible()
    viewer.get_by_role("button", name="Undo").click()
    assert len(rows(viewer)) == len(python_says(viewer)) == 1


def test_everything_by_keyboard(viewer: Page) -> None:
    stage(viewer).focus()
    viewer.keyboard.press("l")
    for _ in range(20):
        viewer.keyboard.press("Shift+ArrowLeft")
    viewer.keyboard.press("ArrowUp")
    viewer.keyboard.press("Enter")
    placed = fields(viewer)
    assert (placed["cx"], placed["cy"]) == (156, 255)
    assert placed["width"] == pytest.approx(16, abs=0.02) == placed["height"]
    viewer.keyboard.press("ArrowRight")
    viewer.keyboard.press("Shift+ArrowUp")
    viewer.keyboard.press("Alt+ArrowRight")
    viewer.keyboard.press("Alt+ArrowDown")
    nudged = fields(viewer)
    assert (nudged["cx"], nudged["cy"]) == (157, 250)
    assert nudged["rx"] == pytest.approx(placed["rx"] + 0.5) and nudged["ry"] == pytest.approx(
        placed["ry"] - 0.5
    )
    viewer.keyboard.press("c")
    copies = rows(viewer)
    assert [row["name"] for row in copies] == ["Lesion"] * 3
    assert {oval["phase"] for oval in python_says(viewer)} == {"hap", "pvp", "ep"}
    viewer.keyboard.press("c")  # they are there already
    assert len(rows(viewer)) == 3
    viewer.keyboard.press("Escape")
    viewer.keyboard.press("n")
    viewer.keyboard.press("Enter")
    assert rows(viewer)[-1]["name"] == "Liver"
    viewer.keyboard.press("]")
    expect(viewer.locator("tr.selected .phase .long")).to_have_text("Hepatic artery phase")
    viewer.keyboard.press("Delete")
    assert len(rows(viewer)) == 3
    status = viewer.locator(".viewer [role=status]").inner_text()
    assert status == "Lesion oval deleted."


def test_the_form_changes_an_oval(viewer: Page) -> None:
    draw(viewer, "l", 140, 220, 172, 252)
    for name, value in (("cx", "150.5"), ("cy", "240"), ("rx", "12.25"), ("height", "21"), ("slice", "20")):
        viewer.locator(f".form input[data-field={name}]").fill(value)
        viewer.keyboard.press("Enter")
    viewer.get_by_label("Tissue").select_option("liver")
    (oval,) = (rows(viewer), python_says(viewer))[1]
    assert (oval["tissue"], oval["slice"]) == ("liver", "19")
    assert fields(viewer) == {
        "slice": 20,
        "cx": 150.5,
        "cy": 240,
        "rx": 12.25,
        "ry": 15,
        "width": 17.15,
        "height": 21,
    }
    assert position(viewer, "hap") == 20
    viewer.locator(".form input[data-field=rx]").fill("")
    viewer.keyboard.press("Tab")
    assert fields(viewer)["rx"] == 12.25  # what is no number changes nothing


def test_scrolling_windowing_and_zoom(viewer: Page) -> None:
    start = positions(viewer)
    assert start == [12, 12, 12]
    viewer.mouse.move(*at(viewer, 256, 256, "pvp"))
    viewer.mouse.wheel(0, 100)
    assert positions(viewer) == [11, 11, 11]  # down is towards the feet
    viewer.keyboard.down("Alt")
    viewer.mouse.wheel(0, -200)
    viewer.keyboard.up("Alt")
    assert positions(viewer) == [11, 13, 11]
    expect(viewer.locator(".offset").nth(1)).to_have_text("+6.0 mm")
    stage(viewer).focus()
    for key, expected in (
        ("PageUp", [12, 14, 12]),
        ("ArrowDown", [11, 13, 11]),
        ("Home", [1, 3, 1]),
        ("End", [24, 24, 24]),
        ("Shift+PageDown", [14, 16, 14]),
    ):
        viewer.keyboard.press(key)
        assert positions(viewer) == expected
    viewer.locator(".offset").nth(1).click()
    assert positions(viewer) == [14, 14, 14]
    stage(viewer).focus()
    window = stage(viewer).locator(".top-right")
    viewer.keyboard.press("2")
    expect(window).to_have_text("W 400\nL 40")
    drag(viewer, at(viewer, 256, 400), at(viewer, 356, 400), button="right")
    expect(window).not_to_have_text("W 400\nL 40")
    expect(window).to_contain_text("L 40")
    viewer.keyboard.press("1")
    expect(window).to_have_text("W 150\nL 90")
    before = picture(viewer)
    viewer.keyboard.press("+")
    assert picture(viewer) != before
    viewer.keyboard.press("0")
    assert picture(viewer) == before


def test_a_rerun_keeps_view_and_ovals_and_fetches_nothing(viewer: Page) -> None:
    asked: list[str] = []
    viewer.on("request", lambda request: asked.append(request.url))
    before = draw_and_look_about(viewer)
    viewer.get_by_role("button", name="Rerun").click()
    wait_until_idle(viewer)
    expect(viewer.get_by_text("runs=3")).to_be_visible()
    assert look(viewer) == before
    images = [url for url in asked if "/ct/" in url]
    assert [url.rpartition("/")[2] for url in images] == ["measure"]  # the oval's numbers, and no slice


def test_pixels_that_change_under_the_ovals_leave_the_view_as_it_is(viewer: Page) -> None:
    before = draw_and_look_about(viewer)
    with viewer.expect_response(lambda answer: "/ct/" in answer.url and not answer.url.endswith("measure")):
        viewer.get_by_role("button", name="Repaint").click()
    wait_until_idle(viewer)
    viewer.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for()
    assert look(viewer) == before


def test_mounting_sets_no_state(viewer: Page) -> None:
    expect(viewer.get_by_text("runs=1")).to_be_visible()


def test_ovals_and_view_survive_another_page(viewer: Page) -> None:
    draw(viewer, "v", 200, 280, 230, 300)
    viewer.keyboard.press("PageUp")
    before = (rows(viewer), positions(viewer))
    viewer.get_by_role("link", name="Other").click()
    expect(viewer.get_by_text("Another page")).to_be_visible()
    viewer.get_by_role("link", name="Viewer").click()
    viewer.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for()
    assert (rows(viewer), positions(viewer)) == before
    draw(viewer, "l", 140, 220, 172, 252)
    assert len(rows(viewer)) == len(python_says(viewer)) == 2


def test_python_replaces_the_ovals_by_a_higher_revision(viewer: Page) -> None:
    draw(viewer, "v", 200, 280, 230, 300)
    rows(viewer)
    viewer.get_by_role("button", name="Replace by an example").click()
    expect(viewer.locator("tr[data-roi-id=x1]")).to_have_count(1)
    assert [row["roiId"] for row in rows(viewer)] == ["x1", "x2"]
    draw(viewer, "v", 200, 280, 230, 300)
    assert len(rows(viewer)) == len(python_says(viewer)) == 3


def test_keys_stay_in_the_viewer(viewer: Page) -> None:
    draw(viewer, "l", 140, 220, 172, 252)
    stage(viewer).focus()
    for key in ("c", "r", "Control+z", "Control+y"):
        viewer.keyboard.press(key)
    viewer.locator(".form input[data-field=cx]").focus()
    viewer.keyboard.press("c")
    viewer.keyboard.press("Delete")
    assert len(rows(viewer)) == 3  # the key in the field deleted no oval
    expect(viewer.get_by_role("dialog")).to_have_count(0)


def test_a_disagreement_with_python_is_plain_to_see(viewer: Page) -> None:
    open_viewer(viewer, "?wrong=1")
    draw(viewer, "l", 140, 220, 172, 252)
    note = viewer.get_by_role("alert").filter(has_text="the server measured")
    expect(note).to_be_visible()
    expect(note).to_contain_text("The server's number counts")
    expect(viewer.locator("tr[data-roi-id] td.check")).to_have_text("differs")


def test_python_confirms_at_once_while_the_page_is_still_busy(viewer: Page) -> None:
    open_viewer(viewer, "?slow=3")
    draw(viewer, "l", 140, 220, 172, 252)
    row = viewer.locator("tr[data-roi-id][data-confirmed=agrees]")
    expect(row).to_have_attribute("data-confirmed-by", "route", timeout=1_500)
    expect(row.locator("td.check")).to_have_text("\u2713")
    expect(viewer.get_by_text("Python: nothing")).to_be_visible()  # the page is still that of before
    early = row.evaluate("e => [e.dataset.n, e.dataset.mean]")
    expect(row).to_have_attribute("data-confirmed-by", "page")
    assert row.evaluate("e => [e.dataset.n, e.dataset.mean]") == early
    expect(viewer.get_by_text("Python:")).to_contain_text(f" n={early[0]} ")


@pytest.mark.soak
@pytest.mark.parametrize("status", [404, None])
def test_without_early_numbers_the_page_confirms_as_before(viewer: Page, status: int | None) -> None:
    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status)

    refused: list[str] = []
    viewer.route("**/measure", refuse)
    draw(viewer, "l", 140, 220, 172, 252)
    assert rows(viewer)[0]["confirmed"] == "agrees"
    assert len(refused) == 1
    expect(viewer.locator(".failure")).to_be_hidden()


def test_a_loaded_contour_cannot_be_edited(viewer: Page) -> None:
    open_viewer(viewer, "?loaded=1")
    stage(viewer, "pvp").focus()
    viewer.keyboard.press("PageUp")  # its slice
    drag(viewer, at(viewer, 180, 250, "pvp"), at(viewer, 220, 250, "pvp"))
    expect(viewer.locator("tr[data-roi-id]")).to_have_count(0)
    expect(viewer.get_by_text("runs=1")).to_be_visible()


def test_a_session_that_is_over_says_what_to_do(viewer: Page) -> None:
    viewer.route("**/ct/**", lambda route: route.fulfill(status=404))
    viewer.goto("/")
    alert = viewer.locator(".failure")
    expect(alert).to_contain_text("Reload the page and load the case file", timeout=30_000)
    expect(alert.get_by_role("button")).to_have_count(0)


@pytest.mark.soak
def test_a_lost_connection_can_be_tried_again(viewer: Page) -> None:
    viewer.route("**/ct/**", lambda route: route.abort())
    viewer.goto("/")
    alert = viewer.locator(".failure")
    expect(alert).to_contain_text("The server did not answer", timeout=30_000)
    viewer.unroute("**/ct/**")
    alert.get_by_role("button", name="Try again").click()
    viewer.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for(timeout=60_000)
    expect(alert).to_be_hidden()


@pytest.mark.soak
def test_another_browser_gets_nothing(viewer: Page, viewer_app: ServedApp, chromium: Browser) -> None:
    with viewer.expect_request("**/ct/**") as caught:
        viewer.goto("/")
    url = caught.value.url
    measure = f"{url.rpartition('/')[0]}/measure"
    place = [{"id": "canary", "slice": 12, "cx": 156.25, "cy": 236, "rx": 9, "ry": 9}]
    assert viewer.request.get(url).status == 200
    assert viewer.request.post(measure, data=place).json()["canary"]["n"] > 200
    with fresh_context(chromium, viewer_app.url) as stranger:
        for _ in range(2):  # without and with a cookie of its own
            answer = stranger.request.get(url)
            assert (answer.status, answer.body()) == (404, b"")
            told = stranger.request.post(measure, data=place)
            assert (told.status, told.body()) == (404, b"")
            stranger.new_page().goto("/other")
        names = {cookie["name"]: cookie for cookie in stranger.cookies()}
    assert names["gepnet_browser"]["httpOnly"] and names["gepnet_browser"]["sameSite"] == "Strict"
    words = (url.split("/ct/")[1].split("/")[0], "canary", "156.25")
    assert [word for word in words if word in viewer_app.log] == []


@pytest.mark.soak
@pytest.mark.browser(dark=True, width=400, height=900)
def test_a_phone_stacks_the_phases_and_does_not_scroll_sideways(viewer: Page) -> None:
    boxes = [stage(viewer, phase).bounding_box() for phase in Phase]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == 3 and tops == sorted(tops) and tops[1] - tops[0] > 300
    assert all(box and box["x"] + box["width"] <= 400 for box in boxes)
    draw(viewer, "l", 140, 220, 172, 252)
    assert len(rows(viewer)) == 1
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert viewer.evaluate(overflow) <= 0


@pytest.mark.soak
def test_one_phase_can_be_shown_large(viewer: Page) -> None:
    width = stage(viewer).evaluate("e => e.clientWidth")
    viewer.mouse.dblclick(*at(viewer, 20, 20))
    expect(stage(viewer, "pvp")).to_be_hidden()
    assert stage(viewer).evaluate("e => e.clientWidth") > 2 * width
    viewer.keyboard.press("m")
    expect(stage(viewer, "pvp")).to_be_visible()


@pytest.mark.soak
def test_ovals_can_be_hidden_and_come_back(viewer: Page) -> None:
    def overlay() -> str:
        settle(viewer)
        return stage(viewer).locator("canvas.overlay").evaluate("canvas => canvas.toDataURL()")

    empty = overlay()
    draw(viewer, "l", 140, 220, 172, 252)
    rows(viewer)
    viewer.mouse.move(5, 5)
    drawn = overlay()
    assert drawn != empty
    viewer.keyboard.press("h")
    assert overlay() == empty
    viewer.keyboard.press("h")
    assert overlay() == drawn
