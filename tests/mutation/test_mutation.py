"""At least nine of ten small faults put into the library's rules and statistics are noticed by its tests.

mutmut makes each fault, a mutant, in a copy of the tree and runs the tests that reach it. `case` is judged
whole; of `statistics`, which has thousands, a seeded sample of `SAMPLE`, or all with GEPNET_MUTATION_ALL=1.
GEPNET_MUTATION_CHILDREN says how many run side by side. What survives is listed in build/mutation/ with its
change, and with the reason that `survivors.toml` gives.
"""

from __future__ import annotations

import os
import re
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from gepnet_core.numbers import format_proportion
from gepnet_core.statistics.intervals import wilson_interval
from scripts.served import ROOT
from tests.mutation.mutants import NOTICED, VERDICTS, Workspace, function_of, workspace
from tests.mutation.sample import stratified

SHARE = 0.90
SAMPLE, SEED = 900, 898
SURVIVORS = Path(__file__).with_name("survivors.toml")
REPORTS = ROOT / "build" / "mutation"

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="mutmut forks, which Windows cannot")


def children() -> int:
    """As many as the cores that this process may use, unless told otherwise."""
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return int(os.environ.get("GEPNET_MUTATION_CHILDREN", usable))


def explained() -> dict[tuple[str, tuple[str, ...]], str]:
    """Why a mutant that survives is no gap in the tests, by function and change."""
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    return {(one["function"], tuple(one["change"])): one["reason"] for one in listed}


def reason_of(function: str, change: tuple[str, ...]) -> str | None:
    """The reason that is listed, or that of a class: a zip that no longer asks for columns of one length."""
    bare = {re.sub(r",?\s*strict=\w+|,\s*(?=\))", "", line[2:]) for line in change}
    if len(bare) == 1 and any("strict=True" in line for line in change):
        return "What is zipped comes from one table, so that the lengths are equal."
    return explained().get((function, change))


def report(
    ground: Workspace, verdicts: dict[str, str], of: int, seconds: float
) -> tuple[list[str], list[str]]:
    """The figures and survivors in lines, and the survivors that nothing explains."""
    counts = Counter(verdicts.values())
    noticed = sum(counts[word] for word in NOTICED)
    share = format_proportion(noticed, len(verdicts), wilson_interval(noticed, len(verdicts)))
    lines = [
        f"{ground.package}: {len(verdicts)} of {of} mutants in {seconds / 60:.0f} min, {share} noticed",
        ", ".join(f"{word} {counts[word]}" for word in VERDICTS),
    ]
    unexplained = []
    for mutant in sorted(name for name, word in verdicts.items() if word not in NOTICED):
        function, change = function_of(mutant), ground.change(mutant)
        reason = reason_of(function, change)
        told = [f"{mutant.rpartition('.')[2]} in {function}: {verdicts[mutant]}; {reason or 'NOT EXPLAINED'}"]
        told += [f"    {line}" for line in change]
        lines += told
        unexplained += [] if reason else told
    return lines, unexplained


def publish(package: str, lines: list[str]) -> None:
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / f"{package}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[:2]))


def noticed_share(verdicts: dict[str, str]) -> float:
    return sum(word in NOTICED for word in verdicts.values()) / len(verdicts)


@needs_fork
@pytest.mark.soak
def test_faults_in_the_rule_of_one_case_are_noticed(tmp_path: Path) -> None:
    ground, start = workspace(tmp_path, "case", children()), time.monotonic()
    ground.judge()
    mutants = sorted(ground.exit_codes())
    verdicts = ground.verdicts(mutants)
    lines, unexplained = report(ground, verdicts, len(mutants), time.monotonic() - start)
    publish("case", lines)
    assert len(mutants) > 1_000
    assert noticed_share(verdicts) >= SHARE, lines[:2]
    assert not unexplained, "\n".join(unexplained)


@needs_fork
@pytest.mark.soak
def test_faults_in_the_statistics_are_noticed(tmp_path: Path) -> None:
    ground, start = workspace(tmp_path, "statistics", children()), time.monotonic()
    # The first run makes all mutants and times all tests, whichever mutants it judges.
    ground.judge(["gepnet_core.statistics.granularity.x_largest_sd__mutmut_1"])
    mutants = sorted(ground.exit_codes())
    chosen = mutants if os.environ.get("GEPNET_MUTATION_ALL") else stratified(mutants, SAMPLE, SEED)
    ground.judge(chosen)
    verdicts = ground.verdicts(chosen)
    lines, _ = report(ground, verdicts, len(mutants), time.monotonic() - start)
    publish("statistics", lines)
    assert len(mutants) > 3_000
    assert noticed_share(verdicts) >= SHARE, lines[:2]
