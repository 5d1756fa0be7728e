"""The case file in a real browser: a reloaded page is a new session, and the file brings the case back."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FilePayload, Page, expect

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.phantom import Phantom
from gepnet_core.study.scope import load_scope
from tests.e2e import case_page
from tests.e2e.browser import download, upload, visit, wait_until_idle
from tests.e2e.case_page import (
    choose_one,
    choose_way,
    expander,
    expect_call,
    field,
    headline,
    seen_ovals,
    type_in,
)
from tests.e2e.small_study import make_small_phantom, many_files, stacks_of, study_files

HAP, PVP, EP = Phase
TITLE = "Save this case, or load one"
PATTERN = "Enhancement pattern, as you see it"


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return make_small_phantom()


def save(page: Page) -> bytes:
    expander(page, TITLE)
    name, data = download(page, "Save the case")
    assert name == "gepnet-case.json"
    return data


def load(page: Page, data: bytes, name: str = "gepnet-case.json") -> None:
    file: list[FilePayload] = [{"name": name, "mimeType": "application/json", "buffer": data}]
    upload(page, file, within=expander(page, TITLE))


def expect_checked(page: Page, group: str, option: str) -> None:
    pressed = page.get_by_role("radiogroup", name=group).locator('[aria-checked="true"]')
    expect(pressed).to_have_text(option)


def test_a_typed_case_comes_back_in_a_new_session(page: Page) -> None:
    item = load_scope()["kvp_120"]
    visit(page)
    type_in(page, hap_lesion_hu="44,9", hap_liver_hu="50", pvp_lesion_hu="71", pvp_liver_hu="80.25")
    choose_one(page, PATTERN, "Plateau")
    expander(page, "Is this case like the study's?")
    choose_one(page, item.statement, "No")
    expander(page, "Definition, tolerance, cutoff")
    type_in(page, pretest="12,5", error_lesion="4")
    expect_call(page, "Withheld")
    shown = case_page.result(page).locator(".gp-summary").inner_text()
    data = save(page)
    assert all(text in data.decode() for text in ("44,9", "80.25", "kvp_120"))
    page.reload()
    wait_until_idle(page)
    expect(field(page, "hap_lesion_hu")).to_have_value("")
    expect_call(page, "")
    load(page, data)
    for key, text in {
        "hap_lesion_hu": "44,9",
        "hap_liver_hu": "50",
        "pvp_lesion_hu": "71",
        "pvp_liver_hu": "80.25",
        "ep_lesion_hu": "",
        "pretest": "12.5",
        "error_lesion": "4",
    }.items():
        expect(field(page, key)).to_have_value(text)
    expect_checked(page, PATTERN, "Plateau")
    expander(page, "Is this case like the study's?")
    expect_checked(page, item.statement, "No")
    expect_call(page, "Withheld")
    assert case_page.result(page).locator(".gp-summary").inner_text() == shown
    assert (
        save(page) != b""
        and json.loads(save(page))["case"]["readings"] == json.loads(data)["case"]["readings"]
    )
    # Damage of any kind is refused with the reason, and nothing of the case is lost.
    broken = json.loads(data)
    broken["case"]["readings"][0]["hu"] = "45.9"
    for bad, words in (
        (json.dumps(broken).encode(), "the case file is damaged or was changed by hand"),
        (data[:-40], "this is no case file"),
        (b"not JSON", "this is no case file"),
        (data.replace(b'"version":1', b'"version":2'), "a version that this app does not know"),
    ):
        load(page, bad)
        alert = page.get_by_test_id("stAlert").filter(has_text=words)
        expect(alert).to_contain_text("What you had entered stays as it was.")
        expect(field(page, "hap_lesion_hu")).to_have_value("44,9")
        expect_call(page, "Withheld")
    load(page, data)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


@pytest.mark.soak
def test_ovals_come_back_when_their_images_are_open_again(page: Page, phantom: Phantom) -> None:
    study = study_files(phantom)
    stack = stacks_of(study)[HAP]
    canary = "Doe^Canary"
    lesion, liver = phantom.truth.lesion.oval, phantom.truth.liver.oval
    visit(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, many_files(study))
    case_page.open_phases(page)
    for tissue, oval in (("lesion", lesion), ("liver", liver)):
        case_page.draw_oval(page, HAP, stack, tissue, oval.slice_index, (oval.cx, oval.cy), (6, 5))
        page.get_by_role("button", name="Copy to the other phases").click()
        case_page.wait_for_agreement(page)
    ovals = seen_ovals(page)
    means, call = case_page.measured(page), headline(page)
    assert len(ovals) == 6 and call.startswith("Favours")
    data = save(page)
    for word in ("2.25.", "PHANTOM", "ARTERIAL", canary, "20000101"):
        assert word not in data.decode()

    # The file first: it waits, says so, and its ovals come when the images are there.
    page.reload()
    wait_until_idle(page)
    load(page, data)
    expect_checked(page, "How the HU come in", "Measure on images")
    case_page.upload_images(page, many_files(study))
    case_page.open_phases(page)
    assert seen_ovals(page) == ovals
    assert case_page.measured(page) == means
    expect_call(page, call)

    # The images first, with other ovals on them: the file's replace them.
    page.reload()
    wait_until_idle(page)
    choose_way(page, "Measure on images")
    case_page.upload_images(page, many_files(study))
    case_page.open_phases(page)
    case_page.draw_oval(page, HAP, stack, "liver", 0, (90, 90), (7, 7))
    load(page, data[:-1])
    assert len(seen_ovals(page)) == 1
    load(page, data)
    assert seen_ovals(page) == ovals
    assert case_page.measured(page) == means
    # A new oval after that is one more, not an old state of the viewer.
    case_page.draw_oval(page, HAP, stack, "liver", 0, (90, 90), (7, 7))
    assert len(seen_ovals(page)) == 7

    # Ovals of another shape of images are not placed on these, and it is said.
    page.reload()
    wait_until_idle(page)
    load(page, data)
    fewer = {name: content for name, content in study.items() if not name.endswith("0006.dcm")}
    case_page.upload_images(page, many_files(fewer))
    case_page.open_phases(page)
    expect(
        page.get_by_test_id("stAlert").filter(has_text="6 ovals of the case file were not placed")
    ).to_be_visible()
    expect(page.locator("tr[data-roi-id]")).to_have_count(0)
