"""Figures 1 and 6 of the study as results of the example cohort, whose print shows no patient."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from gepnet_core.replication.ensemble import load_example
from gepnet_core.statistics.grouped_values import GroupedValues
from gepnet_core.statistics.roc import Direction, RocCurve, roc_curve

GROUPS = ("net", "adenocarcinoma")


@cache
def example_ratios() -> tuple[GroupedValues, ...]:
    """The metastasis-to-liver ratios of Figure 1, hepatic artery phase first."""
    columns = load_example()
    return tuple(
        GroupedValues(
            f"{phase.upper()} ratio",
            MappingProxyType(
                {
                    group: tuple(columns[f"{phase}_ratio"][columns["diagnosis"] == group].tolist())
                    for group in GROUPS
                }
            ),
        )
        for phase in ("hap", "pvp")
    )


@cache
def example_roc() -> RocCurve:
    """The curve of Figure 6: HAP ratio, adenocarcinoma positive, low ratios positive."""
    groups = example_ratios()[0].groups
    return roc_curve(groups["adenocarcinoma"], groups["net"], Direction.LOW)
