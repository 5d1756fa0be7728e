"""Optimism by the bootstrap: by hand from the same draws, closed forms, separation, limits.

Against a bootstrap in R: tests/cohort/test_model.py.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models import optimism
from gepnet_core.statistics.models.backward_elimination import RemovalRule, eliminate_backward
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_likelihood import maximise
from gepnet_core.statistics.models.logistic_regression import fit_logistic
from gepnet_core.statistics.models.optimism import Optimism, bootstrap_optimism
from gepnet_core.statistics.models.resampled_logistic import Resamples
from gepnet_core.statistics.models.separation import find_separation

N = 40
EVENT = np.arange(N) % 2 == 0


def number(name: str, values: np.ndarray) -> Predictor:
    return Predictor(name, (name,), np.asarray(values, dtype=float)[:, None])


def table(effects: list[float], seed: int = 1) -> list[Predictor]:
    values = np.random.default_rng(seed).normal(size=(N, len(effects))) + np.outer(EVENT, effects)
    return [number(f"x{k}", values[:, k]) for k in range(len(effects))]


def found(predictors: list[Predictor], n: int = 60, **choices: object) -> Optimism:
    return bootstrap_optimism(predictors, EVENT, n_resamples=n, seed=3, **choices)  # type: ignore[arg-type]


def area(eta: np.ndarray, event: np.ndarray) -> float:
    difference = np.round(eta[event][:, None] - eta[~event][None, :], 9)
    return float(((difference > 0) + (difference == 0) / 2).mean())


def brier(eta: np.ndarray, event: np.ndarray) -> float:
    return float(((1 / (1 + np.exp(-eta)) - event) ** 2).mean())


def by_hand(predictors: list[Predictor], n: int, rule: RemovalRule | None) -> np.ndarray:
    """Optimism of area and Brier score and the slope, one resample after the other, row by row."""
    matrix = design_of(predictors, EVENT).matrix
    unique, which = np.unique(matrix, axis=0, return_inverse=True)
    counts = [np.bincount(which.ravel()[kind], minlength=len(unique)) for kind in (EVENT, ~EVENT)]
    rng = np.random.default_rng(3)
    drawn = [rng.multinomial(kind.sum(), kind / kind.sum(), size=n) for kind in counts]
    results = []
    for events, others in zip(*drawn, strict=True):
        rows = np.concatenate([np.repeat(unique, events, axis=0), np.repeat(unique, others, axis=0)])
        event = np.arange(N) < events.sum()
        is_separated = find_separation(rows, event) is not None
        columns = list(range(rows.shape[1]))
        if rule is not None and not is_separated:
            taken = [number(one.name, rows[:, k + 1]) for k, one in enumerate(predictors)]
            kept = eliminate_backward(taken, event, rule)[-1].kept
            columns = [0, *(k + 1 for k, one in enumerate(predictors) if one.name in kept)]
        fit = maximise(rows[:, columns], event.astype(float), penalised=is_separated)
        assert fit is not None
        here, own = rows[:, columns] @ fit.b, matrix[:, columns] @ fit.b
        slope = np.nan
        if np.ptp(own) > 1e-9:
            recalibration = design_of([number("eta", own)], EVENT)
            slope = fit_logistic(recalibration).terms["eta"].b
        results.append([area(here, event) - area(own, EVENT), brier(here, event) - brier(own, EVENT), slope])
    return np.array(results)


@pytest.mark.parametrize("rule", [None, *RemovalRule])
def test_the_means_are_those_of_resamples_one_by_one(rule: RemovalRule | None) -> None:
    predictors = table([1.2, 0.6, 0.0])
    result, expected = found(predictors, rule=rule), by_hand(predictors, 60, rule)
    assert result.auc.optimism == pytest.approx(expected[:, 0].mean(), rel=1e-6)
    assert result.brier.optimism == pytest.approx(expected[:, 1].mean(), rel=1e-6)
    assert result.slope == pytest.approx(np.nanmean(expected[:, 2]), rel=1e-5)
    assert result.n_without_slope == np.isnan(expected[:, 2]).sum()
    assert (result.n_failed, result.n_resamples, result.seed) == (0, 60, 3)


@pytest.mark.parametrize("rule", [None, RemovalRule.LR])
def test_without_the_common_search_the_numbers_are_the_same(
    rule: RemovalRule | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictors = table([1.5, 1.0, 0.0], seed=4)
    together = found(predictors, rule=rule)

    def _nothing(resamples: Resamples, *_: object) -> tuple[np.ndarray, np.ndarray]:
        shape = len(resamples.events), resamples.matrix.shape[1]
        return np.full(shape, np.nan), np.zeros(shape[0], dtype=bool)

    monkeypatch.setattr(optimism, "build_all", _nothing)
    alone = found(predictors, rule=rule)
    assert together.n_firth == alone.n_firth > 0
    for ours, theirs in ((together.auc, alone.auc), (together.brier, alone.brier)):
        assert (ours.apparent, ours.optimism) == pytest.approx((theirs.apparent, theirs.optimism), rel=1e-6)
    assert together.slope == pytest.approx(alone.slope, rel=1e-6)


def test_a_model_of_noise_looks_better_than_it_is() -> None:
    result = found(table([0.0] * 6), n=300)
    assert result.auc.apparent > 0.6
    assert result.auc.optimism > 0.1 and result.auc.value < result.auc.apparent - 0.1
    assert result.brier.value > result.brier.apparent + 0.05
    assert result.slope is not None and result.slope < 0.6


def test_where_everything_leaves_there_is_no_optimism_and_no_slope() -> None:
    # Odds ratio 1 in the table, and removal above a P that no resample of 40 rows reaches.
    result = found([number("x", np.arange(N) // 2 % 2)], rule=RemovalRule.LR, remove=1e-9)
    assert (result.auc.apparent, result.auc.optimism, result.auc.value) == (0.5, 0.0, 0.5)
    # p = 1/2 for everybody: (1/2)^2.
    assert (result.brier.apparent, result.brier.optimism) == pytest.approx((0.25, 0.0), abs=1e-12)
    assert result.slope is None and "finite slope" in result.reasons["slope"]


def test_a_part_of_separated_rows_is_separated() -> None:
    result = found([number("x", np.where(EVENT, 1.0, 0.0) + np.arange(N) / 100)])
    assert result.n_firth == 60 and result.n_failed == 0
    assert (result.auc.apparent, result.auc.optimism) == (1.0, 0.0)
    assert result.slope is None


def test_a_category_that_is_not_drawn_is_left_out_there() -> None:
    # The third category is one row: in (19/20)^20 = 36 % of the resamples nobody has it.
    kind = np.where(np.arange(N) == 0, 2, np.arange(N) // 2 % 2)
    predictor = Predictor("kind", ("kind=1", "kind=2"), np.column_stack([kind == 1, kind == 2]).astype(float))
    result = found([predictor, *table([0.8])], n=200)
    assert result.n_failed == 0
    # One row of one class alone is separated wherever it is drawn.
    assert result.n_firth > 0.5 * 200


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    predictors = table([1.0, 0.5])
    first, again = (bootstrap_optimism(predictors, EVENT, n_resamples=30, seed=1) for _ in range(2))
    other = bootstrap_optimism(predictors, EVENT, n_resamples=30, seed=2)
    assert first.auc == again.auc and first.slope == again.slope
    assert first.brier != other.brier


def test_blocks_change_nothing_but_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    # A block for each resample draws the same numbers in another order: the means agree within their error.
    predictors = table([1.2, 0.6])
    whole = found(predictors, n=400)
    monkeypatch.setattr(optimism, "_BLOCK", 1)
    parts = found(predictors, n=400)
    assert parts.n_resamples == 400
    assert parts.brier.optimism == pytest.approx(whole.brier.optimism, abs=0.006)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"n": 1}, "a bootstrap needs resamples"),
        ({"n": 100_001}, "a bootstrap needs resamples"),
        ({"seed": -1}, "a seed is a whole number"),
    ],
)
def test_numbers_out_of_range_are_refused(choices: dict[str, int], words: str) -> None:
    with pytest.raises(InsufficientDataError, match=words):
        bootstrap_optimism(table([1.0]), EVENT, n_resamples=choices.get("n", 20), seed=choices.get("seed", 1))


def test_one_class_and_constant_predictors_are_refused() -> None:
    with pytest.raises(InsufficientDataError, match="both classes"):
        bootstrap_optimism(table([1.0]), np.ones(N, dtype=bool), n_resamples=20, seed=1)
    with pytest.raises(InsufficientDataError, match="does not vary"):
        found([number("x", np.full(N, 3.0))])


def test_too_many_that_must_be_fitted_one_by_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimism, "MOST_ROWS_ONE_BY_ONE", N)
    kind = np.where(np.arange(N) == 0, 2, np.arange(N) // 2 % 2)
    predictor = Predictor("kind", ("kind=1", "kind=2"), np.column_stack([kind == 1, kind == 2]).astype(float))
    told = (
        "resampling takes too long, since predictors depend on each other in resamples; "
        rf"got [1-9]\d? of 100 resamples of {N} rows; allowed: {N} rows in them together."
    )
    with pytest.raises(InsufficientDataError, match=f"^{told}$"):
        found([predictor, *table([0.8])], n=100)


def refuse_from(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model can be built from this resample on; the first call is on the rows themselves."""
    builder, calls = optimism._Builder, iter(range(1_000))
    build = builder.build

    def _refusing(self: optimism._Builder, *counts: np.ndarray, **known: bool | None) -> optimism._Built:
        built = build(self, *counts, is_separated=known["is_separated"])
        return replace(built, b=np.full_like(built.b, np.nan)) if next(calls) >= call else built

    monkeypatch.setattr(optimism, "_BLOCK", 1)
    monkeypatch.setattr(builder, "build", _refusing)


def test_resamples_without_a_model_are_counted_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    predictors = table([1.2, 0.6])
    refuse_from(16, monkeypatch)
    result = found(predictors, n=20)
    # Of the call on the rows themselves and 20 on a resample each, the last 5 gave none.
    assert (result.n_resamples, result.n_failed, result.n_without_slope) == (20, 5, 0)
    assert result.reasons == {"n_failed": "no model could be built on 5 of 20 resamples"}
    monkeypatch.undo()
    monkeypatch.setattr(optimism, "_BLOCK", 1)
    assert result.brier.optimism == pytest.approx(found(predictors, n=15).brier.optimism, rel=1e-12)


def test_rows_on_which_no_model_settles_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_from(0, monkeypatch)
    told = "the logistic model does not settle. Leave out predictors."
    with pytest.raises(InsufficientDataError, match=f"^{re.escape(told)}$"):
        found(table([1.0]), n=20)


def test_where_no_resample_has_a_model_there_is_no_optimism(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_from(1, monkeypatch)
    told = f"no model can be built on any resample; got {N} rows."
    with pytest.raises(InsufficientDataError, match=f"^{re.escape(told)}$"):
        found(table([1.0]), n=20)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(4, 30), st.sampled_from([1e-80, 1.0, 1e80]))
def test_small_tables_have_an_answer_or_a_reason(seed: int, n: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    event = np.arange(n) % 2 == 0
    values = np.round(rng.normal(size=n), 1) + event * rng.choice([0, 1, 9])
    try:
        result = bootstrap_optimism([number("x", values * scale)], event, n_resamples=20, seed=seed)
    except InsufficientDataError:
        return
    assert 0 <= result.auc.apparent <= 1
    assert 0 <= result.brier.apparent <= 0.25 + 1e-9
    assert np.isfinite([result.auc.optimism, result.brier.optimism]).all()
    expected = {}
    if result.n_failed:
        expected["n_failed"] = f"no model could be built on {result.n_failed} of 20 resamples"
    if result.slope is None:
        expected["slope"] = "no resample's model has a finite slope on the rows themselves"
    elif left := result.n_without_slope:
        expected["n_without_slope"] = f"{left} of 20 resamples have no finite slope, and are left out"
    assert dict(result.reasons) == expected
