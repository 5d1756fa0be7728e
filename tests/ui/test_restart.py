"""What the notice of a lost session says, by page. That it comes is seen in tests/e2e/test_restart.py."""

from __future__ import annotations

import pytest

from ui.page_registry import PAGES
from ui.restart import GONE, LOST_SESSION, NOT_SENT_AGAIN, SENT_AGAIN, lost_words

ADDRESSES = [entry.url_path for entry in PAGES]


def test_only_pages_that_there_are_say_what_is_gone() -> None:
    assert set(GONE) <= set(ADDRESSES)
    assert set(ADDRESSES) - set(GONE) == {"study"}  # on which nothing is entered


@pytest.mark.parametrize("page", ADDRESSES)
@pytest.mark.parametrize("lost_on", ADDRESSES)
def test_fields_were_sent_again_on_the_page_that_was_open_and_on_no_other(page: str, lost_on: str) -> None:
    said = lost_words(page, lost_on)
    assert said.startswith(LOST_SESSION)
    assert (SENT_AGAIN in said) == (page == lost_on)
    assert (NOT_SENT_AGAIN in said) == (page != lost_on)
    assert said.endswith(GONE.get(page, "."))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", "choose the files again"),
        ("cohort", "upload it again. Until then the invented example stands here."),
        ("cutoff", "upload it again on Explore a cohort. Until then"),
        ("teach", "begin them again"),
    ],
)
def test_each_page_says_what_to_do(page: str, words: str) -> None:
    assert words in lost_words(page, page)
    assert any(entry.title == "Explore a cohort" for entry in PAGES)
