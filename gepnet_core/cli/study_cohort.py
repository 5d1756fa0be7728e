"""``study cohort``: a cohort of invented patients that reproduces the printed numbers."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gepnet_core import __version__
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.errors import StudyError
from gepnet_core.replication.cohort_csv import cohort_csv
from gepnet_core.replication.search.constraints import load_exceptions
from gepnet_core.replication.search.reconstruction import EXAMPLE_SEED, Reconstruction, reconstruct

SYNTHETIC = (
    "SYNTHETIC: invented patients. One of very many cohorts that print the study's numbers; nobody's data."
)


@dataclass(frozen=True)
class WrittenCohort:
    """What was found, and whether it was written to a file."""

    found: Reconstruction
    is_written: bool


def find_cohort(seed: int | None, out: Path | None) -> WrittenCohort:
    """Search from a seed (the example's by default), and write CSV where a file is named.

    Raises
    ------
    StudyError
        If the search does not converge or the file cannot be written.
    """
    if out is not None and not out.parent.is_dir():
        raise StudyError(
            "the file cannot be written", got="no such folder", remedy="Choose another place.", field="--out"
        )
    tell = _tell if sys.stderr.isatty() else None
    found = reconstruct(EXAMPLE_SEED if seed is None else seed, tell)
    if out is not None:
        try:
            out.write_text(cohort_csv(found.columns), encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no valid path"
            raise StudyError(
                "the file cannot be written", got=reason, remedy="Choose another place.", field="--out"
            ) from error
    return WrittenCohort(found, out is not None)


def cohort_json(result: WrittenCohort) -> dict[str, Any]:
    """Rows of the cohort schema, each printed number with the cohort's value, and what no cohort can meet."""
    found = result.found
    names = [name for name in load_dictionary().columns if name in found.columns]
    rows = [
        {name: value.item() for name, value in zip(names, cells, strict=True)}
        for cells in zip(*(found.columns[name] for name in names), strict=True)
    ]
    return {
        "synthetic": True,
        "note": SYNTHETIC,
        "seed": found.seed,
        "attempts": found.attempts,
        "checks": [
            {
                "id": check.constraint.id,
                "printed": check.constraint.printed,
                "value": check.value,
                "met": check.is_met,
            }
            for check in found.checks
        ],
        "cannot_be_reproduced": dict(load_exceptions()),
        "rows": rows,
        "version": __version__,
    }


def cohort_text(result: WrittenCohort) -> str:
    """The CSV; where it went to a file, what it is."""
    found = result.found
    if not result.is_written:
        return cohort_csv(found.columns).rstrip("\n")
    met = sum(check.is_met for check in found.checks)
    return (
        f"Seed {found.seed}: {len(found.columns['patient_id'])} rows written, attempt {found.attempts}.\n"
        f"{met} of {len(found.checks)} printed numbers met; {len(load_exceptions())} more cannot be met by "
        f"any cohort, as the print exchanges them.\n{SYNTHETIC}"
    )


def whole_seed(text: str) -> int:
    """A seed as typed.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is no whole number of at least 0 in plain digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError("a seed is a whole number of at least 0, at most 18 digits")
    return int(text)


def _tell(attempt: int, step: str) -> None:
    sys.stderr.write(f"attempt {attempt}: {step}\n")
