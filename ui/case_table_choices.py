"""Choices that hold for every row of a table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import streamlit as st

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import parse_number
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.errors import GepnetError
from gepnet_core.study.criteria import load_criteria


def read_table_choices() -> Case | None:
    """Draw the fields and read them as a case without measurements; None where one cannot be read."""
    criteria = load_criteria()
    problems: list[str] = []
    with st.expander("Definition, tolerance, cutoff, pre-test probability"):
        chosen = st.radio(
            "Deriving the pattern from HU, where the table gives none",
            list(PatternDefinition),
            index=0,
            format_func=lambda d: f"by the {criteria.definitions[d].label}",
            key="table.definition",
            persist_state="session",
        )
        definition = chosen or PatternDefinition.LIVER_RELATIVE
        default = criteria.definitions[definition]
        tolerance = _optional_number(
            f"Tolerance of plateau ({default.unit})",
            f"table.tolerance.{definition}",
            f"{default.tolerance}, an assumption",
            problems,
        )
        cutoff = _optional_number(
            "Cutoff of the HAP ratio", "table.cutoff", f"{criteria.hap_ratio_cutoff}, published", problems
        )
        percent = _optional_number(
            "Pre-test probability of NET (%)", "table.pretest", "empty: no post-test probability", problems
        )
        st.caption(
            "Whether a patient is like the study's is unknown unless the table has columns such as "
            "scope_untreated (yes, no, unknown). A no withholds that row's call."
        )
    settings = None
    if not problems:
        try:
            settings = Case(
                definition=definition,
                tolerances={} if tolerance is None else {definition: tolerance},
                pretest_net=None if percent is None else percent / 100,
            )
            settings = settings if cutoff is None else replace(settings, cutoff=cutoff)
        except GepnetError as error:
            problems.append(str(error))
    for problem in problems:
        st.error(problem)
    return None if problems else settings


def _optional_number(label: str, key: str, placeholder: str, problems: list[str]) -> Decimal | None:
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
