"""What a person does on the page of a cohort, without a browser: upload, choose, confirm, read."""

from __future__ import annotations

import html
import re

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from ui.cohort.state import CohortState

COHORT = "cohort.py"


def state(page: AppTest) -> CohortState:
    """What the session holds of its cohort."""
    held: CohortState = page.session_state["cohort.state"]
    return held


def upload(page: AppTest, content: str | bytes) -> AppTest:
    """Another table."""
    page.file_uploader[0].upload("Canary Anna 1961.csv", _bytes(content), "text/csv")
    return rested(page.run())


def upload_mapping(page: AppTest, content: str | bytes) -> AppTest:
    """A saved mapping, into the panel of columns."""
    page.file_uploader[1].upload("Canary Anna 1961.json", _bytes(content), "application/json")
    return rested(page.run())


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def rested(page: AppTest) -> AppTest:
    """The page, which has not failed: neither with a traceback nor with the words for one."""
    assert not page.exception
    assert not any("could not finish" in error.value for error in page.error)
    return page


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    return rested(button.click().run())


def choose(page: AppTest, label: str, option: str) -> AppTest:
    """Choose in a select box, by the option as it stands in the mapping."""
    return rested(_box(page, label).set_value(option).run())


def _box(page: AppTest, label: str) -> Selectbox[str]:
    """The select box of that label; what follows a comma may be left away."""
    (box,) = [box for box in page.selectbox if label in (box.label, box.label.split(",")[0])]
    return box


def pick(page: AppTest, label: str, option: str) -> AppTest:
    """Choose in the radio buttons whose label begins so."""
    (radio,) = [radio for radio in page.radio if radio.label.startswith(label)]
    return rested(radio.set_value(option).run())


def labels_asked(page: AppTest) -> list[str]:
    """Labels of the select boxes of the panel of columns."""
    return [box.label.split(",")[0] for box in page.selectbox if box.label.startswith("Meaning of")]


def meaning(page: AppTest, label: str) -> str:
    """What stands in a select box of the panel."""
    return str(_box(page, label).value)


def mapping(page: AppTest) -> ColumnMapping:
    """The mapping that counts."""
    found = state(page).mapping
    assert found is not None
    return found


def said(page: AppTest) -> str:
    """All text of the page, tables included, with single spaces; escaped marks as they are read."""
    shown = [element.value for kind in (page.markdown, page.caption, page.error) for element in kind]
    frames = (frame.value.to_csv() for frame in page.dataframe)
    words = " ".join([*shown, re.sub(r"<[^>]+>", " ", bodies(page)), *frames])
    return re.sub(r"\s+", " ", html.unescape(words)).replace("\\", "")


def issue_cells(page: AppTest, heading: str) -> list[str]:
    """One column of the table of issues, from its first row on."""
    return [
        html.unescape(text) for text in re.findall(rf'<td data-heading="{heading}">(.*?)</td>', bodies(page))
    ]


def bodies(page: AppTest) -> str:
    """The HTML of the page, styles left out."""
    return " ".join(str(part.proto.body) for part in page.get("html") if "<style" not in part.proto.body)


def rows(page: AppTest) -> dict[str, list[str]]:
    """Rows of the tables of results by their first cell; of equal ones the first."""
    found: dict[str, list[str]] = {}
    for line in re.findall(r'<tr><th scope="row".*?</tr>', bodies(page)):
        name, *cells = [
            html.unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)
        ]
        found.setdefault(name, cells)
    return found


def headings(page: AppTest) -> list[str]:
    return [heading.value for heading in page.header]
