"""What is missing where: each column by diagnosis, and which of the rule's inputs are missing together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import DIAGNOSES, PATTERNS, UNKNOWN, Codes, Cohort, Floats, Mask
from gepnet_core.cohort.schema import load_dictionary
from gepnet_core.study.criteria import GroupCounts

Labels = NDArray[np.object_]


@dataclass(frozen=True)
class MissingShare:
    """How many of ``n`` rows of one diagnosis have no value."""

    missing: int
    n: int


@dataclass(frozen=True)
class MissingVariable:
    """One column of the table among the eligible rows, by diagnosis."""

    name: str
    meaning: str
    net: MissingShare
    adenocarcinoma: MissingShare


@dataclass(frozen=True)
class InputPattern:
    """Eligible rows with the same inputs of the rule: which of them are there, and in how many rows."""

    hap: bool
    pvp: bool
    pattern: bool
    rows: GroupCounts

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.hap and self.pvp and self.pattern


def missing_by_variable(cohort: Cohort) -> tuple[MissingVariable, ...]:
    """Missing values of every column that the table has, in the order of the dictionary.

    A cell that breaks the dictionary is missing. The first reader's HU are there where both of their pair
    are, and a ratio where the HU or its own cell give it: as the rule sees them. Codes of patients, the
    diagnosis, the mark of invented rows and the conditions of the study's scope are left out.

    Parameters
    ----------
    cohort : Cohort
    """
    adenocarcinoma, net = (cohort.of(diagnosis) for diagnosis in DIAGNOSES)
    return tuple(
        MissingVariable(
            name,
            load_dictionary().columns[name].meaning,
            net=_share(is_missing(values), net),
            adenocarcinoma=_share(is_missing(values), adenocarcinoma),
        )
        for name, values in cohort_columns(cohort).items()
        if name in cohort.positions
    )


def input_patterns(cohort: Cohort) -> tuple[InputPattern, ...]:
    """Which of HAP pair, PVP pair and the reader's pattern are missing together among the eligible rows.

    Their counts add up to the eligible rows. A ratio that the table gives stands for its pair. The first
    combination misses nothing and is there even of nobody; others without a row are left out.

    Parameters
    ----------
    cohort : Cohort
    """
    criteria = cohort.criteria
    there = (
        ~np.isnan(criteria.ratios[Phase.HAP]),
        ~np.isnan(criteria.ratios[Phase.PVP]),
        criteria.reader_pattern != UNKNOWN,
    )
    found = []
    for hap, pvp, pattern in product((True, False), repeat=3):
        rows = (there[0] == hap) & (there[1] == pvp) & (there[2] == pattern)
        counts = GroupCounts(*(int((rows & cohort.of(diagnosis)).sum()) for diagnosis in DIAGNOSES))
        one = InputPattern(hap, pvp, pattern, counts)
        if one.is_complete or counts != GroupCounts(0, 0):
            found.append(one)
    return tuple(found)


def cohort_columns(cohort: Cohort) -> Mapping[str, Floats | Labels]:
    """What a cohort holds under the names of the dictionary and in its order, both readers' columns.

    HU, ratios and the reader's pattern are those that the rule sees, and stand here even where the table has
    no such column.
    """
    criteria = cohort.criteria
    found: dict[str, Floats | Labels] = {
        **criteria.hu,
        **{f"{phase}_ratio": ratios for phase, ratios in criteria.ratios.items()},
        "pattern": pattern_labels(criteria.reader_pattern),
        **cohort.numbers,
        **cohort.labels,
    }
    return {name: found[name] for name in load_dictionary().columns if name in found}


def pattern_labels(codes: Codes) -> Labels:
    """Patterns by their names in the dictionary; None where unknown."""
    # UNKNOWN is -1, the None at the end.
    labels: Labels = np.array([*(str(pattern) for pattern in PATTERNS), None], dtype=object)[codes]
    return labels


def is_missing(values: Floats | Labels) -> Mask:
    """Where a column has no value."""
    none = np.array(None, dtype=object)
    missing: Mask = np.equal(values, none) if values.dtype == object else np.isnan(values)
    return missing


def _share(missing: Mask, rows: Mask) -> MissingShare:
    return MissingShare(int((missing & rows).sum()), int(rows.sum()))
