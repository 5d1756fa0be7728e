"""How far single patients, and single hospitals, carry the best cutoff and the area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort, Floats, Mask
from gepnet_core.cohort.rows.read_columns import SITE
from gepnet_core.statistics.cutpoints.cutpoint import best_candidates
from gepnet_core.statistics.cutpoints.cutpoint_methods import youden_score
from gepnet_core.statistics.roc.curve import Direction, rising_classes
from gepnet_core.statistics.roc.placements import Placements, place

MOST_CELLS = 25_000_000
"""Patients that differ times distinct ratios: beyond, leaving out each of them would take many seconds."""

_ALONE = "without it nobody of a diagnosis would be left"

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BestCutoffs:
    """Every cutoff with the largest Youden's index, that index, and the area.

    ``cutoffs`` are observed ratios, each the highest that is called adenocarcinoma, from the strictest on.
    Where one is needed it is the first.
    """

    cutoffs: Floats
    youden: float
    auc: float


@dataclass(frozen=True, eq=False)
class LeftOut:
    """The cohort without one patient or one hospital.

    ``rows`` are the row numbers in the file of the rows left out. ``shift`` is the first best cutoff without
    them less the one with everybody. ``best`` and ``shift`` are None, with the ``reason``, where nobody of a
    diagnosis is left. ``site`` is the hospital's number in the cohort, such as S2; None of a patient.
    """

    rows: tuple[int, ...]
    best: BestCutoffs | None
    shift: float | None
    reason: str | None
    site: str | None


@dataclass(frozen=True)
class Spread:
    """Lowest and highest value over the patients left out one by one."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Influence:
    """What leaving out one patient, or one hospital, at a time does to the best cutoff of the HAP ratio.

    ``patients`` begin with the largest shift; ``sites`` stand in the order of their numbers. ``cutoff``,
    ``youden`` and ``auc`` are the jackknife ranges over the patients, None where nobody could be left out.
    ``reasons`` says by field why something is empty or None, and what it passes over.
    """

    everyone: BestCutoffs
    patients: tuple[LeftOut, ...]
    sites: tuple[LeftOut, ...]
    cutoff: Spread | None
    youden: Spread | None
    auc: Spread | None
    reasons: Mapping[str, str]

    @property
    def moving(self) -> tuple[LeftOut, ...]:
        """Patients without whom the first best cutoff is another one."""
        return tuple(one for one in self.patients if one.shift)


def influence(cohort: Cohort) -> Influence:
    """Leave out each patient, then each hospital, and look for the best cutoff again.

    Parameters
    ----------
    cohort : Cohort
        Eligible rows with a HAP ratio count; adenocarcinoma is positive, at low ratios. All rows of a patient
        are left out together. Where the table has a column ``site``, rows without one are never left out with
        a hospital.

    Raises
    ------
    InsufficientDataError
        If no row of a diagnosis counts.

    References
    ----------
    Jackknife: Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993, chapter 11.
    """
    rows = _rows_of(cohort)
    everyone = _best(rows.placed)
    reasons: dict[str, str] = {}
    patients = _patients(rows, everyone, reasons)
    sites = _sites(rows, cohort.labels.get(SITE), everyone, reasons)
    found = [one.best for one in patients if one.best is not None]
    if not found:
        why = reasons.get("patients", "each patient is the only one of a diagnosis")
        reasons.update(dict.fromkeys(("cutoff", "youden", "auc"), why))
    return Influence(
        everyone,
        patients,
        sites,
        _spread([float(best.cutoffs[0]) for best in found]),
        _spread([best.youden for best in found]),
        _spread([best.auc for best in found]),
        MappingProxyType(reasons),
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows that count, shapes (rows,): where in the table, which class, and which distinct ratio."""

    rows: Numbers
    is_positive: Mask
    places: Numbers
    patients: Numbers
    placed: Placements

    def without(self, gone: Numbers) -> Placements:
        """The distinct ratios counted without some rows, given by their positions here."""
        size, is_ours, places = len(self.placed.values), self.is_positive[gone], self.places[gone]
        ours, theirs = (np.bincount(places[kind], minlength=size).cumsum() for kind in (is_ours, ~is_ours))
        return Placements(self.placed.values, self.placed.ours - ours, self.placed.theirs - theirs)

    def left_out(
        self, gone: Numbers, best: BestCutoffs | None, everyone: BestCutoffs, site: str | None = None
    ) -> LeftOut:
        """The result for rows at these positions."""
        numbers = tuple((self.rows[gone] + 1).tolist())
        if best is None:
            return LeftOut(numbers, None, None, _ALONE, site)
        return LeftOut(numbers, best, float(best.cutoffs[0] - everyone.cutoffs[0]), None, site)


def _rows_of(cohort: Cohort) -> _Rows:
    ratios = cohort.criteria.ratios[Phase.HAP]
    rows = np.flatnonzero(cohort.eligible & ~np.isnan(ratios))
    is_positive: Mask = cohort.diagnosis[rows] == 1
    values = ratios[rows]
    placed = place(*rising_classes(values[is_positive], values[~is_positive], Direction.LOW))
    patients = rows if cohort.patients is None else cohort.patients[rows]
    return _Rows(rows, is_positive, np.searchsorted(placed.values, values), patients, placed)


def _best(placed: Placements) -> BestCutoffs:
    # A ratio that nobody has any more is no cutoff.
    is_there = placed.ours_here + placed.theirs_here > 0
    scores = youden_score(placed.ours, placed.theirs, placed.ours[-1:], placed.theirs[-1:])
    best = np.flatnonzero(best_candidates(scores, is_there))
    return BestCutoffs(placed.values[best], int(scores[best[0]]) / (placed.n * placed.m), placed.auc)


def _best_of_both(placed: Placements) -> BestCutoffs | None:
    return _best(placed) if placed.n and placed.m else None


def _patients(rows: _Rows, everyone: BestCutoffs, reasons: dict[str, str]) -> tuple[LeftOut, ...]:
    # Rows of one class with one ratio are interchangeable, and so are patients who consist of such rows.
    kinds = (2 * rows.places + rows.is_positive).tolist()
    order = np.argsort(rows.patients, kind="stable")
    starts = np.flatnonzero(np.diff(rows.patients[order])) + 1
    groups = [(gone, tuple(sorted(kinds[k] for k in gone.tolist()))) for gone in np.split(order, starts)]
    n_different, n_ratios = len({kind for _, kind in groups}), len(rows.placed.values)
    if n_different * n_ratios > MOST_CELLS:
        reasons["patients"] = (
            f"leaving out each of {n_different} different patients with {n_ratios} different ratios takes "
            f"too long; allowed: {MOST_CELLS:,} as their product"
        )
        return ()
    known: dict[tuple[int, ...], BestCutoffs | None] = {}
    found = []
    for gone, kind in groups:
        if kind not in known:
            known[kind] = _best_of_both(rows.without(gone))
        found.append(rows.left_out(gone, known[kind], everyone))
    return tuple(sorted(found, key=lambda one: (-abs(one.shift or 0.0), one.rows)))


def _sites(
    rows: _Rows, labels: NDArray[np.object_] | None, everyone: BestCutoffs, reasons: dict[str, str]
) -> tuple[LeftOut, ...]:
    if labels is None:
        reasons["sites"] = "the table has no column of hospitals"
        return ()
    of_rows = labels[rows.rows]
    names: Sequence[str] = sorted(
        {name for name in of_rows.tolist() if name is not None}, key=lambda name: (len(name), name)
    )
    if len(names) < 2:
        reasons["sites"] = "the rows name a single hospital" if names else "no row names a hospital"
        return ()
    n_without = sum(name is None for name in of_rows.tolist())
    if n_without:
        reasons["sites"] = f"{n_without} rows name no hospital, and are never left out with one"
    found = []
    for name in names:
        gone = np.flatnonzero(of_rows == name)
        found.append(rows.left_out(gone, _best_of_both(rows.without(gone)), everyone, name))
    return tuple(found)


def _spread(values: Sequence[float]) -> Spread | None:
    return Spread(min(values), max(values)) if values else None
