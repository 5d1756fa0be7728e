"""What ``accuracy`` found, as JSON, with what is undefined or may mislead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gepnet_core import __version__
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.proportions.diagnostic import DiagnosticAccuracy, LikelihoodRatio, Share
from gepnet_core.statistics.resampling.bootstrap import Bootstrap
from gepnet_core.statistics.roc.auc_intervals import AucEstimate, within_unit
from gepnet_core.statistics.roc.curve import OperatingPoint, RocCurve

_STEADY_RESAMPLES = 1000


@dataclass(frozen=True)
class Accuracy:
    """A marker against two classes; ``at_cutoff`` and ``bootstrap`` are None where nobody asked for them."""

    outcome: str
    positive: str
    marker: str
    n_missing: int
    curve: RocCurve
    auc: AucEstimate
    cutoff: float | None
    prevalence: float | None
    at_cutoff: DiagnosticAccuracy | None
    bootstrap: Bootstrap | None
    notes: tuple[str, ...]


def accuracy_json(result: Accuracy) -> dict[str, Any]:
    """The JSON object; ``reasons`` has the path of each null, and of each interval that is only a point."""
    curve, auc, at, boot = result.curve, result.auc, result.at_cutoff, result.bootstrap
    return {
        "outcome": result.outcome,
        "positive_class": result.positive,
        "marker": result.marker,
        "direction": curve.direction.value,
        "n_positive": curve.n_positive,
        "n_negative": curve.n_negative,
        "n_missing": result.n_missing,
        "auc": {
            "value": auc.value,
            "se": auc.se,
            "delong": _unit_limits(auc.delong),
            "logit": _unit_limits(auc.logit),
            "nonparametric": _unit_limits(auc.nonparametric),
        },
        "cutpoints": {"youden": [_point_json(point) for point in curve.best_by_youden()]},
        "at_cutoff": None
        if at is None
        else {
            "cutoff": result.cutoff,
            "tp": at.counts.tp,
            "fp": at.counts.fp,
            "fn": at.counts.fn,
            "tn": at.counts.tn,
            "sensitivity": _share_json(at.sensitivity),
            "specificity": _share_json(at.specificity),
            "lr_positive": _ratio_json(at.lr_positive),
            "lr_negative": _ratio_json(at.lr_negative),
            "prevalence": at.prevalence,
            "ppv": at.ppv,
            "npv": at.npv,
        },
        "bootstrap": None
        if boot is None
        else {
            "n": boot.n,
            "seed": boot.seed,
            "auc": _limits(boot.auc),
            "youden_apparent": boot.youden_apparent,
            "youden_oob": boot.youden_oob,
            "n_oob": boot.n_oob,
            "cutoff": _limits(boot.cutoff),
            "cutoff_midpoint": _limits(boot.cutoff_midpoint),
        },
        "warnings": [{"code": code, "message": message} for code, message in accuracy_warnings(result)],
        "notes": list(result.notes),
        "reasons": dict(accuracy_reasons(result)),
        "version": __version__,
    }


def accuracy_warnings(result: Accuracy) -> Iterator[tuple[str, str]]:
    """Codes and sentences on numbers that are defined and yet may mislead."""
    yield (
        "apparent_youden",
        "The cutoffs with the largest Youden's index were chosen on these very rows: their sensitivity and "
        "specificity are optimistic.",
    )
    if result.auc.value < 0.5:
        yield (
            "area_below_half",
            "The area is below one half: the positive class lies on the other side more often. The direction "
            "stays as it was given.",
        )
    for interval in (result.auc.delong, result.auc.nonparametric):
        if interval is not None and interval != within_unit(interval):
            yield (
                "limit_cut",
                f"The interval by {interval.method} is symmetric and passes 0 or 1; it was cut there.",
            )
    at = result.at_cutoff
    if result.prevalence is not None and at is None:
        yield (
            "prevalence_unused",
            "A prevalence gives predictive values at a cutoff alone, and there is none.",
        )
    if at is not None:
        for value, false, word in ((at.ppv, at.counts.fp, "positive"), (at.npv, at.counts.fn, "negative")):
            if value == 1 and not false:
                yield (
                    f"no_false_{word}",
                    f"There is no false {word}, which makes the {word} predictive value 1 at any prevalence.",
                )
    boot = result.bootstrap
    if boot is not None and boot.n < _STEADY_RESAMPLES:
        yield (
            "few_resamples",
            f"{boot.n} resamples: the limits of the bootstrap still depend on the seed. Take at least "
            f"{_STEADY_RESAMPLES}.",
        )


def accuracy_reasons(result: Accuracy) -> Iterator[tuple[str, str]]:
    """Path of each null, and of each interval that has shrunk to a point, with a sentence."""
    for field, reason in result.auc.reasons.items():
        is_null = field != "se" and getattr(result.auc, field) is None
        for path in (f"{field}.low", f"{field}.high") if is_null else (field,):
            yield f"auc.{path}", _sentence(reason)
    for index, point in enumerate(result.curve.best_by_youden()):
        if point.midpoint is None:
            yield (
                f"cutpoints.youden.{index}.cutoff_midpoint",
                "Every row is called positive at this cutoff, so that there is no neighbour.",
            )
    if result.at_cutoff is None:
        yield "at_cutoff", "No cutoff was given: --cutoff X."
    else:
        for field, reason in result.at_cutoff.reasons.items():
            yield f"at_cutoff.{field}", _sentence(reason)
        if result.prevalence is None:
            yield "at_cutoff.prevalence", "No prevalence was given: --prevalence P."
    boot = result.bootstrap
    if boot is None:
        yield "bootstrap", "No resampling was asked for: --bootstrap N --seed S."
        return
    if boot.youden_oob is None:
        yield "bootstrap.youden_oob", "No resample leaves out rows of both classes."
    if boot.auc.low == boot.auc.high:
        yield (
            "bootstrap.auc",
            "The resamples agree on the area, so that the interval shrinks to a point: it says nothing about "
            "how sure the area is.",
        )


def _sentence(reason: str) -> str:
    return f"{reason[0].upper()}{reason[1:]}."


def _limits(interval: ConfidenceInterval | None) -> dict[str, float | None]:
    if interval is None:
        return {"low": None, "high": None}
    return {"low": interval.low, "high": interval.high}


def _unit_limits(interval: ConfidenceInterval | None) -> dict[str, float | None]:
    return _limits(None if interval is None else within_unit(interval))


def _point_json(point: OperatingPoint) -> dict[str, float | None]:
    return {
        "cutoff": point.threshold,
        "cutoff_midpoint": point.midpoint,
        "sensitivity": point.sensitivity,
        "specificity": point.specificity,
        "j": point.youden,
    }


def _share_json(share: Share) -> dict[str, Any]:
    return {
        "value": share.value,
        "wilson": _limits(share.wilson),
        "clopper_pearson": _limits(share.clopper_pearson),
    }


def _ratio_json(ratio: LikelihoodRatio) -> dict[str, Any]:
    """The ratio; where a count is zero, also the one with 0.5 added to each count, under its own name."""
    document: dict[str, Any] = {"value": ratio.value, **_limits(ratio.interval)}
    if ratio.half_added is not None:
        value, interval = ratio.half_added
        document["half_added"] = {"value": value, **_limits(interval)}
    return document
