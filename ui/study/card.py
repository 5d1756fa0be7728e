"""The model card, other publications, and what is not printed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.study.evidence import load_other_evidence
from gepnet_core.study.model_card import load_model_card
from gepnet_core.study.not_given import load_not_given
from gepnet_core.study.protocol import load_protocol
from gepnet_core.study.scope import load_scope

SECTIONS = {"population": "Population", "scanning": "Scanning", "reading": "Reading", "analysis": "Analysis"}
"""Sections of the protocol with their titles."""


def draw_card() -> None:
    """Draw intended use, population, protocol, limits and evidence level."""
    st.header("What it is for, and its limits", anchor="card")
    use = [("Intended use", INTENDED_USE), *_items("use")]
    scope = "; ".join(item.short for item in load_scope().values())
    use.append(("Speaks of a case only if", f"{scope}. Each is a question on the page of a case."))
    st.html(
        f'<h3 class="gp-kind">Use</h3>{_table(use)}'
        f'<h3 class="gp-kind">Evidence</h3>{_table(_items("evidence"))}'
    )
    for section, title in SECTIONS.items():
        items = [item for item in load_protocol().values() if item.section == section]
        st.html(f'<h3 class="gp-kind">{title}</h3>{_table((i.label, i.statement) for i in items)}')
    quotes = "".join(
        f"<dt>{escape(item.label)}</dt><dd><q>{escape(' '.join(item.quote.split()))}</q> "
        f'<span class="gp-place">({escape(item.place)})</span></dd>'
        for item in load_protocol().values()
    )
    st.html(
        '<details class="gp-erratum"><summary>Where the study says so, in its own words</summary>'
        f"<dl>{quotes}</dl></details>"
    )


def draw_other_evidence() -> None:
    """Draw the other publications, each with what was read of it."""
    st.header("Other publications", anchor="others")
    st.markdown(
        "\n".join(
            f"- {item.source} ([source]({item.address}); read: {item.read}). {item.says} "
            f"**Here:** {item.bears}"
            for item in load_other_evidence()
        )
    )


def draw_not_given() -> None:
    """Draw everything that is not printed."""
    st.header("What is not printed", anchor="not-given")
    st.html(_table((item.what, item.then) for item in load_not_given()))


def _items(section: str) -> list[tuple[str, str]]:
    return [(item.label, item.statement) for item in load_model_card() if item.section == section]


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(text)}</td></tr>' for label, text in rows
    )
    return f'<table class="gp-study-table gp-card"><tbody>{lines}</tbody></table>'
