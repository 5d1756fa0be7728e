"""Pages run in-process, without a browser, through Streamlit's AppTest and the real router."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from scripts.served import ROOT
from ui.page_registry import PAGES

# The first run of a process imports what the pages use; slow machines share two cores with a browser.
_SECONDS = 60


@pytest.fixture(scope="session", autouse=True)
def components_scanned_once() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each AppTest, and they stay the same."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def open_page() -> Callable[[str], AppTest]:
    """Opens a page of pages/ by its file name, such as `open_page("case.py")`, in a session of its own."""

    def _open(file: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=_SECONDS)
        test.run()
        return test if file == PAGES[0].file else test.switch_page(str(ROOT / "pages" / file)).run()

    return _open
