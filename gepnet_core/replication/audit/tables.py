"""Audit of the tests of Table 1: chi-square with and without Yates, and the exact test of the pattern."""

from __future__ import annotations

from collections.abc import Iterator

from gepnet_core.replication.audit.counts import FEATURES, GROUPS, counts_of
from gepnet_core.replication.audit.rows import AuditStatus, Facts, Finding, compare, printed_range
from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton


def check_tables(facts: Facts) -> Iterator[Finding]:
    """Each chi-square and P of Table 1 from its counts."""
    for feature, categories in FEATURES.items():
        table = [[counts_of(facts, feature, group)[category] for group in GROUPS] for category in categories]
        if len(categories) == 2:
            yield from _four_cells(facts, feature, table)
        else:
            yield compare(
                facts[f"{feature}_p"],
                fisher_freeman_halton(table),
                "Fisher-Freeman-Halton, by enumeration of all tables with these margins.",
            )


def _four_cells(facts: Facts, feature: str, table: list[list[int]]) -> Iterator[Finding]:
    plain, corrected = chi_square(table), chi_square(table, yates=True)
    exact = fisher_freeman_halton(table)
    printed_chi2, printed_p = facts[f"{feature}_chi2"], facts[f"{feature}_p"]
    level = float(facts["significance_level"].value)
    others = f"with Yates' correction P is {corrected.p:.3f}, Fisher's exact P is {exact:.3f}"
    for fact, without, having in (
        (printed_chi2, plain.statistic, corrected.statistic),
        (printed_p, plain.p, corrected.p),
    ):
        printed = printed_range(fact)
        if printed.contains(without):
            depends = len({p < level for p in (plain.p, corrected.p, exact)}) > 1
            note = f"Without continuity correction; {others}."
            if depends:
                note += " Whether this is significant depends on the choice, which the paper does not state."
            yield Finding(fact.id, AuditStatus.CONSISTENT, note, without)
        elif printed.contains(having):
            yield Finding(
                fact.id,
                AuditStatus.UNDECLARED,
                f"Only with Yates' correction, which is not mentioned and which the other features do not "
                f"have; without it {without:.3f}. The smallest expected count is "
                f"{plain.smallest_expected:.2g}; Fisher's exact P is {exact:.3f}.",
                having,
            )
        else:
            yield Finding(
                fact.id,
                AuditStatus.PRINTED_WRONG,
                f"The counts give {without:.3f} without and {having:.3f} with Yates' correction.",
                without,
            )
