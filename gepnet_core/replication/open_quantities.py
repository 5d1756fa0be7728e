"""What the print leaves open, computed on one cohort."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import StudyError
from gepnet_core.replication.logistic import fit_logistic
from gepnet_core.replication.measures import Columns
from gepnet_core.replication.rank_order import CODES
from gepnet_core.statistics.resampling.bootstrap import bootstrap_cutoff
from gepnet_core.statistics.roc.curve import Direction, delong_interval, roc_curve

Array = NDArray[np.float64]

RESAMPLES = 2000

QUANTITIES = {
    "auc_delong_low": "AUC of the HAP ratio: lower limit of DeLong's 95% interval",
    "auc_delong_high": "AUC of the HAP ratio: upper limit of DeLong's 95% interval",
    "youden_out_of_bag": "Youden's index of a retuned cutoff, on patients left out of the resample (mean)",
    "cutoff_bootstrap_low": "HAP cutoff: 2.5% of bootstrap resamples lie below",
    "cutoff_bootstrap_high": "HAP cutoff: 2.5% of bootstrap resamples lie above",
    "logistic_intercept": "Intercept of the regression (event adenocarcinoma; pattern coded 1, 2, 3)",
    "pvp_cutoff": "PVP ratio with the largest Youden's index (midpoint of neighbours)",
    "reading_sd_lesion_hu": "Error of one reading of the lesion that the second reader implies, HU",
    "reading_sd_liver_hu": "Error of one reading of the liver that the second reader implies, HU",
}


def open_quantities(columns: Columns, seed: int) -> dict[str, float]:
    """Compute all of `QUANTITIES`.

    Parameters
    ----------
    columns : mapping of name to array
        A cohort of the schema, with a second reader.
    seed : int
        Of the bootstrap: 2000 resamples, each group drawn for itself.

    Raises
    ------
    StudyError
        If the regression has no finite maximum.
    """
    ac = columns["diagnosis"] == "adenocarcinoma"
    ratio = columns["hap_ratio"]
    delong = delong_interval(ratio[ac], ratio[~ac], Direction.LOW)
    boot = bootstrap_cutoff(ratio[ac], ratio[~ac], Direction.LOW, RESAMPLES, seed)
    if boot.youden_oob is None:
        raise StudyError("no resample of this cohort leaves patients of both groups out")
    code = np.array([CODES[str(name)] for name in columns["pattern"]], dtype=float)
    fit = fit_logistic(np.column_stack([code, ratio]), ac)
    if fit is None:
        raise StudyError("the regression of this cohort has no finite maximum")
    pvp = columns["pvp_ratio"]
    return {
        "auc_delong_low": delong.low,
        "auc_delong_high": delong.high,
        "youden_out_of_bag": boot.youden_oob,
        "cutoff_bootstrap_low": boot.cutoff_midpoint.low,
        "cutoff_bootstrap_high": boot.cutoff_midpoint.high,
        "logistic_intercept": float(fit.b[0]),
        "pvp_cutoff": _best_midpoint(pvp[ac], pvp[~ac]),
        "reading_sd_lesion_hu": _reading_sd(columns, "hap_lesion_hu"),
        "reading_sd_liver_hu": _reading_sd(columns, "hap_liver_hu"),
    }


def _best_midpoint(adenocarcinoma: Array, net: Array) -> float:
    """Midpoint at the largest Youden's index; the lowest of several."""
    best = roc_curve(adenocarcinoma, net, Direction.LOW).best_by_youden()[0]
    return best.threshold if best.midpoint is None else best.midpoint


def _reading_sd(columns: Columns, name: str) -> float:
    """Within-patient SD of two readings (Bland JM, Altman DG. BMJ 1996;313:744)."""
    difference = columns[name] - columns[f"reader2_{name}"]
    return float(np.sqrt((difference.astype(float) ** 2).mean() / 2))
