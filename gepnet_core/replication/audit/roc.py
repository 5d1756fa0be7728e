"""Audit of the ROC analysis: AUC as a count of pairs, the formula of its interval, the cutoff."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from statistics import NormalDist

from gepnet_core.replication.audit.counts import GROUPS
from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    Range,
    compare,
    printed_number,
    printed_range,
)
from gepnet_core.statistics.granularity import rounding_limits

Z = NormalDist().inv_cdf(0.975)


def check_roc(facts: Facts) -> Iterator[Finding]:
    """AUC, its two limits, and the cutoff."""
    pairs = auc_counts(facts)
    n_pairs = facts["n_net"].count * facts["n_adenocarcinoma"].count
    auc = facts["hap_ratio_auc"]
    if not pairs:
        note = f"No number of the {n_pairs} pairs of a NET and an adenocarcinoma gives this area."
        yield Finding(auc.id, AuditStatus.PRINTED_WRONG, note)
        for limit in ("low", "high"):
            note = "Without an area that the group sizes allow there is no interval to recompute."
            yield Finding(f"hap_ratio_auc_{limit}", AuditStatus.NOT_RECOMPUTABLE, note)
    else:
        areas = [float(count / n_pairs) for count in pairs]
        said = " or ".join(f"{float(count):g}" for count in pairs)
        yield compare(
            auc,
            Range(areas[0], areas[-1]),
            f"{said} of the {n_pairs} pairs of a NET and an adenocarcinoma, a tie counted one half.",
            best=areas[0] if len(areas) == 1 else None,
        )
        yield from _interval(facts, areas)
    yield _cutoff(facts)


def auc_counts(facts: Facts) -> list[Fraction]:
    """The numbers of concordant pairs, ties counted one half, whose share is printed so."""
    n_pairs = facts["n_net"].count * facts["n_adenocarcinoma"].count
    low, high = rounding_limits(facts["hap_ratio_auc"].value)
    first, last = max(math.ceil(2 * n_pairs * low), 0), min(math.floor(2 * n_pairs * high), 2 * n_pairs)
    return [Fraction(k, 2) for k in range(first, last + 1)]


def standard_errors(area: float, low: Range, high: Range) -> Range:
    """Standard errors of which area -+ 1.96 SE prints both limits; empty (low above high) where none does."""
    below = (area - low.high) / Z, (area - low.low) / Z
    above = (high.low - area) / Z, (high.high - area) / Z
    return Range(max(below[0], above[0]), min(below[1], above[1]))


def hanley_mcneil_se(area: float, n: int, m: int) -> float:
    """Standard error under the negative exponential model.

    References
    ----------
    Hanley JA, McNeil BJ. Radiology 1982;143:29-36, equations 1 and 2.
    """
    return math.sqrt(_variance(area, area / (2 - area), 2 * area**2 / (1 + area), n, m))


def _variance(area: float, q1: float, q2: float, n: int, m: int) -> float:
    return (area * (1 - area) + (n - 1) * (q1 - area**2) + (m - 1) * (q2 - area**2)) / (n * m)


def _logit(x: float) -> float:
    return math.log(x / (1 - x))


def _interval(facts: Facts, areas: list[float]) -> Iterator[Finding]:
    """Each limit from the other, under area -+ 1.96 SE; the named formulas that cannot have given them."""
    n, m = facts["n_net"].count, facts["n_adenocarcinoma"].count
    low, high = facts["hap_ratio_auc_low"], facts["hap_ratio_auc_high"]
    low_range, high_range = printed_range(low), printed_range(high)
    area = areas[len(areas) // 2]
    errors = standard_errors(area, low_range, high_range)
    error = hanley_mcneil_se(area, n, m)
    exponential = Range(area - Z * error, area + Z * error)
    if low_range.contains(exponential.low) and high_range.contains(exponential.high):
        note = "Hanley and McNeil's interval under the negative exponential model."
        yield compare(low, exponential.low, note)
        yield compare(high, exponential.high, note)
        return
    mirrored_low = Range(2 * area - high_range.high, 2 * area - high_range.low)
    mirrored_high = Range(2 * area - low_range.high, 2 * area - low_range.low)
    if errors.low > errors.high:
        wrong = "No standard error gives both limits around the printed area."
        yield Finding(low.id, AuditStatus.PRINTED_WRONG, wrong, limits=mirrored_low)
        yield Finding(high.id, AuditStatus.PRINTED_WRONG, wrong, limits=mirrored_high)
        return
    note = (
        f"Area -+ 1.96 SE with SE {errors.low:.5f} to {errors.high:.5f}; the formula is not named. Not "
        f"Hanley and McNeil's negative exponential ({exponential.low:.3f} to {exponential.high:.3f})"
    )
    logit = standard_errors(
        _logit(area),
        Range(_logit(low_range.low), _logit(low_range.high)),
        Range(_logit(high_range.low), _logit(high_range.high)),
    )
    note += ", nor on the logit scale" if logit.low > logit.high else ""
    nonparametric, delong = q_windows(area, errors, n, m)
    proof = f"SE {errors.low:.5f} to {errors.high:.5f}; negative exponential SE {error:.5f}"
    if nonparametric is not None and delong is not None and not nonparametric.meets(delong):
        note += (
            ". The nonparametric formula with empirical Q1 and Q2, or DeLong's: unless a NET and an "
            "adenocarcinoma share a ratio they exclude each other, and the print alone does not decide"
        )
        proof += (
            f"; Q1 + Q2 - 2 A^2 from {nonparametric.low:.5f} to {nonparametric.high:.5f} for the "
            f"nonparametric formula, {delong.low:.5f} to {delong.high:.5f} for DeLong's"
        )
    yield compare(low, mirrored_low, note + ".", agreeing=AuditStatus.UNDECLARED, proof=proof)
    yield compare(high, mirrored_high, note + ".", agreeing=AuditStatus.UNDECLARED, proof=proof)


def q_windows(area: float, errors: Range, n: int, m: int) -> tuple[Range | None, Range | None]:
    """Q1 + Q2 - 2 A^2 that the standard errors need, by the nonparametric formula and by DeLong's.

    For groups of one size n without ties between them. Hanley and McNeil 1982, equation 1, Q1 and Q2 counted:
    n^2 SE^2 = A (1 - A) + (n - 1)(Q1 + Q2 - 2 A^2). DeLong (Biometrics 1988;44:837-845), whose components are
    the variances, with divisor n - 1, of the means that Q1 and Q2 square:
    (n - 1) SE^2 = Q1 + Q2 - 2 A^2. None where the sizes differ.
    """
    if n != m:
        return None, None
    return (
        Range(*((n * n * se**2 - area * (1 - area)) / (n - 1) for se in (errors.low, errors.high))),
        Range(*((n - 1) * se**2 for se in (errors.low, errors.high))),
    )


def _cutoff(facts: Facts) -> Finding:
    """The cutoff needs the single ratios; means, SDs and counts only bound it.

    Bounds of order statistics: with s the SD of divisor n, the k-th greatest of n values lies between
    mean - s sqrt((k - 1) / (n - k + 1)) and mean + s sqrt((n - k) / k) (Wolkowicz H, Styan GPH. Linear
    Algebra Appl 1980;29:471-506).
    """
    fact = facts["hap_ratio_cutoff"]
    at_or_below = {
        "net": facts["n_net"].count - facts["hap_ratio_true_negatives"].count,
        "adenocarcinoma": facts["hap_ratio_true_positives"].count,
    }
    low, high = -math.inf, math.inf
    for group in GROUPS:
        n = facts[f"n_{group}"].count
        above = n - at_or_below[group]
        mean = printed_range(facts[f"hap_ratio_mean_{group}"])
        s = printed_range(facts[f"hap_ratio_sd_{group}"]).high * math.sqrt((n - 1) / n)
        if 0 < above <= n:  # the above-th greatest value is above the cutoff
            high = min(high, mean.high + s * math.sqrt((n - above) / above))
        if 0 <= above < n:  # the next is at or below it
            low = max(low, mean.low - s * math.sqrt(above / (n - above)))
    limits = Range(low, high)
    value = float(fact.value)
    if limits.contains(value):
        return Finding(
            fact.id,
            AuditStatus.NOT_RECOMPUTABLE,
            "The cutoff depends on the 46 ratios, which are not printed; means, SDs and counts allow any "
            f"value from {low:.3f} to {high:.3f}.",
            limits=limits,
        )
    note = f"Means, SDs and counts allow only {low:.3f} to {high:.3f}, not {printed_number(fact)}."
    return Finding(fact.id, AuditStatus.PRINTED_WRONG, note, limits=limits)
