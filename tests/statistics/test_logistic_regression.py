"""Logistic models against glm and MASS of R, closed forms, an independent optimiser, and by separation."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models import logistic_regression
from gepnet_core.statistics.models.backward_elimination import RemovalRule, eliminate_backward
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_likelihood import maximise
from gepnet_core.statistics.models.logistic_regression import LogisticFit, fit_logistic, separated_classes
from gepnet_core.statistics.models.separation import Separation, find_separation


def reference(name: str) -> dict[str, dict[str, str]]:
    lines = (Path(__file__).parents[1] / "reference" / name).read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        found.setdefault(row["model"], {})[row["what"]] = row["value"]
    return found


R = reference("logistic.csv")
R_SEPARATED = reference("logistic_regression.csv")
MODELS = [name for name in R if not name.startswith("backward")]


def number(name: str, values: Sequence[float] | np.ndarray) -> Predictor:
    return Predictor(name, (name,), np.array(values, dtype=float)[:, None])


def model_of_r(name: str) -> tuple[list[Predictor], np.ndarray]:
    rows = R[name]
    predictors = [
        number(what[2:], [float(x) for x in values.split()])
        for what, values in rows.items()
        if what.startswith("x ")
    ]
    return predictors, np.array([x == "1" for x in rows["y"].split()])


def fitted(predictors: Sequence[Predictor], event: np.ndarray, penalised: bool = False) -> LogisticFit:
    return fit_logistic(design_of(predictors, event), penalised=penalised)


@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_glm_of_r(name: str) -> None:
    # R 4.2.2, glm with epsilon 1e-14; limits of the profile by uniroot; see tests/reference/logistic.R
    predictors, event = model_of_r(name)
    assert separated_classes(design_of(predictors, event)) is None
    fit = fitted(predictors, event)
    assert fit.log_likelihood == pytest.approx(float(R[name]["log_likelihood"]), rel=1e-12)
    for term, found in {"intercept": fit.intercept, **fit.terms}.items():
        expected = {what: float(R[name][f"{term} {what}"]) for what in ("b", "se", "p")}
        # The standard errors of glm are those of its last step but one.
        assert (found.b, found.se, found.p) == pytest.approx(tuple(expected.values()), rel=1e-6)
        # 1.959963984540054 is the normal quantile
        half = 1.959963984540054 * expected["se"]
        assert (found.wald.low, found.wald.high) == pytest.approx(
            (expected["b"] - half, expected["b"] + half), rel=1e-6, abs=1e-9
        )
        if term != "intercept":
            assert found.profile is not None
            assert (found.profile.low, found.profile.high) == pytest.approx(
                (float(R[name][f"{term} low"]), float(R[name][f"{term} high"])), rel=1e-6
            )


@pytest.mark.parametrize("rule", RemovalRule)
def test_each_step_of_elimination_agrees_with_r(rule: RemovalRule) -> None:
    # R 4.2.2, drop1(test = "LRT") and summary(glm); the study ends at pattern and HAP ratio.
    predictors, event = model_of_r("cohort_five")
    steps = eliminate_backward(predictors, event, rule)
    names = {"pvp_ratio": "pvp", "code": "pattern", "hap_ratio": "hap"}
    expected: dict[tuple[int, str], float] = {}
    for what, value in R[f"backward_{rule}"].items():
        step, name = what.split()
        expected[int(step), names.get(name, name)] = float(value)
    ours = {(k, test.name): test.p for k, step in enumerate(steps, start=1) for test in step.tests}
    assert ours == pytest.approx(expected, rel=1e-4)
    assert [step.removed for step in steps] == ["pvp", "hypo", "nodes", None]
    assert steps[-1].kept == ("pattern", "hap")


def test_everything_may_leave_and_a_category_leaves_as_a_whole() -> None:
    rng = np.random.default_rng(5)
    event = np.arange(60) % 2 == 0
    kinds = rng.integers(0, 3, 60)
    category = Predictor(
        "kind", ("kind=b", "kind=c"), np.column_stack([kinds == 1, kinds == 2]).astype(float)
    )
    steps = eliminate_backward([category, number("x", rng.normal(size=60))], event, RemovalRule.LR, 0.001)
    assert steps[-1].kept == ()
    assert {test.name: test.df for test in steps[0].tests} == {"kind": 2, "x": 1}
    # Without predictors the likelihood is that of the share: 60 log(1/2).
    assert steps[-1].log_likelihood == pytest.approx(60 * math.log(0.5))


def table(a: int, b: int, c: int, d: int) -> tuple[Predictor, np.ndarray]:
    """``a`` exposed with the event, ``b`` exposed without, ``c`` and ``d`` the unexposed."""
    exposed = np.repeat([1.0, 1.0, 0.0, 0.0], [a, b, c, d])
    return number("x", exposed), np.repeat([True, False, True, False], [a, b, c, d])


@given(*[st.integers(1, 12)] * 4)
def test_one_exposure_has_the_odds_ratio_of_its_table(a: int, b: int, c: int, d: int) -> None:
    """Woolf B. Ann Hum Genet 1955;19:251-253: log(ad/bc), variance 1/a + 1/b + 1/c + 1/d."""
    predictor, event = table(a, b, c, d)
    found = fitted([predictor], event).terms["x"]
    assert found.b == pytest.approx(math.log(a * d / (b * c)), abs=1e-8)
    assert found.se == pytest.approx(math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), rel=1e-7)


@given(*[st.integers(0, 12)] * 4)
def test_firth_adds_one_half_to_each_cell(a: int, b: int, c: int, d: int) -> None:
    """For a saturated model the penalty is half a patient more in each cell (Firth 1993, section 3.3)."""
    assume(min(a + b, c + d, a + c, b + d) > 0 and a + b + c + d > 2)
    predictor, event = table(a, b, c, d)
    found = fitted([predictor], event, penalised=True).terms["x"]
    a_, b_, c_, d_ = (count + 0.5 for count in (a, b, c, d))
    assert found.b == pytest.approx(math.log(a_ * d_ / (b_ * c_)), abs=1e-7)
    separation = separated_classes(design_of([predictor], event))
    assert (separation is None) == (min(a, b, c, d) > 0)


def penalised_minus(b: np.ndarray, design: np.ndarray, event: np.ndarray) -> float:
    eta = design @ b
    weight = np.exp(-np.logaddexp(0, eta) - np.logaddexp(0, -eta))
    determinant = np.linalg.slogdet((design * weight[:, None]).T @ design)[1]
    return float(np.logaddexp(0, eta).sum() - event @ eta - determinant / 2)


@pytest.mark.parametrize("seed", range(4))
def test_firth_agrees_with_an_independent_optimiser(seed: int) -> None:
    """The penalised likelihood maximised by Nelder and Mead, without scores: estimates, P and a limit."""
    from scipy.optimize import minimize
    from scipy.stats import chi2

    rng = np.random.default_rng(seed)
    x = rng.normal(size=(24, 2))
    event = x[:, 0] + 0.3 * rng.normal(size=24) > 0
    if seed == 0:
        event = x[:, 0] > 0  # complete separation
    design = np.column_stack([np.ones(24), x])
    exact = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": 20_000, "maxfev": 20_000}
    best = minimize(penalised_minus, np.zeros(3), (design, event), method="Nelder-Mead", options=exact)
    fit = fitted([number("a", x[:, 0]), number("b", x[:, 1])], event, penalised=True)
    assert [fit.intercept.b, fit.terms["a"].b, fit.terms["b"].b] == pytest.approx(best.x, abs=1e-5)

    def _loss(value: float) -> float:
        def _held(rest: np.ndarray) -> float:
            return penalised_minus(np.array([rest[0], value, rest[1]]), design, event)

        # From several places: far out, the simplex may collapse on the way.
        starts = [scale * best.x[[0, 2]] * value / best.x[1] for scale in (0.5, 1.0, 1.5)]
        held = min(minimize(_held, start, method="Nelder-Mead", options=exact).fun for start in starts)
        return float(2 * (held - best.fun))

    found = fit.terms["a"]
    assert found.p == pytest.approx(chi2.sf(_loss(0.0), 1), rel=1e-5)
    assert found.profile is not None
    for limit in (found.profile.low, found.profile.high):
        assert _loss(limit) == pytest.approx(chi2.ppf(0.95, 1), abs=1e-5)


@pytest.mark.parametrize(
    ("x", "event", "kind"),
    [
        ([1, 2, 3, 4, 5, 6], "000111", Separation.COMPLETE),
        ([6, 5, 4, 3, 2, 1], "000111", Separation.COMPLETE),
        ([1, 2, 3, 3, 4, 5], "000111", Separation.QUASI_COMPLETE),
        ([0, 0, 0, 0, 1, 1], "010111", Separation.QUASI_COMPLETE),
        ([1, 2, 4, 3, 5, 6], "000111", None),
        ([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3], "0011", Separation.COMPLETE),
        ([1e-9, 2e-9, 3e-9, 4e-9], "0101", None),
    ],
)
def test_separation_is_told_apart_from_overlap(x: list[float], event: str, kind: Separation | None) -> None:
    found = separated_classes(design_of([number("x", x)], np.array([e == "1" for e in event])))
    assert (None if found is None else found.kind) == kind
    if found is not None:
        assert (found.terms, found.alone) == (("x",), ("x",))


def test_separation_by_two_together_names_both() -> None:
    a = np.array([0.0, 1.0, 2.0, 3.0, 0.5, 1.5, 2.5, 3.5])
    noise = np.array([0.0, 5.0, 1.0, 4.0, 0.0, 5.0, 1.0, 4.0])
    event = np.arange(8) >= 4
    found = separated_classes(design_of([number("sum", a + noise), number("noise", noise)], event))
    assert found is None  # a alone overlaps
    shifted = a + 10 * event + 20 * noise
    found = separated_classes(design_of([number("sum", shifted), number("noise", noise)], event))
    assert found is not None
    assert (found.kind, set(found.terms), found.alone) == (Separation.COMPLETE, {"sum", "noise"}, ())


cases = st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3), st.booleans()), min_size=8, max_size=25)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_other_class_flips_signs_and_units_scale(rows: list[tuple[int, int, bool]]) -> None:
    x, z = (np.array([row[k] for row in rows], dtype=float) for k in (0, 1))
    event = np.array([row[2] for row in rows])
    assume(0 < event.sum() < len(event) and len(set(x)) > 2 and len(set(z)) > 1)
    assume(np.linalg.matrix_rank(np.column_stack([np.ones(len(x)), x, z])) == 3)
    predictors = [number("x", x), number("z", z)]
    separation = separated_classes(design_of(predictors, event))
    mirrored = separated_classes(design_of(predictors, ~event))
    assert (separation is None) == (mirrored is None)
    penalised = separation is not None
    here = fitted(predictors, event, penalised)
    there = fitted([number("z", z), number("x", 1000 * x + 7)], ~event, penalised)
    tolerance = 1e-4
    assert there.terms["x"].b == pytest.approx(-here.terms["x"].b / 1000, rel=tolerance, abs=1e-7)
    assert there.terms["z"].b == pytest.approx(-here.terms["z"].b, rel=tolerance, abs=1e-5)
    assert there.terms["x"].p == pytest.approx(here.terms["x"].p, rel=tolerance, abs=1e-6)
    for one, other, unit in (
        (here.terms["x"], there.terms["x"], 1000),
        (here.terms["z"], there.terms["z"], 1),
    ):
        assert one.profile is not None and other.profile is not None
        assert one.profile.low < one.b < one.profile.high
        # Far out, rounding decides whether a limit is found at all.
        if max(abs(one.profile.low), abs(one.profile.high)) < 20:
            assert -unit * other.profile.high == pytest.approx(one.profile.low, rel=1e-3, abs=1e-3)
            assert -unit * other.profile.low == pytest.approx(one.profile.high, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("predictors", "event", "expected"),
    [
        ([number("x", [1, 2, 3])], "111", "both classes"),
        ([number("x", [])], "", "both classes"),
        ([number("x", [1, 2]), number("y", [2, 5])], "01", "fewer rows"),
        ([number("x", [2, 2, 2, 2])], "0101", "does not vary"),
        ([number("x", [1, 2, 3, 4]), number("y", [3, 5, 7, 9])], "0101", "follows from others"),
        ([number("x", [1, 2, 3, 1e200])], "0101", "too large"),
        ([number("x", [1, 2, 3, math.nextafter(1e100, math.inf)])], "0101", "too large"),
        ([number("x", [1e-200, 2e-200, 0, 3e-200])], "0101", "too large or too small"),
    ],
)
def test_a_model_that_cannot_be_asked_for_is_refused(
    predictors: list[Predictor], event: str, expected: str
) -> None:
    with pytest.raises(InsufficientDataError, match=expected):
        design_of(predictors, np.array([e == "1" for e in event], dtype=bool))


def test_numbers_as_large_as_is_allowed_are_taken() -> None:
    assert design_of([number("x", [1, 2, 3, 1e100])], np.array([False, True] * 2)).terms == ("x",)


def test_a_limit_far_out_is_found_and_one_that_is_not_is_infinite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of these eight rows the penalised likelihood first falls, rises again, and falls for good far out."""
    rows = [(0, 0, 1), (0, 0, 1), (0, 0, 1), (1, 2, 0), (-2, 2, 1), (3, 1, 0), (3, 1, 0), (7, 0, 1)]
    x, z, event = np.array(rows, dtype=float).T
    design = design_of([number("x", x), number("z", z)], event == 1)
    found = fit_logistic(design, penalised=True).terms["z"]
    assert found.profile is not None
    assert -100 < found.profile.low < -10 < found.b < found.profile.high < 1

    def _never_settles_when_held(*arguments, held=None, **settings):
        return None if held else maximise(*arguments, **settings)

    monkeypatch.setattr(logistic_regression, "maximise", _never_settles_when_held)
    profile = fit_logistic(design).terms["z"].profile
    assert profile is not None
    assert (profile.low, profile.high) == (-math.inf, math.inf)


def side_of(distance: np.ndarray, *nearest: int) -> np.ndarray:
    """Which side of the border; those so and so near to it, counted from 1, on the wrong one."""
    wrong = np.argsort(np.abs(distance), kind="stable")[[k - 1 for k in nearest]]
    side = distance > 0
    side[wrong] = ~side[wrong]
    return side


@pytest.mark.parametrize("name", R_SEPARATED)
def test_many_rows_separated_or_nearly_so_agree_with_r(name: str) -> None:
    # R 4.2.2, brglm2 0.9 (Jeffreys's penalty) and glm; limits by optim and uniroot without derivatives: see
    # tests/reference/logistic_regression.R, whose rows these are.
    i = np.arange(1.0, 2001.0)
    a, b = (i * 7919) % 2003 / 2003 - 0.5, (i * 104729) % 1999 / 1999 - 0.5
    events = {
        "one_complete": side_of(a - 0.1),
        "one_nearly": side_of(a - 0.1, 3),
        "two_complete": side_of(a - 2 * b),
        "two_nearly": side_of(a - 2 * b, 2, 5, 9, 14, 20),
    }
    predictors = [number("a", a)] if name.startswith("one") else [number("a", a), number("b", b)]
    separation = separated_classes(design_of(predictors, events[name]))
    if name.endswith("complete"):
        assert separation is not None
        assert (separation.kind, separation.terms) == (Separation.COMPLETE, tuple(p.name for p in predictors))
        assert separation.alone == (("a",) if name == "one_complete" else ())
    else:
        assert separation is None
    fit = fitted(predictors, events[name], penalised=separation is not None)
    for term, found in {"intercept": fit.intercept, **fit.terms}.items():
        expected = {what: float(R_SEPARATED[name][f"{term} {what}"]) for what in ("b", "se")}
        # brglm2 stops a little before the top.
        assert (found.b, found.se) == pytest.approx((expected["b"], expected["se"]), rel=1e-5)
        if found.profile is not None:
            assert (found.profile.low, found.profile.high) == pytest.approx(
                [float(R_SEPARATED[name][f"{term} {what}"]) for what in ("low", "high")], rel=1e-6
            )


def whole_programme(signed: np.ndarray) -> Separation | None:
    """Konis's two linear programmes with all rows at once."""
    from scipy.optimize import linprog

    n, p = signed.shape
    farthest = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(n), bounds=(-1, 1))
    if (signed @ farthest.x).max() <= 1e-6:
        return None
    margins = np.column_stack([-signed, np.ones(n)])
    margin = linprog(np.append(np.zeros(p), -1.0), A_ub=margins, b_ub=np.zeros(n), bounds=(-1, 1))
    return Separation.COMPLETE if margin.x[-1] > 1e-6 else Separation.QUASI_COMPLETE


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.booleans(), st.sampled_from([0.0, 0.1, 1.0]))
def test_separation_from_few_rows_is_that_from_all(seed: int, p: int, is_coarse: bool, noise: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(300, p))
    x = np.round(x) if is_coarse else x
    event = x @ rng.integers(-2, 3, size=p) + noise * rng.normal(size=300) > 0.5
    assume(0 < event.sum() < 300 and (x.std(axis=0) > 0).all())
    design = np.column_stack([np.ones(300), (x - x.mean(axis=0)) / x.std(axis=0)])
    signed = np.where(event[:, None], design, -design)
    found = find_separation(design, event)
    assert (None if found is None else found[0]) == whole_programme(signed)
    if found is not None:
        assert (signed @ found[1]).min() > -1e-7


def test_certain_rows_leave_the_estimates_alone() -> None:
    x = np.array([-2.0, -1.5, -1.0, 1.0, -0.5, 0.5, -1.0, 1.5, 2.0, 2.5])
    event = np.arange(10) >= 5
    far = np.linspace(200.0, 300.0, 500)
    here = fitted([number("x", x)], event)
    both = [number("x", np.concatenate([-far, x, far]))]
    there = fitted(both, np.repeat([False, True], [505, 505]))
    one, other = here.terms["x"], there.terms["x"]
    assert (other.b, other.se, there.log_likelihood) == pytest.approx(
        (one.b, one.se, here.log_likelihood), rel=1e-8
    )
    assert one.profile is not None and other.profile is not None
    assert other.profile.high == pytest.approx(one.profile.high, rel=1e-8)


@pytest.mark.parametrize("nearest", [(), (1, 3, 40)])
@pytest.mark.parametrize("weights", [(1.0,), (1.0, -2.0)])
@pytest.mark.soak
def test_large_tables_that_are_separated_or_nearly_so_are_quick(
    weights: tuple[float, ...], nearest: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(100_000, len(weights)))
    event = side_of(x @ weights, *nearest)
    predictors = [number(name, column) for name, column in zip("ab", x.T, strict=False)]
    start = time.perf_counter()
    separation = separated_classes(design_of(predictors, event))
    fit = fitted(predictors, event, penalised=separation is not None)
    assert time.perf_counter() - start < 20  # here 1 to 3 s
    assert (None if separation is None else separation.kind) == (None if nearest else Separation.COMPLETE)
    for name, weight in zip("ab", weights, strict=False):
        found = fit.terms[name]
        assert found.profile is not None
        assert found.profile.low < found.b < found.profile.high < math.inf
        # The border is known far better than how steep it is.
        assert found.b / fit.terms["a"].b == pytest.approx(weight, rel=1e-3)
        assert found.profile.low * found.profile.high > 0


def test_large_tables_are_quick_and_settle() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(100_000, 2))
    event = rng.random(100_000) < 1 / (1 + np.exp(-(x @ [1.0, -2.0])))
    fit = fitted([number("a", x[:, 0]), number("b", x[:, 1])], event)
    assert (fit.terms["a"].b, fit.terms["b"].b) == pytest.approx((1, -2), abs=0.05)
