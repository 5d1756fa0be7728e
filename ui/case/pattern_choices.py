"""How a pattern is derived from HU, asked on each page that reads a table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import streamlit as st

from gepnet_core.case.measurement import parse_number
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.errors import GepnetError
from gepnet_core.study.criteria import load_criteria


def read_definition(
    key: Callable[[str], str], problems: list[str]
) -> tuple[PatternDefinition, Decimal | None]:
    """Draw the fields of definition and tolerance; None where the definition's own tolerance holds.

    Parameters
    ----------
    key : callable
        Name to key of a widget.
    problems : list of str
        What cannot be read is added.
    """
    criteria = load_criteria()
    chosen = st.radio(
        "Deriving the pattern from HU, where the table gives none",
        list(PatternDefinition),
        index=0,
        format_func=lambda definition: f"by the {criteria.definitions[definition].label}",
        key=key("definition"),
        persist_state="session",
    )
    definition = chosen or PatternDefinition.LIVER_RELATIVE
    default = criteria.definitions[definition]
    tolerance = optional_number(
        f"Tolerance of plateau ({default.unit})",
        key(f"tolerance.{definition}"),
        f"{default.tolerance}, an assumption",
        problems,
    )
    return definition, tolerance


def optional_number(label: str, key: str, placeholder: str, problems: list[str]) -> Decimal | None:
    """One optional number; None where the field is empty or cannot be read."""
    text = st.text_input(
        label, key=key, persist_state="session", placeholder=placeholder, autocomplete="off", max_chars=60
    )
    if not text or not text.strip():
        return None
    try:
        return parse_number(text, key)
    except GepnetError as error:
        problems.append(f"{label}: {error}")
        return None
