"""Cohorts for tests of what is reported: the example, and tables as people have them."""

from __future__ import annotations

from gepnet_core.cohort.analysis import AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.replication.ensemble import EXAMPLE_FILE

QUICK = AnalysisChoices(resamples=50, repeats=4, folds=5)
"""Enough to see that numbers come out."""


def example(choices: AnalysisChoices = QUICK) -> CohortAnalysis:
    return CohortAnalysis(read_cohort(read_table(EXAMPLE_FILE.read_bytes())), choices)


def of_rows(*lines: str, mapping: ColumnMapping | None = None) -> CohortAnalysis:
    return CohortAnalysis(read_cohort(read_table("\n".join(lines).encode()), mapping), QUICK)
