"""Statistics beside R's pROC and cutpointr and beside scikit-learn: the same data, in turns, in one run."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.timing import Timing, milliseconds
from gepnet_core.statistics.resampling.auc_bootstrap import bootstrap_auc
from gepnet_core.statistics.resampling.bootstrap import bootstrap_cutoff
from gepnet_core.statistics.roc.curve import Direction, delong_auc

SMALL, LARGE = 46, 1_000_000
PEERS = Path(__file__).with_name("peers.R")
Peer = Callable[[str], float]
"""Milliseconds that a job of `peers.R` took, by its own clock."""


def two_classes(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two halves of normal values whose areas are about those of the study."""
    rng = np.random.default_rng(46)
    return rng.normal(0.77, 0.2, n // 2), rng.normal(1.15, 0.3, n // 2)


def run() -> list[Timing]:
    """Areas and resampling; what is beside a peer as how many times as long the peer takes."""
    small, large = two_classes(SMALL), two_classes(LARGE)
    labels = np.repeat([1, 0], LARGE // 2)
    negated = -np.concatenate(large)
    timings = _beside(
        "scikit-learn",
        f"area with DeLong beside roc_auc_score, n = {LARGE:,}",
        lambda: delong_auc(*large, Direction.LOW),
        lambda: milliseconds(lambda: roc_auc_score(labels, negated), repeat=1, warm_up=0)[0],
        at_least=3,
        turns=7,
    )
    with _peers(small, large) as peer:
        if peer is None:
            return timings
        jobs: tuple[tuple[str, str, Callable[[], object], float | None, int], ...] = (
            (
                "area_small",
                f"area with DeLong, n = {SMALL}",
                lambda: delong_auc(*small, Direction.LOW),
                None,
                15,
            ),
            (
                "area_large",
                f"area with DeLong, n = {LARGE:,}",
                lambda: delong_auc(*large, Direction.LOW),
                8,
                7,
            ),
            (
                "bootstrap_area",
                f"2000 bootstraps of the area, n = {SMALL}",
                lambda: bootstrap_auc(*small, Direction.LOW, 2000, 1),
                200,
                7,
            ),
            (
                "cutpoints",
                f"1000 cutpoints judged out of bag, n = {SMALL}",
                lambda: bootstrap_cutoff(*small, Direction.LOW, 1000, 1),
                500,
                3,
            ),
        )
        for name, what, ours, at_least, turns in jobs:
            program = "cutpointr" if name == "cutpoints" else "pROC"
            timings += _beside(program, what, ours, partial(peer, name), at_least=at_least, turns=turns)
    return timings


def _beside(
    program: str,
    what: str,
    ours: Callable[[], object],
    theirs: Callable[[], float],
    *,
    at_least: float | None,
    turns: int,
) -> list[Timing]:
    """Turn by turn, so that what else the machine does falls on both alike."""
    ours(), theirs()
    pairs = [(milliseconds(ours, repeat=3, warm_up=0), theirs()) for _ in range(turns)]
    mine = tuple(sorted(three)[1] for three, _ in pairs)
    times = tuple(their / own for own, (_, their) in zip(mine, pairs, strict=True))
    return [
        Timing(f"{what[0].upper()}{what[1:]}", mine),
        Timing(f"{program}, the same", tuple(their for _, their in pairs)),
        Timing(f"{program}'s time as a multiple of ours, {what}", times, "", at_least=at_least),
    ]


@contextmanager
def _peers(
    small: tuple[np.ndarray, np.ndarray], large: tuple[np.ndarray, np.ndarray]
) -> Iterator[Peer | None]:
    """R with both data sets loaded, None where R or a package is absent."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("small", "large")]
        for path, classes in zip(paths, (small, large), strict=True):
            np.concatenate(classes).tofile(path)
        with subprocess.Popen(
            [rscript, str(PEERS), *map(str, paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            asked, told = process.stdin, process.stdout
            if asked is None or told is None:
                raise RuntimeError("no pipe to R")

            def peer(job: str) -> float:
                asked.write(f"{job}\n")
                asked.flush()
                return float(told.readline()) * 1000

            try:
                peer("area_small")
            except (ValueError, BrokenPipeError):
                # R ends at once where a package is absent.
                yield None
                return
            yield peer
            asked.close()
