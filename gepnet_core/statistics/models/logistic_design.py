"""Predictors of a logistic model, put together and checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.logistic_likelihood import Array

_SMALLEST, _LARGEST = 1e-100, 1e100


@dataclass(frozen=True)
class Predictor:
    """One variable of the model: a number, or the indicators of a category.

    ``columns`` has the shape (n, len(terms)); ``terms`` are the names of its coefficients.
    """

    name: str
    terms: tuple[str, ...]
    columns: Array


@dataclass(frozen=True)
class Design:
    """Predictors side by side, centred and in units of their SD after a column of ones."""

    predictors: tuple[Predictor, ...]
    matrix: Array
    event: Array
    centre: Array
    scale: Array

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of all coefficients but the intercept."""
        return tuple(term for predictor in self.predictors for term in predictor.terms)

    def places(self, name: str) -> list[int]:
        """Columns of the matrix that belong to a predictor."""
        owners = [predictor.name for predictor in self.predictors for _ in predictor.terms]
        return [k + 1 for k, owner in enumerate(owners) if owner == name]


def design_of(predictors: Sequence[Predictor], event: NDArray[np.bool_]) -> Design:
    """Put predictors together and check that a model can be asked for.

    Parameters
    ----------
    predictors : sequence of Predictor
        Perhaps none; finite values.
    event : array of bool, shape (n,)

    Raises
    ------
    InsufficientDataError
        If a class is absent, there are fewer rows than coefficients, or a predictor lacks a value, does not
        vary or follows from the others.
    """
    n_events = int(event.sum())
    if not 0 < n_events < len(event):
        raise InsufficientDataError(
            "a logistic model needs both classes",
            got=f"{n_events} with the event and {len(event) - n_events} without",
            allowed="at least 1 and 1, in rows without a missing value",
        )
    columns = np.column_stack([np.empty((len(event), 0)), *(predictor.columns for predictor in predictors)])
    if columns.shape[1] >= len(event):
        raise InsufficientDataError(
            "there are fewer rows than coefficients",
            got=f"{len(event)} rows, {columns.shape[1] + 1} coefficients",
            remedy="Leave out predictors, above all text with many different values.",
        )
    for predictor in predictors:
        _check_predictor(predictor)
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    matrix = np.column_stack([np.ones(len(event)), (columns - centre) / scale])
    design = Design(tuple(predictors), matrix, event.astype(float), centre, scale)
    _check_rank(design)
    return design


def _check_predictor(predictor: Predictor) -> None:
    """Refuse what has no estimate whatever the events and the other predictors are."""
    for column in predictor.columns.T:
        low, high = float(column.min()), float(column.max())
        if math.isnan(low):
            raise InsufficientDataError(
                "a predictor lacks a value",
                allowed="numbers in all rows",
                remedy="Leave out rows without a value, or the predictor.",
                field=predictor.name,
            )
        if low == high:
            raise InsufficientDataError(
                "a predictor does not vary",
                got="one value in all rows without a missing value",
                remedy="Leave it out.",
                field=predictor.name,
            )
        # Squares and quotients of such numbers stay within float64.
        if high / 2 - low / 2 < _SMALLEST or max(abs(low), abs(high)) > _LARGEST:
            raise InsufficientDataError(
                "the numbers of a predictor are too large or too small",
                allowed=f"from {_SMALLEST:g} to {_LARGEST:g} in size",
                remedy="Use another unit.",
                field=predictor.name,
            )


def _check_rank(design: Design) -> None:
    """Refuse a predictor that is a combination of others."""
    for k, predictor in enumerate(design.predictors):
        until = design.places(predictor.name)[-1] + 1
        if np.linalg.matrix_rank(design.matrix[:, :until]) < until:
            raise InsufficientDataError(
                "a predictor follows from others",
                got=f"predictor {k + 1} is a combination of those named before it",
                remedy="Leave one of them out.",
                field=predictor.name,
            )
