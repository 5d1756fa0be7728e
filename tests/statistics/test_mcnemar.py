"""McNemar's exact test against R's binom.test, and by its own symmetry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.mcnemar import mcnemar_exact


# R 4.2.2: binom.test(b, b + c)$p.value
@pytest.mark.parametrize(
    ("b", "c", "p"),
    [
        (0, 0, 1.0),  # no discordant patient; binom.test has no such case
        (0, 1, 1.0),
        (0, 3, 0.25),
        (0, 5, 0.0625),
        (1, 5, 0.21875),
        (3, 10, 0.09228515625),
        (10, 3, 0.09228515625),
        (5, 5, 1.0),
        (59, 16, 6.11415657252151e-07),
        # binom.test(480, 1000), (480, 1001) and (49000, 100000): on, above and far above what is counted out.
        (480, 520, 0.217448293204141),
        (480, 521, 0.206107310832954),
        (49_000, 51_000, 2.58871603834689e-10),
    ],
)
def test_two_sided_p(b: int, c: int, p: float) -> None:
    found = mcnemar_exact(b, c)
    assert (found.only_first, found.only_second) == (b, c)
    assert found.p == pytest.approx(p, rel=1e-12)


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_sides_can_be_exchanged_and_p_is_a_probability(b: int, c: int) -> None:
    p = mcnemar_exact(b, c).p
    assert p == mcnemar_exact(c, b).p
    assert 0 < p <= 1


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="a count is negative"):
        mcnemar_exact(-1, 3)
