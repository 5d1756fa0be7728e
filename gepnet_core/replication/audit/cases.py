"""Audit of the patients that the figures show."""

from __future__ import annotations

from collections.abc import Iterator

from gepnet_core.replication.audit.ratios import extremes
from gepnet_core.replication.audit.rows import AuditStatus, Facts, Finding, Range, compare, printed_range

_FIGURES = {2: "net", 3: "net", 4: "adenocarcinoma", 5: "adenocarcinoma"}


def check_cases(facts: Facts) -> Iterator[Finding]:
    """Ages against the group's range; ratios against what mean and SD allow."""
    for number, group in _FIGURES.items():
        age = facts[f"figure{number}_age"]
        youngest, oldest = (facts[f"age_{what}_{group}"] for what in ("min", "max"))
        yield compare(
            age,
            Range(float(youngest.value), float(oldest.value)),
            f"Inside the group's range of {youngest.value} to {oldest.value} years.",
            wrong=f"Outside the group's range of {youngest.value} to {oldest.value} years.",
        )
        for phase in ("hap", "pvp"):
            if f"figure{number}_{phase}_ratio" in facts:
                yield _ratio(facts, number, group, phase)


def _ratio(facts: Facts, number: int, group: str, phase: str) -> Finding:
    fact = facts[f"figure{number}_{phase}_ratio"]
    mean, sd = (printed_range(facts[f"{phase}_ratio_{what}_{group}"]) for what in ("mean", "sd"))
    lowest, highest = extremes(mean, sd, facts[f"n_{group}"].count)
    limits = Range(lowest.low, highest.high)
    if not printed_range(fact).meets(limits):
        note = f"With the group's mean and SD no ratio lies outside {limits.low:.2f} to {limits.high:.2f}."
        return Finding(fact.id, AuditStatus.PRINTED_WRONG, note, limits=limits)
    note = "The HU of lesion and liver are not printed."
    hap, pvp = (float(facts[f"figure{number}_{name}_ratio"].value) for name in ("hap", "pvp"))
    note += f" From hepatic artery to portal venous phase the ratio changes by {pvp - hap:+.3f}"
    if pvp < hap:
        note += (
            f"; the lesion's own HU fall only if those of the liver rise by less than {hap / pvp:.3f} times"
        )
    return Finding(fact.id, AuditStatus.NOT_RECOMPUTABLE, note + ".", limits=limits)
