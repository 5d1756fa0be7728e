"""What the study's counts say of a case: the cell, its likelihood ratio, the post-test probability."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gepnet_core.case.rule import Basis, RuleResult
from gepnet_core.statistics.intervals import ConfidenceInterval, wilson_interval
from gepnet_core.statistics.proportions.proportion_ratio import ProportionRatio, proportion_ratio
from gepnet_core.study.criteria import GroupCounts, load_criteria


@dataclass(frozen=True)
class PosttestProbability:
    """Probability of NET after the evidence, from a pre-test probability that the user gave."""

    pretest: float
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Evidence:
    """The study's patients with the same findings.

    ``counts`` are those of the joint cell where ``basis`` is both criteria, else of the one that is known.
    ``share_*`` are the proportions of each group that had these findings, with Wilson intervals.
    """

    counts: GroupCounts
    basis: Basis
    likelihood_ratio_net: ProportionRatio
    share_adenocarcinoma: ConfidenceInterval
    share_net: ConfidenceInterval
    posttest_net: PosttestProbability | None

    @property
    def is_indeterminate(self) -> bool:
        """Whether the interval of the likelihood ratio includes 1: these findings favour neither."""
        return self.likelihood_ratio_net.low <= 1 <= self.likelihood_ratio_net.high


def posttest_probability(pretest: Decimal, ratio: ProportionRatio) -> PosttestProbability:
    """Turn a pre-test probability and a likelihood ratio into a post-test probability by Bayes' theorem.

    odds after = odds before * likelihood ratio. The map is monotone, so that quantiles of the likelihood
    ratio go over into quantiles of the probability.
    """
    p = float(pretest)

    def after(likelihood_ratio: float) -> float:
        return p * likelihood_ratio / (p * likelihood_ratio + (1 - p))

    return PosttestProbability(p, after(ratio.median), after(ratio.low), after(ratio.high))


def weigh_evidence(result: RuleResult, pretest_net: Decimal | None) -> Evidence | None:
    """Look up the study's patients with the same findings.

    Parameters
    ----------
    result : RuleResult
        Judged at the study's own cutoff; counts of another cutoff are unknown.
    pretest_net : Decimal or None
        Pre-test probability of NET, a fraction.

    Returns
    -------
    Evidence or None
        None where neither criterion is known.
    """
    criteria = load_criteria()
    ratio_met, pattern_met = result.ratio.met, result.pattern.met
    if ratio_met is not None and pattern_met is not None:
        counts, basis = criteria.cells[ratio_met, pattern_met], Basis.BOTH
    elif ratio_met is not None:
        counts, basis = criteria.ratio_margin(ratio_met), Basis.HAP_RATIO
    elif pattern_met is not None:
        counts, basis = criteria.pattern_margin(pattern_met), Basis.PATTERN
    else:
        return None
    n = criteria.group_sizes
    likelihood_ratio = proportion_ratio(counts.net, n.net, counts.adenocarcinoma, n.adenocarcinoma)
    return Evidence(
        counts,
        basis,
        likelihood_ratio,
        wilson_interval(counts.adenocarcinoma, n.adenocarcinoma),
        wilson_interval(counts.net, n.net),
        None if pretest_net is None else posttest_probability(pretest_net, likelihood_ratio),
    )
