"""Which of many points are drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.figures.drawn_sample import MOST_DRAWN, drawn_note, drawn_ranks


def test_few_points_are_all_drawn_and_nothing_is_said() -> None:
    for n in (0, 1, 2, MOST_DRAWN):
        assert drawn_ranks(n).tolist() == list(range(n))
        assert drawn_note(n) is None


@given(st.integers(MOST_DRAWN + 1, 10**12))
def test_of_many_an_even_sample_with_both_ends(n: int) -> None:
    ranks = drawn_ranks(n)
    assert (len(ranks), ranks[0], ranks[-1]) == (MOST_DRAWN, 0, n - 1)
    steps = np.diff(ranks)
    assert steps.min() >= 1 and steps.max() - steps.min() <= 1
    assert drawn_note(n) == f"Drawn: {MOST_DRAWN} of {n}, evenly by rank."
