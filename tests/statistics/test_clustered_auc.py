"""Clustered areas against Obuchowski's equations in R, resampled clusters, DeLong's variance, invariants."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.clustered_auc import ClusteredAuc, clustered_auc
from gepnet_core.statistics.roc.curve import Direction, delong_auc

REFERENCE = Path(__file__).parents[1] / "reference" / "clustered_auc.csv"
LOW, HIGH = Direction.LOW, Direction.HIGH
Z = 1.959963984540054  # the normal quantile

directions = st.sampled_from(Direction)
# Value, class and cluster of each lesion, with two lesions of each class ahead in clusters of their own.
lesions = st.lists(
    st.tuples(st.integers(-4, 4).map(float), st.booleans(), st.integers(0, 5)), max_size=20
).map(lambda rows: [(0.0, True, 90), (1.0, True, 91), (0.0, False, 92), (2.0, False, 93), *rows])


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def table_of(row: dict[str, str]) -> tuple[list[float], list[bool], list[int]]:
    """The lesions of a row; those of the 400 clusters are remainders, as in the script."""
    if row["name"] != "remainders":
        values = [float(word) for word in row["values"].split()]
        return (
            values,
            [word == "1" for word in row["positive"].split()],
            list(map(int, row["clusters"].split())),
        )
    grid = [(i, j, (i * 5 + j * 3) % 7 < 3) for i in range(1, 401) for j in range(1, 2 + (i * 7) % 4)]
    remainders = [float((i * 7919) % 61 + (i * j * 10473) % 29 + (0 if p else 18)) for i, j, p in grid]
    return remainders, [p for _, _, p in grid], [i for i, _, _ in grid]


def columns(rows) -> tuple[list[float], list[bool], list[int]]:
    values, positive, clusters = (list(column) for column in zip(*rows, strict=True))
    return values, positive, clusters


def analysed(rows, direction: Direction = LOW) -> ClusteredAuc:
    return clustered_auc(*columns(rows), direction)


# --- R 4.2.2; see tests/reference/clustered_auc.R


@pytest.mark.parametrize("row", reference(), ids=lambda row: f"{row['name']} {row['direction']}")
def test_area_and_standard_error_agree_with_the_paper_s_equations(row: dict[str, str]) -> None:
    values, positive, clusters = table_of(row)
    found = clustered_auc(values, positive, clusters, Direction(row["direction"]))
    assert found.auc == pytest.approx(float(row["auc"]), rel=1e-11)
    assert found.se == pytest.approx(float(row["se"]), rel=1e-10)
    assert found.interval is not None
    half = Z * float(row["se"])
    limits = float(row["auc"]) - half, float(row["auc"]) + half
    assert (found.interval.low, found.interval.high) == pytest.approx(limits, rel=1e-9)
    sizes = len(set(clusters)), sum(positive), len(positive) - sum(positive)
    assert (found.n_clusters, found.n_positive, found.n_negative) == sizes
    assert dict(found.reasons) == {}


@pytest.mark.parametrize(
    "row", [r for r in reference() if r["bootstrap_se"] != "NA"], ids=lambda r: r["direction"]
)
def test_the_standard_error_is_that_of_resampled_clusters(row: dict[str, str]) -> None:
    # 4000 resamples of 400 clusters: 0.010757, Monte Carlo standard error 0.00012; the formula: 0.010843.
    found = clustered_auc(*table_of(row), Direction(row["direction"]))
    assert found.se == pytest.approx(float(row["bootstrap_se"]), abs=3 * float(row["monte_carlo_se"]))
    assert found.design_effect is not None
    # DeLong's own is further off than that: the resamples see the clusters.
    delong = found.se / math.sqrt(found.design_effect)  # type: ignore[operator]
    assert abs(delong - float(row["bootstrap_se"])) > 3 * float(row["monte_carlo_se"])


def test_two_clusters_by_hand() -> None:
    # Each holds one lesion of either class: 1 and 2 in a, 3 and 0 in b. V10 = 1/2, 0 and V01 = 1/2, 0 with
    # the area 1/4, so that the deviations are 1/4, -1/4 twice: S10 = S01 = 2/2 (1/16 + 1/16) = 1/8,
    # S11 = 2 (1/16 + 1/16) = 1/4, and 1/16 + 1/16 + 2/4 1/4 = 1/4.
    found = clustered_auc([1, 2, 3, 0], [True, False, True, False], ["a", "a", "b", "b"], LOW)
    assert (found.auc, found.se, found.n_clusters) == (0.25, 0.5, 2)
    assert found.design_effect == pytest.approx(2, rel=1e-15)  # without S11 there is 1/8


# --- exact relations


@given(lesions, directions, st.sampled_from([0.9, 0.95]))
def test_one_lesion_a_cluster_is_exactly_delong_s(rows, direction, level) -> None:
    # I10 = M, I01 = N, and in no cluster are both m_i and n_i above 0, so that S11 = 0 and both factors are
    # DeLong's 1 / (M - 1) and 1 / (N - 1).
    values, positive, _ = columns(rows)
    found = clustered_auc(values, positive, np.arange(len(rows)), direction, level)
    ours, theirs = (
        [v for v, p in zip(values, positive, strict=True) if p is which] for which in (True, False)
    )
    delong = delong_auc(ours, theirs, direction, level)
    assert (found.auc, found.se) == (delong.auc, delong.se)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (delong.interval.low, delong.interval.high)
    assert found.design_effect == (1 if delong.se else None)


@given(lesions, directions, st.integers(2, 4))
def test_lesions_counted_several_times_in_their_cluster_change_nothing(rows, direction, times) -> None:
    # Sums of a cluster grow k times, S10 / M by k^2 / k^2, S11 / (M N) by k^2 / k^2; I, I10 and I01 stay.
    once, often = analysed(rows, direction), analysed(rows * times, direction)
    assert (once.auc, once.se, once.interval) == (often.auc, often.se, often.interval)
    assert often.n_clusters == once.n_clusters
    if once.se and once.design_effect is not None and often.design_effect is not None:
        # DeLong's takes each copy for news: its variance falls by about k, the design effect rises.
        assert often.design_effect > once.design_effect


@given(lesions, directions)
def test_the_area_is_that_of_all_lesions(rows, direction) -> None:
    values, positive, _ = columns(rows)
    ours, theirs = (
        [v for v, p in zip(values, positive, strict=True) if p is which] for which in (True, False)
    )
    assert analysed(rows, direction).auc == delong_auc(ours, theirs, direction).auc


@given(lesions, directions, st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(rows, direction, random) -> None:
    shuffled = random.sample(rows, len(rows))
    named = [(value, positive, f"patient {cluster}") for value, positive, cluster in shuffled]
    assert analysed(rows, direction) == analysed(shuffled, direction) == analysed(named, direction)


@given(lesions, directions)
def test_mirrors(rows, direction) -> None:
    found, other = analysed(rows, direction), HIGH if direction is LOW else LOW
    negated = [(-value, positive, cluster) for value, positive, cluster in rows]
    exchanged = [(value, not positive, cluster) for value, positive, cluster in rows]
    assert analysed(negated, other) == found
    for mirrored in (analysed(rows, other), analysed(exchanged, direction)):
        assert mirrored.auc == pytest.approx(1 - found.auc, abs=1e-15)
        assert mirrored.se == found.se


@given(lesions, directions)
def test_any_rising_transform_leaves_everything(rows, direction) -> None:
    risen = [(math.exp(value) + value**3, positive, cluster) for value, positive, cluster in rows]
    assert analysed(risen, direction) == analysed(rows, direction)


def test_any_size_of_number_counts_by_its_rank() -> None:
    ranks = {-1e300: 1.0, 1e-300: 2.0, 2e-300: 3.0, 1e300: 4.0}
    extreme = [
        (1e-300, True, 1),
        (2e-300, True, 2),
        (-1e300, False, 1),
        (1e300, False, 2),
        (2e-300, False, 3),
    ]
    plain = [(ranks[value], positive, cluster) for value, positive, cluster in extreme]
    assert analysed(extreme) == analysed(plain)


# --- what cannot be said is said


@pytest.mark.parametrize(
    ("rows", "auc"),
    [
        ([(1, True, 1), (2, False, 1)], 1.0),
        ([(1, True, 1), (2, False, 2)], 1.0),
        ([(1, True, 1), (3, True, 1), (2, False, 2), (4, False, 3)], 0.75),  # one cluster of positives
        ([(1, True, 1), (3, True, 2), (2, False, 3), (4, False, 3)], 0.75),  # one of negatives
        ([(1, True, 1), (1, False, 1), (1, True, 1)], 0.5),
    ],
)
def test_a_class_in_a_single_cluster_has_an_area_and_no_interval(rows, auc: float) -> None:
    found = analysed(rows)
    assert (found.auc, found.se, found.interval, found.design_effect) == (auc, None, None, None)
    assert set(found.reasons) == {"se", "interval", "design_effect"}
    assert "single cluster" in found.reasons["interval"]


@pytest.mark.parametrize("direction", Direction)
def test_separate_classes_and_constant_markers_shrink_the_interval_and_are_told(direction: Direction) -> None:
    apart = [(1, True, 1), (2, True, 2), (3, False, 1), (4, False, 2), (5, False, 3)]
    constant = [(7, positive, cluster) for _, positive, cluster in apart]
    for rows, auc in ((apart, 1.0 if direction is LOW else 0.0), (constant, 0.5)):
        found = analysed(rows, direction)
        assert (found.auc, found.se, found.design_effect) == (auc, 0.0, None)
        assert found.interval is not None
        assert (found.interval.low, found.interval.high) == (auc, auc)
        assert set(found.reasons) == {"interval", "design_effect"}
        assert "the clustered standard error is 0" in found.reasons["interval"]


def test_clusters_that_are_all_alike_have_a_variance_of_exactly_0() -> None:
    # DeLong's is above 0 for the same lesions.
    found = analysed(
        [(v, p, c) for c in range(7) for v, p in ((1, True), (3, True), (2, False), (2.5, False))]
    )
    assert (found.auc, found.se, found.design_effect) == (0.5, 0.0, 0.0)
    assert set(found.reasons) == {"interval"}


GOOD = ([1.0, 2.0, 3.0, 4.0], [True, True, False, False], [1, 2, 3, 4])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("row", [0, 3])
def test_values_must_be_finite(bad: float, row: int) -> None:
    values = list(GOOD[0])
    values[row] = bad
    with pytest.raises(InsufficientDataError, match="finite"):
        clustered_auc(values, *GOOD[1:], LOW)


@pytest.mark.parametrize("only", [True, False])
def test_both_classes_are_needed(only: bool) -> None:
    with pytest.raises(InsufficientDataError, match="needs both classes"):
        clustered_auc(GOOD[0], [only] * 4, GOOD[2], LOW)


@pytest.mark.parametrize(
    "classes",
    [[1, 1, 0, 0], [True, None, False, False], [1.0, math.nan, 0.0, 0.0], ["yes", "yes", "no", "no"]],
)
def test_a_class_is_a_boolean_and_never_missing(classes) -> None:
    with pytest.raises(InsufficientDataError, match="yes or no"):
        clustered_auc(GOOD[0], classes, GOOD[2], LOW)


@pytest.mark.parametrize(
    "clusters",
    [
        ["Ann", None, "Bob", "Eve"],
        ["Ann", math.nan, "Bob", "Eve"],
        ["Ann", "", "Bob", "Eve"],
        ["Ann", " ", "Bob", "Eve"],
        ["Ann", 2, "Bob", "Eve"],
        [1, None, 3, 4],
        [1.0, math.nan, 3.0, 4.0],
        [1.0, 2.0, 3.0, 4.0],
        [True, False, True, False],
    ],
)
def test_a_cluster_is_never_missing_and_never_told(clusters) -> None:
    for column in (clusters, np.array(clusters, dtype=object)):
        with pytest.raises(InsufficientDataError, match="a cluster is missing or no name") as caught:
            clustered_auc(*GOOD[:2], column, LOW)
        assert "Ann" not in str(caught.value)


@pytest.mark.parametrize(
    "clusters",
    [
        np.array([5, 9, -1, 2**62]),
        np.array([5, 9, 1, 2], dtype=np.uint8),
        [2**70, 2**71, 1, 2],
        np.array(["a", "b", "c", "d"]),
        list(np.array(["a", "b", "c", "d"])),
        list(np.array([4, 3, 2, 1])),
    ],
)
def test_any_whole_number_or_word_names_a_cluster(clusters) -> None:
    assert clustered_auc(*GOOD[:2], clusters, LOW) == clustered_auc(*GOOD, LOW)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_columns_have_the_same_length(which: int) -> None:
    values, positive, clusters = (GOOD[k][: 3 if k == which else 4] for k in range(3))
    with pytest.raises(InsufficientDataError, match="columns of one table"):
        clustered_auc(values, positive, clusters, LOW)
    with pytest.raises(InsufficientDataError, match="columns of one table"):
        clustered_auc([GOOD[0]], [GOOD[1]], [GOOD[2]], LOW)


@pytest.mark.parametrize("level", [-0.5, 0.0, 1.0, 95.0, math.nan])
def test_a_level_is_a_fraction(level: float) -> None:
    with pytest.raises(InsufficientDataError, match="a level is a fraction"):
        clustered_auc(*GOOD, LOW, level)


# --- size


def test_a_hundred_thousand_lesions() -> None:
    # Each patient's lesions share half of their variance; the formula must see it where DeLong's cannot.
    rng = np.random.default_rng(1997)
    clusters = np.repeat(np.arange(25_000), 4)
    positive = clusters % 2 == 0
    values = rng.normal(size=25_000)[clusters] + rng.normal(size=100_000) + 0.5 * ~positive
    start = time.perf_counter()
    found = clustered_auc(values, positive, clusters, LOW)
    assert time.perf_counter() - start < 2
    # The area of two normal distributions half a unit apart with the variance 2 each.
    assert found.auc == pytest.approx(0.5 * math.erfc(-0.5 / math.sqrt(2 * 4)), abs=4 * found.se)  # type: ignore[operator]
    # About 1 + (4 - 1) times the correlation of two placements of a patient, which is a little below 1/2.
    assert found.design_effect is not None
    assert 2.3 < found.design_effect < 2.5
