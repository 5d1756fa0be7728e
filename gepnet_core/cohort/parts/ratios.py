"""The ratios of a cohort by diagnosis, and the ROC curve of the HAP ratio."""

from __future__ import annotations

from types import MappingProxyType

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import DIAGNOSES, Cohort
from gepnet_core.statistics.groups.grouped_values import GroupedValues
from gepnet_core.statistics.roc.curve import Direction, RocCurve, roc_curve

FEWEST = 2
"""Patients of each diagnosis below which neither box nor curve says anything."""


def ratios_by_diagnosis(cohort: Cohort) -> tuple[GroupedValues, ...]:
    """HAP and PVP ratios of the eligible rows; a phase known in too few of a diagnosis is left out."""
    found = []
    for phase in (Phase.HAP, Phase.PVP):
        values = dict(zip(DIAGNOSES, cohort.classes(cohort.criteria.ratios[phase]), strict=True))
        groups = {name: tuple(values[name].tolist()) for name in reversed(DIAGNOSES)}
        if min(map(len, groups.values())) >= FEWEST:
            found.append(GroupedValues(f"{phase.upper()} ratio", MappingProxyType(groups)))
    return tuple(found)


def hap_roc(quantities: tuple[GroupedValues, ...]) -> RocCurve | None:
    """The curve of the HAP ratio, adenocarcinoma positive at low ratios; None without that ratio."""
    for quantity in quantities:
        if quantity.quantity == "HAP ratio":
            groups = quantity.groups
            return roc_curve(groups["adenocarcinoma"], groups["net"], Direction.LOW)
    return None
