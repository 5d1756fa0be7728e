"""Audit of plateau and of the two criteria combined: what Table 1 and the ratio's counts allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gepnet_core.replication.audit.counts import interval_note
from gepnet_core.replication.audit.rows import AuditStatus, Facts, Finding, Range, compare


@dataclass(frozen=True)
class Margins:
    """Of one group: patients, those with a low ratio, those with plateau, and those called adenocarcinoma."""

    n: int
    low: int
    plateau: int
    called: int

    @property
    def by_and(self) -> tuple[int, int]:
        """Fewest and most patients who can have both."""
        return max(0, self.low + self.plateau - self.n), min(self.low, self.plateau)

    @property
    def by_or(self) -> tuple[int, int]:
        """Fewest and most patients who can have at least one."""
        return max(self.low, self.plateau), min(self.n, self.low + self.plateau)

    @property
    def cells(self) -> tuple[int, int, int, int] | None:
        """Under AND: low and plateau, high and plateau, low and not, high and not; None where impossible."""
        if not self.by_and[0] <= self.called <= self.by_and[1]:
            return None
        both = self.called
        return both, self.plateau - both, self.low - both, self.n - self.low - self.plateau + both


def margins(facts: Facts) -> tuple[Margins, Margins]:
    """Of the adenocarcinomas and of the NETs; plateau from Table 1."""
    n_adenocarcinoma, n_net = facts["n_adenocarcinoma"].count, facts["n_net"].count
    return (
        Margins(
            n_adenocarcinoma,
            facts["hap_ratio_true_positives"].count,
            facts["pattern_plateau_adenocarcinoma"].count,
            facts["combined_true_positives"].count,
        ),
        Margins(
            n_net,
            n_net - facts["hap_ratio_true_negatives"].count,
            facts["pattern_plateau_net"].count,
            n_net - facts["combined_true_negatives"].count,
        ),
    )


def check_plateau(facts: Facts) -> Iterator[Finding]:
    """Sensitivity and specificity of plateau as the text prints them, against Table 1."""
    n = {group: facts[f"n_{group}"].count for group in ("adenocarcinoma", "net")}
    positives = facts["pattern_plateau_adenocarcinoma"].count
    negatives = n["net"] - facts["pattern_plateau_net"].count
    printed = facts["plateau_true_positives"].count, facts["plateau_true_negatives"].count
    swapped = printed == (negatives, positives) and positives != negatives
    for counted, share, group, count in (
        ("plateau_true_positives", "plateau_sensitivity", "adenocarcinoma", positives),
        ("plateau_true_negatives", "plateau_specificity", "net", negatives),
    ):
        what = "adenocarcinomas with" if group == "adenocarcinoma" else "NETs without"
        right = f"Table 1 has {count} of {n[group]} {what} plateau ({100 * count / n[group]:.1f}%)"
        wrong = f"{right}; the text prints {facts[share].printed}."
        if swapped:
            wrong += " Sensitivity and specificity were swapped."
        interval = interval_note(count, n[group])
        yield compare(facts[counted], float(count), f"{right}.{interval}", wrong=wrong + interval)
        yield compare(facts[share], count / n[group], f"{right}.{interval}", wrong=wrong + interval)


def check_combined(facts: Facts) -> Iterator[Finding]:
    """The combined counts under AND and under OR."""
    adenocarcinoma, net = margins(facts)
    by_and, by_or = (
        all(low <= m.called <= high for m, (low, high) in limits)
        for limits in (
            [(m, m.by_and) for m in (adenocarcinoma, net)],
            [(m, m.by_or) for m in (adenocarcinoma, net)],
        )
    )
    status = AuditStatus.ASSUMPTION if by_and or by_or else AuditStatus.PRINTED_WRONG
    note = _combined_note(adenocarcinoma, net, by_and, by_or)
    for m, counted, share, called in (
        (adenocarcinoma, "combined_true_positives", "combined_sensitivity", True),
        (net, "combined_true_negatives", "combined_specificity", False),
    ):
        count = facts[counted].count
        with_and, with_or = (
            Range(low, high) if called else Range(m.n - high, m.n - low) for low, high in (m.by_and, m.by_or)
        )
        proof = (
            f"AND: max(0, {m.low} + {m.plateau} - {m.n}) <= called <= min({m.low}, {m.plateau}), so between "
            f"{with_and.low:.0f} and {with_and.high:.0f} right calls; OR: max({m.low}, {m.plateau}) <= "
            f"called <= {m.by_or[1]}, so between {with_or.low:.0f} and {with_or.high:.0f}; printed {count}"
        )
        said = note + interval_note(count, m.n)
        yield Finding(counted, status, said, limits=with_and, proof=proof)
        yield compare(facts[share], count / m.n, said, agreeing=status, proof=proof)


def _combined_note(adenocarcinoma: Margins, net: Margins, by_and: bool, by_or: bool) -> str:
    if not (by_and or by_or):
        return "Neither AND nor OR of the two criteria can give both printed counts."
    if by_and and by_or:
        return "How the criteria were combined is not said; AND and OR can both give the printed counts."
    rule = "AND" if by_and else "OR"
    note = f"How the criteria were combined is not said. Of AND and OR only {rule} gives both printed counts"
    if adenocarcinoma.cells and net.cells:
        pairs = [f"{a}:{b}" for a, b in zip(adenocarcinoma.cells, net.cells, strict=True)]
        note += (
            f", and it forces (adenocarcinoma:NET) low ratio and plateau {pairs[0]}, high and plateau "
            f"{pairs[1]}, low and not plateau {pairs[2]}, high and not plateau {pairs[3]}"
        )
    return note + ". A logistic score is not excluded."
