"""t tests from means and SDs, against R's t.test on the values themselves."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.summary_t import Summary, pooled_t, student_p, welch_df, welch_t

REFERENCE = Path(__file__).parents[1] / "reference" / "summary_t.csv"


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["name"])
def test_agrees_with_t_test_of_r(row: dict[str, str]) -> None:
    # R 4.2.2, t.test on R's own data sets; see tests/reference/summary_t.R
    first, second = (Summary(float(row[f"mean{i}"]), float(row[f"sd{i}"]), int(row[f"n{i}"])) for i in (1, 2))
    for result, prefix in ((pooled_t(first, second), ""), (welch_t(first, second), "welch_")):
        assert result.t == pytest.approx(float(row[f"{prefix}t"]), rel=1e-10)
        assert result.df == pytest.approx(float(row[f"{prefix}df"]), rel=1e-10)
        assert result.p == pytest.approx(float(row[f"{prefix}p"]), rel=1e-8)


sds = st.floats(0.01, 10)


@given(st.floats(-5, 5), sds, st.floats(-5, 5), sds, st.integers(2, 60))
def test_groups_of_one_size_have_one_t_and_welch_has_fewer_degrees(a, s, b, u, n) -> None:
    first, second = Summary(a, s, n), Summary(b, u, n)
    assert welch_t(first, second).t == pytest.approx(pooled_t(first, second).t, rel=1e-9, abs=1e-12)
    assert n - 1 <= welch_df(s, n, u, n) * (1 + 1e-12)
    assert welch_df(s, n, u, n) <= (2 * n - 2) * (1 + 1e-12)
    assert pooled_t(second, first).t == -pooled_t(first, second).t


def test_p_of_a_table() -> None:
    # Fisher RA, Yates F. Statistical tables, t: 2.228 at 10 degrees of freedom is P 0.05.
    assert student_p(2.228139, 10) == pytest.approx(0.05, abs=1e-7)
    assert student_p(0, 10) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Summary(1, 1, 1), Summary(1, 1, 9)),
        (Summary(1, 0, 9), Summary(2, 0, 9)),
        (Summary(1, -1, 9), Summary(2, 1, 9)),
    ],
)
def test_what_does_not_vary_is_refused(first: Summary, second: Summary) -> None:
    for test in (pooled_t, welch_t):
        with pytest.raises(InsufficientDataError):
            test(first, second)
