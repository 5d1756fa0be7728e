"""Rows to CSV of which no cell is a formula to a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
# The full-width forms are taken for the plain ones by spreadsheets of East Asian languages.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def escape_formula(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; numbers, also negative ones, stay.

    References
    ----------
    OWASP, CSV Injection: cells that begin with = + - @, tab, carriage return or line feed.
    """
    if text.lstrip(" ").startswith(_FORMULA_START) and not _NUMBER.fullmatch(text.strip(" ")):
        return "'" + text
    return text


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows with the same keys as CSV; without any row the text is empty.

    Undefined values are empty cells, truth is yes or no, a float its shortest exact decimal, text is escaped.
    """
    rest = iter(rows)
    first = next(rest, None)
    if first is None:
        return ""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(first)
    writer.writerows([_cell(value) for value in row.values()] for row in chain([first], rest))
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    return escape_formula(str(value))
