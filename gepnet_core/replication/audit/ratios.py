"""Audit of the metastasis-to-liver ratios: means, SDs, t and P, each from the others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from gepnet_core.replication.audit.counts import GROUPS
from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    Range,
    compare,
    printed_range,
    span,
)
from gepnet_core.statistics.groups.summary_t import Summary, pooled_t, student_p, welch_df


def check_ratios(facts: Facts) -> Iterator[Finding]:
    """Both phases: t from means and SDs, each mean and SD from t and the others, P from t."""
    for phase in ("hap", "pvp"):
        yield from _phase(facts, f"{phase}_ratio")


def t_range(facts: Facts, quantity: str) -> Range:
    """Student's t that the printed means and SDs allow, NET minus adenocarcinoma.

    t grows with the difference and, away from 0, falls with either SD: its limits lie at corners.
    """
    (net_mean, net_sd), (ac_mean, ac_sd) = (
        tuple(printed_range(facts[f"{quantity}_{what}_{group}"]) for what in ("mean", "sd"))
        for group in GROUPS
    )
    n_net, n_ac = facts["n_net"].count, facts["n_adenocarcinoma"].count
    corners = product(*((r.low, r.high) for r in (net_mean, net_sd, ac_mean, ac_sd)))
    return span(
        pooled_t(Summary(m1, max(s1, 0), n_net), Summary(m2, max(s2, 0), n_ac)).t
        for m1, s1, m2, s2 in corners
    )


def extremes(mean: Range, sd: Range, n: int) -> tuple[Range, Range]:
    """Where the least and the greatest of ``n`` values with this mean and sample SD can lie.

    References
    ----------
    Wolkowicz H, Styan GPH. Linear Algebra Appl 1980;29:471-506: with s the SD of divisor n, the
    least lies from mean - s sqrt(n - 1) to mean - s / sqrt(n - 1), the greatest mirrored.
    """
    shrink = math.sqrt((n - 1) / n)
    far, near = sd.high * shrink * math.sqrt(n - 1), sd.low * shrink / math.sqrt(n - 1)
    return Range(mean.low - far, mean.high - near), Range(mean.low + near, mean.high + far)


def _phase(facts: Facts, quantity: str) -> Iterator[Finding]:
    t = facts[f"{quantity}_t"]
    n_net, n_ac = facts["n_net"].count, facts["n_adenocarcinoma"].count
    attainable = t_range(facts, quantity)
    centre = _centre(facts, quantity)
    note = (
        f"Rounding of means and SDs allows {attainable.low:.2f} to {attainable.high:.2f}; the rounded "
        f"numbers themselves give {centre:.2f}."
    )
    yield compare(t, attainable, note, best=centre)
    printed_t = printed_range(t)
    for group in GROUPS:
        yield compare(
            facts[f"{quantity}_mean_{group}"],
            _mean_from_t(facts, quantity, group, printed_t),
            "Between these limits the printed t and the other mean and SDs can hold together.",
        )
        yield compare(
            facts[f"{quantity}_sd_{group}"],
            _sd_from_t(facts, quantity, group, printed_t),
            "Between these limits the printed t, the means and the other SD can hold together.",
        )
    yield _p(facts, quantity, printed_t, n_net, n_ac)


def _p(facts: Facts, quantity: str, t: Range, n_net: int, n_ac: int) -> Finding:
    """P of the printed t under equal and, with Welch's degrees of freedom, under unequal variances."""
    fact = facts[f"{quantity}_p"]
    pooled = span(student_p(limit, n_net + n_ac - 2) for limit in (t.low, t.high))
    sds = [printed_range(facts[f"{quantity}_sd_{group}"]) for group in GROUPS]
    # The degrees of freedom depend on the ratio of the SDs alone and have one peak, of at most n1 + n2 - 2;
    # with groups of one size it is where the SDs are equal.
    peak = [n_net + n_ac - 2.0] if sds[0].meets(sds[1]) or n_net != n_ac else []
    corners = product(*((max(sd.low, 0), sd.high) for sd in sds))
    dfs = span([welch_df(first, n_net, second, n_ac) for first, second in corners if first or second] + peak)
    welch = span(student_p(limit, df) for limit in (t.low, t.high) for df in (dfs.low, dfs.high))
    best = student_p(float(facts[f"{quantity}_t"].value), n_net + n_ac - 2)
    printed = printed_range(fact)
    if printed.meets(pooled) and not printed.meets(welch) and n_net == n_ac:
        return Finding(
            fact.id,
            AuditStatus.UNDECLARED,
            f"This is the row for equal variances. Without that assumption (Welch) P is {welch.low:.4f} to "
            f"{welch.high:.4f} at every admissible SD; the paper mentions neither, and the SDs are "
            f"{facts[f'{quantity}_sd_net'].value} and {facts[f'{quantity}_sd_adenocarcinoma'].value}.",
            best,
            pooled,
            f"with equal group sizes both tests have the same t; Welch's df <= {dfs.high:.2f}, so "
            f"P >= {welch.low:.5f} > {printed.high:.4f}",
        )
    note = "P of the printed t"
    note += "; Welch's test rounds to the same." if printed.meets(welch) else " with pooled variance."
    return compare(fact, pooled, note, best=best)


def _centre(facts: Facts, quantity: str) -> float:
    first, second = (
        Summary(
            float(facts[f"{quantity}_mean_{group}"].value),
            float(facts[f"{quantity}_sd_{group}"].value),
            facts[f"n_{group}"].count,
        )
        for group in GROUPS
    )
    return pooled_t(first, second).t


def _standard_error(facts: Facts, sds: dict[str, float]) -> float:
    """Of the difference of means, with pooled variance."""
    n = {group: facts[f"n_{group}"].count for group in GROUPS}
    pooled = sum((n[group] - 1) * sds[group] ** 2 for group in GROUPS) / (sum(n.values()) - 2)
    return math.sqrt(pooled * sum(1 / size for size in n.values()))


def _mean_from_t(facts: Facts, quantity: str, group: str, t: Range) -> Range:
    """A mean as the other mean and t times the standard error."""
    (other,) = set(GROUPS) - {group}
    sign = 1 if group == "net" else -1
    other_mean = printed_range(facts[f"{quantity}_mean_{other}"])
    sd = {g: printed_range(facts[f"{quantity}_sd_{g}"]) for g in GROUPS}
    errors = span(
        _standard_error(facts, {"net": first, "adenocarcinoma": second})
        for first, second in product(*((sd[g].low, sd[g].high) for g in GROUPS))
    )
    return span(
        mean + sign * limit * error
        for mean in (other_mean.low, other_mean.high)
        for limit in (t.low, t.high)
        for error in (errors.low, errors.high)
    )


def _sd_from_t(facts: Facts, quantity: str, group: str, t: Range) -> Range:
    """An SD from the difference of means, t and the other SD; 0 where the other SD alone is too large."""
    (other,) = set(GROUPS) - {group}
    n = {g: facts[f"n_{g}"].count for g in GROUPS}
    mean = {g: printed_range(facts[f"{quantity}_mean_{g}"]) for g in GROUPS}
    differences = (
        mean["net"].low - mean["adenocarcinoma"].high,
        mean["net"].high - mean["adenocarcinoma"].low,
    )
    other_sd = printed_range(facts[f"{quantity}_sd_{other}"])
    variances = []
    for difference, limit, sd in product(differences, (t.low, t.high), (other_sd.low, other_sd.high)):
        pooled = (difference / limit) ** 2 / sum(1 / size for size in n.values())
        variances.append((pooled * (sum(n.values()) - 2) - (n[other] - 1) * sd**2) / (n[group] - 1))
    return Range(math.sqrt(max(min(variances), 0)), math.sqrt(max(max(variances), 0)))
