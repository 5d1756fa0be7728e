"""What ``accuracy`` found, for people."""

from __future__ import annotations

from collections.abc import Iterator

from gepnet_core.cli.accuracy_json import Accuracy, accuracy_reasons, accuracy_warnings
from gepnet_core.cli.table_columns import shown
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import (
    Number,
    format_level,
    format_likelihood_ratio,
    format_percent,
    format_proportion,
    rounded_beside,
)
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.proportions.diagnostic import HALF_ADDED, DiagnosticAccuracy, LikelihoodRatio
from gepnet_core.statistics.resampling.bootstrap import Bootstrap
from gepnet_core.statistics.roc.auc_intervals import within_unit
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint

_MOST_SHOWN = 10


def accuracy_text(result: Accuracy) -> str:
    """Counts, area, best cutoffs, the cutoff that was asked for, and what to bear in mind."""
    curve, auc, positive = result.curve, result.auc, shown(result.positive)
    side = "at or below" if curve.direction is Direction.LOW else "at or above"
    lines = [
        f"{curve.n_positive} rows of {positive} and {curve.n_negative} of the other class "
        f"({shown(result.outcome)}); {result.n_missing} without outcome or marker left out",
        f"positive: {positive}, {shown(result.marker)} {side} the cutoff",
        "",
        f"Area under the ROC curve: {_three(auc.value)}"
        + ("" if auc.se is None else f", standard error {rounded_beside(auc.se, (0,), 3)} (DeLong)"),
    ]
    lines += [
        f"  {format_level(interval.level)} CI {_span(within_unit(interval))}, {interval.method}"
        for interval in (auc.delong, auc.logit, auc.nonparametric)
        if interval is not None
    ]
    best = curve.best_by_youden()
    lines += ["", f"Largest Youden's index, {_three(best[0].youden)}, at:"]
    lines += [_point_line(point, side, positive) for point in best[:_MOST_SHOWN]]
    if len(best) > _MOST_SHOWN:
        lines.append(f"  and {len(best) - _MOST_SHOWN} more cutoffs: add --json")
    if result.at_cutoff is not None:
        lines += ["", f"At the cutoff {result.cutoff!r}", *_cutoff_lines(result.at_cutoff, positive)]
    if result.bootstrap is not None:
        lines += ["", *_bootstrap_lines(result.bootstrap)]
    said = [
        *result.notes,
        *(message for _, message in accuracy_warnings(result)),
        *dict.fromkeys(dict(accuracy_reasons(result)).values()),
    ]
    return "\n".join([*lines, "", "Notes", *(f"  {note}" for note in said), "", INTENDED_USE])


def _three(value: Number) -> str:
    return rounded_beside(value, (0, 1), 3)


def _span(interval: ConfidenceInterval) -> str:
    return f"{_three(interval.low)}-{_three(interval.high)}"


def _point_line(point: OperatingPoint, side: str, positive: str) -> str:
    middle = "" if point.midpoint is None else f" (midpoint to the next value: {point.midpoint!r})"
    n_true = point.n_negative - point.false_positives
    return (
        f"  {side} {point.threshold!r}{middle}: sensitivity for {positive} "
        f"{format_proportion(point.true_positives, point.n_positive)}, "
        f"specificity {format_proportion(n_true, point.n_negative)}"
    )


def _cutoff_lines(at: DiagnosticAccuracy, positive: str) -> Iterator[str]:
    for name, share in ((f"sensitivity for {positive}", at.sensitivity), ("specificity", at.specificity)):
        exact = share.clopper_pearson
        yield (
            f"  {name}: {format_proportion(share.count, share.n, share.wilson)}, Wilson; "
            f"exact {_three(exact.low)}-{_three(exact.high)}"
        )
    for name, ratio in (("positive", at.lr_positive), ("negative", at.lr_negative)):
        yield f"  likelihood ratio of a {name} result: {_ratio_words(ratio)}"
    if at.prevalence is not None:
        for name, value in (("positive", at.ppv), ("negative", at.npv)):
            shown = "undefined" if value is None else format_percent(value)
            yield f"  {name} predictive value at a prevalence of {format_percent(at.prevalence)}: {shown}"


def _ratio_words(ratio: LikelihoodRatio) -> str:
    shown = "undefined" if ratio.value is None else format_likelihood_ratio(ratio.value)
    if ratio.half_added is None:
        return shown + _ratio_limits(ratio.interval)
    value, interval = ratio.half_added
    return f"{shown}; {format_likelihood_ratio(value)}{_ratio_limits(interval)} with {HALF_ADDED}"


def _ratio_limits(interval: ConfidenceInterval | None) -> str:
    if interval is None:
        return ""
    low, high = (format_likelihood_ratio(limit) for limit in (interval.low, interval.high))
    return f" ({format_level(interval.level)} CI {low}-{high})"


def _bootstrap_lines(boot: Bootstrap) -> Iterator[str]:
    level = format_level(boot.auc.level)
    yield f"Bootstrap: {boot.n} resamples of each class, seed {boot.seed}"
    yield f"  area: {level} CI {_span(boot.auc)}, percentiles"
    yield (
        f"  best cutoff: {boot.cutoff.low!r} to {boot.cutoff.high!r} in {level} of resamples "
        "(of several the strictest)"
    )
    out = "undefined" if boot.youden_oob is None else _three(boot.youden_oob)
    yield (
        f"  Youden's index: {_three(boot.youden_apparent)} on these rows; {out} on the rows left out, at the "
        f"cutoff of each resample (mean of {boot.n_oob})"
    )
