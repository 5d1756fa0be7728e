"""``study cohort``: the contract, with the search replaced by what it once found."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from gepnet_core import __version__
from gepnet_core.__main__ import main
from gepnet_core.cli import study_cohort
from gepnet_core.errors import StudyError
from gepnet_core.replication.ensemble import EXAMPLE_FILE, load_example
from gepnet_core.replication.measures import measure_cohort
from gepnet_core.replication.search.constraints import check_all, load_constraints, load_exceptions
from gepnet_core.replication.search.reconstruction import EXAMPLE_SEED, Progress, Reconstruction
from tests.replication.independent_check import unmet

Captured = pytest.CaptureFixture[str]

SCHEMA = EXAMPLE_FILE.read_text(encoding="utf-8").splitlines()[0].split(",")


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds that were searched from; the cohort found is the example's for all of them.

    Its columns stand in another order than the data dictionary's, as in a cohort that was searched.
    """
    seeds: list[int] = []
    columns = dict(reversed(list(load_example().items())))
    checks = check_all(measure_cohort(columns))

    def found(seed: int, progress: Progress | None = None) -> Reconstruction:
        seeds.append(seed)
        if progress is not None:
            progress(1, "whole HU")
        return Reconstruction(seed, 3, columns, checks)

    monkeypatch.setattr(study_cohort, "reconstruct", found)
    return seeds


@pytest.fixture
def nothing_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a search was begun")

    monkeypatch.setattr(study_cohort, "reconstruct", refuse)


def refused(words: list[str], capsys: Captured) -> str:
    """The one line of an error of status 2."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("python -m gepnet_core study: error: ")
    assert "Traceback" not in err
    return err


def test_the_text_is_the_csv_of_the_cohort(searched, capsys: Captured) -> None:
    assert main(["study", "cohort", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out == EXAMPLE_FILE.read_text(encoding="utf-8")
    assert searched == [3]


def test_without_a_seed_it_is_the_example_s(searched, capsys: Captured) -> None:
    assert main(["study", "cohort"]) == 0
    assert searched == [EXAMPLE_SEED]
    assert capsys.readouterr().out.count("\n") == 47  # a heading and 46 patients


@pytest.mark.parametrize(
    ("typed", "seed"), [("0", 0), ("007", 7), ("999999999999999999", 999_999_999_999_999_999)]
)
def test_a_seed_is_what_its_digits_say(typed: str, seed: int, searched, capsys: Captured) -> None:
    assert main(["study", "cohort", "--seed", typed]) == 0
    assert searched == [seed]
    capsys.readouterr()


def test_the_json_object_of_the_contract(searched, capsys: Captured) -> None:
    assert main(["study", "cohort", "--seed", "5", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    document = json.loads(out)
    assert list(document) == [
        "synthetic", "note", "seed", "attempts", "checks", "cannot_be_reproduced", "rows", "version",
    ]  # fmt: skip
    assert document["synthetic"] is True
    assert document["note"].startswith("SYNTHETIC: ")
    assert (document["seed"], document["attempts"]) == (5, 3)
    assert document["version"] == __version__
    assert [check["id"] for check in document["checks"]] == list(load_constraints())
    assert all(check["met"] is True for check in document["checks"])
    assert document["cannot_be_reproduced"] == dict(load_exceptions())
    checks = {check["id"]: check for check in document["checks"]}
    assert checks["hap_ratio_auc"]["printed"] == "0.856"
    assert checks["hap_ratio_auc"]["value"] == pytest.approx(453 / 529)  # audit.md


def test_the_json_rows_are_the_patients_with_numbers_as_numbers(searched, capsys: Captured) -> None:
    main(["study", "cohort", "--json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == 46
    written = list(csv.DictReader(io.StringIO(EXAMPLE_FILE.read_text(encoding="utf-8"))))
    for row, cells in zip(rows, written, strict=True):
        assert set(row) == set(SCHEMA)
        assert row["synthetic"] == "yes"
        assert isinstance(row["hap_lesion_hu"], int)
        assert row["hap_ratio"] == row["hap_lesion_hu"] / row["hap_liver_hu"]  # unrounded
        for name, cell in cells.items():
            assert (f"{row[name]:.6f}" if isinstance(row[name], float) else str(row[name])) == cell
    assert unmet(pd.DataFrame(rows)) == []


def test_out_writes_a_csv_that_pandas_reads_and_the_answer_says_what_it_is(
    searched, capsys: Captured, tmp_path: Path
) -> None:
    path = tmp_path / "cohort of mine.csv"
    assert main(["study", "cohort", "--seed", "8", "--out", str(path)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert path.read_bytes() == EXAMPLE_FILE.read_bytes()
    table = pd.read_csv(path)
    assert list(table.columns) == SCHEMA
    assert unmet(table) == []
    lines = out.splitlines()
    assert lines[0] == "Seed 8: 46 rows written, attempt 3."
    assert lines[1].startswith(
        f"{len(load_constraints())} of {len(load_constraints())} printed numbers met; "
        f"{len(load_exceptions())} more cannot be met"
    )
    assert lines[2].startswith("SYNTHETIC: invented patients.")
    assert "cohort of mine" not in out  # a file's name may be a patient's


def test_out_with_json_writes_both(searched, capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "cohort.csv"
    assert main(["study", "cohort", "--json", "--out", str(path)]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == len(pd.read_csv(path)) == 46


@pytest.mark.parametrize("where", ["absent/cohort.csv", ".", "nul\0l.csv"])
def test_a_file_that_cannot_be_written_is_one_line(where, searched, capsys: Captured, tmp_path: Path) -> None:
    err = refused(["study", "cohort", "--out", f"{tmp_path}/{where}"], capsys)
    assert "--out: the file cannot be written; got " in err
    assert "Choose another place." in err
    assert tmp_path.name not in err  # nor does the message say whose file it was


@pytest.mark.parametrize(
    "seed", ["-1", "1_0", "abc", "1.5", "1e3", "", " ", "+1", "0x10", "٣", "²", "nan", "1" * 19]
)
def test_what_is_no_seed_is_one_line(seed: str, nothing_is_searched, capsys: Captured) -> None:
    err = refused(["study", "cohort", "--seed", seed], capsys)
    assert "--seed" in err


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--seed", "1"],
        ["check", "--seed", "0"],
        ["check", "--out", "x.csv"],
        ["check", "--seed", "1", "--json"],
    ],
)
def test_check_takes_no_option_of_cohort(words, nothing_is_searched, capsys: Captured) -> None:
    err = refused(["study", *words], capsys)
    assert f"{words[1]}: study check takes no such option" in err
    assert not Path("x.csv").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--seed"],
        ["--seed", "1", "--seed", "2"],
        ["--out"],
        ["--see", "1"],
        ["1"],
    ],
)
def test_bad_words_are_one_line(words: list[str], nothing_is_searched, capsys: Captured) -> None:
    refused(["study", "cohort", *words], capsys)


def test_a_search_that_does_not_converge_writes_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise StudyError("the search did not converge", got="unmet: size_z", remedy="Try another seed.")

    monkeypatch.setattr(study_cohort, "reconstruct", fail)
    path = tmp_path / "cohort.csv"
    err = refused(["study", "cohort", "--out", str(path)], capsys)
    assert "got unmet: size_z. Try another seed." in err
    assert not path.exists()


def test_progress_goes_to_a_terminal_alone(
    searched, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    main(["study", "cohort"])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main(["study", "cohort"])
    out, err = capsys.readouterr()
    assert err == "attempt 1: whole HU\n"
    assert out == EXAMPLE_FILE.read_text(encoding="utf-8")
