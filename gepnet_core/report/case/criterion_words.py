"""What is said of each criterion: its numbers, and which diagnosis it points to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.case import Case
from gepnet_core.case.pattern import (
    EnhancementPattern,
    PatternDefinition,
    PatternDerivation,
    PatternSource,
    enhancement,
)
from gepnet_core.case.phase import Phase
from gepnet_core.figures.case_scale import hap_ratio_text
from gepnet_core.numbers import RATIO_DECIMALS, format_change, format_decimal, format_hu, format_ratio
from gepnet_core.study.criteria import load_criteria

POINTS_TO = {True: "points to adenocarcinoma", False: "points to NET"}


def cutoff_words(case: Case) -> str:
    """The cutoff with its origin: ``0.898 (published)``."""
    return f"{format_decimal(case.cutoff, 1)} ({'published' if case.has_study_cutoff else 'own'})"


def ratio_side_words(assessment: Assessment) -> str:
    """Where a known HAP ratio lies: below, exactly at, or above the cutoff."""
    if not assessment.ratio.at_cutoff:
        return "below" if assessment.ratio.met else "above"
    return "exactly at" if assessment.case.measurements[Phase.HAP].is_exact else "at"


def ratio_sentence(assessment: Assessment) -> str:
    """The ratio criterion in a sentence, or why it is unknown."""
    case = assessment.case
    hap = case.measurements.get(Phase.HAP)
    met = assessment.ratio.met
    if hap is None or met is None:
        return f"HAP ratio unknown. {assessment.reasons['criteria.hap_ratio.value']}"
    tie = ", which counts as at or below" if assessment.ratio.at_cutoff else ""
    return (
        f"HAP ratio {hap_ratio_text(assessment)} (lesion {format_hu(hap.lesion.hu)} HU / liver "
        f"{format_hu(hap.liver.hu)} HU) is {ratio_side_words(assessment)} the cutoff "
        f"{cutoff_words(case)}{tie}: "
        f"{POINTS_TO[met]}."
    )


def ratio_short(assessment: Assessment) -> str:
    """The ratio criterion in a few words, such as ``0.839, below the cutoff 0.898 (published)``."""
    if assessment.ratio.met is None:
        return "unknown"
    return (
        f"{hap_ratio_text(assessment)}, {ratio_side_words(assessment)} the cutoff "
        f"{cutoff_words(assessment.case)}"
    )


def pattern_short(assessment: Assessment) -> str:
    """The pattern criterion in a few words, such as ``plateau (by the reader)``."""
    pattern = assessment.pattern
    if pattern.value is None:
        return "unknown"
    whose = "by the reader" if pattern.source is PatternSource.READER else "derived from HU"
    return f"{pattern.value} ({whose})"


def pattern_sentences(assessment: Assessment) -> Iterator[str]:
    """The pattern criterion: whose pattern it is, and what each definition derives from HU."""
    case, pattern = assessment.case, assessment.pattern
    if pattern.value is None or pattern.met is None:
        yield f"Pattern unknown. {assessment.reasons['criteria.pattern.value']}"
        return
    not_plateau = "" if pattern.met else ", not plateau"
    used = pattern.derivation(case.definition)
    if pattern.source is PatternSource.READER:
        yield f"Pattern {pattern.value} by the reader{not_plateau}: {POINTS_TO[pattern.met]}."
        if used is not None:
            verdict = _verdict(used.value, pattern.value, "the reader")
            yield f"From HU, for comparison: {_derivation_words(case, used)}; {verdict}."
    elif used is not None:
        yield (
            f"Pattern {pattern.value}, derived from HU{not_plateau}: {POINTS_TO[pattern.met]}. "
            f"{_capitalised(_derivation_words(case, used))}."
        )
    for other in (pattern.liver_relative, pattern.lesion_hu):
        if other is None or used is None or other.definition is case.definition:
            continue
        verdict = _verdict(other.value, used.value, "the first definition")
        yield f"By the other definition: {_derivation_words(case, other)}; {verdict}."


def tolerance_words(case: Case, definition: PatternDefinition) -> str:
    """A tolerance with its unit and origin."""
    default = load_criteria().definitions[definition]
    value = case.tolerance(definition)
    unit = " HU" if default.unit == "HU" else ""
    origin = f"default, {_article(default.tolerance_status)}" if value == default.tolerance else "own"
    return f"{format_decimal(value)}{unit} ({origin})"


def _derivation_words(case: Case, derivation: PatternDerivation) -> str:
    """What one definition derives: change, the two values, tolerance, pattern."""
    hap, pvp = case.measurements[Phase.HAP], case.measurements[Phase.PVP]
    definition = derivation.definition
    change = enhancement(pvp, definition) - enhancement(hap, definition)
    relative = definition is PatternDefinition.LIVER_RELATIVE
    shown = format_change(
        change,
        derivation.tolerance,
        at_tolerance=derivation.at_tolerance,
        decimals=RATIO_DECIMALS if relative else 1,
    )
    before, after = (
        (format_ratio(hap.exact_ratio), format_ratio(pvp.exact_ratio))
        if relative
        else (f"{format_hu(hap.lesion.hu)}", f"{format_hu(pvp.lesion.hu)}")
    )
    unit = "" if relative else " HU"
    return (
        f"{load_criteria().definitions[definition].label} from hepatic artery to portal venous phase "
        f"{shown}{unit} ({before} to {after}{unit}), "
        f"{_place(derivation)} the tolerance {tolerance_words(case, definition)}, which is "
        f"{derivation.value}"
    )


def _place(derivation: PatternDerivation) -> str:
    if derivation.at_tolerance:
        return "exactly at"
    if derivation.value is EnhancementPattern.PLATEAU:
        return "within"
    return "a fall beyond" if derivation.value is EnhancementPattern.WASHOUT else "a rise beyond"


def _verdict(value: EnhancementPattern, reference: EnhancementPattern, whose: str) -> str:
    return f"agrees with {whose}" if value is reference else f"differs from {whose}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _capitalised(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def reading_error_words(lesion_hu: Decimal, liver_hu: Decimal) -> str:
    """The assumed error of one reading, and where it comes from."""
    default = load_criteria().reading_error
    errors = f"{format_decimal(lesion_hu)} HU (lesion) and {format_decimal(liver_hu)} HU (liver), as SD"
    if (lesion_hu, liver_hu) == (default.lesion_hu, default.liver_hu):
        return f"{errors}. This is {_article(default.status)}. {default.reason}"
    return f"{errors}. These are your own values, an assumption too."
