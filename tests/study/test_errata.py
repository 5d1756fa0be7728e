"""Errata and protocol: their facts exist, their quotes stand in the paper, their numbers follow."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from scipy import stats

from gepnet_core.errors import StudyError
from gepnet_core.study import errata as errata_module
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.errata import KINDS, load_errata
from gepnet_core.study.facts import STUDY_DIRECTORY, fact, load_facts
from gepnet_core.study.protocol import ProtocolItem, load_protocol
from tests.study.test_facts import needs_paper, normalised, section

ERRATA = load_errata()


def test_each_point_is_told_in_full() -> None:
    for erratum in ERRATA.values():
        assert all(text.endswith(".") for text in (erratum.printed, erratum.right, erratum.why))
        assert erratum.kind in KINDS
        assert all(fact_id in load_facts() for fact_id in erratum.facts)
        assert all(fact(fact_id).repeats is None for fact_id in erratum.facts if "discussion" not in fact_id)


def test_kinds() -> None:
    # The swapped, the exchanged, the appended zero and the sign; seven undeclared choices; one assumption.
    counts = Counter(erratum.kind for erratum in ERRATA.values())
    assert counts["printed_wrong"] == 4
    assert counts["undeclared"] == 7
    assert counts["assumption"] == 1


def test_mcnemar_of_the_combination() -> None:
    # Exact McNemar is the binomial of the discordant patients. Under AND, against the ratio alone: the 0:3 of
    # low ratio without plateau change. Against plateau alone: 2:4 of high ratio with plateau change.
    cells = load_criteria().cells
    low, plateau = cells[True, False], cells[False, True]
    assert (low.adenocarcinoma, low.net) == (0, 3)
    assert stats.binomtest(low.net, 3).pvalue == 0.25
    assert (plateau.net, plateau.adenocarcinoma) == (4, 2)
    assert round(stats.binomtest(4, 6).pvalue, 2) == 0.69
    text = ERRATA["not_better_than_its_parts"].right
    assert "P 0.25" in text and "P 0.69" in text and "4 are gained and 2 lost" in text


def test_the_injection_outlasts_the_delay() -> None:
    rate = fact("contrast_ml_per_s").value
    seconds = [math.floor(fact(f"contrast_ml_{end}").value / rate) for end in ("low", "high")]
    assert seconds == [33, 50]
    assert "33 to 50 s" in ERRATA["injection_outlasts_the_delay"].right
    assert fact("hap_delay_high_s").value < seconds[0]


def test_plateau_alone() -> None:
    # The odds ratio of Table 1's four counts: (2 x 6) / (21 x 17).
    assert round(2 * 6 / (21 * 17), 3) == 0.034
    assert "0.034" in ERRATA["pattern_coding"].why


def test_the_padded_percentage() -> None:
    assert f"{100 * 19 / 23:.2f}" == "82.61"
    assert "0.826087" in ERRATA["combined_sensitivity_padded"].why


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"shape_chi2"', '"shape_chi"'),
        ('kind = "assumption"', 'kind = "guess"'),
        ('id = "yates"', 'id = "plateau_swapped"'),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, monkeypatch, old: str, new: str) -> None:
    text = (STUDY_DIRECTORY / "errata.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "errata.toml").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(errata_module, "STUDY_DIRECTORY", tmp_path)
    with pytest.raises(StudyError):
        load_errata.__wrapped__()


@needs_paper
@pytest.mark.parametrize("item", load_protocol().values(), ids=lambda item: item.id)
def test_each_statement_of_the_protocol_is_quoted(item: ProtocolItem) -> None:
    assert normalised(item.quote) in section(item.place)


def test_the_protocol_has_its_sections() -> None:
    assert {item.section for item in load_protocol().values()} == {
        "population",
        "scanning",
        "reading",
        "analysis",
    }
