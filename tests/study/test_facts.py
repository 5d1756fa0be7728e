"""Each number of the study stands in the paper, in the words that are quoted, at the place that is named."""

from __future__ import annotations

import re
from decimal import Decimal
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
    "Figure 1": ("Figure 1:", "For the subjective"),
    "Figure 2": ("Figure 2:", "Figure 3:"),
    "Figure 3": ("Figure 3:", "Table 1:"),
    "Figure 4": ("Figure 4:", "Figure 5:"),
    "Figure 5": ("Figure 5:", "Figure 6:"),
    "Figure 6": ("Figure 6:", "www.impactjournals.com"),
    "Discussion": ("DISCUSSION", "MATERIALS AND METHODS"),
    "Materials and methods, Patients": ("MATERIALS AND METHODS", "CT technique"),
    "Materials and methods, CT technique": ("CT technique", "Imaging and pathologic analysis"),
    "Materials and methods, Imaging and pathologic analysis": (
        "Imaging and pathologic analysis",
        "Statistical analysis",
    ),
    "Materials and methods, Statistical analysis": ("Statistical analysis", "END OF THE PAPER"),
}


def normalised(text: str) -> str:
    return " ".join(text.split())


def section(place: str) -> str:
    text = normalised(PAPER.read_text(encoding="utf-8")) + " END OF THE PAPER"
    begins, ends = PLACES[place]
    start = text.index(begins)
    return text[start : text.index(ends, start + len(begins))]


@needs_paper
@pytest.mark.parametrize("entry", [*FACTS, *SCOPE], ids=lambda entry: entry.id)
def test_the_quote_stands_in_the_paper_at_its_place(entry) -> None:
    assert normalised(entry.quote) in section(entry.place)


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_the_printed_text_stands_in_the_quote(entry: Fact) -> None:
    assert normalised(entry.printed) in normalised(entry.quote)


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_the_value_is_a_number_of_the_printed_text(entry: Fact) -> None:
    # A minus is a sign unless a number stands before it: 34-77 is a range.
    numbers = re.findall(r"((?<!\d)-?\d*\.?\d+)(\s*%)?", entry.printed)
    as_printed = {str(Decimal(number)) for number, percent in numbers if not percent}
    as_fraction = {str(Decimal(number).scaleb(-2)) for number, percent in numbers if percent}
    # As text: a lost or added digit would change what rounding allows.
    assert str(entry.value) in as_printed | as_fraction


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_a_share_is_the_printed_percentage_and_a_count_is_whole(entry: Fact) -> None:
    share = any(word in entry.id for word in ("share", "sensitivity", "specificity"))
    if share:
        assert 0 <= entry.value <= 1
        assert "%" in entry.printed
    elif re.search(r"\d ?\(\d*\.?\d+%\)|of 23\)|/23|^n=", entry.printed):
        assert entry.value == entry.count


@pytest.mark.parametrize("entry", FACTS, ids=lambda entry: entry.id)
def test_the_comparison_is_the_printed_one(entry: Fact) -> None:
    sign = re.search(r"[<>≤]", entry.printed)
    assert entry.comparison == ({"<": "<", ">": ">", "≤": "<="}[sign[0]] if sign else "=")


@pytest.mark.parametrize("entry", [e for e in FACTS if e.repeats], ids=lambda entry: entry.id)
def test_a_repetition_speaks_of_the_same_quantity_in_the_same_group(entry: Fact) -> None:
    first = fact(str(entry.repeats))
    assert (entry.quantity, entry.group) == (first.quantity, first.group)
    assert first.repeats is None
    assert entry.place != first.place


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


PASSAGE = '[[passage]]\nplace="p"\nquote="q"\n'
ENTRY = '[[passage.fact]]\nid="a"\nquantity="q"\ngroup="net"\nvalue="1"\nprinted="1"\nkind="result"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PASSAGE + '[[passage.fact]]\nid = "a"\nvalue = "1"\n', "incomplete"),
        (PASSAGE + ENTRY.replace('value="1"', 'value="ten"'), "incomplete"),
        (PASSAGE + ENTRY.replace('"result"', '"rumour"'), "incomplete"),
        (PASSAGE + ENTRY + 'comparison="about"\n', "incomplete"),
        (PASSAGE + ENTRY + 'repeats="b"\n', "repeats one that there is not"),
        ("[[passage]\n", "cannot be read"),
        (PASSAGE + ENTRY + ENTRY, "twice"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, monkeypatch, text: str, message: str) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "results.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(facts_module, "STUDY_DIRECTORY", tmp_path)
    with pytest.raises(StudyError, match=message):
        load_facts.__wrapped__()


def test_the_citation_names_the_publication() -> None:
    # The paper's running head, its page footer "108152" and its DOI in the design's sources.
    assert str(load_citation()) == (
        "Cui et al., Oncotarget 2017;8:108146-108155, doi 10.18632/oncotarget.22554"
    )
