"""The printable report: one file, nothing loaded, nothing run, everything escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.cautions import Caution
from gepnet_core.report.case.case_html import case_html
from gepnet_core.report.case.explanation import explain
from tests.report.cases import HIGH, LOW, PLATEAU, WASHOUT, case_of, cases

VOID = {"meta"}


class Outline(HTMLParser):
    """Collects elements and text, and checks that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> Outline:
    outline = Outline()
    outline.feed(html)
    outline.close()
    assert outline.open == []
    return outline


def assert_self_contained(html: str) -> None:
    outline = parsed(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(outline.names)
    for name, value in outline.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "href", "xlink:href")
        assert not re.search(r"url\((?!#)|https?:|javascript:|//", value)
    assert not re.search(r"@import|url\((?!#)|https?:", html)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_case_is_well_formed_and_self_contained(case: Case) -> None:
    assessment = assess(case)
    html, told = case_html(assessment), explain(assessment)
    assert_self_contained(html)
    for sentence in (
        told.headline,
        told.summary,
        told.counts,
        *told.hap_ratio.sentences,
        *told.pattern.sentences,
        *told.evidence,
        *told.posttest,
        *told.flips,
        *told.grey_zone,
        *told.missing,
        *told.definitions,
        *(warning.message for warning in told.warnings),
    ):
        assert escape(sentence) in html
    assert html.count("For research and education. Not a medical device.") >= 2


def test_text_that_looks_like_markup_is_escaped() -> None:
    attack = '<script>alert("1")</script><img src=x onerror=alert(1)>&amp;'
    assessment = replace(assess(case_of(LOW, reader=PLATEAU)), warnings=(Caution("roi_x", attack),))
    html = case_html(assessment)
    assert_self_contained(html)
    assert escape(attack) in html


@pytest.mark.parametrize(
    ("case", "kind", "mark"),
    [
        (case_of(LOW, reader=PLATEAU), "verdict adenocarcinoma", '<path d="M12 2L22 12L12 22L2 12Z"/>'),
        (case_of(HIGH, reader=WASHOUT), "verdict net", '<circle cx="12" cy="12" r="10"/>'),
        (case_of(reader=PLATEAU), "verdict none", None),
    ],
)
def test_the_verdict_is_told_by_shape_and_word(case: Case, kind: str, mark: str | None) -> None:
    html = case_html(assess(case))
    verdict = html[html.index(f'class="{kind}"') :].split("</section>")[0]
    assert (mark in verdict) if mark else ("<svg" not in verdict)


def test_an_item_outside_the_scope_says_why() -> None:
    html = case_html(assess(case_of(LOW, reader=PLATEAU, scope={"kvp_120": ScopeState.NO})))
    assert '<tr class="no"><td>no</td><th scope="row">120 kVp</th>' in html
    assert "<b>Iodine gives more HU at lower tube voltage" in html
    assert html.count('<tr class="unknown">') == 7


def test_an_invented_case_says_so() -> None:
    assessment = assess(case_of(LOW, reader=PLATEAU))
    assert "SYNTHETIC" in case_html(assessment, synthetic=True)
    assert "SYNTHETIC" not in case_html(assessment)
