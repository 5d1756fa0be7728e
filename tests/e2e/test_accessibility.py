"""Every page, in the states that matter, by axe-core: WCAG 2.0 to 2.2, levels A and AA, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import visit, wait_until_idle
from tests.e2e.case_page import choose_one, choose_way, picture, type_in, wait_for_agreement, wait_for_images
from tests.e2e.cohort_page import OWN, upload_table
from tests.e2e.test_teach_quiz import begin, start

# Read here: the package reads it in the encoding of the machine, which may be ASCII.
AXE_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
PATIENCE = 90_000
DARK = "rgb(18, 24, 27)"  # backgroundColor of [theme.dark]
BELOW = "The numbers stand below it, as a table."
GRAVE = ("serious", "critical")
# What axe files under good practice, and a reader with a screen reader finds their way by.
OUTLINE = (
    "heading-order",
    "page-has-heading-one",
    "empty-heading",
    "empty-table-header",
    "landmark-one-main",
)
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {rule: {"enabled": True} for rule in OUTLINE},
}
# The other theme changes colours and nothing else: the rules that look at them.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_SCAN = """async (options) => {
  const found = await axe.run(document, { ...options, resultTypes: ["violations"], preload: false });
  return found.violations.flatMap(({ id, impact, nodes }) => nodes.map((node) => ({
    rule: id, impact, target: node.target.flat(9).join(" >>> "), html: node.html.slice(0, 160),
    why: node.failureSummary,
  })));
}"""
# Buttons pass from the colours of one theme to the other's, on a slow machine after all else is at rest.
_COLOURS_STAND = "() => !document.getAnimations().some((one) => one instanceof CSSTransition)"
_OPEN_ALL = """() => document.querySelectorAll('[data-testid=stMain] details:not([open]) > summary')
  .forEach((line) => line.click())"""

# The beginning of what scrolls sideways, in shadow trees too, and neither takes the focus itself nor holds
# anything that does. Left out: Streamlit's tables of data, which a canvas beside them scrolls by cells.
_OUT_OF_REACH = """() => {
  const stops = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]';
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth < 2) continue;
      if (!['auto', 'scroll'].includes(getComputedStyle(element).overflowX)) continue;
      if (element.matches('.stDataFrameGlideDataEditor, ' + stops) || element.querySelector(stops)) continue;
      found.push(element.outerHTML.slice(0, 120));
    }
  };
  walk(document.querySelector('[data-testid=stMain]'));
  return found;
}"""


def scan(page: Page, options: dict[str, Any]) -> list[dict[str, str]]:
    """What axe finds on the page, open shadow roots included: rule, impact, where and why."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, str]] = page.evaluate(_SCAN, options)
    return found


def grave(found: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those that lock somebody out, and those that break the outline of the page."""
    return [one for one in found if one["impact"] in GRAVE or one["rule"] in OUTLINE]


def case_typed(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()
    expect(page.locator(".st-key-case-result .gp-call")).to_be_visible()


def case_mistaken(page: Page) -> None:
    visit(page)
    type_in(page, hap_lesion_hu="4o")
    expect(page.locator(".stMarkdownColoredText").first).to_be_visible()


def case_images(page: Page) -> None:
    visit(page)
    choose_way(page, "Measure on images")
    page.get_by_role("button", name="Open the example study").click()
    wait_for_images(page)
    page.locator(".viewer button[aria-expanded]").click()  # the keys, unfolded


def case_table(page: Page) -> None:
    visit(page)
    choose_way(page, "A table of patients")
    page.get_by_role("button", name="Open the example table").click()
    expect(page.get_by_text("positive class").first).to_be_visible()


def cohort_example(page: Page) -> None:
    visit(page, "/cohort")
    expect(page.locator(".js-plotly-plot")).to_have_count(3)


def cohort_with_questions(page: Page) -> None:
    visit(page, "/cohort")
    upload_table(page, OWN)


def cutoff(page: Page) -> None:
    visit(page, "/cutoff")
    expect(page.locator(".gp-moved")).to_be_visible()


def teach_lab(page: Page) -> None:
    visit(page, "/teach")
    page.locator(".st-key-teach-lab-result .gp-call").wait_for(timeout=PATIENCE)
    wait_for_agreement(page)


def teach_explorer(page: Page) -> None:
    visit(page, "/teach")
    choose_one(page, "What to look at", "Cutoff and Bayes")
    page.get_by_role("button", name="Draw another 23 + 23").click()
    page.get_by_role("button", name="Draw 1000 at once").click()
    expect(page.get_by_text("In 95 % of 1000 samples of 23 + 23")).to_be_visible(timeout=PATIENCE)


def teach_quiz(page: Page) -> None:
    start(page)
    begin(page)


def study_number(page: Page) -> None:
    visit(page, "/study")
    expect(page.locator(".gp-number")).to_be_visible()


STATES = (case_images,)
MORE_STATES = (
    *(cutoff, case_typed, case_mistaken, case_table, cohort_example, cohort_with_questions),
    *(teach_lab, teach_explorer, teach_quiz, study_number),
)
"""Looked at by the long checks."""


@pytest.mark.parametrize(
    "state",
    [*STATES, *(pytest.param(state, marks=pytest.mark.soak) for state in MORE_STATES)],
    ids=lambda state: state.__name__,
)
def test_nothing_grave_and_every_figure_has_a_name(page: Page, state: Callable[[Page], None]) -> None:
    state(page)
    wait_until_idle(page, timeout_ms=PATIENCE)
    page.evaluate(_OPEN_ALL)
    wait_until_idle(page, timeout_ms=PATIENCE)
    assert grave(scan(page, WCAG)) == []
    check_figures(page)
    picture(page, f"axe_{state.__name__}", height=6000)
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", DARK)
    wait_until_idle(page, quiet_ms=400, timeout_ms=PATIENCE)
    page.wait_for_function(_COLOURS_STAND)
    assert grave(scan(page, COLOURS)) == []


@pytest.mark.soak
@pytest.mark.browser(width=400, height=860)
@pytest.mark.parametrize("state", [*STATES, *MORE_STATES], ids=lambda state: state.__name__)
def test_on_a_phone_all_that_scrolls_sideways_is_reached_by_keyboard(
    page: Page, state: Callable[[Page], None]
) -> None:
    state(page)
    page.evaluate(_OPEN_ALL)
    wait_until_idle(page, timeout_ms=PATIENCE)
    assert page.evaluate(_OUT_OF_REACH) == []
    assert [one for one in scan(page, WCAG) if one["rule"] == "scrollable-region-focusable"] == []
    wide = page.locator(".gp-wide")
    names = [table.get_attribute("aria-label") or "" for table in wide.all()]
    assert all(names) and len(set(names)) == len(names)
    overflowing = [table for table in wide.all() if table.evaluate("e => e.scrollWidth > e.clientWidth + 1")]
    for table in overflowing[:2]:
        table.focus()
        page.keyboard.press("ArrowRight")
        expect(table).to_be_focused()
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")


def check_figures(page: Page) -> None:
    """Each figure has a name of its own, and a table of that name that the keyboard reaches."""
    names = [
        figure.get_attribute("aria-label") or "" for figure in page.get_by_test_id("stPlotlyChart").all()
    ]
    assert len(set(names)) == len(names) == page.locator(".js-plotly-plot").count()
    for name in names:
        title, _, where = name.partition(". ")
        assert title
        expect(page.get_by_role("figure", name=name, exact=True)).to_be_visible()
        if where == BELOW:
            region = page.get_by_role("region", name=f"{title}, as a table", exact=True)
            expect(region).to_have_attribute("tabindex", "0")
            assert region.get_by_role("rowheader").count() > 0
        else:
            assert where == "The numbers stand in the table after the figures."


def test_the_scan_finds_what_is_planted_in_the_page_and_in_the_viewer(page: Page) -> None:
    """Else an empty list would say nothing."""
    teach_lab(page)
    page.locator(".viewer").evaluate("viewer => viewer.append(document.createElement('input'))")
    page.get_by_role("heading", level=1).evaluate("title => { title.style.color = '#bbb'; }")
    found = {(one["rule"], " >>> " in one["target"]) for one in scan(page, WCAG)}
    assert found == {("label", True), ("color-contrast", False)}
