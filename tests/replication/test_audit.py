"""The audit as a whole: it covers every printed result and case, and its verdicts are those of the errata."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gepnet_core.errors import StudyError
from gepnet_core.replication.audit.audit import audit
from gepnet_core.replication.audit.rows import AuditStatus, Range, printed_number, printed_range
from gepnet_core.study.errata import load_errata
from gepnet_core.study.facts import FactKind, fact, load_facts
from tests.replication.perturbation import changed

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "study" / "published.json"
AUDIT = audit()

PLACES = {"Figure 1 legend": "Figure 1", "Figure 6 legend": "Figure 6"}
GROUPS = {"NET": "net", "AC": "adenocarcinoma", "Fig2": "net", "Fig3": "net"}
GROUPS |= {"Fig4": "adenocarcinoma", "Fig5": "adenocarcinoma"}
OF_EITHER_GROUP = {"", "both", "NET vs AC", "model", "readers", "each"}


def numbers(entry: dict[str, object]) -> list[tuple[str, Decimal]]:
    """The numbers of one entry of published.json: comparison and value; percentages as fractions."""
    value, printed = entry["value"], str(entry["printed"])
    if isinstance(value, list):
        if re.search(r"\d ?of 23", printed):  # 82.6% (19 of 23) is [19, 23]
            share = re.match(r"\d+\.\d", printed)
            assert share is not None
            return [("=", Decimal(str(value[0]))), ("=", Decimal(share[0]) / 100)]
        return [("=", Decimal(str(number)) / 100) for number in value]  # 30.4% vs. 60.9%
    text = str(value).removesuffix("/23")
    sign, text = ("<", text[1:]) if text.startswith("<") else ("=", text)
    percent = printed.endswith("%") and not str(entry["id"]).startswith("fig")
    return [(sign, Decimal(text) / 100 if percent else Decimal(text))]


def published() -> list[dict[str, object]]:
    if not PUBLISHED.exists():
        pytest.skip("../shared/study/published.json is not here")
    entries = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    return [entry for entry in entries if entry["kind"] in {"result", "case"}]


def test_every_result_and_case_of_the_list_has_its_row() -> None:
    """One row for each number of each entry: same place, same group, same comparison, same value."""
    left: Counter[tuple[str, str, str, Decimal]] = Counter()
    for row in AUDIT.rows:
        place = "Methods" if row.fact.place.startswith("Materials") else row.fact.place
        # The cutoff's sign stands in the list's printed form alone.
        sign = "=" if row.fact.id.endswith("cutoff") else row.fact.comparison
        left[place, row.fact.group, sign, row.fact.value] += 1
    missing = []
    entries = published()
    assert len(entries) == 162
    for entry in entries:
        place = PLACES.get(str(entry["place"]), str(entry["place"]))
        for sign, value in numbers(entry):
            wanted = str(entry["group"])
            groups = ("both", "net", "adenocarcinoma") if wanted in OF_EITHER_GROUP else (GROUPS[wanted],)
            keys = [(place, group, sign, value) for group in groups if left[place, group, sign, value] > 0]
            if keys:
                left[keys[0]] -= 1
            else:
                missing.append(entry["id"])
    assert missing == []
    # 162 entries; the eleven that print a count and its share are two rows, and so is 30.4% vs. 60.9%.
    assert sum(left.values()) == 0


def test_every_result_and_case_of_the_facts_has_one_row_and_no_method_has() -> None:
    audited = [f.id for f in load_facts().values() if f.kind is not FactKind.METHOD]
    assert [row.id for row in AUDIT.rows] == audited
    assert {row.fact.kind for row in AUDIT.rows} == {FactKind.RESULT, FactKind.CASE}


def test_how_many_rows_have_each_verdict() -> None:
    assert {status.value: count for status, count in AUDIT.counts().items()} == {
        "consistent": 129,
        "printed_wrong": 8,
        "undeclared": 18,
        "assumption": 9,
        "not_recomputable": 9,
    }


@pytest.mark.parametrize("row", AUDIT.rows, ids=lambda row: row.id)
def test_each_row_says_why_and_shows_what_it_found(row) -> None:
    assert row.note.endswith(".")
    shown = row.recomputed is not None or row.recomputed_low is not None
    assert shown or row.status is AuditStatus.NOT_RECOMPUTABLE
    if row.status is AuditStatus.CONSISTENT:
        printed = printed_range(row.fact)
        if row.recomputed_low is not None:
            assert printed.meets(Range(row.recomputed_low, row.recomputed_high))
        else:
            assert printed.contains(row.recomputed)
    assert row.reconstructed is None


def test_what_is_not_recomputable_says_what_is_missing() -> None:
    rows = [row for row in AUDIT.rows if row.status is AuditStatus.NOT_RECOMPUTABLE]
    assert {row.id for row in rows} == {
        "hap_ratio_cutoff",
        "figure6_hap_ratio_cutoff",
        "icc_size",
        "icc_lesion_hu",
        "icc_liver_hu",
        "figure2_hap_ratio",
        "figure2_pvp_ratio",
        "figure4_hap_ratio",
        "figure4_pvp_ratio",
    }
    assert all("not print" in row.note for row in rows)


def test_errata_and_audit_say_the_same() -> None:
    """Each verdict that is no agreement is explained by an erratum of its kind, and the other way round."""
    explained = {(fact_id, e.kind) for e in load_errata().values() for fact_id in e.facts}
    for row in AUDIT.rows:
        if row.status in {AuditStatus.CONSISTENT, AuditStatus.NOT_RECOMPUTABLE}:
            continue
        ids = {row.id, row.fact.repeats or row.id}
        assert any((fact_id, row.status.value) in explained for fact_id in ids), row.id
    for erratum in load_errata().values():
        if erratum.kind != "unclear":
            assert any(AUDIT.row(fact_id).status.value == erratum.kind for fact_id in erratum.facts)


def test_a_number_printed_again_has_the_verdict_of_the_first_unless_it_differs() -> None:
    differing = {"discussion_hap_ratio_cutoff", "discussion_combined_sensitivity"}
    for row in AUDIT.rows:
        if row.fact.repeats:
            first = AUDIT.row(row.fact.repeats)
            assert (row.status is first.status) == (row.id not in differing)
            assert row.recomputed == first.recomputed


def test_a_zero_appended_to_a_rounded_percentage_is_found() -> None:
    # 19/23 = 0.826087: 82.61%, not 82.60% (Discussion). The given audit compares "82.60%" with 82.6% only.
    row = AUDIT.row("discussion_combined_sensitivity")
    assert row.status is AuditStatus.PRINTED_WRONG
    assert "82.61%" in row.note
    # 21/23 = 0.913043: 91.30% is right to its last digit.
    assert AUDIT.row("discussion_combined_specificity").status is AuditStatus.ASSUMPTION


def test_a_reconstructed_cohort_adds_its_values_and_changes_no_verdict() -> None:
    with_cohort = audit(reconstructed={"hap_ratio_t": 4.7741, "plateau_true_positives": 21})
    assert with_cohort.row("hap_ratio_t").reconstructed == 4.7741
    assert with_cohort.row("pvp_ratio_t").reconstructed is None
    assert [row.status for row in with_cohort.rows] == [row.status for row in AUDIT.rows]


def test_a_reconstruction_of_something_else_is_refused() -> None:
    with pytest.raises(StudyError, match="not audited"):
        audit(reconstructed={"hap_ratio_tt": 4.8})
    with pytest.raises(StudyError, match="not audited"):
        audit(reconstructed={"contrast_ml_low": 100})


def test_a_printed_result_that_nothing_judges_is_an_error() -> None:
    facts = dict(load_facts())
    facts["new"] = replace(fact("hap_ratio_t"), id="new")
    with pytest.raises(StudyError, match="no check judges"):
        audit(facts)


def test_an_unknown_row_is_refused() -> None:
    with pytest.raises(StudyError, match="no such row"):
        AUDIT.row("nothing")


def test_the_table_has_one_line_a_row() -> None:
    frame = AUDIT.to_frame()
    assert list(frame["id"]) == [row.id for row in AUDIT.rows]
    assert {"printed", "recomputed", "reconstructed", "status", "note", "place", "quote"} <= set(
        frame.columns
    )
    wrong = frame[frame["status"] == "printed_wrong"]
    assert len(wrong) == 8


@pytest.mark.parametrize(
    ("fact_id", "printed"),
    [
        ("distribution_restricted_net", "5"),
        ("distribution_restricted_share_net", "21.7%"),
        ("shape_irregular_net", "0"),
        ("shape_irregular_share_net", ".0%"),
        ("pattern_progressive_share_adenocarcinoma", "0%"),
        ("hap_ratio_cutoff", "≤0.898"),
        ("discussion_hap_ratio_cutoff", "<0.898"),
        ("logistic_hap_ratio_exp_b", "<0.001"),
        ("size_z", "-1.143"),
        ("age_max_net", "77"),
        ("combined_true_positives", "19"),
        ("combined_sensitivity", "82.6%"),
        ("figure2_hap_ratio", "115.7%"),
        ("lesion_count_sd_adenocarcinoma", "10.30"),
    ],
)
def test_a_number_is_shown_as_printed(fact_id: str, printed: str) -> None:
    assert printed_number(fact(fact_id)) == printed


def test_what_rounds_to_a_print() -> None:
    assert printed_range(fact("lesion_count_sd_adenocarcinoma")) == Range(10.295, 10.305)
    assert printed_range(fact("hap_ratio_p")) == Range(float("-inf"), 0.001)
    assert printed_range(changed(hap_ratio_t="-1.5")["hap_ratio_t"]) == Range(-1.55, -1.45)
