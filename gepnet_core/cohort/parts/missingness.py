"""What is missing where: each column by diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.cohort import DIAGNOSES, PATTERNS, Codes, Cohort, Floats, Mask
from gepnet_core.cohort.dictionary.schema import load_dictionary

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
