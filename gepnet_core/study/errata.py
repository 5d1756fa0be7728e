"""What is wrong, undeclared or assumed in the print, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from gepnet_core.errors import StudyError
from gepnet_core.study.facts import STUDY_DIRECTORY, load_facts, read_toml

KINDS = ("printed_wrong", "undeclared", "assumption", "unclear")


@dataclass(frozen=True)
class Erratum:
    """One point: what is printed, what holds instead or is known, and how one can tell.

    ``kind`` is the verdict of the audit on the numbers that it names, or "unclear" where no number decides.
    ``facts`` are ids of printed numbers; those that repeat them are touched as well.
    """

    id: str
    title: str
    kind: str
    facts: tuple[str, ...]
    printed: str
    right: str
    why: str


@cache
def load_errata() -> Mapping[str, Erratum]:
    """All errata by id, in the order of the file.

    Raises
    ------
    StudyError
        If an entry names an unknown fact or kind, or an id stands twice.
    """
    entries = read_toml(STUDY_DIRECTORY / "errata.toml")["erratum"]
    errata = {entry["id"]: Erratum(**{**entry, "facts": tuple(entry["facts"])}) for entry in entries}
    if len(errata) != len(entries):
        raise StudyError("an id stands twice in errata.toml")
    for erratum in errata.values():
        unknown = [fact_id for fact_id in erratum.facts if fact_id not in load_facts()]
        if unknown or erratum.kind not in KINDS:
            raise StudyError(
                "an erratum names what there is not",
                got=f"{erratum.id}: {', '.join(unknown) or erratum.kind}",
                allowed=f"ids of facts; kind one of {', '.join(KINDS)}",
            )
    return MappingProxyType(errata)
