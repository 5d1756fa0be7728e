"""An assessment as one HTML file to print: no scripts, nothing loaded, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from gepnet_core.case.assessment import Assessment
from gepnet_core.figures.case_scale import groups_note, zone_note
from gepnet_core.report.case.case_style import CASE_STYLE
from gepnet_core.report.case.case_svg import ratio_svg
from gepnet_core.report.case.explanation import CriterionExplanation, Explanation, explain
from gepnet_core.study.scope import ScopeItem

_MARKS = {
    "adenocarcinoma": '<path d="M12 2L22 12L12 22L2 12Z"/>',
    "NET": '<circle cx="12" cy="12" r="10"/>',
}


def case_html(assessment: Assessment, *, synthetic: bool = False) -> str:
    """Printable report of one case.

    Parameters
    ----------
    assessment : Assessment
    synthetic : bool
        Whether the case is invented; the head of the page then says so.

    Returns
    -------
    str
        A complete HTML document for A4 and for the screen, light and dark, without identifiers.
    """
    told = explain(assessment)
    body = "\n".join(
        [
            _head(told, synthetic),
            _verdict(told),
            _measurements(told),
            _criteria(told),
            _figure(assessment),
            *_sections(told),
            _foot(told),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(told.headline)}</title>\n<style>\n{CASE_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _head(told: Explanation, synthetic: bool) -> str:
    badge = '<p class="synthetic">SYNTHETIC example, no patient</p>' if synthetic else ""
    return (
        f"<header><h1>Liver metastases on dynamic CT: NET or adenocarcinoma</h1>{badge}"
        f"<p>{escape(told.intended_use)}</p></header>"
    )


def _verdict(told: Explanation) -> str:
    kind = "none" if told.favours is None else told.favours.lower()
    qualifiers = "".join(f'<p class="qualifier">{escape(q)}</p>' for q in told.qualifiers)
    return (
        f'<section class="verdict {kind}"><h2>{_mark(told.favours)}{escape(told.headline)}</h2>{qualifiers}'
        f"<p>{escape(told.summary)}</p>"
        f'<p class="counts"><b>Study\'s patients with these findings:</b> {escape(told.counts)}</p>'
        f'<p class="small">{escape(told.positive_class)}</p></section>'
    )


def _measurements(told: Explanation) -> str:
    if not told.measurements:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(m.label[0].upper() + m.label[1:])} ({m.phase.upper()})</th>'
        f"<td>{escape(m.lesion_hu)}</td><td>{escape(m.liver_hu)}</td><td>{escape(m.ratio)}</td>"
        f'<td class="origin">{escape(m.origin)}</td></tr>'
        for m in told.measurements
    )
    head = "".join(f"<th>{name}</th>" for name in ("Phase", "Lesion (HU)", "Liver (HU)", "Lesion / liver"))
    return (
        f'<section><h2>Measurements</h2><table><thead><tr>{head}<th class="origin">Origin</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _criteria(told: Explanation) -> str:
    cards = "".join(_criterion(c) for c in (told.hap_ratio, told.pattern))
    return f'<section><h2>Criteria</h2><div class="pair">{cards}</div></section>'


def _criterion(criterion: CriterionExplanation) -> str:
    points_to = "unknown" if criterion.points_to is None else f"points to {criterion.points_to}"
    kind = "none" if criterion.points_to is None else criterion.points_to.lower()
    return (
        f'<div class="{kind}"><h3>{_mark(criterion.points_to)}{escape(criterion.name)}: '
        f"{escape(points_to)}</h3>{_paragraphs(criterion.sentences)}</div>"
    )


def _mark(diagnosis: str | None) -> str:
    """Circle for NET, diamond for adenocarcinoma, nothing where neither is meant."""
    if diagnosis is None:
        return ""
    return f'<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">{_MARKS[diagnosis]}</svg>'


def _figure(assessment: Assessment) -> str:
    note = groups_note()
    if assessment.grey_zone is not None:
        assumption = zone_note(assessment)
        note = f"{note}. Hatched: {assumption[0].lower()}{assumption[1:]}"
    return f"<figure>{ratio_svg(assessment)}<figcaption>{escape(note)}.</figcaption></figure>"


def _sections(told: Explanation) -> Iterator[str]:
    """The parts below the figure; a part with nothing to say is left out."""
    discordance = () if told.discordance is None else (told.discordance,)
    parts: tuple[tuple[str, tuple[str, ...], bool], ...] = (
        ("Warnings", tuple(warning.message for warning in told.warnings), True),
        ("Evidence", (*told.evidence, *discordance), False),
        ("Post-test probability", told.posttest, False),
        ("What would change it", told.flips, True),
        ("Grey zone", told.grey_zone, False),
        ("Missing", told.missing, True),
    )
    for title, sentences, is_list in parts:
        if sentences:
            content = _list(sentences) if is_list else _paragraphs(sentences)
            yield f"<section><h2>{escape(title)}</h2>{content}</section>"
    yield _scope(told)
    yield f'<section class="small"><h2>Definitions</h2>{_list(told.definitions)}</section>'


def _scope(told: Explanation) -> str:
    rows = "".join(
        f'<tr class="{state}"><td>{state}</td><th scope="row">{escape(item.short)}</th>'
        f"<td>{escape(item.statement)}{_why(item, state)}</td></tr>"
        for state, items in (("no", told.scope_no), ("unknown", told.scope_unknown), ("yes", told.scope_yes))
        for item in items
    )
    return (
        '<section class="small"><h2>Scope of the study</h2><table class="scope"><thead><tr><th>Holds</th>'
        f"<th>Condition</th><th>Statement</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _why(item: ScopeItem, state: str) -> str:
    return f" <b>{escape(item.why)}</b>" if state == "no" else ""


def _foot(told: Explanation) -> str:
    return (
        f"<footer><p>Source: {escape(told.citation)}. Version {escape(told.version)}.</p>"
        f"<p>{escape(told.intended_use)}</p></footer>"
    )


def _paragraphs(sentences: Iterable[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def _list(sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>"
