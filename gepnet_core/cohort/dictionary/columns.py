"""Headings of one table to columns of the dictionary."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import load_dictionary, plain_heading
from gepnet_core.errors import CohortError
from gepnet_core.study.scope import load_scope


@dataclass(frozen=True)
class ColumnMatch:
    """Where each column stands: name to position. ``unused`` are the positions that mean nothing here."""

    positions: Mapping[str, int]
    unused: tuple[int, ...]


def columns_of_a_call() -> frozenset[str]:
    """Names of the columns that a call looks at, or that go with it."""
    hu = {f"{phase}_{tissue}_hu" for phase in Phase for tissue in ("lesion", "liver")}
    scope = {load_dictionary().scope_prefix + item for item in load_scope()}
    return frozenset(hu | scope | {"patient_id", "synthetic", "pattern", "hap_ratio", "pvp_ratio"})


def match_columns(
    headings: Sequence[str], mapping: ColumnMapping, wanted: Collection[str] | None = None
) -> ColumnMatch:
    """Find the columns among the headings.

    Parameters
    ----------
    headings : sequence of str
    mapping : ColumnMapping
    wanted : collection of str, optional
        Columns that must be told apart; all by default. Of another that stands twice, the first is taken
        and the second is unused.

    Raises
    ------
    CohortError
        If two headings mean the same wanted column, or the mapping names a heading that the table lacks.
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
        if name is None or (name in positions and wanted is not None and name not in wanted):
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


def check_usable(match: ColumnMatch) -> None:
    """Refuse a table of which no column holds a criterion.

    Raises
    ------
    CohortError
        There is none.
    """
    found = match.positions
    if "pattern" in found or "hap_ratio" in found or {"hap_lesion_hu", "hap_liver_hu"} <= set(found):
        return
    raise CohortError(
        "no column holds a criterion",
        got=", ".join(found) if found else "no heading that the data dictionary knows",
        allowed="hap_lesion_hu and hap_liver_hu, or pattern",
        remedy="Rename the columns as in the template, or give a mapping.",
    )
