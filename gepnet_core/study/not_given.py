"""What the publication does not print, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gepnet_core.study.facts import STUDY_DIRECTORY, read_toml


@dataclass(frozen=True)
class NotGiven:
    """One thing that is not printed; ``brief`` marks what a reader in a hurry must know."""

    id: str
    what: str
    then: str
    brief: bool


@cache
def load_not_given() -> tuple[NotGiven, ...]:
    """All of them, in the order of the file."""
    return tuple(NotGiven(**entry) for entry in read_toml(STUDY_DIRECTORY / "not_given.toml")["item"])
