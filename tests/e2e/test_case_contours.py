"""Contours that were made elsewhere, on real CT: the page's means are those of other tools."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from gepnet_core.case.phase import Phase
from tests.e2e import case_page
from tests.e2e.browser import download, visit, wait_until_idle
from tests.e2e.case_page import choose_one, choose_option, choose_way, measured, seen_ovals
from tests.e2e.independent_hu import read_stack
from tests.imaging.conftest import DICOM_DIR

HAP, PVP, EP = Phase
HU = 1e-3  # of the unrounded means; the page's table shows one decimal
ROUNDED = 0.05 + 1e-9
SEG = "totalseg_abdomen/derived_seg_dcmqi.dcm"
RTSTRUCT = "totalseg_abdomen/derived_rtstruct_plastimatch.dcm"

pytestmark = pytest.mark.skipif(not DICOM_DIR.is_dir(), reason="the real DICOM files are not on this machine")


@pytest.fixture(scope="module")
def oracle() -> dict[tuple[str, str], dict[str, Any]]:
    """n, mean and SD of oracles.json by region file and name; its `about` names the tools."""
    pairs = json.loads((DICOM_DIR / "oracles.json").read_text(encoding="utf-8"))["roi_pairs"]
    return {(pair["roi"], pair["name"]): pair for pair in pairs}


def contour_box(tissue: str, phase: Phase = HAP) -> str:
    return f"{tissue.capitalize()}, {phase.label}"


def check(page: Page, tissue: str, expected: dict[str, Any], phase: Phase = HAP) -> None:
    """The page's row of a tissue against one oracle, the count exactly."""
    row = measured(page)[phase, tissue]
    assert int(row["n"]) == expected["n"]
    assert float(row["Mean HU"]) == pytest.approx(expected["mean"], abs=ROUNDED)
    assert float(row["SD"]) == pytest.approx(expected["sd_sample"], abs=ROUNDED)
    assert row["Regions"] == "1 loaded"


def unrounded(page: Page) -> tuple[float, float]:
    """Lesion and liver HU of the result's JSON."""
    wait_until_idle(page)
    pair = json.loads(download(page, "Result as JSON")[1])["inputs"]["measurements"]["hap"]
    return pair["lesion"]["hu"], pair["liver"]["hu"]


def open_both(page: Page) -> None:
    """One series as the hepatic artery phase, with a segmentation and a structure set of it."""
    images = sorted((DICOM_DIR / "totalseg_abdomen" / "ct").iterdir())
    visit(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, [*images, DICOM_DIR / SEG, DICOM_DIR / RTSTRUCT])
    expect(page.get_by_text("One CT series found.")).to_be_visible()
    case_page.choose_series(page, PVP, "Not given")
    case_page.choose_series(page, HAP, "20 slices")
    case_page.open_phases(page)


def test_structure_set_and_segmentation_uploaded_with_their_images(
    page: Page, oracle: dict[tuple[str, str], dict[str, Any]]
) -> None:
    open_both(page)
    choose_option(page, contour_box("lesion"), "Portal (RTSTRUCT)")
    choose_option(page, contour_box("liver"), "Liver (DICOM SEG)")
    check(page, "lesion", oracle[RTSTRUCT, "Portal"])
    check(page, "liver", oracle[SEG, "segment Liver"])
    choose_one(page, "Enhancement pattern, as you see it", "Plateau")
    assert unrounded(page) == pytest.approx(
        (oracle[RTSTRUCT, "Portal"]["mean"], oracle[SEG, "segment Liver"]["mean"]), abs=HU
    )
    case_page.expect_call(page, "Favours NET")
    case_page.picture(page, "contours_light_1280")


@pytest.mark.soak
def test_a_contour_of_each_kind_may_be_either_tissue(
    page: Page, oracle: dict[tuple[str, str], dict[str, Any]]
) -> None:
    open_both(page)
    choose_option(page, contour_box("liver"), "Liver (RTSTRUCT)")
    choose_option(page, contour_box("lesion"), "Spleen (DICOM SEG)")
    check(page, "liver", oracle[RTSTRUCT, "Liver"])
    check(page, "lesion", oracle[SEG, "segment Spleen"])
    lesion, liver = unrounded(page)
    assert (lesion, liver) == pytest.approx(
        (oracle[SEG, "segment Spleen"]["mean"], oracle[RTSTRUCT, "Liver"]["mean"]), abs=HU
    )
    expect(case_page.result(page).locator(".gp-value").first).to_have_text(f"{lesion / liver:.3f}")


@pytest.mark.soak
def test_contours_added_to_an_open_study(page: Page, oracle: dict[tuple[str, str], dict[str, Any]]) -> None:
    folder = DICOM_DIR / "dcmqi_liver3"
    seg, rtstruct = "dcmqi_liver3/liver.dcm", "dcmqi_liver3/derived_rtstruct_plastimatch.dcm"
    files = sorted((folder / "ct").iterdir())
    stack = read_stack(files)
    visit(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, files)
    case_page.choose_series(page, HAP, "3 slices")
    case_page.open_phases(page)
    case_page.draw_oval(page, HAP, stack, "lesion", 1, (150, 210), (12, 12))
    case_page.draw_oval(page, HAP, stack, "liver", 1, (120, 250), (12, 12))
    ovals = seen_ovals(page)
    drawn = measured(page)
    case_page.upload_images(page, [DICOM_DIR / seg])
    assert (seen_ovals(page), measured(page)) == (ovals, drawn)  # offered, and nothing taken without asking
    choose_option(page, contour_box("liver"), "Liver (DICOM SEG)")
    check(page, "liver", oracle[seg, "segment 1: Liver"])
    assert measured(page)[HAP, "lesion"] == drawn[HAP, "lesion"]
    # More files, of a kind that is listed first: what was chosen stays chosen.
    case_page.upload_images(page, [DICOM_DIR / rtstruct])
    expect(page.get_by_role("combobox", name=contour_box("liver"))).to_have_value("Liver (DICOM SEG)")
    check(page, "liver", oracle[seg, "segment 1: Liver"])
    choose_option(page, contour_box("lesion"), "spine_seg (RTSTRUCT)")
    check(page, "lesion", oracle[rtstruct, "spine_seg"])
    choose_option(page, contour_box("liver"), "liver_seg (RTSTRUCT)")
    check(page, "liver", oracle[rtstruct, "liver_seg"])
    # A structure set of another patient's geometry, and one that is none: said, and nothing is lost.
    case_page.upload_images(page, [DICOM_DIR / "ibsi_sts_002" / "RS.dcm"])
    expect(page.get_by_test_id("stAlert").filter(has_text="RTSTRUCT")).to_be_visible()
    no_dicom: list[FilePayload] = [
        {"name": "notes.dcm", "mimeType": "application/dicom", "buffer": b"no DICOM\n" * 40}
    ]
    case_page.upload_images(page, no_dicom)
    expect(page.get_by_text("What was open stays as it was.")).to_be_visible()
    assert "notes" not in page.get_by_test_id("stMain").inner_text()
    check(page, "lesion", oracle[rtstruct, "spine_seg"])
    check(page, "liver", oracle[rtstruct, "liver_seg"])
    assert seen_ovals(page) == ovals
    # Without the contour, the drawn oval counts again.
    for tissue in ("lesion", "liver"):
        box = page.get_by_role("combobox", name=contour_box(tissue))
        page.get_by_test_id("stSelectbox").filter(has=box).get_by_label("Clear").click()
    case_page.wait_for_agreement(page)
    assert measured(page) == drawn
