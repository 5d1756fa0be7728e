"""Words of a user's table on the page: as text, never as markup."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_NOT_SPOKEN = re.compile(r"[^\w %/.,-]+")
_LONGEST_SPOKEN = 60


def as_text(words: str) -> str:
    """Words for Markdown, in which nothing is a mark, a link, an image, a formula or an icon."""
    return _MARKUP.sub(r"\\\1", words)


def spoken(words: str) -> str:
    """Words for the name of a field that a screen reader says: cut, and without marks.

    Such a name is Markdown where it is drawn and plain text where it is said, so that nothing can be escaped.
    """
    return " ".join(_NOT_SPOKEN.sub(" ", words).split())[:_LONGEST_SPOKEN]
