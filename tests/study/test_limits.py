"""What is not printed, the model card and other publications: whole sentences, true numbers, sources."""

from __future__ import annotations

from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.evidence import load_other_evidence
from gepnet_core.study.model_card import load_model_card
from gepnet_core.study.not_given import load_not_given


def test_what_is_not_printed_is_told_once_with_its_consequence() -> None:
    items = load_not_given()
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert item.what[0].isupper() and not item.what.endswith(".")
        assert item.then.endswith(".")
    brief = {item.id for item in items if item.brief}
    assert {"combination", "validation", "prevalence"} <= brief
    assert len(brief) <= 5  # for a reader in a hurry


def test_the_model_card_states_use_and_evidence_level() -> None:
    labels = {(item.section, item.label): item.statement for item in load_model_card()}
    assert {section for section, _ in labels} == {"use", "evidence"}
    assert "no validation" in labels["evidence", "Evidence level"]
    n = load_criteria().group_sizes
    assert f"{n.adenocarcinoma + n.net} patients of one centre" in labels["evidence", "Evidence level"]


def test_the_precision_that_the_model_card_states() -> None:
    said = next(item.statement for item in load_model_card() if item.label == "Precision")
    n = load_criteria().group_sizes.net
    assert 1 / n > 0.04
    assert "more than 4 percentage points" in said
    # Counts of the study: 19 and 21 of 23 called right by both criteria, 18 and 17 by ratio and by plateau.
    widths = [100 * (i.high - i.low) for i in (wilson_interval(count, n) for count in (17, 18, 19, 21))]
    assert f"{min(widths):.0f} to {max(widths):.0f} points" in said


def test_other_publications_say_what_was_read_of_them() -> None:
    for item in load_other_evidence():
        assert item.address.startswith(("https://", "http://"))
        assert "abstract" in item.read
        assert all(text.endswith(".") for text in (item.says, item.bears))
