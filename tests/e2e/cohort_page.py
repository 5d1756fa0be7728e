"""What a person does on the page of a cohort, as steps, and a spreadsheet as people have it."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Locator, Page

from tests.e2e.browser import upload

PANEL = "How the columns were taken"
# Two lines above the headings, headings and labels of their own, decimal
# commas, a code that stands twice, a missing portal venous phase, a liver of 0 HU, a formula, an unknown
# class.
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


def upload_table(page: Page, text: str) -> None:
    upload(page, [FilePayload(name="Zzcanary Doe.csv", mimeType="text/csv", buffer=text.encode())])


def rows_of(page: Page, text: str) -> Locator:
    """The row of a table of results that begins with a text."""
    return page.locator("table.gp-study-table tr").filter(has_text=text)
