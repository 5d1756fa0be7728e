"""How much better a logistic model looks on its own rows than on others, by the bootstrap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.backward_elimination import RemovalRule, eliminate_backward
from gepnet_core.statistics.models.logistic_design import Design, Predictor, design_of
from gepnet_core.statistics.models.logistic_regression import maximise_or_refuse
from gepnet_core.statistics.models.resampled_logistic import Array, Counts, Resamples, build_all, fit_all
from gepnet_core.statistics.models.separation import find_separation
from gepnet_core.statistics.resampling.bootstrap import check_settings

MOST_ROWS_ONE_BY_ONE = 300_000
"""Rows times resamples that are fitted one by one: some seconds."""

_BLOCK = 1_000_000
"""Numbers that are held at once: resamples times distinct rows times coefficients."""

_SAME = 9
"""Decimals of a linear predictor: rows with the same predictors must tie."""


@dataclass(frozen=True)
class Corrected:
    """A measure on the rows themselves, and the mean by which the bootstrap finds it too good."""

    apparent: float
    optimism: float

    @property
    def value(self) -> float:
        """What is expected of the model in other rows of the same kind."""
        return self.apparent - self.optimism


@dataclass(frozen=True)
class Optimism:
    """What is left of a model in rows that it was not built on.

    ``slope`` is the mean calibration slope of the resamples' models on the rows themselves; with it the
    coefficients would have to be multiplied. It is None, with a reason, where no such model has one.
    ``n_firth`` resamples were separated and have Firth's estimates; on ``n_failed`` no model could be built:
    they count in no mean. ``n_without_slope`` further ones have no finite slope.
    """

    n_resamples: int
    seed: int
    auc: Corrected
    brier: Corrected
    slope: float | None
    n_firth: int
    n_failed: int
    n_without_slope: int
    reasons: Mapping[str, str]


def bootstrap_optimism(
    predictors: Sequence[Predictor],
    event: NDArray[np.bool_],
    *,
    n_resamples: int,
    seed: int,
    rule: RemovalRule | None = None,
    remove: float = 0.10,
) -> Optimism:
    """Build the model anew in each resample, and judge it there and on the rows themselves.

    Parameters
    ----------
    predictors : sequence of Predictor
    event : array of bool, shape (n,)
        Each class is resampled for itself: the study design, not chance, gave their sizes.
    n_resamples : int
        2 to `gepnet_core.statistics.resampling.bootstrap.MOST_RESAMPLES`.
    seed : int
        At least 0; the same seed gives the same numbers.
    rule : RemovalRule or None
        Backward elimination, which is done anew in each resample; None keeps all predictors.
    remove : float
        A predictor leaves if its P is above.

    Raises
    ------
    InsufficientDataError
        As `design_of`; if ``n_resamples`` or ``seed`` is out of range; if no model can be built on the rows
        or on any resample; or if so many resamples are separated that they would take too long.

    Notes
    -----
    Building is: maximum likelihood, after elimination where that is asked for; where the classes are
    separated, Firth's estimates without elimination. A column that does not vary in a resample, or follows
    from those before it, is left out there.

    References
    ----------
    Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-387, section 6; Efron B. J Am Stat Assoc
    1983;78:316-331.
    """
    check_settings(n_resamples, seed)
    design = design_of(predictors, event)
    matrix, which = np.unique(design.matrix, axis=0, return_inverse=True)
    events, others = (np.bincount(which.ravel()[kind], minlength=len(matrix)) for kind in (event, ~event))
    builder = _Builder(design, matrix, rule, remove)
    own = builder.build(events[None, :], others[None, :], is_separated=None)
    if np.isnan(own.b).any():
        raise InsufficientDataError("the logistic model does not settle", remedy="Leave out predictors.")
    rng = np.random.default_rng(seed)
    together = max(1, _BLOCK // matrix.size)
    parts, n_firth = [], 0
    for done in range(0, n_resamples, together):
        size = min(together, n_resamples - done)
        drawn = [rng.multinomial(kind.sum(), kind / kind.sum(), size=size) for kind in (events, others)]
        # A part of rows that are separated is separated too.
        built = builder.build(drawn[0], drawn[1], is_separated=True if own.n_firth else None)
        n_firth += built.n_firth
        parts.append(_measures(matrix, built.b, drawn[0], drawn[1], events, others))
    auc, brier, slope = np.concatenate(parts, axis=1)
    there = ~np.isnan(auc)
    if not there.any():
        raise InsufficientDataError("no model can be built on any resample", got=f"{len(event)} rows")
    eta = own.b @ matrix.T
    with_slope = there & ~np.isnan(slope)
    return Optimism(
        n_resamples=n_resamples,
        seed=seed,
        auc=Corrected(float(_areas(eta, events[None, :], others[None, :])[0]), float(auc[there].mean())),
        brier=Corrected(float(_brier(eta, events, others)[0]), float(brier[there].mean())),
        slope=float(slope[with_slope].mean()) if with_slope.any() else None,
        n_firth=n_firth,
        n_failed=int(np.count_nonzero(~there)),
        n_without_slope=int(np.count_nonzero(there & ~with_slope)),
        reasons=MappingProxyType(dict(_reasons(there, with_slope))),
    )


@dataclass(frozen=True, eq=False)
class _Built:
    """Coefficients of each resample, shape (resamples, p), NaN where none could be built."""

    b: Array
    n_firth: int


@dataclass(frozen=True, eq=False)
class _Builder:
    """How a model is built: ``matrix`` has the distinct rows of the design's."""

    design: Design
    matrix: Array
    rule: RemovalRule | None
    remove: float

    def build(self, events: Counts, others: Counts, *, is_separated: bool | None) -> _Built:
        """All resamples together, and one by one where neither way settles."""
        b, firth = np.full((len(events), self.matrix.shape[1]), np.nan), np.arange(len(events))
        if not is_separated:
            places = [self.design.places(predictor.name) for predictor in self.design.predictors]
            resamples = Resamples(self.matrix, events, others)
            b, separated = build_all(resamples, places, self.rule, self.remove)
            firth = np.flatnonzero(separated)
        b[firth] = fit_all(self.matrix[None], events[firth], others[firth], penalised=True).b
        is_missing = np.isnan(b).any(axis=1)
        n_firth, n = int(np.count_nonzero(~is_missing[firth])), len(self.design.event)
        alone = np.flatnonzero(is_missing).tolist()
        if len(alone) * n > MOST_ROWS_ONE_BY_ONE and len(alone) > 1:
            raise InsufficientDataError(
                "resampling takes too long, since predictors depend on each other in resamples",
                got=f"{len(alone)} of {len(events)} resamples of {n} rows",
                allowed=f"{MOST_ROWS_ONE_BY_ONE:,} rows in them together",
            )
        for k in alone:
            b[k], is_firth = self._one(events[k], others[k], is_separated)
            n_firth += is_firth
        return _Built(b, n_firth)

    def _one(self, events: Counts, others: Counts, is_separated: bool | None) -> tuple[Array, bool]:
        """One resample, row by row; NaN where no model can be built. Whether its estimates are Firth's."""
        rows = np.repeat(np.tile(np.arange(len(events)), 2), np.concatenate([events, others]))
        event = np.arange(len(rows)) < events.sum()
        b = np.zeros(self.matrix.shape[1])
        try:
            design = design_of(tuple(self._varying(self.matrix[rows])), event)
            separated = bool(is_separated) or find_separation(design.matrix, event) is not None
            if not separated and self.rule is not None:
                steps = eliminate_backward(design.predictors, event, self.rule, self.remove)
                kept = [one for one in design.predictors if one.name in steps[-1].kept]
                design = design_of(kept, event)
            found = maximise_or_refuse(design, penalised=separated)
        except InsufficientDataError:
            return np.full(len(b), np.nan), False
        slopes = found.b[1:] / design.scale
        b[0] = found.b[0] - slopes @ design.centre
        b[[self.design.terms.index(term) + 1 for term in design.terms]] = slopes
        return b, separated

    def _varying(self, matrix: Array) -> Iterator[Predictor]:
        """Predictors with the columns that tell something which those before them do not."""
        taken = [0]
        for predictor in self.design.predictors:
            terms, columns = [], []
            places = self.design.places(predictor.name)
            for term, place in zip(predictor.terms, places, strict=True):
                if np.linalg.matrix_rank(matrix[:, [*taken, place]]) > len(taken):
                    taken.append(place)
                    terms.append(term)
                    columns.append(matrix[:, place])
            if terms:
                yield Predictor(predictor.name, tuple(terms), np.column_stack(columns))


def _measures(
    matrix: Array, b: Array, drawn_events: Counts, drawn_others: Counts, events: Counts, others: Counts
) -> Array:
    """Optimism of area and Brier score, and the slope on the rows themselves, shape (3, resamples)."""
    measures = np.full((3, len(b)), np.nan)
    there = ~np.isnan(b).any(axis=1)
    eta, own_events, own_others = b[there] @ matrix.T, drawn_events[there], drawn_others[there]
    n = len(eta)
    all_events, all_others = (np.broadcast_to(counts, (n, len(matrix))) for counts in (events, others))
    measures[0, there] = _areas(eta, own_events, own_others) - _areas(eta, all_events, all_others)
    measures[1, there] = _brier(eta, own_events, own_others) - _brier(eta, events, others)
    scale = np.abs(eta).max(axis=1, initial=0.0)
    scale[scale == 0] = 1.0
    design = np.stack([np.ones_like(eta), eta / scale[:, None]], axis=2)
    measures[2, there] = fit_all(design, all_events, all_others).b[:, 1] / scale
    return measures


def _brier(eta: Array, events: Counts, others: Counts) -> Array:
    from scipy.special import expit

    squares = events * expit(-eta) ** 2 + others * expit(eta) ** 2
    score: Array = squares.sum(axis=1) / (events + others).sum(axis=-1)
    return score


def _areas(eta: Array, events: Counts, others: Counts) -> Array:
    """Share of pairs in which the one with the event is higher, a tie counting one half."""
    eta = np.round(eta, _SAME)
    order = np.argsort(eta, axis=1)
    values, ours, theirs = (np.take_along_axis(x, order, axis=1) for x in (eta, events, others))
    up_to = ours.cumsum(axis=1)
    is_first = np.ones(values.shape, dtype=bool)
    is_first[:, 1:] = values[:, 1:] > values[:, :-1]
    is_last = np.roll(is_first, -1, axis=1)
    is_last[:, -1] = True
    n = up_to[:, -1:]
    # Running counts only rise, so that the last first of a tie is the highest so far.
    below = np.maximum.accumulate(np.where(is_first, up_to - ours, 0), axis=1)
    through = np.minimum.accumulate(np.where(is_last, up_to, n)[:, ::-1], axis=1)[:, ::-1]
    wins = (theirs * (2 * n - below - through)).sum(axis=1)
    areas: Array = wins / (2.0 * n[:, 0] * theirs.sum(axis=1))
    return areas


def _reasons(there: NDArray[np.bool_], with_slope: NDArray[np.bool_]) -> Iterator[tuple[str, str]]:
    if not there.all():
        yield "n_failed", f"no model could be built on {np.count_nonzero(~there)} of {len(there)} resamples"
    if not with_slope.any():
        yield "slope", "no resample's model has a finite slope on the rows themselves"
    elif (there & ~with_slope).any():
        missing = np.count_nonzero(there & ~with_slope)
        yield "n_without_slope", f"{missing} of {len(there)} resamples have no finite slope, and are left out"
