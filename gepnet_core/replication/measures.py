"""A cohort's value for every fact of the study that can be measured on patients, keyed by the fact's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.logistic import fit_logistic
from gepnet_core.replication.rank_order import CODES, nonparametric_se, pair_counts
from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.summary_t import Summary, pooled_t
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import load_facts

Columns = Mapping[str, NDArray[Any]]
"""A table by column: numbers as float64 or int64, choices as text."""

_GROUPS = ("net", "adenocarcinoma")
_FEATURES = {
    "distribution": ("restricted", "diffuse"),
    "shape": ("round_oval", "irregular"),
    "hap_enhancement": ("hyper", "hypo"),
    "pattern": ("plateau", "washout", "progressive"),
    "lymphadenopathy": ("present", "absent"),
}
FIGURE_CASES: Mapping[str, Mapping[str, Any]] = {
    "figure2": {"diagnosis": "net", "sex": "male", "primary_site": "colorectal", "grade": "G2",
                "hap_enhancement": "hyper", "pattern": "washout", "lymphadenopathy": "absent"},
    "figure3": {"diagnosis": "net", "sex": "female", "primary_site": "pancreas", "grade": "G2",
                "hap_enhancement": "hyper", "pattern": "washout", "lymphadenopathy": "absent"},
    "figure4": {"diagnosis": "adenocarcinoma", "sex": "female", "primary_site": "pancreas",
                "grade": "moderate_poor", "hap_enhancement": "hypo", "pattern": "plateau"},
    "figure5": {"diagnosis": "adenocarcinoma", "sex": "female", "primary_site": "colorectal",
                "grade": "moderate", "hap_enhancement": "hypo", "pattern": "plateau",
                "lymphadenopathy": "present"},
}  # fmt: skip
"""What the legends of Figures 2 to 5 say of their patients, beside age and ratios."""

_Z95 = NormalDist().inv_cdf(0.975)


def measure_cohort(columns: Columns) -> dict[str, float]:
    """Measure everything that the study prints of its patients.

    Parameters
    ----------
    columns : mapping of name to array
        Of the cohort schema; ``patient_id`` of the figures' cases is ``figure2`` to ``figure5`` at its end.

    Returns
    -------
    dict
        Fact id to value. What has no value, such as a regression without a maximum, is absent.
    """
    return dict(_all(columns))


def _all(columns: Columns) -> Iterator[tuple[str, float]]:
    ac = columns["diagnosis"] == "adenocarcinoma"
    groups = dict(zip(_GROUPS, (~ac, ac), strict=True))
    for name, group in groups.items():
        yield f"n_{name}", int(group.sum())
        yield f"men_{name}", int((columns["sex"][group] == "male").sum())
        yield f"women_{name}", int((columns["sex"][group] == "female").sum())
        yield f"age_min_{name}", float(columns["age_years"][group].min())
        yield f"age_max_{name}", float(columns["age_years"][group].max())
    for quantity, column in (
        ("age", "age_years"),
        ("size", "size_mm"),
        ("lesion_count", "lesion_count"),
        ("hap_ratio", "hap_ratio"),
        ("pvp_ratio", "pvp_ratio"),
    ):
        for name, group in groups.items():
            yield f"{quantity}_mean_{name}", float(columns[column][group].mean())
            yield f"{quantity}_sd_{name}", float(columns[column][group].std(ddof=1))
    for ratio in ("hap_ratio", "pvp_ratio"):
        t = pooled_t(*(_summary(columns[ratio][group]) for group in groups.values()))
        yield f"{ratio}_t", t.t
        yield f"{ratio}_p", t.p
    for quantity, column in (("size", "size_mm"), ("lesion_count", "lesion_count")):
        z = mann_whitney_z(columns[column][~ac], columns[column][ac])
        yield f"{quantity}_z", z
        yield f"{quantity}_p", 2 * NormalDist().cdf(z)
    for site in ("gastric", "small_bowel", "colorectal", "pancreas"):
        counts = {int((columns["primary_site"][group] == site).sum()) for group in groups.values()}
        if len(counts) == 1:
            yield f"site_{site}", counts.pop()
    for grade in ("well_moderate", "moderate", "moderate_poor", "poor"):
        yield f"grade_{grade}_adenocarcinoma", int((columns["grade"][ac] == grade).sum())
    for feature, levels in _FEATURES.items():
        yield from _table_1(feature, levels, columns[feature], groups)
        yield f"kappa_{feature}", kappa(columns[feature], columns[f"reader2_{feature}"])
    yield from _accuracy(columns, ac)
    yield from _roc(columns["hap_ratio"], ac)
    yield from _regression(columns, ac)
    for fact_id, column in (
        ("size", "size_mm"),
        ("lesion_hu", "hap_lesion_hu"),
        ("liver_hu", "hap_liver_hu"),
    ):
        yield f"icc_{fact_id}", single_iccs(columns[column], columns[f"reader2_{column}"])[1]
    yield from _figures(columns)


def mann_whitney_z(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Z of the Mann-Whitney test as SPSS prints it: never positive, tie-corrected, no continuity correction.

    Lehmann EL. Nonparametrics, 1975, section 1.4.
    """
    n, m = len(first), len(second)
    u = float((np.sign(first[:, None] - second[None, :]) + 1).sum() / 2)
    _, ties = np.unique(np.concatenate([first, second]), return_counts=True)
    total = n + m
    variance = n * m / 12 * (total + 1 - (ties**3 - ties).sum() / (total * (total - 1)))
    return float(-abs(u - n * m / 2) / np.sqrt(variance))


def kappa(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Unweighted agreement beyond chance (Cohen J. Educ Psychol Meas 1960;20:37-46)."""
    chance = sum(float((first == level).mean() * (second == level).mean()) for level in np.unique(first))
    return (float((first == second).mean()) - chance) / (1 - chance)


def single_iccs(first: NDArray[Any], second: NDArray[Any]) -> tuple[float, float, float]:
    """ICC(1,1), ICC(2,1) and ICC(3,1) of two readers (Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428)."""
    n = len(first)
    both = np.stack([first, second]).astype(float)
    subjects = 2 * both.mean(axis=0).var(ddof=1)
    difference = both[0] - both[1]
    readers = n * difference.mean() ** 2 / 2
    error = difference.var(ddof=1) / 2
    within = (readers + error * (n - 1)) / n
    return (
        float((subjects - within) / (subjects + within)),
        float((subjects - error) / (subjects + error + 2 * (readers - error) / n)),
        float((subjects - error) / (subjects + error)),
    )


def _summary(values: NDArray[Any]) -> Summary:
    return Summary(float(values.mean()), float(values.std(ddof=1)), len(values))


def _table_1(
    feature: str, levels: tuple[str, ...], values: NDArray[Any], groups: Mapping[str, NDArray[np.bool_]]
) -> Iterator[tuple[str, float]]:
    table = [[int((values[group] == level).sum()) for group in groups.values()] for level in levels]
    for level, counts in zip(levels, table, strict=True):
        for name, count in zip(groups, counts, strict=True):
            yield f"{feature}_{level}_{name}", count
            yield f"{feature}_{level}_share_{name}", count / int(groups[name].sum())
    if len(levels) > 2:
        yield f"{feature}_p", fisher_freeman_halton(table)
    else:
        test = chi_square(table, yates=feature == "shape")
        yield f"{feature}_chi2", test.statistic
        yield f"{feature}_p", test.p


def _accuracy(columns: Columns, ac: NDArray[np.bool_]) -> Iterator[tuple[str, float]]:
    """The ratio at the cutoff, exactly from whole HU, alone and with the pattern."""
    cutoff = Fraction(load_criteria().hap_ratio_cutoff)
    low = np.array(
        [
            Fraction(int(lesion), int(liver)) <= cutoff
            for lesion, liver in zip(columns["hap_lesion_hu"], columns["hap_liver_hu"], strict=True)
        ]
    )
    plateau = columns["pattern"] == "plateau"
    for name, positive in (("hap_ratio", low), ("plateau", plateau), ("combined", low & plateau)):
        true_positives, true_negatives = int((positive & ac).sum()), int((~positive & ~ac).sum())
        yield f"{name}_true_positives", true_positives
        yield f"{name}_sensitivity", true_positives / int(ac.sum())
        yield f"{name}_true_negatives", true_negatives
        yield f"{name}_specificity", true_negatives / int((~ac).sum())


def _roc(ratio: NDArray[np.float64], ac: NDArray[np.bool_]) -> Iterator[tuple[str, float]]:
    """AUC, SPSS's nonparametric interval, and the midpoint at the only maximum of Youden's index."""
    if set(ratio[ac]) & set(ratio[~ac]):
        return
    order = np.argsort(ratio, kind="stable")
    n_ac, n_net = int(ac.sum()), int((~ac).sum())
    counts = pair_counts(ac[order][None, :])
    auc = float(counts[0, 0]) / (n_ac * n_net)
    half = _Z95 * float(nonparametric_se(counts, n_ac, n_net)[0])
    yield "hap_ratio_auc", auc
    yield "hap_ratio_auc_low", auc - half
    yield "hap_ratio_auc_high", auc + half
    youden = np.cumsum(ac[order]) / n_ac - np.cumsum(~ac[order]) / n_net
    best = np.flatnonzero(youden > youden.max() - 1e-9)
    if len(best) == 1:
        yield "hap_ratio_cutoff", float(ratio[order][best[0] : best[0] + 2].mean())


def _regression(columns: Columns, ac: NDArray[np.bool_]) -> Iterator[tuple[str, float]]:
    code = np.array([CODES[name] for name in columns["pattern"]], dtype=float)
    fit = fit_logistic(np.column_stack([code, columns["hap_ratio"]]), ac)
    if fit is None:
        return
    for name, b, se in zip(("pattern", "hap_ratio"), fit.b[1:], fit.se[1:], strict=True):
        yield f"logistic_{name}_exp_b", float(np.exp(b))
        yield f"logistic_{name}_low", float(np.exp(b - _Z95 * se))
        yield f"logistic_{name}_high", float(np.exp(b + _Z95 * se))
        yield f"logistic_{name}_p", 2 * NormalDist().cdf(-abs(float(b / se)))


def _figures(columns: Columns) -> Iterator[tuple[str, float]]:
    for figure, features in FIGURE_CASES.items():
        rows = np.flatnonzero([str(name).endswith(figure) for name in columns["patient_id"]])
        if len(rows) != 1 or any(columns[name][rows[0]] != value for name, value in features.items()):
            continue
        for quantity, column in (
            ("age", "age_years"),
            ("hap_ratio", "hap_ratio"),
            ("pvp_ratio", "pvp_ratio"),
        ):
            fact_id = f"{figure}_{quantity}"
            if fact_id in load_facts():  # the ratios of two of the four cases are not printed
                yield fact_id, float(columns[column][rows[0]])
