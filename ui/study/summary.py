"""The study for a reader in a hurry: what was studied, two criteria, four joint cells, what is not known."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.numbers import format_decimal
from gepnet_core.report.study_words import criteria_accuracy
from gepnet_core.study.criteria import GroupCounts, load_criteria
from gepnet_core.study.facts import load_citation
from gepnet_core.study.not_given import load_not_given
from ui.study.errata import erratum_anchor

# What the rule says of each cell, and what its counts say; in the discordant ones the two differ.
_DISCORDANT = "Rule: NET. Its counts are indeterminate."
CALLS = {
    (True, True): "Rule: adenocarcinoma.",
    (True, False): _DISCORDANT,
    (False, True): _DISCORDANT,
    (False, False): "Rule: NET.",
}


def draw_summary() -> None:
    """Draw the answer of the page."""
    citation, n = load_citation(), load_criteria().group_sizes
    st.markdown(
        "Do liver metastases come from a well-differentiated gastroenteropancreatic neuroendocrine tumour "
        "(GEP NET, G1 or G2) or from a GEP adenocarcinoma? One retrospective study compared dynamic "
        f"contrast-enhanced CT of {n.net} patients with NET and {n.adenocarcinoma} with adenocarcinoma, "
        f"matched in primary site, age and sex. {citation.authors}, *{citation.journal}* {citation.year};"
        f"{citation.volume}:{citation.pages}, [doi {citation.doi}](https://doi.org/{citation.doi})."
    )
    st.markdown(
        "[Every printed number](#numbers) · [What is wrong or unclear](#errata) · "
        "[Figures rebuilt](#rebuilt) · [What the print leaves open](#open) · "
        "[What it is for, and its limits](#card) · [What is not printed](#not-given)"
    )
    left, right = st.columns(2, gap="large")
    with left:
        _draw_criteria()
    with right:
        _draw_cells()
    st.header("Not known", anchor="not-known")
    st.markdown("\n".join(f"- **{item.what}.** {item.then}" for item in load_not_given() if item.brief))


def _draw_criteria() -> None:
    criteria = load_criteria()
    cutoff = format_decimal(criteria.hap_ratio_cutoff, 1)
    st.header("Two criteria", anchor="criteria")
    st.markdown(
        "1. **Ratio**: mean HU of the metastasis over mean HU of the liver beside it, hepatic artery phase "
        f"(HAP). At or below {cutoff} it points to adenocarcinoma, above to NET.\n"
        "2. **Pattern**: plateau, that is similar enhancement on the hepatic artery and the portal venous "
        "phase (PVP), points to adenocarcinoma; washout or progressive to NET."
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(row.name)}{_why(row.erratum)}</th>'
        f"<td>{_share(row.sensitivity)}</td><td>{_share(row.specificity)}</td></tr>"
        for row in criteria_accuracy()
    )
    total = criteria.group_sizes.adenocarcinoma + criteria.group_sizes.net
    st.html(
        '<table class="gp-study-table gp-accuracy"><thead><tr><th scope="col">Positive class: '
        'adenocarcinoma</th><th scope="col">Sensitivity for adenocarcinoma</th><th scope="col">Specificity '
        f"for adenocarcinoma</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="gp-small">Wilson intervals. Apparent accuracy: the same {total} patients chose the '
        "cutoff; optimism is not in the intervals.</p>"
    )


def _why(erratum: str | None) -> str:
    """A link to what is wrong or assumed there."""
    words = {"plateau_swapped": "printed swapped: why", "combination": "assumed: why"}
    if erratum is None:
        return ""
    return f'<br><a class="gp-place" href="#{erratum_anchor(erratum)}">{words[erratum]}</a>'


def _draw_cells() -> None:
    criteria = load_criteria()
    cutoff = format_decimal(criteria.hap_ratio_cutoff, 1)
    st.header("Both criteria in the same patients", anchor="cells")
    parts = [
        '<div class="gp-cells-head gp-cells-corner"></div><div class="gp-cells-head">Plateau</div>'
        '<div class="gp-cells-head">Not plateau</div>'
    ]
    for low, side in ((True, f"Ratio at or below {cutoff}"), (False, f"Ratio above {cutoff}")):
        parts.append(f'<div class="gp-cells-side">{side}</div>')
        parts += [_cell(criteria.cells[low, plateau], (low, plateau)) for plateau in (True, False)]
    st.html(
        f'<div class="gp-cells">{"".join(parts)}</div>'
        '<p class="gp-small">Each mark is a patient. The joint counts are not printed: they follow from the '
        f"printed ones under the rule assumed here. {escape(criteria.rule_statement)} "
        "Indeterminate: the interval of the likelihood ratio includes 1.</p>"
    )


def _cell(counts: GroupCounts, key: tuple[bool, bool]) -> str:
    sizes = load_criteria().group_sizes
    lines = "".join(
        f'<p>{name} <span class="gp-together">{count} of {n}</span></p>'
        f'<p class="gp-marks" aria-hidden="true">{_mark(kind) * count}</p>'
        for name, kind, count, n in (
            ("Adenocarcinoma", "adenocarcinoma", counts.adenocarcinoma, sizes.adenocarcinoma),
            ("NET", "net", counts.net, sizes.net),
        )
    )
    return f'<div>{lines}<p class="gp-call-word">{CALLS[key]}</p></div>'


def _share(words: str) -> str:
    """Counts with their share and interval; the interval is not broken between lines."""
    counts, interval = words.split(", ", 1)
    return f'{escape(counts)}, <span class="gp-together">{escape(interval)}</span>'


def _mark(kind: str) -> str:
    return f'<span class="gp-mark gp-{kind}"></span>'
