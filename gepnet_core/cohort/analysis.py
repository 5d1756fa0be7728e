"""Everything that pages, command line and export say of a cohort, each part computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import TypeVar

from gepnet_core.case.case import study_cutoff
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.cutoff_map import CutoffMap, cutoff_map, map_grid
from gepnet_core.cohort.parts.description import CohortDescription, describe_cohort
from gepnet_core.cohort.parts.frozen_validation import FrozenValidation, validate_frozen
from gepnet_core.cohort.parts.influence import Influence, influence
from gepnet_core.cohort.parts.marker_accuracy import (
    STUDY_DIRECTIONS,
    MarkerAccuracy,
    MarkerComparison,
    compare_markers,
    marker_accuracy,
    marker_choice,
)
from gepnet_core.cohort.parts.missingness import MissingVariable, missing_by_variable
from gepnet_core.cohort.parts.model import (
    DECISION_THRESHOLDS,
    MOST_ROWS_UNASKED,
    CohortModel,
    decision_curve_of,
    fit_model,
)
from gepnet_core.cohort.parts.model_predictors import study_criteria_in
from gepnet_core.cohort.parts.ratios import FEWEST, ratios_by_diagnosis
from gepnet_core.cohort.parts.reader_agreement import (
    MeasuredReadingError,
    ReaderAgreement,
    reader_agreement,
    reading_error_from_agreement,
)
from gepnet_core.cohort.parts.threshold_curve import AtCutoff, ThresholdCurve, cutoff_range, threshold_curve
from gepnet_core.cohort.parts.tuning import TunedCutoff, tune
from gepnet_core.errors import GepnetError
from gepnet_core.statistics.cutpoints.cutpoint_methods import YOUDEN, CutpointMethod
from gepnet_core.statistics.groups.grouped_values import GroupedValues
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from gepnet_core.statistics.models.decision_curve import DecisionCurve
from gepnet_core.statistics.roc.curve import RocCurve

Part = TypeVar("Part")

RATIOS = tuple(STUDY_DIRECTIONS)
"""Columns of both ratios, the one with a published cutoff first."""

_RESTS_ON = MappingProxyType(
    {
        "description": ("tests",),
        "tuned": ("method", "resamples", "folds", "repeats", "seed", "zone"),
        "at_published_cutoff": ("prevalence",),
        "predictors": ("predictors",),
        "model": ("predictors", "removal", "seed"),
        "decision": ("predictors", "removal", "seed", "prevalence"),
    }
)
"""Parts that rest on choices, with those choices; no other part does."""


@dataclass(frozen=True)
class Absent:
    """Why a part cannot be computed from this cohort, and the column or choice at fault, where one is."""

    reason: str
    field: str | None = None


@dataclass(frozen=True)
class AnalysisChoices:
    """What an analysis rests on beside the table, so that it can be repeated.

    Attributes
    ----------
    method : CutpointMethod
        Chooses the cutoff that is tuned on the cohort.
    resamples, folds, repeats, seed : int
        Of the bootstrap and the cross-validation.
    zone : tuple of float
        Sensitivity and specificity of two cutoffs with a grey zone between them.
    prevalence : float or None
        Of adenocarcinoma where the test is used.
    tests : mapping of column name to name of a test
        Where it is another than the study's.
    predictors : tuple of str or None
        Of the logistic model, each a name of `possible_predictors`; empty for no model. None stands for the
        study's two criteria where the cohort has them, in a table of at most `MOST_ROWS_UNASKED` rows.
    removal : RemovalRule or None
        By which test predictors leave the model (backward elimination); None keeps all.
    """

    method: CutpointMethod = YOUDEN
    resamples: int = 1000
    folds: int = 10
    repeats: int = 100
    seed: int = 1
    zone: tuple[float, float] = (0.9, 0.9)
    prevalence: float | None = None
    tests: Mapping[str, str] = field(default_factory=dict)
    predictors: tuple[str, ...] | None = None
    removal: RemovalRule | None = None


@dataclass(frozen=True, eq=False)
class CohortAnalysis:
    """A cohort with its results; a part that the cohort does not allow is `Absent`, with the reason."""

    cohort: Cohort
    choices: AnalysisChoices = field(default_factory=AnalysisChoices)

    @cached_property
    def frozen(self) -> FrozenValidation:
        """The published cutoff and rule, unchanged."""
        return validate_frozen(self.cohort)

    @cached_property
    def missing(self) -> tuple[MissingVariable, ...]:
        """Missing values by column."""
        return missing_by_variable(self.cohort)

    @cached_property
    def description(self) -> CohortDescription:
        """Every column by diagnosis, with tests."""
        return describe_cohort(self.cohort, self.choices.tests)

    @cached_property
    def agreement(self) -> ReaderAgreement:
        """Two readers of the same patients; empty where the table has one."""
        return reader_agreement(self.cohort)

    @cached_property
    def reading_error(self) -> MeasuredReadingError:
        """What the readers' agreement means for the grey zone of a single case."""
        return reading_error_from_agreement(self.agreement)

    @cached_property
    def ratios(self) -> tuple[GroupedValues, ...]:
        """The ratios by diagnosis, for a figure."""
        return ratios_by_diagnosis(self.cohort)

    @cached_property
    def roc(self) -> RocCurve | None:
        """The curve of the HAP ratio, for a figure; None where too few have one."""
        if isinstance(self.curve, Absent):
            return None
        curve = self.curve.roc
        return curve if min(curve.n_positive, curve.n_negative) >= FEWEST else None

    @cached_property
    def curve(self) -> ThresholdCurve | Absent:
        """What moves with the cutoff."""
        return _part(lambda: threshold_curve(self.cohort))

    @cached_property
    def at_published_cutoff(self) -> AtCutoff | Absent:
        """The published cutoff on the cohort, with predictive values where a prevalence is stated."""
        if isinstance(self.curve, Absent):
            return self.curve
        return self.curve.at(study_cutoff(), self.choices.prevalence)

    @cached_property
    def markers(self) -> Mapping[str, MarkerAccuracy | Absent]:
        """Both ratios as tests for adenocarcinoma."""
        return {name: _part(partial(marker_accuracy, self.cohort, name)) for name in RATIOS}

    @cached_property
    def ratios_compared(self) -> MarkerComparison | Absent:
        """The areas of both ratios in the rows that have both."""
        return _part(lambda: compare_markers(self.cohort, marker_choice(RATIOS[0]), marker_choice(RATIOS[1])))

    @cached_property
    def tuned(self) -> TunedCutoff:
        """A cutoff chosen on the cohort, judged on rows that did not choose it."""
        choices = self.choices
        return tune(
            self.cohort,
            choices.method,
            resamples=choices.resamples,
            seed=choices.seed,
            folds=choices.folds,
            repeats=choices.repeats,
            zone=choices.zone,
        )

    @cached_property
    def maps(self) -> Mapping[PatternDefinition, CutoffMap | Absent]:
        """The rule over cutoff and tolerance, under each definition of the pattern."""
        if isinstance(self.curve, Absent):
            return dict.fromkeys(PatternDefinition, self.curve)
        bounds = cutoff_range(self.curve)
        return {
            definition: _part(partial(cutoff_map, self.cohort, *map_grid(bounds, definition), definition))
            for definition in PatternDefinition
        }

    @cached_property
    def influence(self) -> Influence | Absent:
        """Which patients and hospitals move the best cutoff."""
        return _part(lambda: influence(self.cohort))

    @cached_property
    def predictors(self) -> tuple[str, ...]:
        """Of the model: those that were asked for, else the study's criteria; empty where there is none."""
        if self.choices.predictors is not None:
            return self.choices.predictors
        return () if self.cohort.n_rows > MOST_ROWS_UNASKED else study_criteria_in(self.cohort)

    @cached_property
    def model(self) -> CohortModel | Absent:
        """Logistic model of adenocarcinoma.

        Of more than `MOST_ROWS_UNASKED` rows it takes from seconds to minutes: it is fitted there only to
        predictors that were asked for.
        """
        if not self.predictors:
            return Absent(self._no_predictors())
        choices = self.choices
        return _part(
            lambda: fit_model(self.cohort, self.predictors, backward=choices.removal, seed=choices.seed)
        )

    @cached_property
    def decision(self) -> DecisionCurve | Absent:
        """What acting on the model is worth at the stated prevalence; without one there is none."""
        model = self.model
        if isinstance(model, Absent):
            return model
        choices = self.choices
        return _part(lambda: decision_curve_of(model, choices.prevalence, DECISION_THRESHOLDS, choices.seed))

    def has_computed(self, name: str) -> bool:
        """Whether a part stands already, so that to ask for it takes no time."""
        return name in vars(self)

    def with_choices(self, choices: AnalysisChoices) -> CohortAnalysis:
        """The same cohort under other choices; what does not depend on what changed is not computed again."""
        other = CohortAnalysis(self.cohort, choices)
        for name, part in vars(self).items():
            rests_on = _RESTS_ON.get(name, ())
            if name not in vars(other) and all(
                getattr(choices, one) == getattr(self.choices, one) for one in rests_on
            ):
                vars(other)[name] = part
        return other

    def _no_predictors(self) -> str:
        if self.choices.predictors is not None:
            return "no predictor was chosen."
        if self.cohort.n_rows > MOST_ROWS_UNASKED:
            return (
                f"the table has {self.cohort.n_rows:,} rows; of more than {MOST_ROWS_UNASKED:,} a model may "
                "take minutes and is fitted only to predictors that are asked for."
            )
        return "no row that counts has one of the study's two criteria."


def _part(compute: Callable[[], Part]) -> Part | Absent:
    """A part, or why the cohort does not allow it."""
    try:
        return compute()
    except GepnetError as error:
        return Absent(str(error), error.field)
