"""What the print leaves open, computed on one cohort."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import StudyError
from gepnet_core.replication.logistic import fit_logistic
from gepnet_core.replication.measures import Columns
from gepnet_core.replication.rank_order import CODES
from gepnet_core.statistics.roc import Direction, delong_interval

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
    youden, cutoffs = _bootstrap(ratio[ac], ratio[~ac], np.random.default_rng(seed))
    code = np.array([CODES[str(name)] for name in columns["pattern"]], dtype=float)
    fit = fit_logistic(np.column_stack([code, ratio]), ac)
    if fit is None:
        raise StudyError("the regression of this cohort has no finite maximum")
    pvp = columns["pvp_ratio"]
    return {
        "auc_delong_low": delong.low,
        "auc_delong_high": delong.high,
        "youden_out_of_bag": float(youden.mean()),
        "cutoff_bootstrap_low": float(np.quantile(cutoffs, 0.025)),
        "cutoff_bootstrap_high": float(np.quantile(cutoffs, 0.975)),
        "logistic_intercept": float(fit.b[0]),
        "pvp_cutoff": _best_cutoff(pvp[ac], pvp[~ac]),
        "reading_sd_lesion_hu": _reading_sd(columns, "hap_lesion_hu"),
        "reading_sd_liver_hu": _reading_sd(columns, "hap_liver_hu"),
    }


def _bootstrap(ac: Array, net: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Youden's index out of bag, and the cutoff, of each resample."""
    youden, cutoffs = [], []
    for _ in range(RESAMPLES):
        i, j = rng.integers(len(ac), size=len(ac)), rng.integers(len(net), size=len(net))
        cutoff = _best_cutoff(ac[i], net[j])
        out_ac, out_net = np.delete(ac, i), np.delete(net, j)
        cutoffs.append(cutoff)
        if len(out_ac) and len(out_net):
            youden.append(float((out_ac <= cutoff).mean() - (out_net <= cutoff).mean()))
    return np.array(youden), np.array(cutoffs)


def _best_cutoff(low_group: Array, high_group: Array) -> float:
    """Midpoint at the largest Youden's index where low is positive; the lowest of several."""
    values = np.unique(np.concatenate([low_group, high_group]))
    middles = (values[:-1] + values[1:]) / 2
    # In whole numbers: 17/23 - 5/23 and 21/23 - 9/23 are equal, and differ in floating point.
    called_low = np.searchsorted(np.sort(low_group), middles, side="right")
    called_high = np.searchsorted(np.sort(high_group), middles, side="right")
    scores = called_low * len(high_group) - called_high * len(low_group)
    return float(middles[int(np.argmax(scores))])


def _reading_sd(columns: Columns, name: str) -> float:
    """Within-patient SD of two readings (Bland JM, Altman DG. BMJ 1996;313:744)."""
    difference = columns[name] - columns[f"reader2_{name}"]
    return float(np.sqrt((difference.astype(float) ** 2).mean() / 2))
