"""Every interval names its method, and is of the level that was asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gepnet_core.statistics.intervals import ConfidenceInterval, clopper_pearson_interval, wilson_interval
from gepnet_core.statistics.models.calibration import Calibration, calibration
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_regression import Coefficient, fit_logistic
from gepnet_core.statistics.proportions.clustered_proportion import clustered_proportion
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy, likelihood_ratio
from gepnet_core.statistics.readers.bland_altman import BlandAltman, bland_altman
from gepnet_core.statistics.readers.icc import intraclass_correlations
from gepnet_core.statistics.readers.kappa import cohen_kappa
from gepnet_core.statistics.resampling.auc_bootstrap import bootstrap_auc
from gepnet_core.statistics.roc.auc_comparison import Marker, compare_paired_aucs, compare_unpaired_aucs
from gepnet_core.statistics.roc.auc_intervals import estimate_auc
from gepnet_core.statistics.roc.clustered_auc import ClusteredAuc, clustered_auc
from gepnet_core.statistics.roc.curve import Direction, delong_auc

LOW = Direction.LOW
OURS, THEIRS = [1.0, 2.0, 3.0, 6.0], [4.0, 5.0, 2.5, 7.0, 8.0]
OTHERS = [2.0, 1.0, 5.5, 3.0], [4.0, 6.0, 2.5, 7.5, 1.5]
ONE, TWO = Marker(OURS, THEIRS, LOW), Marker(*OTHERS, LOW)
COUNTS = Counts(8, 2, 3, 9)
READINGS = [[1, 2], [3, 3], [5, 4], [8, 9], [6, 7]]
ICCS = tuple(intraclass_correlations(READINGS))
PREDICTED, EVENT = [0.1, 0.3, 0.4, 0.6, 0.7, 0.9], [0, 1, 0, 1, 0, 1]


def agreement(level: float) -> BlandAltman:
    return bland_altman([1.0, 2.0, 4.0, 7.0], [1.5, 1.5, 4.5, 6.0], level=level)


def calibrated(level: float) -> Calibration:
    return calibration(PREDICTED, EVENT, 3, level)


def slope(level: float, *, penalised: bool) -> Coefficient:
    x = np.arange(18.0)[:, None]
    design = design_of([Predictor("x", ("x",), x)], np.array(3 * EVENT, dtype=bool))
    return fit_logistic(design, penalised=penalised, level=level).terms["x"]


def half_added(level: float) -> ConfidenceInterval:
    both = likelihood_ratio(3, 10, 0, 9, level).half_added
    assert both is not None
    return both[1]


def clustered(level: float) -> ClusteredAuc:
    classes, patients = [True] * 4 + [False] * 5, list("abcdabcde")
    return clustered_auc(OURS + THEIRS, classes, patients, LOW, level)


def icc(name: str) -> Callable[[float], ConfidenceInterval | None]:
    return lambda level: intraclass_correlations(READINGS, level)[name].interval


INTERVALS: list[tuple[str, Callable[[float], ConfidenceInterval | None]]] = [
    ("Wilson", lambda level: wilson_interval(3, 10, level)),
    ("Clopper-Pearson", lambda level: clopper_pearson_interval(3, 10, level)),
    ("Wilson", lambda level: diagnostic_accuracy(COUNTS, 0.5, level).sensitivity.wilson),
    ("Clopper-Pearson", lambda level: diagnostic_accuracy(COUNTS, 0.5, level).specificity.clopper_pearson),
    ("log (Simel)", lambda level: likelihood_ratio(3, 10, 2, 9, level).interval),
    ("log (Simel)", lambda level: half_added(level)),
    ("logit (Mercaldo)", lambda level: diagnostic_accuracy(COUNTS, 0.5, level).ppv_interval),
    ("logit (Mercaldo)", lambda level: diagnostic_accuracy(COUNTS, 0.5, level).npv_interval),
    (
        "Wilson, effective number of rows (Rao and Scott)",
        lambda level: clustered_proportion([True, False, True], ["a", "a", "b"], level).interval,
    ),
    ("t", lambda level: agreement(level).mean_interval),
    ("t", lambda level: agreement(level).proportional_bias.interval),  # type: ignore[union-attr]
    ("exact (noncentral t)", lambda level: agreement(level).lower.interval),  # type: ignore[union-attr]
    ("exact (noncentral t)", lambda level: agreement(level).upper.interval),  # type: ignore[union-attr]
    *(("F", icc(name)) for name in ICCS),
    ("Fleiss-Cohen-Everitt", lambda level: cohen_kappa([[5, 1], [2, 4]], level=level).interval),
    ("Wald", lambda level: slope(level, penalised=False).wald),
    ("profile likelihood", lambda level: slope(level, penalised=False).profile),
    ("penalised profile", lambda level: slope(level, penalised=True).profile),
    ("Wald", lambda level: calibrated(level).intercept_at_slope_1.interval),  # type: ignore[union-attr]
    ("Wald", lambda level: calibrated(level).intercept.interval),  # type: ignore[union-attr]
    ("profile likelihood", lambda level: calibrated(level).slope.interval),  # type: ignore[union-attr]
    ("Wilson", lambda level: calibrated(level).groups[1].wilson),
    ("DeLong", lambda level: delong_auc(OURS, THEIRS, LOW, level).interval),
    ("DeLong", lambda level: estimate_auc(OURS, THEIRS, LOW, level).delong),
    ("logit DeLong", lambda level: estimate_auc(OURS, THEIRS, LOW, level).logit),
    ("nonparametric (SPSS)", lambda level: estimate_auc(OURS, THEIRS, LOW, level).nonparametric),
    ("clustered (Obuchowski)", lambda level: clustered(level).interval),
    ("DeLong, paired", lambda level: compare_paired_aucs(ONE, TWO, level).interval),
    ("DeLong, unpaired", lambda level: compare_unpaired_aucs(ONE, TWO, level).interval),
    (
        "percentile of the stratified bootstrap",
        lambda level: bootstrap_auc(OURS, THEIRS, LOW, 200, 1, level).interval,
    ),
]
each = pytest.mark.parametrize(("method", "interval"), INTERVALS, ids=range(len(INTERVALS)))


@each
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_name_and_the_level(level: float, method: str, interval) -> None:
    found = interval(level)
    assert (found.method, found.level) == (method, level)


@each
def test_a_higher_level_holds_the_lower(method: str, interval) -> None:
    inner, outer = interval(0.8), interval(0.95)
    assert outer.low <= inner.low < inner.high <= outer.high
    assert outer.high - outer.low > inner.high - inner.low
