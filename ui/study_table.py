"""A table of results as HTML: its first column names the row, every cell is text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def study_table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "gp-shares") -> str:
    """The table; ``kind`` is its style in study.css. A name that begins with two spaces stands indented."""
    # A heading without words would be read out as an empty one.
    columns = "".join(f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in head)
    lines = "".join(
        f"<tr>{_name(first)}{''.join(f'<td>{escape(text)}</td>' for text in rest)}</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="gp-wide"><table class="gp-study-table {kind}"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _name(words: str) -> str:
    inner = ' class="gp-inner"' if words.startswith("  ") else ""
    return f'<th scope="row"{inner}>{escape(words.strip())}</th>'
