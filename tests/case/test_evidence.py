"""What the study's counts say: cells, likelihood ratios, post-test probability."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.assessment import assess
from gepnet_core.case.evidence import Evidence, posttest_probability, weigh_evidence
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import Basis, apply_rule
from gepnet_core.errors import MeasurementError
from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.statistics.proportions.proportion_ratio import proportion_ratio
from gepnet_core.study.criteria import GroupCounts
from tests.case.cases import case

LOW, HIGH = ("44.8", "50"), ("45.0", "50")
PLATEAU, WASHOUT, PROGRESSIVE = (
    EnhancementPattern.PLATEAU,
    EnhancementPattern.WASHOUT,
    EnhancementPattern.PROGRESSIVE,
)

COUNTS = [
    # design, section 4: adenocarcinoma, NET
    (LOW, PLATEAU, Basis.BOTH, 19, 2),
    (HIGH, PLATEAU, Basis.BOTH, 2, 4),
    (LOW, WASHOUT, Basis.BOTH, 0, 3),
    (LOW, PROGRESSIVE, Basis.BOTH, 0, 3),
    (HIGH, WASHOUT, Basis.BOTH, 2, 14),
    (HIGH, PROGRESSIVE, Basis.BOTH, 2, 14),
    (LOW, None, Basis.HAP_RATIO, 19, 5),
    (HIGH, None, Basis.HAP_RATIO, 4, 18),
    (None, PLATEAU, Basis.PATTERN, 21, 6),
    (None, WASHOUT, Basis.PATTERN, 2, 17),
    (None, PROGRESSIVE, Basis.PATTERN, 2, 17),
]


def evidence_for(hap, pattern, pretest: str | None = None) -> Evidence:
    found = weigh_evidence(
        apply_rule(case(hap, reader_pattern=pattern)), None if pretest is None else Decimal(pretest)
    )
    assert found is not None
    return found


@pytest.mark.parametrize(("hap", "pattern", "basis", "adenocarcinoma", "net"), COUNTS)
def test_the_counts_of_each_finding(hap, pattern, basis, adenocarcinoma: int, net: int) -> None:
    found = evidence_for(hap, pattern)
    assert found.counts == GroupCounts(adenocarcinoma, net)
    assert found.basis is basis


@pytest.mark.parametrize(("hap", "pattern", "basis", "adenocarcinoma", "net"), COUNTS)
def test_shares_and_likelihood_ratio_are_of_those_counts(hap, pattern, basis, adenocarcinoma, net) -> None:
    found = evidence_for(hap, pattern)
    assert found.share_adenocarcinoma == wilson_interval(adenocarcinoma, 23)
    assert found.share_net == wilson_interval(net, 23)
    # NET above, adenocarcinoma below: above 1 favours NET.
    assert found.likelihood_ratio_net == proportion_ratio(net, 23, adenocarcinoma, 23)
    raw = found.likelihood_ratio_net.raw
    assert raw is None if adenocarcinoma == 0 else raw == pytest.approx(net / adenocarcinoma)


@pytest.mark.parametrize(
    ("hap", "pattern", "indeterminate"),
    [(LOW, PLATEAU, False), (HIGH, PLATEAU, True), (LOW, WASHOUT, True), (HIGH, WASHOUT, False)],
)
def test_the_discordant_cells_alone_are_indeterminate(hap, pattern, indeterminate) -> None:
    ratio = evidence_for(hap, pattern).likelihood_ratio_net
    assert (ratio.low <= 1 <= ratio.high) is indeterminate
    assert evidence_for(hap, pattern).is_indeterminate is indeterminate


def test_each_finding_points_where_the_rule_does() -> None:
    assert evidence_for(LOW, PLATEAU).likelihood_ratio_net.high < 1
    assert evidence_for(HIGH, WASHOUT).likelihood_ratio_net.low > 1
    for hap, pattern, basis, adenocarcinoma, net in COUNTS:
        if basis is not Basis.BOTH:
            ratio = evidence_for(hap, pattern).likelihood_ratio_net
            assert (ratio.high < 1) if adenocarcinoma > net else (ratio.low > 1)


def test_19_to_2_at_a_pretest_of_5_percent() -> None:
    # design, section 4: .0060 [.0012-.0164]
    after = evidence_for(LOW, PLATEAU, "0.05").posttest_net
    assert after is not None
    assert [round(x, 4) for x in (after.median, after.low, after.high)] == [0.0060, 0.0012, 0.0164]
    assert after.pretest == 0.05


def test_half_before_is_the_likelihood_ratio_as_odds() -> None:
    found = evidence_for(HIGH, WASHOUT, "0.5")
    assert found.posttest_net is not None
    for name in ("median", "low", "high"):
        p = getattr(found.posttest_net, name)
        assert p / (1 - p) == pytest.approx(getattr(found.likelihood_ratio_net, name), rel=1e-12)


@given(st.decimals("0.001", "0.998", places=3), st.sampled_from(COUNTS))
def test_the_posttest_probability_is_bayes_and_ordered_and_rises_with_the_pretest(pretest, row) -> None:
    ratio = evidence_for(*row[:2]).likelihood_ratio_net
    after = posttest_probability(pretest, ratio)
    odds = float(pretest) / (1 - float(pretest)) * ratio.median
    assert after.median == pytest.approx(odds / (1 + odds), rel=1e-12)
    assert 0 < after.low < after.median < after.high < 1
    higher = posttest_probability(pretest + Decimal("0.001"), ratio)
    assert (higher.low > after.low) and (higher.median > after.median) and (higher.high > after.high)
    # An indeterminate finding leaves the pretest inside its interval; the others do not.
    assert (after.low <= float(pretest) <= after.high) is (ratio.low <= 1 <= ratio.high)


@pytest.mark.parametrize("pretest", ["0", "1", "-0.1", "1.1", "5", "NaN", "Infinity"])
def test_a_pretest_outside_0_to_1_is_refused(pretest: str) -> None:
    with pytest.raises(MeasurementError, match="strictly between 0 and 1") as caught:
        case(LOW, pretest_net=Decimal(pretest))
    assert caught.value.field == "pretest"
    assert "5 %" in str(caught.value)


@pytest.mark.parametrize("pretest", ["0." + "0" * 37 + "1", "0." + "9" * 38])
def test_the_outermost_pretests_stay_probabilities(pretest: str) -> None:
    after = evidence_for(LOW, PLATEAU, pretest).posttest_net
    assert after is not None
    assert 0 <= after.low <= after.median <= after.high <= 1


def test_no_posttest_without_a_pretest() -> None:
    assert evidence_for(LOW, PLATEAU).posttest_net is None
    assert assess(case(LOW, reader_pattern=PLATEAU)).case.pretest_net is None


def test_nothing_known_has_no_evidence() -> None:
    assert weigh_evidence(apply_rule(case(pvp=LOW)), Decimal("0.5")) is None
