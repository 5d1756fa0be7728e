"""Each main job from beginning to end without a mouse; beside these: the viewer, the cutoff, teaching."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.browser import visit, wait_until_idle
from tests.e2e.case_page import (
    expect_call,
    field,
    tab_to,
    wait_for_images,
    wait_until_typed,
)

TABLE = (
    "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern\n"
    "a1,adenocarcinoma,40,50,plateau\na2,adenocarcinoma,42,50,plateau\n"
    "a3,net,70,50,washout\na4,net,72,50,washout\n"
)


def press_enter(page: Page, target: Locator, *, most: int = 80) -> None:
    tab_to(page, target, most=most)
    page.keyboard.press("Enter")


def saved(page: Page, button: Locator, *, most: int = 80) -> Path:
    """What a download button gives when Enter is pressed on it."""
    tab_to(page, button, most=most)
    wait_until_idle(page)
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    return Path(caught.value.path())


def summary(page: Page, title: str) -> Locator:
    return page.locator("summary", has_text=title)


@pytest.mark.soak
def test_a_case_is_typed_called_and_saved(page: Page) -> None:
    visit(page)
    tab_to(page, field(page, "hap_lesion_hu"))
    # From field to field with Tab alone.
    for text in ("49.5", "70", "66.2", "110"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    wait_until_typed(page)
    # 49.5 / 70 = 0.707 and 66.2 / 110 = 0.602 are Figure 4 of the study, a plateau: adenocarcinoma.
    expect_call(page, "Favours adenocarcinoma")
    tab_to(page, page.get_by_role("radio", name="Plateau"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Washout")).to_be_checked()
    wait_until_idle(page)
    expect_call(page, "Favours NET")
    press_enter(page, summary(page, "Save this case, or load one"))
    case = json.loads(saved(page, page.get_by_role("button", name="Save the case")).read_text())
    assert "washout" in json.dumps(case)


@pytest.mark.soak
def test_the_example_images_are_opened(page: Page) -> None:
    visit(page)
    tab_to(page, page.get_by_role("radiogroup", name="How the HU come in").get_by_role("radio").first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    wait_until_idle(page)
    press_enter(page, page.get_by_role("button", name="Open the example study"))
    wait_for_images(page)
    expect(page.locator(".stage")).to_have_count(3)
    tab_to(page, page.locator(".stage").first)


@pytest.mark.soak
def test_a_cohort_is_uploaded_judged_and_exported(page: Page) -> None:
    visit(page, "/cohort")
    table = page.get_by_test_id("stFileUploader").filter(has_text="Table with diagnoses")
    uploader = table.get_by_test_id("stFileUploaderDropzone").locator("button")
    with page.expect_file_chooser() as chooser:
        press_enter(page, uploader)
    chooser.value.set_files([FilePayload(name="own.csv", mimeType="text/csv", buffer=TABLE.encode())])
    expect(page.get_by_text("2 of 2 adenocarcinomas and 2 of 2 NETs.")).to_be_visible()
    archive = saved(page, page.get_by_role("button", name="Download the ZIP"), most=200)
    assert "results.json" in zipfile.ZipFile(archive).namelist()
