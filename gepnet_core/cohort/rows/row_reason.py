"""Why a row got its call, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.pattern import PatternSource
from gepnet_core.case.rule import Basis, Call
from gepnet_core.cohort.dictionary.table_cells import Issue

_FAVOURED = {Call.ADENOCARCINOMA: "adenocarcinoma", Call.NET: "NET"}


def row_reason(assessment: Assessment) -> str:
    """The criteria that decided; for a row without a label, what is missing or outside the scope."""
    if assessment.call not in _FAVOURED:
        return assessment.reasons["call"]
    favoured = _FAVOURED[assessment.call]
    if assessment.basis is Basis.HAP_RATIO:
        return f"Favours {favoured} by one criterion: {_ratio(assessment)}; the pattern is unknown."
    if assessment.basis is Basis.PATTERN:
        return f"Favours {favoured} by one criterion: {_pattern(assessment)}; the HAP ratio is unknown."
    return f"Favours {favoured}: {_ratio(assessment)}, and {_pattern(assessment)}."


def refusal_reason(issues: Sequence[Issue]) -> str:
    """Why a row was not judged: its first issue, and how many more there are."""
    stopping = [issue for issue in issues if issue.stops_the_call]
    first = stopping[0]
    where = f"{first.column}: " if first.column else ""
    more = f" ({len(stopping) - 1} more in the issues)" if len(stopping) > 1 else ""
    return f"Not judged, since {where}{first.problem}{more}."


def _ratio(assessment: Assessment) -> str:
    ratio = assessment.ratio
    place = "exactly at" if ratio.at_cutoff else "below" if ratio.met else "above"
    return f"the HAP ratio is {place} the cutoff {ratio.cutoff}"


def _pattern(assessment: Assessment) -> str:
    source = "derived from HU" if assessment.pattern.source is PatternSource.DERIVED else "the reader's"
    return f"the pattern is {assessment.pattern.value} ({source})"
