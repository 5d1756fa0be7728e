"""What the R scripts in tests/reference printed."""

from __future__ import annotations

import csv
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "reference"

Classes = tuple[list[float], list[float]]


def reference_rows(name: str) -> list[dict[str, str]]:
    """The lines of a file, without its comments."""
    lines = (REFERENCE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def marker_sets() -> dict[str, Classes]:
    """Both classes of each set of cutpoint.R, which prints value:rows in the first line of a set."""
    return {
        row["name"]: (_values(row["positive"]), _values(row["negative"]))
        for row in reference_rows("cutpoint")
        if row["positive"]
    }


def _values(text: str) -> list[float]:
    pairs = [pair.split(":") for pair in text.split()]
    return [float(value) for value, rows in pairs for _ in range(int(rows))]
