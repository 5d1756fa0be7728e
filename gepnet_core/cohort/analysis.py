"""Everything that pages, command line and export say of a cohort, each part computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TypeVar

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.cutoff_map import CutoffMap, cutoff_map, map_grid
from gepnet_core.cohort.description import CohortDescription, describe_cohort
from gepnet_core.cohort.frozen_validation import FrozenValidation, validate_frozen
from gepnet_core.cohort.influence import Influence, influence
from gepnet_core.cohort.marker_accuracy import (
    MarkerAccuracy,
    MarkerComparison,
    compare_markers,
    marker_accuracy,
    marker_choice,
)
from gepnet_core.cohort.missingness import MissingVariable, missing_by_variable
from gepnet_core.cohort.ratios import hap_roc, ratios_by_diagnosis
from gepnet_core.cohort.reader_agreement import (
    MeasuredReadingError,
    ReaderAgreement,
    reader_agreement,
    reading_error_from_agreement,
)
from gepnet_core.cohort.threshold_curve import ThresholdCurve, cutoff_range, threshold_curve
from gepnet_core.cohort.tuning import TunedCutoff, tune
from gepnet_core.errors import GepnetError
from gepnet_core.statistics.cutpoint_methods import YOUDEN, CutpointMethod
from gepnet_core.statistics.grouped_values import GroupedValues
from gepnet_core.statistics.roc import RocCurve

Part = TypeVar("Part")

RATIOS = tuple(f"{phase}_ratio" for phase in (Phase.HAP, Phase.PVP))


@dataclass(frozen=True)
class Absent:
    """Why a part cannot be computed from this cohort."""

    reason: str


@dataclass(frozen=True)
class AnalysisChoices:
    """What an analysis rests on beside the table, so that it can be repeated.

    Attributes
    ----------
    method : CutpointMethod
        Chooses the cutoff that is tuned on the cohort.
    resamples, folds, repeats, seed : int
        Of the bootstrap and the cross-validation.
    zone : tuple of float or None
        Sensitivity and specificity of two cutoffs with a grey zone between them.
    prevalence : float or None
        Of adenocarcinoma where the test is used.
    tests : mapping of column name to name of a test
        Where it is another than the study's.
    """

    method: CutpointMethod = YOUDEN
    resamples: int = 1000
    folds: int = 10
    repeats: int = 100
    seed: int = 1
    zone: tuple[float, float] | None = (0.9, 0.9)
    prevalence: float | None = None
    tests: Mapping[str, str] = field(default_factory=dict)


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
        """The curve of the HAP ratio, for a figure."""
        return hap_roc(self.ratios)

    @cached_property
    def curve(self) -> ThresholdCurve | Absent:
        """What moves with the cutoff."""
        return _part(lambda: threshold_curve(self.cohort))

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
        return {definition: _part(partial(self._map, definition)) for definition in PatternDefinition}

    @cached_property
    def influence(self) -> Influence | Absent:
        """Which patients and hospitals move the best cutoff."""
        return _part(lambda: influence(self.cohort))

    def with_choices(self, choices: AnalysisChoices) -> CohortAnalysis:
        """The same cohort under other choices; what does not depend on what changed is not computed again."""
        other = CohortAnalysis(self.cohort, choices)
        kept = {name: part for name, part in vars(self).items() if name not in ("cohort", "choices")}
        if choices.tests != self.choices.tests:
            kept.pop("description", None)
        if replace(choices, tests={}) != replace(self.choices, tests={}):
            kept.pop("tuned", None)
        vars(other).update(kept)
        return other

    def _map(self, definition: PatternDefinition) -> CutoffMap:
        bounds = cutoff_range(threshold_curve(self.cohort))
        return cutoff_map(self.cohort, *map_grid(bounds, definition), definition)


def _part(compute: Callable[[], Part]) -> Part | Absent:
    """A part, or why the cohort does not allow it."""
    try:
        return compute()
    except GepnetError as error:
        return Absent(str(error))
