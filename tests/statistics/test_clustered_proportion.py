"""Shares of lesions: R's survey package, and the limits in which they are those of independent rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.statistics.proportions.clustered_proportion import clustered_proportion

CALLED = (1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1)
PATIENT = (1, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7)


def test_design_effect_and_interval_as_in_r() -> None:
    found = clustered_proportion(CALLED, PATIENT)
    # tests/reference/clustered_proportion.R (R 4.2.2, survey 4.1.1): share 0.75, design effect 1.55555555556,
    # wilson 0.403763367095 0.930022382968
    assert (found.count, found.n, found.n_clusters, found.value) == (9, 12, 7, 0.75)
    assert found.design_effect == pytest.approx(1.55555555556, abs=1e-11)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (0.403763367095, 0.930022382968), abs=1e-11
    )
    assert found.reason is None


def test_one_row_a_patient_is_wilsons_interval_but_for_the_degrees_of_freedom() -> None:
    found = clustered_proportion([1] * 19 + [0] * 4, range(23))
    # The variance of 23 clusters of one row is p (1 - p) / (n - 1): the design effect is n / (n - 1).
    assert found.design_effect == pytest.approx(23 / 22)
    wilson = wilson_interval(19, 23)
    assert found.interval.low < wilson.low < wilson.high < found.interval.high
    assert found.interval.low == pytest.approx(wilson.low, abs=0.01)


def test_copies_of_each_patient_add_nothing() -> None:
    once = clustered_proportion([1] * 19 + [0] * 4, range(23)).interval
    thrice = clustered_proportion([1] * 57 + [0] * 12, [k // 3 for k in range(69)]).interval
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high), abs=1e-12)


@pytest.mark.parametrize(("hits", "limits"), [([1] * 6, (0.438503, 1.0)), ([0] * 6, (0.0, 0.561497))])
def test_where_all_rows_agree_each_patient_counts_once(hits: list[int], limits: tuple[float, float]) -> None:
    found = clustered_proportion(hits, [1, 1, 1, 2, 2, 3])
    assert found.design_effect is None and "all rows agree" in str(found.reason)
    # R 4.2.2: prop.test(3, 3, correct = FALSE)$conf.int is 0.4385030 1.0000000
    assert (found.interval.low, found.interval.high) == pytest.approx(limits, abs=1e-6)


def test_one_patient_says_nothing_of_others() -> None:
    found = clustered_proportion([1, 0, 1], [5, 5, 5])
    assert found.design_effect is None and "one patient" in str(found.reason)
    assert found.interval.high - found.interval.low > 0.8


@pytest.mark.parametrize(("hits", "clusters"), [([], []), ([1], [1, 2])])
def test_no_rows_or_rows_without_cluster_are_refused(hits: list[int], clusters: list[int]) -> None:
    with pytest.raises(InsufficientDataError, match="each with its cluster"):
        clustered_proportion(hits, clusters)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=40))
def test_the_interval_holds_the_share_and_is_no_narrower_than_wilsons(
    rows: list[tuple[bool, int]],
) -> None:
    hits, clusters = zip(*rows, strict=True)
    found = clustered_proportion(hits, clusters)
    wilson = wilson_interval(found.count, found.n)
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1
    width = found.interval.high - found.interval.low
    assert width >= wilson.high - wilson.low - 1e-12
