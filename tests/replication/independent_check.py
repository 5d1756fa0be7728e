"""What a reconstructed cohort must reproduce, checked with statsmodels, SciPy and scikit-learn on its CSV.

Shares no code with the search: the printed numbers are written out here once more, from the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from sklearn.metrics import cohen_kappa_score, roc_auc_score
from statsmodels.stats.weightstats import ttest_ind

AC, NET = "adenocarcinoma", "net"

# Quantity to number as printed (Cui et al. 2017). The text's plateau sensitivity and specificity (73.9% and
# 91.3%) stand here as Table 1 gives them, exchanged; so do Table 1's shares of restricted adenocarcinomas
# and diffuse NETs (78.3% and 26.1%), which its own counts exchange.
PRINTED = {
    "n_net": "23", "n_ac": "23",
    "hap_mean_net": "1.15", "hap_sd_net": "0.33", "hap_mean_ac": "0.77", "hap_sd_ac": "0.20",
    "pvp_mean_net": "0.81", "pvp_sd_net": "0.27", "pvp_mean_ac": "0.64", "pvp_sd_ac": "0.15",
    "hap_t": "4.774", "pvp_t": "2.759", "hap_p": "<0.001", "pvp_p": "0.008",
    "auc": "0.856", "auc_low": "0.749", "auc_high": "0.963", "youden_maxima": "1", "cutoff": "0.898",
    "ratio_sensitivity": "0.826", "ratio_specificity": "0.783",
    "plateau_sensitivity": "0.913", "plateau_specificity": "0.739",
    "combined_sensitivity": "0.826", "combined_specificity": "0.913",
    "size_mean_net": "44.57", "size_sd_net": "41.37", "size_mean_ac": "50.35", "size_sd_ac": "39.40",
    "size_z": "-1.143", "size_p": "0.253",
    "count_mean_net": "13.48", "count_sd_net": "9.56", "count_mean_ac": "12.61", "count_sd_ac": "10.30",
    "count_z": "-0.472", "count_p": "0.637",
    "age_mean_net": "54.43", "age_sd_net": "12.34", "age_min_net": "34", "age_max_net": "77",
    "age_mean_ac": "55.74", "age_sd_ac": "9.56", "age_min_ac": "39", "age_max_ac": "74",
    "men_net": "13", "men_ac": "13", "women_net": "10", "women_ac": "10",
    "distribution_chi2": "0.119", "distribution_p": "0.73", "shape_chi2": "0.523", "shape_p": "0.47",
    "hyper_chi2": "5.662", "hyper_p": "0.017", "nodes_chi2": "4.293", "nodes_p": "0.038",
    "pattern_p": "<0.001",
    "pattern_or": "0.113", "pattern_or_low": "0.020", "pattern_or_high": "0.622", "pattern_wald_p": "0.012",
    "ratio_or": "<0.001", "ratio_or_low": "0.000", "ratio_or_high": "0.067", "ratio_wald_p": "0.009",
    "kappa_distribution": "0.938", "kappa_shape": "0.789", "kappa_hap_enhancement": "0.775",
    "kappa_pattern": "0.914", "kappa_lymphadenopathy": "1.000",
    "icc_size_mm": "0.864", "icc_hap_lesion_hu": "0.919", "icc_hap_liver_hu": "0.903",
    "grade_well_moderate": "2", "grade_moderate": "8", "grade_moderate_poor": "9", "grade_poor": "4",
    **{f"{site}_{group}": n for group in ("net", "ac")
       for site, n in (("gastric", "4"), ("small_bowel", "2"), ("colorectal", "9"), ("pancreas", "8"))},
    "figure2_hap": "1.157", "figure2_pvp": "0.848", "figure4_hap": "0.707", "figure4_pvp": "0.602",
}  # fmt: skip

# Table 1, each count with its percentage: NETs, then adenocarcinomas.
TABLE_1 = {
    "distribution": {"restricted": ("5", "21.7", "6", "26.1"), "diffuse": ("18", "78.3", "17", "73.9")},
    "shape": {"round_oval": ("23", "100.0", "21", "91.3"), "irregular": ("0", "0.0", "2", "8.7")},
    "hap_enhancement": {"hyper": ("17", "73.9", "9", "39.1"), "hypo": ("6", "26.1", "14", "60.9")},
    "pattern": {"plateau": ("6", "26.1", "21", "91.3"), "washout": ("15", "65.2", "2", "8.7"),
                "progressive": ("2", "8.7", "0", "0")},
    "lymphadenopathy": {"present": ("7", "30.4", "14", "60.9"), "absent": ("16", "69.6", "9", "39.1")},
}  # fmt: skip
for _levels in TABLE_1.values():
    for _level, _cells in _levels.items():
        _names = (f"{_level}_net", f"{_level}_share_net", f"{_level}_ac", f"{_level}_share_ac")
        PRINTED |= dict(zip(_names, _cells, strict=True))

# Legends of Figures 2 to 5: what each says of its patient. "Moderately-poorly" is moderate_poor.
PEOPLE = {
    2: {"diagnosis": NET, "age_years": 58, "sex": "male", "primary_site": "colorectal", "grade": "G2",
        "hap_enhancement": "hyper", "pattern": "washout", "lymphadenopathy": "absent"},
    3: {"diagnosis": NET, "age_years": 40, "sex": "female", "primary_site": "pancreas", "grade": "G2",
        "hap_enhancement": "hyper", "pattern": "washout", "lymphadenopathy": "absent"},
    4: {"diagnosis": AC, "age_years": 70, "sex": "female", "primary_site": "pancreas",
        "grade": "moderate_poor", "hap_enhancement": "hypo", "pattern": "plateau"},
    5: {"diagnosis": AC, "age_years": 63, "sex": "female", "primary_site": "colorectal",
        "grade": "moderate", "hap_enhancement": "hypo", "pattern": "plateau", "lymphadenopathy": "present"},
}  # fmt: skip


def unmet(table: pd.DataFrame) -> list[str]:
    """Quantities that do not print as in the paper, and demands that are not met."""
    values = measure(table)
    assert values.keys() == PRINTED.keys()
    wrong = [
        f"{name}: {values[name]} for {text}"
        for name, text in PRINTED.items()
        if not prints(values[name], text)
    ]
    return wrong + broken_demands(table)


def prints(value: float, text: str) -> bool:
    if text.startswith("<"):
        return value < float(text[1:])
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return abs(value - float(text)) <= half + 1e-9


def measure(table: pd.DataFrame) -> dict[str, float]:
    ac = (table.diagnosis == AC).to_numpy()
    hap = (table.hap_lesion_hu / table.hap_liver_hu).to_numpy()
    pvp = (table.pvp_lesion_hu / table.pvp_liver_hu).to_numpy()
    values: dict[str, float] = {"n_net": (~ac).sum(), "n_ac": ac.sum()}
    for name, column in (
        ("hap", hap),
        ("pvp", pvp),
        ("size", table.size_mm),
        ("count", table.lesion_count),
        ("age", table.age_years),
    ):
        for group, rows in (("net", ~ac), ("ac", ac)):
            values[f"{name}_mean_{group}"] = np.mean(np.asarray(column)[rows])
            values[f"{name}_sd_{group}"] = np.std(np.asarray(column)[rows], ddof=1)
    for name, column in (("hap", hap), ("pvp", pvp)):
        values[f"{name}_t"], values[f"{name}_p"], _ = ttest_ind(column[~ac], column[ac], usevar="pooled")
    for name, column in (("size", table.size_mm), ("count", table.lesion_count)):
        test = stats.mannwhitneyu(column[~ac], column[ac], method="asymptotic", use_continuity=False)
        values[f"{name}_p"] = test.pvalue
        values[f"{name}_z"] = stats.norm.ppf(test.pvalue / 2)
    for group, rows in (("net", ~ac), ("ac", ac)):
        part = table[rows]
        values |= {f"age_min_{group}": part.age_years.min(), f"age_max_{group}": part.age_years.max()}
        values |= {f"men_{group}": (part.sex == "male").sum(), f"women_{group}": (part.sex == "female").sum()}
        for level in ("gastric", "small_bowel", "colorectal", "pancreas"):
            values[f"{level}_{group}"] = (part.primary_site == level).sum()
    for grade in ("well_moderate", "moderate", "moderate_poor", "poor"):
        values[f"grade_{grade}"] = (table[ac].grade == grade).sum()
    return (
        values
        | _features(table, ac)
        | _roc(hap, ac)
        | _rules(table, ac)
        | _model(table, hap, ac)
        | _readers(table)
        | _figures(table, hap, pvp)
    )


def _features(table: pd.DataFrame, ac: np.ndarray) -> dict[str, float]:
    values: dict[str, float] = {}
    for column, levels in TABLE_1.items():
        for level, (group, rows) in product(levels, (("net", ~ac), ("ac", ac))):
            called = (table[rows][column] == level).to_numpy()
            values |= {f"{level}_{group}": called.sum(), f"{level}_share_{group}": 100 * called.mean()}
    for column, name, yates in (
        ("distribution", "distribution", False),
        ("shape", "shape", True),
        ("hap_enhancement", "hyper", False),
        ("lymphadenopathy", "nodes", False),
    ):
        values[f"{name}_chi2"], values[f"{name}_p"], _, _ = stats.chi2_contingency(
            pd.crosstab(table[column], table.diagnosis), correction=yates
        )
    return values | {"pattern_p": exact_p(pd.crosstab(table.pattern, table.diagnosis)[AC], table.pattern)}


def exact_p(drawn: pd.Series, calls: pd.Series) -> float:
    """Freeman and Halton's P: how likely a draw of as many patients is at most as likely as this one."""
    totals = calls.value_counts().reindex(drawn.index)
    draws = np.array(list(product(*(range(n + 1) for n in totals))))
    draws = draws[draws.sum(axis=1) == drawn.sum()]
    p = stats.multivariate_hypergeom.pmf(draws, totals.to_numpy(), drawn.sum())
    observed = stats.multivariate_hypergeom.pmf(drawn.to_numpy(), totals.to_numpy(), drawn.sum())
    return float(p[p <= observed * (1 + 1e-9)].sum())


def _roc(hap: np.ndarray, ac: np.ndarray) -> dict[str, float]:
    auc = roc_auc_score(ac, -hap)
    # Hanley and McNeil 1982 with Q1 and Q2 from the data, ties counted as SPSS documents them.
    q1 = np.mean([np.mean(hap[ac] < x) ** 2 for x in hap[~ac]])
    q2 = np.mean([np.mean(hap[~ac] > x) ** 2 for x in hap[ac]])
    se = np.sqrt((auc * (1 - auc) + 22 * (q1 - auc**2) + 22 * (q2 - auc**2)) / 529)
    cuts = np.unique(hap)
    youden = np.array([(hap[ac] <= c).mean() - (hap[~ac] <= c).mean() for c in cuts])
    best = np.flatnonzero(np.isclose(youden, youden.max()))
    half = stats.norm.ppf(0.975) * se
    return {
        "auc": auc,
        "auc_low": auc - half,
        "auc_high": auc + half,
        "youden_maxima": len(best),
        "cutoff": cuts[best[0] : best[0] + 2].mean(),
    }


def _rules(table: pd.DataFrame, ac: np.ndarray) -> dict[str, float]:
    # 1000 x lesion <= 898 x liver: whole numbers, so nothing is rounded at the cutoff.
    low = (1000 * table.hap_lesion_hu <= 898 * table.hap_liver_hu).to_numpy()
    plateau = (table.pattern == "plateau").to_numpy()
    rules = {"ratio": low, "plateau": plateau, "combined": low & plateau}
    return {f"{name}_sensitivity": rule[ac].mean() for name, rule in rules.items()} | {
        f"{name}_specificity": (~rule[~ac]).mean() for name, rule in rules.items()
    }


def _model(table: pd.DataFrame, hap: np.ndarray, ac: np.ndarray) -> dict[str, float]:
    code = table.pattern.map({"plateau": 1, "washout": 2, "progressive": 3}).to_numpy()
    fit = sm.Logit(ac.astype(float), sm.add_constant(np.column_stack([code, hap]))).fit(disp=0)
    limits = np.exp(fit.conf_int())
    values: dict[str, float] = {}
    for k, name in ((1, "pattern"), (2, "ratio")):
        values |= {f"{name}_or": np.exp(fit.params[k]), f"{name}_wald_p": fit.pvalues[k]}
        values |= {f"{name}_or_low": limits[k][0], f"{name}_or_high": limits[k][1]}
    return values


def _readers(table: pd.DataFrame) -> dict[str, float]:
    values = {
        f"kappa_{name}": cohen_kappa_score(table[name], table[f"reader2_{name}"])
        for name in ("distribution", "shape", "hap_enhancement", "pattern", "lymphadenopathy")
    }
    return values | {
        f"icc_{name}": icc_two_way(table[name], table[f"reader2_{name}"])
        for name in ("size_mm", "hap_lesion_hu", "hap_liver_hu")
    }


def icc_two_way(first: pd.Series, second: pd.Series) -> float:
    """ICC(2,1); see `single_iccs`."""
    return single_iccs(first, second)[1]


def single_iccs(first: pd.Series, second: pd.Series) -> tuple[float, float, float]:
    """ICC(1,1), ICC(2,1) and ICC(3,1) from the mean squares of a two-way table (Shrout and Fleiss 1979)."""
    table = np.column_stack([first, second]).astype(float)
    n, grand = len(table), table.mean()
    between = 2 * ((table.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / n
    readers = n * ((table.mean(axis=0) - grand) ** 2).sum()
    total = ((table - grand) ** 2).sum()
    error = (total - between * (n - 1) - readers) / (n - 1)
    return (
        (between - within) / (between + within),
        (between - error) / (between + error + 2 * (readers - error) / n),
        (between - error) / (between + error),
    )


def _figures(table: pd.DataFrame, hap: np.ndarray, pvp: np.ndarray) -> dict[str, float]:
    values: dict[str, float] = {}
    for number in (2, 4):
        row = np.flatnonzero(table.patient_id.str.endswith(f"figure{number}"))
        for phase, ratio in (("hap", hap), ("pvp", pvp)):
            values[f"figure{number}_{phase}"] = ratio[row[0]] if len(row) == 1 else np.nan
    return values


def broken_demands(table: pd.DataFrame) -> list[str]:
    """What no single printed number says.

    Joint cells, patterns from HU under both definitions, rising liver, plausible HU and counts, figure
    patients, elimination.
    """
    ac = table.diagnosis == AC
    low = 1000 * table.hap_lesion_hu <= 898 * table.hap_liver_hu
    plateau = table.pattern == "plateau"
    cells = [((low == a) & (plateau == b) & (ac == c)).sum() for a, b, c in product((1, 0), repeat=3)]
    broken = [] if cells == [19, 2, 0, 3, 2, 4, 2, 14] else [f"cells {cells}"]
    changes = {
        "liver_relative": (
            table.pvp_lesion_hu / table.pvp_liver_hu - table.hap_lesion_hu / table.hap_liver_hu,
            0.20,
        ),
        "lesion_hu": (table.pvp_lesion_hu - table.hap_lesion_hu, 10),
    }
    for name, (change, tolerance) in changes.items():
        derived = np.select([change < -tolerance, change > tolerance], ["washout", "progressive"], "plateau")
        broken += [f"pattern under {name}"] if (derived != table.pattern).any() else []
    if not (table.pvp_liver_hu >= table.hap_liver_hu + 10).all():
        broken.append("liver does not rise by 10 HU")
    if not (table.hap_liver_hu.between(60, 95).all() and table.pvp_liver_hu.between(85, 130).all()):
        broken.append("implausible liver HU")
    for phase in ("hap", "pvp"):
        ratio = table[f"{phase}_lesion_hu"] / table[f"{phase}_liver_hu"]
        if not np.allclose(table[f"{phase}_ratio"], ratio, rtol=0, atol=5.1e-7):
            broken.append(f"{phase} ratio is not that of its HU to six decimals")
    # "counted if ... less than 20, or else ... uncountable": one code stands for all of those
    if table.lesion_count.min() < 1 or table.lesion_count[table.lesion_count >= 20].nunique() > 1:
        broken.append("counts from 20 differ")
    if not table.grade[~ac].isin(["G1", "G2"]).all():
        broken.append("a NET that is neither G1 nor G2")
    for number, said in PEOPLE.items():
        rows = table[table.patient_id.str.endswith(f"figure{number}")]
        if rows[list(said)].to_numpy().tolist() != [list(said.values())]:
            broken.append(f"figure {number}")
    return broken + _elimination(table, ac.to_numpy(dtype=float))


def _elimination(table: pd.DataFrame, ac: np.ndarray) -> list[str]:
    """Backward elimination from the five features that differ, P to remove 0.10, by each of SPSS's rules."""
    candidates = {
        "hyper": table.hap_enhancement == "hyper",
        "nodes": table.lymphadenopathy == "present",
        "pvp": table.pvp_lesion_hu / table.pvp_liver_hu,
        "pattern": table.pattern.map({"plateau": 1, "washout": 2, "progressive": 3}),
        "hap": table.hap_lesion_hu / table.hap_liver_hu,
    }
    x = np.column_stack([np.ones(len(ac)), *candidates.values()]).astype(float)
    broken: list[str] = []
    fits: dict[tuple[int, ...], Any] = {}

    def fit(terms: tuple[int, ...]) -> Any:  # the rules share most models
        if terms not in fits:
            fits[terms] = sm.Logit(ac, x[:, [0, *terms]]).fit(disp=0, method="newton")
        return fits[terms]

    for rule in ("lr", "wald", "conditional"):
        kept = tuple(range(1, 6))
        while kept:
            p = _removal_p(rule, kept, fit)
            worst = int(np.argmax(p))
            if p[worst] < 0.10:
                break
            kept = kept[:worst] + kept[worst + 1 :]
        names = [list(candidates)[k - 1] for k in kept]
        if names != ["pattern", "hap"]:
            broken.append(f"elimination by {rule} ends with {names}")
    return broken


def _removal_p(rule: str, kept: tuple[int, ...], fit: Callable[[tuple[int, ...]], Any]) -> np.ndarray:
    full = fit(kept)
    if rule == "wald":
        return full.pvalues[1:]
    if rule == "lr":
        lower = [fit(kept[:k] + kept[k + 1 :]).llf for k in range(len(kept))]
    else:  # Lawless and Singhal 1978: the reduced estimate is taken from the full fit, not fitted
        b, covariance = full.params, full.cov_params()
        steps = [b - covariance[:, k] * b[k] / covariance[k, k] for k in range(1, len(b))]
        lower = [full.model.loglike(step) for step in steps]
    return stats.chi2.sf(2 * (full.llf - np.array(lower)), 1)
