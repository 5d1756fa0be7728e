"""What is said of a quiz: the question, the feedback to each wrong choice, the key, the score."""

from __future__ import annotations

from collections.abc import Iterator

from gepnet_core.case.case import study_cutoff
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.numbers import (
    format_change,
    format_decimal,
    format_percent,
    format_proportion,
    format_ratio,
    rounded_beside,
)
from gepnet_core.report.case.criterion_words import pattern_sentences, ratio_sentence
from gepnet_core.report.case.evidence_words import counts_short
from gepnet_core.statistics.proportions.diagnostic import Share
from gepnet_core.teaching.quiz import QuizSpec
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice, QuizQuestion
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind, load_quiz_settings
from gepnet_core.teaching.quiz_grading import POINTS, Mark, QuizAnswer, QuizScore
from gepnet_core.teaching.quiz_mistakes import CallMistake, PatternMistake

READING_HEADINGS = ("Phase", "Lesion, HU (SD)", "Liver, HU (SD)", "Ratio as reported")
KIND_HEADINGS = ("Kind of case", "Answered", "Points")
CONFUSION_HEADINGS = ("Right answer", *(f"You: {choice.label}" for choice in QuizChoice))
CASE_HEADINGS = ("Case", "Kind", "Your call", "Right call", "Your pattern", "Right pattern", "Sure", "Points")
KIND_NAMES = {
    QuizKind.CLEAR: "Clear",
    QuizKind.DISCORDANT: "Discordant criteria",
    QuizKind.GREY_ZONE: "Grey zone",
    QuizKind.PITFALL: "Pitfall",
}
RULE_IS_NO_HISTOLOGY = "The right call is that of the study's rule; the rule is no histology."
HOW_IT_GOES = (
    "Each case is an invented patient with readings and images. You commit to a pattern, a call and how sure "
    f"you are; then the answer is shown, and what your choice overlooked. {RULE_IS_NO_HISTOLOGY}"
)
IMAGES = (
    "Images of a phantom, whose anatomy is the same in every case, with the ovals in place. Its noise moves "
    "a mean by a few HU from the report's; a larger difference is worth a thought."
)
LINK_WARNING = (
    "The address holds the number that the cases follow from: a student who knows the library can compute "
    "the answers from it, so that the link suits practice and no examination."
)

_SITES = {
    "gastric": "stomach",
    "small_bowel": "small bowel",
    "colorectal": "colon or rectum",
    "pancreas": "pancreas",
}
_SEXES = {"female": "Woman", "male": "Man"}
# Of a student's choice, the rule's call and a patient's diagnosis, which bear the same names.
_NAMES: dict[str, str] = {
    QuizChoice.ADENOCARCINOMA: "adenocarcinoma",
    QuizChoice.NET: "NET",
    QuizChoice.MEASUREMENT: "a wrong measurement",
}
_SURE = 90
"""Confidence in percent from which a call in the grey zone is told to be too sure."""


def spec_words(spec: QuizSpec) -> str:
    """How many cases and of which kinds, to be put into a sentence."""
    kinds = [KIND_NAMES[kind].lower() for kind in spec.kinds]
    listed = " and ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)
    return f"{spec.n_cases} {'case' if spec.n_cases == 1 else 'cases'} ({listed})"


def clinical_line(question: QuizQuestion) -> str:
    """Who the patient is; nothing of it tells the groups apart, which were matched."""
    return (
        f"{_SEXES[question.sex]}, {question.age_years} years, primary in the "
        f"{_SITES[question.primary_site]}, largest metastasis {question.size_mm} mm. Invented patient."
    )


def technique_line(question: QuizQuestion) -> str:
    """How the scan was made."""
    return f"Three phases at {question.kvp} kVp; one oval in the lesion, one in the liver beside it."


def reading_rows(question: QuizQuestion) -> tuple[tuple[str, ...], ...]:
    """The readings of each phase as the report has them."""
    return tuple(
        (
            f"{readings.phase.label[0].upper()}{readings.phase.label[1:]}",
            f"{readings.lesion_hu} ({readings.lesion_sd_hu})",
            f"{readings.liver_hu} ({readings.liver_sd_hu})",
            readings.reported_ratio,
        )
        for readings in question.readings
    )


def missing_sentence(
    pattern: EnhancementPattern | None, choice: QuizChoice | None, confidence_percent: int | None
) -> str | None:
    """What is still to be chosen before an answer can be committed; None where nothing is."""
    asked = {"pattern": pattern, "call": choice, "how sure you are": confidence_percent}
    missing = [name for name, taken in asked.items() if taken is None]
    return f"Still to choose: {', '.join(missing)}." if missing else None


def answer_line(answer: QuizAnswer) -> str:
    """What the student committed to."""
    return (
        f"You committed to: {answer.choice.label}, pattern {answer.pattern or 'not stated'}, "
        f"{answer.confidence_percent} % sure."
    )


def verdict_line(mark: Mark) -> str:
    """The right call, the points, and the kind of case."""
    return (
        f"Right call: {mark.case.key.choice.label}. {mark.points} of {POINTS} points. "
        f"Kind of case: {KIND_NAMES[mark.case.key.kind].lower()}."
    )


def feedback_sentences(mark: Mark) -> tuple[str, ...]:
    """What the answer got right, and for each wrong choice what it shows."""
    key, answer = mark.case.key, mark.answer
    if mark.call_right:
        call = f"Right: {_NAMES[key.choice]}."
    else:
        call = f"Not {_NAMES[answer.choice]}: {_call_feedback(mark)}"
    said = [call]
    if mark.pattern_mistake is not None:
        said.append(_pattern_feedback(mark))
    elif mark.pattern_right:
        said.append(f"The pattern is right: {key.pattern}.")
    if key.kind is QuizKind.GREY_ZONE:
        said.append(_grey_zone_feedback(mark))
    return tuple(said)


def reveal_sentences(case: QuizCase) -> tuple[str, ...]:
    """The key of a case: why, what went wrong in a pitfall, and the diagnosis of the invented patient."""
    return tuple(_revealed(case))


def score_sentences(score: QuizScore) -> tuple[str, ...]:
    """Points, accuracy for adenocarcinoma and confidence in words."""
    answered = f"{score.n_answered} of {score.n_cases} cases answered"
    said = [f"{score.points} of {score.most_points} points; {answered}."]
    if score.accuracy is None:
        said.append(f"Sensitivity and specificity for adenocarcinoma: unknown. {score.reasons['accuracy']}")
    else:
        said.append(
            f"Against the rule, pitfalls left out, and adenocarcinoma positive: sensitivity "
            f"{_share(score.accuracy.sensitivity)}, specificity {_share(score.accuracy.specificity)}."
        )
    found = score.confidence
    if found is None:
        return (*said, f"Confidence: unknown. {score.reasons['confidence']}")
    gap = found.mean_predicted - found.observed
    verdict = "too sure" if gap > 0 else "not sure enough" if gap < 0 else "as sure as you were right"
    said.append(
        f"You were {format_percent(found.mean_predicted)} sure on average and right in "
        f"{format_proportion(found.n_event, found.n)}: {verdict}."
    )
    said.append(
        f"Brier score {rounded_beside(found.brier, (0, 1), 3)}: 0 is perfect, 0.25 is what always saying "
        "50 % gives, 1 is sure and always wrong."
    )
    return tuple(said)


def kind_rows(score: QuizScore) -> tuple[tuple[str, ...], ...]:
    """Points by kind of case, the easiest first."""
    return tuple(
        (KIND_NAMES[kind], str(found.n_answered), f"{found.points} of {found.most_points}")
        for kind, found in score.kinds.items()
    )


def confusion_rows(score: QuizScore) -> tuple[tuple[str, ...], ...]:
    """Right answers by the student's own, the positive class named."""
    return tuple(
        (
            f"{truth.label} (positive class)" if truth.value == score.positive_class else truth.label,
            *(str(score.confusion.get((truth, choice), 0)) for choice in QuizChoice),
        )
        for truth in QuizChoice
    )


def case_rows(score: QuizScore) -> tuple[tuple[str, ...], ...]:
    """Every answered case with the student's answer beside the right one; in a pitfall no pattern counts."""
    return tuple(
        (
            str(mark.case.number),
            KIND_NAMES[mark.case.key.kind],
            mark.answer.choice.label,
            mark.case.key.choice.label,
            (mark.answer.pattern or "not stated").capitalize(),
            "Counts nothing here" if mark.pattern_right is None else mark.case.key.pattern.capitalize(),
            f"{mark.answer.confidence_percent} %",
            f"{mark.points} of {POINTS}",
        )
        for mark in score.marks
    )


def _revealed(case: QuizCase) -> Iterator[str]:
    key = case.key
    if key.pitfall is None:
        yield f"The rule says {_NAMES[key.choice]}."
        yield ratio_sentence(key.assessment)
        yield next(iter(pattern_sentences(key.assessment)))
        if key.assessment.evidence is not None:
            yield f"The study's patients with the same findings: {counts_short(key.assessment.evidence)}."
    else:
        entry = load_quiz_settings().pitfalls[key.pitfall]
        yield f"{entry.name}. {entry.altered}"
        yield f"How to see it: {entry.see}"
        yield entry.lesson
        yield _altered_call(case)
    diagnosis = _NAMES[key.diagnosis]
    call = _NAMES[key.call_unaltered]
    agrees = "as the rule says" if diagnosis == call else f"while the rule says {call}"
    unaltered = " of the readings without the error" if key.pitfall is not None and diagnosis != call else ""
    yield f"{RULE_IS_NO_HISTOLOGY} This invented patient has {diagnosis}, {agrees}{unaltered}."


def _altered_call(case: QuizCase) -> str:
    key = case.key
    as_shown, unaltered = _NAMES[key.assessment.call], _NAMES[key.call_unaltered]
    if key.pitfall is Pitfall.INVERTED_RATIO:
        return f"Lesion divided by liver is {_ratio_text(case)}, and the rule says {unaltered}."
    if as_shown == unaltered:
        return f"The rule happens to say {as_shown} with the error and without it."
    return f"With the error the rule says {as_shown}, without it {unaltered}."


def _call_feedback(mark: Mark) -> str:
    key, question = mark.case.key, mark.case.question
    ratio, pattern = key.assessment.ratio.value, key.pattern
    cutoff = format_decimal(study_cutoff(), 1)
    shown = _ratio_text(mark.case)
    match mark.call_mistake:
        case CallMistake.FALSE_ALARM:
            livers = " to ".join(
                str(r.liver_hu) for r in question.readings if r.phase in (Phase.HAP, Phase.PVP)
            )
            return (
                f"nothing is wrong with these readings. {question.kvp} kVp, a liver that rises from {livers} "
                "HU, an SD in the lesion like that in the liver, and lesion / liver gives the ratio reported."
            )
        case CallMistake.BY_PATTERN:
            return (
                f"you took the pattern for {mark.answer.pattern}. It is plateau, and the ratio {shown} is at "
                f"or below {cutoff}: both criteria are met."
            )
        case CallMistake.BY_RATIO:
            return (
                f"the ratio {shown} is at or below {cutoff}, the pattern is plateau: both criteria are met."
            )
        case CallMistake.LOW_RATIO_ALONE:
            return (
                f"the ratio {shown} is low, but the pattern is {pattern}. The rule asks for plateau as well."
            )
        case CallMistake.PLATEAU_ALONE:
            return (
                f"the pattern is plateau, but the ratio {shown} is above {cutoff}. The rule asks for a low "
                f"ratio as well.{_if_inverted(ratio)}"
            )
        case CallMistake.NEITHER:
            return (
                f"neither criterion is met. The ratio {shown} is above {cutoff}, and the pattern is "
                f"{pattern}.{_if_inverted(ratio)}"
            )
        case CallMistake.SWAP_AS_PATTERN:
            return (
                "you took swapped phases for progressive enhancement. The lesion only seems to gain on the "
                f"liver, since the phases bear each other's names. {_missed(mark.case)}"
            )
        case _:
            return f"the readings cannot be trusted. {_missed(mark.case)}"


def _ratio_text(case: QuizCase) -> str:
    ratio = case.key.assessment.ratio.value
    return "unknown" if ratio is None else format_ratio(ratio, study_cutoff())


def _missed(case: QuizCase) -> str:
    """The pitfall that was overlooked, how it shows, and what it does to the rule's call."""
    if case.key.pitfall is None:
        return ""
    entry = load_quiz_settings().pitfalls[case.key.pitfall]
    return f"{entry.name}: {entry.see} {_altered_call(case)}"


def _if_inverted(ratio: float | None) -> str:
    """Said where the inverse of a ratio would have been met."""
    if ratio is None or not 1 / ratio <= study_cutoff():
        return ""
    return (
        f" Liver / lesion would be {format_ratio(1 / ratio, study_cutoff())}; the study divides the lesion."
    )


def _pattern_feedback(mark: Mark) -> str:
    key, found = mark.case.key, mark.case.key.assessment.pattern.liver_relative
    if found is None or mark.pattern_mistake is PatternMistake.NOT_STATED:
        return f"You stated no pattern; it is {key.pattern}."
    answered = mark.answer.pattern
    change = format_change(found.change, found.tolerance, at_tolerance=found.at_tolerance, decimals=3)
    tolerance = format_decimal(found.tolerance)
    hap, pvp = (key.assessment.case.measurements[phase] for phase in (Phase.HAP, Phase.PVP))
    ratios = f"{format_ratio(hap.exact_ratio)} to {format_ratio(pvp.exact_ratio)}, {change}"
    match mark.pattern_mistake:
        case PatternMistake.WITHIN_TOLERANCE:
            return f"Not {answered}: the ratio goes from {ratios}, within the tolerance {tolerance}: plateau."
        case PatternMistake.BEYOND_TOLERANCE:
            return (
                f"Not plateau: the ratio goes from {ratios}, beyond the tolerance {tolerance}: {key.pattern}."
            )
        case _:
            moves = "falls" if found.change < 0 else "rises"
            return (
                f"Not {answered}: the ratio {moves}, from {ratios}, with a tolerance of {tolerance}: "
                f"{key.pattern}."
            )


def _grey_zone_feedback(mark: Mark) -> str:
    zone = mark.case.key.assessment.grey_zone
    chance = "an unknown share" if zone is None else format_percent(zone.chance_other_side)
    said = (
        f"The ratio lies in the grey zone: with the assumed reading error {chance} of new readings would "
        "fall on the other side of the cutoff, and the call with them."
    )
    if mark.answer.confidence_percent >= _SURE:
        return f"{said} {mark.answer.confidence_percent} % was too sure."
    return said


def _share(share: Share) -> str:
    return format_proportion(share.count, share.n, share.wilson)
