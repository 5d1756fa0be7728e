"""The published cutoff and rule, applied unchanged to a cohort with diagnoses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import Call
from gepnet_core.cohort.assess_table import JudgedRow
from gepnet_core.cohort.diagnosed import CohortFlow, DiagnosedCohort
from gepnet_core.errors import CohortError
from gepnet_core.statistics.intervals import ConfidenceInterval, clopper_pearson_interval, wilson_interval
from gepnet_core.statistics.mcnemar import McNemar, mcnemar_exact
from gepnet_core.study.criteria import GroupCounts, load_criteria

Met = Callable[[JudgedRow], bool | None]
"""Whether a row meets a criterion, that is points to adenocarcinoma; None where that is not known."""


@dataclass(frozen=True)
class Proportion:
    """A share with its counts and both intervals; the intervals are None where there is nobody."""

    count: int
    n: int

    @property
    def value(self) -> float | None:
        """The share; None of nobody."""
        return self.count / self.n if self.n else None

    @property
    def wilson(self) -> ConfidenceInterval | None:
        """Wilson's score interval."""
        return wilson_interval(self.count, self.n) if self.n else None

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


def _ratio_met(row: JudgedRow) -> bool | None:
    return row.ratio_met


def _plateau_met(row: JudgedRow) -> bool | None:
    return None if row.pattern is None else row.pattern is EnhancementPattern.PLATEAU


def _combined_met(row: JudgedRow) -> bool | None:
    return {Call.ADENOCARCINOMA: True, Call.NET: False}.get(row.call) if row.call is not None else None


WAYS: dict[str, Met] = {"hap_ratio": _ratio_met, "plateau": _plateau_met, "combined": _combined_met}


def validate_frozen(cohort: DiagnosedCohort) -> FrozenValidation:
    """Count how the published criteria fare in a cohort.

    Parameters
    ----------
    cohort : DiagnosedCohort
        Judged with the study's own cutoff.

    Raises
    ------
    CohortError
        If the rows were judged with another cutoff, which would not be the published rule.
    """
    if not cohort.judged.settings.has_study_cutoff:
        raise CohortError(
            "the rows were judged with another cutoff than the study's",
            got=str(cohort.judged.settings.cutoff),
            allowed=str(load_criteria().hap_ratio_cutoff),
            remedy="Judge them with the published cutoff.",
        )
    return FrozenValidation(
        cohort.flow,
        tuple(_criterion(name, met, cohort) for name, met in WAYS.items()),
        tuple(_against(name, cohort) for name in WAYS if name != "combined"),
        cohort.repeated_rows,
        cohort.judged.is_synthetic,
    )


def _criterion(name: str, met: Met, cohort: DiagnosedCohort) -> FrozenCriterion:
    criteria = load_criteria()
    sizes = criteria.group_sizes
    study: GroupCounts = {
        "hap_ratio": criteria.ratio_margin(True),
        "plateau": criteria.pattern_margin(True),
        "combined": criteria.cells[True, True],
    }[name]
    known = [(is_met, diagnosis) for row, diagnosis in cohort.eligible if (is_met := met(row)) is not None]
    adenocarcinoma = [is_met for is_met, diagnosis in known if diagnosis == "adenocarcinoma"]
    net = [is_met for is_met, diagnosis in known if diagnosis == "net"]
    return FrozenCriterion(
        name,
        Proportion(sum(adenocarcinoma), len(adenocarcinoma)),
        Proportion(len(net) - sum(net), len(net)),
        len(cohort.eligible) - len(known),
        Proportion(study.adenocarcinoma, sizes.adenocarcinoma),
        Proportion(sizes.net - study.net, sizes.net),
    )


def _against(name: str, cohort: DiagnosedCohort) -> AgainstOneCriterion:
    tests = {}
    for group in ("adenocarcinoma", "net"):
        both = [
            (combined, single)
            for row, diagnosis in cohort.eligible
            if diagnosis == group
            and (combined := _combined_met(row)) is not None
            and (single := WAYS[name](row)) is not None
        ]
        tests[group] = mcnemar_exact(
            sum(combined and not single for combined, single in both),
            sum(single and not combined for combined, single in both),
        )
    return AgainstOneCriterion(name, tests["adenocarcinoma"], tests["net"])
