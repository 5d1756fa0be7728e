"""The export of a cohort: all of it again from its own files, no code, name or formula, nothing half."""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gepnet_core.__main__ import main
from gepnet_core.cohort.analysis import AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.cohort import Pick
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.parts.model_predictors import STUDY_CANDIDATES
from gepnet_core.cohort.rows.patients import one_row_a_patient
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.report.cohort.cohort_export import CohortExport, export_cohort
from gepnet_core.report.cohort.cohort_json import cohort_json
from gepnet_core.report.cohort.cohort_methods import methods_paragraph
from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from tests.cohort.test_model import R
from tests.report.cohorts import QUICK, example, of_rows

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
MODELLED = replace(QUICK, predictors=STUDY_CANDIDATES, removal=RemovalRule.LR, prevalence=0.3, seed=3)


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


@pytest.mark.parametrize("kind", ["example", "model", "no model", "lesions", "largest"])
def test_the_command_in_it_gives_every_file_again_to_the_last_digit(kind: str, tmp_path: Path) -> None:
    of_example = {"example": QUICK, "model": MODELLED, "no model": replace(QUICK, predictors=())}
    analysis = example(of_example[kind]) if kind in of_example else of_rows(*LESIONS, mapping=BY_LESION)
    if kind == "largest":
        analysis = CohortAnalysis(one_row_a_patient(analysis.cohort, Pick.LARGEST), analysis.choices)
    export = export_cohort(analysis)
    again = repeat(export, tmp_path)
    assert set(again) == set(export.files)
    changed = {name for name, text in export.files.items() if again[name] != text}
    # Lines and columns of the first file are not those of the shared one, which the notes and lines tell.
    assert changed <= ({"rows.csv", "issues.csv", "results.json"} if kind not in of_example else set())
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
            "dictionary.csv", "figures.html", "model_terms.csv", "model_performance.csv",
            "model_calibration.csv"} == set(export.files)  # fmt: skip


def test_what_is_invented_says_so_in_every_readable_file() -> None:
    files = export_cohort(example()).files
    for name in ("README.txt", "methods.txt", "figures.html"):
        assert SYNTHETIC_NOTE in files[name], name
    assert json.loads(files["results.json"])["synthetic"] is True
    # Once in each figure, as Plotly writes it.
    assert files["figures.html"].count("\\u003cb\\u003eSYNTHETIC") == 7
    for name in ("README.txt", "figures.html", "results.json"):
        assert INTENDED_USE in files[name]


def test_figures_need_no_network_and_carry_their_script_once() -> None:
    html = export_cohort(example()).files["figures.html"]
    assert "<script src" not in html and "@import" not in html
    assert html.count('id="figure-') == 7
    assert "Calibration of the model, n = 46" in html and "Decision curve" not in html
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


def table(files: Mapping[str, str], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name])))


def test_the_model_in_the_files_is_that_of_r() -> None:
    # R: tests/reference/cohort_model.R, the two criteria.
    files = export_cohort(example(replace(QUICK, prevalence=0.3))).files
    model = json.loads(files["results.json"])["model"]
    for term in ("hap_ratio_met", "plateau"):
        found = model["estimates"]["terms"][term]
        assert (found["b"], found["se"], found["p"]) == pytest.approx(
            tuple(R["criteria", f"{term} {what}"] for what in ("b", "se", "p")), rel=1e-6
        )
        limits = found["profile"]["low"], found["profile"]["high"]
        assert limits == pytest.approx(
            tuple(math.exp(R["criteria", f"{term} {end}"]) for end in ("low", "high")), rel=1e-5
        )
        (row,) = [row for row in table(files, "model_terms.csv") if row["term"] == term]
        assert (float(row["b"]), float(row["odds_ratio"])) == (found["b"], found["exp_b"])
        assert (float(row["profile_low"]), float(row["profile_high"])) == limits
    assert model["auc"] == pytest.approx(R["criteria", "auc"])
    assert model["calibration"]["brier"] == pytest.approx(R["criteria", "brier"], rel=1e-6)
    auc, brier, slope = table(files, "model_performance.csv")
    assert float(auc["apparent"]) == model["auc"]
    assert float(auc["corrected"]) == model["optimism"]["auc"]["value"] < model["auc"]
    assert float(brier["corrected"]) == model["optimism"]["brier"]["value"] > model["calibration"]["brier"]
    assert float(slope["apparent"]) == pytest.approx(1) and float(slope["corrected"]) < 1
    groups = table(files, "model_calibration.csv")
    assert sum(int(row["adenocarcinomas"]) for row in groups) == 23
    assert sum(int(row["n"]) for row in groups) == 46
    curve = {float(row["threshold"]): float(row["net_benefit"]) for row in table(files, "model_decision.csv")}
    assert len(curve) == 99
    for t in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7):
        assert curve[t] == pytest.approx(R["criteria", f"net_benefit {t:g}"], rel=1e-9)


def test_each_step_of_elimination_is_a_row_as_in_r() -> None:
    files = export_cohort(example(MODELLED)).files
    steps = table(files, "model_steps.csv")
    found = {(row["step"], row["predictor"]): float(row["p"]) for row in steps}
    expected = {tuple(what.split()): p for (name, what), p in R.items() if name == "backward_lr"}
    assert found == pytest.approx(expected, rel=1e-4)
    left = [row["predictor"] for row in steps if row["leaves"] == "yes"]
    assert left == ["pvp_ratio", "hap_enhancement", "lymphadenopathy"]
    assert "Decision curve, prevalence 30" in files["figures.html"]


def test_a_cohort_without_a_model_has_no_file_of_one_and_says_why() -> None:
    files = export_cohort(example(replace(QUICK, predictors=("pattern", "plateau"), prevalence=0.3))).files
    assert not [name for name in files if name.startswith("model")]
    found = json.loads(files["results.json"])
    assert found["model"] is None and found["decision"] is None
    for path in ("model", "decision"):
        assert found["reasons"][path].startswith("Plateau: a predictor follows from others")
    assert "logistic" not in files["methods.txt"] and "Calibration" not in files["figures.html"]


def test_an_odds_ratio_that_no_number_holds_is_null_with_its_reason() -> None:
    rows = [f"{'net' if k % 3 else 'adenocarcinoma'},1,10.000{k % 5}" for k in range(1, 31)]
    asked = AnalysisChoices(resamples=20, repeats=2, predictors=("size_mm",))
    analysis = of_rows("diagnosis,hap_ratio,size_mm", *rows).with_choices(asked)
    found = cohort_json(analysis)
    term = found["model"]["estimates"]["terms"]["size_mm"]
    assert term["wald"]["high"] is None
    assert found["reasons"]["model.estimates.terms.size_mm.wald.high"] == "A number beyond 1e308."


def test_the_methods_say_how_the_model_was_made() -> None:
    said = methods_paragraph(example(MODELLED))
    for words in (
        "A logistic regression of adenocarcinoma on ", "the 46 rows that had all", "maximum likelihood",
        "backward elimination (likelihood ratio, removal above P 0.1)", "500 stratified bootstrap samples",
        "elimination included (Harrell 1996; seed 3)", "at a prevalence of adenocarcinoma of 30 %",
    ):  # fmt: skip
        assert words in said, words
    assert "Net benefit" not in methods_paragraph(example())
    separated = methods_paragraph(example(replace(QUICK, predictors=("pattern", "hap_ratio"))))
    assert "Firth's penalised likelihood" in separated and "backward" not in separated
