"""Draws from the known population: pROC, one draw beside the curve of roc.py, closed forms, extremes."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from gepnet_core.teaching.sampling import (
    MOST_DRAWS,
    Population,
    cutoff_of,
    draw_many,
    draw_sample,
    ensemble_population,
    population_group,
)

POPULATION = ensemble_population()
MANY = draw_many(POPULATION, 2017, 1000)
N_COHORTS = 110


def population(ours: list[float], theirs: list[float]) -> Population:
    first, second = (
        population_group(np.array(values), np.arange(len(values)) % 2 == 0) for values in (ours, theirs)
    )
    return Population(first, second, 1)


# --- the population: closed forms from the study's counts, and pROC 1.18.0 (tests/reference/teaching.R)


def test_the_population_is_all_shipped_cohorts() -> None:
    assert POPULATION.n_cohorts == N_COHORTS
    # R: population n 2530 2530
    assert (len(POPULATION.adenocarcinoma.ratios), len(POPULATION.net.ratios)) == (2530, 2530)
    # Table 1: plateau in 21 adenocarcinomas and 6 NETs.
    plateau = [int(group.is_plateau.sum()) for group in (POPULATION.adenocarcinoma, POPULATION.net)]
    assert plateau == [21 * N_COHORTS, 6 * N_COHORTS]


def test_every_cohort_has_its_optimum_at_the_published_cutoff_and_so_has_their_union() -> None:
    at = POPULATION.curve.at(0.898)
    # 19 of 23 and 18 of 23; with plateau 19 of 23 and 21 of 23.
    assert (at.ratio.counts.tp, at.ratio.counts.tn) == (19 * N_COHORTS, 18 * N_COHORTS)
    assert at.combined is not None
    assert (at.combined.counts.tp, at.combined.counts.tn) == (19 * N_COHORTS, 21 * N_COHORTS)
    assert POPULATION.best.youden == pytest.approx(14 / 23, abs=1e-15)
    # R: population best 0.897917871602082 2090 1980
    assert POPULATION.cutoff == pytest.approx(0.897917871602082, abs=1e-14)
    # R: population auc 0.874064740895812
    assert POPULATION.auc == pytest.approx(0.874064740895812, abs=1e-14)


def test_one_draw_in_r() -> None:
    draw = draw_sample(POPULATION, 2017, 0)
    ours, theirs = draw.curve.adenocarcinoma.ratios, draw.curve.net.ratios
    # The draw that the script holds: it pins the stream of PCG64 too.
    assert ours[[0, -1]].tolist() == [26 / 85, 92 / 88] and theirs[[0, -1]].tolist() == [73 / 94, 156 / 78]
    # R: draw auc 0.869565217391304; draw delong 0.768055593487598 0.971074841295011
    assert draw.area == pytest.approx(0.869565217391304, abs=1e-14)
    limits = (draw.auc.interval.low, draw.auc.interval.high)
    assert limits == pytest.approx((0.768055593487598, 0.971074841295011), abs=1e-14)
    # R: draw cutoff 1.05895915678524 0.652173913043478; draw true youden 0.558893280632411
    assert draw.cutoff == pytest.approx(1.05895915678524, abs=1e-14)
    assert draw.apparent == pytest.approx(0.652173913043478, abs=1e-14)
    assert draw.true == pytest.approx(0.558893280632411, abs=1e-14)
    assert draw.flattery == pytest.approx(0.652173913043478 - 0.558893280632411, abs=1e-14)


# --- one draw and many are the same draws


@pytest.mark.parametrize("number", [0, 1, 42, 999])
def test_a_draw_is_the_entry_of_its_number(number: int) -> None:
    draw = draw_sample(POPULATION, 2017, number)
    assert (draw.area, draw.cutoff, draw.apparent, draw.true, draw.flattery) == (
        MANY.areas[number],
        MANY.cutoffs[number],
        MANY.apparent[number],
        MANY.true[number],
        MANY.flattery[number],
    )
    curve = roc_curve(draw.curve.adenocarcinoma.ratios, draw.curve.net.ratios, Direction.LOW)
    assert (curve.n_positive, curve.n_negative) == (23, 23)
    assert draw.area == pytest.approx(curve.auc, abs=1e-15)
    assert draw.cutoff == cutoff_of(curve.best_by_youden()[0])


def test_fewer_draws_are_the_first_of_more_and_another_seed_gives_others() -> None:
    few, other = draw_many(POPULATION, 2017, 10), draw_many(POPULATION, 2018, 10)
    assert np.array_equal(few.areas, MANY.areas[:10]) and np.array_equal(few.cutoffs, MANY.cutoffs[:10])
    assert not np.array_equal(few.areas, other.areas)


def test_the_pattern_is_drawn_with_the_ratio() -> None:
    # Plateau at even places, which are even numbers here.
    known = population([float(k) for k in range(40)], [float(k) for k in range(40, 80)])
    draw = draw_sample(known, 5, 3)
    for group in (draw.curve.adenocarcinoma, draw.curve.net):
        assert group.plateau.tolist() == [ratio for ratio in group.ratios.tolist() if ratio % 2 == 0]
        assert 0 < len(group.plateau) < 23


values = st.lists(st.integers(1, 8).map(lambda k: k / 4), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(values, values, st.integers(0, 10**6))
def test_all_draws_at_once_agree_with_the_curve_of_each(
    ours: list[float], theirs: list[float], seed: int
) -> None:
    known = population(ours, theirs)
    draws = draw_many(known, seed, 8)
    for number in range(draws.n):
        draw = draw_sample(known, seed, number)
        best = draw.curve.roc.best_by_youden()[0]
        assert draws.areas[number] == draw.curve.roc.auc
        assert (draws.cutoffs[number], draws.apparent[number]) == (cutoff_of(best), best.youden)
        assert draws.true[number] == pytest.approx(known.curve.roc.at(draw.cutoff).youden, abs=1e-15)
        # What scores best here scores at least as well here as what is best in truth.
        assert draw.apparent >= draw.curve.roc.at(known.cutoff).youden - 1e-12
        assert draw.true <= known.best.youden + 1e-12


# --- what many draws must show


def test_the_area_is_unbiased_and_the_optimum_flatters() -> None:
    # The share of ordered pairs in a sample is a U statistic: its mean is that of all pairs.
    error = float(MANY.areas.std(ddof=1)) / math.sqrt(MANY.n)
    assert abs(float(MANY.areas.mean()) - POPULATION.auc) < 4 * error
    # The best of many candidates is too good by chance: apparent above the truth, true below it, on average.
    assert float(MANY.apparent.mean()) > POPULATION.best.youden + 0.03
    assert float(MANY.true.mean()) < POPULATION.best.youden - 0.02
    assert np.count_nonzero(MANY.flattery > 0) > 700
    assert np.all(MANY.true <= POPULATION.best.youden + 1e-12)


def test_the_middle_of_the_draws_holds_95_of_100() -> None:
    middle = MANY.middle(MANY.areas)
    inside = np.count_nonzero((middle.low <= MANY.areas) & (middle.high >= MANY.areas))
    assert 945 <= inside <= 955 and middle.level == 0.95


def test_a_thousand_draws_take_less_than_fifty_milliseconds() -> None:
    took = []
    for seed in range(5):
        start = time.perf_counter()
        draw_many(POPULATION, seed, 1000)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05


# --- extremes


def test_equal_values_everywhere_say_nothing() -> None:
    draws = draw_many(population([0.8] * 3, [0.8]), 1, 5)
    assert draws.areas.tolist() == [0.5] * 5
    assert draws.cutoffs.tolist() == [0.8] * 5 and draws.flattery.tolist() == [0.0] * 5


@pytest.mark.parametrize(("low", "high"), [(0.5, 1.5), (1e-300, 1e300), (-1e300, 1e-300)])
def test_classes_apart_are_found_apart(low: float, high: float) -> None:
    draws = draw_many(population([low], [high]), 1, 5)
    assert draws.areas.tolist() == [1.0] * 5 and draws.apparent.tolist() == [1.0] * 5
    assert np.all((low <= draws.cutoffs) & (draws.cutoffs < high)) and draws.true.tolist() == [1.0] * 5


def test_neighbouring_floats_have_no_middle() -> None:
    low = 0.9
    draws = draw_many(population([low], [math.nextafter(low, 1)]), 1, 2)
    assert draws.cutoffs.tolist() == [low, low] and draws.true.tolist() == [1.0, 1.0]


def test_a_class_above_the_other_everywhere_scores_nothing() -> None:
    draws = draw_many(population([2.0], [1.0]), 1, 3)
    assert draws.areas.tolist() == [0.0] * 3
    # Calling everybody is the best that can be done, with no neighbour beyond.
    assert draws.cutoffs.tolist() == [2.0] * 3 and draws.apparent.tolist() == [0.0] * 3


@pytest.mark.parametrize(("seed", "n"), [(-1, 10), (1, 0), (1, -3), (1, MOST_DRAWS + 1)])
def test_seed_and_number_have_limits(seed: int, n: int) -> None:
    with pytest.raises(InsufficientDataError, match="allowed"):
        draw_many(POPULATION, seed, n)
    with pytest.raises(InsufficientDataError, match="allowed"):
        draw_sample(POPULATION, seed, n - 1)


def test_the_last_number_can_be_drawn() -> None:
    assert draw_sample(population([0.5, 0.7], [0.6, 0.9]), 0, MOST_DRAWS - 1).number == MOST_DRAWS - 1


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="finite"):
        draw_sample(population([math.nan], [1.0]), 1, 0)
