"""What is said of a cohort: who was counted, and how the published rule fared in it."""

from __future__ import annotations

from gepnet_core.cohort.cohort import CohortFlow
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.parts.frozen_validation import FrozenValidation, Proportion
from gepnet_core.cohort.parts.ratios import FEWEST
from gepnet_core.numbers import format_decimal, format_proportion
from gepnet_core.study.criteria import load_criteria

NOBODY = "nobody"
FROZEN_HEADINGS = (
    "Positive class: adenocarcinoma",
    "Sensitivity for adenocarcinoma, here",
    "In the study",
    "Specificity for adenocarcinoma, here",
    "In the study",
)
FROZEN_NOTE = "Wilson intervals."
AGAINST_HEADINGS = ("Against", "Adenocarcinomas called adenocarcinoma", "NETs called adenocarcinoma")
AGAINST_NOTE = (
    "Both together call fewer patients adenocarcinoma than either criterion. P: McNemar's exact test, "
    "two-sided."
)
NO_RATIO = f"No ratio is known in at least {FEWEST} patients of each diagnosis."
SYNTHETIC_NOTE = "SYNTHETIC: rows of this table are invented."
EXAMPLE_NOTE = (
    "SYNTHETIC: these patients were invented so that they print the study's numbers. That the rule fares as "
    "in the study is built in and proves nothing."
)


def flow_rows(flow: CohortFlow) -> tuple[tuple[str, int], ...]:
    """Rows of the file by what became of them; all but the first add up to the first."""
    return (
        ("Rows in the table", flow.read),
        ("Left out: a cell has to be mended", flow.unreadable),
        ("Left out: no diagnosis, or an unknown one", flow.no_diagnosis),
        ("Left out: the patient is counted by another row", flow.repeated),
        ("Left out: outside the study's population", flow.outside_scope),
        ("Left out: the rule cannot call without a criterion that is missing", flow.not_classifiable),
        ("Analysed: adenocarcinoma", flow.analysed_adenocarcinoma),
        ("Analysed: NET", flow.analysed_net),
    )


def complete_sentence(n_complete: int, *, others_have_gaps: bool) -> str:
    """In how many columns no value is missing, beside those that have gaps."""
    which = "the other" if others_have_gaps else "any of the"
    return f"No value is missing in {which} {'column' if n_complete == 1 else f'{n_complete} columns'}."


def issues_sentence(n: int, shown: int) -> str:
    """How many issues the cells have, and how many of them stand on the page; in Markdown."""
    said = f"**{n} {'issue' if n == 1 else 'issues'}** in the cells. Nothing was changed silently."
    return f"{said} The first {shown} are shown; the download has all." if shown < n else said


def one_reader_sentence() -> str:
    """Why nothing is said of agreement."""
    example = f"{load_dictionary().second_reader_prefix}hap_lesion_hu"
    return (
        f"The table has no columns of a second reader, such as {example}: how far readers agree here is not "
        "known."
    )


def unknown_sentence(validation: FrozenValidation) -> str | None:
    """In how many rows a way to call is not known; None where every row has each."""
    missing = [
        f"{way_names()[one.name].lower()}, {one.missing}" for one in validation.criteria if one.missing
    ]
    if not missing:
        return None
    return f"Rows that could count in which a call is not known: {'; '.join(missing)}."


def way_names() -> dict[str, str]:
    """The three ways to call, as rows of a table."""
    cutoff = format_decimal(load_criteria().hap_ratio_cutoff, 1)
    return {
        "hap_ratio": f"Ratio at or below {cutoff}",
        "plateau": "Plateau",
        "combined": "Both together",
    }


def frozen_rows(validation: FrozenValidation) -> tuple[tuple[str, ...], ...]:
    """For each way to call: name, sensitivity here and in the study, specificity here and in the study."""
    names = way_names()
    return tuple(
        (
            names[one.name],
            _share(one.sensitivity),
            _share(one.study_sensitivity),
            _share(one.specificity),
            _share(one.study_specificity),
        )
        for one in validation.criteria
    )


def against_rows(validation: FrozenValidation) -> tuple[tuple[str, ...], ...]:
    """Both together against each criterion alone: whom only one of the two calls adenocarcinoma, with P."""
    names = way_names()
    return tuple(
        (
            names[one.name],
            f"{one.adenocarcinoma.only_second} fewer, P {one.adenocarcinoma.p:.3f}",
            f"{one.net.only_second} fewer, P {one.net.p:.3f}",
        )
        for one in validation.against
    )


def transport_sentences(validation: FrozenValidation) -> tuple[str, ...]:
    """What the comparison with the study can say, in plain words."""
    both = validation.criterion("combined")
    here = f"{_of(both.sensitivity)} adenocarcinomas and {_of(both.specificity)} NETs"
    study = f"{_of(both.study_sensitivity)} and {_of(both.study_specificity)}"
    said = [
        f"Called rightly by both criteria together, unchanged: {here}. In the study: {study}.",
        "The study chose its cutoff on the patients that it counted: expect lower numbers elsewhere.",
    ]
    outside = [
        word
        for word, share, printed in (
            ("sensitivity", both.sensitivity, both.study_sensitivity),
            ("specificity", both.specificity, both.study_specificity),
        )
        if (limits := share.interval) is not None
        and printed.value is not None
        and not limits.low <= printed.value <= limits.high
    ]
    if outside:
        lies = "lies" if len(outside) == 1 else "lie"
        said.append(
            f"The study's {' and '.join(outside)} {lies} outside this cohort's 95 % interval: scanning, "
            "reading or patients differ, or chance has favoured the study."
        )
    if n := validation.repeated_rows:
        said.append(
            f"{n} {'row shares' if n == 1 else 'rows share'} the code of an earlier patient. Lesions of one "
            "patient resemble each other: the intervals count their effective number (Rao and Scott), "
            "McNemar's test does not know of it."
        )
    return tuple(said)


def _of(proportion: Proportion) -> str:
    return f"{proportion.count} of {proportion.n}"


def _share(proportion: Proportion) -> str:
    if proportion.n == 0:
        return NOBODY
    return format_proportion(proportion.count, proportion.n, proportion.interval)
