"""A cohort in a real browser: the example, an own spreadsheet, keyboard, phone, dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from gepnet_core.intended_use import INTENDED_USE
from tests.e2e.browser import download, upload, visible_text, visit, wait_until_idle
from tests.e2e.case_page import picture, tab_to

HEADER = "patient_id;diagnosis;hap_lesion_hu;hap_liver_hu;pattern"
# A spreadsheet as people have it: two lines above the headings, decimal commas, a label of their own, a liver
# of 0 HU, a formula for a code.
OWN = "\n".join(
    [
        "Liver metastases 2019 to 2024;;;;",
        ";;;;",
        HEADER,
        "Zzcanary1;adenocarcinoma;44,9;50;plateau",
        "Zzcanary2;adenocarcinoma;50,2;66;plateau",
        "Zzcanary3;net;70;66;washout",
        "Zzcanary4;net;80;66,5;washout",
        "=1+1;tumour;80;66;washout",
        "Zzcanary6;net;80;0;washout",
    ]
)


def test_from_the_example_to_an_own_spreadsheet_and_back(page: Page) -> None:
    visit(page, "/cohort")
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    picture(page, "cohort_light_1280")
    name, template = download(page, "Download the example as a template")
    assert "SYNTHETIC" in name
    assert template.decode().startswith("patient_id,synthetic,diagnosis,")
    upload(page, [FilePayload(name="Zzcanary Doe.csv", mimeType="text/csv", buffer=OWN.encode())])
    expect(page.get_by_text("2 of 2 adenocarcinomas and 2 of 2 NETs.")).to_be_visible()
    expect(page.get_by_text("SYNTHETIC")).to_have_count(0)
    flow = page.locator("table").filter(has_text="Rows in the table")
    expect(flow.locator("tr").filter(has_text="Rows in the table")).to_contain_text("6")
    expect(flow.locator("tr").filter(has_text="a cell has to be mended")).to_contain_text("1")
    expect(flow.locator("tr").filter(has_text="no diagnosis, or an unknown one")).to_contain_text("1")
    expect(page.get_by_text("in the cells. Nothing was changed silently.")).to_contain_text("2 issues")
    assert "zzcanary" not in visible_text(page).lower()
    for figure in page.locator(".js-plotly-plot").all():
        expect(figure).to_contain_text(INTENDED_USE)
    page.get_by_role("button", name="Show the example again").click()
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()


def test_against_each_criterion_alone_by_keyboard(page: Page) -> None:
    visit(page, "/cohort")
    line = page.locator("summary", has_text="Both together against each criterion alone")
    tab_to(page, line)
    page.keyboard.press("Enter")
    table = page.get_by_test_id("stExpander").filter(has=line).locator("table")
    # Joint cells of the study: 3 NETs with a low ratio and no plateau, 4 with plateau and a high ratio.
    expect(table).to_contain_text("3 fewer, P 0.250")
    expect(table).to_contain_text("4 fewer, P 0.125")


@pytest.mark.parametrize(
    "dark",
    [
        pytest.param(False, marks=pytest.mark.browser(width=400, height=860), id="light"),
        pytest.param(True, marks=pytest.mark.browser(dark=True, width=400, height=860), id="dark"),
    ],
)
def test_a_phone_does_not_scroll_the_page_sideways(page: Page, dark: bool) -> None:
    visit(page, "/cohort")
    wait_until_idle(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"cohort_{'dark' if dark else 'light'}_400", height=4000)
