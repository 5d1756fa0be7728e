"""What a cohort needs beside HU: the readers' other calls, and the elimination that they must lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.parts.model_predictors import (
    PATTERN,
    PATTERN_CODE,
    STUDY_CANDIDATES,
    STUDY_REGRESSION,
)
from gepnet_core.replication.logistic import RemovalRule, eliminate_backward
from gepnet_core.replication.rank_order import CODES
from gepnet_core.replication.search.constraints import load_constraints

CANDIDATES, REMAINING = (
    tuple(PATTERN if name == PATTERN_CODE else name for name in names)
    for names in (STUDY_CANDIDATES, STUDY_REGRESSION)
)
"""The features that differed between the groups (the study does not list what entered the regression), and
those that stayed in it; patterns stand here as words."""

_MOST_DRAWS = 25


def draw_calls(
    columns: Mapping[str, NDArray[Any]],
    hyper: NDArray[np.int8],
    nodes: NDArray[np.int8],
    rng: np.random.Generator,
) -> tuple[NDArray[np.str_], NDArray[np.str_]] | None:
    """Who is hyper-enhancing and who has lymphadenopathy, so that backward elimination ends as printed.

    Parameters
    ----------
    columns : mapping
        ``diagnosis``, ``pattern``, ``hap_ratio`` and ``pvp_ratio``.
    hyper, nodes : array of int
        1 or 0 where a figure's legend fixes a patient, otherwise -1.
    rng : numpy.random.Generator

    Returns
    -------
    pair of arrays of text, or None
        None where no draw leads to the printed two predictors.
    """
    ac = columns["diagnosis"] == "adenocarcinoma"
    ratio = columns["hap_ratio"]
    for _ in range(_MOST_DRAWS):
        # A reader calls a brighter lesion hyper more often, yet not by the ratio alone (audit: 9 of 23).
        is_hyper = _draw(hyper, ac, "hap_enhancement_hyper", ratio / 0.25 + rng.gumbel(size=len(ratio)))
        is_present = _draw(nodes, ac, "lymphadenopathy_present", rng.random(len(ratio)))
        table = {**columns, "hap_enhancement": is_hyper, "lymphadenopathy": is_present}
        if ends_as_printed(table, ac):
            return np.where(is_hyper, "hyper", "hypo"), np.where(is_present, "present", "absent")
    return None


def ends_as_printed(columns: Mapping[str, NDArray[Any]], ac: NDArray[np.bool_]) -> bool:
    """Whether backward elimination by each rule leaves pattern and HAP ratio alone."""
    predictors = np.column_stack([_numbers(name, columns[name]) for name in CANDIDATES])
    wanted = tuple(CANDIDATES.index(name) for name in REMAINING)
    return all(eliminate_backward(predictors, ac, rule) == wanted for rule in RemovalRule)


def _numbers(name: str, values: NDArray[Any]) -> NDArray[np.float64]:
    if name == "pattern":
        return np.array([CODES[value] for value in values], dtype=float)
    if values.dtype.kind == "U":
        return np.isin(values, ("hyper", "present")).astype(float)
    return values.astype(float)


def _draw(
    known: NDArray[np.int8], ac: NDArray[np.bool_], fact: str, preference: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """As many of each group as Table 1 counts, those with the highest preference first."""
    chosen: NDArray[np.bool_] = known == 1
    for group, name in ((~ac, "net"), (ac, "adenocarcinoma")):
        missing = round(load_constraints()[f"{fact}_{name}"].low + 0.5) - int((chosen & group).sum())
        free = np.flatnonzero(group & (known == -1))
        chosen[free[np.argsort(-preference[free])[:missing]]] = True
    return chosen
