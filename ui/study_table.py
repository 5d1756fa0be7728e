"""A table of results as HTML: its first column names the row, every cell is text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def study_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "gp-shares", *, name: str
) -> str:
    """The table, which scrolls where it is wider than the page; ``name`` is read out when it is entered.

    ``kind`` is its style in study.css. A row's name that begins with two spaces stands indented.
    """
    return scroll_region(name, plain_table(head, rows, kind), "gp-wide")


def scroll_region(name: str, inner: str, kind: str) -> str:
    """A part of the page that scrolls in its own place.

    With a name and a stop of the Tab key: not every browser gives one by itself to what scrolls.

    Raises
    ------
    ValueError
        The name is empty.
    """
    if not name.strip():
        raise ValueError("a part of the page that scrolls needs a name")
    return f'<div class="{kind}" role="region" aria-label="{escape(name)}" tabindex="0">{inner}</div>'


def plain_table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str) -> str:
    """The table alone, for a region that has its own way to scroll."""
    # A heading without words would be read out as an empty one.
    columns = "".join(f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in head)
    lines = "".join(
        f"<tr>{_name(first)}{''.join(f'<td>{escape(text)}</td>' for text in rest)}</tr>"
        for first, *rest in rows
    )
    return (
        f'<table class="gp-study-table {kind}"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{lines}</tbody></table>"
    )


def _name(words: str) -> str:
    inner = ' class="gp-inner"' if words.startswith("  ") else ""
    return f'<th scope="row"{inner}>{escape(words.strip())}</th>'
