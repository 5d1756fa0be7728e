"""The patients of all shipped cohorts in columns: invented, each cohort printing the study's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.ensemble import load_cohorts

HU_NAMES = tuple(f"{phase}_{tissue}_hu" for phase in ("hap", "pvp", "ep") for tissue in ("lesion", "liver"))
"""The readings of a patient, in whole HU."""

_NAMES = (*HU_NAMES, "diagnosis", "pattern", "sex", "age_years", "primary_site", "size_mm", "hap_ratio")


@dataclass(frozen=True, eq=False)
class Patients:
    """One entry a patient in each of ``columns``, which are read-only and named as in the data dictionary."""

    n_cohorts: int
    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        """Patients of all cohorts."""
        return len(self.columns["diagnosis"])

    def hu(self, rows: NDArray[np.int64] | slice = slice(None)) -> dict[str, NDArray[np.int64]]:
        """Readings of some patients, or of all."""
        return {name: self.columns[name][rows] for name in HU_NAMES}


@cache
def ensemble_patients() -> Patients:
    """The patients of the shipped cohorts, cohort after cohort.

    Raises
    ------
    StudyError
        If the file of the cohorts is absent or damaged.
    """
    cohorts = load_cohorts()
    columns = {name: np.concatenate([cohort[name] for cohort in cohorts.values()]) for name in _NAMES}
    for column in columns.values():
        column.flags.writeable = False
    return Patients(len(cohorts), columns)
