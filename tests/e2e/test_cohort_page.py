"""A cohort in a real browser: the example, own spreadsheets, their columns, keyboard, phone, dark."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from gepnet_core.intended_use import INTENDED_USE
from tests.e2e.browser import download, upload, visible_text, visit, wait_until_idle
from tests.e2e.case_page import choose_option, expander, picture, tab_to

PANEL = "How the columns were taken"
# A spreadsheet as people have it: two lines above the headings, headings and labels of their own, decimal
# commas, a code that stands twice, a missing portal venous phase, a liver of 0 HU, a formula, an unknown class.
OWN = "\n".join(
    [
        "Liver metastases 2019 to 2024;;;;;;",
        ";;;;;;",
        "Case no.;Dx;Art. Lesion HU;Art. Liver HU;Portal lesion HU;Portal liver HU;Curve type",
        "Zzcanary1;adeno ca;44,9;50;50;88;curve B",
        "Zzcanary2;adeno ca;50,2;66;;;curve B",
        "Zzcanary3;PNET;70;66;75;90;washout",
        "Zzcanary4;PNET;80;66,5;80;92;washout",
        "Zzcanary4;PNET;82;67;80;92;washout",
        "Zzcanary6;adeno ca;55;0;60;85;curve B",
        "Zzcanary7;PNET;=1+1;66;60;85;washout",
        "Zzcanary8;zz tumour;80;66;70;85;washout",
        "Zzcanary9;PNET;60;70;85;100;curve B",
        "Zzcanary10;PNET;90;72;85;100;washout",
    ]
)
# By hand: 44.9 / 50 is at the cutoff and 50.2 / 66 below it; of the NETs 60 / 70 alone is. Curve B as plateau
# makes these three adenocarcinomas, as progressive none.
AS_PLATEAU = "2 of 2 adenocarcinomas and 3 of 4 NETs."
AS_PROGRESSIVE = "0 of 2 adenocarcinomas and 4 of 4 NETs."


def upload_table(page: Page, text: str) -> None:
    upload(page, [FilePayload(name="Zzcanary Doe.csv", mimeType="text/csv", buffer=text.encode())])


def rows_of(page: Page, text: str) -> Locator:
    """The row of a table of results that begins with a text."""
    return page.locator("table.gp-study-table tr").filter(has_text=text)


def test_from_the_example_to_an_own_table_and_back(page: Page) -> None:
    visit(page, "/cohort")
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    picture(page, "cohort_light_1280", height=7000)
    name, template = download(page, "Download the example as a template")
    assert "SYNTHETIC" in name
    assert template.decode().startswith("patient_id,synthetic,diagnosis,")
    upload_table(
        page,
        "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern\n"
        "a1,adenocarcinoma,40,50,plateau\na2,adenocarcinoma,42,50,plateau\n"
        "a3,net,70,50,washout\na4,net,72,50,washout\n",
    )
    # The dictionary knows every heading: the result stands at once.
    expect(page.get_by_text("2 of 2 adenocarcinomas and 2 of 2 NETs.")).to_be_visible()
    expect(page.get_by_text("SYNTHETIC:")).to_have_count(0)
    expect(page.locator(".js-plotly-plot").filter(has_text="SYNTHETIC")).to_have_count(0)
    expect(page.get_by_text("The table has no columns of a second reader")).to_be_visible()
    for figure in page.locator(".js-plotly-plot").all():
        expect(figure).to_contain_text(INTENDED_USE)
    page.get_by_role("button", name="Show the example again").click()
    expect(page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()


def test_a_spreadsheet_as_people_have_it_is_confirmed_counted_and_read_again(page: Page) -> None:
    visit(page, "/cohort")
    upload_table(page, OWN)
    panel = expander(page, PANEL)
    expect(panel.get_by_text("Please confirm or mend:")).to_be_visible()
    expect(page.get_by_text("No result yet")).to_be_visible()
    expect(page.get_by_role("heading", name="The published rule, unchanged")).to_have_count(0)
    expect(panel.get_by_role("combobox", name="Meaning of column 3")).to_have_value(
        "hap_lesion_hu: Mean of the liver metastasis, hepatic artery phase"
    )
    choose_option(page, "Meaning of label 1 of pattern", "plateau")
    picture(page, "cohort_columns_light_1280", height=2600)

    # With the keyboard alone; the panel closes and the result stands.
    button = page.get_by_role("button", name="Use these columns")
    tab_to(page, button, most=120)
    page.keyboard.press("Enter")
    expect(page.get_by_text(AS_PLATEAU)).to_be_visible()
    expect(button).to_have_count(0)
    for text, n in [
        ("Rows in the table", 10),
        ("a cell has to be mended", 2),
        ("no diagnosis, or an unknown one", 1),
        ("counted by another row", 1),
        ("Analysed: adenocarcinoma", 2),
        ("Analysed: NET", 4),
    ]:
        expect(rows_of(page, text).locator("td")).to_have_text(str(n))
    missing = rows_of(page, "Metastasis, portal venous phase, HU").first
    expect(missing).to_contain_text("0 of 4 (0.0 %)")
    expect(missing).to_contain_text("1 of 2 (50.0 %)")
    expect(page.get_by_text("in the cells. Nothing was changed silently.")).to_contain_text("4 issues")
    _, issues = download(page, "Download the issues as CSV")
    lines = issues.decode().splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["5", "8", "patient_id"],
        ["6", "9", "hap_liver_hu"],
        ["7", "10", "hap_lesion_hu"],
        ["8", "11", "diagnosis"],
    ]
    assert "'=1+1" in lines[3] and "zz tumour" in lines[4]
    assert "zzcanary" not in (visible_text(page) + issues.decode()).lower()
    picture(page, "cohort_own_light_1280", height=5000)

    # From now on a change counts at once, and the panel stays as it is.
    panel = expander(page, PANEL)
    choose_option(page, "Meaning of label 1 of pattern", "progressive")
    expect(page.get_by_text(AS_PROGRESSIVE)).to_be_visible()
    expect(panel.locator("details")).to_have_attribute("open", "")
    _, mapping = download(page, "Download this mapping")
    assert json.loads(mapping)["values"]["pattern"] == {"curve b": "progressive"}

    # The same table once more: with the saved mapping straight to the same numbers.
    upload_table(page, OWN)
    expect(page.get_by_text("No result yet")).to_be_visible()
    file = FilePayload(name="gepnet-mapping.json", mimeType="application/json", buffer=mapping)
    upload(page, [file], within=expander(page, PANEL))
    expect(page.get_by_text(AS_PROGRESSIVE)).to_be_visible()
    expect(rows_of(page, "Analysed: NET").locator("td")).to_have_text("4")


def test_two_headings_for_one_column_give_no_result_until_that_is_mended(page: Page) -> None:
    visit(page, "/cohort")
    upload_table(page, OWN)
    choose_option(page, "Meaning of column 7", "diagnosis:")
    expect(page.get_by_text("Columns 2 and 7 are both taken as diagnosis.")).to_be_visible()
    expect(page.get_by_role("button", name="Use these columns")).to_be_disabled()
    choose_option(page, "Meaning of column 7", "not used")
    page.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_role("heading", name="The published rule, unchanged")).to_be_visible()


def test_against_each_criterion_alone_by_keyboard(page: Page) -> None:
    visit(page, "/cohort")
    line = page.locator("summary", has_text="Both together against each criterion alone")
    tab_to(page, line)
    page.keyboard.press("Enter")
    table = page.get_by_test_id("stExpander").filter(has=line).locator("table")
    # Joint cells of the study: 3 NETs with a low ratio and no plateau, 4 with plateau and a high ratio.
    expect(table).to_contain_text("3 fewer, P 0.250")
    expect(table).to_contain_text("4 fewer, P 0.125")


def test_another_quantity_of_the_readers_and_another_test(page: Page) -> None:
    visit(page, "/cohort")
    expect(rows_of(page, "Dynamic enhancement pattern").last).to_contain_text("0.914")
    choose_option(page, "Differences of the readers in", "Size of the largest metastasis")
    figure = page.locator(".js-plotly-plot").last
    expect(figure).to_contain_text("Largest diameter of the largest metastasis")
    expander(page, "Choose other tests")
    choose_option(page, "Test of numbers", "Welch")
    expect(rows_of(page, "Age, years")).to_contain_text("Welch's t test")


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
    theme = "dark" if dark else "light"
    picture(page, f"cohort_{theme}_400", height=8000)
    upload_table(page, OWN)
    expect(page.get_by_role("button", name="Use these columns")).to_be_visible()
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"cohort_columns_{theme}_400", height=4000)
