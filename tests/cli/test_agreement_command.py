"""``agreement``: the contract, the study's printed numbers on the example cohort, and hostile words."""

from __future__ import annotations

import json

import pytest

from gepnet_core.__main__ import main
from gepnet_core.replication.ensemble import EXAMPLE_FILE

Captured = pytest.CaptureFixture[str]

FORMS = ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
"""design.md, section 5."""


def agreed(capsys: Captured, *words: object) -> dict:
    assert main(["agreement", *map(str, words), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


@pytest.mark.parametrize(
    ("column", "printed"),
    [
        ("distribution", "0.938"),
        ("shape", "0.789"),
        ("hap_enhancement", "0.775"),
        ("pattern", "0.914"),
        ("lymphadenopathy", "1.000"),
    ],
)
def test_the_kappas_of_the_study(column: str, printed: str, capsys: Captured) -> None:
    # Results, inter-observer variability.
    document = agreed(capsys, EXAMPLE_FILE, "--raters", f"{column},reader2_{column}", "--kind", "kappa")
    assert document["n"] == 46
    assert f"{document['kappa']['value']:.3f}" == printed
    assert {"value", "se", "low", "high"} == set(document["linear"]) == set(document["quadratic"])


@pytest.mark.parametrize(
    ("column", "printed"), [("size_mm", "0.864"), ("hap_lesion_hu", "0.919"), ("hap_liver_hu", "0.903")]
)
def test_the_iccs_of_the_study(column: str, printed: str, capsys: Captured) -> None:
    # Results; which form the study used it does not say.
    document = agreed(capsys, EXAMPLE_FILE, "--raters", f"{column},reader2_{column}", "--kind", "icc")
    assert (document["n"], list(document["icc"])) == (46, FORMS)
    assert f"{document['icc']['ICC(2,1)']['value']:.3f}" == printed
    assert set(document["meanings"]) == set(FORMS)


def test_the_order_of_categories_is_given_or_told(capsys: Captured) -> None:
    words = (EXAMPLE_FILE, "--raters", "pattern,reader2_pattern", "--kind", "kappa")
    by_sorting = agreed(capsys, *words)
    given = agreed(capsys, *words, "--categories", "washout,plateau,progressive")
    assert by_sorting["categories"] == ["plateau", "progressive", "washout"]
    assert by_sorting["categories_order"].startswith("sorted")
    assert any("nobody gave" in note for note in by_sorting["notes"])
    assert given["categories"] == ["washout", "plateau", "progressive"]
    assert given["categories_order"] == "--categories"
    assert not any("nobody gave" in note for note in given["notes"])
    assert given["kappa"]["value"] == pytest.approx(by_sorting["kappa"]["value"])
    assert given["quadratic"]["value"] != by_sorting["quadratic"]["value"]


def test_perfect_agreement_has_a_reason_for_each_null(capsys: Captured) -> None:
    document = agreed(
        capsys, EXAMPLE_FILE, "--raters", "lymphadenopathy,reader2_lymphadenopathy", "--kind", "kappa"
    )
    for weighting in ("kappa", "linear", "quadratic"):
        assert document[weighting] == {"value": 1, "se": 0, "low": None, "high": None}
        assert {f"{weighting}.low", f"{weighting}.high"} <= set(document["reasons"])


def test_missing_readings_are_counted_and_left_out(capsys: Captured, table) -> None:
    path = table("a;b;c\n1;1,0;5\n2;2;6\n2,0;1;\nNA;1;7\n;;4\n3;3;9\n")
    document = agreed(capsys, path, "--raters", "a,b", "--kind", "kappa")
    assert (document["n"], document["n_left_out"], document["n_missing"]) == (4, 2, {"a": 2, "b": 1})
    assert document["categories"] == ["1", "2", "3"]
    assert document["table"] == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    document = agreed(capsys, path, "--raters", "a,b,c", "--kind", "icc")
    assert (document["n"], document["n_left_out"]) == (3, 3)


@pytest.mark.parametrize(
    ("text", "kind", "field"),
    [
        ("a,b\nx,x\nx,y\n", "kappa", "kappa.value"),
        ("a,b\nx,\n,y\n", "kappa", "linear.se"),
        ("a,b\n1,2\n,3\n", "icc", "icc.ICC(2,k).value"),
        ("a,b\n1,1\n1,1\n", "icc", "icc.ICC(1,1).low"),
    ],
)
def test_what_is_undefined_is_null_with_a_reason(
    text: str, kind: str, field: str, capsys: Captured, table
) -> None:
    document = agreed(capsys, table(text), "--raters", "a,b", "--kind", kind)
    assert document["reasons"][field]
    *path, last = field.split(".")
    found = document
    for name in path:
        found = found[name]
    assert found[last] is None
    assert main(["agreement", str(table(text)), "--raters", "a,b", "--kind", kind]) == 0
    assert "none." in capsys.readouterr().out


def test_the_text(capsys: Captured) -> None:
    assert main(["agreement", str(EXAMPLE_FILE), "--raters", "shape,reader2_shape", "--kind", "kappa"]) == 0
    out, _ = capsys.readouterr()
    assert "46 rows with a value of every rater (shape, reader2_shape); 0 left out." in out
    assert "Same category in 45 of 46." in out
    assert "Kappa: 0.789 (95 % CI 0.389 to 1.189)" in out
    assert "synthetic" in out


SMALL = "a,b,name,c\n1,1,Erika,1\n2,2,Otto,x\n3,1,Ida,2\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--raters", "a,b"], "--kind"),
        (["--kind", "kappa"], "--raters"),
        (["--raters", "a", "--kind", "kappa"], "2 or more"),
        (["--raters", "a,a", "--kind", "kappa"], "twice"),
        (["--raters", "a,b,c", "--kind", "kappa"], "two raters"),
        (["--raters", "a,z", "--kind", "kappa"], "no such column"),
        (["--raters", "a,b", "--kind", "Kappa"], "no such choice"),
        (["--raters", "a,b", "--kind", "icc", "--categories", "1,2"], "no categories"),
        (["--raters", "a,b", "--kind", "kappa", "--categories", "1,2"], "got 1 such cells"),
        (["--raters", "name,b", "--kind", "kappa", "--categories", "1,2"], "got 3 such cells"),
        (["--raters", "a,b", "--kind", "kappa", "--categories", "1,1.0,2,3"], "twice"),
        (["--raters", "a,b", "--kind", "kappa", "--categories", "1"], "2 or more"),
        (["--raters", "a,c", "--kind", "icc"], "no number"),
        (["--raters", "a,b", "--kind", "kappa", "--cat", "1,2"], "--cat"),
    ],
)
def test_bad_words_are_one_line_without_cells(
    words: list[str], expected: str, capsys: Captured, table
) -> None:
    assert main(["agreement", str(table(SMALL)), *words]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert expected in error
    for cell in ("Erika", "Otto", "Ida", "Mustermann"):
        assert cell not in error


def test_a_column_of_identifiers_is_refused(capsys: Captured, table) -> None:
    path = str(table("g,t\n" + "".join(f"{i % 2},Erika{i // 2}\n" for i in range(240))))
    assert main(["agreement", path, "--raters", "t,g", "--kind", "kappa"]) == 2
    error = capsys.readouterr().err
    assert "too many different texts" in error
    assert "Erika" not in error
