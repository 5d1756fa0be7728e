"""The two criteria and the combined rule.

Adenocarcinoma is the positive class: a criterion is met when it points to adenocarcinoma.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Measurement, compare
from gepnet_core.case.pattern import (
    EnhancementPattern,
    PatternDefinition,
    PatternDerivation,
    PatternSource,
    derive_pattern,
)
from gepnet_core.case.phase import Phase

POSITIVE_CLASS = "adenocarcinoma"


class Call(StrEnum):
    """What the rule says of a case."""

    ADENOCARCINOMA = "adenocarcinoma"
    NET = "net"
    NOT_CLASSIFIABLE = "not_classifiable"
    WITHHELD = "withheld"


class Basis(StrEnum):
    """What a call rests on."""

    BOTH = "both"
    HAP_RATIO = "hap_ratio"
    PATTERN = "pattern"


@dataclass(frozen=True)
class RatioCriterion:
    """The HAP ratio against the cutoff. ``met`` is None where the ratio is unknown."""

    value: float | None
    cutoff: Decimal
    met: bool | None
    at_cutoff: bool


@dataclass(frozen=True)
class PatternCriterion:
    """The pattern, whose it is, and what both definitions derive. ``met`` is None where it is unknown."""

    value: EnhancementPattern | None
    source: PatternSource | None
    met: bool | None
    liver_relative: PatternDerivation | None
    lesion_hu: PatternDerivation | None

    def derivation(self, definition: PatternDefinition) -> PatternDerivation | None:
        """What one definition derives; None where a phase is missing."""
        return self.liver_relative if definition is PatternDefinition.LIVER_RELATIVE else self.lesion_hu


@dataclass(frozen=True)
class RuleResult:
    """The call by the combined rule and the criteria that it rests on."""

    call: Call
    basis: Basis | None
    ratio: RatioCriterion
    pattern: PatternCriterion


def ratio_side(measurement: Measurement, cutoff: Decimal) -> int:
    """Compare the lesion with cutoff times liver: -1 below the cutoff, 0 at it, 1 above.

    Typed values are compared exactly as decimals, so that 44.9 / 50 is at 0.898; measured ones with a
    relative tolerance of 1e-9.
    """
    return compare(
        Fraction(measurement.lesion.hu),
        Fraction(cutoff) * Fraction(measurement.liver.hu),
        exact=measurement.is_exact,
    )


def judge_ratio(case: Case) -> RatioCriterion:
    """Judge the HAP ratio: met at or below the cutoff (Cui et al. 2017, Results and Figure 6)."""
    hap = case.measurements.get(Phase.HAP)
    if hap is None:
        return RatioCriterion(None, case.cutoff, None, False)
    side = ratio_side(hap, case.cutoff)
    return RatioCriterion(hap.ratio, case.cutoff, side <= 0, side == 0)


def judge_pattern(case: Case) -> PatternCriterion:
    """Judge the pattern: met when plateau. The reader's call decides; else the chosen definition."""
    hap, pvp = case.measurements.get(Phase.HAP), case.measurements.get(Phase.PVP)
    derived: dict[PatternDefinition, PatternDerivation | None] = dict.fromkeys(PatternDefinition)
    if hap is not None and pvp is not None:
        for definition in PatternDefinition:
            derived[definition] = derive_pattern(hap, pvp, definition, case.tolerance(definition))
    chosen = derived[case.definition]
    if case.reader_pattern is not None:
        value, source = case.reader_pattern, PatternSource.READER
    elif chosen is not None:
        value, source = chosen.value, PatternSource.DERIVED
    else:
        value, source = None, None
    met = None if value is None else value is EnhancementPattern.PLATEAU
    return PatternCriterion(
        value, source, met, derived[PatternDefinition.LIVER_RELATIVE], derived[PatternDefinition.LESION_HU]
    )


def apply_rule(case: Case) -> RuleResult:
    """Combine the criteria: adenocarcinoma if both are met, NET if one is known not to be.

    The rule is the only one of two conditions that reproduces the study's 19 of 23 and 21 of 23; that the
    authors used it is an assumption (data/study/criteria.toml). The study's scope is not looked at here.
    """
    ratio, pattern = judge_ratio(case), judge_pattern(case)
    call, basis = combine(ratio.met, pattern.met)
    return RuleResult(call, basis, ratio, pattern)


def combine(ratio_met: bool | None, pattern_met: bool | None) -> tuple[Call, Basis | None]:
    """The rule as a truth table of the two criteria, None where one is unknown."""
    if ratio_met is not None and pattern_met is not None:
        return (Call.ADENOCARCINOMA if ratio_met and pattern_met else Call.NET), Basis.BOTH
    if ratio_met is False:
        return Call.NET, Basis.HAP_RATIO
    if pattern_met is False:
        return Call.NET, Basis.PATTERN
    return Call.NOT_CLASSIFIABLE, None


@dataclass(frozen=True)
class Verdict:
    """Criteria and call alone, without what explains them. Agrees with `apply_rule`."""

    ratio_met: bool | None
    pattern: EnhancementPattern | None
    call: Call


def settle(case: Case, measurements: Mapping[Phase, Measurement]) -> Verdict:
    """Criteria and call for other measurements under the case's choices; for trying many values."""
    hap, pvp = measurements.get(Phase.HAP), measurements.get(Phase.PVP)
    ratio_met = None if hap is None else ratio_side(hap, case.cutoff) <= 0
    pattern = case.reader_pattern
    if pattern is None and hap is not None and pvp is not None:
        pattern = derive_pattern(hap, pvp, case.definition, case.tolerance(case.definition)).value
    pattern_met = None if pattern is None else pattern is EnhancementPattern.PLATEAU
    return Verdict(ratio_met, pattern, combine(ratio_met, pattern_met)[0])
