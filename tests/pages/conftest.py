"""Pages run in-process, without a browser, through Streamlit's AppTest and the real router."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from scripts.served import ROOT
from ui.page_registry import PAGES

# The first run of a process imports what the pages use; slow machines share two cores with a browser.
_SECONDS = 60


@pytest.fixture
def open_page() -> Callable[[str], AppTest]:
    """Opens a page of pages/ by its file name, such as `open_page("case.py")`, in a session of its own."""

    def _open(file: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=_SECONDS)
        test.run()
        return test if file == PAGES[0].file else test.switch_page(str(ROOT / "pages" / file)).run()

    return _open
