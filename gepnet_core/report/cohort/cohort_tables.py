"""Each result of a cohort as the rows of a table, for CSV: numbers unrounded, nothing undefined as zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.parts.cutoff_map import CutoffMap
from gepnet_core.cohort.parts.description import DescribedVariable
from gepnet_core.cohort.parts.frozen_validation import Proportion
from gepnet_core.cohort.parts.influence import Influence
from gepnet_core.cohort.parts.threshold_curve import ThresholdCurve
from gepnet_core.report.cohort.cohort_words import flow_rows
from gepnet_core.report.cohort.model_tables import (
    calibration_rows,
    decision_rows,
    performance_rows,
    step_rows,
    term_rows,
)
from gepnet_core.statistics.intervals import ConfidenceInterval

Row = Mapping[str, Any]


def _flow(analysis: CohortAnalysis) -> Iterator[Row]:
    for name, n in flow_rows(analysis.cohort.flow):
        yield {"rows": name, "n": n}


def _issues(analysis: CohortAnalysis) -> Iterator[Row]:
    # Without the cell: it may hold a name.
    for issue in analysis.cohort.issues:
        yield {
            "row": issue.row,
            "line": issue.line,
            "column": issue.column or None,
            "problem": issue.problem,
            "remedy": issue.remedy,
            "row_left_out": issue.stops_the_call,
        }


def _missing(analysis: CohortAnalysis) -> Iterator[Row]:
    for one in analysis.missing:
        yield {
            "variable": one.name,
            "net_missing": one.net.missing,
            "net_rows": one.net.n,
            "adenocarcinoma_missing": one.adenocarcinoma.missing,
            "adenocarcinoma_rows": one.adenocarcinoma.n,
        }


def _frozen(analysis: CohortAnalysis) -> Iterator[Row]:
    for one in analysis.frozen.criteria:
        for measure, here, study in (
            ("sensitivity", one.sensitivity, one.study_sensitivity),
            ("specificity", one.specificity, one.study_specificity),
        ):
            yield {
                "criterion": one.name,
                "measure": measure,
                **_share(here),
                **{f"study_{name}": value for name, value in _share(study).items()},
            }


def _share(share: Proportion) -> dict[str, Any]:
    return {
        "count": share.count,
        "n": share.n,
        "value": share.value,
        **_limits("wilson", share.wilson),
        **_limits("clopper_pearson", share.clopper_pearson),
        **_limits("clustered", None if share.clustered is None else share.clustered.interval),
    }


def _limits(name: str, interval: ConfidenceInterval | None) -> dict[str, float | None]:
    low, high = (None, None) if interval is None else (interval.low, interval.high)
    return {f"{name}_low": low, f"{name}_high": high}


def _description(analysis: CohortAnalysis) -> Iterator[Row]:
    """One row a variable and group, or category: all with the same columns."""
    for variable in analysis.description.variables:
        for group, column in variable.groups.items():
            figures = {} if column.figures is None else column.figures.values
            counts: list[tuple[str | None, int | None]] = list((column.counts or {}).items())
            for category, count in counts or [(None, None)]:
                yield {
                    "variable": variable.name,
                    "unit": variable.unit,
                    "group": group,
                    "n": column.n,
                    "missing": column.missing,
                    "category": category,
                    "count": count,
                    **{name: figures.get(name) for name in _FIGURES},
                    "test": variable.chosen,
                    "p": variable.p,
                    "p_holm": variable.adjusted_p,
                }


_FIGURES = ("mean", "sd", "median", "q1", "q3", "min", "max")


def _tests(analysis: CohortAnalysis) -> Iterator[Row]:
    for variable in analysis.description.variables:
        yield from _tests_of(variable)


def _tests_of(variable: DescribedVariable) -> Iterator[Row]:
    for test in variable.tests:
        yield {
            "variable": variable.name,
            "test": test.name,
            "statistic": test.statistic,
            "df": test.df,
            "p": test.p,
            "exact_p": test.exact_p,
            "note": test.note,
            "chosen": test.name == variable.chosen,
        }


def _roc(analysis: CohortAnalysis) -> Iterator[Row]:
    for name, marker in analysis.markers.items():
        if isinstance(marker, Absent):
            continue
        curve = marker.curve
        columns = (
            curve.thresholds,
            curve.midpoints,
            curve.true_positives,
            curve.false_positives,
            curve.sensitivities,
            curve.specificities,
            curve.youdens,
        )
        for threshold, midpoint, tp, fp, sensitivity, specificity, youden in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            yield {
                "marker": name,
                "positive_at_or_below": threshold,
                "midpoint": None if np.isnan(midpoint) else midpoint,
                "true_positives": tp,
                "false_positives": fp,
                "sensitivity": sensitivity,
                "specificity": specificity,
                "youden": youden,
            }


def _curve(analysis: CohortAnalysis) -> Iterator[Row]:
    if not isinstance(analysis.curve, ThresholdCurve):
        return
    curve = analysis.curve
    bands = curve.sensitivity_band, curve.specificity_band
    columns = (
        curve.roc.thresholds,
        curve.roc.sensitivities,
        bands[0].low,
        bands[0].high,
        curve.roc.specificities,
        bands[1].low,
        bands[1].high,
        curve.roc.youdens,
    )
    names = (
        "cutoff", "sensitivity", "sensitivity_low", "sensitivity_high", "specificity", "specificity_low",
        "specificity_high", "youden",
    )  # fmt: skip
    for values in zip(*(column.tolist() for column in columns), strict=True):
        yield dict(zip(names, values, strict=True))


def _tuned(analysis: CohortAnalysis) -> Iterator[Row]:
    found = analysis.tuned.cutpoints
    for point in () if found is None else found.points:
        yield {
            "method": analysis.choices.method.label,
            "positive_at_or_below": point.threshold,
            "midpoint": point.midpoint,
            "true_positives": point.true_positives,
            "false_positives": point.false_positives,
            "sensitivity": point.sensitivity,
            "specificity": point.specificity,
            "youden": point.youden,
            "used_where_one_is_needed": found is not None and point == found.chosen,
        }


def _resamples(analysis: CohortAnalysis) -> Iterator[Row]:
    bootstrap = analysis.tuned.bootstrap
    if bootstrap is None:
        return
    for k, (cutoff, midpoint) in enumerate(zip(bootstrap.cutoffs, bootstrap.midpoints, strict=True), start=1):
        yield {
            "resample": k,
            "cutoff": None if np.isnan(cutoff) else cutoff,
            "midpoint": None if np.isnan(midpoint) else midpoint,
        }


def _map(analysis: CohortAnalysis) -> Iterator[Row]:
    for definition, found in analysis.maps.items():
        if not isinstance(found, CutoffMap):
            continue
        measures = found.sensitivity, found.specificity, found.youden
        for line, tolerance in enumerate(found.tolerances.tolist()):
            for column, cutoff in enumerate(found.cutoffs.tolist()):
                sensitivity, specificity, youden = (float(part[line, column]) for part in measures)
                yield {
                    "definition": str(definition),
                    "tolerance": tolerance,
                    "cutoff": cutoff,
                    "sensitivity": sensitivity,
                    "specificity": specificity,
                    "youden": youden,
                    "best": bool(found.best[line, column]),
                }


def _influence(analysis: CohortAnalysis) -> Iterator[Row]:
    if not isinstance(analysis.influence, Influence):
        return
    for kind, left_out in (("patient", analysis.influence.patients), ("site", analysis.influence.sites)):
        for left in left_out:
            yield {
                "without": kind,
                "rows": " ".join(map(str, left.rows)) if left.site is None else None,
                "n_rows": len(left.rows),
                "best_cutoff": None if left.best is None else float(left.best.cutoffs[0]),
                "shift": left.shift,
                "youden": None if left.best is None else left.best.youden,
                "auc": None if left.best is None else left.best.auc,
                "reason": left.reason,
            }


def _agreement(analysis: CohortAnalysis) -> Iterator[Row]:
    agreement = analysis.agreement
    for one in agreement.categories:
        kappa = one.kappa
        yield _agreed(one.name, "kappa", one.n, kappa.value, kappa.interval, one.band)
    for number in agreement.numbers:
        for form, icc in number.icc.items():
            yield _agreed(number.name, form, number.n, icc.value, icc.interval, number.bands.get(form))


def _agreed(
    variable: str,
    measure: str,
    n: int,
    value: float | None,
    limits: ConfidenceInterval | None,
    band: str | None,
) -> Row:
    return {
        "variable": variable,
        "measure": measure,
        "n": n,
        "value": value,
        **{name.removeprefix("_"): limit for name, limit in _limits("", limits).items()},
        "band": band,
    }


def _dictionary(analysis: CohortAnalysis) -> Iterator[Row]:
    for column in load_dictionary().columns.values():
        if column.name in analysis.cohort.positions:
            yield {
                "column": column.name,
                "meaning": column.meaning,
                "unit": column.unit,
                "allowed": column.allowed_text,
            }


TABLES: Mapping[str, Callable[[CohortAnalysis], Iterator[Row]]] = MappingProxyType(
    {
        "flow": _flow,
        "issues": _issues,
        "missing": _missing,
        "frozen": _frozen,
        "description": _description,
        "tests": _tests,
        "agreement": _agreement,
        "roc": _roc,
        "cutoff_curve": _curve,
        "tuned": _tuned,
        "resamples": _resamples,
        "cutoff_map": _map,
        "influence": _influence,
        "model_terms": term_rows,
        "model_steps": step_rows,
        "model_performance": performance_rows,
        "model_calibration": calibration_rows,
        "model_decision": decision_rows,
        "dictionary": _dictionary,
    }
)
"""The tables of an export by the name of their file; one without rows is left out of it."""
