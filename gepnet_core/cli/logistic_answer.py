"""What is fitted to the rows of a table, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gepnet_core.cli.logistic_model import Codes, ModelRows, Outcome, complete_rows
from gepnet_core.cli.table_columns import table_notes
from gepnet_core.cohort.tables.any_table import AnyTable
from gepnet_core.statistics.models.backward_elimination import (
    EliminationStep,
    RemovalRule,
    eliminate_backward,
)
from gepnet_core.statistics.models.logistic_design import design_of
from gepnet_core.statistics.models.logistic_regression import (
    LogisticFit,
    SeparatedClasses,
    fit_logistic,
    separated_classes,
)

_FEWEST_ROWS_PER_TERM = 10
_CHOSEN_BY_DATA = (
    "The predictors that stay were chosen by the same rows: P values and intervals do not count that choice."
)


@dataclass(frozen=True)
class Elimination:
    """How predictors were to leave: the rule and the P above which one leaves."""

    rule: RemovalRule
    remove: float


@dataclass(frozen=True)
class LogisticAnswer:
    """The model of a table.

    ``fit`` is None where ``separation`` says that there are no finite estimates; ``firth`` is given then.
    ``terms`` are the coefficients of the model that was asked for or, after elimination, stayed.
    """

    outcome: Outcome
    rows: ModelRows
    codes: Mapping[str, Codes]
    terms: tuple[str, ...]
    fit: LogisticFit | None
    separation: SeparatedClasses | None
    firth: LogisticFit | None
    elimination: Elimination | None
    steps: tuple[EliminationStep, ...]
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Rows in the model."""
        return len(self.rows.event)

    @property
    def n_event(self) -> int:
        """Rows of them with the event."""
        return int(self.rows.event.sum())


def answer_from(
    table: AnyTable,
    outcome: Outcome,
    names: Sequence[str],
    codes: Mapping[str, Codes],
    elimination: Elimination | None,
) -> LogisticAnswer:
    """Fit the model, after elimination where that is asked for.

    Elimination keeps to the rows in which all predictors have a value. Where the classes are separated there
    is none: the tests that decide it do not hold, and Firth's estimates of the whole model are given.

    Raises
    ------
    GepnetError
        If the table does not hold what the model needs.
    """
    rows = complete_rows(table, outcome, names, codes)
    design = design_of(rows.predictors, rows.event)
    separation = separated_classes(design)
    steps: tuple[EliminationStep, ...] = ()
    if separation is None and elimination is not None:
        steps = eliminate_backward(rows.predictors, rows.event, elimination.rule, elimination.remove)
        design = design_of([p for p in rows.predictors if p.name in steps[-1].kept], rows.event)
    is_separated = separation is not None
    return LogisticAnswer(
        outcome=outcome,
        rows=rows,
        codes=codes,
        terms=design.terms,
        fit=None if is_separated else fit_logistic(design),
        separation=separation,
        firth=fit_logistic(design, penalised=True) if is_separated else None,
        elimination=elimination,
        steps=steps,
        notes=(*_cautions(rows), *([_CHOSEN_BY_DATA] if steps else []), *table_notes(table)),
    )


def _cautions(rows: ModelRows) -> list[str]:
    """Too few rows for so many coefficients (Peduzzi P et al. J Clin Epidemiol 1996;49:1373-1379)."""
    terms = sum(len(predictor.terms) for predictor in rows.predictors)
    rarer = int(min(rows.event.sum(), (~rows.event).sum()))
    if rarer >= _FEWEST_ROWS_PER_TERM * terms:
        return []
    return [
        f"The rarer class has {rarer} rows for {terms} coefficients that were looked at, fewer than "
        f"{_FEWEST_ROWS_PER_TERM} each: estimates tend to be too large and intervals too narrow."
    ]
