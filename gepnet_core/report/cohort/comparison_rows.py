"""Table 1 of a cohort with a column for each part of a comparison, and the agreement of two readers."""

from __future__ import annotations

from gepnet_core.cohort.parts.description import CohortDescription, DescribedVariable
from gepnet_core.cohort.parts.reader_agreement import CategoryAgreement, NumberAgreement, ReaderAgreement
from gepnet_core.numbers import RATIO_DECIMALS, format_proportion, rounded_beside
from gepnet_core.report.cohort.cohort_words import NOBODY
from gepnet_core.report.cohort.description_words import (
    TEST_WORDS,
    column_label,
    description_headings,
    description_rows,
    p_text,
)
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.readers.icc import IntraclassCorrelation
from gepnet_core.statistics.readers.kappa import Kappa

SINGLE_FORMS = ("ICC(2,1)", "ICC(3,1)")
"""Absolute agreement and consistency of one reading; the study does not say which form it took."""

KAPPA_HEADINGS = ("Judged by both readers", "Rows", "The same", "Kappa (95 % CI)", "In the study's words")
ICC_HEADINGS = (
    "Measured by both readers",
    "Rows",
    "ICC(2,1), absolute agreement (95 % CI)",
    "ICC(3,1), consistency (95 % CI)",
    "In the study's words",
)

HOW_TO_READ = (
    "Numbers are mean ± SD (n) above median [quartiles]; of categories, counts among the rows in which the "
    "variable is known."
)

_SITE = "site"
_INNER = "  "


def comparison_headings(description: CohortDescription) -> tuple[str, ...]:
    """Headings of `comparison_rows`."""
    return (*description_headings(description)[:-1], "Test", "P", "Holm's P")


def comparison_rows(description: CohortDescription) -> tuple[tuple[str, ...], ...]:
    """Each variable by diagnosis with its test, P and Holm's P; what is within it is indented.

    A hospital is a number: its code may name it.
    """
    variables = iter(description.variables)
    rows: list[tuple[str, ...]] = []
    variable, n_inner = None, 0
    for label, *groups, _ in description_rows(description):
        if not label.startswith(_INNER):
            variable, n_inner = next(variables), 0
            rows.append((label, *(cell.replace("+-", "±") for cell in groups), *_comparison(variable)))
            continue
        n_inner += 1
        is_site = variable is not None and variable.name == _SITE
        rows.append((f"{_INNER}hospital {n_inner}" if is_site else label, *groups, "", "", ""))
    return tuple(rows)


def kappa_rows(agreement: ReaderAgreement) -> tuple[tuple[str, ...], ...]:
    """Each column of categories: rows, the same in how many, kappa, and the study's word."""
    return tuple(_kappa_row(one) for one in agreement.categories)


def icc_rows_by_variable(agreement: ReaderAgreement) -> tuple[tuple[str, ...], ...]:
    """Each column of numbers: rows, both forms for a single reading, and the study's word for the first."""
    return tuple(_icc_row(one) for one in agreement.numbers)


def agreement_notes(agreement: ReaderAgreement) -> tuple[str, ...]:
    """What the tables of agreement leave to be said: forms, missing intervals, rows of one patient."""
    kappas = [one.kappa for one in agreement.categories]
    iccs = [one.icc[form] for one in agreement.numbers if one.icc for form in SINGLE_FORMS]
    said = []
    if any(kappa.interval is not None and kappa.interval.high > 1 for kappa in kappas):
        said.append("Intervals of kappa are symmetric and may pass 1.")
    if iccs:
        said.append("The study does not say which form of the ICC it took; its word here is for the first.")
    found: list[Kappa | IntraclassCorrelation] = [*kappas, *iccs]
    said += [one.reasons["low"] for one in found if one.value is not None and one.interval is None]
    return tuple(dict.fromkeys([*said, *agreement.reasons.values()]))


def _comparison(variable: DescribedVariable) -> tuple[str, str, str]:
    if variable.p is None or variable.adjusted_p is None or variable.chosen is None:
        return f"No test. {variable.reasons['p']}", "", ""
    exact = "exact " if variable.is_exact and variable.chosen == "mann_whitney" else ""
    test = f"{exact}{TEST_WORDS[variable.chosen]}"
    p, adjusted = (p_text(value).removeprefix("= ") for value in (variable.p, variable.adjusted_p))
    return test, p, adjusted


def _kappa_row(one: CategoryAgreement) -> tuple[str, ...]:
    same = format_proportion(one.n_same, one.n) if one.n else NOBODY
    kappa = one.kappa
    value = f"None. {kappa.reasons['value']}" if kappa.value is None else _value(kappa.value, kappa.interval)
    return column_label(one.name), _rows(one), same, value, one.band or ""


def _icc_row(one: NumberAgreement) -> tuple[str, ...]:
    if not one.icc:
        return column_label(one.name), _rows(one), f"None. {one.reasons['icc']}", "", ""
    values = []
    for form in SINGLE_FORMS:
        icc = one.icc[form]
        values.append(
            f"None. {icc.reasons['value']}" if icc.value is None else _value(icc.value, icc.interval)
        )
    return column_label(one.name), _rows(one), *values, one.bands[SINGLE_FORMS[0]] or ""


def _rows(one: CategoryAgreement | NumberAgreement) -> str:
    left_out = f", {one.n_left_out} lack a reading" if one.n_left_out else ""
    return f"{one.n}{left_out}"


def _value(value: float, interval: ConfidenceInterval | None) -> str:
    shown = rounded_beside(value, (0, 1), RATIO_DECIMALS)
    if interval is None:
        return f"{shown}, no interval"
    low, high = (rounded_beside(limit, (0, 1), RATIO_DECIMALS) for limit in (interval.low, interval.high))
    return f"{shown} ({low} to {high})"
