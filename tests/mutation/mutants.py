"""One package of the library under mutation: a copy of the tree, mutmut in it, and its verdicts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.served import ROOT

# What mutmut's exit codes mean (mutmut 3.8, mutmut/stats.py).
VERDICTS: dict[str, frozenset[int]] = {
    "killed": frozenset({1, 3}),
    "timed out": frozenset({-24, 24, 36, 152, 255}),
    "crashed": frozenset({-11, -9}),
    "survived": frozenset({0}),
    "without test": frozenset({5, 33}),
}
NOTICED = frozenset({"killed", "timed out", "crashed"})
"""A mutant that hangs or brings the interpreter down is noticed, as one is that fails a test."""


@dataclass(frozen=True)
class Workspace:
    """A copy of the tree in which mutmut works, set up for one package and the tests that belong to it."""

    folder: Path
    package: str
    children: int

    def judge(self, mutants: Sequence[str] = ()) -> None:
        """Run the tests against the named mutants (patterns allowed), or all; the verdicts stay in files."""
        _ = self._mutmut("run", "--max-children", str(self.children), *mutants)

    def exit_codes(self) -> dict[str, int | None]:
        """The exit code of the tests by mutant; None where it was not tried."""
        codes: dict[str, int | None] = {}
        for path in sorted((self.folder / "mutants" / "gepnet_core" / self.package).rglob("*.py.meta")):
            codes |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        return codes

    def verdicts(self, mutants: Sequence[str]) -> dict[str, str]:
        """What became of each mutant, in a word of ``VERDICTS``."""
        codes = self.exit_codes()
        found = {name: word for name in mutants for word, meant in VERDICTS.items() if (codes[name] in meant)}
        strange = {name: codes[name] for name in mutants if name not in found}
        assert not strange, f"exit codes that are no verdict: {strange}"
        return found

    def change(self, mutant: str) -> tuple[str, ...]:
        """The lines that a mutant removes and adds, without their indentation, ``-`` or ``+`` before them."""
        shown = self._mutmut("show", mutant).splitlines()
        headed = [line for line in shown if line.startswith(("-", "+"))]
        return tuple(
            f"{line[0]} {line[1:].strip()}" for line in headed if not line.startswith(("---", "+++"))
        )

    def _mutmut(self, *words: str) -> str:
        # One thread a child, as the children fill the cores; no path to the tree that was copied.
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": ""}
        done = subprocess.run(
            [sys.executable, "-m", "mutmut", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, (done.stdout[-4_000:], done.stderr[-4_000:])
        return done.stdout


def workspace(folder: Path, package: str, children: int) -> Workspace:
    """Copy what git knows of the tree and tell mutmut which package to mutate and which tests to run."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    shutil.copy2(Path(__file__).with_name("under_mutation.py"), folder / "tests" / package / "conftest.py")
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as config:
        config.write(_config(package))
    return Workspace(folder, package, children)


def _config(package: str) -> str:
    return f"""
[tool.mutmut]
source_paths = ["gepnet_core"]
only_mutate = ["gepnet_core/{package}/*"]
also_copy = ["data", "scripts"]
pytest_add_cli_args_test_selection = ["tests/{package}"]
pytest_add_cli_args = ["--hypothesis-profile=mutation", "-m", "not soak", "-p", "no:cacheprovider"]
timeout_constant = 4.0
timeout_multiplier = 3.0
use_git_change_detection = false
track_dependencies = false
"""


def function_of(mutant: str) -> str:
    """The function that a mutant is of, as ``case.rule.combine`` or ``case.case.Case.tolerance``."""
    dotted, _, _ = mutant.removeprefix("gepnet_core.").rpartition("__mutmut_")
    module, _, mangled = dotted.rpartition(".")
    # mutmut writes x_name for a function, and a method as xǁClassǁname.
    name = ".".join(mangled.split("ǁ")[1:]) if "ǁ" in mangled else mangled.removeprefix("x_")
    return f"{module}.{name}"
