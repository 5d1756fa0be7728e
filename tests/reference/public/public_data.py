"""The public data sets of this folder and what R finds in them; see README.md."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent

EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))

EXACT = 1e-8
"""How near, relative and absolute, where R evaluates a formula."""

ITERATED = 1e-6
"""How near where R iterates: glm and its profile, and brglm2."""


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of a data set, as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(data: str, name: str) -> NDArray[np.float64]:
    """A column of numbers."""
    return np.array([float(row[name]) for row in table(data)])


def group(data: str, value: str, label: str, wanted: str) -> NDArray[np.float64]:
    """The numbers of a column in the rows whose label is the wanted one."""
    return np.array([float(row[value]) for row in table(data) if row[label] == wanted])


def classes(data: str, outcome: str, positive: str, marker: str) -> tuple[list[float], list[float]]:
    """The marker in the positive class and in all other rows."""
    rows = [(row[outcome] == positive, float(row[marker])) for row in table(data)]
    return [value for wanted, value in rows if wanted], [value for wanted, value in rows if not wanted]
