"""Report text: plain, narrow, the short part first, the same sentences as everywhere."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.report.case.case_text import case_text
from gepnet_core.report.case.explanation import explain
from tests.report.cases import LOW, PLATEAU, case_of, cases


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_the_first_block_stands_alone() -> None:
    text = case_text(explain(assess(case_of(LOW, ("70", "100"), reader=PLATEAU))))
    assert text.split("\n\n")[0].splitlines() == [
        "Liver metastases on dynamic CT: NET (G1, G2) or adenocarcinoma of GEP origin",
        "HAP  lesion 44.9 HU, liver 53.5 HU, ratio 0.839",
        "PVP  lesion 70.0 HU, liver 100.0 HU, ratio 0.700",
        "HAP ratio 0.839, below the cutoff 0.898 (published): points to adenocarcinoma",
        "Pattern plateau (by the reader): points to adenocarcinoma",
        "Call: Favours adenocarcinoma. The HAP ratio lies in the grey zone.",
        "Study's patients with these findings: adenocarcinoma 19 of 23, NET 2 of 23",
        "Warnings: 2, see below",
        "Scope of the study: 8 of 8 conditions not confirmed",
        "For research and education. Not a medical device.",
    ]


def test_a_withheld_call_names_the_item_in_the_first_block() -> None:
    text = case_text(explain(assess(case_of(LOW, reader=PLATEAU, scope={"untreated": ScopeState.NO}))))
    first = text.split("\n\n")[0]
    assert "Call: Withheld." in first
    assert "Outside the study's scope: Untreated" in first
    assert "Favours" not in text


def test_an_invented_case_says_so_first() -> None:
    assessment = assess(case_of(LOW, reader=PLATEAU))
    assert case_text(explain(assessment), synthetic=True).startswith("SYNTHETIC")
    assert "SYNTHETIC" not in case_text(explain(assessment))


def test_source_version_and_intended_use_close_the_text() -> None:
    assessment = assess(case_of(LOW, reader=PLATEAU))
    end = unwrapped(case_text(explain(assessment)).split("SOURCE")[1])
    # Cui et al., Oncotarget 2017;8:108146-108155, doi 10.18632/oncotarget.22554.
    assert "Cui et al., Oncotarget 2017;8:108146-108155, doi 10.18632/oncotarget.22554" in end
    assert f"Version {assessment.version}." in end
    assert end.endswith("For research and education. Not a medical device.")


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_case_is_ascii_narrow_and_says_every_sentence(case: Case) -> None:
    assessment = assess(case)
    told = explain(assessment)
    text = case_text(told)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80
    flat = unwrapped(text)
    for sentence in (
        told.summary,
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
        assert unwrapped(sentence) in flat


def test_long_typed_numbers_are_kept_whole() -> None:
    lesion = "44." + "9" * 30
    text = case_text(explain(assess(case_of((lesion, "50"), reader=PLATEAU, cutoff=Decimal("0.9")))))
    assert lesion in text
