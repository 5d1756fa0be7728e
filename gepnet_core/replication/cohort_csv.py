"""A reconstructed cohort as CSV text in the cohort schema, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary

_RATIO_DECIMALS = 6


def cohort_csv(columns: dict[str, NDArray[Any]]) -> str:
    """Text with the columns in the order of the data dictionary; ratios with six decimals."""
    return rows_csv([columns], ())


def rows_csv(cohorts: Sequence[dict[str, NDArray[Any]]], seeds: Sequence[int]) -> str:
    """Several cohorts below each other, with the seed of each in a first column where seeds are given."""
    names = [name for name in load_dictionary().columns if name in cohorts[0]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((["seed"] if seeds else []) + names)
    for number, columns in enumerate(cohorts):
        first = [seeds[number]] if seeds else []
        for row in range(len(columns["patient_id"])):
            writer.writerow(first + [_cell(columns[name][row]) for name in names])
    return text.getvalue()


def read_cohort_csv(text: str) -> dict[str, NDArray[Any]]:
    """What `cohort_csv` wrote: the columns, with the HU ratios anew from the HU."""
    lines = csv.reader(io.StringIO(text))
    names = next(lines)
    return _columns(names, list(lines))


def read_rows_csv(text: str) -> dict[int, dict[str, NDArray[Any]]]:
    """What `rows_csv` wrote with seeds: seed to columns."""
    lines = csv.reader(io.StringIO(text))
    names = next(lines)[1:]
    rows: dict[int, list[list[str]]] = {}
    for line in lines:
        rows.setdefault(int(line[0]), []).append(line[1:])
    return {seed: _columns(names, of_one) for seed, of_one in rows.items()}


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, NDArray[Any]]:
    columns = {name: _array(name, cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    for phase in ("hap", "pvp"):  # written with six decimals, and the study's numbers are decided by less
        columns[f"{phase}_ratio"] = columns[f"{phase}_lesion_hu"] / columns[f"{phase}_liver_hu"]
    return columns


def _cell(value: object) -> str:
    return f"{value:.{_RATIO_DECIMALS}f}" if isinstance(value, float) else str(value)


def _array(name: str, cells: Sequence[str]) -> NDArray[Any]:
    kind = load_dictionary().columns[name].kind
    if kind is Kind.RATIO:
        return np.array(cells, dtype=float)
    if kind in (Kind.HU, Kind.NUMBER, Kind.WHOLE):
        return np.array(cells, dtype=np.int64)
    return np.array(cells)
