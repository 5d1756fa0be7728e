"""Intraclass correlations against psych, the example of Shrout and Fleiss, and their invariances."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.readers.icc import MEANINGS, intraclass_correlations

REFERENCE = Path(__file__).parents[1] / "reference" / "agreement.csv"
Readings = list[list[float]]


def reference() -> dict[str, tuple[Readings, dict[str, float]]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    found: dict[str, tuple[Readings, dict[str, float]]] = {}
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        if row["kind"] == "icc":
            readings = [[float(x) for x in case.split()] for case in row["data"].split("|")]
            found.setdefault(row["name"], (readings, {}))[1][row["what"]] = float(row["value"])
    return found


REFERENCES = reference()


@pytest.mark.parametrize("name", REFERENCES)
def test_agrees_with_psych(name: str) -> None:
    # R 4.2.2, psych 2.2.9, ICC(lmer = FALSE); see tests/reference/agreement.R
    readings, expected = REFERENCES[name]
    for form, found in intraclass_correlations(readings).items():
        if (name, form) == ("apart", "ICC(2,k)"):
            # psych gives 4.1, a correlation above 1: the variance in its denominator is negative.
            assert found.value is None
            continue
        assert found.value == pytest.approx(expected[f"{form} value"], rel=1e-9)
        assert found.interval is not None
        assert (found.interval.low, found.interval.high) == pytest.approx(
            (expected[f"{form} low"], expected[f"{form} high"]), rel=1e-7
        )


def test_the_example_of_shrout_and_fleiss() -> None:
    # Psychol Bull 1979;86:420-428, table 4.
    readings, _ = REFERENCES["shrout_fleiss"]
    values = {form: found.value for form, found in intraclass_correlations(readings).items()}
    assert values == pytest.approx(
        {
            "ICC(1,1)": 0.17,
            "ICC(2,1)": 0.29,
            "ICC(3,1)": 0.71,
            "ICC(1,k)": 0.44,
            "ICC(2,k)": 0.62,
            "ICC(3,k)": 0.91,
        },
        abs=0.005,
    )


tables = st.tuples(st.integers(2, 8), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(-40, 200).map(float), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=60)
@given(tables, st.sampled_from([1e-200, 0.5, 1e150]))
def test_order_of_cases_and_readers_and_unit_do_not_matter(readings: Readings, unit: float) -> None:
    here = intraclass_correlations(readings)
    turned = intraclass_correlations([[unit * x for x in case[::-1]] for case in readings[::-1]])
    for form in MEANINGS:
        one, other = here[form], turned[form]
        if one.value is None or other.value is None or one.interval is None or other.interval is None:
            assert (one.value is None, one.interval is None) == (other.value is None, other.interval is None)
            continue
        assert other.value == pytest.approx(one.value, rel=1e-6, abs=1e-9)
        assert one.interval.low <= one.value * (1 + 1e-9) + 1e-9
        assert other.interval.low == pytest.approx(one.interval.low, rel=1e-6, abs=1e-6)


@settings(max_examples=40)
@given(st.lists(st.integers(-40, 200).map(float), min_size=2, max_size=8), st.integers(2, 4))
def test_perfect_agreement_is_1_without_an_interval(values: list[float], k: int) -> None:
    found = intraclass_correlations([[x] * k for x in values])
    for form in found.values():
        if len(set(values)) == 1:
            assert form.value is None
            assert set(form.reasons) == {"value", "low", "high"}
        else:
            assert form.value == pytest.approx(1, abs=1e-12)
            assert form.interval is None
            assert set(form.reasons) == {"low", "high"}


def test_a_constant_shift_is_agreement_only_where_it_is_ignored() -> None:
    found = intraclass_correlations([[x, x + 0.1] for x in (0.3, 0.7, 1.1, 0.2)])
    assert found["ICC(3,1)"].value == 1
    assert found["ICC(3,1)"].interval is None
    value = found["ICC(2,1)"].value
    assert value is not None and value < 1


def test_cases_that_do_not_differ_have_no_reliability() -> None:
    for readings in ([[1.0, 2.0], [1.0, 2.0]], [[1.0, -1.0], [-1.0, 1.0]], [[3.0, 3.0], [3.0, 3.0]]):
        for form in intraclass_correlations(readings).values():
            assert form.value is None
            assert form.reasons["value"]


def test_limits_on_one_side_of_the_value_are_no_interval() -> None:
    # R 4.2.2, psych 2.2.9, ICC(rbind(c(-4, 6), c(3, 1)), lmer = FALSE): ICC2 -2.0588235294, from NaN to
    # -2.2494781166, and ICC3 -0.9459459459 from -0.9999142419 to 0.8947043623.
    found = intraclass_correlations([[-4, 6], [3, 1]])
    agreement = found["ICC(2,1)"]
    assert agreement.value == pytest.approx(-2.0588235294, abs=1e-10)
    assert agreement.interval is None
    assert set(agreement.reasons) == {"low", "high"}
    assert all("no limits on both sides of the value" in why for why in agreement.reasons.values())
    consistency = found["ICC(3,1)"]
    assert consistency.value == pytest.approx(-0.9459459459, abs=1e-10)
    assert consistency.interval is not None
    assert (consistency.interval.low, consistency.interval.high) == pytest.approx(
        (-0.9999142419, 0.8947043623), abs=1e-10
    )


@settings(max_examples=100)
@given(tables)
def test_an_interval_holds_its_value(readings: Readings) -> None:
    for form in intraclass_correlations(readings).values():
        if form.interval is not None:
            assert form.value is not None
            assert form.interval.low - 1e-9 <= form.value <= form.interval.high + 1e-9
        else:
            assert form.reasons["low"] and form.reasons["high"]


@pytest.mark.parametrize("readings", [[[1.0, 2.0], [3.0]], [[1.0, 2.0], 3.0], [["a", "b"], ["c", "d"]]])
def test_cases_with_different_numbers_of_readings_are_refused(readings: Readings) -> None:
    with pytest.raises(InsufficientDataError, match="rows of different lengths"):
        intraclass_correlations(readings)


@pytest.mark.parametrize(
    "readings", [[[1.0, 2.0]], [[1.0], [2.0]], [], [1.0, 2.0], [[1.0, np.nan], [2.0, 3.0]]]
)
def test_what_is_no_table_of_readings_is_refused(readings: Readings) -> None:
    with pytest.raises(InsufficientDataError):
        intraclass_correlations(readings)
