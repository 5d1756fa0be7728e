"""The frame of the command line: exit status, one line of error, stdout for the answer alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core import __version__
from gepnet_core.__main__ import main
from gepnet_core.cli.arguments import StrictParser, parse_strictly
from gepnet_core.cli.commands import COMMANDS
from scripts.served import ROOT

PLATEAU = ["assess", "--pattern", "plateau"]


def start(
    *words: str, stdout: int | IO[bytes] = subprocess.PIPE, unbuffered: str = ""
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gepnet_core", *words],
        cwd=ROOT,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )


def error_line(captured: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr; nothing is on stdout."""
    out, err = captured.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith("\n")
    return err


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PLATEAU, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["call"] == "not_classifiable"


def test_text_is_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(PLATEAU) == 0
    out, _ = capsys.readouterr()
    assert "Not classifiable" in out
    assert "For research and education. Not a medical device." in out
    assert not out.lstrip().startswith("{")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "no command was given"),
        (["asses"], "there is no such command"),
        (["--json"], "there is no such command"),
        (["ASSESS"], "there is no such command"),
        ([""], "there is no such command"),
        (["assess", "--patt", "plateau"], "got --patt"),
        (["assess", "--pattern", "plateau", "--js"], "got --js"),
        (["assess", "--pattern"], "--pattern: expected one argument; got 0"),
        (["assess", "--hap", "50"], "--hap: expected 2 arguments; got 1"),
        (["assess", "--hap", "50", "-5", "60"], "a value that belongs to no option"),
        (["assess", "--hap", "50", "60", "--hap", "40", "60"], "--hap: the option was given more than once"),
        (["measure"], "CT_PATH"),
    ],
)
def test_usage_errors_are_one_line_with_what_is_allowed(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    line = error_line(capsys)
    assert expected in line
    assert line.startswith("python -m gepnet_core")
    assert "allowed:" in line


def test_a_stray_word_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    # Half of a file name with a space in it, which may name a patient.
    assert main(["assess", "--table", "Anna", "Canary.csv"]) == 2
    assert "Canary" not in error_line(capsys)


def test_help_names_the_commands_and_loads_none() -> None:
    code = (
        "import sys; from gepnet_core.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pydicom', 'gepnet_core.cohort', 'gepnet_core.imaging'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(name in done.stdout for name in COMMANDS)


def test_help_of_a_command_needs_no_numbers() -> None:
    code = (
        "import sys; from gepnet_core.__main__ import main\n"
        "try: main(['assess', '--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert not {'numpy', 'scipy', 'pandas', 'openpyxl'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--scope" in done.stdout


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_loads_and_declares_its_arguments(name: str) -> None:
    parser = COMMANDS[name].load().add_parser(StrictParser().add_subparsers())
    assert parser.allow_abbrev is False
    assert isinstance(parser, StrictParser)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_ends_quietly(unbuffered: str, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("hap_lesion_hu,hap_liver_hu\n" + "50,60\n" * 1000, encoding="utf-8")
    process = start("assess", "--table", str(table), unbuffered=unbuffered)
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.wait() == 141  # 128 + SIGPIPE, as a shell reports it
        assert process.stderr.read() == b""


def test_help_into_a_closed_pipe() -> None:
    process = start("--help")
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("wb") as full, start(*PLATEAU, stdout=full) as process:
        assert process.stderr is not None
        assert process.wait() == 2
        assert process.stderr.read().startswith(b"python -m gepnet_core assess: error: the answer cannot be")


@pytest.fixture
def broken_command(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A command whose ``run`` a test may replace."""
    module = SimpleNamespace(
        add_parser=lambda subparsers: subparsers.add_parser("assess"), run=lambda _: {}, as_text=str
    )
    monkeypatch.setattr("gepnet_core.cli.commands.import_module", lambda _: module)
    yield module


def test_ctrl_c(broken_command: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    def run(_: object) -> None:
        raise KeyboardInterrupt

    broken_command.run = run
    assert main(["assess"]) == 130  # 128 + SIGINT
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_the_program_shows_no_traceback_and_no_values() -> None:
    code = (
        "import sys\n"
        "from gepnet_core.cli.output import end_without_traceback\n"
        "sys.excepthook = end_without_traceback\n"
        "raise KeyError('Canary, Anna')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "fault of the program: KeyError at __main__:4" in done.stderr
    assert "Canary" not in done.stderr


def test_a_number_that_json_lacks_is_no_silent_nan(broken_command: SimpleNamespace) -> None:
    broken_command.run = lambda _: {"mean_hu": float("nan")}
    with pytest.raises(ValueError, match="not JSON compliant"):
        main(["assess", "--json"])


@pytest.mark.parametrize(
    "word", ["-5", "-.5", "-,5", "-5,5", "-0", "-5_0", "-5e3", "-inf", "-NaN", "-Infinity"]
)
def test_what_looks_like_a_negative_number_is_a_value(word: str) -> None:
    parser = StrictParser()
    parser.add_argument("--hap", nargs=2)
    assert parse_strictly(parser, ["--hap", word, "60"]).hap == [word, "60"]


@pytest.mark.parametrize("word", ["-x", "--", "--5", "-infix", "-nano"])
def test_other_words_with_a_minus_are_no_values(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "--hap", word, "60"]) == 2
    assert error_line(capsys)


@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_words_end_with_an_answer_or_one_line(words: list[str]) -> None:
    # Any command line that is not about help: bad input, never an exception.
    words = [word for word in words if word not in ("-h", "--help", "--version", "--table", "--out")]
    assert main(["assess", *words]) == 2
    assert main(words) == 2
