"""The audit: every printed result and case beside what follows from the other printed numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from gepnet_core.errors import StudyError
from gepnet_core.replication.audit.cases import check_cases
from gepnet_core.replication.audit.counts import check_counts, check_ratio_accuracy
from gepnet_core.replication.audit.kappa import check_readers
from gepnet_core.replication.audit.logistic import check_logistic
from gepnet_core.replication.audit.means import check_means
from gepnet_core.replication.audit.ratios import check_ratios
from gepnet_core.replication.audit.roc import check_roc
from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    printed_number,
    printed_range,
)
from gepnet_core.replication.audit.rule import check_combined, check_plateau
from gepnet_core.replication.audit.tables import check_tables
from gepnet_core.study.facts import Fact, FactKind, load_facts

if TYPE_CHECKING:
    import pandas as pd

_CHECKS = (
    check_counts,
    check_tables,
    check_means,
    check_ratios,
    check_ratio_accuracy,
    check_plateau,
    check_combined,
    check_roc,
    check_logistic,
    check_readers,
    check_cases,
)
_AUDITED = (FactKind.RESULT, FactKind.CASE)


@dataclass(frozen=True)
class AuditRow:
    """One printed number: as printed, recomputed, in the reconstructed cohort, and the verdict.

    ``printed`` is the number's own text. ``recomputed`` is the one value that the other prints give,
    ``recomputed_low`` and ``recomputed_high`` the limits that rounding, or what is not printed, leaves; each
    is None where there is none. ``reconstructed`` is None where no cohort's value was given. ``proof`` is the
    inequality, where the verdict is proved by one.
    """

    id: str
    printed: str
    recomputed: float | None
    recomputed_low: float | None
    recomputed_high: float | None
    reconstructed: float | None
    status: AuditStatus
    note: str
    proof: str | None
    fact: Fact


@dataclass(frozen=True)
class Audit:
    """All rows, in the order of the paper."""

    rows: tuple[AuditRow, ...]

    def counts(self) -> dict[AuditStatus, int]:
        """Rows of each status."""
        return {status: sum(row.status is status for row in self.rows) for status in AuditStatus}

    def row(self, fact_id: str) -> AuditRow:
        """One row by the id of its fact.

        Raises
        ------
        StudyError
            If there is none.
        """
        for row in self.rows:
            if row.id == fact_id:
                return row
        raise StudyError("the audit has no such row", got=fact_id)

    def to_frame(self) -> pd.DataFrame:
        """One line a row, with quantity, group, kind, place and quote of its fact."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "id": row.id,
                    "quantity": row.fact.quantity,
                    "group": row.fact.group,
                    "kind": row.fact.kind.value,
                    "printed": row.printed,
                    "recomputed": row.recomputed,
                    "recomputed_low": row.recomputed_low,
                    "recomputed_high": row.recomputed_high,
                    "reconstructed": row.reconstructed,
                    "status": row.status.value,
                    "note": row.note,
                    "proof": row.proof,
                    "place": row.fact.place,
                    "quote": row.fact.quote,
                }
                for row in self.rows
            ]
        )


def audit(facts: Facts | None = None, reconstructed: Mapping[str, float] | None = None) -> Audit:
    """Recompute every printed result and case from the other printed numbers.

    Parameters
    ----------
    facts : mapping of id to Fact, optional
        The study's by default.
    reconstructed : mapping of id to float, optional
        What a reconstructed cohort has for a fact.

    Raises
    ------
    StudyError
        If a result or case is judged by no check or by two, or ``reconstructed`` names no audited fact.
    """
    facts = load_facts() if facts is None else facts
    found: dict[str, Finding] = {}
    for check in _CHECKS:
        for finding in check(facts):
            if finding.id in found:
                raise StudyError("two checks judge one fact", got=finding.id)
            found[finding.id] = finding
    for fact in facts.values():
        if fact.repeats is not None and fact.repeats in found:
            found[fact.id] = _repeated(fact, facts[fact.repeats], found[fact.repeats])
    audited = {fact.id: fact for fact in facts.values() if fact.kind in _AUDITED}
    values = dict(reconstructed or {})
    for what, ids in (
        ("no check judges a printed number", audited.keys() - found.keys()),
        ("a check judges what is no result or case", found.keys() - audited.keys()),
        ("the reconstruction names what is not audited", values.keys() - audited.keys()),
    ):
        if ids:
            raise StudyError(what, got=", ".join(sorted(ids)))
    return Audit(tuple(_rows(audited, found, values)))


def _repeated(fact: Fact, first: Fact, finding: Finding) -> Finding:
    """A number printed once more: it must be the same, and true to its own last digit."""
    printed, original = printed_range(fact), printed_range(first)
    coarser = max(int(number.as_tuple().exponent) for number in (fact.value, first.value))
    repeats = f"Prints once more what {first.place} has. "
    wrong = None
    if fact.comparison != first.comparison:
        wrong = f"{first.place} prints {printed_number(first)}, here it is {printed_number(fact)}."
    elif abs(fact.value - first.value) > Decimal(5).scaleb(coarser - 1):
        wrong = f"{first.place} prints {printed_number(first)}."
    elif finding.recomputed is not None and not printed.contains(finding.recomputed):
        if original.contains(finding.recomputed):
            wrong = f"To its last digit it would be {_digits(finding.recomputed, fact)}: a zero was appended."
        else:
            wrong = finding.note
    if wrong is not None:
        return replace(finding, id=fact.id, status=AuditStatus.PRINTED_WRONG, note=wrong, proof=None)
    return replace(finding, id=fact.id, note=repeats + finding.note)


def _digits(value: float, fact: Fact) -> str:
    """A value with as many digits as the fact has, as a percentage where it is printed as one."""
    decimals = -int(fact.value.as_tuple().exponent)
    return f"{100 * value:.{decimals - 2}f}%" if "%" in printed_number(fact) else f"{value:.{decimals}f}"


def _rows(
    audited: Mapping[str, Fact], found: Mapping[str, Finding], values: Mapping[str, float]
) -> Iterator[AuditRow]:
    for fact in audited.values():
        finding = found[fact.id]
        limits = finding.limits
        yield AuditRow(
            id=fact.id,
            printed=printed_number(fact),
            recomputed=finding.recomputed,
            recomputed_low=None if limits is None else limits.low,
            recomputed_high=None if limits is None else limits.high,
            reconstructed=values.get(fact.repeats or fact.id),
            status=finding.status,
            note=finding.note,
            proof=finding.proof,
            fact=fact,
        )
