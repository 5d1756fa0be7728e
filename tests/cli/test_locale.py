"""The same answers whatever the language, the encoding and the time zone of the shell."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gepnet_core.__main__ import main
from scripts.served import ROOT

# `cohort` takes seconds and answers in the same way: python -m scripts.variations has it in other languages.
COMMANDS = [
    ["assess", "--hap", "44.9", "50", "--pvp", "80.25", "100", "--ep", "70", "95", "--pretest", "0.3"],
    ["assess", "--table", "data/examples/hu_table.csv", "--json"],
    [
        "accuracy", "data/examples/cohort.csv", "--marker", "hap_ratio", "--outcome", "diagnosis",
        "--positive", "adenocarcinoma", "--direction", "low",
    ],
    ["study", "check"],
]  # fmt: skip
# One process for all: most of the time of each is Python's start.
PROGRAM = f"from gepnet_core.__main__ import main\nfor words in {COMMANDS!r}:\n    assert main(words) == 0"
DECIMAL_COMMA_AND_DOTLESS_I = {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr:de", "TZ": "Pacific/Kiritimati"}
# Python itself would put UTF-8 in the place of ASCII.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "America/St_Johns"}


def answer(shell: dict[str, str]) -> tuple[int, bytes, bytes]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, env={**kept, **shell}
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def here(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What the commands answer in this process, in UTF-8."""
    monkeypatch.chdir(ROOT)
    assert [main(words) for words in COMMANDS] == [0] * len(COMMANDS)
    out, err = capsysbinary.readouterr()
    assert err == b""
    return out


def test_language_and_time_zone_change_no_byte(here: bytes) -> None:
    assert b"0.898" in here
    assert answer({**DECIMAL_COMMA_AND_DOTLESS_I, "PYTHONUTF8": "1"}) == (0, here, b"")


def test_where_only_ascii_can_be_shown_signs_are_spelled_and_nothing_is_lost(here: bytes) -> None:
    assert "\N{LESS-THAN OR EQUAL TO}" in here.decode()
    spelled = here.decode().encode("ascii", "backslashreplace")
    assert answer(ASCII) == (0, spelled, b"")
