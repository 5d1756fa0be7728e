"""Other publications that bear on the criteria, each with what was read of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gepnet_core.study.facts import STUDY_DIRECTORY, read_toml


@dataclass(frozen=True)
class OtherEvidence:
    """One publication: how it is cited, what was read of it, what it says and what that means here."""

    id: str
    source: str
    address: str
    read: str
    says: str
    bears: str


@cache
def load_other_evidence() -> tuple[OtherEvidence, ...]:
    """All of them, in the order of the file."""
    return tuple(OtherEvidence(**entry) for entry in read_toml(STUDY_DIRECTORY / "evidence.toml")["item"])
