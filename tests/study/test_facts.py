"""Each number of the study stands in the paper, in the words that are quoted, at the place that is named."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from gepnet_core.errors import StudyError
from gepnet_core.study import facts as facts_module
from gepnet_core.study.facts import Fact, fact, load_citation, load_facts
from gepnet_core.study.scope import load_scope

PAPER = Path(__file__).parents[2].parent / "shared" / "study" / "paper.txt"
needs_paper = pytest.mark.skipif(not PAPER.exists(), reason="../shared/study/paper.txt is not here")

FACTS = list(load_facts().values())
SCOPE = list(load_scope().values())

PLACES = {
    # place: where its text begins and ends in the paper
    "Abstract": ("ABSTRACT", "INTRODUCTION"),
    "Results": ("RESULTS", "DISCUSSION"),
    "Table 1": ("Table 1: Comparison", "Figure 4:"),
    "Figure 2": ("Figure 2:", "Figure 3:"),
    "Figure 4": ("Figure 4:", "Figure 5:"),
    "Figure 6": ("Figure 6:", "www.impactjournals.com"),
    "Materials and methods, Patients": ("MATERIALS AND METHODS", "CT technique"),
    "Materials and methods, CT technique": ("CT technique", "Imaging and pathologic analysis"),
    "Materials and methods, Imaging and pathologic analysis": (
        "Imaging and pathologic analysis",
        "Statistical analysis",
    ),
}


def normalised(text: str) -> str:
    return " ".join(text.split())


def section(place: str) -> str:
    text = normalised(PAPER.read_text(encoding="utf-8"))
    begins, ends = PLACES[place]
    start = text.index(begins)
    return text[start : text.index(ends, start + len(begins))]


@needs_paper
@pytest.mark.parametrize("entry", [*FACTS, *SCOPE], ids=lambda entry: entry.id)
def test_the_quote_stands_in_the_paper_at_its_first_named_place(entry) -> None:
    assert normalised(entry.quote) in section(entry.place.split(";")[0])


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_the_printed_text_stands_in_the_quote(entry: Fact) -> None:
    assert normalised(entry.printed) in normalised(entry.quote)


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_the_value_is_a_number_of_the_printed_text(entry: Fact) -> None:
    numbers = re.findall(r"(\d+(?:\.\d+)?)(\s*%)?", entry.printed)
    as_printed = {Decimal(number) for number, percent in numbers if not percent}
    as_fraction = {Decimal(number) / 100 for number, percent in numbers if percent}
    has_count = bool(as_printed)
    assert entry.value in (as_printed if has_count else as_fraction)


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_printed_percentages_follow_from_the_counts_beside_them(entry: Fact) -> None:
    match = re.fullmatch(r"(\d+)\((\d+(?:\.\d+)?)%\)|(\d+\.\d)% \((\d+) of 23\)", entry.printed)
    if match is None:
        assert "of" not in entry.printed.split()
        return
    count, percent = (match[1], match[2]) if match[1] else (match[4], match[3])
    digits = Decimal(percent)
    exact = Decimal(count) * 100 / 23
    assert exact.quantize(digits, ROUND_HALF_UP) == digits


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_the_group_is_named_and_is_the_one_of_the_id(entry: Fact) -> None:
    assert entry.group in {"net", "adenocarcinoma", "both"}
    named = entry.id.rsplit("_", 1)[-1]
    if named in {"net", "adenocarcinoma"}:
        assert entry.group == named


def test_values_keep_the_printed_digits() -> None:
    assert str(fact("hap_ratio_sd_adenocarcinoma").value) == "0.20"
    assert str(fact("hap_ratio_cutoff").value) == "0.898"


def test_a_fact_that_is_no_count_is_not_rounded_to_one() -> None:
    assert fact("hap_ratio_true_positives").count == 19
    with pytest.raises(StudyError, match="not a count"):
        _ = fact("hap_ratio_cutoff").count


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(StudyError, match="no such fact"):
        fact("hap_ratio_cut_off")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[fact]]\nid = "a"\n', "incomplete"),
        (
            '[[fact]]\nid="a"\nquantity="q"\ngroup="net"\nvalue="ten"\nprinted="10"\nplace="p"\nquote="q"\n',
            "inc",
        ),
        ("[[fact]\n", "cannot be read"),
        (
            2 * '[[fact]]\nid="a"\nquantity="q"\ngroup="net"\nvalue="1"\nprinted="1"\nplace="p"\nquote="q"\n',
            "twice",
        ),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, monkeypatch, text: str, message: str) -> None:
    (tmp_path / "facts.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(facts_module, "STUDY_DIRECTORY", tmp_path)
    with pytest.raises(StudyError, match=message):
        load_facts.__wrapped__()


def test_the_citation_names_the_publication() -> None:
    # The paper's running head, its page footer "108152" and its DOI in the design's sources.
    assert str(load_citation()) == (
        "Cui et al., Oncotarget 2017;8:108146-108155, doi 10.18632/oncotarget.22554"
    )
