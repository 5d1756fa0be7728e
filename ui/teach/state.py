"""What the page of teaching holds in a session: the part that is open, and what its parts tell each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import streamlit as st

from gepnet_core.case.pattern import EnhancementPattern
from ui.teach.explorer_state import ExplorerState
from ui.teach.lab_state import LabState
from ui.teach.quiz_state import QuizState

PREFIX = "teach."
"""Keys of widgets that belong to teaching begin so."""


class Part(StrEnum):
    """The parts of the page, as their names stand on it."""

    LAB = "Enhancement lab"
    EXPLORER = "Cutoff and Bayes"
    QUIZ = "Quiz"


@dataclass(frozen=True)
class LabReading:
    """What the lab's metastasis was last read as; the other parts show it among the patients."""

    hap_ratio: Fraction | float
    pattern: EnhancementPattern | None


@dataclass
class TeachState:
    """What no widget holds."""

    lab_reading: LabReading | None = None
    quiz: QuizState = field(default_factory=QuizState)
    explorer: ExplorerState = field(default_factory=ExplorerState)
    lab: LabState = field(default_factory=LabState)


def teach_state() -> TeachState:
    """The teaching of this session; made on first use."""
    state: TeachState = st.session_state.setdefault(f"{PREFIX}state", TeachState())
    return state


def key(name: str) -> str:
    """Key of a widget."""
    return f"{PREFIX}{name}"


def open_part(part: Part) -> None:
    """Show a part; a callback of buttons elsewhere on the page."""
    st.session_state[key("part")] = part
