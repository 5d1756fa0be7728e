"""The export of a cohort: all of it again from its own files, no code, name or formula, nothing half."""

from __future__ import annotations

import csv
import io
import json
import shlex
import zipfile
from pathlib import Path

import pytest

from gepnet_core.__main__ import main
from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.cohort import Pick
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.rows.patients import one_row_a_patient
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.cohort.cohort_export import CohortExport, export_cohort
from gepnet_core.report.cohort.cohort_json import cohort_json
from gepnet_core.report.cohort.cohort_methods import methods_paragraph
from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE
from tests.report.cohorts import example, of_rows

LESIONS = (
    "Code,Zzdoctor,diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern,site,size_mm",
    "Zz1,Zzcanary,adenocarcinoma,50,66,60,100,plateau,Zzclinic,9",
    "Zz1,Zzcanary,adenocarcinoma,70,66,60,100,,Zzclinic,19",
    "Zz2,Zzcanary,adenocarcinoma,44.9,50,60,100,plateau,=1+1,12",
    "Zz3,@Zzcanary,net,80,66,60,100,washout,Zzclinic,4",
    "Zz4,Zzcanary,net,90,0,60,100,washout,Zzclinic,3",
    "Zz5,Zzcanary,net,52,66,55,100,plateau,Zzother,3",
    "Zz6,Zzcanary,net,85,66,60,100,progressive,Zzother,",
)  # fmt: skip
BY_LESION = ColumnMapping(row=RowUnit.LESION)


def repeat(export: CohortExport, folder: Path) -> dict[str, str]:
    """Write the files, run the command that README.txt gives, and read what it wrote."""
    for name, text in export.files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    line = next(line for line in export.files["README.txt"].splitlines() if "gepnet_core cohort" in line)
    python, module, package, *words = shlex.split(line)
    assert (python, module, package) == ("python", "-m", "gepnet_core")
    paths = {"cohort.csv", "mapping.json", "repeated"}
    assert main([str(folder / word) if word in paths else word for word in words]) == 0
    return {path.name: path.read_bytes().decode() for path in (folder / "repeated").iterdir()}


@pytest.mark.parametrize("kind", ["example", "lesions", "largest"])
def test_the_command_in_it_gives_every_file_again_to_the_last_digit(kind: str, tmp_path: Path) -> None:
    analysis = example() if kind == "example" else of_rows(*LESIONS, mapping=BY_LESION)
    if kind == "largest":
        analysis = CohortAnalysis(one_row_a_patient(analysis.cohort, Pick.LARGEST), analysis.choices)
    export = export_cohort(analysis)
    again = repeat(export, tmp_path)
    assert set(again) == set(export.files)
    changed = {name for name, text in export.files.items() if again[name] != text}
    # Lines and columns of the first file are not those of the shared one, which the notes and lines tell.
    assert changed <= ({"rows.csv", "issues.csv", "results.json"} if kind != "example" else set())
    one, other = json.loads(export.files["results.json"]), json.loads(again["results.json"])
    for document in (one, other):
        for name in ("issues", "notes"):
            del document[name]
    assert one == other


def test_no_identifier_name_or_formula_leaves_unless_codes_are_asked_for() -> None:
    analysis = of_rows(*LESIONS, mapping=BY_LESION)
    files = export_cohort(analysis).files
    assert "zz" not in "".join(text for name, text in files.items() if name != "figures.html").lower()
    assert not any(word in files["figures.html"] for word in ("Zz1", "Zzcanary", "Zzclinic", "Zzother"))
    asked = export_cohort(analysis, with_identifiers=True).files
    assert "Zz1" in asked["cohort.csv"] and "Zzclinic" in asked["cohort.csv"]
    assert "Zzcanary" not in "\n".join(asked.values())
    tables = [text for name, text in asked.items() if name.endswith(".csv")]
    cells = [cell for text in tables for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not any(cell.startswith(("=", "@")) for cell in cells)
    assert "'=1+1" in cells


def test_the_zip_is_the_files_and_equal_results_are_equal_bytes() -> None:
    export = export_cohort(example())
    packed = export.as_zip()
    assert packed == export_cohort(example()).as_zip()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == dict(export.files)
    assert {"README.txt", "methods.txt", "results.json", "cohort.csv", "mapping.json", "rows.csv", "flow.csv",
            "frozen.csv", "description.csv", "tests.csv", "roc.csv", "cutoff_curve.csv", "tuned.csv",
            "resamples.csv", "cutoff_map.csv", "influence.csv", "agreement.csv", "missing.csv",
            "dictionary.csv", "figures.html"} == set(export.files)  # fmt: skip


def test_what_is_invented_says_so_in_every_readable_file() -> None:
    files = export_cohort(example()).files
    for name in ("README.txt", "methods.txt", "figures.html"):
        assert SYNTHETIC_NOTE in files[name], name
    assert json.loads(files["results.json"])["synthetic"] is True
    # Once in each figure, as Plotly writes it.
    assert files["figures.html"].count("\\u003cb\\u003eSYNTHETIC") == 6
    for name in ("README.txt", "figures.html", "results.json"):
        assert INTENDED_USE in files[name]


def test_figures_need_no_network_and_carry_their_script_once() -> None:
    html = export_cohort(example()).files["figures.html"]
    assert "<script src" not in html and "@import" not in html
    assert html.count('id="figure-') == 6
    assert len(html) < 7_000_000


def test_shares_in_the_table_are_those_of_the_study() -> None:
    rows = list(csv.DictReader(io.StringIO(export_cohort(example()).files["frozen.csv"])))
    combined = next(row for row in rows if (row["criterion"], row["measure"]) == ("combined", "sensitivity"))
    assert (combined["count"], combined["n"], combined["study_count"]) == ("19", "23", "19")
    # R 4.2.2: prop.test(19, 23, correct = FALSE)$conf.int
    assert float(combined["wilson_low"]) == pytest.approx(0.628623524, abs=1e-9)
    assert combined["clustered_low"] == ""


def test_a_part_that_the_cohort_does_not_allow_is_null_with_its_reason() -> None:
    found = cohort_json(of_rows("diagnosis,pattern", "net,washout", "adenocarcinoma,plateau"))
    assert found["ratios_compared"] is None and found["accuracy"]["hap_ratio"] is None
    assert {"ratios_compared", "accuracy.hap_ratio", "influence", "cutoff_map.liver_relative"} <= set(
        found["reasons"]
    )
    assert found["frozen"]["plateau"]["sensitivity"]["value"] == 1
    assert found["tuned"]["bootstrap"] is None and "bootstrap" in found["tuned"]["reasons"]
    json.dumps(found, allow_nan=False)


def test_the_methods_name_every_choice() -> None:
    said = methods_paragraph(example())
    for words in (
        "at or below 0.898", "plateau", "positive class", "tolerance of 0.20", "Each row was a patient",
        "50 stratified bootstrap samples", "5-fold", "seed 1", "DeLong", "McNemar", "numpy ",
    ):  # fmt: skip
        assert words in said, words
    lesions = of_rows(*LESIONS, mapping=BY_LESION)
    assert "rows that shared a patient with an earlier one: 1." in methods_paragraph(lesions)
