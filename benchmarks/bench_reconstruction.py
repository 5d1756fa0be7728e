"""The search for a cohort that prints the study's numbers, from seed to all 46 patients."""

from __future__ import annotations

import time

from benchmarks.timing import Timing
from gepnet_core.replication.search.reconstruction import reconstruct

_SEEDS = range(20_001, 20_010)


def run() -> list[Timing]:
    """One search for each seed; seeds differ in how many attempts they take."""
    seconds = []
    for seed in _SEEDS:
        started = time.perf_counter()
        reconstruct(seed)
        seconds.append(time.perf_counter() - started)
    return [Timing("A cohort that prints the study's numbers, from a seed", tuple(seconds), "s", goal=30)]
