"""A cohort for people who read a terminal: the frozen rule, then what was tuned, counts first."""

from __future__ import annotations

from collections.abc import Iterator

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import format_level, rounded_beside
from gepnet_core.report.cohort.cohort_words import (
    SYNTHETIC_NOTE,
    against_rows,
    flow_rows,
    frozen_rows,
    transport_sentences,
)
from gepnet_core.report.cutoff.model_words import (
    decision_sentences,
    elimination_sentence,
    model_sentences,
    performance_sentences,
    refusal_sentence,
    separation_sentences,
    term_headings,
    term_rows,
)
from gepnet_core.statistics.intervals import ConfidenceInterval

_MOST_ISSUES = 100


def cohort_text(analysis: CohortAnalysis) -> str:
    """Who was counted, the rule here and in the study, the areas, a tuned cutoff, a model, what to mend."""
    lines = [
        *_counted(analysis),
        *_frozen(analysis),
        *_areas(analysis),
        *_tuned(analysis),
        *_model(analysis),
        *_issues(analysis),
    ]
    if analysis.cohort.is_synthetic:
        lines += ["", SYNTHETIC_NOTE]
    return "\n".join([*lines, "", INTENDED_USE])


def _counted(analysis: CohortAnalysis) -> Iterator[str]:
    for name, n in flow_rows(analysis.cohort.flow):
        yield f"{n:6d}  {name}"


def _frozen(analysis: CohortAnalysis) -> Iterator[str]:
    yield from ("", "Positive class: adenocarcinoma. Wilson intervals.")
    for name, here, study, specificity, study_specificity in frozen_rows(analysis.frozen):
        yield f"  {name}"
        yield f"    here:         sensitivity {here}; specificity {specificity}"
        yield f"    in the study: sensitivity {study}; specificity {study_specificity}"
    yield "Both together against one criterion alone: adenocarcinomas; NETs called adenocarcinoma"
    for name, adenocarcinoma, net in against_rows(analysis.frozen):
        yield f"  {name}: {adenocarcinoma}; {net}"
    yield from ("", *transport_sentences(analysis.frozen))


def _areas(analysis: CohortAnalysis) -> Iterator[str]:
    yield from (
        "",
        "Area under the ROC curve for adenocarcinoma, low ratios positive",
    )
    for name, marker in analysis.markers.items():
        if isinstance(marker, Absent):
            yield f"  {name}: {marker.reason}"
            continue
        interval = marker.auc.logit if marker.clustered is None else marker.clustered.interval
        limits = "" if interval is None else f" ({_limits(interval)})"
        n = f"{marker.curve.n_positive} adenocarcinomas, {marker.curve.n_negative} NETs"
        yield f"  {name}: {_three(marker.auc.value)}{limits}; {n}"


def _tuned(analysis: CohortAnalysis) -> Iterator[str]:
    tuned = analysis.tuned
    yield from ("", "A cutoff chosen on these rows")
    if tuned.bootstrap is None or tuned.cutpoints is None:
        yield from (f"  {reason}" for reason in dict.fromkeys(tuned.reasons.values()))
        return
    shown = ", ".join(_three(point.threshold) for point in tuned.cutpoints.points[:5])
    yield f"  {tuned.cutpoints.method.label}: {shown}"
    yield f"  Youden's index on the rows that chose it: {_three(tuned.bootstrap.youden_apparent)}"
    if tuned.bootstrap.youden_oob is not None:
        yield f"  on rows left out of {tuned.bootstrap.n} resamples: {_three(tuned.bootstrap.youden_oob)}"
    spread = tuned.bootstrap.cutoff_midpoint
    yield f"  the cutoff lies between {_three(spread.low)} and {_three(spread.high)} in 95 % of them"


def _model(analysis: CohortAnalysis) -> Iterator[str]:
    model, decision, cutoff = analysis.model, analysis.decision, analysis.cohort.settings.cutoff
    yield from ("", "A logistic model of several findings")
    if isinstance(model, Absent):
        yield f"  {refusal_sentence(model, cutoff)}"
        return
    said = [*separation_sentences(model), *model_sentences(model)]
    if (elimination := elimination_sentence(model)) is not None:
        said.append(elimination)
    yield from (f"  {sentence}" for sentence in said)
    _, *headings = term_headings(model)
    for name, *cells in term_rows(model):
        numbers = "; ".join(f"{heading} {cell}" for heading, cell in zip(headings, cells, strict=True))
        yield f"  {name}: {numbers}"
    yield from (f"  {sentence}" for sentence in performance_sentences(model))
    if not isinstance(decision, Absent):
        yield from (f"  {sentence}" for sentence in decision_sentences(decision))


def _issues(analysis: CohortAnalysis) -> Iterator[str]:
    issues = analysis.cohort.issues
    if not issues:
        return
    yield from ("", "Issues")
    for issue in issues[:_MOST_ISSUES]:
        where = f"row {issue.row} (line {issue.line})" + (f", {issue.column}" if issue.column else "")
        yield f"  {where}: {issue.problem}. {issue.remedy}"
    if len(issues) > _MOST_ISSUES:
        yield f"  and {len(issues) - _MOST_ISSUES} more: see --json or --out"


def _limits(interval: ConfidenceInterval) -> str:
    level, low, high = format_level(interval.level), _three(interval.low), _three(interval.high)
    return f"{level} CI {low} to {high}, {interval.method}"


def _three(value: float) -> str:
    """Three decimals; a cutoff that calls nobody has no number."""
    return "nobody" if value in (float("inf"), float("-inf")) else rounded_beside(value, (0,), 3)
