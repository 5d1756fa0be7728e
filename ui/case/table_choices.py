"""Choices that hold for every row of a table."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gepnet_core.case.case import Case
from gepnet_core.errors import GepnetError
from gepnet_core.study.criteria import load_criteria
from ui.case.pattern_choices import optional_number, read_definition


def read_table_choices() -> Case | None:
    """Draw the fields and read them as a case without measurements; None where one cannot be read."""
    criteria = load_criteria()
    problems: list[str] = []
    with st.expander("Definition, tolerance, cutoff, pre-test probability"):
        definition, tolerance = read_definition("table.{}".format, problems)
        cutoff = optional_number(
            "Cutoff of the HAP ratio", "table.cutoff", f"{criteria.hap_ratio_cutoff}, published", problems
        )
        percent = optional_number(
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
