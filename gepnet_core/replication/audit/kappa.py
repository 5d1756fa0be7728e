"""Audit of the inter-observer numbers: which disagreements each kappa stands for; the ICCs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from gepnet_core.replication.audit.counts import FEATURES, GROUPS, counts_of
from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    Range,
    compare,
    printed_range,
    span,
)

MOST_DISAGREEMENTS = 12
"""Of 46 patients, for a feature of three categories; with two all numbers are tried."""

Moves = dict[tuple[int, int], int]
"""How many patients the second reader moved from one category to another."""


def check_readers(facts: Facts) -> Iterator[Finding]:
    """Each kappa as a table of two readers, the first being Table 1; each ICC."""
    for feature in FEATURES:
        yield _kappa(facts, feature)
    for name, what in (
        ("size", "the second reader's sizes"),
        ("lesion_hu", "any HU of a tumour"),
        ("liver_hu", "any HU of a liver"),
    ):
        yield _icc(facts, f"icc_{name}", what)


def disagreements(first: list[int], kappa: Range) -> list[Moves]:
    """The tables with the fewest disagreements whose unweighted kappa lies in the range.

    Parameters
    ----------
    first : list of int
        How many patients the first reader put into each category.
    kappa : Range

    Returns
    -------
    list of Moves
        Empty where no table with so few disagreements fits.
    """
    pairs = list(permutations(range(len(first)), 2))
    most = sum(first) if len(first) == 2 else MOST_DISAGREEMENTS
    for number in range(most + 1):
        found = [
            moves for moves in _moves(first, pairs, number) if kappa.contains(float(kappa_of(first, moves)))
        ]
        if found:
            return found
    return []


def kappa_of(first: list[int], moves: Moves) -> Fraction:
    """Cohen's unweighted kappa (Educ Psychol Meas 1960;20:37-46); 1 where both readers use one category."""
    n = sum(first)
    second = list(first)
    for (origin, target), count in moves.items():
        second[origin] -= count
        second[target] += count
    observed = Fraction(n - sum(moves.values()), n)
    expected = sum(Fraction(a * b, n * n) for a, b in zip(first, second, strict=True))
    return Fraction(1) if expected == 1 else (observed - expected) / (1 - expected)


def _moves(first: list[int], pairs: list[tuple[int, int]], number: int) -> Iterator[Moves]:
    """All ways to move so many patients, no more out of a category than it has."""
    if not pairs:
        if number == 0:
            yield {}
        return
    pair, rest = pairs[0], pairs[1:]
    for count in range(min(number, first[pair[0]]) + 1):
        left = list(first)
        left[pair[0]] -= count
        for moves in _moves(left, rest, number - count):
            yield {pair: count, **moves} if count else moves


def _kappa(facts: Facts, feature: str) -> Finding:
    fact = facts[f"kappa_{feature}"]
    categories = FEATURES[feature]
    counts = [counts_of(facts, feature, group) for group in GROUPS]
    first = [sum(group[category] for group in counts) for category in categories]
    n = sum(first)
    found = disagreements(first, printed_range(fact))
    if not found:
        note = "No table of two readers, the first with the counts of Table 1, has this kappa."
        return Finding(fact.id, AuditStatus.PRINTED_WRONG, note)
    number = sum(found[0].values())
    values = [float(kappa_of(first, moves)) for moves in found]
    said = [
        ", ".join(f"{count} {categories[a]} to {categories[b]}" for (a, b), count in moves.items())
        for moves in found
    ]
    note = (
        f"{number} of {n} disagreements between the first reader, with the counts of Table 1, and the second"
    )
    if number:
        note += f": {'; or '.join(said)}"
    return compare(
        fact, span(values), note.replace("_", " ") + ".", best=values[0] if len(set(values)) == 1 else None
    )


def _icc(facts: Facts, fact_id: str, what: str) -> Finding:
    possible = Range(-1, 1)
    if not printed_range(facts[fact_id]).meets(possible):
        note = "An intraclass correlation lies between -1 and 1."
        return Finding(fact_id, AuditStatus.PRINTED_WRONG, note, limits=possible)
    note = f"The paper does not print {what}, nor which form of ICC this is."
    return Finding(fact_id, AuditStatus.NOT_RECOMPUTABLE, note)
