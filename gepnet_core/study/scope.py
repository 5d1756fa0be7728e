"""The study's population and protocol as questions that a case must answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from gepnet_core.study.facts import STUDY_DIRECTORY, read_toml


@dataclass(frozen=True)
class ScopeItem:
    """One condition under which the study's counts speak of a case."""

    id: str
    short: str
    statement: str
    why: str
    place: str
    quote: str


@cache
def load_scope() -> Mapping[str, ScopeItem]:
    """All conditions by id, in the order of the file."""
    items = (ScopeItem(**entry) for entry in read_toml(STUDY_DIRECTORY / "scope.toml")["item"])
    return MappingProxyType({item.id: item for item in items})
