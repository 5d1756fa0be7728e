"""Audit of counts and shares: the population, Table 1, and sensitivity and specificity of the ratio."""

from __future__ import annotations

from collections.abc import Iterator

from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    compare,
    printed_number,
    printed_range,
)
from gepnet_core.statistics.intervals import clopper_pearson_interval

GROUPS = ("net", "adenocarcinoma")
FEATURES = {
    "distribution": ("restricted", "diffuse"),
    "shape": ("round_oval", "irregular"),
    "hap_enhancement": ("hyper", "hypo"),
    "pattern": ("plateau", "washout", "progressive"),
    "lymphadenopathy": ("present", "absent"),
}
"""The features of Table 1 with their categories, as the ids name them."""

_SITES = ("gastric", "small_bowel", "colorectal", "pancreas")
_GRADES = ("well_moderate", "moderate", "moderate_poor", "poor")


def counts_of(facts: Facts, feature: str, group: str) -> dict[str, int]:
    """The counts of a feature of Table 1 in one group."""
    return {category: facts[f"{feature}_{category}_{group}"].count for category in FEATURES[feature]}


def check_counts(facts: Facts) -> Iterator[Finding]:
    """Group sizes, sexes, primary sites, grades, and each count and share of Table 1."""
    for group in GROUPS:
        n = facts[f"n_{group}"].count
        totals = {sum(counts_of(facts, feature, group).values()) for feature in FEATURES}
        agree = totals == {n}
        yield Finding(
            f"n_{group}",
            AuditStatus.CONSISTENT if agree else AuditStatus.PRINTED_WRONG,
            "Each feature of Table 1 adds up to it."
            if agree
            else f"The features of Table 1 add up to {', '.join(map(str, sorted(totals)))}.",
            float(min(totals)) if len(totals) == 1 else None,
        )
        yield from _adds_up(facts, [f"men_{group}", f"women_{group}"], n, "men and women")
        for feature in FEATURES:
            yield from _feature(facts, feature, group, n)
    n_adenocarcinoma = facts["n_adenocarcinoma"].count
    yield from _adds_up(facts, [f"site_{site}" for site in _SITES], n_adenocarcinoma, "the primary sites")
    grades = [f"grade_{grade}_adenocarcinoma" for grade in _GRADES]
    yield from _adds_up(facts, grades, n_adenocarcinoma, "the grades")


def _adds_up(facts: Facts, ids: list[str], n: int, what: str) -> Iterator[Finding]:
    """Each count as what the others leave of the group."""
    total = sum(facts[fact_id].count for fact_id in ids)
    for fact_id in ids:
        yield compare(
            facts[fact_id],
            float(n - total + facts[fact_id].count),
            f"With the others of {what} it makes {n}.",
            wrong=f"The counts of {what} add up to {total}, not to {n}; which of them is wrong is not known.",
        )


def _feature(facts: Facts, feature: str, group: str, n: int) -> Iterator[Finding]:
    counts = counts_of(facts, feature, group)
    ids = {category: f"{feature}_{category}_{group}" for category in counts}
    for finding in _adds_up(facts, list(ids.values()), n, "this feature"):
        yield _with_ratio(facts, finding) if finding.id == "hap_enhancement_hyper_adenocarcinoma" else finding
    for category, count in counts.items():
        share = facts[f"{feature}_{category}_share_{group}"]
        yield compare(
            share,
            count / n,
            f"{count} of {n}.",
            wrong=f"{count} of {n} is {100 * count / n:.1f}%, not {printed_number(share)}"
            f"{_owner(facts, feature, share.id)}.",
        )


def _owner(facts: Facts, feature: str, share_id: str) -> str:
    """Whose share was printed instead: that of another count whose own share is printed wrong too."""
    printed = printed_range(facts[share_id])
    owners = []
    for group in GROUPS:
        n = facts[f"n_{group}"].count
        for category, count in counts_of(facts, feature, group).items():
            own = facts[f"{feature}_{category}_share_{group}"]
            misprinted = not printed_range(own).contains(count / n)
            if own.id != share_id and misprinted and printed.contains(count / n):
                name = "NET" if group == "net" else group
                owners.append(f"{category} in {name} ({count} of {n})")
    return f", which is the share of {' or '.join(owners)}: the two were exchanged" if owners else ""


def _with_ratio(facts: Facts, finding: Finding) -> Finding:
    """Read as hyper-enhancing, and measured at or below the cutoff: what the two counts force."""
    n = facts["n_adenocarcinoma"].count
    hyper = facts[finding.id].count
    low = facts["hap_ratio_true_positives"].count
    both = hyper + low - n
    if finding.status is not AuditStatus.CONSISTENT or both <= 0:
        return finding
    return Finding(
        finding.id,
        finding.status,
        f"{finding.note} At least {both} of these {hyper} have a ratio at or below the cutoff: read as hyper "
        "is not a ratio above 1.",
        finding.recomputed,
        proof=f"{hyper} + {low} - {n} = {both}",
    )


def check_ratio_accuracy(facts: Facts) -> Iterator[Finding]:
    """Sensitivity and specificity of the ratio: count against share."""
    for counted, share, group in (
        ("hap_ratio_true_positives", "hap_ratio_sensitivity", "adenocarcinoma"),
        ("hap_ratio_true_negatives", "hap_ratio_specificity", "net"),
    ):
        n, count = facts[f"n_{group}"].count, facts[counted].count
        printed = printed_range(facts[share])
        fitting = [float(k) for k in range(n + 1) if printed.contains(k / n)]
        note = f"Count and share agree.{interval_note(count, n)}"
        wrong = f"{count} of {n} is {100 * count / n:.1f}%, not {printed_number(facts[share])}."
        if len(fitting) == 1:
            yield compare(facts[counted], fitting[0], note, wrong=wrong)
        else:
            yield Finding(counted, AuditStatus.PRINTED_WRONG, f"No count of {n} has the printed share.")
        yield compare(facts[share], count / n, note, wrong=wrong)


def interval_note(count: int, n: int) -> str:
    """The exact interval of a printed proportion, as a sentence after another."""
    if not 0 <= count <= n:
        return ""
    exact = clopper_pearson_interval(count, n)
    return (
        f" The paper prints no interval: {count} of {n} has {exact.low:.3f} to {exact.high:.3f} "
        "(95 %, Clopper-Pearson)."
    )
