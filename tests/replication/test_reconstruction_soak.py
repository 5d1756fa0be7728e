"""Fresh seeds: the search converges from each, and the independent checker finds nothing wrong."""

from __future__ import annotations

import io
import sys
import time

import pandas as pd
import pytest

from gepnet_core.replication.cohort_csv import cohort_csv
from gepnet_core.replication.search.reconstruction import reconstruct
from tests.replication.independent_check import unmet


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10_001, 10_021))
def test_a_fresh_seed_converges_to_a_cohort_that_prints_the_study(seed: int, capsys) -> None:
    started = time.perf_counter()
    found = reconstruct(seed)  # raises where it does not converge
    seconds = time.perf_counter() - started
    with capsys.disabled():
        sys.stdout.write(f"seed {seed}: {found.attempts} attempts, {seconds:.1f} s\n")
    table = pd.read_csv(io.StringIO(cohort_csv(found.columns)))
    assert unmet(table) == []
    assert (table.synthetic == "yes").all()
