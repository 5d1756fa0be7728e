"""What is said of a cohort's columns by diagnosis, of what is missing, and of how far two readers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.parts.description import (
    ChosenBy,
    CohortDescription,
    DescribedVariable,
    GroupColumn,
    VariableKind,
    number_format,
)
from gepnet_core.cohort.parts.missingness import MissingShare, MissingVariable
from gepnet_core.cohort.parts.reader_agreement import (
    LesionZone,
    MeasuredReadingError,
    NumberAgreement,
)
from gepnet_core.numbers import RATIO_DECIMALS, format_hu, format_level, format_proportion, rounded_beside
from gepnet_core.report.cohort.cohort_words import NOBODY
from gepnet_core.report.study_words import GROUP_NAMES
from gepnet_core.statistics.groups.group_tests import GroupTest
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.readers.icc import MEANINGS
from gepnet_core.study.facts import fact

LABELS = {
    "primary_site": "Primary site",
    "sex": "Sex",
    "age_years": "Age",
    "grade": "Grade",
    "hap_lesion_hu": "Metastasis, hepatic artery phase",
    "hap_liver_hu": "Liver, hepatic artery phase",
    "pvp_lesion_hu": "Metastasis, portal venous phase",
    "pvp_liver_hu": "Liver, portal venous phase",
    "ep_lesion_hu": "Metastasis, equilibrium phase",
    "ep_liver_hu": "Liver, equilibrium phase",
    "hap_ratio": "Metastasis-to-liver ratio, hepatic artery phase",
    "pvp_ratio": "Metastasis-to-liver ratio, portal venous phase",
    "ep_ratio": "Metastasis-to-liver ratio, equilibrium phase",
    "pattern": "Dynamic enhancement pattern",
    "hap_enhancement": "Enhancement, hepatic artery phase",
    "distribution": "Distribution",
    "shape": "Shape",
    "neovascularity": "Neovascularity",
    "lymphadenopathy": "Lymphadenopathy",
    "size_mm": "Size of the largest metastasis",
    "lesion_count": "Number of metastases",
    "site": "Hospital",
}
"""How a column is called at the start of a line."""

TEST_WORDS = {
    "student_t": "t test",
    "welch_t": "Welch's t test",
    "mann_whitney": "Mann-Whitney test",
    "chi2": "chi-square test",
    "chi2_yates": "chi-square test with Yates's correction",
    "fisher_exact": "exact test",
}
_CHOSEN_WORDS = {
    ChosenBy.STUDY: "as in the study",
    ChosenBy.DEFAULT: "by default",
    ChosenBy.CALLER: "as asked for",
}
_INSTEAD = "in place of the exact test"
_STATISTIC = {"student_t": "t", "welch_t": "t", "mann_whitney": "z"}
_SMALLEST_P = 0.001
_LONGEST = 40


def column_label(name: str) -> str:
    """A column with its unit, such as ``Age, years``; the second reader's says so."""
    dictionary = load_dictionary()
    first = name.removeprefix(dictionary.second_reader_prefix)
    _, unit = number_format(name)
    label = LABELS[first] if unit is None else f"{LABELS[first]}, {unit}"
    return label if first == name else f"{label}, second reader"


def description_headings(description: CohortDescription) -> tuple[str, ...]:
    """Headings of `description_rows`."""
    sizes = (f"{GROUP_NAMES[group]}, n = {description.sizes[group]}" for group in description.groups)
    return ("Variable", *sizes, "P")


def description_rows(description: CohortDescription) -> tuple[tuple[str, ...], ...]:
    """Table 1: of numbers mean +- SD (n) and median [quartiles], of categories counts with shares."""
    return tuple(row for variable in description.variables for row in _variable_rows(variable))


def rows_of_tests(variable: DescribedVariable) -> tuple[tuple[str, ...], ...]:
    """Every test of a variable: name, statistic, P, who chose it if it was chosen, and its note."""
    return tuple(
        (
            TEST_WORDS[test.name],
            _statistic(test),
            _all_p(test),
            _who(variable) if test.name == variable.chosen else "",
            test.note if test.p is not None else test.reasons["p"],
        )
        for test in variable.tests
    )


def description_sentences(description: CohortDescription) -> tuple[str, ...]:
    """How many comparisons were made, by whose tests, and what the P values pass over."""
    n = description.n_comparisons
    first, second = ("NET" if group == "net" else group for group in description.groups)
    by = Counter(_who(one) for one in description.variables if one.p is not None)
    said = [comparisons_sentence(n)]
    if n:
        said.append(f"t and z have the sign of {first} minus {second}.")
        who = ", ".join(f"{count} {words}" for words, count in by.most_common())
        said.append(f"Tests: {who}. The default is Mann-Whitney's of numbers, the exact one of categories.")
    said += description.reasons.values()
    for variable in description.variables:
        for key in ("chosen", "groups"):
            if key in variable.reasons and variable.reasons[key] != variable.reasons.get("p"):
                said.append(f"{column_label(variable.name)}: {variable.reasons[key]}")
    return tuple(said)


def comparisons_sentence(n: int) -> str:
    """How many comparisons were made, and what that means."""
    if not n:
        return "No comparison could be made."
    if n == 1:
        return "1 comparison was made."
    return (
        f"{n} comparisons were made: among so many, one P below {fact('significance_level').value} may be "
        "chance alone. Holm's P counts them all."
    )


def p_text(p: float) -> str:
    """A P value, never rounded across the level of significance: ``= 0.012``, ``< 0.001``."""
    if p < _SMALLEST_P:
        return f"< {_SMALLEST_P}"
    # By its shortest digits: a P of 0.05 is the level itself, which float64 has not exactly.
    return f"= {rounded_beside(Decimal(repr(p)), (fact('significance_level').value,), 3)}"


def p_words(variable: DescribedVariable) -> str:
    """P with its test and Holm's P, such as ``P = 0.012, t test; Holm 0.240``; or why there is none."""
    if variable.p is None or variable.adjusted_p is None or variable.chosen is None:
        return f"No P. {variable.reasons['p']}"
    exact = "exact " if variable.is_exact and variable.chosen == "mann_whitney" else ""
    test = f"{exact}{TEST_WORDS[variable.chosen]}"
    return f"P {p_text(variable.p)}, {test}; Holm {p_text(variable.adjusted_p).removeprefix('= ')}"


def missing_rows(variables: Sequence[MissingVariable]) -> tuple[tuple[str, ...], ...]:
    """Each column with its missing values in NET and in adenocarcinoma."""
    return tuple(
        (column_label(one.name), _missing(one.net), _missing(one.adenocarcinoma)) for one in variables
    )


def icc_rows(one: NumberAgreement) -> tuple[tuple[str, ...], ...]:
    """Every form: name, value with interval or why there is none, the study's word, and what it is of."""
    return tuple(
        (
            form,
            icc.reasons["value"]
            if icc.value is None
            else _with_interval(icc.value, icc.interval, RATIO_DECIMALS, marks=(0, 1)),
            one.bands[form] or "",
            MEANINGS[form],
        )
        for form, icc in one.icc.items()
    )


def limits_sentence(one: NumberAgreement) -> str:
    """Mean difference of the readers and limits of agreement, or why there are none."""
    label, found = LABELS[one.name], one.bland_altman
    if found is None:
        return f"{label}: no difference. {one.reasons['bland_altman']}"
    decimals, unit = number_format(one.name)
    mean = _with_interval(found.mean_difference, found.mean_interval, decimals, unit)
    said = f"{label}: first minus second reader {mean} on average"
    if found.lower is None or found.upper is None or found.within_case_sd is None:
        return f"{said}. {found.reasons['lower']}"
    lower, upper = (
        _with_interval(limit.value, limit.interval, decimals, unit) for limit in (found.lower, found.upper)
    )
    return (
        f"{said}; {format_level(found.coverage)} limits of agreement {lower} and {upper}; "
        f"SD of one reading {_with_unit(f'{found.within_case_sd:.{decimals}f}', unit)}."
    )


def reading_error_sentences(found: MeasuredReadingError) -> tuple[str, ...]:
    """The grey zone of a case on the cutoff under the assumed and under the measured error of a reading."""
    case = f"lesion {format_hu(found.lesion_hu)} HU, liver {format_hu(found.liver_hu)} HU"
    said = [
        f"A case on the cutoff ({case}), liver held: the grey zone of the lesion is {_zone(found.assumed)} "
        f"with the assumed errors of one reading ({_errors(found.assumed)})."
    ]
    if found.measured is None:
        return (*said, f"The readers give no error of a reading. {found.reasons['measured']}")
    rows = (
        f"{found.n_lesion} rows"
        if found.n_lesion == found.n_liver
        else f"{found.n_lesion} rows with two readings of the lesion, {found.n_liver} of the liver"
    )
    return (
        *said,
        f"It is {_zone(found.measured)} with the errors that these readers' differences show "
        f"({_errors(found.measured)}; {rows}).",
        "The error of the reader and of where the region is placed are both in it; that of a repeated scan "
        "and a shift of one reader against the other are not.",
    )


def _who(variable: DescribedVariable) -> str:
    """Who chose the test that was done."""
    return _INSTEAD if "chosen" in variable.reasons else _CHOSEN_WORDS[variable.chosen_by]


def _variable_rows(variable: DescribedVariable) -> Iterator[tuple[str, ...]]:
    label, columns = column_label(variable.name), variable.groups.values()
    if variable.kind is VariableKind.NUMERIC:
        decimals, _ = number_format(variable.name)
        yield label, *(_mean(column, decimals) for column in columns), p_words(variable)
        yield "  median [quartiles]", *(_median(column, decimals) for column in columns), ""
        return
    yield label, *(_missing_words(column) for column in columns), p_words(variable)
    for category in next(iter(columns)).counts or ():
        shares = (format_proportion((c.counts or {})[category], c.n) if c.n else NOBODY for c in columns)
        yield f"  {_category(category)}", *shares, ""


def _mean(column: GroupColumn, decimals: int) -> str:
    figures = {} if column.figures is None else column.figures.values
    mean, sd = figures.get("mean"), figures.get("sd")
    if mean is None:
        return NOBODY
    spread = "" if sd is None else f" +- {sd:.{decimals}f}"
    missing = f", {_missing_words(column)}" if column.missing else ""
    return f"{rounded_beside(mean, (0,), decimals)}{spread} ({column.n}{missing})"


def _median(column: GroupColumn, decimals: int) -> str:
    figures = {} if column.figures is None else column.figures.values
    shown = [
        rounded_beside(v, (0,), decimals) for k in ("median", "q1", "q3") if (v := figures[k]) is not None
    ]
    return f"{shown[0]} [{shown[1]}, {shown[2]}]" if shown else NOBODY


def _missing_words(column: GroupColumn) -> str:
    return f"{column.missing} missing" if column.missing else ""


def _missing(share: MissingShare) -> str:
    return format_proportion(share.missing, share.n) if share.n else NOBODY


def _category(text: str) -> str:
    """A category as a terminal and a narrow table can take it."""
    plain = "".join(c if c.isprintable() else " " for c in text.replace("_", " "))
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}..."


def _statistic(test: GroupTest) -> str:
    if test.statistic is None:
        return ""
    shown = f"{_STATISTIC.get(test.name, 'chi-square')} {test.statistic:z.3f}"
    return shown if test.df is None else f"{shown}, df {test.df:.4g}"


def _all_p(test: GroupTest) -> str:
    if test.p is None:
        return ""
    exact = "" if test.exact_p is None else f"; exact P {p_text(test.exact_p)}"
    return f"P {p_text(test.p)}{exact}"


def _with_interval(
    value: float,
    interval: ConfidenceInterval | None,
    decimals: int,
    unit: str | None = None,
    marks: Sequence[int] = (0,),
) -> str:
    shown = _with_unit(rounded_beside(value, marks, decimals), unit)
    if interval is None:
        return shown
    low, high = (rounded_beside(limit, (0,), decimals) for limit in (interval.low, interval.high))
    return f"{shown} ({format_level(interval.level)} CI {low} to {high})"


def _with_unit(number: str, unit: str | None) -> str:
    return number if unit is None else f"{number} {unit}"


def _zone(zone: LesionZone) -> str:
    return f"{format_hu(zone.low_hu)} to {format_hu(zone.high_hu)} HU"


def _errors(zone: LesionZone) -> str:
    lesion, liver = (format_hu(float(hu)) for hu in (zone.error.lesion_hu, zone.error.liver_hu))
    return f"SD {lesion} HU of the lesion, {liver} HU of the liver"
