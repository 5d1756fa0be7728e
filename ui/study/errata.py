"""What is wrong, undeclared, assumed or unclear in the print, a line each that opens."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.study.errata import Erratum, load_errata
from gepnet_core.study.facts import load_facts

KIND_TITLES = {
    "printed_wrong": "Printed wrong",
    "undeclared": "Done without saying so",
    "assumption": "Assumed here",
    "unclear": "Unclear, or easily misread",
}


def erratum_anchor(erratum_id: str) -> str:
    """Address of an erratum inside the page; a browser opens the closed line that holds it."""
    return f"erratum-{erratum_id}"


def draw_errata() -> None:
    """Draw all errata by kind, the wrong ones first."""
    st.header("What is wrong or unclear", anchor="errata")
    st.markdown("Choose a line for what is printed, what holds instead, and how one can tell.")
    for kind, title in KIND_TITLES.items():
        errata = [erratum for erratum in load_errata().values() if erratum.kind == kind]
        if errata:
            lines = "".join(_line(erratum) for erratum in errata)
            st.html(f'<h3 class="gp-kind">{title} ({len(errata)})</h3>{lines}')


def _line(erratum: Erratum) -> str:
    quotes = dict.fromkeys((load_facts()[f].place, load_facts()[f].quote) for f in erratum.facts)
    rows = [("Printed", erratum.printed), ("What holds", erratum.right), ("How one can tell", erratum.why)]
    said = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    said += "".join(
        f"<dt>{escape(place)}</dt><dd><q>{escape(' '.join(quote.split()))}</q></dd>"
        for place, quote in quotes
    )
    return (
        f'<details class="gp-erratum"><summary>{escape(erratum.title)}</summary>'
        f'<dl id="{erratum_anchor(erratum.id)}">{said}</dl></details>'
    )
