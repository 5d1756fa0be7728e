"""Kappas and intraclass correlations of public data against psych, vcd and epiR.

R 4.2.2, psych 2.2.9, vcd 1.4.11, epiR 2.0.57; tests/reference/public_data.R wrote the data and the numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gepnet_core.statistics.readers.icc import intraclass_correlations
from gepnet_core.statistics.readers.kappa import Kappa, Weighting, cohen_kappa
from tests.reference.public.public_data import EXACT, EXPECTED, column, table

Expected = dict[str, Any]
KAPPAS: list[Expected] = EXPECTED["kappas"]
CORRELATIONS: list[Expected] = EXPECTED["correlations"]
each_table = pytest.mark.parametrize("expected", KAPPAS, ids=lambda one: one["name"])


def near(expected: object) -> Any:
    return pytest.approx(expected, rel=EXACT, abs=EXACT)


def four(found: Kappa) -> tuple[float | None, float | None, float, float]:
    assert found.interval is not None and not found.reasons
    return found.value, found.se, found.interval.low, found.interval.high


@each_table
@pytest.mark.parametrize("weighting", Weighting)
def test_kappa_with_standard_error_and_interval_is_vcd_s(weighting: Weighting, expected: Expected) -> None:
    assert four(cohen_kappa(expected["rows"], weighting)) == near(tuple(expected[weighting]))


@each_table
def test_plain_kappa_is_psych_s_and_epir_s(expected: Expected) -> None:
    found = cohen_kappa(expected["rows"])
    assert four(found) == near(tuple(expected["psych"]))
    # epiR's method "fleiss" has the standard error under no agreement, which is another one.
    assert found.value == near(expected["epi"])


@each_table
def test_quadratic_kappa_is_psych_s(expected: Expected) -> None:
    assert cohen_kappa(expected["rows"], Weighting.QUADRATIC).value == near(expected["psych_quadratic"])


def test_the_published_kappas() -> None:
    # Cohen 1968, in ?psych::cohen.kappa: kappa 0.492. ?epi.kappa, example 1: 0.67; example 2: 0.89.
    found = {one["name"]: cohen_kappa(one["rows"]).value for one in KAPPAS}
    assert round(found["cohen"] or 0, 3) == 0.492
    assert round(found["salmon"] or 0, 2) == 0.67
    assert round(found["pregnancy"] or 0, 2) == 0.89


@pytest.mark.parametrize("expected", CORRELATIONS, ids=lambda one: one["data"])
def test_all_six_forms_with_intervals_are_psych_s(expected: Expected) -> None:
    readings = np.column_stack([column(expected["data"], name) for name in table(expected["data"])[0]])
    found = intraclass_correlations(readings)
    assert list(found) == list(expected["forms"])
    for name, theirs in expected["forms"].items():
        one = found[name]
        assert one.interval is not None and not one.reasons
        assert (one.value, one.interval.low, one.interval.high) == near(tuple(theirs))


def test_the_table_of_shrout_and_fleiss() -> None:
    # Psychol Bull 1979;86:420-428, tables 2 and 4: 0.17, 0.29, 0.71, and of the mean 0.44, 0.62, 0.91.
    readings = np.column_stack([column("shrout_fleiss", name) for name in ("J1", "J2", "J3", "J4")])
    found = [one.value for one in intraclass_correlations(readings).values()]
    assert [round(value or 0, 2) for value in found] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
