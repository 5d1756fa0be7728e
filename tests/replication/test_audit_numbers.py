"""What the audit computes, against the paper, the given audit of the study, R and closed forms."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gepnet_core.replication.audit.audit import audit
from gepnet_core.replication.audit.kappa import disagreements, kappa_of
from gepnet_core.replication.audit.logistic import least_dummy_se, wald_region
from gepnet_core.replication.audit.ratios import extremes, t_range
from gepnet_core.replication.audit.roc import auc_counts, hanley_mcneil_se, q_windows, standard_errors
from gepnet_core.replication.audit.rows import AuditStatus, Range, printed_range
from gepnet_core.replication.audit.rule import margins
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import fact, load_facts

AUDIT = audit()
FACTS = load_facts()


@pytest.mark.parametrize(
    ("row", "value"),
    [
        # audit.md, "Recomputed and consistent"; R 4.2.2 in tests/reference/contingency.csv
        ("distribution_chi2", 0.119480519481),
        ("hap_enhancement_chi2", 5.66153846154),
        ("lymphadenopathy_chi2", 4.29333333333),
        ("shape_chi2", 0.522727272727),
        ("shape_p", 0.469680618081),
        ("pattern_p", 1.63396382931e-05),
        ("lymphadenopathy_p", 0.0382620806944),
        # 453 of 529 pairs
        ("hap_ratio_auc", 453 / 529),
        # sums 1252, 1282, 1025, 1158, 310, 290
        ("age_mean_net", 1252 / 23),
        ("age_mean_adenocarcinoma", 1282 / 23),
        ("size_mean_net", 1025 / 23),
        ("size_mean_adenocarcinoma", 1158 / 23),
        ("lesion_count_mean_net", 310 / 23),
        ("lesion_count_mean_adenocarcinoma", 290 / 23),
        # R: 2 * pt(-2.759, 44), 2 * pnorm(-1.143), 2 * pnorm(-0.472)
        ("pvp_ratio_p", 0.0084164538707),
        ("size_p", 0.2530385911),
        ("lesion_count_p", 0.6369267886),
        # the swapped ones
        ("plateau_sensitivity", 21 / 23),
        ("plateau_specificity", 17 / 23),
    ],
)
def test_recomputed_values(row: str, value: float) -> None:
    assert AUDIT.row(row).recomputed == pytest.approx(value, rel=1e-9)


def test_the_range_of_t_that_rounding_allows() -> None:
    # audit.md: 4.52-4.93 and 2.43-2.86
    for quantity, low, high in (("hap_ratio", 4.52, 4.93), ("pvp_ratio", 2.43, 2.86)):
        found = t_range(FACTS, quantity)
        assert (round(found.low, 2), round(found.high, 2)) == (low, high)


def test_welch_prints_009_at_every_admissible_sd() -> None:
    """R: t.test's P for t 2.759 with Welch's df at a grid of SDs that print 0.27 and 0.15."""
    from scipy import stats

    for s1, s2 in itertools.product(np.linspace(0.265, 0.275, 11), np.linspace(0.145, 0.155, 11)):
        df = 22 * (s1**2 + s2**2) ** 2 / (s1**4 + s2**4)
        p = 2 * stats.t.sf([2.7585, 2.7595], df)
        assert all(p > 0.00905) and all(p < 0.0095)
    assert "0.0091 to 0.0094" in AUDIT.row("pvp_ratio_p").note


def test_the_area_is_453_pairs_also_where_ties_count_half() -> None:
    assert [float(count) for count in auc_counts(FACTS)] == [453]
    assert round(452.5 / 529, 3) == 0.855 and round(453.5 / 529, 3) == 0.857


def test_which_formula_gave_the_interval() -> None:
    area = 453 / 529
    # audit.md: SE in [.05451, .05468]; negative exponential .745-.968
    errors = standard_errors(area, printed_range(fact("hap_ratio_auc_low")), Range(0.9625, 0.9635))
    assert (round(errors.low, 5), round(errors.high, 5)) == (0.05451, 0.05468)
    se = hanley_mcneil_se(area, 23, 23)
    assert round(area - 1.959964 * se, 3) == 0.745
    assert round(area + 1.959964 * se, 3) == 0.968
    # The two nonparametric formulas need sums of Q1 and Q2 that no data have at once.
    nonparametric, delong = q_windows(area, errors, 23, 23)
    assert nonparametric is not None and delong is not None
    assert delong.high < nonparametric.low
    assert q_windows(area, errors, 23, 22) == (None, None)


def test_the_two_variances_are_those_of_data_without_ties() -> None:
    """Counted from drawn data: DeLong's by its components, the other by Hanley and McNeil's equation."""
    rng = np.random.default_rng(3)
    n = 23
    x, y = rng.normal(1, 1, n), rng.normal(0, 1, n)
    wins = (x[:, None] > y[None, :]).astype(float)
    area = wins.mean()
    q1, q2 = (wins.mean(axis=1) ** 2).mean(), (wins.mean(axis=0) ** 2).mean()
    delong = wins.mean(axis=1).var(ddof=1) / n + wins.mean(axis=0).var(ddof=1) / n
    # equation 1 of Hanley and McNeil 1982
    counted = (area * (1 - area) + (n - 1) * (q1 - area**2) + (n - 1) * (q2 - area**2)) / n**2
    for se, index in ((math.sqrt(counted), 0), (math.sqrt(delong), 1)):
        window = q_windows(area, Range(se, se), n, n)[index]
        assert window is not None
        assert window.low == pytest.approx(q1 + q2 - 2 * area**2, rel=1e-10)


def test_with_ties_between_the_groups_both_formulas_can_print_the_interval() -> None:
    """The given audit says that no cohort prints the interval under both formulas: only one without ties.

    These 46 scores, found by search, have ties between the groups and an area of 453 of 529, and print
    0.749-0.963 under both. With e ties Hanley and McNeil 1982 (table II) add e^2 / 3 where DeLong's squares
    have e^2 / 4.
    """
    x = [6, 7, 8, 9, 9, 10, 10, 10, 10, 11, 14, 14, 16, 17, 18, 19, 21, 21, 21, 22, 22, 22, 23]
    y = [0, 0, 0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 6, 6, 7, 7, 9, 10, 11, 14, 15, 16, 19]
    n = len(x)
    above = np.greater.outer(x, y).astype(float)
    equal = np.equal.outer(x, y).astype(float)
    wins = above + equal / 2
    area = wins.mean()
    assert wins.sum() == 453
    q1, q2 = (
        ((g**2 + g * e + e**2 / 3) / n**2).mean()
        for g, e in ((above.sum(axis=1), equal.sum(axis=1)), (above.sum(axis=0), equal.sum(axis=0)))
    )
    counted = (area * (1 - area) + (n - 1) * (q1 - area**2) + (n - 1) * (q2 - area**2)) / n**2
    delong = wins.mean(axis=1).var(ddof=1) / n + wins.mean(axis=0).var(ddof=1) / n
    for variance in (counted, delong):
        half = 1.959964 * math.sqrt(variance)
        assert (round(area - half, 3), round(area + half, 3)) == (0.749, 0.963)


def test_the_coefficient_of_the_pattern() -> None:
    # audit.md: B in [-2.1848, -2.1807], SE in [.8704, .8729], P .0122-.0123
    exp_b, low, high = (fact(f"logistic_pattern_{name}") for name in ("exp_b", "low", "high"))
    region = wald_region(exp_b, low, high)
    assert round(min(b for b, _ in region), 4) == -2.1848
    assert round(max(b for b, _ in region), 4) == -2.1807
    assert round(min(se for _, se in region), 4) == 0.8704
    assert round(max(se for _, se in region), 4) == 0.8729
    for b, se in region:
        for value, limits in (
            (b, printed_range(exp_b)),
            (b - 1.959964 * se, printed_range(low)),
            (b + 1.959964 * se, printed_range(high)),
        ):
            assert limits.low - 1e-7 <= math.exp(value) <= limits.high + 1e-7
    row = AUDIT.row("logistic_pattern_p")
    assert row.recomputed_low is not None and row.recomputed_high is not None
    assert (round(row.recomputed_low, 4), round(row.recomputed_high, 4)) == (0.0122, 0.0123)


def test_the_bound_of_an_indicator() -> None:
    # audit.md: .8793 for plateau, .8837 for washout against plateau
    assert round(least_dummy_se((21, 6), (2, 17)), 4) == 0.8793
    assert round(least_dummy_se((21, 6), (2, 15)), 4) == 0.8837


def test_no_fitted_model_has_an_indicator_below_the_bound() -> None:
    """Logistic fits with the counts of Table 1 and drawn covariates, by Newton steps of the test's own."""
    rng = np.random.default_rng(5)
    plateau = np.repeat([1, 0, 1, 0], [21, 2, 6, 17])
    event = np.repeat([1, 1, 0, 0], [21, 2, 6, 17])
    bound = least_dummy_se((21, 6), (2, 17))
    for _ in range(40):
        design = np.column_stack([np.ones(46), plateau, rng.normal(0, 1, 46) + rng.normal() * event])
        beta = np.zeros(3)
        for _ in range(30):
            p = 1 / (1 + np.exp(-design @ beta))
            information = design.T @ (design * (p * (1 - p))[:, None])
            step = np.linalg.solve(information, design.T @ (event - p))
            beta = beta + np.clip(step, -3, 3)
        assert np.abs(step).max() < 1e-8
        assert math.sqrt(np.linalg.inv(information)[1, 1]) >= bound - 1e-9


def test_the_coefficient_of_the_ratio() -> None:
    """B = -z SE and B + 1.96 SE = log of the upper limit, at all corners of 0.067 and P 0.009."""
    from scipy import stats

    corners = []
    for limit, p in itertools.product((0.0665, 0.0675), (0.0085, 0.0095)):
        z = stats.norm.isf(p / 2)
        se = math.log(limit) / (stats.norm.isf(0.025) - z)
        corners.append((-z * se, se))
    b, se = ([round(corner[i], 2) for corner in corners] for i in (0, 1))
    # audit.md has B in [-11.09, -10.57], SE in [4.02, 4.28]: the limits of rounding reach a little further.
    assert (min(b), max(b), min(se), max(se)) == (-11.1, -10.56, 4.01, 4.28)
    note = AUDIT.row("logistic_hap_ratio_exp_b").note
    assert "B -11.10 to -10.56 and SE 4.01 to 4.28" in note
    assert "0.33 to 0.35" in note


@pytest.mark.parametrize(
    ("feature", "first", "number", "tables"),
    [
        # audit.md: disagreements 1, 1, 5, 2, 0; the first three unique, three tables for the pattern
        ("distribution", [11, 35], 1, [{(0, 1): 1}]),
        ("shape", [44, 2], 1, [{(0, 1): 1}]),
        ("hap_enhancement", [26, 20], 5, [{(0, 1): 1, (1, 0): 4}]),
        (
            "pattern",
            [27, 17, 2],
            2,
            [{(2, 1): 2}, {(1, 0): 1, (2, 1): 1}, {(1, 0): 2}],
        ),
        ("lymphadenopathy", [21, 25], 0, [{}]),
    ],
)
def test_what_each_kappa_stands_for(feature: str, first: list[int], number: int, tables: list) -> None:
    found = disagreements(first, printed_range(fact(f"kappa_{feature}")))
    assert [sum(moves.values()) for moves in found] == [number] * len(found)
    assert sorted(map(repr, found)) == sorted(map(repr, tables))


def test_kappa_against_scikit_learn() -> None:
    from sklearn.metrics import cohen_kappa_score

    first = [0] * 27 + [1] * 17 + [2] * 2
    second = [*first]
    second[0], second[27], second[28] = 2, 0, 0
    moves = {(0, 2): 1, (1, 0): 2}
    assert float(kappa_of([27, 17, 2], moves)) == pytest.approx(cohen_kappa_score(first, second), rel=1e-12)


def test_the_joint_cells_are_those_of_the_rule() -> None:
    adenocarcinoma, net = margins(FACTS)
    cells = load_criteria().cells
    order = [(True, True), (False, True), (True, False), (False, False)]
    assert adenocarcinoma.cells == tuple(cells[key].adenocarcinoma for key in order)
    assert net.cells == tuple(cells[key].net for key in order)
    # audit.md: AND sens 17..19, spec 18..23; OR sens >= 21
    assert adenocarcinoma.by_and == (17, 19)
    assert (23 - net.by_and[1], 23 - net.by_and[0]) == (18, 23)
    assert adenocarcinoma.by_or[0] == 21


def test_the_top_code() -> None:
    # audit.md: capped at 20, SD at most 9.14 and 9.43; some adenocarcinoma at least 22 (cap 21: 9.88)
    net, adenocarcinoma = (AUDIT.row(f"lesion_count_sd_{g}") for g in ("net", "adenocarcinoma"))
    assert net.recomputed_high == pytest.approx(9.14, abs=0.005)
    assert adenocarcinoma.recomputed_high == pytest.approx(9.43, abs=0.005)
    assert "at least 22" in adenocarcinoma.note


def test_hyper_enhancing_adenocarcinomas_below_the_cutoff() -> None:
    # audit.md, 4: at least 5 of the 9
    row = AUDIT.row("hap_enhancement_hyper_adenocarcinoma")
    assert row.status is AuditStatus.CONSISTENT
    assert row.proof == "9 + 19 - 23 = 5"


def test_extremes_hold_for_drawn_values_and_are_reached() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        x = rng.exponential(1, 9) * rng.integers(0, 2, 9) + rng.normal(0, 0.01, 9)
        mean, sd = Range(x.mean(), x.mean()), Range(x.std(ddof=1), x.std(ddof=1))
        lowest, highest = extremes(mean, sd, 9)
        assert lowest.low - 1e-9 <= x.min() <= lowest.high + 1e-9
        assert highest.low - 1e-9 <= x.max() <= highest.high + 1e-9
    one_out = np.array([0.0] * 8 + [9.0])
    m, s = one_out.mean(), one_out.std(ddof=1)
    lowest, highest = extremes(Range(m, m), Range(s, s), 9)
    assert highest.high == pytest.approx(9)
    assert lowest.high == pytest.approx(0)


def test_the_figures_bound_the_rise_of_the_liver() -> None:
    # audit.md, 18: 1.157 / 0.848 = 1.364
    assert "1.364" in AUDIT.row("figure2_pvp_ratio").note
