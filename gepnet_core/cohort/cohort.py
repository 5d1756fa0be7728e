"""A cohort in columns: what each row says, whom it counts for, and why another row is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gepnet_core.case.case import Case
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.table_cells import Issue
from gepnet_core.cohort.tables.read import Table
from gepnet_core.study.criteria import GroupCounts

DIAGNOSES = ("adenocarcinoma", "net")
"""The positive class first."""

PATTERNS = tuple(EnhancementPattern)
"""A pattern is stored as its place here."""

UNKNOWN = -1
"""In columns of whole numbers; in columns of floats it is NaN."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]


class Pick(StrEnum):
    """Which of a patient's rows stands for the patient."""

    FIRST = "first"
    LARGEST = "largest"


class Way(IntEnum):
    """Where a row goes: the first that holds."""

    UNREADABLE = 0
    NO_DIAGNOSIS = 1
    REPEATED = 2
    OUTSIDE_SCOPE = 3
    NOT_CLASSIFIABLE = 4
    ANALYSED = 5


@dataclass(frozen=True)
class CohortFlow:
    """Every row of the file leaves by one way: the parts add up to what was read.

    ``unreadable`` have a cell to mend, ``no_diagnosis`` lack the diagnosis or have an unknown one,
    ``repeated`` stand for a patient who is counted by another row, ``outside_scope`` are withheld since the
    study did not look at such patients, ``not_classifiable`` lack a criterion that the rule needs.
    ``analysed`` is the rest, by diagnosis.
    """

    read: int
    unreadable: int
    no_diagnosis: int
    repeated: int
    outside_scope: int
    not_classifiable: int
    analysed_adenocarcinoma: int
    analysed_net: int


@dataclass(frozen=True, eq=False)
class Criteria:
    """What the rule looks at, one entry a row, computed without the diagnosis.

    Attributes
    ----------
    hu : mapping of column name to floats
        Lesion and liver of each phase; NaN where it is missing, or its pair is.
    ratios : mapping of Phase to floats
        From the HU; where there are none, as given in the table.
    ratio_met, pattern, reader_pattern : codes
        1 or 0 for met; a pattern as its place in `PATTERNS`; `UNKNOWN` where it is not known.
    pattern_is_derived : mask
        Where the pattern follows from the HU under the settings' definition, not from a reader.
    changes : mapping of PatternDefinition to floats
        Portal venous minus hepatic artery phase, in the definition's unit.
    """

    hu: Mapping[str, Floats]
    ratios: Mapping[Phase, Floats]
    ratio_met: Codes
    pattern: Codes
    reader_pattern: Codes
    pattern_is_derived: Mask
    changes: Mapping[PatternDefinition, Floats]

    @cached_property
    def plateau(self) -> Codes:
        """1 plateau, 0 another pattern, `UNKNOWN`."""
        is_plateau = (self.pattern == PATTERNS.index(EnhancementPattern.PLATEAU)).astype(np.int8)
        return np.where(self.pattern == UNKNOWN, np.int8(UNKNOWN), is_plateau)

    @cached_property
    def both(self) -> Codes:
        """1 where the rule calls adenocarcinoma, 0 where it calls NET, `UNKNOWN` where it cannot."""
        return combined(self.ratio_met, self.plateau)


@dataclass(frozen=True, eq=False)
class Cohort:
    """A table of patients with diagnoses.

    Attributes
    ----------
    table : Table
        As read; ``positions`` says where the dictionary's columns stand in it.
    settings : Case
        Cutoff, definition and tolerance by which every row was judged.
    diagnosis : codes
        1 adenocarcinoma, 0 NET, `UNKNOWN`.
    ways : codes
        A `Way` for each row.
    criteria : Criteria
    numbers, labels : mapping of column name to a column
        All other columns of the dictionary that the table has. A label is None where it is missing.
    patients : int64 or None
        The same number for rows of one patient; a row without a code is a patient of its own. None where the
        table has no codes.
    issues, notes
        What is to be mended, by row and column, and what was passed over or guessed.
    picked : Pick or None
        Which row of each patient counts, where that was chosen.
    """

    table: Table
    positions: Mapping[str, int]
    mapping: ColumnMapping
    settings: Case
    diagnosis: Codes
    ways: Codes
    criteria: Criteria
    numbers: Mapping[str, Floats]
    labels: Mapping[str, NDArray[np.object_]]
    patients: NDArray[np.int64] | None
    is_synthetic: bool
    issues: tuple[Issue, ...]
    notes: tuple[str, ...]
    picked: Pick | None = None

    @property
    def n_rows(self) -> int:
        """Rows of the table, counted or not."""
        return len(self.ways)

    @cached_property
    def eligible(self) -> Mask:
        """Rows that were read, have a diagnosis, count for a patient, and lie within the study's scope."""
        return self.ways >= Way.NOT_CLASSIFIABLE

    def of(self, diagnosis: str) -> Mask:
        """Eligible rows of one diagnosis."""
        rows: Mask = self.eligible & (self.diagnosis == (1 if diagnosis == DIAGNOSES[0] else 0))
        return rows

    def counts(self, rows: Mask) -> GroupCounts:
        """How many of some rows are eligible, by diagnosis."""
        return GroupCounts(*(int(np.count_nonzero(self.of(name) & rows)) for name in DIAGNOSES))

    def classes(self, values: Floats) -> tuple[Floats, Floats]:
        """What is known of a column, in adenocarcinomas and in NETs among the eligible rows."""
        known = ~np.isnan(values)
        positive, negative = (values[self.of(name) & known] for name in DIAGNOSES)
        return positive, negative

    @cached_property
    def n_repeats(self) -> int:
        """Eligible rows that are not the first of their patient."""
        if self.patients is None:
            return 0
        rows = self.patients[self.eligible]
        return len(rows) - len(np.unique(rows))

    @property
    def flow(self) -> CohortFlow:
        """How many rows were read, left out for which reason, and analysed."""
        n = np.bincount(self.ways, minlength=len(Way)).tolist()
        positive = int(((self.ways == Way.ANALYSED) & (self.diagnosis == 1)).sum())
        return CohortFlow(
            read=self.n_rows,
            unreadable=n[Way.UNREADABLE],
            no_diagnosis=n[Way.NO_DIAGNOSIS],
            repeated=n[Way.REPEATED],
            outside_scope=n[Way.OUTSIDE_SCOPE],
            not_classifiable=n[Way.NOT_CLASSIFIABLE],
            analysed_adenocarcinoma=positive,
            analysed_net=n[Way.ANALYSED] - positive,
        )

    def leaving_out(self, rows: Mask) -> Cohort:
        """The same cohort in which these rows repeat a patient who is counted by another row."""
        is_late = rows & (self.ways > Way.REPEATED)
        return replace(self, ways=np.where(is_late, np.int8(Way.REPEATED), self.ways))


def combined(ratio_met: Codes, plateau: Codes) -> Codes:
    """The rule for whole columns, as `gepnet_core.case.rule.combine` for one case.

    Adenocarcinoma (1) if both criteria are met, NET (0) if one is known not to be, else `UNKNOWN`.
    """
    both = (ratio_met == 1) & (plateau == 1)
    neither = (ratio_met == 0) | (plateau == 0)
    return np.where(both, np.int8(1), np.where(neither, np.int8(0), np.int8(UNKNOWN))).astype(np.int8)
