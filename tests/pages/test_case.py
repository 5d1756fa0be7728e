"""The page of a case: empty, example, every problem at its field, what survives and what is forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.case_steps import (
    EXAMPLE,
    beside,
    choose,
    counts,
    fields,
    fill,
    has_button,
    headline,
    press,
    problems,
    rested,
    words,
)
from ui.state import Way

Opener = Callable[[str], AppTest]


@pytest.fixture
def page(open_page: Opener) -> AppTest:
    return rested(open_page("case.py"))


# --- empty, example, result
def test_the_empty_page_says_what_to_give_and_shows_no_call(page: AppTest) -> None:
    assert [heading.value for heading in page.header] == ["The result will stand here"]
    assert headline(page) == counts(page) == ""
    assert set(fields(page).values()) == {""}
    assert has_button(page, "Fill in an example")
    assert "SYNTHETIC" not in words(page)


def test_the_example_is_the_studys_figure_4_and_marked(page: AppTest) -> None:
    """Figure 4: ratios 0.707 and 0.602, an adenocarcinoma; Table 4's cell has 19 and 2 patients."""
    press(page, "Fill in an example")
    assert headline(page) == "Favours adenocarcinoma"
    assert "Adenocarcinoma 19 of 23, NET 2 of 23" in counts(page)
    assert "0.707" in words(page) and "0.602" in words(page)
    assert "SYNTHETIC" in words(page)
    assert not has_button(page, "Fill in an example")


def test_a_changed_example_is_no_example_any_more(page: AppTest) -> None:
    press(page, "Fill in an example")
    fill(page, ep_lesion_hu="60")
    assert "SYNTHETIC" not in words(page)


def test_clearing_the_values_goes_back_to_the_empty_page(page: AppTest) -> None:
    press(page, "Fill in an example")
    press(page, "Clear the values")
    assert headline(page) == ""
    assert set(fields(page).values()) == {""}


@pytest.mark.parametrize(
    ("lesion", "side"), [("44.8", "below"), ("44.9", "exactly at"), ("44,9", "exactly at"), ("45.0", "above")]
)
def test_typed_values_are_judged_as_decimals_on_both_sides_of_the_cutoff(
    lesion: str, side: str, page: AppTest
) -> None:
    """44.9 / 50 is 0.898 exactly; as binary floats it would lie beside it."""
    fill(page, hap_lesion_hu=lesion, hap_liver_hu="50")
    choose(page, "pattern", "plateau")
    assert f"is {side} the cutoff 0.898 (published)" in words(page)
    assert headline(page) == ("Favours NET" if side == "above" else "Favours adenocarcinoma")
    assert fields(page)["hap_lesion_hu"] == lesion


def test_a_low_ratio_alone_is_not_classifiable_and_a_high_one_is(page: AppTest) -> None:
    fill(page, hap_lesion_hu="40", hap_liver_hu="50")
    assert headline(page) == "Not classifiable"
    assert "the pattern, which is missing" in words(page)
    fill(page, hap_lesion_hu="60")
    assert headline(page) == "Favours NET"
    assert "Adenocarcinoma 4 of 23, NET 18 of 23" in counts(page)


# --- problems
@pytest.mark.parametrize("name", ["hap_lesion_hu", "hap_liver_hu", "pvp_lesion_hu", "ep_liver_hu"])
@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "abc",
            "This is not a number of HU; got 'abc'; allowed: digits with at most one decimal point or comma",
        ),
        ("49,5,1", "This is not a number of HU; got '49,5,1'"),
        ("nan", "This is not a number of HU; got 'nan'"),
        ("4_9", "This is not a number of HU; got '4_9'"),
        ("49.5 HU", "Type the number alone, without unit"),
        ("3071.1", "This is no HU of tissue; got 3071.1; allowed: -1024 to 3071 HU"),
        ("-1024.1", "This is no HU of tissue; got -1024.1"),
        ("<b>*9*</b>", "This is not a number of HU; got '<b>*9*</b>'"),
    ],
)
def test_each_problem_stands_at_its_field_and_in_the_place_of_the_result(
    name: str, text: str, what: str, page: AppTest
) -> None:
    fill(page, **{**EXAMPLE, "ep_lesion_hu": "60", "ep_liver_hu": "100", name: text})
    assert what in beside(page, name)
    assert what[1:] in problems(page)
    tissue = "lesion" if "lesion" in name else "liver"
    assert f"phase, {tissue}:" in problems(page)
    assert headline(page) == counts(page) == ""
    assert fields(page)[name] == text
    others = [key for key in EXAMPLE if key != name]
    assert [beside(page, key) for key in others] == [""] * len(others)
    assert {key: fields(page)[key] for key in others} == {key: EXAMPLE[key] for key in others}


@pytest.mark.parametrize(
    ("name", "text"), [("hap_lesion_hu", "3071"), ("hap_lesion_hu", "-1024"), ("hap_liver_hu", "3071")]
)
def test_the_bounds_themselves_are_hu(name: str, text: str, page: AppTest) -> None:
    fill(page, **{**EXAMPLE, name: text})
    assert problems(page) == ""
    assert headline(page)


@pytest.mark.parametrize("text", ["0", "-0", "0,0", "-12"])
def test_a_liver_at_or_below_zero_is_refused_at_its_field(text: str, page: AppTest) -> None:
    fill(page, **{**EXAMPLE, "hap_liver_hu": text})
    assert "The liver's HU must be above 0 for a ratio" in beside(page, "hap_liver_hu")
    assert "Check the liver value" in problems(page)
    assert headline(page) == ""
    fill(page, hap_liver_hu="0.1")
    assert problems(page) == ""


def test_a_negative_lesion_is_allowed_and_warned(page: AppTest) -> None:
    fill(page, **{**EXAMPLE, "hap_lesion_hu": "-5"})
    assert headline(page)
    assert "Please note" in [heading.value for heading in page.subheader]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("hap_lesion_hu", "Hepatic artery phase: the liver HU is still missing."),
        ("hap_liver_hu", "Hepatic artery phase: the lesion HU is still missing."),
        ("ep_lesion_hu", "Equilibrium phase: the liver HU is still missing."),
    ],
)
def test_half_a_pair_is_named_and_gives_no_result(given: str, missing: str, page: AppTest) -> None:
    fill(page, **{given: "50"})
    assert problems(page) == f"- {missing}"
    assert headline(page) == ""


def test_several_problems_are_told_at_once(page: AppTest) -> None:
    fill(page, hap_lesion_hu="x", hap_liver_hu="9999", pvp_lesion_hu="50")
    assert problems(page).count("\n") == 2


def test_an_old_result_never_stands_beside_a_broken_input(page: AppTest) -> None:
    press(page, "Fill in an example")
    before = words(page)
    assert "0.707" in before
    fill(page, hap_liver_hu="seventy")
    assert headline(page) == counts(page) == ""
    assert "0.707" not in words(page)
    fill(page, hap_liver_hu="70")
    assert words(page) == before


# --- what survives, what is forgotten
def test_values_survive_the_switch_to_the_other_ways_even_broken_ones(page: AppTest) -> None:
    fill(page, **{**EXAMPLE, "ep_liver_hu": "x1", "pretest": "5", "cutoff": "0,9"})
    choose(page, "pattern", "washout")
    choose(page, "scope.untreated", "no")
    before = fields(page)
    for way in (Way.IMAGES, Way.TABLE, Way.TYPED):
        choose(page, "way", way)
    assert fields(page) == before
    assert before["ep_liver_hu"] == "x1"
    assert page.button_group(key="case.pattern").value == "washout"
    assert page.button_group(key="case.scope.untreated").value == "no"
    assert "x1" in problems(page)


def test_typed_values_are_no_measurement_on_images(page: AppTest) -> None:
    press(page, "Fill in an example")
    choose(page, "way", Way.IMAGES)
    assert headline(page) == ""
    assert "SYNTHETIC: no patient" not in words(page)


def test_a_new_case_forgets_everything_but_the_way(page: AppTest) -> None:
    fill(page, **EXAMPLE, pretest="5", cutoff="0.9", error_lesion="3", error_liver="2")
    choose(page, "pattern", "plateau")
    press(page, "All of these hold")
    page.radio(key="case.definition").set_value("lesion_hu").run()
    fill(page, **{"tolerance.lesion_hu": "12"})
    page.toggle(key="case.impression_first").set_value(True).run()
    page.radio(key="case.impression").set_value("net").run()
    press(page, "Reveal the result")
    assert headline(page)
    press(page, "Start a new case")
    assert set(fields(page).values()) == {""}
    assert page.button_group(key="case.pattern").value is None
    assert page.button_group(key="case.scope.untreated").value == "unknown"
    assert page.radio(key="case.definition").value == "liver_relative"
    assert page.toggle(key="case.impression_first").value is False
    assert [heading.value for heading in page.header] == ["The result will stand here"]
    page.radio(key="case.definition").set_value("lesion_hu").run()
    assert set(fields(page).values()) == {""}
    choose(page, "way", Way.IMAGES)
    press(page, "Start a new case")
    assert page.button_group(key="case.way").value == Way.IMAGES
