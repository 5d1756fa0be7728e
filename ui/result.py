"""The assessment panel: one case's answer first, its evidence below, its method folded away."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

import streamlit as st

from gepnet_core.case.assessment import Assessment, assess
from gepnet_core.errors import MeasurementError
from gepnet_core.report.case.explanation import (
    CriterionExplanation,
    Explanation,
    MeasurementLine,
    explain,
)
from ui.case.choices import Choices
from ui.case.impression import draw_impression_switch, is_revealed
from ui.case.typed_hu import HuInput, as_sentence
from ui.result_downloads import draw_downloads
from ui.result_figures import draw_figures

STYLE = Path(__file__).parent / "result.css"
FLIPS_SHOWN = 3


def draw_result(hu: HuInput, choices: Choices) -> None:
    """Draw the answer, or what is still to do. Nothing of an earlier input is kept.

    Parameters
    ----------
    hu : HuInput
    choices : Choices
    """
    st.html(STYLE)
    draw_impression_switch()
    assessment = judge(hu, choices)
    if assessment is not None and is_revealed(assessment):
        draw_assessment(assessment, page="case", is_synthetic=hu.is_synthetic)


def judge(hu: HuInput, choices: Choices) -> Assessment | None:
    """The assessment; where there is none, draw what is still to do and return None."""
    problems = [*hu.problems, *choices.problems]
    if problems:
        draw_no_result(problems)
        return None
    if not hu.measurements and choices.arguments["reader_pattern"] is None:
        _draw_empty()
        return None
    try:
        return assess(choices.case(hu.measurements))
    except MeasurementError as error:
        st.header("No result yet")
        st.markdown(_plain(as_sentence(str(error))))
        return None


def draw_no_result(problems: Iterable[str]) -> None:
    """Say in the place of the result what has to be mended first."""
    st.header("No result yet")
    st.markdown("To mend or complete first:")
    st.markdown(_bullets(problems))


def _draw_empty() -> None:
    st.header("The result will stand here")
    st.markdown(
        "Give lesion and liver HU of the hepatic artery phase, and either the portal venous phase or your "
        "own reading of the pattern. Then:\n\n"
        "- the call in words, and each criterion\n"
        "- how many of the study's 23 and 23 patients had the same findings, with the interval\n"
        "- how many HU would flip it\n"
        "- text for the report"
    )


def draw_assessment(assessment: Assessment, *, page: str, is_synthetic: bool) -> None:
    """Draw the whole answer. The page brings `STYLE`.

    Parameters
    ----------
    assessment : Assessment
    page : str
        Begins the keys of figures and buttons, which keeps those of two pages apart.
    is_synthetic : bool
        Whether the case is invented; figures and exports then say so.
    """
    explanation = explain(assessment)
    _draw_call(explanation)
    _draw_evidence(explanation)
    _draw_section("What would flip it", explanation.flips, shown=FLIPS_SHOWN)
    _draw_section("Post-test probability of NET", explanation.posttest)
    _draw_warnings(explanation)
    _draw_scope(explanation)
    draw_figures(assessment, page=page, is_synthetic=is_synthetic)
    with st.expander("Grey zone, definitions, assumptions, source"):
        st.markdown(
            _bullets([*explanation.grey_zone, *explanation.definitions, *explanation.missing])
            + f"\n\n{_plain(explanation.positive_class)}\n\n{_plain(explanation.citation)}"
        )
    draw_downloads(assessment, explanation, is_synthetic=is_synthetic)


def _draw_call(explanation: Explanation) -> None:
    kind = {"adenocarcinoma": "adenocarcinoma", "NET": "net"}.get(explanation.favours or "", "unknown")
    qualifiers = "".join(f'<p class="gp-qualifier">{escape(text)}</p>' for text in explanation.qualifiers)
    is_withheld = bool(explanation.scope_no)
    criteria = (explanation.hap_ratio, explanation.pattern)
    rows = "".join(_criterion_row(criterion, is_withheld=is_withheld) for criterion in criteria)
    st.html(
        f'<div role="status" aria-live="polite"><h2 class="gp-call"><span class="gp-mark gp-{kind}" '
        f'aria-hidden="true"></span>{escape(explanation.headline)}</h2>{qualifiers}'
        f'<p class="gp-summary">{escape(explanation.summary)}</p></div>'
        f'<table class="gp-criteria"><tbody>{rows}</tbody></table>'
    )
    if explanation.measurements:
        st.html(_measurement_table(explanation.measurements))
    with st.expander("How each criterion was judged"):
        st.markdown(_bullets([*explanation.hap_ratio.sentences, *explanation.pattern.sentences]))


def _measurement_table(lines: tuple[MeasurementLine, ...]) -> str:
    """The HU that the result rests on, so that an old one cannot be taken for it."""
    rows = "".join(
        f'<tr><th scope="row">{escape(line.phase.upper())}</th>'
        f"<td>{escape(line.lesion_hu)}</td><td>{escape(line.liver_hu)}</td><td>{escape(line.ratio)}</td>"
        f"<td>{escape(line.origin)}</td></tr>"
        for line in lines
    )
    return (
        '<table class="gp-measured"><thead><tr><th scope="col">Phase</th><th scope="col">Lesion HU</th>'
        '<th scope="col">Liver HU</th><th scope="col">Ratio</th><th scope="col">How</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _criterion_row(criterion: CriterionExplanation, *, is_withheld: bool) -> str:
    """Value and direction of one criterion; no direction where the call is withheld."""
    points_to = None if is_withheld else criterion.points_to
    kind = {"adenocarcinoma": "adenocarcinoma", "NET": "net"}.get(points_to or "", "unknown")
    words = f"points to {points_to}" if points_to else "withheld" if is_withheld else "unknown"
    value = criterion.value if criterion.points_to else ""
    return (
        f'<tr><th scope="row">{escape(criterion.name)}</th><td class="gp-value">{escape(value)}</td>'
        f'<td><span class="gp-mark gp-{kind}" aria-hidden="true"></span>{escape(words)}</td></tr>'
    )


def _draw_evidence(explanation: Explanation) -> None:
    st.subheader("The study's patients with the same findings")
    counts = explanation.counts
    st.html(f'<p class="gp-counts">{escape(counts[:1].upper() + counts[1:])}</p>')
    if explanation.discordance is not None:
        st.markdown(_plain(explanation.discordance))
    with st.expander("Intervals and likelihood ratio", expanded=explanation.favours is not None):
        st.markdown(_bullets(explanation.evidence))


def _draw_section(title: str, sentences: tuple[str, ...], shown: int | None = None) -> None:
    """A heading and sentences, those beyond ``shown`` folded; nothing where there are none."""
    if not sentences:
        return
    st.subheader(title)
    st.markdown(_bullets(sentences[:shown]))
    rest = sentences[shown:] if shown is not None else ()
    if rest:
        with st.expander(f"{len(rest)} more" if len(rest) > 1 else "One more"):
            st.markdown(_bullets(rest))


def _draw_warnings(explanation: Explanation) -> None:
    if explanation.warnings:
        st.subheader("Please note")
        st.markdown(_bullets(warning.message for warning in explanation.warnings))


def _draw_scope(explanation: Explanation) -> None:
    if explanation.scope_no:
        st.subheader("Outside the study's scope")
        st.markdown(_bullets(f"{item.statement} Answered no. {item.why}" for item in explanation.scope_no))
    unknown = explanation.scope_unknown
    if unknown:
        names = ", ".join(item.short for item in unknown)
        st.markdown(
            f"**Scope, unknown:** {_plain(names)}. The counts hold only if these fit the study's patients."
        )
    elif not explanation.scope_no:
        st.markdown("**Scope:** all items answered yes.")


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {_plain(sentence)}" for sentence in sentences)


def _plain(text: str) -> str:
    """Text inside Markdown that means nothing else."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~$&" else c for c in text).replace("\n", " ")
