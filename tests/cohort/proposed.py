"""Tables written out in a test, and what is proposed for them."""

from __future__ import annotations

from gepnet_core.cohort.proposal.proposal import MappingProposal, propose_mapping
from gepnet_core.cohort.tables.read import Table, read_table
from gepnet_core.cohort.tables.records import Record


def proposed(text: str) -> MappingProposal:
    return propose_mapping(read_table(text.encode()))


def names(proposal: MappingProposal) -> list[str | None]:
    return [column.name for column in proposal.columns]


def table(headings: list[str], rows: list[list[str]]) -> Table:
    return Table(tuple(headings), tuple(Record(i + 2, tuple(row)) for i, row in enumerate(rows)), ())
