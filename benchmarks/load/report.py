"""What a load run found, in words and as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from benchmarks.load.browsers import CHROMIUM
from benchmarks.load.tab import Records

GOAL_P95_SECONDS = 1.0
GOAL_PATH = "typed case"
REQUESTS = ("one slice", "measure one oval")
"""Kinds that are requests of the viewer and no runs of the script."""


@dataclass
class Memory:
    """Resident memory of the server in MB, and its processor time."""

    start: float
    peak: float
    with_all_open: float
    after_closing: float
    after_cleaning: float
    cpu_seconds: float
    driver_cpu_seconds: float


@dataclass
class LoadReport:
    """One run."""

    n_sessions: int
    seed: int
    seconds: float
    ttl_seconds: int
    records: Records
    memory: Memory
    tabs: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def interactions(self) -> dict[str, list[float]]:
        """Seconds from sending an input to the end of the run that it caused, by path; pages opened aside."""
        found: dict[str, list[float]] = {}
        for (path, kind), seconds in self.records.seconds.items():
            if kind != "open" and kind not in REQUESTS:
                found.setdefault(path, []).extend(seconds)
        return found

    @property
    def problems(self) -> list[str]:
        """Goals that were missed; none where all is well."""
        missed = [f"{n} x {what} ({path})" for (path, what), n in Counter(self.records.errors).most_common()]
        typed = self.interactions.get(GOAL_PATH, [])
        if typed and (p95 := float(np.percentile(typed, 95))) > GOAL_P95_SECONDS:
            missed.append(f"p95 of typed cases {p95:.2f} s, goal {GOAL_P95_SECONDS:g} s")
        return missed

    def text(self) -> str:
        """Tables in Markdown."""
        rows = [("Path", "What", "n", "p50 s", "p95 s", "Max s", "Errors")]
        rows.append(("---", "---", "---:", "---:", "---:", "---:", "---:"))
        errors = Counter(path for path, _ in self.records.errors)
        for path, all_seconds in self.interactions.items():
            rows.append((path, "all interactions", *_cells(all_seconds), str(errors[path])))
            for (of, kind), seconds in self.records.seconds.items():
                if of == path:
                    rows.append(("", kind, *_cells(seconds), ""))
        for what, values in self.tabs.items():
            rows.append((CHROMIUM, what, *_cells(list(values)), ""))
        memory = self.memory
        per_session = (memory.with_all_open - memory.start) / self.n_sessions
        lines = [
            f"{self.n_sessions} sessions at once, seed {self.seed}, {self.seconds:.0f} s, "
            f"{sum(map(len, self.interactions.values()))} interactions.",
            "",
            *("| " + " | ".join(row) + " |" for row in rows),
            "",
            f"Memory of the server (resident, MB): at start {memory.start:.0f}, peak {memory.peak:.0f}, all "
            f"sessions open and done {memory.with_all_open:.0f} ({per_session:.1f} a session), just closed "
            f"{memory.after_closing:.0f}, {self.ttl_seconds} s after closing and cleaned "
            f"{memory.after_cleaning:.0f}.",
            f"Processor: server {memory.cpu_seconds:.1f} s, driver {memory.driver_cpu_seconds:.1f} s.",
            "Goals missed: " + ("; ".join(self.problems) or "none") + ".",
        ]
        return "\n".join(lines)


def _cells(seconds: list[float]) -> tuple[str, str, str, str]:
    p50, p95 = np.percentile(seconds, [50, 95])
    return str(len(seconds)), f"{p50:.3f}", f"{p95:.3f}", f"{max(seconds):.3f}"
