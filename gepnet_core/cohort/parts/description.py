"""Each column by diagnosis, with the tests between the two: Table 1 of a cohort."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from gepnet_core.cohort.cohort import DIAGNOSES, Cohort, Floats
from gepnet_core.cohort.dictionary.schema import NUMERIC, Column, Kind, load_dictionary
from gepnet_core.cohort.parts.missingness import Labels, cohort_columns, is_missing, pattern_labels
from gepnet_core.errors import CohortError
from gepnet_core.numbers import HU_DECIMALS, RATIO_DECIMALS
from gepnet_core.statistics.groups.group_description import Description, describe
from gepnet_core.statistics.groups.group_tests import GroupTest, categorical_tests, numeric_tests
from gepnet_core.statistics.groups.multiplicity import holm
from gepnet_core.study.analysis import load_study_tests

GROUPS = DIAGNOSES[::-1]
"""NET first: differences and signs are those of NET minus adenocarcinoma."""

MOST_CATEGORIES = 100
"""A column with more different texts is no column of categories; it may be a code."""

PATTERN, _GRADE = "pattern", "grade"
_LONGEST_NUMBER = 20
_EXACT, _AT_ANY_SIZE = "fisher_exact", "chi2"
_GRADES = "Grades of the two diagnoses are words of two scales: there is nothing to test."
_TOO_MANY = f"The column holds more than {MOST_CATEGORIES} different texts."
_ROWS = "Several rows belong to one patient, and the tests take rows as independent: P tends to be too small."


class VariableKind(StrEnum):
    """What a column holds."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"


class ChosenBy(StrEnum):
    """Who chose the test: the caller, the study for this column, or nobody, so that the default holds."""

    CALLER = "caller"
    STUDY = "study"
    DEFAULT = "default"


TESTS: Mapping[VariableKind, tuple[str, ...]] = MappingProxyType(
    {
        VariableKind.NUMERIC: ("student_t", "welch_t", "mann_whitney"),
        VariableKind.CATEGORICAL: (_AT_ANY_SIZE, "chi2_yates", _EXACT),
    }
)
"""The tests of `gepnet_core.statistics.groups.group_tests` by kind; the last is the default."""


@dataclass(frozen=True)
class GroupColumn:
    """One column in one diagnosis: ``figures`` of numbers or ``counts`` of categories, the other is None.

    Categories stand in the order of the dictionary, those of free text in that of their letters and
    numbers.
    """

    n: int
    missing: int
    figures: Description | None
    counts: Mapping[str, int] | None


@dataclass(frozen=True)
class DescribedVariable:
    """One column in both diagnoses with the tests between them.

    Attributes
    ----------
    groups : mapping of diagnosis to GroupColumn
        NET first.
    tests : tuple of GroupTest
        All that there are for this kind of column.
    chosen : str or None
        The test whose P is ``p``, one of ``tests``.
    chosen_by : ChosenBy
    is_exact : bool
        Whether ``p`` is of an exact distribution.
    p, adjusted_p : float or None
        Two-sided; Holm's over all columns that have one.
    reasons : mapping of str to str
        Why ``p`` is None, why another than the asked-for test was ``chosen``, what the ``groups`` rest on.
    """

    name: str
    meaning: str
    unit: str | None
    kind: VariableKind
    groups: Mapping[str, GroupColumn]
    tests: tuple[GroupTest, ...]
    chosen: str | None
    chosen_by: ChosenBy
    is_exact: bool
    p: float | None
    adjusted_p: float | None
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class CohortDescription:
    """All columns of the eligible rows by diagnosis.

    ``groups`` names the first and the second group, ``sizes`` their rows. ``n_comparisons`` is the number of
    P values that Holm's adjustment takes together. ``reasons`` says under ``p`` what all of them pass over.
    """

    groups: tuple[str, str]
    sizes: Mapping[str, int]
    variables: tuple[DescribedVariable, ...]
    n_comparisons: int
    reasons: Mapping[str, str]
    is_synthetic: bool

    def variable(self, name: str) -> DescribedVariable:
        """One column by its name in the dictionary."""
        return next(one for one in self.variables if one.name == name)


def describe_cohort(cohort: Cohort, tests: Mapping[str, str] | None = None) -> CohortDescription:
    """Describe every column of the dictionary by diagnosis and compare the diagnoses.

    The second reader's columns, codes of patients and the conditions of the study's scope are left out. The
    pattern is the one that the rule takes: a reader's, else the one that the HU give.

    Parameters
    ----------
    cohort : Cohort
    tests : mapping of column name to name of a test, optional
        Of `gepnet_core.statistics.groups.group_tests`: student_t, welch_t or mann_whitney of numbers; chi2,
        chi2_yates or fisher_exact of categories. A column that is not named has the study's test, where the
        paper says which; else Mann-Whitney of numbers and the exact test of categories. Of Mann-Whitney the
        exact P is taken where it can be counted, unless the study took that of Z. Where the tables of the
        exact test are too many to count, chi-square stands for it.

    Raises
    ------
    CohortError
        If ``tests`` names a column that is not compared here, or a test that is none of its kind.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70.
    """
    rows = {group: cohort.of(group) for group in GROUPS}
    asked = dict(tests or {})
    variables = []
    for column, values in _columns(cohort):
        taken = {group: values[rows[group]] for group in GROUPS}
        variables.append(_variable(column, taken, asked.pop(column.name, None), _derived(cohort, column)))
    if asked:
        raise CohortError(
            "a test is asked for of a column that is not compared",
            allowed=", ".join(one.name for one in variables),
            field="tests",
        )
    adjusted = holm([one.p for one in variables])
    return CohortDescription(
        groups=(GROUPS[0], GROUPS[1]),
        sizes=MappingProxyType({group: int(rows[group].sum()) for group in GROUPS}),
        variables=tuple(replace(one, adjusted_p=p) for one, p in zip(variables, adjusted, strict=True)),
        n_comparisons=sum(one.p is not None for one in variables),
        reasons=MappingProxyType({"p": _ROWS} if cohort.n_repeats else {}),
        is_synthetic=cohort.is_synthetic,
    )


def number_format(name: str) -> tuple[int, str | None]:
    """Decimals with which a column of numbers is shown, and its unit; a ratio and a count have none."""
    column = load_dictionary().columns.get(name)
    # A ratio that follows from the HU need not be a column of a table: that of the equilibrium phase is none.
    if column is None or column.kind is Kind.RATIO:
        return RATIO_DECIMALS, None
    return HU_DECIMALS, column.unit if column.kind in (Kind.HU, Kind.NUMBER) else None


def _columns(cohort: Cohort) -> Iterator[tuple[Column, Floats | Labels]]:
    """Columns of the first reader that the table has, or that follow from others."""
    dictionary = load_dictionary()
    for name, values in cohort_columns(cohort).items():
        if name.startswith(dictionary.second_reader_prefix):
            continue
        seen = pattern_labels(cohort.criteria.pattern) if name == PATTERN else values
        if name in cohort.positions or not is_missing(seen).all():
            yield dictionary.columns[name], seen


def _derived(cohort: Cohort, column: Column) -> Mapping[str, str]:
    """How many patterns no reader saw."""
    n = int((cohort.criteria.pattern_is_derived & cohort.eligible).sum()) if column.name == PATTERN else 0
    return {"groups": f"{n} of the patterns follow from the HU, not from a reader."} if n else {}


def _variable(
    column: Column, taken: Mapping[str, Floats | Labels], asked: str | None, notes: Mapping[str, str]
) -> DescribedVariable:
    """One column; ``adjusted_p`` is left open until all are there."""
    kind = VariableKind.NUMERIC if column.kind in NUMERIC else VariableKind.CATEGORICAL
    compare = _numbers if kind is VariableKind.NUMERIC else _categories
    compared = compare(column, taken)
    test, by, by_z = _choice(column, kind, asked)
    answer = _answer(compared, test, by_z)
    return DescribedVariable(
        name=column.name,
        meaning=column.meaning,
        unit=column.unit,
        kind=kind,
        groups=MappingProxyType(compared.groups),
        tests=compared.tests,
        chosen=answer.test,
        chosen_by=by,
        is_exact=answer.is_exact,
        p=answer.p,
        adjusted_p=None,
        reasons=MappingProxyType({**notes, **answer.reasons}),
    )


@dataclass(frozen=True)
class _Compared:
    """Both groups of a column, the tests, and why there is no P where that is plain to see."""

    groups: dict[str, GroupColumn]
    tests: tuple[GroupTest, ...]
    no_p: str | None


@dataclass(frozen=True)
class _Answer:
    test: str | None
    is_exact: bool
    p: float | None
    reasons: Mapping[str, str]


def _numbers(column: Column, taken: Mapping[str, Floats | Labels]) -> _Compared:
    known = {group: values[~is_missing(values)].astype(float) for group, values in taken.items()}
    groups = {
        group: GroupColumn(len(values), len(taken[group]) - len(values), describe(values), None)
        for group, values in known.items()
    }
    together = np.concatenate(list(known.values()))
    no_p = _nobody(groups) or ("All values are equal." if (together == together[0]).all() else None)
    return _Compared(groups, numeric_tests(*known.values()), no_p)


def _categories(column: Column, taken: Mapping[str, Floats | Labels]) -> _Compared:
    found = {group: Counter(values[~is_missing(values)].tolist()) for group, values in taken.items()}
    there = set().union(*found.values())
    categories: Sequence[str] = column.allowed or sorted(there, key=_counted)
    too_many = len(categories) > MOST_CATEGORIES
    groups = {
        group: GroupColumn(
            n := counts.total(),
            len(taken[group]) - n,
            None,
            MappingProxyType({} if too_many else {category: counts[category] for category in categories}),
        )
        for group, counts in found.items()
    }
    untested = _TOO_MANY if too_many else _GRADES if column.name == _GRADE else None
    if untested:
        return _Compared(groups, (), untested)
    used = [category for category in categories if category in there]
    table = [[counts[category] for category in used] for counts in found.values()]
    no_p = _nobody(groups) or ("All values are of one category." if len(used) == 1 else None)
    return _Compared(groups, categorical_tests(table), no_p)


def _counted(text: str) -> str:
    """A text by which S2 stands before S10."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(_LONGEST_NUMBER), text)


def _nobody(groups: Mapping[str, GroupColumn]) -> str | None:
    names = {"net": "NET", "adenocarcinoma": "adenocarcinoma"}
    empty = [names[group] for group, column in groups.items() if not column.n]
    return f"No {' and no '.join(empty)} has a value." if empty else None


def _choice(column: Column, kind: VariableKind, asked: str | None) -> tuple[str, ChosenBy, bool]:
    """The test that is wanted, who wants it, and whether its P is to be that of Z."""
    if asked is not None:
        if asked not in TESTS[kind]:
            raise CohortError(
                "a column of this kind has no such test",
                allowed=", ".join(TESTS[kind]),
                field=f"tests.{column.name}",
            )
        return asked, ChosenBy.CALLER, False
    of_study = load_study_tests().get(column.name)
    if of_study is not None:
        return of_study.test, ChosenBy.STUDY, of_study.by_z
    return TESTS[kind][-1], ChosenBy.DEFAULT, False


def _answer(compared: _Compared, wanted: str, by_z: bool) -> _Answer:
    if not compared.tests:
        return _Answer(None, False, None, dict.fromkeys(("p", "chosen"), str(compared.no_p)))
    by_name = {test.name: test for test in compared.tests}
    test, reasons = by_name[wanted], {}
    if wanted == _EXACT and test.p is None and by_name[_AT_ANY_SIZE].p is not None:
        reasons["chosen"] = test.reasons["p"]
        test = by_name[_AT_ANY_SIZE]
    if test.p is None:
        return _Answer(test.name, False, None, {"p": compared.no_p or test.reasons["p"]})
    if test.exact_p is not None and not by_z:
        return _Answer(test.name, True, test.exact_p, reasons)
    return _Answer(test.name, test.name == _EXACT, test.p, reasons)
