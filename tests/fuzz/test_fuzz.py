"""Bent inputs of every kind that a user can give: each is accepted or refused as promised, within bounds.

No traceback, no warning, at most 5 seconds of the processor and 1 GB of memory, no file outside the work
folder, no name of the file in a message. A failure prints the two numbers that make its input again.

Inputs are random from a seed and know the structure of each format. Where atheris is installed, `make soak`
also lets it steer the same mutators by the lines of the library that they reach.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.runner import ROOT, run_inputs
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="limits of time and memory are those of Linux"
)

KINDS = sorted(target.name for target in TARGETS)
SECONDS_GUIDED = 120


def test_two_thousand_inputs() -> None:
    report = run_inputs(seed=1, first=0, count=2_000)
    print("\n".join(report.lines()))
    assert not report.faults, report.told()
    assert report.taken == 2_000
    assert sorted(report.tallies) == KINDS
    # Refusing everything would be no test of what is behind the first check.
    assert [name for name, tally in report.tallies.items() if tally.accepted < tally.taken / 20] == []


@pytest.mark.soak
def test_fifty_thousand_inputs() -> None:
    report = run_inputs(seed=2, first=0, count=50_000)
    print("\n".join(report.lines()))
    assert not report.faults, report.told()
    assert report.taken == 50_000


@pytest.mark.soak
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_inputs_steered_by_what_they_reach(kind: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.fuzz.guided", kind, str(tmp_path)]
    done = subprocess.run(
        [*words, "-seed=1", f"-max_total_time={SECONDS_GUIDED}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-6_000:]
    assert len(list((tmp_path / "corpus").iterdir())) > 10  # something steered it
