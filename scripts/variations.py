"""The tests that need no browser, on other Pythons, dependencies, languages and time zones; prints one table.

    python -m scripts.variations [NAME ...] [-- ARGUMENTS OF PYTEST]

The exit status is 1 if a test failed, an environment could not be made, or what was named is not to be had.
Logs are in build/variations/.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from scripts.served import ROOT
from scripts.variations_machine import FOLDER, NotHereError, language, main_versions, make_environment
from scripts.variations_plugin import PROFILE

SUPPORTED = ("3.11", "3.12", "3.13")
_LOCKS = ("-r", "requirements.txt", "-r", "requirements-dev.txt")
_RANGES = ("-r", "pyproject.toml", "--group", "dev")
# What there is of exact versions is not what these install.
_NO_LOCKS = ("--deselect", "tests/test_locks.py")


@dataclass(frozen=True)
class Variation:
    """One way in which the tests must be green.

    Attributes
    ----------
    name : str
        What the command line calls it.
    python : str or None
        Version of the Python of an environment of its own; None takes the one that runs this.
    install : tuple of str
        What `uv pip install` is told for that environment.
    skip : tuple of str
        Arguments of pytest that leave out what cannot hold.
    language : str or None
        LC_ALL, such as "de_DE.UTF-8".
    variables : dict
        Further variables of the environment.
    """

    name: str
    python: str | None = None
    install: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    language: str | None = None
    variables: dict[str, str] = field(default_factory=dict)


VARIATIONS = (
    *(Variation(f"locks-{version}", version, _LOCKS) for version in SUPPORTED),
    Variation("lowest", SUPPORTED[0], ("--resolution", "lowest-direct", *_RANGES), _NO_LOCKS),
    Variation("newest", SUPPORTED[-1], ("--upgrade", *_RANGES), _NO_LOCKS),
    # A decimal comma, and a quarter of an hour more than half an hour beside UTC.
    Variation("german", language="de_DE.UTF-8", variables={"TZ": "Asia/Kathmandu"}),
    # The dotless i, and a day ahead of most of the world.
    Variation("turkish", language="tr_TR.UTF-8", variables={"TZ": "Pacific/Kiritimati"}),
    # ASCII that Python does not replace by UTF-8, and half an hour beside its neighbours, with summer time.
    Variation(
        "ascii",
        language="C",
        variables={"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "America/St_Johns"},
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a variation.

    Attributes
    ----------
    name, versions : str
        Name of the variation; versions of Python and the main dependencies.
    passed, failed, skipped : int
        Numbers of tests; an error before or after a test is a failure.
    seconds : float
        Of the tests alone.
    trouble : str
        Why there are no numbers, or what else is wrong; empty if nothing is.
    missing : bool
        The machine lacks what it takes, so that nothing is known.
    """

    name: str
    versions: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    trouble: str = ""
    missing: bool = False

    @property
    def state(self) -> str:
        """One word or the reason: nothing that did not run is called passed."""
        if self.missing:
            return f"MISSING: {self.trouble}"
        if self.trouble:
            return f"FAILED: {self.trouble}"
        if self.failed:
            return "FAILED"
        return "passed" if self.passed else "FAILED: no test ran"


def counts(report: str) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a report in JUnit's form."""
    passed = failed = skipped = 0
    for case in ElementTree.fromstring(report).iter("testcase"):  # noqa: S314 - pytest wrote it
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
        elif "skipped" in kinds:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def table(outcomes: list[Outcome]) -> str:
    """The outcomes as a table in Markdown."""
    head = ("Variation", "Python and main dependencies", "Passed", "Failed", "Skipped", "Seconds", "State")
    rows: list[tuple[str, ...]] = [head, ("---", "---", "---:", "---:", "---:", "---:", "---")]
    for outcome in outcomes:
        numbers = (outcome.passed, outcome.failed, outcome.skipped, round(outcome.seconds))
        ran = outcome.passed + outcome.failed + outcome.skipped > 0
        cells = [f"{number}" if ran else "" for number in numbers]
        rows.append((outcome.name, outcome.versions, *cells, outcome.state))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def exit_status(outcomes: list[Outcome], named: list[str]) -> int:
    """1 if anything failed, or if something that was named is missing."""
    bad = [one for one in outcomes if one.state != "passed" and (not one.missing or one.name in named)]
    return int(bool(bad) or all(one.missing for one in outcomes))


def _test(variation: Variation, python: Path, more: list[str], variables: dict[str, str]) -> Outcome:
    report, log = FOLDER / f"{variation.name}.xml", FOLDER / f"{variation.name}.log"
    report.unlink(missing_ok=True)
    command = [str(python), "-m", "pytest", "-m", "not soak and not e2e", "-p", "no:cacheprovider"]
    command += ["-p", "scripts.variations_plugin", "--hypothesis-profile", PROFILE]
    command += ["--tb", "short", f"--junitxml={report}", *variation.skip, *more]
    # Nothing of the user's own language and time zone, so that the variation alone decides.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TZ"))}
    started = time.monotonic()
    with log.open("wb") as out:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=kept | variables,
        )
    seconds = time.monotonic() - started
    passed, failed, skipped = counts(report.read_text(encoding="utf-8")) if report.exists() else (0, 0, 0)
    trouble = ""
    # 1 is pytest's own word for failed tests; a crash leaves no report.
    if done.returncode != int(failed > 0):
        trouble = f"pytest ended with {done.returncode}, see {log.relative_to(ROOT)}"
    return Outcome(variation.name, main_versions(python), passed, failed, skipped, seconds, trouble)


def outcome_of(variation: Variation, more: list[str]) -> Outcome:
    """Make what a variation needs, and run the tests there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        variables = dict(variation.variables)
        if variation.language is not None:
            variables |= language(variation.language)
        python = Path(sys.executable)
        if variation.python is not None:
            python = make_environment(variation.name, variation.python, variation.install)
    except NotHereError as lack:
        return Outcome(variation.name, trouble=str(lack), missing=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return Outcome(variation.name, trouble="its packages cannot be installed")
    return _test(variation, python, more, variables)


def main(words: list[str]) -> int:
    """Run the named variations, or all, and print what became of them."""
    end = words.index("--") if "--" in words else len(words)
    names = [variation.name for variation in VARIATIONS]
    parser = argparse.ArgumentParser(
        prog="python -m scripts.variations", description="The tests without a browser, under variations.",
        epilog="What follows -- goes to pytest.", allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(names)}")
    named = parser.parse_args(words[:end]).names
    unknown = sorted(set(named) - set(names))
    if unknown:
        parser.error(f"no variation {', '.join(unknown)}; there are: {', '.join(names)}")
    more = words[end + 1 :]
    outcomes = []
    for variation in VARIATIONS:
        if named and variation.name not in named:
            continue
        outcome = outcome_of(variation, more)
        print(f"{outcome.name}: {outcome.state}", flush=True)
        outcomes.append(outcome)
    print(table(outcomes))
    if more:
        print(f"Not of all tests: pytest was given {' '.join(more)}")
    return exit_status(outcomes, named)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
