"""Audit of the logistic regression: Exp(B), limits and P from each other, and what the coding can be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from statistics import NormalDist

from gepnet_core.replication.audit.counts import counts_of
from gepnet_core.replication.audit.rows import (
    AuditStatus,
    Facts,
    Finding,
    Range,
    compare,
    printed_range,
    span,
)
from gepnet_core.study.facts import Fact

Z = NormalDist().inv_cdf(0.975)
_LEAST_LOG, _MOST_SE = -60.0, 60.0
"""B and its standard error are sought down and up to here; exp(-60) prints as 0 anywhere."""

Point = tuple[float, float]
"""B and its standard error."""


def check_logistic(facts: Facts) -> Iterator[Finding]:
    """Both terms of the model."""
    yield from _pattern(facts)
    yield from _ratio(facts)


def wald_region(exp_b: Fact, low: Fact, high: Fact) -> list[Point]:
    """Corners of all (B, SE) for which exp(B) and exp(B -+ 1.96 SE) round to what is printed.

    Each print is two parallel lines in that plane, so the region is a convex polygon; empty where there is
    none. B and B / SE take their extremes at its corners.
    """
    corners: list[Point] = [
        (_LEAST_LOG, 0),
        (-_LEAST_LOG, 0),
        (-_LEAST_LOG, _MOST_SE),
        (_LEAST_LOG, _MOST_SE),
    ]
    for fact, slope in ((exp_b, 0.0), (low, -Z), (high, Z)):
        limits = printed_range(fact)
        if limits.low > 0:
            corners = _cut(corners, 1, slope, math.log(limits.low))
        corners = _cut(corners, -1, -slope, -math.log(limits.high))
    return corners


def _cut(corners: list[Point], b: float, se: float, least: float) -> list[Point]:
    """The part of a convex polygon where b * B + se * SE >= least (Sutherland and Hodgman's clipping)."""
    kept: list[Point] = []
    for (b1, se1), (b2, se2) in pairwise([*corners, *corners[:1]]):
        here, there = b * b1 + se * se1 - least, b * b2 + se * se2 - least
        if here >= 0:
            kept.append((b1, se1))
        if (here > 0 > there) or (here < 0 < there):
            share = here / (here - there)
            kept.append((b1 + share * (b2 - b1), se1 + share * (se2 - se1)))
    return kept


def least_dummy_se(yes: tuple[int, int], no: tuple[int, int]) -> float:
    """The least standard error that an indicator can have in a logistic model with any other covariates.

    Parameters
    ----------
    yes, no : (int, int)
        Counts of the two outcomes where the indicator is 1 and where it is 0; none may be 0.

    Notes
    -----
    The variance of B is at least 1/W1 + 1/W0, W the sum of p (1 - p) over the patients of either kind: a
    further covariate can only raise it. By the score equations the fitted p of either kind add up to its
    count of events, and p (1 - p) is concave, so W <= n mean(p) (1 - mean(p)) (Jensen). That makes the least
    variance the sum of the reciprocals of the four counts.
    """
    return math.sqrt(sum(1 / count for count in (*yes, *no)))


def _terms(facts: Facts, name: str) -> tuple[Fact, Fact, Fact, Fact]:
    exp_b, low, high, p = (facts[f"logistic_{name}_{what}"] for what in ("exp_b", "low", "high", "p"))
    return exp_b, low, high, p


def _p_range(region: list[Point]) -> Range:
    normal = NormalDist()
    return span(2 * normal.cdf(-abs(b) / se) if se > 0 else 0.0 for b, se in region)


def _pattern(facts: Facts) -> Iterator[Finding]:
    exp_b, low, high, p = terms = _terms(facts, "pattern")
    region = wald_region(exp_b, low, high)
    if not region:
        for fact in terms:
            note = "No coefficient and standard error give Exp(B) and both limits."
            yield Finding(fact.id, AuditStatus.PRINTED_WRONG, note)
        return
    b, se = span(corner[0] for corner in region), span(corner[1] for corner in region)
    status, note, proof = _coding(facts, se)
    coefficient = f"B {b.low:.4f} to {b.high:.4f}, SE {se.low:.4f} to {se.high:.4f}"
    note = f"Exp(B) and both limits agree ({coefficient}). {note}"
    yield compare(exp_b, Range(math.exp(b.low), math.exp(b.high)), note, agreeing=status, proof=proof)
    for fact, sign in ((low, -1), (high, 1)):
        limits = span(math.exp(corner[0] + sign * Z * corner[1]) for corner in region)
        yield compare(fact, limits, note, agreeing=status, proof=proof)
    yield compare(p, _p_range(region), "P of B / SE as Exp(B) and its limits give them.")


def _coding(facts: Facts, se: Range) -> tuple[AuditStatus, str, str | None]:
    """Whether an indicator of plateau can be the term."""
    ac, net = (counts_of(facts, "pattern", group) for group in ("adenocarcinoma", "net"))
    rest = sum(ac.values()) - ac["plateau"], sum(net.values()) - net["plateau"]
    plateau = ac["plateau"], net["plateau"]
    washout = ac["washout"], net["washout"]
    if 0 in (*plateau, *rest, *washout):
        return AuditStatus.UNDECLARED, "How the pattern was coded is not said.", None
    dummy, indicator = least_dummy_se(plateau, rest), least_dummy_se(plateau, washout)
    if dummy <= se.high:
        note = "An indicator of plateau can give them. How the pattern was coded is not said."
        return AuditStatus.CONSISTENT, note, None
    note = (
        "How the pattern was coded is not said. An indicator of plateau is excluded, whatever else is in "
        f"the model: with Table 1's counts its SE is at least {dummy:.4f}"
    )
    if indicator > se.high:
        note += f", washout against plateau at least {indicator:.4f}"
    note += "."
    if 0 in (ac["progressive"], net["progressive"]):
        note += (
            " Progressive has an empty cell, so an indicator for each pattern would not give finite numbers."
        )
    others = sum(ac.values()) - ac["washout"], sum(net.values()) - net["washout"]
    if 0 not in others and least_dummy_se(washout, others) <= se.high:
        note += " An indicator of washout or one number for the three patterns is not excluded by this."
    sums = " + ".join(f"1/{count}" for count in (*plateau, *rest))
    return AuditStatus.UNDECLARED, note, f"SE >= sqrt({sums}) = {dummy:.4f} > {se.high:.4f}"


def _ratio(facts: Facts) -> Iterator[Finding]:
    """Exp(B) is printed as a bound only: the upper limit and P determine it, and Exp(B) bounds P."""
    exp_b, low, high, p = _terms(facts, "hap_ratio")
    from_p = _b_from_p(printed_range(high), printed_range(p))
    region = wald_region(exp_b, low, high)
    if not region or from_p is None:
        for fact in (exp_b, low, high, p):
            note = "No coefficient and standard error give Exp(B), its limits and P."
            yield Finding(fact.id, AuditStatus.PRINTED_WRONG, note)
        return
    b, se = span(corner[0] for corner in from_p), span(corner[1] for corner in from_p)
    means = [printed_range(facts[f"hap_ratio_mean_{group}"]) for group in ("net", "adenocarcinoma")]
    event_is_adenocarcinoma = means[0].low > means[1].high and b.high < 0
    note = (
        f"Upper limit and P give B {b.low:.2f} to {b.high:.2f} and SE {se.low:.2f} to {se.high:.2f} for one "
        "unit of the ratio; for a ratio higher by 0.1 the odds are multiplied by "
        f"{math.exp(b.low / 10):.2f} to {math.exp(b.high / 10):.2f}."
    )
    if event_is_adenocarcinoma:
        status = AuditStatus.UNDECLARED
        note += (
            " The event is not said: NETs have the higher ratios and Exp(B) is below 1, so it was "
            "adenocarcinoma, while the text speaks of predictors for NETs. No intercept is printed."
        )
        proof = f"mean of NETs >= {means[0].low:.3f} > {means[1].high:.3f} >= mean of adenocarcinomas, B < 0"
    else:
        status, proof = AuditStatus.CONSISTENT, None
    yield compare(exp_b, Range(math.exp(b.low), math.exp(b.high)), note, agreeing=status, proof=proof)
    lower = span(math.exp(corner[0] - Z * corner[1]) for corner in from_p)
    yield compare(low, lower, "Follows from the upper limit and P.")
    upper = span(math.exp(corner[0] + Z * corner[1]) for corner in region)
    yield compare(high, upper, "With Exp(B) below its bound and P as printed there is such a limit.")
    yield compare(p, _p_range(region), "Exp(B) below its bound and the upper limit allow P in these limits.")


def _b_from_p(high: Range, p: Range) -> list[Point] | None:
    """Corners of (B, SE) for a negative B from its upper limit and P; None where they contradict."""
    normal = NormalDist()
    if high.high >= 1 or high.low <= 0 or p.low <= 0:
        return None
    points = []
    for limit in (high.low, high.high):
        for probability in (p.low, p.high):
            z = -normal.inv_cdf(probability / 2)
            if z <= Z:  # an upper limit below 1 means P below 0.05
                return None
            se = math.log(limit) / (Z - z)
            points.append((-z * se, se))
    return points
