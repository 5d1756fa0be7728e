"""Files that released versions wrote still open, and mean what they meant."""

from __future__ import annotations

import io
import json
import math
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gepnet_core import __version__
from gepnet_core.case.case import Case
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.analysis import AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.dictionary.mapping import parse_mapping
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CaseFileError, CohortError
from gepnet_core.report.case.case_file import load_case
from gepnet_core.report.cohort.cohort_json import cohort_json
from tests.report.test_case_file import FULL

HERE = Path(__file__).parent
VERSIONS = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name[0].isdigit())
each_version = pytest.mark.parametrize("version", VERSIONS)


def read(version: str, name: str) -> bytes:
    return (HERE / version / name).read_bytes()


def test_the_present_version_has_its_files() -> None:
    assert __version__ in VERSIONS


@each_version
def test_a_case_comes_back_in_every_field(version: str) -> None:
    assert load_case(read(version, "case.json")) == FULL


@each_version
def test_one_changed_digit_of_a_case_is_seen(version: str) -> None:
    damaged = read(version, "case.json").replace(b"44,9", b"44,8")
    with pytest.raises(CaseFileError, match=r"damaged|changed|checksum"):
        load_case(damaged)


@each_version
def test_a_mapping_means_what_it_meant(version: str) -> None:
    mapping = parse_mapping(read(version, "mapping.json").decode())
    assert mapping.recognise("Histologie") == "diagnosis"
    assert mapping.recognise("LEBER ARTERIELL") == "hap_liver_hu"
    assert mapping.recognise("Notiz") is None
    assert mapping.values["diagnosis"]["karzinoid"] == "net" and mapping.values["pattern"]["wo"] == "washout"
    assert (mapping.decimal, mapping.row, mapping.ratio) == ("comma", "lesion", "liver_over_lesion")
    assert mapping.factor("size_mm") == 10


@each_version
def test_a_damaged_mapping_and_one_of_a_later_version_are_refused(version: str) -> None:
    text = read(version, "mapping.json").decode()
    for changed in (text[:-3], text.replace('"version": 1', '"version": 999'), text.replace("net", "nets")):
        with pytest.raises(CohortError):
            parse_mapping(changed)


@each_version
def test_an_export_computes_itself_again(version: str) -> None:
    with zipfile.ZipFile(io.BytesIO(read(version, "cohort_export.zip"))) as export:
        written = json.loads(export.read("results.json"))
        table, mapping = (
            read_table(export.read("cohort.csv")),
            parse_mapping(export.read("mapping.json").decode()),
        )
    chosen = written["choices"]
    definition = PatternDefinition(chosen["definition"])
    case = Case(definition=definition, tolerances={definition: Decimal(str(chosen["tolerance"]))})
    choices = AnalysisChoices(resamples=chosen["resamples"], seed=chosen["seed"])
    found = cohort_json(CohortAnalysis(read_cohort(table, mapping, case), choices))
    differences = [
        place for place in differing(written, json.loads(json.dumps(found))) if place != ".version"
    ]
    assert differences == []


def differing(old: Any, new: Any, place: str = "") -> list[str]:
    """Where the present version says something else; what it says besides is no difference."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            found
            for name, value in old.items()
            for found in (
                differing(value, new[name], f"{place}.{name}") if name in new else [f"{place}.{name}"]
            )
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            found
            for number, (one, other) in enumerate(zip(old, new, strict=True))
            for found in differing(one, other, f"{place}[{number}]")
        ]
    if isinstance(old, float) and isinstance(new, float):
        # Processors differ in the last digits of a fit.
        return [] if math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12) else [place]
    return [] if old == new else [place]
