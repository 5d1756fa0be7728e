"""What is said of the study's counts: counts first, then likelihood ratio, then post-test probability."""

from __future__ import annotations

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.evidence import Evidence
from gepnet_core.case.rule import Basis
from gepnet_core.numbers import (
    format_decimal,
    format_level,
    format_likelihood_ratio,
    format_percent,
    format_proportion,
    format_typed_percent,
    natural_frequency,
)
from gepnet_core.study.criteria import load_criteria

ZERO_CELL_RULE = (
    "Jeffreys prior, which is also the rule for zero cells: half a patient is added to each count and to the "
    "rest of its group"
)


def apparent_sentence(basis: Basis) -> str:
    """What no interval here holds; it stands beside each of them."""
    sizes = load_criteria().group_sizes
    chosen = "criteria" if basis is Basis.PATTERN else "cutoff"
    return (
        f"Apparent accuracy: the same {sizes.adenocarcinoma + sizes.net} patients chose the {chosen}; "
        "optimism is not in the interval."
    )


def findings_words(assessment: Assessment) -> str:
    """The findings that the counts are of, such as ``HAP ratio at or below 0.898 and plateau``."""
    parts = []
    if assessment.ratio.met is not None:
        side = "at or below" if assessment.ratio.met else "above"
        parts.append(f"HAP ratio {side} {format_decimal(assessment.ratio.cutoff, 1)}")
    if assessment.pattern.met is not None:
        parts.append("plateau" if assessment.pattern.met else "no plateau")
    return " and ".join(parts)


def counts_short(evidence: Evidence) -> str:
    """``adenocarcinoma 19 of 23, NET 2 of 23``."""
    n, counts = load_criteria().group_sizes, evidence.counts
    return f"adenocarcinoma {counts.adenocarcinoma} of {n.adenocarcinoma}, NET {counts.net} of {n.net}"


def counts_sentence(assessment: Assessment, evidence: Evidence) -> str:
    """Counts of both groups with Wilson intervals."""
    n, counts = load_criteria().group_sizes, evidence.counts
    adenocarcinoma = format_proportion(counts.adenocarcinoma, n.adenocarcinoma, evidence.share_adenocarcinoma)
    net = format_proportion(counts.net, n.net, evidence.share_net)
    scope = "" if evidence.basis is Basis.BOTH else " This is one criterion; the other is missing."
    return (
        f"The study's patients with {findings_words(assessment)}: adenocarcinoma {adenocarcinoma}, "
        f"NET {net}; Wilson intervals.{scope} {apparent_sentence(evidence.basis)}"
    )


def likelihood_ratio_sentence(evidence: Evidence) -> str:
    """Likelihood ratio NET : adenocarcinoma with its interval, the zero-cell rule and the raw ratio."""
    ratio = evidence.likelihood_ratio_net
    median, low, high = (format_likelihood_ratio(v) for v in (ratio.median, ratio.low, ratio.high))
    if evidence.is_indeterminate:
        meaning = "the interval includes 1, so these findings are indeterminate"
    else:
        meaning = "below 1 speaks for adenocarcinoma" if ratio.high < 1 else "above 1 speaks for NET"
    raw = (
        "cannot be formed, since the count of adenocarcinomas is zero"
        if ratio.raw is None
        else format_likelihood_ratio(ratio.raw)
    )
    interval = f"{format_level(ratio.level)} credible interval {low} to {high}"
    return (
        f"Likelihood ratio NET : adenocarcinoma {median} ({interval}): {meaning}. "
        f"{ZERO_CELL_RULE}. The raw ratio, of the counts as they stand: {raw}. "
        f"{apparent_sentence(evidence.basis)}"
    )


def discordance_sentence(assessment: Assessment, evidence: Evidence) -> str | None:
    """Why the call and the counts part where the criteria disagree; None where they agree."""
    ratio_met, pattern_met = assessment.ratio.met, assessment.pattern.met
    if ratio_met is None or pattern_met is None or ratio_met == pattern_met:
        return None
    criteria = load_criteria()
    discordant = criteria.cells[True, False] + criteria.cells[False, True]
    everyone = criteria.group_sizes.adenocarcinoma + criteria.group_sizes.net
    first, second = ("adenocarcinoma", "NET") if ratio_met else ("NET", "adenocarcinoma")
    here = evidence.counts.adenocarcinoma + evidence.counts.net
    weight = (
        "too few to tell the groups apart: the evidence is indeterminate"
        if evidence.is_indeterminate
        else "so the call stands on few patients"
    )
    return (
        f"The criteria disagree: the HAP ratio points to {first}, the pattern to {second}. The rule asks for "
        f"both before it says adenocarcinoma, so it says NET. But only {here} of the study's {everyone} "
        f"patients had this combination ({counts_short(evidence)}), {weight}. The criteria disagreed in "
        f"{discordant.adenocarcinoma + discordant.net} of {everyone}."
    )


def non_plateau_sentence(assessment: Assessment) -> str | None:
    """How the study's patients without plateau split into washout and progressive."""
    if assessment.pattern.met is not False:
        return None
    washout, progressive = (load_criteria().patterns[name] for name in ("washout", "progressive"))
    return (
        f"Without plateau, over all ratios: washout in {washout.adenocarcinoma} adenocarcinomas and "
        f"{washout.net} "
        f"NETs, progressive in {progressive.adenocarcinoma} and {progressive.net}. How they split over the "
        "cells "
        "of both criteria is unknown."
    )


def posttest_sentences(assessment: Assessment, evidence: Evidence) -> tuple[str, ...]:
    """Post-test probability of NET, in percent and as natural frequencies; empty unless asked for."""
    pretest, after = assessment.case.pretest_net, evidence.posttest_net
    if pretest is None or after is None:
        return ()
    frequency = natural_frequency(after.median, after.low, after.high)
    level = format_level(evidence.likelihood_ratio_net.level)
    return (
        f"With a pre-test probability of NET of {format_typed_percent(pretest)}: post-test probability of "
        f"NET {format_percent(after.median)} ({level} credible interval {format_percent(after.low)} to "
        f"{format_percent(after.high)}). {apparent_sentence(evidence.basis)}",
        f"In other words: of {frequency.denominator} such patients with these findings, about "
        f"{frequency.median} would have NET ({frequency.low} to {frequency.high}), the others "
        "adenocarcinoma.",
        "This holds where NET (G1 or G2) and adenocarcinoma are the only possibilities and the pre-test "
        "probability fits this patient.",
    )
