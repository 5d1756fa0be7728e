"""The combined rule over a grid of cutoffs and tolerances, with the pattern derived from the two phases."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.case.case import study_cutoff
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import DIAGNOSES, UNKNOWN, Cohort, Floats, Mask
from gepnet_core.cohort.parts.threshold_curve import CutoffRange
from gepnet_core.cohort.rows.bulk_criteria import plateau_limit
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.proportions.diagnostic import Counts
from gepnet_core.study.criteria import GroupCounts, load_criteria

CLOSEST_TOLERANCES = 1e-6
"""Tolerances of a grid differ by at least so much: a change within 1e-9 of one counts as equal to it."""

_CUTOFFS = 100
_TOLERANCES_PER_DEFAULT = 20
_DEFAULTS = 3


@dataclass(frozen=True)
class PublishedPoint:
    """The published cutoff with the definition's default tolerance, counted by the derived pattern."""

    cutoff: Decimal
    tolerance: Decimal
    counts: Counts


@dataclass(frozen=True, eq=False)
class CutoffMap:
    """The rule at every cell of a grid; rows of the arrays are tolerances, columns are cutoffs.

    Only rows with a change between the phases count, whatever a reader said of them: ``reader_patterns`` is
    in how many of them a reader's pattern was passed over, ``without_change`` how many eligible rows have no
    change. The positive class is adenocarcinoma.

    Attributes
    ----------
    cutoffs, tolerances : floats, shapes (k,) and (t,)
        Rising; a tolerance is in the unit of the definition.
    true_positives, true_negatives : int64, shape (t, k)
        Adenocarcinomas and NETs that the rule calls right.
    """

    definition: PatternDefinition
    cutoffs: Floats
    tolerances: Floats
    true_positives: NDArray[np.int64]
    true_negatives: NDArray[np.int64]
    n_positive: int
    n_negative: int
    without_change: GroupCounts
    reader_patterns: int
    published: PublishedPoint

    @property
    def sensitivity(self) -> Floats:
        """Share of adenocarcinomas called adenocarcinoma."""
        share: Floats = self.true_positives / self.n_positive
        return share

    @property
    def specificity(self) -> Floats:
        """Share of NETs called NET."""
        share: Floats = self.true_negatives / self.n_negative
        return share

    @property
    def youden(self) -> Floats:
        """Sensitivity + specificity - 1."""
        index: Floats = self._scores / (self.n_positive * self.n_negative)
        return index

    @cached_property
    def best(self) -> Mask:
        """Every cell with the largest Youden's index of the grid."""
        region: Mask = self._scores == self._scores.max()
        return region

    @property
    def _scores(self) -> NDArray[np.int64]:
        """Youden's index times the number of pairs: in whole numbers ties are ties."""
        n, m = self.n_positive, self.n_negative
        return self.true_positives * m + self.true_negatives * n - n * m


def cutoff_map(
    cohort: Cohort, cutoffs: ArrayLike, tolerances: ArrayLike, definition: PatternDefinition
) -> CutoffMap:
    """Count the combined rule at every cutoff and tolerance.

    Parameters
    ----------
    cohort : Cohort
    cutoffs : array_like, shape (k,)
        Of the HAP ratio, rising.
    tolerances : array_like, shape (t,)
        Rising from 0 or more by at least `CLOSEST_TOLERANCES`, in the unit of the definition.
    definition : PatternDefinition
        How the pattern follows from the phases; a change up to the tolerance is plateau, as in
        `gepnet_core.cohort.rows.bulk_criteria.plateau_limit`.

    Raises
    ------
    InsufficientDataError
        If no row of a diagnosis has a change between the phases, or the grid is not as above.
    """
    columns, lines = _axis("cutoffs", cutoffs), _axis("tolerances", tolerances)
    if lines[0] < 0 or (np.diff(lines) < CLOSEST_TOLERANCES).any():
        raise InsufficientDataError(
            "the tolerances are no grid",
            allowed=f"0 or more, rising by at least {CLOSEST_TOLERANCES:g}",
            field="tolerances",
        )
    ratios, changes = cohort.criteria.ratios[Phase.HAP], cohort.criteria.changes[definition]
    known = ~np.isnan(ratios) & ~np.isnan(changes)
    classes = [cohort.of(diagnosis) & known for diagnosis in DIAGNOSES]
    n, m = (int(np.count_nonzero(rows)) for rows in classes)
    if not n or not m:
        raise InsufficientDataError(
            "the pattern can be derived in too few rows",
            got=f"{GroupCounts(n, m)} rows of adenocarcinoma and NET with both phases",
            allowed="at least 1:1",
            remedy="Add the HU of both phases.",
        )
    called = [_called(ratios[rows], changes[rows], columns, lines) for rows in classes]
    cutoff, tolerance = study_cutoff(), load_criteria().definitions[definition].tolerance
    tp, fp = (
        int(_called(ratios[rows], changes[rows], *(np.array([float(x)]) for x in (cutoff, tolerance)))[0, 0])
        for rows in classes
    )
    return CutoffMap(
        definition=definition,
        cutoffs=columns,
        tolerances=lines,
        true_positives=called[0],
        true_negatives=m - called[1],
        n_positive=n,
        n_negative=m,
        without_change=cohort.counts(~known),
        reader_patterns=int(
            np.count_nonzero((cohort.criteria.reader_pattern != UNKNOWN) & (classes[0] | classes[1]))
        ),
        published=PublishedPoint(cutoff, tolerance, Counts(tp, fp, n - tp, m - fp)),
    )


def map_grid(bounds: CutoffRange, definition: PatternDefinition) -> tuple[Floats, Floats]:
    """Cutoffs over a range, and tolerances from 0 to three times the default, which is one of them."""
    default = load_criteria().definitions[definition].tolerance
    steps = range(_DEFAULTS * _TOLERANCES_PER_DEFAULT + 1)
    return (
        np.linspace(float(bounds.lowest), float(bounds.highest), _CUTOFFS),
        np.array([float(default * k / _TOLERANCES_PER_DEFAULT) for k in steps]),
    )


def _axis(name: str, values: ArrayLike) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    if (
        numbers.ndim != 1
        or not len(numbers)
        or not np.isfinite(numbers).all()
        or (np.diff(numbers) <= 0).any()
    ):
        raise InsufficientDataError(
            f"the {name} are no grid", allowed="finite numbers, rising, at least one", field=name
        )
    return numbers


def _called(ratios: Floats, changes: Floats, cutoffs: Floats, tolerances: Floats) -> NDArray[np.int64]:
    """Rows at or below each cutoff that are plateau at each tolerance, shape (tolerances, cutoffs).

    A row is called from its first cutoff and its first tolerance on: a count of both, added up along both
    axes.
    """
    limits = [plateau_limit(tolerance) for tolerance in tolerances.tolist()]
    from_tolerance = np.searchsorted(limits, np.abs(changes), side="left")
    from_cutoff = np.searchsorted(cutoffs, ratios, side="left")
    # The last line and column hold the rows that no tolerance and no cutoff of the grid reaches.
    shape = len(tolerances) + 1, len(cutoffs) + 1
    starts = np.bincount(from_tolerance * shape[1] + from_cutoff, minlength=shape[0] * shape[1])
    counts: NDArray[np.int64] = starts.reshape(shape)[:-1, :-1].cumsum(axis=0).cumsum(axis=1)
    return counts
