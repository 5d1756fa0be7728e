"""Many cohorts that a search found, shipped in data/study, and the range of what the print leaves open.

A range over these cohorts is no sampling distribution and no confidence interval: it says how far cohorts
that all print the study's numbers were seen to differ.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from statistics import median
from types import MappingProxyType

from gepnet_core.errors import StudyError
from gepnet_core.replication.cohort_csv import read_cohort_csv, read_rows_csv
from gepnet_core.replication.measures import Columns
from gepnet_core.replication.open_quantities import QUANTITIES
from gepnet_core.study.facts import DATA_DIRECTORY, STUDY_DIRECTORY

COHORTS_FILE = STUDY_DIRECTORY / "ensemble.csv.gz"
QUANTITIES_FILE = STUDY_DIRECTORY / "ensemble_quantities.csv"
EXAMPLE_FILE = DATA_DIRECTORY / "examples" / "cohort.csv"

RANGE_MEANS = (
    "Lowest and highest value over the cohorts that a search found; no sampling distribution and no "
    "confidence interval."
)


@dataclass(frozen=True)
class MemberQuantities:
    """One shipped cohort: its seed, how many printed numbers it meets and of how many, and its quantities."""

    seed: int
    met: int
    constraints: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class QuantityRange:
    """How far the shipped cohorts differ in one quantity. See `RANGE_MEANS`."""

    id: str
    label: str
    lowest: float
    median: float
    highest: float
    n_cohorts: int


@cache
def load_quantities() -> tuple[MemberQuantities, ...]:
    """Stored check and quantities of each shipped cohort, by seed.

    Raises
    ------
    StudyError
        If the file is absent or damaged.
    """
    with _whole(QUANTITIES_FILE):
        rows = list(csv.DictReader(io.StringIO(QUANTITIES_FILE.read_text(encoding="utf-8")), strict=True))
        members = tuple(
            MemberQuantities(
                int(row["seed"]),
                int(row["met"]),
                int(row["constraints"]),
                MappingProxyType({name: _finite(row[name]) for name in QUANTITIES}),
            )
            for row in rows
        )
        if not members:
            raise ValueError("no row")
        return members


def _finite(cell: str | None) -> float:
    value = float("nan" if cell is None else cell)
    if not isfinite(value):
        raise ValueError("a cell is no number")
    return value


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Whatever is wrong with a shipped file is one error: it is the project's own, made by a script."""
    try:
        yield
    except (OSError, EOFError, zlib.error, KeyError, ValueError, StopIteration, csv.Error) as error:
        raise StudyError(
            "a file of the ensemble is absent or damaged",
            got=path.name,
            remedy="Run scripts/make_ensemble.py.",
        ) from error


@cache
def ensemble_ranges() -> tuple[QuantityRange, ...]:
    """The range of each quantity over all shipped cohorts."""
    members = load_quantities()
    ranges = []
    for name, label in QUANTITIES.items():
        values = [member.values[name] for member in members]
        ranges.append(QuantityRange(name, label, min(values), median(values), max(values), len(values)))
    return tuple(ranges)


@cache
def load_example() -> Columns:
    """The cohort that is shown as an example: invented patients, the search's from `EXAMPLE_SEED`.

    Raises
    ------
    StudyError
        If the file is absent or damaged.
    """
    with _whole(EXAMPLE_FILE):
        return MappingProxyType(read_cohort_csv(EXAMPLE_FILE.read_text(encoding="utf-8")))


def load_cohorts() -> dict[int, Columns]:
    """All shipped cohorts, seed to columns.

    Raises
    ------
    StudyError
        If the file is absent or damaged.
    """
    with _whole(COHORTS_FILE):
        return dict(read_rows_csv(gzip.decompress(COHORTS_FILE.read_bytes()).decode()))
