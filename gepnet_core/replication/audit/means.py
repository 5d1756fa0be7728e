"""Audit of means and SDs of whole numbers (age, size, number of metastases), of ranges of age, and of Z."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

from gepnet_core.replication.audit.counts import GROUPS
from gepnet_core.replication.audit.ratios import extremes, t_range
from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    Range,
    compare,
    printed_number,
    printed_range,
    span,
)
from gepnet_core.statistics.granularity import (
    attainable_squares,
    attainable_sums,
    largest_sd,
    sample_sd,
)
from gepnet_core.statistics.groups.summary_t import student_p

_CASES = {"net": (2, 3), "adenocarcinoma": (4, 5)}
"""Figures that show a patient of the group."""

_LEAST_P = 1e-12


def check_means(facts: Facts) -> Iterator[Finding]:
    """GRIM and GRIMMER of each mean and SD, the ages' limits, and Z with its P."""
    for group in GROUPS:
        for quantity, unit in (
            ("age", "whole years"),
            ("size", "whole millimetres"),
            ("lesion_count", "whole numbers"),
        ):
            yield from _granularity(facts, quantity, group, unit)
        yield from _age_limits(facts, group)
    for quantity in ("size", "lesion_count"):
        yield from _rank_test(facts, quantity)


def _granularity(facts: Facts, quantity: str, group: str, unit: str) -> Iterator[Finding]:
    n = facts[f"n_{group}"].count
    mean, sd = facts[f"{quantity}_mean_{group}"], facts[f"{quantity}_sd_{group}"]
    least, most = _stated_limits(facts, quantity, group)
    sums = tuple(total for total in attainable_sums(mean.value, n) if total >= n * least)
    if quantity == "age" and most is not None:
        sums = tuple(total for total in sums if total <= n * most)
    if sums:
        yield compare(
            mean,
            span(total / n for total in sums),
            f"GRIM: {n} {unit} with the sum {' or '.join(map(str, sums))}.",
            best=sums[0] / n if len(sums) == 1 else None,
        )
    else:
        near = round(mean.value * n) / n
        note = f"GRIM: no {n} {unit} inside the stated limits have this mean; GRIM alone leaves {near:.4f}."
        yield Finding(mean.id, AuditStatus.PRINTED_WRONG, note, near)
    sds = [
        found
        for total in sums
        for squares in attainable_squares(total, sd.value, n)
        if (found := sample_sd(total, squares, n)) <= _largest(total, n, least, most)
    ]
    if sds:
        note = f"GRIMMER: {len(sds)} sums of squares of {n} {unit} from {least} fit mean and SD."
        if most is not None:
            note = (
                f"GRIMMER: {len(sds)} sums of squares of {n} {unit} from {least} to {most} fit mean and SD."
            )
        yield compare(sd, span(sds), note)
    elif quantity == "lesion_count" and sums:
        yield _top_code(facts, group, sums)
    else:
        note = f"GRIMMER: no {n} {unit} inside the stated limits have this mean and SD."
        yield Finding(sd.id, AuditStatus.PRINTED_WRONG, note)


def _stated_limits(facts: Facts, quantity: str, group: str) -> tuple[int, int | None]:
    """The least and greatest value: the printed range of age, the limit of counting; a size has 1 mm."""
    if quantity == "age":
        return facts[f"age_min_{group}"].count, facts[f"age_max_{group}"].count
    return 1, facts["lesion_count_uncountable"].count if quantity == "lesion_count" else None


def _largest(total: int, n: int, least: int, most: int | None) -> float:
    """The largest SD inside the limits; without an upper one all but one value are the least. -1: none."""
    top = total - (n - 1) * least if most is None else most
    found = largest_sd(total, n, least, top) if least < top else None
    return -1.0 if found is None else found


def _top_code(facts: Facts, group: str, sums: tuple[int, ...]) -> Finding:
    """An SD that cannot arise when every number from the stated limit on is entered as that limit."""
    n = facts[f"n_{group}"].count
    sd, cap = facts[f"lesion_count_sd_{group}"], facts["lesion_count_uncountable"].count
    low = printed_range(sd).low
    largest = max(_largest(total, n, 1, cap) for total in sums)
    least = next(
        (
            top
            for top in range(cap + 1, max(sums))
            if any(_largest(total, n, 1, top) >= low for total in sums)
        ),
        None,
    )
    fitting = any(attainable_squares(total, sd.value, n) for total in sums)
    if least is None or not fitting or largest < 0:
        note = f"GRIMMER: no {n} whole numbers from 1 have this mean and SD."
        return Finding(sd.id, AuditStatus.PRINTED_WRONG, note)
    return Finding(
        sd.id,
        AuditStatus.UNDECLARED,
        f"Methods call {cap} and more metastases uncountable, but numbers from 1 to {cap} with this mean "
        f"have an SD of at most {largest:.2f}. Some patient was entered with at least {least}; which number "
        "stood for uncountable is not said.",
        None,
        Range(0, largest),
        f"SD <= {largest:.4f} < {low:g} for {n} whole numbers in 1..{cap} with the sum "
        f"{' or '.join(map(str, sums))}",
    )


def _age_limits(facts: Facts, group: str) -> Iterator[Finding]:
    """Youngest and oldest: what mean and SD allow, the other limit, and the cases that figures show."""
    mean, sd = (printed_range(facts[f"age_{what}_{group}"]) for what in ("mean", "sd"))
    n = facts[f"n_{group}"].count
    youngest, oldest = facts[f"age_min_{group}"], facts[f"age_max_{group}"]
    shown = [float(facts[f"figure{number}_age"].value) for number in _CASES[group]]
    lowest, highest = extremes(mean, sd, n)
    note = (
        "Mean and SD allow it (the least and greatest of n values are at least SD / sqrt(n - 1) and at most "
        "SD * sqrt(n - 1) from the mean, SD with divisor n), and the ages of the figures' cases lie inside."
    )
    yield compare(youngest, Range(lowest.low, min(lowest.high, *shown)), note)
    yield compare(oldest, Range(max(highest.low, *shown), highest.high), note)


def _rank_test(facts: Facts, quantity: str) -> Iterator[Finding]:
    """Z and P belong together, and to a test that Methods do not name."""
    z, p = facts[f"{quantity}_z"], facts[f"{quantity}_p"]
    normal = NormalDist()
    z_range, p_range = printed_range(z), printed_range(p)
    p_of_z = span(2 * normal.cdf(-abs(limit)) for limit in (z_range.low, z_range.high))
    z_of_p = span(_z_of(limit) for limit in (p_range.low, p_range.high))
    t = t_range(facts, quantity)
    n_net, n_adenocarcinoma = facts["n_net"].count, facts["n_adenocarcinoma"].count
    nearest_0 = [0.0] if t.contains(0) else []
    p_of_t = span(student_p(limit, n_net + n_adenocarcinoma - 2) for limit in (t.low, t.high, *nearest_0))
    agreeing = AuditStatus.CONSISTENT if p_of_t.meets(p_range) else AuditStatus.UNDECLARED
    note = (
        "Z and P agree, as those of a Mann-Whitney test. Methods name only the t test for measurements, "
        f"which from the printed means and SDs has t {t.low:.3f} to {t.high:.3f} and P {p_of_t.low:.2f} to "
        f"{p_of_t.high:.2f}.{_mann_whitney(z_range, n_net, n_adenocarcinoma)}"
    )
    if agreeing is AuditStatus.CONSISTENT:
        note = "Z and P agree, and the t test that Methods name gives this P as well."
    best_p = 2 * normal.cdf(-abs(float(z.value)))
    yield compare(z, z_of_p, note, agreeing=agreeing, best=_z_of(float(p.value)))
    wrong = f"Z {printed_number(z)} has P {best_p:.3f}."
    yield compare(p, p_of_z, note, agreeing=agreeing, best=best_p, wrong=wrong)


def _z_of(p: float) -> float:
    """The Z, at most 0, of a two-sided P; what is no probability counts as the nearest one."""
    return NormalDist().inv_cdf(min(max(p, _LEAST_P), 1.0) / 2)


def _mann_whitney(z: Range, n: int, m: int) -> str:
    """The rank sum that Z stands for, as a sentence; ties only make |Z| larger."""
    sd = math.sqrt(n * m * (n + m + 1) / 12)
    largest = max(abs(z.low), abs(z.high))
    distance = math.floor(2 * largest * sd) / 2
    u = n * m / 2 - distance
    return f" With few ties U is {u:g} or {n * m - u:g} (Z without ties {distance / sd:.4f})."
