"""Header text as whole words, without accents and case. Texts are compared and never passed on."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
# A description is at most 64 characters (PS3.5 table 6.2-1, LO); more is noise or an attack.
MAX_TEXT = 256


def word_list(text: str) -> list[str]:
    """Words and numbers of a text in order, in lower case, accents removed and umlauts as plain vowels.

    A word ends where letters end: ``"ART_30s"`` is ``["art", "30", "s"]``.
    """
    decomposed = unicodedata.normalize("NFKD", text[:MAX_TEXT].casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _WORD.findall(plain)


def tokens(text: str) -> frozenset[str]:
    """The distinct words of a text."""
    return frozenset(word_list(text))


def listed(*lines: str) -> frozenset[str]:
    """A closed list of words, written as lines of words."""
    return frozenset(word for line in lines for word in line.split())
