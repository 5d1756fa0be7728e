"""What a reader chooses beside the HU: pattern, scope, definitions, cutoff, pre-test probability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from gepnet_core.case.case import Case, ReadingError, ScopeState
from gepnet_core.case.measurement import Measurement, parse_number
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.scope import load_scope
from ui.case.typed_hu import as_sentence, as_typed
from ui.state import Key, scope_key, tolerance_key


@dataclass(frozen=True)
class Choices:
    """Arguments of a `Case` besides its measurements, and what could not be read."""

    arguments: Mapping[str, Any]
    problems: tuple[str, ...]

    def case(self, measurements: Mapping[Phase, Measurement]) -> Case:
        """The case of these choices and measurements."""
        return Case(measurements=measurements, **self.arguments)


PATTERN_HELP = (
    "Your own visual call. Plateau: the lesion's enhancement is similar in both phases. Washout: lower in "
    "the portal venous phase. Progressive: higher. If you give none, it is derived from the HU."
)


def read_choices() -> Choices:
    """Draw the fields of choice and read them."""
    problems: list[str] = []
    pattern = st.segmented_control(
        "Enhancement pattern, as you see it",
        list(EnhancementPattern),
        format_func=lambda p: p.capitalize(),
        key=Key.PATTERN,
        persist_state="session",
        help=PATTERN_HELP,
    )
    arguments: dict[str, Any] = {"reader_pattern": pattern}
    arguments["scope"] = _read_scope()
    with st.expander("Definition, tolerance, cutoff, pre-test probability, reading error"):
        arguments |= _read_definition(problems)
        arguments |= _read_numbers(problems)
    return Choices(arguments, tuple(problems))


def _read_scope() -> dict[str, ScopeState]:
    items = load_scope()
    answers = {item: st.session_state.get(scope_key(item)) or ScopeState.UNKNOWN for item in items}
    n_no = sum(state is ScopeState.NO for state in answers.values())
    n_unknown = sum(state is ScopeState.UNKNOWN for state in answers.values())
    label = f"Is this case like the study's? {n_no} no, {n_unknown} unknown of {len(items)}"
    with st.expander(label, key="case.scope_expander"):
        st.button("All of these hold", on_click=_answer_all_yes)
        for item in items.values():
            st.segmented_control(
                item.statement,
                list(ScopeState),
                default=ScopeState.UNKNOWN if scope_key(item.id) not in st.session_state else None,
                required=True,
                format_func=lambda state: state.capitalize(),
                key=scope_key(item.id),
                persist_state="session",
                help=f"{item.why}\n\nThe study ({item.place}): {item.quote}",
            )
    return {item: st.session_state[scope_key(item)] for item in items}


def _answer_all_yes() -> None:
    for item in load_scope():
        st.session_state[scope_key(item)] = ScopeState.YES


def _read_definition(problems: list[str]) -> dict[str, Any]:
    defaults = load_criteria().definitions
    definition = st.radio(
        "Deriving the pattern from HU",
        list(PatternDefinition),
        index=0,
        format_func=lambda d: f"by the {defaults[d].label}",
        key=Key.DEFINITION,
        persist_state="session",
        help="\n\n".join(f"{d.label.capitalize()}: {d.reason}" for d in defaults.values()),
    )
    definition = definition or PatternDefinition.LIVER_RELATIVE
    default = defaults[definition]
    tolerance = _read_decimal(
        f"Tolerance of plateau ({default.unit})",
        tolerance_key(definition),
        f"{default.tolerance}, an assumption",
        problems,
        "At most this much change between the phases still is plateau.",
    )
    return {
        "definition": definition,
        "tolerances": {} if tolerance is None else {definition: tolerance},
    }


def _read_numbers(problems: list[str]) -> dict[str, Any]:
    criteria = load_criteria()
    arguments: dict[str, Any] = {}
    cutoff = _read_decimal(
        "Cutoff of the HAP ratio",
        Key.CUTOFF,
        f"{criteria.hap_ratio_cutoff}, published",
        problems,
        "At or below it points to adenocarcinoma. With another cutoff the study's counts do not apply.",
    )
    if cutoff is not None:
        arguments["cutoff"] = cutoff
    percent = _read_decimal(
        "Pre-test probability of NET (%)",
        Key.PRETEST,
        "empty: no post-test probability",
        problems,
        "Above 0 and below 100. What you held likely before this CT. The study's 50 % is its design, "
        "not a prevalence.",
    )
    if percent is not None and not 0 < percent < 100:
        # Checked here too: the library speaks of fractions, and "0.05" means something else in this field.
        bounds = (
            f"It must lie between 0 and 100 %; got {percent} %; allowed: above 0 and below 100, such as 5."
        )
        st.markdown(f":red[{as_typed(as_sentence(bounds))}]")
        problems.append(f"Pre-test probability of NET: {bounds}")
        percent = None
    arguments["pretest_net"] = None if percent is None else percent / 100
    error = criteria.reading_error
    left, right = st.columns(2)
    with left:
        lesion = _read_decimal(
            "Reading error, lesion (HU)",
            Key.ERROR_LESION,
            f"{error.lesion_hu}, assumed",
            problems,
            error.reason,
        )
    with right:
        liver = _read_decimal(
            "Reading error, liver (HU)", Key.ERROR_LIVER, f"{error.liver_hu}, assumed", problems, error.reason
        )
    try:
        arguments["reading_error"] = ReadingError(
            error.lesion_hu if lesion is None else lesion, error.liver_hu if liver is None else liver
        )
    except MeasurementError as mistake:
        st.markdown(f":red[{as_typed(as_sentence(str(mistake)))}]")
        problems.append(as_sentence(str(mistake)))
    return arguments


def _read_decimal(label: str, key: str, placeholder: str, problems: list[str], note: str) -> Decimal | None:
    """One optional number; None where the field is empty or cannot be read."""
    text = st.text_input(
        label,
        key=key,
        persist_state="session",
        live=True,
        placeholder=placeholder,
        autocomplete="off",
        max_chars=60,
        help=note,
    )
    if not text or not text.strip():
        return None
    try:
        return parse_number(text, key.removeprefix("case."))
    except MeasurementError as error:
        st.markdown(f":red[{as_typed(as_sentence(str(error)))}]")
        problems.append(f"{label}: {error}")
        return None
