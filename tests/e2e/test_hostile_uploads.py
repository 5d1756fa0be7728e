"""Uploads nobody should trust, in a real browser: each gets a clear message, and nothing there is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.dicom import write_study
from gepnet_core.imaging.pixels.intake import Source
from tests.e2e import case_page
from tests.e2e.browser import upload, visit, wait_until_idle
from tests.e2e.independent_hu import Stack, read_stack
from tests.imaging import hostile

NOTHING_LOST = "No CT series could be read from these files. What was open stays as it was."
TYPED = {"hap_lesion_hu": "49,5", "hap_liver_hu": "70", "pvp_lesion_hu": "66,2", "pvp_liver_hu": "110"}
CALL = "Favours NET"
PATIENCE = 90_000
"""Milliseconds; the machine may be busy with other tests."""


def files(sources: Iterable[Source]) -> list[FilePayload]:
    return [
        {"name": s.name.replace("/", "_"), "mimeType": "application/octet-stream", "buffer": s.data}
        for s in sources
    ]


def arterial_stack() -> Stack:
    return read_stack(source.data for source in hostile.series(Phase.HAP))


def open_study_and_draw(page: Page) -> None:
    """Three phases, a lesion and a liver on the first, and the reader's pattern."""
    case_page.choose_way(page, "Measure on images")
    upload(page, files(write_study(hostile.small_phantom())), within=page.get_by_test_id("stTabs"))
    page.get_by_text("3 CT series found.").wait_for(timeout=PATIENCE)
    case_page.open_phases(page)
    truth, stack = hostile.small_phantom().truth, arterial_stack()
    for tissue, oval in (("lesion", truth.lesion.oval), ("liver", truth.liver.oval)):
        centre = round(oval.cx), round(oval.cy)
        case_page.draw_oval(page, Phase.HAP, stack, tissue, oval.slice_index, centre, (3.0, 3.0))
    case_page.choose_one(page, "Enhancement pattern, as you see it", "Plateau")


class Kept:
    """What stood on the page before, to be there still."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ovals = self._ovals()
        self.measured = case_page.measured(page)
        assert len(self.ovals) == 2
        case_page.expect_call(page, CALL)

    def _ovals(self) -> list[str]:
        rows = self.page.locator("tr[data-roi-id]")
        return [f"{row.get_attribute('data-roi-id')} {row.get_attribute('data-mean')}" for row in rows.all()]

    def check(self) -> None:
        """Images, ovals, their numbers, the choice and the result are what they were."""
        wait_until_idle(self.page)
        case_page.wait_for_images(self.page)
        assert self._ovals() == self.ovals
        assert case_page.measured(self.page) == self.measured
        pattern = self.page.get_by_role("radiogroup", name="Enhancement pattern, as you see it")
        expect(pattern.get_by_role("radio", name="Plateau")).to_be_checked()
        case_page.expect_call(self.page, CALL)


def add(page: Page, sources: Iterable[Source], message: str | re.Pattern[str]) -> None:
    """Upload behind the images that are open, and wait for what is said about it."""
    case_page.upload_images(page, files(sources))
    expect(page.get_by_test_id("stAlert").filter(has_text=message).first).to_be_visible(timeout=PATIENCE)


@pytest.mark.soak
def test_hostile_files_are_explained_and_nothing_that_was_entered_is_lost(page: Page) -> None:
    visit(page)
    case_page.type_in(page, **TYPED)
    case_page.expect_call(page, "Favours adenocarcinoma")  # the decimal commas were read
    open_study_and_draw(page)
    kept = Kept(page)

    for source, message in (
        (hostile.truncated(), r"1 file was left out: truncated.* Export from the archive again"),
        (hostile.text_as_dicom(), r"1 file was left out: not DICOM. Upload the original DICOM files"),
        (hostile.zip_that_climbs_out(), r"5 files with a path that leads outside the archive.* one folder"),
        (hostile.zip_bomb(), r"1 file that would unpack to far more than an image can was left out.* Upload"),
    ):
        add(page, [source], re.compile(message, re.DOTALL))
        expect(page.get_by_text(NOTHING_LOST)).to_be_visible(timeout=PATIENCE)
    kept.check()
    add(page, hostile.without_rescale(), re.compile("8 files were left out: without a rescale slope"))
    kept.check()
    add(page, [hostile.rtstruct_of_another_patient()], "refers to other images than these")
    add(page, [hostile.roi_outside_the_image()], "No region of the structure set lies on the images")
    kept.check()

    # A region of three pixels is measured, and the answer says what that is worth.
    case_page.upload_images(page, files([hostile.roi_of_three_pixels()]))
    case_page.choose_option(page, "Lesion, hepatic artery phase", "lesion")
    expect(case_page.result(page)).to_contain_text(
        "The region has 3 pixels; below 25 its mean is mostly noise"
    )
    # The ovals are still there, and so is what was typed.
    case_page.wait_for_images(page)
    expect(page.locator("tr[data-roi-id]")).to_have_count(2)
    case_page.choose_way(page, "Type HU")
    assert {key: case_page.field(page, key).input_value() for key in TYPED} == TYPED
    case_page.expect_call(page, "Favours adenocarcinoma")


@pytest.mark.soak
def test_faulty_series_are_measured_with_their_fault_named_or_told_apart(page: Page) -> None:
    visit(page)
    case_page.choose_way(page, "Measure on images")
    gap = [*hostile.series_with_missing_slice(), hostile.truncated(0.3)]
    upload(page, files(gap), within=page.get_by_test_id("stTabs"))
    page.get_by_text("One CT series found.").wait_for(timeout=PATIENCE)
    expect(page.get_by_text("1 slice is missing (between slices 3 and 4")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("1 file was left out: truncated")).to_be_visible(timeout=PATIENCE)
    case_page.open_phases(page)
    expect(case_page.stage(page, Phase.HAP)).to_have_attribute("aria-label", re.compile(r"\b7 slices"))

    case_page.upload_images(page, files(hostile.mixed_sizes()))
    page.get_by_text("2 CT series found.").wait_for(timeout=PATIENCE)
    expect(page.get_by_text("This series holds images of different sizes").first).to_be_visible(
        timeout=PATIENCE
    )
    case_page.choose_series(page, Phase.HAP, "part 2 of 2")
    case_page.open_phases(page)

    case_page.upload_images(page, files(hostile.mixed_patients()))
    expect(page.get_by_text("These series belong to different patients")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Open these phases")).to_be_disabled()
    expect(page.get_by_text("OTHER^PERSON")).to_have_count(0)


@pytest.mark.soak
def test_hu_with_a_decimal_comma_are_read_and_what_cannot_be_read_is_said_at_its_field(page: Page) -> None:
    visit(page)
    case_page.type_in(page, **TYPED)
    case_page.expect_call(page, "Favours adenocarcinoma")
    expect(case_page.result(page)).to_contain_text("0.707")
    case_page.type_in(page, hap_lesion_hu="1.049,5")
    message = (
        "This is not a number of HU; got '1.049,5'; allowed: digits with at most one decimal point or comma"
    )
    expect(
        page.get_by_test_id("stColumn").filter(has=case_page.field(page, "hap_lesion_hu")).last
    ).to_contain_text(message)
    case_page.expect_call(page, "")
    expect(case_page.result(page)).not_to_contain_text("0.707")
    assert case_page.field(page, "hap_lesion_hu").input_value() == "1.049,5"
    assert case_page.field(page, "pvp_lesion_hu").input_value() == "66,2"
