"""A spreadsheet as people have it, in a real browser: its columns confirmed, mended, saved, used again."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.browser import download, upload, visible_text, visit
from tests.e2e.case_page import choose_option, expander, picture, tab_to
from tests.e2e.cohort_page import OWN, PANEL, rows_of, upload_table

# By hand: 44.9 / 50 is at the cutoff and 50.2 / 66 below it; of the NETs 60 / 70 alone is. Curve B as plateau
# makes these three adenocarcinomas, as progressive none.
AS_PLATEAU = "2 of 2 adenocarcinomas and 3 of 4 NETs."
AS_PROGRESSIVE = "0 of 2 adenocarcinomas and 4 of 4 NETs."


@pytest.mark.soak
def test_a_spreadsheet_as_people_have_it_is_confirmed_counted_and_read_again(page: Page) -> None:
    visit(page, "/cohort")
    upload_table(page, OWN)
    panel = expander(page, PANEL)
    expect(panel.get_by_text("Please confirm or mend:")).to_be_visible()
    expect(page.get_by_text("No result yet")).to_be_visible()
    expect(page.get_by_role("heading", name="The published rule, unchanged")).to_have_count(0)
    expect(panel.get_by_role("combobox", name="Meaning of column 3, Art. Lesion HU")).to_have_value(
        "hap_lesion_hu: Mean of the liver metastasis, hepatic artery phase"
    )
    choose_option(page, "Meaning of label 1 of pattern, curve B", "plateau")
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
    choose_option(page, "Meaning of label 1 of pattern, curve B", "progressive")
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


@pytest.mark.soak
def test_two_headings_for_one_column_give_no_result_until_that_is_mended(page: Page) -> None:
    visit(page, "/cohort")
    upload_table(page, OWN)
    choose_option(page, "Meaning of column 7, Curve type", "diagnosis:")
    expect(page.get_by_text("Columns 2 and 7 are both taken as diagnosis.")).to_be_visible()
    expect(page.get_by_role("button", name="Use these columns")).to_be_disabled()
    choose_option(page, "Meaning of column 7, Curve type", "not used")
    page.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_role("heading", name="The published rule, unchanged")).to_be_visible()
