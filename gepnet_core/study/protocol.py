"""The study's population and methods, as it states them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from gepnet_core.study.facts import STUDY_DIRECTORY, read_toml


@dataclass(frozen=True)
class ProtocolItem:
    """One statement of population, scanning, reading or analysis, with its place and quote."""

    id: str
    section: str
    label: str
    statement: str
    place: str
    quote: str


@cache
def load_protocol() -> Mapping[str, ProtocolItem]:
    """All statements by id, in the order of the file."""
    items = (ProtocolItem(**entry) for entry in read_toml(STUDY_DIRECTORY / "protocol.toml")["item"])
    return MappingProxyType({item.id: item for item in items})
