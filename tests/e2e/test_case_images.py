"""The main job in a real browser: CT in, ovals on it, and means that pydicom and NumPy confirm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.phantom import Phantom
from scripts.served import ServedApp
from tests.e2e import case_page
from tests.e2e.browser import download, fresh_context, visible_text, visit, wait_until_idle
from tests.e2e.case_page import SeenOval, choose_one, choose_way, measured, seen_ovals
from tests.e2e.independent_hu import Stack, ellipse_hu, is_inside, read_stack
from tests.e2e.small_study import make_small_phantom, many_files, one_zip, stacks_of, study_files
from tests.imaging.conftest import DICOM_DIR

HU = 0.05  # what the page may differ from the independent computation; its table shows one decimal
ROUNDED = HU + 1e-9
HAP, PVP, EP = Phase

real_ct = pytest.mark.skipif(not DICOM_DIR.is_dir(), reason="the real DICOM files are not on this machine")


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return make_small_phantom()


@pytest.fixture(scope="module")
def study(phantom: Phantom) -> dict[str, bytes]:
    return study_files(phantom)


def check_means(page: Page, ovals: Iterable[SeenOval], stacks: Mapping[Phase, Stack]) -> None:
    """The viewer's numbers and the page's table against the pixels; several ovals of a tissue are pooled."""
    regions: dict[tuple[Phase, str], dict[int, np.ndarray]] = {}
    for oval in ovals:
        shape = (oval.cx, oval.cy, oval.rx, oval.ry)
        hu = ellipse_hu(stacks[oval.phase], oval.slice_index, *shape)
        assert oval.n == hu.size > 20
        assert oval.mean == pytest.approx(hu.mean(), abs=HU)
        assert oval.sd == pytest.approx(hu.std(ddof=1), abs=HU)
        masks = regions.setdefault((oval.phase, oval.tissue), {})
        inside = is_inside(stacks[oval.phase], *shape)
        masks[oval.slice_index] = masks.get(oval.slice_index, False) | inside
    table = measured(page)
    assert table.keys() == regions.keys()
    for (phase, tissue), masks in regions.items():
        hu = np.concatenate([stacks[phase].hu[k][mask] for k, mask in masks.items()])
        row = table[phase, tissue]
        assert int(row["n"]) == hu.size
        assert float(row["Mean HU"]) == pytest.approx(hu.mean(), abs=ROUNDED)
        assert float(row["SD"]) == pytest.approx(hu.std(ddof=1), abs=ROUNDED)
        assert float(row["Median"]) == pytest.approx(np.median(hu), abs=ROUNDED)
        assert row["Min to max"] == f"{hu.min():.0f} to {hu.max():.0f}"


def downloaded_hu(page: Page) -> dict[tuple[Phase, str], float]:
    """Unrounded HU of the result's JSON."""
    wait_until_idle(page)
    _, data = download(page, "Result as JSON")
    inputs = json.loads(data)["inputs"]["measurements"]
    return {
        (Phase(phase), tissue): reading["hu"]
        for phase, pair in inputs.items()
        for tissue, reading in pair.items()
    }


def series(name: str) -> list[Path]:
    return sorted((DICOM_DIR / name / "ct").iterdir())


@pytest.mark.soak
@real_ct
def test_ovals_drawn_with_the_mouse_on_twenty_real_slices(page: Page) -> None:
    files = series("totalseg_abdomen")
    stack = read_stack(files)
    visit(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, files)
    expect(page.get_by_text("One CT series found.")).to_be_visible()
    case_page.choose_series(page, HAP, "20 slices")
    # The header speaks for another phase, and one series cannot be two.
    expect(page.get_by_text("One series stands for two phases.")).to_be_visible()
    expect(page.get_by_text("The header suggests portal venous phase")).to_be_visible()
    case_page.choose_series(page, PVP, "Not given")
    case_page.open_phases(page)
    case_page.draw_oval(page, HAP, stack, "lesion", 10, (200, 262), (14, 9))
    expect(page.get_by_text("The liver has no region yet in the hepatic artery phase.")).to_be_visible()
    case_page.expect_call(page, "")
    case_page.draw_oval(page, HAP, stack, "liver", 13, (150, 300), (11, 12))
    case_page.draw_oval(page, HAP, stack, "lesion", 10, (210, 268), (9, 9))  # overlaps: pooled, counted once
    ovals = seen_ovals(page)
    assert [(oval.tissue, oval.slice_index) for oval in ovals] == [
        ("lesion", 10),
        ("liver", 13),
        ("lesion", 10),
    ]
    assert (ovals[0].cx, ovals[0].cy) == pytest.approx((200, 262), abs=2)
    check_means(page, ovals, {HAP: stack})
    assert measured(page)[HAP, "lesion"]["Regions"] == "2 pooled"
    choose_one(page, "Enhancement pattern, as you see it", "Plateau")
    hu = downloaded_hu(page)
    pooled = is_inside(stack, *ovals[0].place[3:]) | is_inside(stack, *ovals[2].place[3:])
    lesion = stack.hu[10][pooled].mean()
    liver = ellipse_hu(stack, 13, *ovals[1].place[3:]).mean()
    assert hu == {
        (HAP, "lesion"): pytest.approx(lesion, abs=1e-9),
        (HAP, "liver"): pytest.approx(liver, abs=1e-9),
    }
    value = case_page.result(page).locator(".gp-value").first
    expect(value).to_have_text(f"{lesion / liver:.3f}")
    case_page.picture(page, "images_real_light_1280")


@pytest.mark.soak
@real_ct
def test_three_real_slices_move_resize_delete_and_undo(page: Page) -> None:
    files = series("dcmqi_liver3")
    stack = read_stack(files)
    visit(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, files)
    case_page.choose_series(page, HAP, "3 slices")
    case_page.open_phases(page)
    case_page.draw_oval(page, HAP, stack, "lesion", 0, (150, 210), (12, 12))
    case_page.draw_oval(page, HAP, stack, "liver", 2, (120, 250), (15, 10))
    first = seen_ovals(page)
    check_means(page, first, {HAP: stack})
    # The liver oval is the selected one: moved by its middle, then made wider by its right handle.
    liver = first[1]
    case_page.drag(page, HAP, stack, (liver.cx, liver.cy), (liver.cx + 12, liver.cy - 8))
    moved = seen_ovals(page)[1]
    right = moved.cx + moved.rx
    case_page.drag(page, HAP, stack, (right, moved.cy), (right + 10, moved.cy))
    changed = seen_ovals(page)
    assert (moved.cx - liver.cx, moved.cy - liver.cy) == pytest.approx((12, -8), abs=2)
    assert changed[1].rx - moved.rx == pytest.approx(5, abs=1)
    check_means(page, changed, {HAP: stack})
    page.get_by_role("button", name="Delete the selected oval").click()
    case_page.wait_for_agreement(page)
    check_means(page, seen_ovals(page), {HAP: stack})
    expect(page.get_by_text("The liver has no region yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    case_page.wait_for_agreement(page)
    assert [oval.place for oval in seen_ovals(page)] == [oval.place for oval in changed]


def test_three_phases_as_many_files_to_a_result_that_outlives_the_other_way(
    page: Page, study: dict[str, bytes], phantom: Phantom
) -> None:
    stacks = stacks_of(study)
    lesion, liver = phantom.truth.lesion.oval, phantom.truth.liver.oval
    visit(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, many_files(study))
    expect(page.get_by_text("3 CT series found.")).to_be_visible()
    for word in ("arterial", "portal", "equilibrium"):
        expect(page.get_by_text(f'A guess, please check: the word "{word}"')).to_be_visible()
    assert "ARTERIAL PHASE 5.0" not in visible_text(page)
    case_page.open_phases(page)
    for phase in Phase:
        for tissue, oval in (("lesion", lesion), ("liver", liver)):
            radii = (max(oval.rx - 2, 4), max(oval.ry - 2, 4))
            case_page.draw_oval(
                page, phase, stacks[phase], tissue, oval.slice_index, (oval.cx, oval.cy), radii
            )
    ovals = seen_ovals(page)
    assert len(ovals) == 6
    check_means(page, ovals, stacks)
    call = case_page.headline(page)
    assert call in {"Favours NET", "Favours adenocarcinoma"}
    case_page.picture(page, "images_three_phases_light_1280")
    # A series chosen and not opened yet: no result of the old one beside it.
    case_page.choose_series(page, EP, "Not given")
    case_page.expect_call(page, "")
    expect(case_page.result(page)).to_contain_text("The chosen series are not open yet.")
    case_page.choose_series(page, EP, "Series 4")
    assert (case_page.headline(page), seen_ovals(page)) == (call, ovals)
    # Another way and back, and a rerun by another field: the same ovals, numbers and call.
    choose_way(page, "Type HU")
    expect(case_page.result(page)).to_contain_text("The result will stand here")
    case_page.type_in(page, hap_lesion_hu="49,5")
    choose_way(page, "Measure on images")
    case_page.wait_for_images(page)
    assert seen_ovals(page) == ovals
    check_means(page, ovals, stacks)
    case_page.expect_call(page, call)
    choose_one(page, "Enhancement pattern, as you see it", "Progressive")
    assert seen_ovals(page) == ovals
    choose_way(page, "Type HU")
    expect(case_page.field(page, "hap_lesion_hu")).to_have_value("49,5")


@pytest.mark.soak
def test_a_zip_measured_without_a_mouse(page: Page, study: dict[str, bytes], phantom: Phantom) -> None:
    stacks = stacks_of(study)
    press = page.keyboard.press
    visit(page)
    # A listener from the start: one that comes with the key press may be too late to catch the chooser.
    page.on("filechooser", lambda _: None)
    ways = page.get_by_role("radiogroup", name="How the HU come in")
    case_page.tab_to(page, ways.get_by_role("radio", name="Type HU"))
    press("ArrowRight")
    press("Enter")
    expect(ways.get_by_role("radio", name="Measure on images")).to_be_checked()
    expect(page.get_by_role("button", name="Open the example study")).to_be_visible()
    wait_until_idle(page)
    case_page.tab_to(
        page,
        page.get_by_role("button", name="Upload", exact=False).and_(page.locator("[kind=secondary]")).first,
    )
    with page.expect_file_chooser() as chooser:
        press("Enter")
    chooser.value.set_files(one_zip(study))
    case_page.wait_until_read(page)
    case_page.tab_to(page, page.get_by_role("button", name="Open these phases"))
    press("Enter")
    case_page.wait_for_images(page)

    def place(tissue_key: str, cx: float, cy: float, slice_index: int) -> None:
        """A tool, an oval at the crosshair, and its place typed into the form."""
        press(tissue_key)
        press("ArrowUp")
        press("Enter")
        numbers = {"slice": slice_index + 1, "cx": cx, "cy": cy, "rx": 5.5, "height": 19}
        for name, value in numbers.items():
            case_page.tab_to(page, case_page.form_field(page, name))
            press("Control+a")
            page.keyboard.type(f"{value}")
            press("Enter")
        case_page.wait_for_agreement(page)

    hap = case_page.stage(page, HAP)
    case_page.tab_to(page, hap)
    lesion, liver = phantom.truth.lesion.oval, phantom.truth.liver.oval
    place("l", round(lesion.cx) + 0.25, round(lesion.cy), lesion.slice_index)
    case_page.tab_to(page, hap, backwards=True)
    press("c")
    case_page.wait_for_agreement(page)
    press("Escape")
    place("v", round(liver.cx), round(liver.cy) - 0.5, liver.slice_index)
    case_page.tab_to(page, hap, backwards=True)
    press("c")
    case_page.wait_for_agreement(page)
    press("Shift+ArrowRight")  # the chosen oval alone: five pixels to the side, half a pixel wider
    press("Alt+ArrowRight")
    case_page.wait_for_agreement(page)
    ovals = seen_ovals(page)
    assert sorted((oval.phase, oval.tissue) for oval in ovals) == sorted(
        (phase, tissue) for phase in Phase for tissue in ("lesion", "liver")
    )
    by_place = {(oval.phase, oval.tissue): oval for oval in ovals}
    drawn, copied = by_place[HAP, "liver"], by_place[PVP, "liver"]
    assert (copied.cx, copied.cy, copied.rx, copied.ry) == (round(liver.cx), round(liver.cy) - 0.5, 5.5, 4.75)
    assert (drawn.cx, drawn.cy, drawn.rx, drawn.ry) == (copied.cx + 5, copied.cy, 6.0, 4.75)
    check_means(page, ovals, stacks)
    expect(case_page.result(page).locator(".gp-call")).to_have_text(re.compile("^Favours"))


@pytest.mark.soak
def test_two_browsers_see_nothing_of_each_other(
    page: Page, app: ServedApp, chromium: Browser, study: dict[str, bytes], phantom: Phantom
) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    visit(page)
    case_page.type_in(page, hap_lesion_hu="123.4", hap_liver_hu="111.1")
    choose_way(page, "Measure on images")
    case_page.upload_images(page, many_files(study))
    case_page.open_phases(page)
    oval = phantom.truth.lesion.oval
    stack = stacks_of(study)[HAP]
    case_page.draw_oval(page, HAP, stack, "lesion", oval.slice_index, (oval.cx, oval.cy), (6, 6))
    pixels = [url for url in asked if "/ct/" in url]
    assert pixels
    with fresh_context(chromium, app.url) as stranger:
        other = stranger.new_page()
        visit(other)
        for key in ("hap_lesion_hu", "hap_liver_hu"):
            expect(case_page.field(other, key)).to_have_value("")
        choose_way(other, "Measure on images")
        expect(other.get_by_role("button", name="Open the example study")).to_be_visible()
        expect(other.locator(".stage")).to_have_count(0)
        assert "CT series found" not in visible_text(other)
        for url in pixels[:3]:
            assert stranger.request.get(url).status == 404
    # And the first browser's own second tab is a session of its own.
    tab = page.context.new_page()
    visit(tab)
    expect(case_page.field(tab, "hap_lesion_hu")).to_have_value("")
    tab.close()
    assert len(seen_ovals(page)) == 1
