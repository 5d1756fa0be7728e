"""What a reader chooses beside the HU: cutoff, tolerance, definition, scope, pre-test, error, impression."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.study.scope import load_scope
from tests.pages.case_steps import (
    EXAMPLE,
    beside,
    choose,
    counts,
    fields,
    fill,
    has_button,
    headline,
    plain,
    press,
    problems,
    rested,
    words,
)

Opener = Callable[[str], AppTest]


@pytest.fixture
def page(open_page: Opener) -> AppTest:
    """Ratios 0.707 and 0.602: adenocarcinoma by both criteria, the pattern derived."""
    return fill(rested(open_page("case.py")), **EXAMPLE)


# --- the pattern as the reader saw it
@pytest.mark.parametrize(
    ("pattern", "call", "patients"),
    [
        ("plateau", "Favours adenocarcinoma", "Adenocarcinoma 19 of 23, NET 2 of 23"),
        ("washout", "Favours NET", "Adenocarcinoma 0 of 23, NET 3 of 23"),
        ("progressive", "Favours NET", "Adenocarcinoma 0 of 23, NET 3 of 23"),
    ],
)
def test_the_readers_pattern_decides(pattern: str, call: str, patients: str, page: AppTest) -> None:
    """Joint counts 19:2 and 0:3 (low ratio with and without plateau)."""
    choose(page, "pattern", pattern)
    assert headline(page) == call
    assert patients in counts(page)


def test_a_pattern_given_back_is_derived_again(page: AppTest) -> None:
    assert "derived from HU" in words(page)
    choose(page, "pattern", EnhancementPattern.WASHOUT)
    assert "by the reader" in words(page)
    choose(page, "pattern", None)
    assert "derived from HU" in words(page)
    assert headline(page) == "Favours adenocarcinoma"


def test_the_pattern_alone_gives_a_call_where_it_decides(page: AppTest) -> None:
    press(page, "Clear the values")
    choose(page, "pattern", "washout")
    assert headline(page) == "Favours NET"
    assert "Adenocarcinoma 2 of 23, NET 17 of 23" in counts(page)
    choose(page, "pattern", "plateau")
    assert headline(page) == "Not classifiable"


# --- definition and tolerance
@pytest.mark.parametrize(
    ("tolerance", "pattern"), [("", "plateau"), ("0.1", "washout"), ("0,2", "plateau"), ("0", "washout")]
)
def test_the_tolerance_bounds_plateau(tolerance: str, pattern: str, page: AppTest) -> None:
    """The change is 0.602 - 0.707 = -0.105 (Figure 4)."""
    fill(page, **{"tolerance.liver_relative": tolerance})
    assert f"Pattern {pattern}, derived from HU" in words(page)


@pytest.mark.parametrize(
    ("pvp_liver", "pattern"), [("100.1", "washout"), ("100", "plateau"), ("99.9", "plateau")]
)
def test_a_change_of_exactly_the_tolerance_is_plateau(pvp_liver: str, pattern: str, page: AppTest) -> None:
    """70/70 to 80/100 changes by -0.2 exactly, in decimals."""
    fill(page, hap_lesion_hu="70", hap_liver_hu="70", pvp_lesion_hu="80", pvp_liver_hu=pvp_liver)
    assert f"Pattern {pattern}, derived from HU" in words(page)


def test_each_definition_keeps_a_tolerance_of_its_own(page: AppTest) -> None:
    """Lesion 49.5 to 66.2 HU rises by 16.7: progressive beyond 10 HU, plateau within 16.7."""
    fill(page, **{"tolerance.liver_relative": "0.1"})
    page.radio(key="case.definition").set_value("lesion_hu").run()
    assert "Pattern progressive, derived from HU" in words(page)
    fill(page, **{"tolerance.lesion_hu": "16.7"})
    assert "Pattern plateau, derived from HU" in words(page)
    page.radio(key="case.definition").set_value("liver_relative").run()
    assert fields(page)["tolerance.liver_relative"] == "0.1"
    assert "Pattern washout, derived from HU" in words(page)


def test_definitions_that_disagree_are_told(page: AppTest) -> None:
    assert "The two definitions of the pattern disagree" in words(page)


# --- the cutoff
@pytest.mark.parametrize(
    ("cutoff", "side"), [("0.706", "above"), ("0.7071", "above"), ("0,708", "below"), ("1.2", "below")]
)
def test_an_own_cutoff_judges_but_borrows_no_evidence(cutoff: str, side: str, page: AppTest) -> None:
    """49.5 / 70 is 0.70714..., beyond 0.7071 and short of 0.708."""
    fill(page, cutoff=cutoff, pretest="5")
    shown = cutoff.replace(",", ".")
    assert f"is {side} the cutoff {shown} (own)" in words(page)
    assert headline(page) == ("Favours NET" if side == "above" else "Favours adenocarcinoma")
    assert counts(page).startswith("None. The study's counts belong to its cutoff")
    assert "of 23" not in counts(page)
    assert "post-test probability of NET 0" not in words(page)


def test_the_published_cutoff_typed_is_the_published_one(page: AppTest) -> None:
    before = words(page)
    fill(page, cutoff="0.898")
    assert words(page) == before


# --- numbers that cannot be read
@pytest.mark.parametrize(
    ("name", "text", "label", "what"),
    [
        ("cutoff", "high", "Cutoff of the HAP ratio", "this is not a number; got 'high'"),
        ("pretest", "50 %", "Pre-test probability of NET (%)", "this is not a number; got '50 %'"),
        ("pretest", "0", "Pre-test probability of NET", "got 0 %; allowed: above 0 and below 100"),
        ("pretest", "100", "Pre-test probability of NET", "got 100 %; allowed: above 0 and below 100"),
        ("pretest", "-5", "Pre-test probability of NET", "got -5 %"),
        ("pretest", "101", "Pre-test probability of NET", "got 101 %"),
        ("error_lesion", "x", "Reading error, lesion (HU)", "this is not a number; got 'x'"),
        ("error_liver", "1,2,3", "Reading error, liver (HU)", "this is not a number; got '1,2,3'"),
        ("tolerance.liver_relative", "?", "Tolerance of plateau (ratio)", "this is not a number; got '?'"),
    ],
)
def test_a_problem_in_a_folded_option_is_named_at_its_field_and_in_the_place_of_the_result(
    name: str, text: str, label: str, what: str, page: AppTest
) -> None:
    fill(page, **{name: text})
    assert f"{label}: " in problems(page)
    assert what in problems(page)
    assert what[1:] in beside(page, name)
    assert headline(page) == counts(page) == ""
    assert fields(page)[name] == text
    fill(page, **{name: ""})
    assert headline(page) == "Favours adenocarcinoma"


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("cutoff", "0", "The cutoff of the ratio must be above 0"),
        ("cutoff", "-0.9", "The cutoff of the ratio must be above 0"),
        ("tolerance.liver_relative", "-0.1", "tolerance"),
        ("error_lesion", "-1", "The reading error of the lesion must be a number of HU, 0 or more"),
        ("error_liver", "5000", "The reading error of the liver"),
    ],
)
def test_a_number_out_of_range_gives_no_result_and_names_itself(
    name: str, text: str, what: str, page: AppTest
) -> None:
    fill(page, **{name: text})
    assert "No result yet" in [heading.value for heading in page.header]
    assert what in plain(words(page))
    assert headline(page) == counts(page) == ""


# --- the pre-test probability
def test_no_post_test_probability_without_a_pre_test_one(page: AppTest) -> None:
    assert "Post-test probability of NET" not in [heading.value for heading in page.subheader]


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        ("5", "post-test probability of NET 0.60 % (95 % credible interval 0.12 % to 1.6 %)"),
        ("0.001", "post-test probability of NET"),
        ("99,9", "post-test probability of NET"),
    ],
)
def test_the_post_test_probability_of_a_given_pre_test_one(percent: str, said: str, page: AppTest) -> None:
    """19:2 at 0.05 gives .0060 [.0012-.0164] (independent Jeffreys posteriors, by quadrature)."""
    fill(page, pretest=percent)
    assert said in plain(words(page))
    assert f"With a pre-test probability of NET of {percent.replace(',', '.')} %" in plain(words(page))


# --- scope
@pytest.mark.parametrize("item", list(load_scope()))
def test_any_item_answered_no_withholds_the_call_and_keeps_ratios_and_pattern(
    item: str, page: AppTest
) -> None:
    assert load_scope()[item].short in words(page)  # unknown, and listed as such
    choose(page, f"scope.{item}", "no")
    assert headline(page) == "Withheld"
    assert counts(page).startswith("None, since the call is withheld")
    assert "0.707" in words(page) and "plateau" in words(page)
    assert plain(load_scope()[item].statement) in plain(words(page))
    assert "1 no, 7 unknown of 8" in page.expander[0].label
    choose(page, f"scope.{item}", "unknown")
    assert headline(page) == "Favours adenocarcinoma"


def test_all_items_at_once(page: AppTest) -> None:
    press(page, "All of these hold")
    assert "Scope:** all items answered yes." in words(page)
    assert "0 no, 0 unknown of 8" in page.expander[0].label
    assert headline(page) == "Favours adenocarcinoma"


# --- the reading error
def test_the_reading_error_widens_the_grey_zone(page: AppTest) -> None:
    """At 0 HU the zone is the cutoff alone; the default is named an assumption."""
    assert "This is an assumption" in words(page)
    fill(page, hap_lesion_hu="62", error_lesion="0", error_liver="0")
    assert "lies in the grey zone" not in words(page)
    fill(page, error_lesion="20")
    assert "lies in the grey zone" in words(page)


# --- the impression
@pytest.mark.parametrize(
    ("impression", "said"),
    [
        ("adenocarcinoma", "Your impression: **Adenocarcinoma**. The rule agrees."),
        ("net", "Your impression: **NET**. The rule differs."),
        ("undecided", "Your impression: **Undecided**."),
    ],
)
def test_the_result_stays_hidden_until_the_reader_has_committed(
    impression: str, said: str, page: AppTest
) -> None:
    page.toggle(key="case.impression_first").set_value(True).run()
    assert headline(page) == counts(page) == ""
    assert "0.707" not in words(page) and "Favours" not in words(page)
    (reveal,) = [button for button in page.button if button.label == "Reveal the result"]
    assert reveal.disabled
    page.radio(key="case.impression").set_value(impression).run()
    assert headline(page) == ""
    press(page, "Reveal the result")
    assert said in words(page)
    assert headline(page) == "Favours adenocarcinoma"
    assert not has_button(page, "Reveal the result")


def test_the_impression_can_be_asked_for_before_there_is_anything_to_see(page: AppTest) -> None:
    press(page, "Start a new case")
    page.toggle(key="case.impression_first").set_value(True).run()
    fill(page, **EXAMPLE)
    assert headline(page) == ""
    assert has_button(page, "Reveal the result")


def test_a_change_after_the_reveal_keeps_it_and_a_new_case_hides_again(page: AppTest) -> None:
    page.toggle(key="case.impression_first").set_value(True).run()
    page.radio(key="case.impression").set_value("net").run()
    press(page, "Reveal the result")
    fill(page, hap_lesion_hu="65")
    assert headline(page) == "Favours NET"
    press(page, "Start a new case")
    page.toggle(key="case.impression_first").set_value(True).run()
    fill(page, **EXAMPLE)
    assert headline(page) == ""
    assert page.radio(key="case.impression").value is None
