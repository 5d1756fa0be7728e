"""Words of a user stay words, wherever they are drawn."""

from __future__ import annotations

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from ui.plain_text import as_text, spoken
from ui.study_table import study_table


def test_every_mark_is_escaped() -> None:
    assert as_text("![x](http://a) :red[b] $c$ <i>") == (r"\!\[x\]\(http\:\/\/a\) \:red\[b\] \$c\$ \<i\>")
    assert as_text("plain words 44 µ") == "plain words 44 µ"


@given(st.text())
def test_escaped_words_are_the_same_words(words: str) -> None:
    escaped = as_text(words)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == words
    # No mark is left without its backslash.
    bare = re.sub(r"\\.", "", escaped, flags=re.DOTALL)
    assert not set(bare) & set(string.punctuation)


@given(st.text())
def test_spoken_words_hold_no_mark_that_begins_anything(words: str) -> None:
    assert not set(spoken(words)) & set("!<>[]()*`$:#~\\|&\"'\n")
    assert len(spoken(words)) <= 60


def test_spoken_words_are_those_of_the_heading() -> None:
    assert spoken("Art.  Lesion (HU)") == "Art. Lesion HU"
    assert spoken("x" * 100) == "x" * 60


def test_cells_of_a_table_are_text_and_inner_names_are_indented() -> None:
    table = study_table(("A", "<b>"), [("Sex", "1 & 2"), ("  male", "<script>")], "gp-x", name="T")
    assert "<script>" not in table and "&lt;script&gt;" in table and "1 &amp; 2" in table
    assert '<th scope="col">&lt;b&gt;</th>' in table
    assert '<th scope="row">Sex</th>' in table
    assert '<th scope="row" class="gp-inner">male</th>' in table
    assert 'class="gp-study-table gp-x"' in table
