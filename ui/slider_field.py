"""One number under two hands: a slider for moving it, and a field that holds it exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_DECIMALS = 9
"""Of a typed number: what lies beyond is the noise of a browser's sums."""


@dataclass(frozen=True)
class SliderField:
    """Keys of both widgets, bounds and step of the slider, and the number that both begin with.

    The field holds the number; the slider stands at the step beside it. An emptied field has no meaning of
    its own and takes the slider's.
    """

    slider_key: str
    field_key: str
    lowest: Decimal
    highest: Decimal
    step: Decimal
    first: Decimal

    @property
    def number(self) -> float:
        """What the field holds; `settle` first."""
        return round(float(st.session_state[self.field_key]), _DECIMALS)

    def settle(self) -> None:
        """Fill both where they are empty, and bring the slider to the field. Before the widgets are drawn."""
        if st.session_state.get(self.field_key) is None:
            at = st.session_state.get(self.slider_key)
            self.move(self.first if at is None else Decimal(repr(round(at, _DECIMALS))))
        # Other bounds move the slider, and what is exactly where it should be is not sent again.
        wanted = self._on_slider(st.session_state[self.field_key])
        if abs(st.session_state.get(self.slider_key, 0.0) - wanted) > float(self.step) / 2:
            st.session_state[self.slider_key] = wanted

    def move(self, number: Decimal) -> None:
        """Bring both to a number; a callback of buttons."""
        st.session_state[self.field_key] = float(number)
        st.session_state[self.slider_key] = self._on_slider(float(number))

    def draw_slider(self, place: DeltaGenerator, label: str, format: str) -> None:
        """Draw the slider."""
        place.slider(
            label,
            min_value=float(self.lowest),
            max_value=float(self.highest),
            step=float(self.step),
            format=format,
            key=self.slider_key,
            persist_state="session",
            on_change=self._take_slider,
        )

    def draw_field(
        self, place: DeltaGenerator, label: str, lowest: Decimal, highest: Decimal, help: str
    ) -> None:
        """Draw the field, which takes more than the slider does: everything within its own bounds."""
        place.number_input(
            label,
            min_value=float(lowest),
            max_value=float(highest),
            value=None,
            step=float(self.step),
            format="%.10g",
            key=self.field_key,
            persist_state="session",
            help=help,
        )

    def _take_slider(self) -> None:
        """Callback of the slider: the field shows the same, without the noise of the browser's sums."""
        st.session_state[self.field_key] = round(st.session_state[self.slider_key], _DECIMALS)

    def _on_slider(self, number: float) -> float:
        """The step of the slider nearest to a number."""
        nearest = round(Decimal(repr(number)) / self.step) * self.step
        return float(min(max(nearest, self.lowest), self.highest))
