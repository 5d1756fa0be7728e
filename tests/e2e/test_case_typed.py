"""A typed case in a real browser: errors at the field, choices, impression, downloads, keyboard, themes."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.study.scope import load_scope
from tests.e2e.browser import download, leave_and_tap, visible_text, visit, wait_until_idle
from tests.e2e.case_page import (
    choose_one,
    expander,
    expect_call,
    field,
    picture,
    result,
    tab_to,
    type_in,
    wait_until_typed,
)

PATTERN = "Enhancement pattern, as you see it"
MORE = "Definition, tolerance, cutoff, pre-test probability, reading error"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Counts of the joint cell of low ratio and plateau. A pre-test probability of 5 % becomes .0060 [.0012-.0164]
# with independent Beta(x + 1/2, 23 - x + 1/2) posteriors, computed apart from the library by quadrature.
CELL = "Adenocarcinoma 19 of 23, NET 2 of 23"
POSTTEST = ("0.60 %", "0.12 % to 1.6 %")


def value_cell(page: Page, name: str) -> Locator:
    """Where the table of criteria says the value of one of them."""
    return result(page).locator(".gp-criteria tr").filter(has_text=name).locator(".gp-value")


def value_of(page: Page, name: str) -> str:
    """What the table of criteria says about one of them."""
    return value_cell(page, name).inner_text()


def test_the_example_is_marked_and_answers(page: Page) -> None:
    visit(page)
    for key in (
        "hap_lesion_hu",
        "hap_liver_hu",
        "pvp_lesion_hu",
        "pvp_liver_hu",
        "ep_lesion_hu",
        "ep_liver_hu",
    ):
        expect(field(page, key)).to_have_value("")
    expect_call(page, "")
    picture(page, "typed_empty_light_1280", height=1000)
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page)
    expect(page.get_by_text("Example values, SYNTHETIC: no patient.")).to_be_visible()
    expect_call(page, "Favours adenocarcinoma")
    assert value_of(page, "HAP ratio") == "0.707"  # 49.5 / 70, as in Figure 4 of the study
    assert value_of(page, "Pattern") == "plateau"
    expect(result(page).locator(".gp-counts")).to_have_text(CELL)
    picture(page, "typed_example_light_1280")
    name, html = download(page, "Report as HTML")
    text = html.decode()
    assert name.endswith(".html")
    for words in ("Favours adenocarcinoma", INTENDED_USE, "SYNTHETIC", "0.707", "0.898"):
        assert words in text
    name, data = download(page, "Result as JSON")
    answer = json.loads(data)
    assert name.endswith(".json")
    assert answer["call"] == "adenocarcinoma"
    assert answer["cell"] == {"adenocarcinoma": 19, "net": 2}
    assert answer["ratios"]["hap"] == pytest.approx(49.5 / 70)
    assert answer["synthetic"] is True
    assert answer["intended_use"] == INTENDED_USE
    report = expander(page, "Text for the report")
    for words in ("Favours adenocarcinoma", INTENDED_USE, "SYNTHETIC"):
        expect(report).to_contain_text(words)
    # Another value is no example any more: nothing says SYNTHETIC.
    type_in(page, hap_lesion_hu="49.6")
    assert "SYNTHETIC" not in visible_text(page)
    assert json.loads(download(page, "Result as JSON")[1])["synthetic"] is False


@pytest.mark.soak
def test_a_new_input_replaces_the_result_and_an_error_stands_at_its_field(page: Page) -> None:
    visit(page)
    type_in(page, hap_lesion_hu="44,9", hap_liver_hu="50")
    expect(field(page, "hap_lesion_hu")).to_have_value("44,9")
    choose_one(page, PATTERN, "Plateau")
    # At the cutoff, exactly: 44.9 / 50 = 0.898 points to adenocarcinoma; a hundredth of a HU more does not.
    expect_call(page, "Favours adenocarcinoma")
    assert value_of(page, "HAP ratio") == "0.898"
    type_in(page, hap_lesion_hu="44,91")
    expect_call(page, "Favours NET")
    assert value_of(page, "HAP ratio") == "0.8982"
    expect(result(page).locator(".gp-counts")).to_have_text("Adenocarcinoma 2 of 23, NET 4 of 23")
    expect(result(page)).to_contain_text("indeterminate")
    # One half of a pair: no result at all, and what is missing in words.
    type_in(page, pvp_lesion_hu="60")
    expect_call(page, "")
    expect(result(page)).to_contain_text("Portal venous phase: the liver HU is still missing.")
    type_in(page, pvp_liver_hu="110")
    expect_call(page, "Favours NET")
    # Words, a liver without a ratio, and HU of nothing: each said where it was typed, all else kept.
    for key, text, words in (
        ("hap_lesion_hu", "45 HU", "this is not a number of HU"),
        ("hap_lesion_hu", "3072", "allowed: -1024 to 3071 HU"),
        ("hap_lesion_hu", "4_4", "this is not a number of HU"),
        ("pvp_liver_hu", "0", "the liver's HU must be above 0"),
        ("pvp_liver_hu", "-3", "the liver's HU must be above 0"),
    ):
        before = field(page, key).input_value()
        type_in(page, **{key: text})
        expect_call(page, "")
        expect(field(page, key)).to_have_value(text)
        message = page.get_by_text(words, exact=False).first
        box, at = message.bounding_box(), field(page, key).bounding_box()
        assert box and at and 0 < box["y"] - at["y"] < 120 and abs(box["x"] - at["x"]) < 60
        if text == "45 HU":
            picture(page, "typed_error_light_1280", height=1100)
        type_in(page, **{key: before})
        expect_call(page, "Favours NET")
    expect(field(page, "pvp_lesion_hu")).to_have_value("60")


@pytest.mark.soak
def test_a_new_case_forgets_the_former_patient(page: Page) -> None:
    visit(page)
    values = {"hap_lesion_hu": "44,9", "hap_liver_hu": "50", "pvp_lesion_hu": "71", "pvp_liver_hu": "80"}
    type_in(page, **values)
    choose_one(page, PATTERN, "Plateau")
    expander(page, "Is this case like the study's?").get_by_role("button", name="All of these hold").click()
    wait_until_idle(page)
    expander(page, MORE)
    type_in(page, cutoff="0,7", pretest="5")
    page.get_by_role("button", name="Start a new case").click()
    wait_until_idle(page)
    expect_call(page, "")
    for key in (*values, "cutoff", "pretest"):
        expect(field(page, key)).to_have_value("", timeout=2000)
    expect(page.get_by_role("radiogroup", name=PATTERN).locator('[aria-checked="true"]')).to_have_count(0)
    expect(page.get_by_role("radio", name="Yes", checked=True)).to_have_count(0)
    type_in(page, hap_liver_hu="60")  # one value of the next patient
    expect_call(page, "")
    expect(result(page)).to_contain_text("the lesion HU is still missing")


@pytest.mark.soak
def test_scope_cutoff_and_pretest(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page)
    scope = expander(page, "Is this case like the study's?")
    scope.get_by_role("button", name="All of these hold").click()
    wait_until_idle(page)
    expect(page.get_by_text("Scope: all items answered yes.")).to_be_visible()
    item = load_scope()["normal_liver"]
    choose_one(page, item.statement, "No")
    expect_call(page, "Withheld")
    expect(result(page)).to_contain_text("Outside the study's scope")
    expect(result(page)).to_contain_text(item.statement)
    assert value_of(page, "HAP ratio") == "0.707"
    assert "Favours" not in result(page).inner_text()
    picture(page, "typed_withheld_light_1280")
    choose_one(page, item.statement, "Unknown")
    expect_call(page, "Favours adenocarcinoma")
    expect(result(page)).to_contain_text(f"Scope, unknown: {item.short}.")
    expander(page, MORE)
    # A pre-test probability gives a post-test one; without it there is none.
    expect(page.get_by_text("Post-test probability of NET", exact=True)).to_have_count(0)
    type_in(page, pretest="5")
    after = page.get_by_role("heading", name="Post-test probability of NET")
    expect(after).to_be_visible()
    for number in POSTTEST:
        expect(result(page)).to_contain_text(number)
    type_in(page, pretest="100")
    expect_call(page, "")
    type_in(page, pretest="5,0")
    expect(after).to_be_visible()
    # Another cutoff has no patients of the study behind it.
    type_in(page, cutoff="0,70")
    expect_call(page, "Favours NET")
    counts = result(page).locator(".gp-counts").inner_text()
    assert "19" not in counts and "of 23" not in counts
    expect(result(page)).to_contain_text("0.70")
    answer = json.loads(download(page, "Result as JSON")[1])
    assert answer["cell"] is None and answer["post_test_net"] is None
    assert "cutoff" in answer["reasons"]["cell"]
    type_in(page, cutoff="")
    expect(result(page).locator(".gp-counts")).to_have_text(CELL)


@pytest.mark.soak
def test_the_own_impression_comes_first(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page)
    page.get_by_text("Record my own impression first").click()
    wait_until_idle(page)
    hidden = ("Favours", "0.707", "19 of 23", "points to")
    body = page.locator("body")
    for words in hidden:
        assert words not in body.inner_html()
    reveal = page.get_by_role("button", name="Reveal the result")
    expect(reveal).to_be_disabled()
    picture(page, "typed_impression_light_1280", height=1000)
    page.get_by_role("radiogroup", name="My impression before the result").get_by_text(
        "NET", exact=True
    ).click()
    wait_until_idle(page)
    for words in hidden:
        assert words not in body.inner_html()
    reveal.click()
    wait_until_idle(page)
    expect_call(page, "Favours adenocarcinoma")
    expect(result(page)).to_contain_text("Your impression: NET. The rule differs.")


def test_a_typed_case_without_a_mouse(page: Page) -> None:
    visit(page)
    press = page.keyboard.press
    for key, text in (
        ("hap_lesion_hu", "80"),
        ("hap_liver_hu", "70"),
        ("pvp_lesion_hu", "70"),
        ("pvp_liver_hu", "110"),
    ):
        tab_to(page, field(page, key))
        page.keyboard.type(text)
    wait_until_typed(page)
    # 80 / 70 is above the cutoff, and 70 / 110 falls by 0.51.
    expect(result(page).locator(".gp-call")).to_have_text("Favours NET")
    plateau = page.get_by_role("radiogroup", name=PATTERN).get_by_role("radio", name="Plateau")
    tab_to(page, plateau)
    press("Space")
    wait_until_idle(page)
    expect(result(page)).to_contain_text("indeterminate")
    summary = page.locator("summary", has_text="Is this case like the study's?")
    tab_to(page, summary)
    press("Enter")
    tab_to(page, page.get_by_role("button", name="All of these hold"))
    press("Enter")
    wait_until_idle(page)
    expect(page.get_by_text("Scope: all items answered yes.")).to_be_visible()
    button = page.get_by_role("button", name="Result as JSON")
    tab_to(page, button, most=160)
    outline = button.evaluate("e => { const s = getComputedStyle(e); return s.outlineStyle + s.boxShadow; }")
    assert outline != "nonenone"  # the focus can be seen
    with page.expect_download() as caught:
        press("Enter")
    assert caught.value.suggested_filename.endswith(".json")


@pytest.mark.soak
@pytest.mark.parametrize(
    "dark",
    [
        pytest.param(False, marks=pytest.mark.browser(width=400, height=860), id="light"),
        pytest.param(True, marks=pytest.mark.browser(dark=True, width=400, height=860), id="dark"),
    ],
)
def test_a_phone_shows_a_whole_case_without_scrolling_sideways(page: Page, dark: bool) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page)
    for title in (
        "Is this case like the study's?",
        MORE,
        "How each criterion was judged",
        "Grey zone, definitions, assumptions, source",
        "Text for the report",
        "Save this case, or load one",
    ):
        expander(page, title)
    wait_until_idle(page)
    assert page.evaluate(OVERFLOW) <= 0
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"typed_{'dark' if dark else 'light'}_400", height=6000)


@pytest.mark.browser(width=400, height=860)
@pytest.mark.soak
def test_tables_on_a_phone_do_not_scroll_the_page_sideways(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page)
    for title in ("HAP ratio against the cutoff, as a table", "Lesion and liver over the phases, as a table"):
        expander(page, title)
    wait_until_idle(page)
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 0


@pytest.mark.soak
@pytest.mark.browser(dark=True)
def test_the_dark_theme_holds_the_whole_result(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    expect_call(page, "Favours adenocarcinoma")
    # WCAG 2.2, 1.4.3: text at least 4.5:1 on its ground.
    colours = page.evaluate(
        """() => ['.gp-call', '.gp-summary', '.gp-value', '.gp-counts'].map((selector) => {
          const text = document.querySelector(selector), ground = document.querySelector('.stApp');
          return [getComputedStyle(text).color, getComputedStyle(ground).backgroundColor];
        })"""
    )
    for text, ground in colours:
        assert contrast(text, ground) >= 4.5
    picture(page, "typed_example_dark_1280")


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours as the browser writes them (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_a_tap_right_after_typing_counts(page: Page) -> None:
    """The browser sends what was typed and what was tapped in one message, as if HU alone had changed."""
    visit(page)
    field(page, "hap_lesion_hu").fill("44.9")
    field(page, "hap_liver_hu").fill("50")
    page.get_by_role("radiogroup", name=PATTERN).get_by_role("radio", name="Plateau").click()
    expect_call(page, "Favours adenocarcinoma")
    field(page, "hap_lesion_hu").fill("60")
    choices = page.get_by_role("radiogroup", name=PATTERN)
    leave_and_tap(field(page, "hap_lesion_hu"), choices.get_by_role("radio", name="Washout"))
    expect(value_cell(page, "Pattern")).to_have_text("washout")
    expect_call(page, "Favours NET")
    field(page, "hap_lesion_hu").fill("61")
    ways = page.get_by_role("radiogroup", name="How the HU come in")
    leave_and_tap(field(page, "hap_lesion_hu"), ways.get_by_role("radio", name="Measure"))
    expect(page.get_by_role("button", name="Open the example study")).to_be_visible()
