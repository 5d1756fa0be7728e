"""Runs every benchmarks/bench_*.py, or those named, and prints one table.

A file offers `run() -> list[Timing]`. `python -m benchmarks start --json` runs bench_start.py alone, as JSON.
`python -m benchmarks load` lets 30 sessions use the app at once; it takes minutes and runs only by its name.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.timing import Timing

_PREFIX = "bench_"
_LOAD = "load"


def names() -> list[str]:
    """Names of the benchmarks that there are."""
    return sorted(path.stem.removeprefix(_PREFIX) for path in Path(__file__).parent.glob(f"{_PREFIX}*.py"))


def machine() -> str:
    """What the numbers hold for."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        processor = models[0].split(":", 1)[1].strip() if models else processor
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def table(timings: list[Timing]) -> str:
    """The timings as a table in Markdown, so that it can be pasted into the README."""
    head = ("What", "Median", "Range", "n", "Goal")
    rows = [head, ("---", "---:", "---:", "---:", "---:"), *(timing.cells() for timing in timings)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    """Run what the command line asks for."""
    if sys.argv[1:2] == [_LOAD]:
        from benchmarks.load.run import main as load

        print(machine(), end="\n\n", flush=True)
        sys.exit(load(sys.argv[2:]))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(names())}")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    unknown = sorted(set(asked.names) - set(names()))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names())}")
    timings: list[Timing] = []
    for name in asked.names or names():
        timings += importlib.import_module(f"benchmarks.{_PREFIX}{name}").run()
    if asked.json:
        print(
            json.dumps({"machine": machine(), "timings": [timing.as_dict() for timing in timings]}, indent=2)
        )
    else:
        print(f"{machine()}\n\n{table(timings)}")


if __name__ == "__main__":
    main()
