"""Figures 1 and 6 of the study as results of the example cohort, whose print shows no patient."""

from __future__ import annotations

from functools import cache

from gepnet_core.cohort.parts.ratios import hap_roc, ratios_by_diagnosis
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import StudyError
from gepnet_core.replication.ensemble import EXAMPLE_FILE
from gepnet_core.statistics.groups.grouped_values import GroupedValues
from gepnet_core.statistics.roc.curve import RocCurve


@cache
def example_ratios() -> tuple[GroupedValues, ...]:
    """The metastasis-to-liver ratios of Figure 1, hepatic artery phase first."""
    return ratios_by_diagnosis(read_cohort(read_table(EXAMPLE_FILE.read_bytes())))


@cache
def example_roc() -> RocCurve:
    """The curve of Figure 6: HAP ratio, adenocarcinoma positive, low ratios positive.

    Raises
    ------
    StudyError
        If the example has no HAP ratio.
    """
    curve = hap_roc(example_ratios())
    if curve is None:
        raise StudyError("the example cohort has no HAP ratio", got=EXAMPLE_FILE.name)
    return curve
