"""What the criteria are for and how far they reach, beside the study's own protocol."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gepnet_core.study.facts import STUDY_DIRECTORY, read_toml


@dataclass(frozen=True)
class CardItem:
    """One statement; ``section`` is use or evidence."""

    section: str
    label: str
    statement: str


@cache
def load_model_card() -> tuple[CardItem, ...]:
    """All statements, in the order of the file."""
    return tuple(CardItem(**entry) for entry in read_toml(STUDY_DIRECTORY / "model_card.toml")["item"])
