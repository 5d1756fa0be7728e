"""A million rows on the command line, and one move of the cutoff up to figures ready to be sent."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from benchmarks.timing import Timing, milliseconds
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.threshold_curve import threshold_curve
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.figures.cutoff_figures import accuracy_by_cutoff_figure, cutoff_roc_figure
from gepnet_core.figures.ratio_strips_figure import ratio_strips_figure
from gepnet_core.replication.ensemble import EXAMPLE_FILE
from scripts.served import ROOT

MILLION, MANY = 1_000_000, 100_000
NAMES = (
    "patient_id", "diagnosis", "hap_lesion_hu", "hap_liver_hu", "pvp_lesion_hu", "pvp_liver_hu", "pattern",
    "sex", "age_years", "site",
)  # fmt: skip


def invented_table(n: int) -> str:
    """Rows with the study's means and about its spread; no two tables differ."""
    rng = np.random.default_rng(46)
    is_positive = rng.random(n) < 0.5

    def hu(positive: tuple[float, float], negative: tuple[float, float]) -> list[str]:
        drawn = np.where(is_positive, rng.normal(*positive, n), rng.normal(*negative, n))
        return [f"{value:.1f}" for value in drawn.clip(5, 300).tolist()]

    columns = (
        [f"P{k}" for k in range(n)],
        np.where(is_positive, "adenocarcinoma", "net").tolist(),
        hu((51, 13), (76, 22)),
        hu((66, 8), (66, 8)),
        hu((72, 17), (91, 30)),
        hu((112, 10), (112, 10)),
        rng.choice(["plateau", "washout", "progressive", ""], n).tolist(),
        rng.choice(["male", "female"], n).tolist(),
        [f"{age:.0f}" for age in rng.normal(60, 10, n).clip(18, 95).tolist()],
        rng.choice(list("ABCDE"), n).tolist(),
    )
    return "\n".join([",".join(NAMES), *(",".join(row) for row in zip(*columns, strict=True))]) + "\n"


def run() -> list[Timing]:
    """The command as its own process with its largest memory; the moves in this one."""
    seconds, gigabytes = _the_command(invented_table(MILLION))
    return [
        Timing(f"The command cohort, {MILLION:,} rows, everything", seconds, "s", goal=60),
        Timing("Its largest memory", gigabytes, "GB", goal=4),
        Timing("One move of the cutoff, 46 rows", _moves(_cohort(EXAMPLE_FILE.read_bytes())), goal=120),
        Timing(
            f"One move of the cutoff, {MANY:,} rows", _moves(_cohort(invented_table(MANY).encode())), goal=500
        ),
    ]


def _the_command(table: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    seconds, gigabytes = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        path.write_text(table, encoding="utf-8")
        for _ in range(3):
            with (Path(folder) / "answer.json").open("wb") as answer:
                started = time.perf_counter()
                process = subprocess.Popen(
                    [sys.executable, "-m", "gepnet_core", "cohort", str(path), "--json"],
                    cwd=ROOT,
                    stdout=answer,
                )
                _, status, used = os.wait4(process.pid, 0)
                seconds.append(time.perf_counter() - started)
            if status:
                raise RuntimeError(f"the command ended with {status}")
            gigabytes.append(used.ru_maxrss / 1e6)
    return tuple(seconds), tuple(gigabytes)


def _cohort(content: bytes) -> Cohort:
    return read_cohort(read_table(content))


def _moves(cohort: Cohort) -> tuple[float, ...]:
    curve = threshold_curve(cohort)
    draw: tuple[Callable[..., go.Figure], ...] = (
        cutoff_roc_figure,
        ratio_strips_figure,
        accuracy_by_cutoff_figure,
    )
    cutoffs = iter(np.linspace(0.7, 1.1, 100).tolist())

    def move() -> None:
        found = curve.at(next(cutoffs))
        for figure in draw:
            figure(curve, found, dark=False).to_json()

    return milliseconds(move, repeat=15, warm_up=2)
