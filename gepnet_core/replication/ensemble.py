"""Many cohorts that a search found, shipped in data/study, and the range of what the print leaves open.

A range over these cohorts is no sampling distribution and no confidence interval: it says how far cohorts
that all print the study's numbers were seen to differ.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
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
    try:
        rows = list(csv.DictReader(io.StringIO(QUANTITIES_FILE.read_text(encoding="utf-8"))))
        return tuple(
            MemberQuantities(
                int(row["seed"]),
                int(row["met"]),
                int(row["constraints"]),
                MappingProxyType({name: float(row[name]) for name in QUANTITIES}),
            )
            for row in rows
        )
    except (OSError, KeyError, ValueError) as error:
        raise StudyError(
            "the ensemble's quantities cannot be read",
            got=QUANTITIES_FILE.name,
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
        If the file is absent.
    """
    try:
        return MappingProxyType(read_cohort_csv(EXAMPLE_FILE.read_text(encoding="utf-8")))
    except OSError as error:
        raise StudyError(
            "the example cohort cannot be read", got=EXAMPLE_FILE.name, remedy="Run scripts/make_ensemble.py."
        ) from error


def load_cohorts() -> dict[int, Columns]:
    """All shipped cohorts, seed to columns.

    Raises
    ------
    StudyError
        If the file is absent or damaged.
    """
    try:
        text = gzip.decompress(COHORTS_FILE.read_bytes()).decode()
    except (OSError, EOFError) as error:
        raise StudyError(
            "the ensemble cannot be read", got=COHORTS_FILE.name, remedy="Run scripts/make_ensemble.py."
        ) from error
    return dict(read_rows_csv(text))
