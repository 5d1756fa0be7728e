"""The command ``cohort``: the same counts as the page, no cell's content, bad input in one line."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from gepnet_core.__main__ import main
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from scripts.served import ROOT

EXAMPLE = ROOT / "data" / "examples" / "cohort.csv"
FEW = ("--resamples", "20", "--repeats", "2")
Captured = pytest.CaptureFixture[str]

TABLE = """patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern
Zzcanary-1,adenocarcinoma,44.9,50,plateau
Zzcanary-2,Zzcanary-3,70,66,washout
Zzcanary-4,adenocarcinoma,70,66,washout
"""


def answer(path: Path, capsys: Captured, *words: str) -> dict:
    assert main(["cohort", str(path), *words, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_the_example_prints_the_studys_numbers(capsys: Captured) -> None:
    found = answer(EXAMPLE, capsys)
    assert found["flow"]["read"] == 46
    assert found["synthetic"] is True
    # Results and Table 1 (Cui et al. 2017); plateau as in Table 1.
    counts = {
        name: (one["sensitivity"]["count"], one["specificity"]["count"])
        for name, one in found["frozen"].items()
    }
    assert counts == {"hap_ratio": (19, 18), "plateau": (21, 17), "combined": (19, 21)}
    assert found["frozen"]["combined"]["sensitivity"]["value"] == 19 / 23
    # R 4.2.2: prop.test(19, 23, correct = FALSE)$conf.int
    wilson = found["frozen"]["combined"]["sensitivity"]["wilson"]
    assert (wilson["low"], wilson["high"]) == pytest.approx((0.628623524, 0.930213464), abs=1e-9)
    assert found["combined_against"]["plateau"]["net"] == {"only_first": 0, "only_second": 4, "p": 0.125}


def test_rows_add_up_issues_are_told_and_nobody_is_null_with_its_reason(
    tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(TABLE, encoding="utf-8")
    found = answer(path, capsys)
    assert found["flow"] == {
        "read": 3,
        "unreadable": 0,
        "no_diagnosis": 1,
        "repeated": 0,
        "outside_scope": 0,
        "not_classifiable": 0,
        "analysed_adenocarcinoma": 2,
        "analysed_net": 0,
    }
    assert [(issue["row"], issue["column"]) for issue in found["issues"]] == [(2, "diagnosis")]
    specificity = found["frozen"]["combined"]["specificity"]
    assert specificity == {
        "count": 0,
        "n": 0,
        "value": None,
        "wilson": None,
        "clopper_pearson": None,
        "clustered": None,
    }
    assert {"frozen.combined.specificity.value", "frozen.combined.specificity.wilson"} <= set(
        found["reasons"]
    )
    assert "zzcanary" not in json.dumps(found).lower()


def test_a_mapping_gives_own_labels(tmp_path: Path, capsys: Captured) -> None:
    path, mapping = tmp_path / "own.csv", tmp_path / "mapping.json"
    path.write_text("diagnosis,hap_lesion_hu,hap_liver_hu,pattern\n1,50,66,plateau\n0,70,66,washout\n")
    mapping.write_text(
        json.dumps(
            {
                "format": "gepnet-table-mapping",
                "version": 1,
                "values": {"diagnosis": {"1": "adenocarcinoma", "0": "net"}},
            }
        )
    )
    flow = answer(path, capsys, "--mapping", str(mapping))["flow"]
    assert (flow["analysed_adenocarcinoma"], flow["analysed_net"]) == (1, 1)


def test_the_text_names_the_positive_class_and_counts_first(capsys: Captured) -> None:
    assert main(["cohort", str(EXAMPLE)]) == 0
    out, _ = capsys.readouterr()
    assert "Positive class: adenocarcinoma." in out
    assert "    46  Rows in the table" in out
    assert "here:         sensitivity 19 of 23 (82.6 %, 95 % CI 62.9-93.0); specificity 21 of 23" in out
    assert "SYNTHETIC" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hap_lesion_hu,hap_liver_hu\n50,66\n", "no column holds the diagnosis"),
        ("diagnosis,age\nnet,50\n", "no column holds a criterion"),
        ("", "the table is empty"),
    ],
)
def test_bad_tables_are_one_line_and_status_2(
    content: str, words: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(content, encoding="utf-8")
    assert main(["cohort", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert words in err


@pytest.mark.parametrize("words", [[], ["--map", "x"], ["absent.csv"], ["a.csv", "b.csv"]])
def test_bad_words_are_one_line_and_status_2(words: list[str], capsys: Captured) -> None:
    assert main(["cohort", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1


def test_it_prints_what_the_files_hold(tmp_path: Path, capsys: Captured) -> None:
    few = ("--resamples", "40", "--repeats", "3", "--seed", "7")
    found = answer(EXAMPLE, capsys, *few, "--out", str(tmp_path / "new" / "folder"))
    written = json.loads((tmp_path / "new" / "folder" / "results.json").read_text(encoding="utf-8"))
    assert written == found
    assert found["choices"]["seed"] == 7 and found["tuned"]["bootstrap"]["n"] == 40
    assert (tmp_path / "new" / "folder" / "figures.html").stat().st_size > 1_000_000


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(capsys: Captured) -> None:
    few = ("--resamples", "40", "--repeats", "3")
    one, same, other = (answer(EXAMPLE, capsys, *few, "--seed", seed) for seed in ("7", "7", "8"))
    assert one == same
    assert one["tuned"]["bootstrap"]["youden_oob"] != other["tuned"]["bootstrap"]["youden_oob"]


def test_choices_reach_the_numbers(capsys: Captured) -> None:
    few = ("--resamples", "40", "--repeats", "3")
    found = answer(
        EXAMPLE, capsys, *few, "--method", "sensitivity_at_least=0.95", "--zone", "0.95,0.95",
        "--tests", "age_years=mann_whitney,sex=fisher_exact", "--definition", "lesion_hu", "--tolerance", "5",
    )  # fmt: skip
    assert found["tuned"]["cutpoints"]["points"][0]["true_positives"] >= 22  # 0.95 of 23 is 21.85
    assert found["tuned"]["zone"]["sensitivity"] == 0.95
    chosen = {one["name"]: one["chosen"] for one in found["description"]["variables"]}
    assert (chosen["age_years"], chosen["sex"]) == ("mann_whitney", "fisher_exact")
    assert (found["choices"]["definition"], found["choices"]["tolerance"]) == ("lesion_hu", 5)


def test_a_stated_prevalence_gives_predictive_values_and_none_gives_none(capsys: Captured) -> None:
    few = ("--resamples", "20", "--repeats", "2", "--zone", "1,0.9")
    found = answer(EXAMPLE, capsys, *few, "--prevalence", "0.5")
    # At one half the predictive value is 19 of 19 + 5, and 18 of 18 + 4: the study's margins (Results).
    ratio = found["at_published_cutoff"]["ratio"]
    assert (ratio["ppv"], ratio["npv"]) == pytest.approx((19 / 24, 18 / 22), abs=1e-12)
    assert found["choices"]["zone"] == [1, 0.9]
    silent = answer(EXAMPLE, capsys, *few)["at_published_cutoff"]["ratio"]
    assert silent["ppv"] is None and "no prevalence was given" in silent["reasons"]["ppv"]


def test_one_row_of_each_patient(tmp_path: Path, capsys: Captured) -> None:
    path, mapping = tmp_path / "own.csv", tmp_path / "mapping.json"
    path.write_text(
        "patient_id,diagnosis,pattern,size_mm\na,net,plateau,5\na,net,washout,9\nb,adenocarcinoma,plateau,1\n"
    )
    mapping.write_text('{"format": "gepnet-table-mapping", "version": 1, "row": "lesion"}')
    told = {}
    for count in ("every", "first", "largest"):
        found = answer(path, capsys, "--mapping", str(mapping), "--count", count)
        share = found["frozen"]["plateau"]["specificity"]
        told[count] = (share["count"], share["n"], share["clustered"] is not None, found["flow"]["repeated"])
    assert told == {"every": (1, 2, True, 0), "first": (0, 1, False, 1), "largest": (1, 1, False, 1)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--method", "best"], "no method of choosing a cutoff"),
        (["--resamples", "1"], "--resamples"),
        (["--folds", "1"], "--folds"),
        (["--seed", "-1"], "--seed"),
        (["--zone", "0.9"], "--zone"),
        (["--zone", "0.9,1.5"], "--zone"),
        (["--zone", "0.9,0"], "--zone"),
        (["--zone", "0.9,0.9,0.9"], "--zone"),
        (["--tests", "age_years=anova"], "--tests"),
        (["--tests", "name=welch_t"], "--tests"),
        (["--definition", "both"], "--definition"),
        (["--tolerance", "-1"], "tolerance"),
        (["--count", "last"], "--count"),
        (["--prevalence", "30"], "--prevalence"),
        (["--predictors", "grade"], "allowed: none, or names between commas out of hap_ratio_met"),
        (["--predictors", ""], "no predictor of a model"),
        (["--predictors", "hap_ratio,none"], "no predictor of a model"),
        (["--predictors", "sex,age_years,sex"], "named more than once; got sex"),
        (["--backward", "aic"], "allowed: lr, wald"),
        (["--mapping", "absent.json"], "mapping"),
    ],
)
def test_a_bad_choice_is_one_line_that_names_it(words: list[str], said: str, capsys: Captured) -> None:
    assert main(["cohort", str(EXAMPLE), *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert said in err


def test_no_file_is_written_over(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "results.json").write_text("old")
    assert main(["cohort", str(EXAMPLE), "--out", str(tmp_path)]) == 2
    assert "the folder is not empty" in capsys.readouterr().err
    assert (tmp_path / "results.json").read_text() == "old"
    (tmp_path / "file").write_text("")
    assert main(["cohort", str(EXAMPLE), "--out", str(tmp_path / "file" / "inside")]) == 2
    assert "cannot be written" in capsys.readouterr().err


CAREFUL = """Liver metastases 2019 to 2024;;;;;;;
;;;;;;;
patient_id;diagnosis;hap_lesion_hu;hap_liver_hu;pvp_lesion_hu;pvp_liver_hu;pattern;age_years
Zz1;adenocarcinoma;44,9;50;60,5;100;;61
Zz1;adenocarcinoma;46;50;60;100;;61
Zz2;net;80;66;;;;58
Zz3;net;80;0;70;100;washout;57
=1+1;net;=2+2;66;70;100;washout;57
Zz5;carcinoma;80;66;70;100;washout;57
Zz6;net;80;66;70;100;washout;570
Zz7;net;80;66;70;;washout;57
"""


def test_a_table_as_people_have_it_is_told_case_by_case(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "own.csv"
    path.write_text(CAREFUL, encoding="utf-8")
    found = answer(path, capsys, "--resamples", "20", "--repeats", "2")
    told = {(issue["row"], issue["line"], issue["column"]): issue for issue in found["issues"]}
    # Lines are those of the file: the headings stand in the third.
    assert set(told) == {
        (2, 5, "patient_id"),  # a code that stands twice
        (4, 7, "hap_liver_hu"),  # a liver of 0 HU
        (5, 8, "hap_lesion_hu"),  # a formula in place of a number
        (6, 9, "diagnosis"),  # a class that nobody knows
        (7, 10, "age_years"),  # an age that nobody reaches
        (8, 11, "pvp_liver_hu"),  # a lesion without its liver
    }
    assert found["flow"] == {
        "read": 8, "unreadable": 2, "no_diagnosis": 1, "repeated": 1, "outside_scope": 0,
        "not_classifiable": 0, "analysed_adenocarcinoma": 1, "analysed_net": 3,
    }  # fmt: skip
    missing = {one["name"]: (one["net"]["missing"], one["net"]["n"]) for one in found["missing"]}
    assert missing["pvp_lesion_hu"] == missing["pvp_liver_hu"] == (2, 3)  # one empty, one without its pair
    assert missing["age_years"] == (1, 3)
    assert any("line 3" in note for note in found["notes"])
    # 44.9 / 50 is at the cutoff; 60.5 / 100 lies 0.293 below: washout, so that the rule says NET.
    assert found["frozen"]["hap_ratio"]["sensitivity"]["count"] == 1
    assert found["frozen"]["combined"]["sensitivity"]["count"] == 0
    assert "zz" not in json.dumps(found).lower() and "=2+2" not in json.dumps(found)


def test_a_model_of_the_two_criteria_comes_unasked(capsys: Captured) -> None:
    found = answer(EXAMPLE, capsys, *FEW)
    assert found["choices"]["predictors"] == ["hap_ratio_met", "plateau"]
    # R 4.2.2, glm and its profile: tests/reference/cohort_model.csv
    plateau = found["model"]["estimates"]["terms"]["plateau"]
    assert (plateau["b"], plateau["se"]) == pytest.approx((2.60303864, 0.94895294), rel=1e-6)
    assert (math.log(plateau["profile"]["low"]), math.log(plateau["profile"]["high"])) == pytest.approx(
        (0.84867297, 4.71777553), rel=1e-6
    )
    assert found["model"]["auc"] == pytest.approx(0.888468809)
    assert found["decision"] is None
    assert "No prevalence of adenocarcinoma is stated" in found["reasons"]["decision"]


def test_predictors_elimination_and_a_prevalence_reach_model_and_decision(capsys: Captured) -> None:
    asked = "hap_enhancement, lymphadenopathy,pvp_ratio,pattern_code,hap_ratio"
    found = answer(EXAMPLE, capsys, *FEW, "--predictors", asked, "--backward", "wald", "--prevalence", "0.3")
    model = found["model"]
    assert (model["rule"], model["remove"], model["kept"]) == ("wald", 0.1, ["pattern_code", "hap_ratio"])
    # Results (Cui et al. 2017): Exp(B) 0.113 (0.020-0.622).
    pattern = model["estimates"]["terms"]["pattern_code"]
    assert round(pattern["exp_b"], 3) == 0.113 and round(pattern["wald"]["high"], 3) == 0.622
    assert found["choices"]["removal"] == "wald" and found["decision"]["prevalence"] == 0.3


def test_the_command_logistic_has_the_same_coefficients(tmp_path: Path, capsys: Captured) -> None:
    names = ("--predictors", "hap_ratio,age_years")
    ours = answer(EXAMPLE, capsys, *FEW, *names)["model"]["estimates"]
    words = ("--outcome", "diagnosis", "--positive", "adenocarcinoma", *names)
    path = tmp_path / "ratios.csv"
    cohort = read_cohort(read_table(EXAMPLE.read_bytes()))
    columns = (cohort.diagnosis, cohort.criteria.ratios[Phase.HAP], cohort.numbers["age_years"])
    lines = [
        f"{'adenocarcinoma' if who else 'net'},{ratio!r},{age!r}"
        for who, ratio, age in zip(*(column.tolist() for column in columns), strict=True)
    ]
    path.write_text("\n".join(["diagnosis,hap_ratio,age_years", *lines]), encoding="utf-8")
    assert main(["logistic", str(path), *words, "--json"]) == 0
    theirs = json.loads(capsys.readouterr().out)
    assert (ours["terms"], ours["intercept"]) == (theirs["terms"], theirs["intercept"])


def test_no_model_is_fitted_where_none_is_wanted(capsys: Captured) -> None:
    found = answer(EXAMPLE, capsys, *FEW, "--predictors", "none")
    assert found["model"] is None and found["reasons"]["model"] == "No predictor was chosen."
    assert found["choices"]["predictors"] == []


def test_a_predictor_that_the_table_lacks_is_told_with_those_that_it_has(capsys: Captured) -> None:
    found = answer(EXAMPLE, capsys, *FEW, "--predictors", "hap_ratio,neovascularity")
    assert found["model"] is None
    said = found["reasons"]["model"]
    assert said.startswith("A model needs predictors that the cohort has") and "lymphadenopathy" in said


def test_the_text_tells_the_model(capsys: Captured) -> None:
    assert main(["cohort", str(EXAMPLE), *FEW, "--prevalence", "0.3"]) == 0
    out, _ = capsys.readouterr()
    assert "  Plateau: Odds ratio 13.5; 95 % CI, profile 2.34 to 112; 95 % CI, Wald 2.10 to 86.7;" in out
    assert "AUC 0.888 on these rows" in out and "prevalence of adenocarcinoma of 30 %" in out
    assert main(["cohort", str(EXAMPLE), *FEW, "--predictors", "none"]) == 0
    assert "A logistic model of several findings\n  No predictor was chosen.\n" in capsys.readouterr().out
