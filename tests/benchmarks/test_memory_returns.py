"""The pixels of a case are gone with the case: nothing in the process holds a volume any more."""

from __future__ import annotations

import gc

from streamlit.testing.v1 import AppTest

from gepnet_core.imaging.volume import HuVolume
from scripts.served import ROOT


def volumes() -> int:
    """Volumes alive in this process."""
    gc.collect()
    # By type: proxies answer isinstance for what they stand for, and are slow at it.
    return sum(type(one) is HuVolume for one in gc.get_objects())


def press(page: AppTest, label: str) -> None:
    (button,) = [button for button in page.button if button.label == label]
    button.click().run()
    assert not page.exception


def test_volumes_die_with_the_case_and_with_the_session() -> None:
    before = volumes()
    page = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=120).run()
    page.button_group(key="case.way").set_value("Measure on images").run()
    press(page, "Open the example study")
    assert volumes() == before + 3
    # Replaced by the same study again: the former volumes do not stay beside the new ones.
    press(page, "Open the example study")
    assert volumes() == before + 3
    press(page, "Start a new case")
    assert volumes() == before
    press(page, "Open the example study")
    assert volumes() == before + 3
    del page
    assert volumes() == before
