"""What a reconstructed cohort must reproduce: every printed result and case, with its rounding interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from gepnet_core.errors import StudyError
from gepnet_core.replication.audit.rows import printed_number, printed_range
from gepnet_core.study.facts import STUDY_DIRECTORY, load_facts, read_toml

_ROUNDING = 1e-9
"""A half may be rounded up or down; floating point may leave it on either side."""


@dataclass(frozen=True)
class Constraint:
    """A printed number. A value agrees from ``low`` to ``high``: what rounds to the print."""

    id: str
    printed: str
    low: float
    high: float

    def is_met(self, value: float) -> bool:
        """Whether a value rounds to what is printed; a value that is no number does not."""
        return self.low - _ROUNDING <= value <= self.high + _ROUNDING


@dataclass(frozen=True)
class Check:
    """A constraint with the value that a cohort gives."""

    constraint: Constraint
    value: float

    @property
    def is_met(self) -> bool:
        return self.constraint.is_met(self.value)

    def __str__(self) -> str:
        return f"{self.constraint.id}: printed {self.constraint.printed}, got {self.value:.6g}"


@cache
def load_constraints() -> Mapping[str, Constraint]:
    """All constraints by the id of their fact, without what a fact merely repeats.

    Raises
    ------
    StudyError
        If constraints.toml excepts a fact that there is not.
    """
    facts = load_facts()
    excepted = set(load_exceptions())
    if unknown := excepted - facts.keys():
        raise StudyError("constraints.toml names no fact", got=", ".join(sorted(unknown)))
    return MappingProxyType(
        {
            fact.id: Constraint(fact.id, printed_number(fact), limits.low, limits.high)
            for fact in facts.values()
            if fact.kind in ("result", "case") and fact.repeats is None and fact.id not in excepted
            for limits in [printed_range(fact)]
        }
    )


@cache
def load_exceptions() -> Mapping[str, str]:
    """Facts that no cohort can reproduce together with the others: id to reason."""
    table = read_toml(STUDY_DIRECTORY / "constraints.toml")
    return MappingProxyType(dict(table["cannot_be_reproduced"]))


def check_all(measured: Mapping[str, float]) -> tuple[Check, ...]:
    """Hold what was measured against every constraint; what was not measured counts as not met."""
    return tuple(Check(c, measured.get(c.id, float("nan"))) for c in load_constraints().values())
