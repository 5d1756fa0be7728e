"""What a person does on the page of the cutoff, as steps for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from scripts.served import ROOT
from tests.pages.cohort_steps import rested, rows
from ui.cohort.state import CohortState

CUTOFF = "cutoff.py"
HEADINGS = "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern\n"
SECTIONS = [
    "The published cutoff, unchanged",
    "Move the cutoff",
    "A cutoff of your own",
    "Two cutoffs with a grey zone",
    "How many patients the next study needs",
    "Cutoff and tolerance together",
    "Which patients move the cutoff",
    "Other measures",
    "A model of several findings",
]
# One row of each diagnosis that both criteria call rightly.
ADENOCARCINOMA, NET = "adenocarcinoma,45,60,44,61,plateau", "net,80,60,70,61,washout"
Opened = Callable[[str], AppTest]


def table(*lines: str, headings: str = HEADINGS) -> str:
    return headings + "".join(f"CANARY-{k},{line}\n" for k, line in enumerate(lines))


def opened(open_page: Opened, content: str) -> AppTest:
    """The page with an own table, as the page of the cohort leaves it behind."""
    page = open_page(CUTOFF)
    page.session_state["cohort.state"] = CohortState(content=content.encode(), is_example=False, round=1)
    return rested(page.run())


def visit(page: AppTest, file: str) -> AppTest:
    return rested(page.switch_page(str(ROOT / "pages" / file)).run())


def typed(page: AppTest, label: str) -> Any:
    (field,) = [field for field in page.number_input if field.label.startswith(label)]
    return field


def type_in(page: AppTest, label: str, number: float | None) -> AppTest:
    return rested(typed(page, label).set_value(number).run())


def move(page: AppTest, cutoff: float) -> AppTest:
    return rested(page.slider[0].set_value(cutoff).run())


def counts(page: AppTest, way: str) -> list[int]:
    """True and false positives, false and true negatives as the confusion table has them."""
    ours, theirs = (rows(page)[f"{way}: {name}"] for name in ("adenocarcinoma", "NET"))
    return [int(cell.split()[0]) for cell in (ours[0], theirs[0], ours[1], theirs[1])]


def charts(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]


def chart(page: AppTest, title: str) -> dict[str, Any]:
    (found,) = [spec for spec in charts(page) if spec["layout"]["title"]["text"].startswith(title)]
    return found
