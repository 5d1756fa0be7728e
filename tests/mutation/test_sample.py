"""The sample of mutants, and the names that mutmut gives them."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from tests.mutation.mutants import function_of
from tests.mutation.sample import stratified
from tests.mutation.test_mutation import SURVIVORS, explained, reason_of

MUTANTS = [f"gepnet_core.a.x_f__mutmut_{k}" for k in range(70)] + [
    f"gepnet_core.b.xǁCǁm__mutmut_{k}" for k in range(30)
]


def test_each_module_has_its_share() -> None:
    chosen = stratified(MUTANTS, 10, seed=1)
    assert len(set(chosen)) == 10 and set(chosen) <= set(MUTANTS)
    assert Counter(name.split(".")[1] for name in chosen) == {"a": 7, "b": 3}
    # 7.7 and 3.3 of 11: the larger remainder is rounded up.
    assert Counter(name.split(".")[1] for name in stratified(MUTANTS, 11, seed=1)) == {"a": 8, "b": 3}


def test_a_seed_gives_one_sample_whatever_the_order() -> None:
    assert stratified(MUTANTS, 10, seed=1) == stratified(MUTANTS[::-1], 10, seed=1)
    assert stratified(MUTANTS, 10, seed=1) != stratified(MUTANTS, 10, seed=2)


@pytest.mark.parametrize("size", [100, 1_000])
def test_a_sample_of_all_is_all(size: int) -> None:
    assert sorted(stratified(MUTANTS, size, seed=1)) == sorted(MUTANTS)


@pytest.mark.parametrize(
    ("mutant", "function"),
    [
        ("gepnet_core.case.rule.x_combine__mutmut_3", "case.rule.combine"),
        ("gepnet_core.case.cautions.x__about_pattern__mutmut_12", "case.cautions._about_pattern"),
        ("gepnet_core.case.case.xǁCaseǁ__post_init____mutmut_1", "case.case.Case.__post_init__"),
        ("gepnet_core.statistics.roc.curve.xǁRocCurveǁat__mutmut_9", "statistics.roc.curve.RocCurve.at"),
    ],
)
def test_a_mutant_names_its_function(mutant: str, function: str) -> None:
    assert function_of(mutant) == function


def test_every_survivor_that_is_explained_is_listed_once_with_a_reason() -> None:
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    assert len(explained()) == len(listed)
    assert all(one["reason"].endswith(".") and one["change"] for one in listed)


@pytest.mark.parametrize(
    ("now", "is_explained"),
    [
        ("for a, b in zip(x, y, ):", True),
        ("for a, b in zip(x, y, strict=False):", True),
        ("for a, b in zip(x, y, strict=None):", True),
        ("for a, b in zip(y, strict=True):", False),
        ("for a, b in zip(x, None, strict=True):", False),
    ],
)
def test_a_zip_that_asks_for_no_length_is_explained_as_a_class(now: str, is_explained: bool) -> None:
    change = ("- for a, b in zip(x, y, strict=True):", f"+ {now}")
    assert (reason_of("statistics.any", change) is not None) is is_explained
