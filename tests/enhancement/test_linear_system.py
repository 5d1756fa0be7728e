"""Matrix exponential and switched inflow against closed forms and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.enhancement.linear_system import SwitchedInflow, amounts_over_time, matrix_exponential


def one_pool(rate: float, inflow: float, start_s: float, end_s: float) -> SwitchedInflow:
    rates = np.array([[-rate]])
    return SwitchedInflow(rates, rates, np.array([inflow]), start_s, end_s)


def test_exponentials_with_a_closed_form() -> None:
    assert np.array_equal(matrix_exponential(np.zeros((3, 3))), np.eye(3))
    assert matrix_exponential(np.diag([1.0, -2.0])) == pytest.approx(
        np.diag([math.e, math.exp(-2)]), rel=1e-14
    )
    # A turn and a defective matrix, which have no real and no complete set of eigenvectors.
    turn = matrix_exponential(np.array([[0.0, -math.pi], [math.pi, 0.0]]))
    assert turn == pytest.approx(-np.eye(2), abs=1e-13)
    chain = matrix_exponential(np.array([[-1.0, 0.0], [1.0, -1.0]]))
    assert chain == pytest.approx(np.exp(-1.0) * np.array([[1.0, 0.0], [1.0, 1.0]]), rel=1e-14)


@pytest.mark.parametrize("scale", [1e-300, 1e-6, 0.3, 1.0, 7.0, 60.0])
def test_exponentials_of_exchange_agree_with_scipy(scale: float) -> None:
    from scipy.linalg import expm

    generator = np.random.default_rng(3)
    rates = generator.uniform(0.0, 1.0, (12, 12))
    np.fill_diagonal(rates, 0.0)
    rates -= np.diag(rates.sum(axis=0))
    assert matrix_exponential(scale * rates) == pytest.approx(expm(scale * rates), rel=1e-10, abs=1e-13)


@given(
    st.floats(0.001, 3.0),
    st.floats(0.1, 1e4),
    st.floats(0.0, 9.0),
    st.floats(0.01, 30.0),
    st.floats(0.1, 1.0),
)
def test_one_pool_follows_its_closed_form_wherever_the_switch_falls(
    rate: float, inflow: float, start_s: float, lasts_s: float, step_s: float
) -> None:
    end_s = start_s + lasts_s
    course = amounts_over_time(one_pool(rate, inflow, start_s, end_s), step_s, 40)[:, 0]
    t = np.arange(41) * step_s
    filling = -np.expm1(-rate * np.clip(t - start_s, 0.0, lasts_s)) * inflow / rate
    expected = filling * np.exp(-rate * np.clip(t - end_s, 0.0, None))
    assert course == pytest.approx(expected, rel=1e-9, abs=1e-9 * inflow)


def test_an_inflow_within_one_step_enters_whole() -> None:
    course = amounts_over_time(one_pool(0.0, 10.0, 1.2, 1.5), 1.0, 4)[:, 0]
    assert course == pytest.approx([0.0, 0.0, 3.0, 3.0, 3.0], abs=1e-12)


def test_rates_hold_for_their_own_time() -> None:
    # Nothing leaves while the inflow runs; afterwards all leaves at 1 per second.
    system = SwitchedInflow(np.array([[0.0]]), np.array([[-1.0]]), np.array([2.0]), 0.0, 3.0)
    course = amounts_over_time(system, 1.0, 5)[:, 0]
    assert course == pytest.approx([0, 2, 4, 6, 6 * math.exp(-1), 6 * math.exp(-2)], rel=1e-13)
