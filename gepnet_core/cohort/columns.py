"""Headings of one table to columns of the dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gepnet_core.cohort.mapping import ColumnMapping
from gepnet_core.cohort.schema import plain_heading
from gepnet_core.errors import CohortError


@dataclass(frozen=True)
class ColumnMatch:
    """Where each column stands: name to position. ``unused`` are the positions that mean nothing here."""

    positions: Mapping[str, int]
    unused: tuple[int, ...]


def match_columns(headings: Sequence[str], mapping: ColumnMapping) -> ColumnMatch:
    """Find the columns among the headings.

    Raises
    ------
    CohortError
        If two headings mean the same column, or the mapping names a heading that the table lacks.
    """
    plain = {plain_heading(heading) for heading in headings}
    absent = [heading for heading in mapping.columns if plain_heading(heading) not in plain]
    if absent:
        raise CohortError(
            "the mapping names headings that the table lacks",
            got=", ".join(repr(heading[:40]) for heading in absent[:5]),
            allowed="headings of the table",
            remedy="Correct the mapping.",
            field="mapping",
        )
    positions: dict[str, int] = {}
    unused: list[int] = []
    for position, heading in enumerate(headings):
        name = mapping.recognise(heading)
        if name is None:
            unused.append(position)
        elif name in positions:
            raise CohortError(
                f"two columns mean {name}",
                got=f"columns {positions[name] + 1} and {position + 1}",
                allowed="one",
                remedy="Rename one of them, or say in a mapping which is meant.",
                field=name,
            )
        else:
            positions[name] = position
    return ColumnMatch(MappingProxyType(positions), tuple(unused))
