"""The study's facts with some of them changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from gepnet_core.replication.audit.rows import Facts
from gepnet_core.study.facts import load_facts


def changed(**values: str) -> Facts:
    """Facts by id with other values; "<0.01" changes the comparison as well."""
    facts = dict(load_facts())
    for fact_id, text in values.items():
        comparison = "<" if text.startswith("<") else "="
        number = text.removeprefix("<")
        facts[fact_id] = replace(
            facts[fact_id],
            value=Decimal(number),
            comparison=comparison,
            printed=comparison.strip("=") + number,
        )
    return facts
