"""Draw another 23 + 23: how the area, the best cutoff and its score differ from sample to sample.

The patients are drawn from a population that is known to the last one, so that what a sample says can be held
against the truth. It is made of all shipped cohorts, which are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.parts.threshold_curve import ClassRatios, ThresholdCurve
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint_methods import LOWEST
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.resampling.bootstrap import percentile_interval
from gepnet_core.statistics.roc.curve import DelongAuc, Direction, OperatingPoint, delong_auc, roc_curve
from gepnet_core.study.criteria import load_criteria
from gepnet_core.teaching.patients import ensemble_patients

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEVEL = 0.95
MOST_DRAWS = 10_000

POPULATION_MEANS = (
    "The patients are drawn at random, with replacement, from those of all shipped cohorts. They are "
    "invented, and each cohort was built to print the study's numbers: the truth here is that of these "
    "patients and no other, and the study's own optimism is part of it."
)


@dataclass(frozen=True, eq=False)
class Group:
    """One diagnosis of a population: ratios in rising order, and whether the pattern is plateau."""

    ratios: Floats
    is_plateau: Mask


@dataclass(frozen=True, eq=False)
class Population:
    """All patients that can be drawn; the positive class is adenocarcinoma, low ratios being positive."""

    adenocarcinoma: Group
    net: Group
    n_cohorts: int

    @cached_property
    def curve(self) -> ThresholdCurve:
        """All patients as a cohort: what is true of the population at any cutoff."""
        return _curve(self.adenocarcinoma, self.net)

    @property
    def auc(self) -> float:
        """The area in all patients."""
        return self.curve.roc.auc

    @cached_property
    def best(self) -> OperatingPoint:
        """Where Youden's index is largest; the strictest of several."""
        return self.curve.roc.best_by_youden()[0]

    @property
    def cutoff(self) -> float:
        """The best cutoff of all patients."""
        return cutoff_of(self.best)

    def youden_at(self, cutoffs: Floats) -> Floats:
        """Youden's index of cutoffs in all patients, shape as given."""
        ours, theirs = (
            group.ratios.searchsorted(cutoffs, side="right") / len(group.ratios)
            for group in (self.adenocarcinoma, self.net)
        )
        difference: Floats = ours - theirs
        return difference


@dataclass(frozen=True, eq=False)
class Draw:
    """One sample.

    ``number`` counts from 0; the same seed and number give the same patients. ``best`` is the point with the
    largest Youden's index of this sample, ``cutoff`` its midpoint with the neighbouring ratio, as the study
    took it. ``apparent`` is Youden's index of that cutoff in the patients that chose it, ``true`` in all
    patients of the population.
    """

    seed: int
    number: int
    curve: ThresholdCurve
    auc: DelongAuc
    best: OperatingPoint
    cutoff: float
    apparent: float
    true: float

    @property
    def area(self) -> float:
        """The area alone."""
        return self.auc.auc

    @property
    def flattery(self) -> float:
        """How much more Youden's index the cutoff has in the patients that chose it than in all."""
        return self.apparent - self.true


@dataclass(frozen=True, eq=False)
class Draws:
    """Many samples: one entry a draw in each array; entry k is the draw of number k.

    ``areas``, ``cutoffs``, ``apparent`` and ``true`` are as in `Draw`; ``true_*`` is what all patients have.
    """

    seed: int
    areas: Floats
    cutoffs: Floats
    apparent: Floats
    true: Floats
    true_area: float
    true_cutoff: float
    true_youden: float

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(self.areas)

    @cached_property
    def flattery(self) -> Floats:
        """Apparent less true Youden's index."""
        return self.apparent - self.true

    def middle(self, values: Floats) -> ConfidenceInterval:
        """Between which limits 95 % of the draws lie."""
        return percentile_interval(values, LEVEL)


@cache
def ensemble_population() -> Population:
    """The patients of all shipped cohorts.

    Raises
    ------
    StudyError
        If the file of the cohorts is absent or damaged.
    """
    patients = ensemble_patients()
    columns = patients.columns
    is_ours, is_plateau = columns["diagnosis"] == "adenocarcinoma", columns["pattern"] == "plateau"
    ours, theirs = (population_group(columns["hap_ratio"][of], is_plateau[of]) for of in (is_ours, ~is_ours))
    return Population(ours, theirs, patients.n_cohorts)


def population_group(ratios: Floats, is_plateau: Mask) -> Group:
    """One diagnosis; the rows in any order."""
    order = ratios.argsort(kind="stable")
    return Group(ratios[order], is_plateau[order])


def draw_sample(population: Population, seed: int, number: int) -> Draw:
    """The sample of one number: as many patients of each diagnosis as the study had.

    Parameters
    ----------
    population : Population
    seed : int
        At least 0.
    number : int
        0 to `MOST_DRAWS` - 1.

    Raises
    ------
    InsufficientDataError
        If seed or number is out of range.
    """
    _check(seed, number + 1)
    ours, theirs = (
        Group(np.sort(group.ratios[rows[-1]]), group.is_plateau[np.sort(rows[-1])])
        for group, rows in zip(
            (population.adenocarcinoma, population.net),
            _drawn_rows(population, seed, number + 1),
            strict=True,
        )
    )
    curve = _curve(ours, theirs)
    best = curve.roc.best_by_youden()[0]
    cutoff = cutoff_of(best)
    return Draw(
        seed,
        number,
        curve,
        delong_auc(ours.ratios, theirs.ratios, Direction.LOW, LEVEL),
        best,
        cutoff,
        best.youden,
        float(population.youden_at(np.array([cutoff]))[0]),
    )


def draw_many(population: Population, seed: int, n: int) -> Draws:
    """So many samples, each with its area, its best cutoff and what that is worth in all patients.

    Parameters
    ----------
    population : Population
    seed : int
        At least 0.
    n : int
        1 to `MOST_DRAWS`. Fewer draws of the same seed are the first of more.

    Raises
    ------
    InsufficientDataError
        If ``seed`` or ``n`` is out of range.
    """
    _check(seed, n)
    rows, others = _drawn_rows(population, seed, n)
    ours, theirs = population.adenocarcinoma.ratios[rows], population.net.ratios[others]
    cutoffs, apparent = _best_cutoffs(ours, theirs)
    return Draws(
        seed,
        _areas(ours, theirs),
        cutoffs,
        apparent,
        population.youden_at(cutoffs),
        population.auc,
        population.cutoff,
        population.best.youden,
    )


def cutoff_of(point: OperatingPoint) -> float:
    """The midpoint with the neighbouring ratio; the ratio itself where there is none beyond."""
    return point.threshold if point.midpoint is None else point.midpoint


def _drawn_rows(population: Population, seed: int, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of each diagnosis in each draw, shapes (n, 23): row k is the same whatever n is."""
    sizes = load_criteria().group_sizes
    groups = (population.adenocarcinoma, sizes.adenocarcinoma), (population.net, sizes.net)
    ours, theirs = (
        # A stream of its own for each diagnosis, so that the first draws do not depend on how many follow.
        np.random.Generator(np.random.PCG64([seed, k])).integers(len(group.ratios), size=(n, size))
        for k, (group, size) in enumerate(groups)
    )
    return ours, theirs


def _areas(ours: Floats, theirs: Floats) -> Floats:
    """The area of each draw: pairs with the adenocarcinoma lower, a tie one half (Bamber 1975)."""
    ours, theirs = ours[:, :, None], theirs[:, None, :]
    doubled = 2 * np.count_nonzero(ours < theirs, axis=(1, 2)) + np.count_nonzero(ours == theirs, axis=(1, 2))
    areas: Floats = doubled / (2 * ours.shape[1] * theirs.shape[2])
    return areas


def _best_cutoffs(ours: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """For each draw the cutoff and the Youden's index of `RocCurve.best_by_youden`, all draws at once."""
    n, m = ours.shape[1], theirs.shape[1]
    both = np.concatenate([ours, theirs], axis=1)
    order = both.argsort(axis=1, kind="stable")
    values = np.take_along_axis(both, order, axis=1)
    tp = (order < n).cumsum(axis=1)
    fp = np.arange(1, n + m + 1) - tp
    # In whole numbers, in which ties are ties; only the last of equal ratios is a threshold.
    scores = tp * m - fp * n
    scores[:, :-1][values[:, 1:] == values[:, :-1]] = LOWEST
    best = scores.argmax(axis=1)
    draws = np.arange(len(best))
    here, beyond = values[draws, best], values[draws, np.minimum(best + 1, n + m - 1)]
    middle = here / 2 + beyond / 2
    return np.where(middle < beyond, middle, here), scores[draws, best] / (n * m)


def _curve(ours: Group, theirs: Group) -> ThresholdCurve:
    """Two groups in rising order as the explorer's curve."""
    nobody = np.empty(0)
    first, second = (
        ClassRatios(group.ratios, group.ratios[group.is_plateau], nobody, 0, 0) for group in (ours, theirs)
    )
    return ThresholdCurve(roc_curve(ours.ratios, theirs.ratios, Direction.LOW), first, second, LEVEL, 0)


def _check(seed: int, n: int) -> None:
    if seed < 0:
        raise InsufficientDataError("a seed is a whole number", got=str(seed), allowed="at least 0")
    if not 1 <= n <= MOST_DRAWS:
        raise InsufficientDataError("samples are counted", got=str(n), allowed=f"1 to {MOST_DRAWS}")
