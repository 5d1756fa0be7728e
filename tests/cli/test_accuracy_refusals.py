"""``accuracy``: command lines and tables that are refused, in one line and without a cell of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_accuracy import COLUMNS, STUDY, Captured, refusal, table


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--cutoff", "nan"], "--cutoff: this is no number; got 'nan'"),
        (["--cutoff", "inf"], "--cutoff: this is no number"),
        (["--cutoff", "-inf"], "--cutoff: this is no number"),
        (["--cutoff", "1_0"], "--cutoff: this is no number; got '1_0'"),
        (["--cutoff", "1e999"], "--cutoff: this is no number"),
        (["--cutoff", ""], "--cutoff: this is no number"),
        (["--cutoff", "0.9", "--cutoff", "0.8"], "--cutoff: the option was given more than once"),
        (["--cut", "0.9"], "got --cut"),
        (["--prevalence", "0"], "--prevalence: a prevalence is a fraction"),
        (["--prevalence", "1"], "--prevalence: a prevalence is a fraction"),
        (["--prevalence", "50"], "allowed: above 0 and below 1, such as 0.3 for 30 %"),
        (["--prevalence", "-0.5"], "--prevalence: a prevalence is a fraction"),
        (["--prevalence", "50%"], "--prevalence: this is no number"),
        (["--prevalence", "nan"], "--prevalence: this is no number"),
        (["--bootstrap", "100"], "needs both its number and its seed"),
        (["--seed", "1"], "needs both its number and its seed"),
        (["--bootstrap", "0", "--seed", "1"], "--bootstrap: this is no such whole number"),
        (["--bootstrap", "1", "--seed", "1"], "--bootstrap: this is no such whole number"),
        (["--bootstrap", "1e3", "--seed", "1"], "--bootstrap: this is no such whole number"),
        (["--bootstrap", "1_000", "--seed", "1"], "--bootstrap: this is no such whole number"),
        (["--bootstrap", "100001", "--seed", "1"], "allowed: 2 to 100000"),
        (["--bootstrap", "-5", "--seed", "1"], "--bootstrap: this is no such whole number"),
        (["--bootstrap", "\N{SUPERSCRIPT TWO}", "--seed", "1"], "--bootstrap: this is no such whole number"),
        (["--bootstrap", "100", "--seed", "-1"], "--seed: this is no such whole number"),
        (["--bootstrap", "100", "--seed", "0.5"], "--seed: this is no such whole number"),
        (["--bootstrap", "100", "--seed", "9" * 5000], "--seed: this is no such whole number"),
        (["extra"], "something that the command does not know"),
    ],
)
def test_hostile_options(words: list[str], expected: str, capsys: Captured) -> None:
    assert expected in refusal(capsys, *STUDY, *words)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--direction", "lower", "--direction: no such choice; got 'lower'; allowed: low, high"),
        ("--direction", "LOW", "--direction: no such choice"),
        ("--outcome", "no_such", "no_such: the table has no such column"),
        ("--marker", "no_such", "no_such: the table has no such column"),
        ("--marker", "diagnosis", "outcome and marker are the same column"),
        ("--marker", "sex", "sex: a cell is no number"),
        ("--outcome", "synthetic", "--outcome: the outcome has not two classes; got 1 different values"),
        ("--outcome", "pattern", "--outcome: the outcome has not two classes; got 3 different values"),
        ("--positive", "carcinoma", "--positive: no row is of the positive class"),
        ("--positive", "", "--positive: no row is of the positive class"),
        ("--positive", "nan", "--positive: no row is of the positive class"),
    ],
)
def test_hostile_choices(option: str, value: str, expected: str, capsys: Captured) -> None:
    words = list(STUDY)
    words[words.index(option) + 1] = value
    line = refusal(capsys, *words)
    assert expected in line
    assert "female" not in line and "plateau" not in line  # no cell of the table


@pytest.mark.parametrize("left_out", ["--outcome", "--positive", "--marker", "--direction"])
def test_every_choice_must_be_made(left_out: str, capsys: Captured) -> None:
    at = STUDY.index(left_out)
    assert left_out in refusal(capsys, *STUDY[:at], *STUDY[at + 2 :])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the table is empty"),
        (b"y,m\n", "headings but no rows"),
        (b"\x00\x01\x02\xff" * 50, "no table"),
        (b"PK\x03\x04 broken", ""),
        (b"PAR1aaaa", "Parquet"),
        (b"y,m\n1,1\n1,2\n", "not two classes; got 1 different values"),
        (b"y,m\n1,1\n0,2\n2,3\n", "not two classes; got 3 different values"),
        (b"y,m\n,1\n,2\n", "not two classes; got 0 different values"),
        (
            b"y,m\n1,1\n0,\n0,\n",
            "a class has no value of the marker; got 1 of the positive and 0 of the other",
        ),
        (b"y,m\n1,1\n0,2\n0\n", "a row ends before this column"),
        (b"y,m\n1,1\n0,secret\n", "m: a cell is no number"),
        (b"y,m\n1,1\n0,nan_secret\n", "m: a cell is no number"),
        (b"y,m\n1,1\n0,inf\n", "m: a cell is no number"),
        (b"y,m\n1,1\n0,1_0\n", "m: a cell is no number"),
        (b"y,m\n1,1\n0,1e307\n", "--marker: a number is too large"),
        (b"y,m,m\n1,1,1\n0,2,2\n", "this heading stands more than once"),
        (b'y,m\n1,"1\n0,2\n', "quotation mark"),
    ],
)
def test_hostile_tables(content: bytes, expected: str, tmp_path: Path, capsys: Captured) -> None:
    line = refusal(capsys, table(tmp_path, content), *COLUMNS)
    assert expected in line
    assert "secret" not in line


@pytest.mark.parametrize("path", ["no/such/file.csv", "", ".", "a\0b"])
def test_files_that_cannot_be_read(path: str, capsys: Captured) -> None:
    assert "FILE: the file cannot be read" in refusal(capsys, path, *COLUMNS)
