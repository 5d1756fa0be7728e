"""Methods as text: there and back, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.cutpoints.cutpoint_spec import METHODS, method_spec, parse_method

ALL = {
    "youden": YOUDEN,
    "closest_topleft": CLOSEST_TOPLEFT,
    "sensitivity_at_least=0.9": sensitivity_at_least(0.9),
    "specificity_at_least=0.95": specificity_at_least(0.95),
    "both_at_least=0.9,0.8": both_at_least(0.9, 0.8),
    "least_cost=5.0,1.0,0.25": least_cost(5.0, 1.0, 0.25),
}


@pytest.mark.parametrize("text", ALL)
def test_there_and_back(text: str) -> None:
    assert method_spec(ALL[text]) == text
    assert parse_method(text) == ALL[text]


def test_every_method_is_named_once() -> None:
    assert {text.partition("=")[0] for text in ALL} == set(METHODS)


@given(st.floats(0.001, 1).map(lambda x: round(x, 6)))
def test_any_requirement_survives(share: float) -> None:
    assert parse_method(method_spec(sensitivity_at_least(share))).parameters == (share,)


@pytest.mark.parametrize(
    "text",
    ["", "youdens", "youden=1", "sensitivity_at_least", "sensitivity_at_least=", "least_cost=1,2",
     "sensitivity_at_least=nan", "sensitivity_at_least=0.9,", "sensitivity_at_least=-0.9",
     "both_at_least=.9"],
)  # fmt: skip
def test_anything_else_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(InsufficientDataError, match="no method of choosing a cutoff") as caught:
        parse_method(text)
    assert "sensitivity_at_least=N" in str(caught.value)
    assert caught.value.field == "method"


@pytest.mark.parametrize("text", ["sensitivity_at_least=0", "specificity_at_least=1.01", "least_cost=1,1,1"])
def test_numbers_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(InsufficientDataError):
        parse_method(text)
