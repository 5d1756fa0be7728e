"""Columns of a cohort as predictors of a logistic model, and in which form the study has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gepnet_core.cohort.cohort import UNKNOWN, Codes, Cohort, Floats, Mask
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.cohort.parts.missingness import Labels, cohort_columns, is_missing, pattern_labels
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.logistic_design import Predictor

RATIO_MET = "hap_ratio_met"
"""1 where the HAP ratio is at or below the cohort's cutoff, else 0."""

PLATEAU = "plateau"
"""1 where the pattern is plateau, else 0."""

PATTERN_CODE = "pattern_code"
"""The pattern as one number: plateau 1, washout 2, progressive 3."""

STUDY_CRITERIA = (RATIO_MET, PLATEAU)
"""The two criteria of the study's rule."""

STUDY_REGRESSION = (PATTERN_CODE, "hap_ratio")
"""What stayed in the study's regression. Its coding of the pattern is not printed; this one fits the printed
numbers, and an indicator of plateau cannot (data/study/errata.toml, pattern_coding)."""

STUDY_CANDIDATES = ("hap_enhancement", "lymphadenopathy", "pvp_ratio", *STUDY_REGRESSION)
"""What differed between the groups in the study; it does not say what entered its regression."""

_OWN = (RATIO_MET, PLATEAU, PATTERN_CODE)
_NO_FINDINGS = ("synthetic", "diagnosis")
PATTERN = "pattern"


@dataclass(frozen=True)
class ModelColumn:
    """A predictor in the rows of a model; ``reference`` is the category that its indicators stand against."""

    predictor: Predictor
    reference: str | None


def possible_predictors() -> tuple[str, ...]:
    """Names of every column that a model of some cohort can have, in the order to show.

    First the criteria and the pattern as a number, then the dictionary's numbers and choices of the first
    reader. Texts are left out: a grade says the diagnosis, a hospital is no finding.
    """
    dictionary = load_dictionary()
    left_out = (dictionary.second_reader_prefix, dictionary.scope_prefix)
    findings = (
        name
        for name, column in dictionary.columns.items()
        if name not in _NO_FINDINGS and column.kind is not Kind.TEXT and not name.startswith(left_out)
    )
    return (*_OWN, *findings)


def study_criteria_in(cohort: Cohort) -> tuple[str, ...]:
    """Those of the study's two criteria that are known in some eligible row."""
    known = predictor_columns(cohort)
    return tuple(name for name in STUDY_CRITERIA if name in known)


def predictor_columns(cohort: Cohort) -> Mapping[str, Floats | Labels]:
    """Those of `possible_predictors` that are known in some eligible row, in that order.

    The pattern is the one that the rule takes: a reader's, else the one that the HU give.

    Parameters
    ----------
    cohort : Cohort
    """
    criteria = cohort.criteria
    found: dict[str, Floats | Labels] = {
        RATIO_MET: _numbers(criteria.ratio_met),
        PLATEAU: _numbers(criteria.plateau),
        PATTERN_CODE: _numbers(criteria.pattern) + 1,
    }
    for name, values in cohort_columns(cohort).items():
        found[name] = pattern_labels(criteria.pattern) if name == PATTERN else values
    return {
        name: found[name]
        for name in possible_predictors()
        if name in found and not is_missing(found[name][cohort.eligible]).all()
    }


def model_column(name: str, values: Floats | Labels, rows: Mask) -> ModelColumn:
    """One column in some rows, in all of which it is known.

    A choice becomes an indicator for each of its categories among the rows but the first, in the order of the
    dictionary.

    Raises
    ------
    InsufficientDataError
        If all rows have one category.
    """
    taken = values[rows]
    if taken.dtype != object:
        return ModelColumn(Predictor(name, (name,), taken.astype(float)[:, None]), None)
    there = set(taken.tolist())
    categories = [category for category in load_dictionary().columns[name].allowed if category in there]
    if len(categories) < 2:
        raise InsufficientDataError(
            "a predictor does not vary",
            got=f"{len(categories)} categories in the rows without a missing value",
            remedy="Leave it out.",
            field=name,
        )
    reference, *others = categories
    columns = np.column_stack([(taken == other).astype(float) for other in others])
    return ModelColumn(Predictor(name, tuple(f"{name}={other}" for other in others), columns), reference)


def _numbers(codes: Codes) -> Floats:
    return np.where(codes == UNKNOWN, np.nan, codes.astype(float))
