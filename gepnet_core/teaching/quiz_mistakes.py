"""What a wrong answer shows: the likeliest reason for a wrong call and for a wrong pattern."""

from __future__ import annotations

from enum import StrEnum

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.teaching.quiz_case import QuizChoice, QuizKey
from gepnet_core.teaching.quiz_data import Pitfall


class CallMistake(StrEnum):
    """Why a call is wrong."""

    FALSE_ALARM = "false_alarm"
    """Saw something wrong in readings that are in order."""

    BY_PATTERN = "by_pattern"
    """Called NET: the ratio was low, but the pattern was taken for another than plateau."""

    BY_RATIO = "by_ratio"
    """Called NET although no other pattern was stated: the low ratio was taken for a high one."""

    LOW_RATIO_ALONE = "low_ratio_alone"
    """Called adenocarcinoma on the ratio, without plateau."""

    PLATEAU_ALONE = "plateau_alone"
    """Called adenocarcinoma on plateau, without a low ratio."""

    NEITHER = "neither"
    """Called adenocarcinoma although neither criterion is met."""

    PITFALL_MISSED = "pitfall_missed"
    """Called readings that are wrong."""

    SWAP_AS_PATTERN = "swap_as_pattern"
    """Took swapped phases for progressive enhancement."""


class PatternMistake(StrEnum):
    """Why a pattern is wrong."""

    NOT_STATED = "not_stated"
    WITHIN_TOLERANCE = "within_tolerance"
    """Took a change within the tolerance for more."""

    BEYOND_TOLERANCE = "beyond_tolerance"
    """Took a change beyond the tolerance for none."""

    WRONG_DIRECTION = "wrong_direction"
    """Took a fall for a rise, or the other way round."""


def call_mistake(key: QuizKey, choice: QuizChoice, pattern: EnhancementPattern | None) -> CallMistake | None:
    """Why a call is wrong; None where it is right.

    Parameters
    ----------
    key : QuizKey
    choice : QuizChoice
        What the student called.
    pattern : EnhancementPattern or None
        What the student took for the pattern.
    """
    if choice is key.choice:
        return None
    if key.pitfall is not None:
        is_swap = key.pitfall is Pitfall.SWAPPED_PHASES and pattern is EnhancementPattern.PROGRESSIVE
        return CallMistake.SWAP_AS_PATTERN if is_swap else CallMistake.PITFALL_MISSED
    if choice is QuizChoice.MEASUREMENT:
        return CallMistake.FALSE_ALARM
    if choice is QuizChoice.NET:
        is_other = pattern is not None and pattern is not key.pattern
        return CallMistake.BY_PATTERN if is_other else CallMistake.BY_RATIO
    if key.assessment.ratio.met:
        return CallMistake.LOW_RATIO_ALONE
    return CallMistake.PLATEAU_ALONE if key.assessment.pattern.met else CallMistake.NEITHER


def pattern_mistake(key: QuizKey, pattern: EnhancementPattern | None) -> PatternMistake | None:
    """Why a pattern is wrong; None where it is right, and in pitfalls, whose pattern means nothing."""
    if key.pitfall is not None or pattern is key.pattern:
        return None
    if pattern is None:
        return PatternMistake.NOT_STATED
    if pattern is EnhancementPattern.PLATEAU:
        return PatternMistake.BEYOND_TOLERANCE
    by_liver = key.assessment.pattern.liver_relative
    falls = by_liver is not None and by_liver.change < 0
    if (pattern is EnhancementPattern.WASHOUT) is not falls:
        return PatternMistake.WRONG_DIRECTION
    return PatternMistake.WITHIN_TOLERANCE
