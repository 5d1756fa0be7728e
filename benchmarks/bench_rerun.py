"""A rerun of the case page with a result: what one change of an input costs the server."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from benchmarks.timing import Timing, milliseconds
from gepnet_core.case.phase import Phase
from scripts.served import ROOT
from tests.pages.case_steps import rested
from ui.case.typed_hu import EXAMPLE
from ui.roi_viewer.drawing import Tissue
from ui.state import hu_key


def run() -> list[Timing]:
    """Change one HU to and fro; every rerun draws the whole page and its figures."""
    page = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=60).run()
    for key, text in EXAMPLE.items():
        page.text_input(key=key).set_value(text)
    page.run()
    lesion = hu_key(Phase.HAP, Tissue.LESION)
    values = iter(range(1000))

    def change() -> None:
        rested(page.text_input(key=lesion).set_value(f"{40 + next(values) % 20}.5").run())

    return [
        Timing("Rerun of the page with a result, one HU changed", milliseconds(change, repeat=15), goal=150)
    ]
