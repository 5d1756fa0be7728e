"""Many resamples at once against each one for itself, a closed form, and by separation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.statistics.models.backward_elimination import RemovalRule, eliminate_backward
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_likelihood import maximise
from gepnet_core.statistics.models.resampled_logistic import Resamples, build_all, fit_all
from gepnet_core.statistics.models.separation import find_separation

N = 30
EVENT = np.arange(N) % 2 == 0


def table(seed: int) -> list[Predictor]:
    """A number with an effect, three categories, and a number that tells nothing."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, N)
    kinds = np.column_stack([kind == 1, kind == 2]).astype(float)
    values = rng.normal(size=(N, 2)) + np.outer(EVENT, [1.3, 0.0])
    return [
        Predictor("a", ("a",), values[:, :1]),
        Predictor("kind", ("kind=1", "kind=2"), kinds),
        Predictor("b", ("b",), values[:, 1:]),
    ]


def drawn(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """How often each row was drawn with and without the event, each class for itself."""
    rng = np.random.default_rng(seed)
    events, others = (
        rng.multinomial(kind.sum(), kind / kind.sum(), size=n).astype(np.int64) for kind in (EVENT, ~EVENT)
    )
    return events, others


def rows_of(events: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(N), events + others)


@pytest.mark.parametrize(("seed", "penalised"), [(0, False), (1, False), (2, True)])
def test_all_at_once_are_what_each_is_alone(seed: int, penalised: bool) -> None:
    design = design_of(table(seed), EVENT)
    events, others = drawn(seed, 80)
    found = fit_all(design.matrix[None], events, others, penalised=penalised)
    n_separated = n_open = 0
    for k in range(80):
        rows = rows_of(events[k], others[k])
        matrix, event = design.matrix[rows], EVENT[rows]
        is_full = np.linalg.matrix_rank(matrix) == matrix.shape[1]
        is_separated = is_full and find_separation(matrix, event) is not None
        alone = maximise(matrix, event.astype(float), penalised=penalised)
        if penalised and np.isnan(found.b[k]).any():
            n_open += 1
        elif is_full and (penalised or not is_separated):
            assert alone is not None
            assert found.b[k] == pytest.approx(alone.b, rel=1e-6, abs=1e-7)
            assert found.information[k] == pytest.approx(alone.information, rel=1e-5, abs=1e-7)
        if not penalised:
            assert is_separated or not found.is_separated[k]
            assert np.isnan(found.b[k]).any() == (is_separated or not is_full)
            n_separated += is_separated
            if not np.isnan(found.b[k]).any():
                assert alone is not None
                assert found.log_likelihood[k] == pytest.approx(alone.value, rel=1e-9)
    # Hardly any are left to the search for one sample.
    assert n_open <= 4
    assert found.is_separated.sum() >= 0.9 * n_separated
    assert n_separated < 80


@pytest.mark.parametrize("rule", RemovalRule)
def test_each_resample_has_its_own_elimination(rule: RemovalRule) -> None:
    predictors = table(2)
    design = design_of(predictors, EVENT)
    events, others = drawn(5, 60)
    places = [design.places(one.name) for one in predictors]
    b, is_separated = build_all(Resamples(design.matrix, events, others), places, rule, 0.10)
    sizes, n_checked = set(), 0
    for k in np.flatnonzero(~np.isnan(b).any(axis=1) & ~is_separated).tolist():
        rows = rows_of(events[k], others[k])
        taken = [Predictor(one.name, one.terms, one.columns[rows]) for one in predictors]
        steps = eliminate_backward(taken, EVENT[rows], rule, 0.10)
        kept = {place for one in steps[-1].kept for place in design.places(one)}
        assert set(np.flatnonzero(b[k, 1:]) + 1) == kept
        fit = maximise(design.matrix[rows][:, [0, *sorted(kept)]], EVENT[rows].astype(float))
        assert fit is not None
        assert b[k, [0, *sorted(kept)]] == pytest.approx(fit.b, rel=1e-6, abs=1e-7)
        sizes.add(len(steps))
        n_checked += 1
    assert n_checked > 30 and len(sizes) > 1


@given(*[st.integers(1, 12)] * 4)
def test_one_exposure_has_the_odds_ratio_of_its_table(a: int, b: int, c: int, d: int) -> None:
    """Woolf B. Ann Hum Genet 1955;19:251-253: log(ad/bc), variance 1/a + 1/b + 1/c + 1/d."""
    matrix = np.array([[1.0, 1.0], [1.0, 0.0]])
    found = fit_all(matrix[None], np.array([[a, c]]), np.array([[b, d]]))
    assert found.b[0, 1] == pytest.approx(math.log(a * d / (b * c)), abs=1e-8)
    assert np.linalg.inv(found.information[0])[1, 1] == pytest.approx(1 / a + 1 / b + 1 / c + 1 / d, rel=1e-7)


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_firth_adds_one_half_to_each_cell(cells: list[int]) -> None:
    """For a saturated model the penalty is half a patient more in each cell (Firth 1993, section 3.3)."""
    a, b, c, d = cells
    matrix = np.array([[1.0, 1.0], [1.0, 0.0]])
    found = fit_all(matrix[None], np.array([[a, c]]), np.array([[b, d]]), penalised=True)
    if min(a + b, c + d) == 0:
        assert np.isnan(found.b).all()
    else:
        expected = math.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
        assert found.b[0, 1] == pytest.approx(expected, abs=1e-7)


def test_a_matrix_of_each_resample_is_one_for_all_repeated() -> None:
    matrix = design_of(table(1), EVENT).matrix
    events, others = drawn(1, 25)
    one = fit_all(matrix[None], events, others)
    each = fit_all(np.broadcast_to(matrix, (25, *matrix.shape)), events, others)
    np.testing.assert_array_equal(one.b, each.b)
    np.testing.assert_array_equal(one.is_separated, each.is_separated)


def test_rows_that_were_not_drawn_do_not_matter() -> None:
    # The last row would be far beyond any certainty.
    matrix = np.column_stack([np.ones(5), [0.0, 1.0, 2.0, 3.0, 1e200]])
    events, others = np.array([[1, 1, 0, 1, 0]]), np.array([[1, 0, 1, 1, 0]])
    found = fit_all(matrix[None], events, others)
    without = fit_all(matrix[None, :4], events[:, :4], others[:, :4])
    assert np.isfinite(without.b).all()
    assert found.b[0] == pytest.approx(without.b[0], rel=1e-9, abs=1e-12)


def test_columns_that_depend_on_each_other_do_not_settle_and_do_not_separate() -> None:
    matrix = np.column_stack([np.ones(4), [0.0, 1.0, 0.0, 1.0], [0.0, 2.0, 0.0, 2.0]])
    counts = np.ones((1, 4), dtype=np.int64)
    found = fit_all(matrix[None], counts, counts)
    assert np.isnan(found.b).all() and not found.is_separated.any()


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 4), st.sampled_from([0.0, 1.0, 4.0, 20.0]))
def test_separation_is_told_as_by_the_linear_programme(seed: int, width: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=(12, width)), 1) + effect * (np.arange(12) % 2)[:, None]
    matrix, event = np.column_stack([np.ones(12), values]), np.arange(12) % 2 == 1
    if np.linalg.matrix_rank(matrix) <= width:
        return
    found = fit_all(matrix[None], event[None].astype(np.int64), (~event)[None].astype(np.int64))
    separation = find_separation(matrix / np.abs(matrix).max(axis=0), event)
    # What does not settle is left to the programme itself; what is told is right.
    if found.is_separated[0]:
        assert separation is not None
    elif not np.isnan(found.b).any():
        assert separation is None
