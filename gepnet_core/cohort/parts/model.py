"""A logistic model of adenocarcinoma from columns of a cohort, and what it looks like on other rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.cohort.cohort import DIAGNOSES, Cohort, Floats, Mask
from gepnet_core.cohort.parts.missingness import Labels, is_missing
from gepnet_core.cohort.parts.model_predictors import (
    PATTERN,
    PATTERN_CODE,
    PLATEAU,
    model_column,
    predictor_columns,
)
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.backward_elimination import (
    EliminationStep,
    RemovalRule,
    eliminate_backward,
)
from gepnet_core.statistics.models.calibration import Calibration, calibration
from gepnet_core.statistics.models.decision_curve import DecisionCurve, decision_curve
from gepnet_core.statistics.models.logistic_design import Design, Predictor, design_of
from gepnet_core.statistics.models.logistic_regression import (
    LogisticFit,
    SeparatedClasses,
    fit_logistic,
    separated_classes,
    separating_alone,
)
from gepnet_core.statistics.models.optimism import Optimism, bootstrap_optimism
from gepnet_core.statistics.models.separation import find_separation
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from gepnet_core.study.criteria import GroupCounts

EVENT = DIAGNOSES[0]

REMOVE = 0.10
"""P for removal of SPSS, the study's software, where nothing else is said."""

RESAMPLES = 500
FEWEST_RESAMPLES = 50

MOST_FITTED_ROWS = 2_500_000
"""Rows that differ, times resamples, times fits in each: a few seconds."""

MOST_ROWS_UNASKED = 100_000
"""Of so many rows a model takes a few seconds, of a million half a minute or more."""

DECISION_THRESHOLDS = tuple(percent / 100 for percent in range(1, 100))
"""Probabilities from which on to act, where a decision curve is drawn."""

MOST_SEPARATED_ROWS = 20_000
"""Firth's estimates of more rows take many seconds."""

_MOST_GROUPS, _ROWS_A_GROUP = 10, 10

_SAME = 12
"""Decimals of a linear predictor, so that rows with the same predictors have one probability."""

_REPEATS = (
    "several rows belong to one patient and are taken as independent: standard errors are too small, "
    "intervals too narrow, P too small, and resampling finds too little optimism"
)
_NO_ELIMINATION = "under separation the tests that decide elimination do not hold: no predictor was left out"
_NO_PREVALENCE = (
    "no prevalence of adenocarcinoma is stated: the share of adenocarcinomas in the table is its design, and "
    "net benefit hangs on the share among those in whom the question is asked"
)


@dataclass(frozen=True, eq=False)
class CohortModel:
    """A logistic model whose event is adenocarcinoma.

    Attributes
    ----------
    asked, kept : tuple of str
        Predictors as asked for, and those that stay.
    references : mapping of str to str
        Of a choice, the category that the others stand against.
    cutoff : Decimal
        Of the criterion of the ratio.
    rows : int64, shape (n,)
        Places in the table of the eligible rows in which all asked predictors are known.
    is_event : mask, shape (n,)
    n, n_left_out : GroupCounts
        Those rows, and the eligible rows without a value of some predictor.
    missing : mapping of str to GroupCounts
        Eligible rows without a value of each predictor.
    rule, remove, steps
        Backward elimination, where it was asked for; no step under separation.
    separation : SeparatedClasses or None
        Where maximum likelihood has no finite estimates; ``estimates`` are Firth's then.
    estimates : LogisticFit
    predicted : floats, shape (n,)
        Probability of adenocarcinoma at the shares of the diagnoses in these rows.
    auc : float
        On the same rows.
    calibration : Calibration
        On the same rows, where the slope of maximum likelihood is 1 by construction.
    optimism : Optimism or None
        What is left on other rows.
    per_coefficient : float
        Rows of the rarer diagnosis for each coefficient that was looked at.
    reasons : mapping of str to str
        By field, why something is None or empty and what was cut short; under ``patients`` that rows are not
        independent, under ``pattern`` how many follow from the HU.
    """

    asked: tuple[str, ...]
    kept: tuple[str, ...]
    references: Mapping[str, str]
    cutoff: Decimal
    rows: NDArray[np.int64]
    is_event: Mask
    n: GroupCounts
    n_left_out: GroupCounts
    missing: Mapping[str, GroupCounts]
    rule: RemovalRule | None
    remove: float
    steps: tuple[EliminationStep, ...]
    separation: SeparatedClasses | None
    estimates: LogisticFit
    predicted: Floats
    auc: float
    calibration: Calibration
    optimism: Optimism | None
    per_coefficient: float
    is_synthetic: bool
    reasons: Mapping[str, str]


def fit_model(
    cohort: Cohort,
    predictors: Sequence[str],
    *,
    backward: RemovalRule | None,
    remove: float = REMOVE,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> CohortModel:
    """Fit the model to the eligible rows in which all predictors are known.

    Parameters
    ----------
    cohort : Cohort
    predictors : sequence of str
        Names of `predictor_columns`, each once.
    backward : RemovalRule or None
        By which test predictors leave; None keeps all.
    remove : float
        A predictor leaves if its P is above; above 0 and below 1.
    resamples, seed : int
        Of the bootstrap; fewer are drawn of a large table, and none where `FEWEST_RESAMPLES` take too long.

    Raises
    ------
    InsufficientDataError
        If there is no such predictor, a diagnosis is absent from the rows, a predictor does not vary or
        follows from others, or a number is out of range.

    References
    ----------
    Rows for each coefficient: Peduzzi P et al. J Clin Epidemiol 1996;49:1373-1379.
    """
    columns = _asked_columns(cohort, predictors)
    if not 0 < remove < 1:
        raise InsufficientDataError(
            "a P for removal is a fraction", got=f"{remove:g}", allowed="above 0 and below 1", field="remove"
        )
    is_known = {name: ~is_missing(values) for name, values in columns.items()}
    complete: Mask = cohort.eligible & np.logical_and.reduce(list(is_known.values()))
    n, n_left_out = cohort.counts(complete), cohort.counts(~complete)
    if not n.adenocarcinoma or not n.net:
        raise InsufficientDataError(
            "a logistic model needs both diagnoses",
            got=f"adenocarcinoma to NET {n} in rows that have all predictors",
            allowed="at least 1:1",
        )
    found = [model_column(name, values, complete) for name, values in columns.items()]
    event: Mask = cohort.diagnosis[complete] == 1
    reasons: dict[str, str] = {}
    design = design_of([one.predictor for one in found], event)
    separation = _separation(design)
    steps: tuple[EliminationStep, ...] = ()
    final = design
    if backward is not None and separation is not None:
        reasons["steps"] = _NO_ELIMINATION
    elif backward is not None:
        steps = eliminate_backward(design.predictors, event, backward, remove)
        final = design_of([one for one in design.predictors if one.name in steps[-1].kept], event)
    estimates = fit_logistic(final, penalised=separation is not None)
    predicted = _predicted(estimates, final.predictors, len(event))
    rows = np.flatnonzero(complete)
    if cohort.patients is not None and len(np.unique(cohort.patients[rows])) < len(rows):
        reasons["patients"] = _REPEATS
    derived = int((cohort.criteria.pattern_is_derived & complete).sum())
    if derived and not {PATTERN, PATTERN_CODE, PLATEAU}.isdisjoint(columns):
        reasons["pattern"] = f"{derived} of the patterns follow from the HU, not from a reader"
    return CohortModel(
        asked=tuple(columns),
        kept=tuple(predictor.name for predictor in final.predictors),
        references=MappingProxyType(
            {one.predictor.name: one.reference for one in found if one.reference is not None}
        ),
        cutoff=cohort.settings.cutoff,
        rows=rows,
        is_event=event,
        n=n,
        n_left_out=n_left_out,
        missing=MappingProxyType({name: cohort.counts(~known) for name, known in is_known.items()}),
        rule=backward,
        remove=remove,
        steps=steps,
        separation=separation,
        estimates=estimates,
        predicted=predicted,
        auc=roc_curve(predicted[event], predicted[~event], Direction.HIGH).auc,
        calibration=calibration(predicted, event, min(_MOST_GROUPS, max(2, len(event) // _ROWS_A_GROUP))),
        optimism=_optimism(design, event, backward, remove, resamples, seed, reasons),
        per_coefficient=min(n.adenocarcinoma, n.net) / len(design.terms),
        is_synthetic=cohort.is_synthetic,
        reasons=MappingProxyType(reasons),
    )


def decision_curve_of(
    model: CohortModel,
    prevalence: float | None,
    thresholds: ArrayLike,
    seed: int,
    n_resamples: int = 1000,
) -> DecisionCurve:
    """Net benefit of acting on the model's probability where a share of the patients has adenocarcinoma.

    Parameters
    ----------
    model : CohortModel
    prevalence : float or None
        Of adenocarcinoma among those in whom the question is asked, above 0 and below 1. It is never taken
        from the table.
    thresholds : array_like, shape (k,)
        Each above 0 and below 1.
    seed, n_resamples : int
        Of the bootstrap.

    Raises
    ------
    InsufficientDataError
        Without a prevalence, and as `gepnet_core.statistics.models.decision_curve.decision_curve`.

    Notes
    -----
    The odds of each row are multiplied by the odds of the prevalence over those of the rows (Bayes; King G,
    Zeng L. Polit Anal 2001;9:137-163, section 4.1). Probabilities and counts are of the same rows: apparent.
    """
    if prevalence is None:
        raise InsufficientDataError(_NO_PREVALENCE, field="prevalence")
    p = model.predicted
    if 0 < prevalence < 1:
        ours, theirs = p * prevalence * model.n.net, (1 - p) * (1 - prevalence) * model.n.adenocarcinoma
        p = ours / (ours + theirs)
    return decision_curve(p[model.is_event], p[~model.is_event], prevalence, thresholds, n_resamples, seed)


def _asked_columns(cohort: Cohort, predictors: Sequence[str]) -> Mapping[str, Floats | Labels]:
    known = predictor_columns(cohort)
    if not predictors or len(set(predictors)) < len(predictors) or not set(predictors) <= set(known):
        raise InsufficientDataError(
            "a model needs predictors that the cohort has, each once",
            got=f"{len(predictors)} predictors",
            allowed=", ".join(known) or "none: no column is known in any row that counts",
            field="predictors",
        )
    return {name: known[name] for name in predictors}


def _separation(design: Design) -> SeparatedClasses | None:
    """Whether the predictors separate the diagnoses.

    Raises
    ------
    InsufficientDataError
        If they do in more rows than Firth's estimates can be had of.
    """
    n = len(design.event)
    if n <= MOST_SEPARATED_ROWS:
        return separated_classes(design)
    if (found := find_separation(design.matrix, design.event == 1)) is not None:
        alone = separating_alone(design)
        raise InsufficientDataError(
            "the predictors separate the diagnoses, and Firth's estimates of so many rows take too long",
            got=f"{found[0].replace('_', '-')} separation of {n} rows"
            + (f", by {' and '.join(alone)} alone already" if alone else ""),
            allowed=f"{MOST_SEPARATED_ROWS:,} rows",
            remedy="Leave such predictors out.",
        )
    return None


def _predicted(estimates: LogisticFit, predictors: Sequence[Predictor], n: int) -> Floats:
    from scipy.special import expit

    eta = np.full(n, estimates.intercept.b)
    for predictor in predictors:
        eta += predictor.columns @ np.array([estimates.terms[term].b for term in predictor.terms])
    probabilities: Floats = expit(np.round(eta, _SAME))
    return probabilities


def _optimism(
    design: Design,
    event: Mask,
    rule: RemovalRule | None,
    remove: float,
    resamples: int,
    seed: int,
    reasons: dict[str, str],
) -> Optimism | None:
    n, p = len(np.unique(design.matrix, axis=0)), len(design.predictors)
    # Of each model on the way the whole, and for the likelihood ratio one without each predictor.
    fits = {None: 1, RemovalRule.WALD: p + 1, RemovalRule.LR: (p + 1) * (p + 2) // 2}[rule]
    drawn = min(resamples, MOST_FITTED_ROWS // (n * fits))
    if drawn < min(resamples, FEWEST_RESAMPLES):
        reasons["optimism"] = (
            f"{FEWEST_RESAMPLES} resamples of {n} different rows take too long; with so many rows for each "
            "coefficient a model hardly looks better than it is"
        )
        return None
    if drawn < resamples:
        reasons["resamples"] = f"{drawn} of {resamples} resamples were drawn, since {n} rows differ"
    try:
        return bootstrap_optimism(
            design.predictors, event, n_resamples=drawn, seed=seed, rule=rule, remove=remove
        )
    except InsufficientDataError as error:
        reasons["optimism"] = str(error)
        return None
