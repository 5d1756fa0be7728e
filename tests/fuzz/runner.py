"""Runs inputs in a worker process, starts another where one dies, and adds up how they went.

``python -m tests.fuzz.runner SEED FIRST COUNT [TARGET]`` prints a summary and every fault.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Tally:
    """Inputs of one kind."""

    taken: int = 0
    accepted: int = 0
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[int, int] = (0, -1)

    def add(self, outcome: dict[str, Any]) -> None:
        self.taken += 1
        self.accepted += bool(outcome["accepted"])
        self.seconds += outcome["seconds"]
        self.slowest = max(self.slowest, (outcome["seconds"], outcome["number"]))
        self.largest = max(self.largest, (outcome["bytes"], outcome["number"]))


@dataclass
class Report:
    """All inputs of a run. A fault is its number and what came out."""

    seed: int
    tallies: dict[str, Tally] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return sum(tally.taken for tally in self.tallies.values())

    def lines(self) -> list[str]:
        """A table of the kinds."""
        found = [f"seed {self.seed}: {self.taken} inputs, {len(self.faults)} faults"]
        for name, t in sorted(self.tallies.items()):
            found.append(
                f"{name:15} {t.taken:7} taken {t.accepted:7} accepted {t.taken - t.accepted:7} refused, "
                f"mean {1000 * t.seconds / t.taken:7.2f} ms, slowest {t.slowest[0]:.2f} s (#{t.slowest[1]}), "
                f"most memory {t.largest[0] / 1e6:.0f} MB (#{t.largest[1]})"
            )
        return found

    def told(self) -> str:
        """Every fault with the two numbers that make it again."""
        parts = [
            f"python -m tests.fuzz.runner {self.seed} {n} 1  # {name}\n{what}"
            for n, name, what in self.faults
        ]
        return "\n\n".join(parts[:20])


def run_inputs(seed: int, first: int, count: int, only: str | None = None, show: bool = False) -> Report:
    """Take ``count`` inputs from number ``first`` on."""
    report = Report(seed)
    at, end = first, first + count
    with tempfile.TemporaryDirectory() as name:
        while at < end:
            folder = Path(name) / "work"
            folder.mkdir(exist_ok=True)
            at = _until_death(report, at, end - at, folder, only, show)
    return report


def _until_death(report: Report, first: int, count: int, folder: Path, only: str | None, show: bool) -> int:
    """One worker's inputs; the number after the last."""
    words = [sys.executable, "-m", "tests.fuzz.worker", str(report.seed), str(first), str(count), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as errors:
        worker = subprocess.Popen(
            [*words, *([only] if only else [])],
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env=environment,
        )
        assert worker.stdout is not None
        begun, done, is_ready = first, first, False
        for line in worker.stdout:
            answer = json.loads(line)
            is_ready = True
            if "begun" in answer:
                begun = answer["begun"]
            elif "target" in answer:
                done = answer["number"] + 1
                report.tallies.setdefault(answer["target"], Tally()).add(answer)
                if answer["fault"]:
                    report.faults.append((answer["number"], answer["target"], answer["fault"]))
                    if show:
                        print(f"#{answer['number']} {answer['target']}\n{answer['fault']}", flush=True)
        worker.stdout.close()
        status = worker.wait()
        errors.seek(max(0, errors.seek(0, 2) - 6000))
        tail = errors.read().decode("utf-8", "replace")
    if not is_ready:
        raise RuntimeError(f"the worker did not start: {tail}")
    if done == first + count:
        return done
    report.faults.append((begun, "the process ended", f"status {status}\n{tail}"))
    if show:
        print(f"#{begun} the process ended, status {status}\n{tail}", flush=True)
    return begun + 1


if __name__ == "__main__":
    seed, first, count = map(int, sys.argv[1:4])
    found = run_inputs(seed, first, count, sys.argv[4] if sys.argv[4:] else None, show=True)
    print("\n".join(found.lines()))
