"""The way in by typing: lesion and liver HU of up to three phases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from gepnet_core.case.measurement import (
    HU_HIGHEST,
    HU_LOWEST,
    Measurement,
    Reading,
    check_hu,
    parse_number,
)
from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError
from ui.roi_viewer.drawing import Tissue
from ui.state import hu_key

PHASE_NOTES = {
    Phase.HAP: "25-30 s after the start of injection",
    Phase.PVP: "70-75 s; needed to derive the pattern",
    Phase.EP: "150 s; shown, not used by the rule",
}

EXAMPLE: Mapping[str, str] = {
    hu_key(Phase.HAP, Tissue.LESION): "49.5",
    hu_key(Phase.HAP, Tissue.LIVER): "70",
    hu_key(Phase.PVP, Tissue.LESION): "66.2",
    hu_key(Phase.PVP, Tissue.LIVER): "110",
}
"""Invented HU whose ratios are those of Figure 4 of the study, 0.707 and 0.602."""


@dataclass(frozen=True)
class HuInput:
    """What was measured or typed. With a problem there is no measurement to judge.

    ``problems`` are sentences for the place of the result; a field's own message stands at the field.
    ``is_synthetic`` says that these are an example's and no patient's.
    """

    measurements: Mapping[Phase, Measurement]
    problems: tuple[str, ...]
    is_synthetic: bool = False


def read_typed_hu() -> HuInput:
    """Draw the fields and read them."""
    _draw_example_buttons()
    measurements: dict[Phase, Measurement] = {}
    problems: list[str] = []
    for phase in Phase:
        st.markdown(f"**{as_sentence(phase.label)}** :small[{PHASE_NOTES[phase]}]")
        left, right = st.columns(2)
        readings = {}
        for tissue, column in ((Tissue.LESION, left), (Tissue.LIVER, right)):
            with column:
                readings[tissue] = _read_field(phase, tissue, problems)
        lesion, liver = readings[Tissue.LESION], readings[Tissue.LIVER]
        texts = [st.session_state.get(hu_key(phase, tissue), "").strip() for tissue in Tissue]
        if lesion is not None and liver is not None:
            try:
                measurements[phase] = Measurement(phase, lesion, liver)
            except MeasurementError as error:
                right.markdown(f":red[{as_typed(as_sentence(str(error)))}]")
                problems.append(as_sentence(str(error)))
        elif any(texts) and not all(texts):
            missing = Tissue.LIVER if texts[0] else Tissue.LESION
            problems.append(f"{as_sentence(phase.label)}: the {missing} HU is still missing.")
    return HuInput(measurements, tuple(problems), is_synthetic=_is_example())


def as_sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _read_field(phase: Phase, tissue: Tissue, problems: list[str]) -> Reading | None:
    """One text field; None where it is empty or cannot be read."""
    key = hu_key(phase, tissue)
    text = st.text_input(
        f"{tissue.capitalize()}, {phase.upper()} (HU)",
        key=key,
        persist_state="session",
        live=True,
        placeholder=f"{HU_LOWEST} to {HU_HIGHEST}" if tissue is Tissue.LESION else f"above 0 to {HU_HIGHEST}",
        autocomplete="off",
        max_chars=60,
    )
    if not text or not text.strip():
        return None
    path = f"{phase}.{tissue}"
    try:
        value = parse_number(text, path, "a number of HU")
        check_hu(value, path)
    except MeasurementError as error:
        st.markdown(f":red[{as_typed(as_sentence(str(error)))}]")
        problems.append(f"{as_sentence(phase.label)}, {tissue}: {error}")
        return None
    return Reading(value)


def as_typed(text: str) -> str:
    """Typed text inside Markdown shows as typed."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+!|~$:&" else c for c in text)


def _draw_example_buttons() -> None:
    is_empty = not any(
        st.session_state.get(hu_key(phase, tissue), "") for phase in Phase for tissue in Tissue
    )
    if is_empty:
        st.button("Fill in an example", on_click=_fill_example, help="Invented values, to see a result.")
        return
    if _is_example():
        st.markdown(
            ":gray-background[Example values, SYNTHETIC: no patient. The ratios are those of the study's "
            "Figure 4.]"
        )
    st.button("Clear the values", on_click=_clear)


def _is_example() -> bool:
    """Whether the fields still hold the example, and nothing else."""
    texts = {
        hu_key(phase, tissue): st.session_state.get(hu_key(phase, tissue), "")
        for phase in Phase
        for tissue in Tissue
    }
    return {key: text for key, text in texts.items() if text} == EXAMPLE


def _fill_example() -> None:
    for key, text in EXAMPLE.items():
        st.session_state[key] = text


def _clear() -> None:
    for phase in Phase:
        for tissue in Tissue:
            st.session_state[hu_key(phase, tissue)] = ""
