"""The sentences of an assessment: the paper's counts, the numbers of the case, and no word too many."""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given, settings

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.report.case.explanation import Explanation, explain
from tests.report.cases import AT, HIGH, LOW, PLATEAU, PROGRESSIVE, WASHOUT, case_of, cases, measured

APPARENT = "Apparent accuracy: the same 46 patients chose the cutoff; optimism is not in the interval."


def told_of(case: Case) -> Explanation:
    return explain(assess(case))


def sentences(told: Explanation) -> list[str]:
    """Every sentence that is made for one case."""
    found: list[str] = []
    for field in fields(told):
        value = getattr(told, field.name)
        if field.name in ("hap_ratio", "pattern"):
            found += [value.short, *value.sentences]
        elif field.name == "warnings":
            found += [warning.message for warning in value]
        elif isinstance(value, str):
            found.append(value)
        elif isinstance(value, tuple):
            found += [item for item in value if isinstance(item, str)]
    return found


@pytest.mark.parametrize(
    ("case", "headline", "favours"),
    [
        (case_of(LOW, reader=PLATEAU), "Favours adenocarcinoma", "adenocarcinoma"),
        (case_of(HIGH, reader=WASHOUT), "Favours NET", "NET"),
        (case_of(reader=PLATEAU), "Not classifiable", None),
        (case_of(LOW, reader=PLATEAU, scope={"untreated": ScopeState.NO}), "Withheld", None),
    ],
)
def test_the_headline_favours_and_never_asserts(case: Case, headline: str, favours: str | None) -> None:
    told = told_of(case)
    assert (told.headline, told.favours) == (headline, favours)


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        # Cells: Results and Table 1 under the AND rule (design.md section 4).
        (case_of(LOW, reader=PLATEAU), "adenocarcinoma 19 of 23, NET 2 of 23"),
        (case_of(HIGH, reader=PLATEAU), "adenocarcinoma 2 of 23, NET 4 of 23"),
        (case_of(LOW, reader=WASHOUT), "adenocarcinoma 0 of 23, NET 3 of 23"),
        (case_of(HIGH, reader=PROGRESSIVE), "adenocarcinoma 2 of 23, NET 14 of 23"),
        # One criterion: "82.6% (19 of 23)", "78.3% (18 of 23)", Table 1.
        (case_of(LOW), "adenocarcinoma 19 of 23, NET 5 of 23"),
        (case_of(HIGH), "adenocarcinoma 4 of 23, NET 18 of 23"),
        (case_of(reader=PLATEAU), "adenocarcinoma 21 of 23, NET 6 of 23"),
        (case_of(reader=WASHOUT), "adenocarcinoma 2 of 23, NET 17 of 23"),
    ],
)
def test_counts_are_those_of_the_study(case: Case, counts: str) -> None:
    told = told_of(case)
    assert told.counts == counts
    assert told.evidence[0].startswith("The study's patients with ")


def test_both_criteria_for_adenocarcinoma() -> None:
    told = told_of(case_of(LOW, reader=PLATEAU))
    assert told.hap_ratio.sentences == (
        "HAP ratio 0.839 (lesion 44.9 HU / liver 53.5 HU) is below the cutoff 0.898 (published): "
        "points to adenocarcinoma.",
    )
    assert told.pattern.sentences == ("Pattern plateau by the reader: points to adenocarcinoma.",)
    assert told.evidence[0] == (
        "The study's patients with HAP ratio at or below 0.898 and plateau: adenocarcinoma 19 of 23 (82.6 "
        "%, "
        f"95 % CI 62.9-93.0), NET 2 of 23 (8.7 %, 95 % CI 2.4-26.8); Wilson intervals. {APPARENT}"
    )
    assert told.discordance is None
    assert told.posttest == ()
    assert told.positive_class.startswith("Positive class: adenocarcinoma.")


def test_post_test_probability_of_the_design() -> None:
    # design.md section 4: "19:2 at 0.05 gives .0060 [.0012-.0164]".
    told = told_of(case_of(LOW, reader=PLATEAU, pretest_net=Decimal("0.05")))
    assert told.posttest[0] == (
        "With a pre-test probability of NET of 5 %: post-test probability of NET 0.60 % (95 % credible "
        "interval "
        f"0.12 % to 1.6 %). {APPARENT}"
    )
    assert "of 1000 such patients with these findings, about 6 would have NET (1 to 16)" in told.posttest[1]


def test_post_test_probability_without_counts_says_why() -> None:
    own = told_of(case_of(LOW, reader=PLATEAU, cutoff=Decimal("0.9"), pretest_net=Decimal("0.05")))
    assert own.posttest == (
        "Post-test probability: None. The study's counts belong to its cutoff; with 0.9 none are known.",
    )
    scope = {"untreated": ScopeState.NO}
    withheld = told_of(case_of(LOW, reader=PLATEAU, pretest_net=Decimal("0.05"), scope=scope))
    assert withheld.posttest == ("Post-test probability: None, since the call is withheld.",)


def test_exactly_at_the_cutoff_says_so() -> None:
    told = told_of(case_of(AT, reader=PLATEAU))
    assert told.hap_ratio.value == "0.898"
    assert (
        "is exactly at the cutoff 0.898 (published), which counts as at or below"
        in told.hap_ratio.sentences[0]
    )
    assert told.hap_ratio.points_to == "adenocarcinoma"


@pytest.mark.parametrize(("lesion", "place"), [("44.8999", "below"), ("44.9001", "above")])
def test_just_beside_the_cutoff_is_never_shown_as_the_cutoff(lesion: str, place: str) -> None:
    told = told_of(case_of((lesion, "50"), reader=PLATEAU))
    assert told.hap_ratio.value != "0.898"
    assert f"is {place} the cutoff" in told.hap_ratio.sentences[0]


def test_measured_means_at_the_cutoff_are_at_it_but_not_exactly() -> None:
    told = told_of(Case({Phase.HAP: measured(Phase.HAP, 0.898 * 50, 50.0)}, PLATEAU))
    assert "HAP ratio 0.898 (" in told.hap_ratio.sentences[0]
    assert " is at the cutoff" in told.hap_ratio.sentences[0]


@pytest.mark.parametrize(
    ("case", "first", "second", "here"),
    [
        (case_of(HIGH, reader=PLATEAU), "NET", "adenocarcinoma", 6),
        (case_of(LOW, reader=WASHOUT), "adenocarcinoma", "NET", 3),
    ],
)
def test_discordant_criteria_are_explained(case: Case, first: str, second: str, here: int) -> None:
    told = told_of(case)
    assert told.favours == "NET"
    assert told.discordance is not None
    assert f"the HAP ratio points to {first}, the pattern to {second}" in told.discordance
    assert f"only {here} of the study's 46 patients" in told.discordance
    assert "indeterminate" in told.discordance
    assert "disagreed in 9 of 46" in told.discordance
    assert "By the rule; the evidence is indeterminate." in told.qualifiers
    assert "the interval includes 1" in told.evidence[1]


def test_a_zero_cell_names_its_rule_and_has_no_raw_ratio() -> None:
    told = told_of(case_of(LOW, reader=WASHOUT))
    assert "Jeffreys prior" in told.evidence[1]
    assert "cannot be formed, since the count of adenocarcinomas is zero" in told.evidence[1]


def test_the_raw_ratio_is_named_raw() -> None:
    # 2:19 patients of 23:23.
    assert (
        "The raw ratio, of the counts as they stand: 0.11."
        in told_of(case_of(LOW, reader=PLATEAU)).evidence[1]
    )


def test_non_plateau_patterns_are_split_and_their_cells_unknown() -> None:
    # Table 1: "Washout 15(65.2%) 2(8.7%)", "Progressive 2(8.7%) 0(0%)" (NET, adenocarcinoma).
    told = told_of(case_of(HIGH, reader=WASHOUT))
    assert told.evidence[-1] == (
        "Without plateau, over all ratios: washout in 2 adenocarcinomas and 15 NETs, progressive in 0 and "
        "2. "
        "How they split over the cells of both criteria is unknown."
    )
    assert not any("Without plateau" in s for s in told_of(case_of(HIGH, reader=PLATEAU)).evidence)


def test_flips_are_merged_and_ordered_by_size() -> None:
    told = told_of(case_of(LOW, ("70", "100")))
    assert told.flips[0] == (
        "+3.2 HU in the HAP lesion (44.9 to 48.1) moves the ratio above the cutoff and the call to NET."
    )
    sizes = [abs(float(match[1])) for s in told.flips if (match := re.match(r"([+-][\d.]+) HU", s))]
    assert len(sizes) == len(told.flips) == 6
    assert sizes == sorted(sizes)


def test_a_call_that_no_single_value_changes_says_so() -> None:
    told = told_of(case_of(HIGH, reader=WASHOUT))
    assert told.flips[-1] == "No single HU value changes the call while the other inputs stay as they are."
    flipping = told_of(case_of(LOW, reader=PLATEAU))
    assert not any("No single" in s for s in flipping.flips)


def test_flips_that_were_not_sought_are_not_denied() -> None:
    assert explain(assess(case_of(HIGH, reader=WASHOUT), with_flips=False)).flips == ()


def test_derived_pattern_names_definition_change_tolerance_and_the_other() -> None:
    told = told_of(case_of(LOW, ("70", "100")))
    # 70/100 - 44.9/53.5 = -0.13925; 70 - 44.9 = 25.1.
    assert told.pattern.sentences == (
        "Pattern plateau, derived from HU: points to adenocarcinoma. Change of the lesion-to-liver ratio "
        "from "
        "hepatic artery to portal venous phase -0.139 (0.839 to 0.700), within the tolerance 0.20 "
        "(default, an "
        "assumption), which is plateau.",
        "By the other definition: change of the lesion's own HU from hepatic artery to portal venous phase "
        "+25.1 HU (44.9 to 70.0 HU), a rise beyond the tolerance 10 HU (default, an assumption), which is "
        "progressive; differs from the first definition.",
    )


def test_readers_pattern_is_compared_with_both_definitions() -> None:
    told = told_of(case_of(LOW, ("70", "100"), reader=WASHOUT))
    assert told.pattern.sentences[0] == "Pattern washout by the reader, not plateau: points to NET."
    assert told.pattern.sentences[1].endswith("which is plateau; differs from the reader.")


def test_one_criterion_is_named_and_what_is_missing() -> None:
    told = told_of(case_of(HIGH))
    assert told.qualifiers[0] == "On the HAP ratio alone; the pattern is missing."
    assert "This is one criterion; the other is missing." in told.evidence[0]
    assert any(s.startswith("No reader's pattern was given.") for s in told.missing)


def test_pattern_alone_does_not_blame_the_cutoff() -> None:
    told = told_of(case_of(reader=WASHOUT))
    assert "the same 46 patients chose the criteria; optimism is not in the interval." in told.evidence[0]


def test_not_classifiable_says_what_is_missing() -> None:
    told = told_of(case_of(reader=PLATEAU))
    assert told.summary.startswith("The pattern is plateau, so the call depends on the HAP ratio")
    assert told.missing[0] == told.summary


def test_withheld_keeps_criteria_and_shows_no_evidence() -> None:
    told = told_of(case_of(LOW, reader=PLATEAU, scope={"kvp_120": ScopeState.NO}))
    assert "120 kVp" in told.summary
    assert [item.id for item in told.scope_no] == ["kvp_120"]
    assert told.hap_ratio.value == "0.839"
    assert told.evidence == ("None, since the call is withheld.",)
    assert not any("call" in s for s in told.flips)


def test_own_cutoff_borrows_no_counts() -> None:
    told = told_of(case_of(LOW, reader=PLATEAU, cutoff=Decimal("0.9")))
    assert told.counts.startswith("None. The study's counts belong to its cutoff")
    assert any("At your own cutoff 0.9" in q for q in told.qualifiers)
    assert "cutoff 0.9 (own)" in told.hap_ratio.sentences[0]


def test_grey_zone_stands_beside_its_assumption() -> None:
    told = told_of(case_of(LOW, reader=PLATEAU))
    assert "lies inside it" in told.grey_zone[0]
    assert "6 HU (lesion) and 3 HU (liver), as SD. This is an assumption." in told.grey_zone[1]
    assert "The HAP ratio lies in the grey zone." in told.qualifiers
    assert told_of(case_of(reader=PLATEAU)).grey_zone == ()


@settings(max_examples=120, deadline=None)
@given(cases())
def test_every_case_is_told_in_whole_plain_sentences(case: Case) -> None:
    assessment = assess(case)
    told = explain(assessment)
    text = sentences(told)
    for sentence in text:
        assert sentence == sentence.strip() != ""
        assert sentence.isascii()
        assert not re.search(r"nan|inf\b|None\b(?!\.|,)|Fraction|Decimal|-0\.0\b(?!\d)", sentence)
        assert not re.search(r"\bis (an? )?(NET|adenocarcinoma)\b", sentence)
    assert (assessment.evidence is not None) == any("credible interval" in s for s in told.evidence)
    for sentence in (*told.evidence, *told.posttest):
        if "CI " in sentence or "credible interval" in sentence:
            assert "Apparent accuracy: the same 46 patients chose the" in sentence
    assert (told.favours is None) == (assessment.call in (Call.WITHHELD, Call.NOT_CLASSIFIABLE))
    assert len(told.scope_no) + len(told.scope_unknown) + len(told.scope_yes) == 8
