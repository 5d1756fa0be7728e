"""The page of a cohort, without a browser: the example, an own table, hostile files, survival, forgetting."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.report.cohort_words import EXAMPLE_NOTE, SYNTHETIC_NOTE
from scripts.served import ROOT

COHORT = "cohort.py"
HEADINGS = "patient_id;diagnosis;hap_lesion_hu;hap_liver_hu;pattern\n"
OWN = HEADINGS + (
    "CANARY-1;adenocarcinoma;44,9;50;plateau\n"
    "CANARY-2;adenocarcinoma;50;66;plateau\n"
    "CANARY-3;net;70;66;washout\n"
    "CANARY-4;net;80;66;washout\n"
    "CANARY-5;carcinoid;80;66;washout\n"
)
Opened = Callable[[str], AppTest]


def said(page: AppTest) -> str:
    """All text of the page, tables included."""
    bodies = " ".join(str(part.proto.body) for part in page.get("html") if "<style" not in part.proto.body)
    shown = [element.value for kind in (page.markdown, page.caption, page.error) for element in kind]
    plain = html.unescape(re.sub(r"<[^>]+>", " ", bodies))
    return " ".join([*shown, plain, *(frame.value.to_csv() for frame in page.dataframe)]).replace("\n", " ")


def upload(page: AppTest, content: str | bytes) -> AppTest:
    raw = content.encode() if isinstance(content, str) else content
    page.file_uploader[0].upload("Canary Anna 1961.csv", raw, "text/csv")
    page.run()
    assert not page.exception
    return page


def test_it_opens_with_the_example_marked_as_invented(open_page: Opened) -> None:
    page = open_page(COHORT)
    assert not page.exception and not page.error
    assert page.title[0].value == "Explore a cohort"
    words = said(page)
    assert EXAMPLE_NOTE in words
    assert "19 of 23 (82.6 %, 95 % CI 62.9-93.0)" in words  # Results of the study; Wilson by R's prop.test
    assert "Rows in the table 46" in re.sub(r"\s+", " ", words)
    assert len(page.get("plotly_chart")) == 2
    for chart in page.get("plotly_chart"):
        assert "SYNTHETIC" in chart.proto.spec


def test_an_own_table_replaces_the_example(open_page: Opened) -> None:
    page = upload(open_page(COHORT), OWN)
    words = re.sub(r"\s+", " ", said(page))
    assert EXAMPLE_NOTE not in words and SYNTHETIC_NOTE not in words
    assert "2 of 2 adenocarcinomas and 2 of 2 NETs. In the study: 19 of 23 and 21 of 23." in words
    assert "Left out: no diagnosis, or an unknown one 1" in words
    assert "carcinoid" in words and "**1 issue** in the cells" in words
    for chart in page.get("plotly_chart"):
        assert "SYNTHETIC" not in chart.proto.spec


def test_codes_and_file_names_are_shown_nowhere(open_page: Opened) -> None:
    assert "CANARY" not in said(upload(open_page(COHORT), OWN)).upper()


def test_own_rows_that_say_they_are_invented_are_marked(open_page: Opened) -> None:
    page = upload(open_page(COHORT), "synthetic;" + OWN.replace("CANARY", "yes;CANARY"))
    assert SYNTHETIC_NOTE in said(page) and EXAMPLE_NOTE not in said(page)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hap_lesion_hu,hap_liver_hu\n50,66\n", "no column holds the diagnosis"),
        ("diagnosis,size\nnet,3\n", "no column holds a criterion"),
        ("", "the table is empty"),
        (b"\x00\x01\x02\xff" * 50, ""),
    ],
)
def test_a_table_that_cannot_be_used_is_explained_and_no_old_result_stands(
    open_page: Opened, content: str | bytes, words: str
) -> None:
    page = upload(open_page(COHORT), content)
    assert len(page.error) == 1
    assert words in page.error[0].value
    assert [heading.value for heading in page.header] == []
    assert len(page.get("plotly_chart")) == 0
    # And back to something to see.
    page.button(key="cohort.example").click().run()
    assert not page.error
    assert EXAMPLE_NOTE in said(page)


def test_one_diagnosis_alone_is_counted_and_nothing_is_drawn_of_nobody(open_page: Opened) -> None:
    page = upload(open_page(COHORT), HEADINGS + "a;net;70;66;washout\nb;net;71;66;washout\n")
    words = re.sub(r"\s+", " ", said(page))
    assert "nobody" in words
    assert "No ratio is known in at least 2 patients of each diagnosis." in words
    assert len(page.get("plotly_chart")) == 0


def test_an_own_table_survives_a_visit_to_another_page(open_page: Opened) -> None:
    page = upload(open_page(COHORT), OWN)
    before = said(page)
    page.switch_page(str(ROOT / "pages" / "study.py")).run()
    page.switch_page(str(ROOT / "pages" / COHORT)).run()
    assert said(page) == before
