"""Cohorts for tests of the cutoff analysis, and what R says of the example cohort."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from gepnet_core.case.case import Case
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort, Way
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table

ROOT = Path(__file__).resolve().parents[2]
AC, NET = "adenocarcinoma", "net"
HU_HEADINGS = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern"

diagnoses = st.sampled_from([AC, NET])
lesions = st.integers(40, 60).map(str)
livers = st.sampled_from(["50", "60", "62.5", "80"])
patterns = st.sampled_from(["plateau", "washout", "progressive", ""])


def cohort_of(headings: str, *rows: str, settings: Case | None = None) -> Cohort:
    """A cohort in which a row is a lesion, so that several rows of one patient count."""
    table = read_table("\n".join([headings, *rows]).encode())
    return read_cohort(table, ColumnMapping(row=RowUnit.LESION), settings)


@cache
def example() -> Cohort:
    """The 46 patients of data/examples."""
    return read_cohort(read_table((ROOT / "data" / "examples" / "cohort.csv").read_bytes()))


def large_cohort(n: int) -> Cohort:
    """The example with its columns replaced by n drawn rows; what is not looked at stays as it was."""
    rng, small = np.random.default_rng(2017), example()
    is_ours = rng.random(n) < 0.5
    hap = np.where(is_ours, rng.normal(0.77, 0.2, n), rng.normal(1.15, 0.33, n))
    change = np.where(is_ours, rng.normal(-0.13, 0.1, n), rng.normal(-0.34, 0.2, n))
    pattern = rng.integers(-1, 3, n).astype(np.int8)
    criteria = replace(
        small.criteria,
        hu={},
        ratios={Phase.HAP: hap, Phase.PVP: hap + change},
        ratio_met=(hap <= 0.898).astype(np.int8),
        pattern=pattern,
        reader_pattern=pattern,
        changes={PatternDefinition.LIVER_RELATIVE: change},
    )
    return replace(
        small,
        diagnosis=is_ours.astype(np.int8),
        ways=np.full(n, Way.ANALYSED, dtype=np.int8),
        criteria=criteria,
        numbers={},
        labels={},
        patients=None,
    )


@cache
def reference() -> dict[str, float]:
    """R 4.2.2 with pROC 1.18.0 and epiR 2.0.57 over the example; see tests/reference/cutoff_analysis.R."""
    lines = (ROOT / "tests" / "reference" / "cutoff_analysis.csv").read_text(encoding="utf-8").splitlines()
    return {
        row["name"]: float(row["value"])
        for row in csv.DictReader(line for line in lines if not line.startswith("#"))
    }
