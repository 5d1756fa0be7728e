"""What the variations say of themselves: nothing that did not run, or ran in part, is called passed."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from scripts import variations_machine
from scripts.served import ROOT
from scripts.variations import SUPPORTED, VARIATIONS, Outcome, counts, exit_status, main, table
from scripts.variations_machine import NotHereError, interpreter, language

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="2" tests="6">
<testcase classname="a" name="good" time="0.1"/>
<testcase classname="a" name="told"><system-out>text</system-out></testcase>
<testcase classname="a" name="bad"><failure message="assert 1 == 2">...</failure></testcase>
<testcase classname="a" name="broken"><error message="fixture">...</error></testcase>
<testcase classname="a" name="left out"><skipped type="pytest.skip" message="no nginx"/></testcase>
<testcase classname="a" name="passed, then its end failed"><skipped/><error message="teardown"/></testcase>
</testsuite></testsuites>"""


def test_every_test_is_counted_once_and_an_error_is_a_failure() -> None:
    assert counts(REPORT) == (2, 3, 1)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome("a", passed=3), "passed"),
        (Outcome("a", passed=3, skipped=1), "passed"),
        (Outcome("a", passed=3, failed=1), "FAILED"),
        (Outcome("a", passed=3, trouble="pytest ended with 2"), "FAILED: pytest ended with 2"),
        (Outcome("a", trouble="no Python 3.12", missing=True), "MISSING: no Python 3.12"),
        (Outcome("a"), "FAILED: no test ran"),
        (Outcome("a", skipped=5), "FAILED: no test ran"),
    ],
)
def test_only_what_ran_without_trouble_has_passed(outcome: Outcome, state: str) -> None:
    assert outcome.state == state


GOOD, BAD = Outcome("good", passed=1), Outcome("bad", passed=1, failed=1)
LACKING = Outcome("lacking", trouble="no Python 3.12", missing=True)


@pytest.mark.parametrize(
    ("outcomes", "named", "status"),
    [
        ([GOOD], [], 0),
        ([GOOD, LACKING], [], 0),
        ([LACKING, GOOD], ["good", "lacking"], 1),  # asked for, and nothing can be said
        ([LACKING], [], 1),
        ([GOOD, BAD], [], 1),
        ([GOOD, Outcome("crashed", trouble="pytest ended with -11")], [], 1),
    ],
)
def test_exit_status(outcomes: list[Outcome], named: list[str], status: int) -> None:
    assert exit_status(outcomes, named) == status


def test_the_table_gives_no_numbers_to_what_did_not_run() -> None:
    lines = table([Outcome("here", "3.12.1, numpy 2.4.6", 10, 1, 2, 61.6), LACKING]).splitlines()
    assert lines[2] == "| here | 3.12.1, numpy 2.4.6 | 10 | 1 | 2 | 62 | FAILED |"
    assert lines[3] == "| lacking |  |  |  |  |  | MISSING: no Python 3.12 |"


def test_every_python_that_the_project_allows_is_varied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])
    assert tuple(f"3.{minor}" for minor in range(8, 30) if f"3.{minor}" in allowed) == SUPPORTED
    assert {one.python for one in VARIATIONS if one.name.startswith("locks-")} == set(SUPPORTED)


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["lowset", "--", "-x"])
    assert end.value.code == 2
    assert "lowset" in capsys.readouterr().err


def test_a_launcher_that_only_prints_an_error_is_no_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    launcher, working = tmp_path / "launcher", tmp_path / "working"
    launcher.write_text("#!/bin/sh\necho no such version >&2\nexit 127\n", encoding="utf-8")
    launcher.chmod(0o755)
    working.symlink_to(sys.executable)
    mine = "{}.{}".format(*sys.version_info)
    monkeypatch.setattr(
        variations_machine, "_candidates", lambda _: iter([tmp_path / "none", launcher, working])
    )
    assert interpreter(mine) == working
    with pytest.raises(NotHereError, match=r"no Python 3\.99"):
        interpreter("3.99")  # the one that works is of another version


def test_a_language_that_cannot_be_made_is_not_claimed() -> None:
    with pytest.raises(NotHereError, match="no language xx_XX"):
        language("xx_XX")
