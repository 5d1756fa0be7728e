"""The published cutoff and rule, applied unchanged to a cohort with diagnoses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gepnet_core.cohort.cohort import DIAGNOSES, UNKNOWN, Codes, Cohort, CohortFlow, Mask
from gepnet_core.errors import CohortError
from gepnet_core.statistics.groups.mcnemar import McNemar, mcnemar_exact
from gepnet_core.statistics.intervals import ConfidenceInterval, clopper_pearson_interval, wilson_interval
from gepnet_core.statistics.proportions.clustered_proportion import ClusteredProportion, clustered_proportion
from gepnet_core.study.criteria import GroupCounts, load_criteria


@dataclass(frozen=True)
class Proportion:
    """A share with its counts and both intervals; the intervals are None where there is nobody.

    ``clustered`` is the share as one of rows of which several belong to one patient; None where none do.
    """

    count: int
    n: int
    clustered: ClusteredProportion | None = None

    @property
    def value(self) -> float | None:
        """The share; None of nobody."""
        return self.count / self.n if self.n else None

    @property
    def wilson(self) -> ConfidenceInterval | None:
        """Wilson's score interval."""
        return wilson_interval(self.count, self.n) if self.n else None

    @property
    def interval(self) -> ConfidenceInterval | None:
        """The interval to be shown: Wilson's, with the effective number of rows where patients repeat."""
        return self.wilson if self.clustered is None else self.clustered.interval

    @property
    def clopper_pearson(self) -> ConfidenceInterval | None:
        """Clopper and Pearson's exact interval."""
        return clopper_pearson_interval(self.count, self.n) if self.n else None


@dataclass(frozen=True)
class FrozenCriterion:
    """One way to call, in the cohort and in the study. The positive class is adenocarcinoma.

    ``missing`` counts eligible rows in which the criterion is not known.
    """

    name: str
    sensitivity: Proportion
    specificity: Proportion
    missing: int
    study_sensitivity: Proportion
    study_specificity: Proportion


@dataclass(frozen=True)
class AgainstOneCriterion:
    """The combined rule against one criterion alone, where both are known: McNemar's test by diagnosis."""

    name: str
    adenocarcinoma: McNemar
    net: McNemar


@dataclass(frozen=True)
class FrozenValidation:
    """What the frozen rule does in a cohort: flow, each criterion, and both together against each alone."""

    flow: CohortFlow
    criteria: tuple[FrozenCriterion, ...]
    against: tuple[AgainstOneCriterion, ...]
    repeated_rows: int
    is_synthetic: bool

    def criterion(self, name: str) -> FrozenCriterion:
        """One way to call by its name: hap_ratio, plateau or combined."""
        return next(one for one in self.criteria if one.name == name)


def validate_frozen(cohort: Cohort) -> FrozenValidation:
    """Count how the published criteria fare in a cohort.

    Parameters
    ----------
    cohort : Cohort
        Judged with the study's own cutoff.

    Raises
    ------
    CohortError
        If the rows were judged with another cutoff, which would not be the published rule.
    """
    if not cohort.settings.has_study_cutoff:
        raise CohortError(
            "the rows were judged with another cutoff than the study's",
            got=str(cohort.settings.cutoff),
            allowed=str(load_criteria().hap_ratio_cutoff),
            remedy="Judge them with the published cutoff.",
        )
    ways = ways_to_call(cohort)
    return FrozenValidation(
        cohort.flow,
        tuple(_criterion(name, cohort) for name in ways),
        tuple(_against(name, cohort) for name in ways if name != "combined"),
        cohort.n_repeats,
        cohort.is_synthetic,
    )


def ways_to_call(cohort: Cohort) -> Mapping[str, Codes]:
    """The two criteria and the rule: 1 points to adenocarcinoma, 0 does not, `UNKNOWN`."""
    criteria = cohort.criteria
    return {"hap_ratio": criteria.ratio_met, "plateau": criteria.plateau, "combined": criteria.both}


def _criterion(name: str, cohort: Cohort) -> FrozenCriterion:
    criteria = load_criteria()
    sizes = criteria.group_sizes
    study: GroupCounts = {
        "hap_ratio": criteria.ratio_margin(True),
        "plateau": criteria.pattern_margin(True),
        "combined": criteria.cells[True, True],
    }[name]
    met = ways_to_call(cohort)[name]
    adenocarcinoma, net = (cohort.of(diagnosis) & (met != UNKNOWN) for diagnosis in DIAGNOSES)
    return FrozenCriterion(
        name,
        _share(cohort, met == 1, adenocarcinoma),
        _share(cohort, met == 0, net),
        int((met[cohort.eligible] == UNKNOWN).sum()),
        Proportion(study.adenocarcinoma, sizes.adenocarcinoma),
        Proportion(sizes.net - study.net, sizes.net),
    )


def _share(cohort: Cohort, hits: Mask, rows: Mask) -> Proportion:
    patients = None if cohort.patients is None else cohort.patients[rows]
    clustered = None
    if patients is not None and len(np.unique(patients)) < len(patients):
        clustered = clustered_proportion(hits[rows], patients)
    return Proportion(int((hits & rows).sum()), int(rows.sum()), clustered)


def _against(name: str, cohort: Cohort) -> AgainstOneCriterion:
    ways = ways_to_call(cohort)
    both, single = ways["combined"], ways[name]
    known = (both != UNKNOWN) & (single != UNKNOWN)
    tests = []
    for diagnosis in DIAGNOSES:
        rows = cohort.of(diagnosis) & known
        tests.append(
            mcnemar_exact(
                int((rows & (both == 1) & (single == 0)).sum()),
                int((rows & (both == 0) & (single == 1)).sum()),
            )
        )
    return AgainstOneCriterion(name, *tests)
