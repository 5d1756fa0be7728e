"""An assessment as plain text for a radiologist's report system: ASCII, 80 columns, the short part first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from gepnet_core.report.case.explanation import CriterionExplanation, Explanation
from gepnet_core.study.scope import ScopeItem

WIDTH = 80


def case_text(told: Explanation, *, synthetic: bool = False) -> str:
    """Report text of one case.

    Parameters
    ----------
    told : Explanation
        From `explain`.
    synthetic : bool
        Whether the case is invented; the first line then says so.

    Returns
    -------
    str
        Lines of at most 80 ASCII characters, without identifiers. The first block stands alone: measurements,
        criteria, call, counts, intended use.
    """
    blocks = [_short_block(told, synthetic), *_details(told)]
    return "\n\n".join(blocks) + "\n"


def _short_block(told: Explanation, synthetic: bool) -> str:
    lines = ["SYNTHETIC example, no patient."] if synthetic else []
    lines.append("Liver metastases on dynamic CT: NET (G1, G2) or adenocarcinoma of GEP origin")
    lines += [
        f"{m.phase.upper():3}  lesion {m.lesion_hu} HU, liver {m.liver_hu} HU, ratio {m.ratio}"
        for m in told.measurements
    ]
    for criterion in (told.hap_ratio, told.pattern):
        lines += _wrapped(f"{criterion.name} {_criterion_short(criterion)}")
    lines += _wrapped(f"Call: {told.headline}. {' '.join(told.qualifiers)}".strip())
    lines += _wrapped(f"Study's patients with these findings: {told.counts}")
    lines += [line for item in told.scope_no for line in _wrapped(f"Outside the study's scope: {item.short}")]
    if told.warnings:
        lines.append(f"Warnings: {len(told.warnings)}, see below")
    if told.scope_unknown:
        n_items = len(told.scope_no) + len(told.scope_unknown) + len(told.scope_yes)
        lines.append(f"Scope of the study: {len(told.scope_unknown)} of {n_items} conditions not confirmed")
    lines.append(told.intended_use)
    return "\n".join(lines)


def _criterion_short(criterion: CriterionExplanation) -> str:
    if criterion.points_to is None:
        return criterion.short
    return f"{criterion.short}: points to {criterion.points_to}"


def _details(told: Explanation) -> Iterator[str]:
    """The blocks below the first; a block with nothing to say is left out."""
    counted = (*told.evidence, *([] if told.discordance is None else [told.discordance]))
    sections: tuple[tuple[str, Iterable[str]], ...] = (
        ("Why", (told.summary, told.positive_class)),
        ("Criteria", (*told.hap_ratio.sentences, *told.pattern.sentences)),
        ("Evidence", counted),
        ("Post-test probability", told.posttest),
        ("What would change it", told.flips),
        ("Grey zone", told.grey_zone),
        ("Warnings", (warning.message for warning in told.warnings)),
        ("Missing", told.missing),
        ("Outside the study's scope", map(_scope_sentence, told.scope_no)),
        ("Not known to be in scope", (item.statement for item in told.scope_unknown)),
        ("In scope", (item.statement for item in told.scope_yes)),
        ("Measured", (f"{m.phase.upper()}: {m.origin}." for m in told.measurements)),
        ("Definitions", told.definitions),
        ("Source", (f"{told.citation}.", f"Version {told.version}. {told.intended_use}")),
    )
    for title, sentences in sections:
        lines = [line for sentence in sentences for line in _wrapped(sentence, bullet=True)]
        if lines:
            yield "\n".join([title.upper(), *lines])


def _scope_sentence(item: ScopeItem) -> str:
    return f"{item.short}: not so here. Studied: {item.statement} {item.why}"


def _wrapped(sentence: str, *, bullet: bool = False) -> list[str]:
    return textwrap.wrap(
        sentence,
        WIDTH,
        initial_indent="- " if bullet else "",
        subsequent_indent="  ",
        break_on_hyphens=False,
    )
