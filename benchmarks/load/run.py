"""Serves the app, lets many sessions use it at once, and prints what it cost: `python -m benchmarks load`.

Takes minutes, so it runs only when asked for by name.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.load.browsers import use_browsers
from benchmarks.load.paths import PATHS
from benchmarks.load.report import LoadReport, Memory
from benchmarks.load.server_use import ServerUse
from benchmarks.load.shown_page import ProtocolError
from benchmarks.load.tab import Records, Tab
from scripts.served import ROOT, served
from ui.session_end import pause_seconds

_SETTLE_SECONDS = 2.0


async def _session(path: str, url: str, number: int, seed: int, records: Records) -> Tab:
    """Walk one path, beginning within two seconds; the tab stays open."""
    rng = random.Random(seed * 1_000 + number)
    tab = Tab(url, path, records, rng)
    await asyncio.sleep(rng.uniform(0, 2))
    try:
        await PATHS[path](tab, rng)
    except (ProtocolError, TimeoutError, OSError) as error:
        words = str(error) if isinstance(error, ProtocolError) else type(error).__name__
        records.errors.append((path, words))
    return tab


async def measure(
    *, n_sessions: int, seed: int, paths: Sequence[str], ttl_seconds: int, n_browsers: int
) -> LoadReport:
    """One run on a server of its own.

    Parameters
    ----------
    n_sessions : int
        Sessions at once; they take turns in ``paths``.
    seed : int
        Of think times and inputs.
    paths : sequence of str
        Names in `PATHS`.
    ttl_seconds : int
        How long the server keeps a session whose tab was closed.
    n_browsers : int
        Real tabs of Chromium beside them.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(n_sessions + n_browsers + 1))
    records = Records()
    with served(ROOT / "app.py", "--server.disconnectedSessionTTL", str(ttl_seconds)) as app:
        use = ServerUse(app.process.pid)
        await asyncio.sleep(_SETTLE_SECONDS)
        start, cpu = use.resident_mb(), use.cpu_seconds()
        watch = asyncio.create_task(use.watch())
        started, own = time.perf_counter(), time.process_time()
        browsers = asyncio.create_task(use_browsers(app.url, n_browsers, seed, records))
        sessions = [
            _session(paths[number % len(paths)], app.url, number, seed, records)
            for number in range(n_sessions)
        ]
        tabs = await asyncio.gather(*sessions)
        seconds, own = time.perf_counter() - started, time.process_time() - own
        by_browsers = await browsers
        spent, with_all_open = use.cpu_seconds() - cpu, use.resident_mb()
        await asyncio.gather(*(tab.close() for tab in tabs))
        await asyncio.sleep(_SETTLE_SECONDS)
        closed = use.resident_mb()
        await asyncio.sleep(ttl_seconds + pause_seconds(ttl_seconds) + _SETTLE_SECONDS)
        memory = Memory(start, use.peak_mb, with_all_open, closed, use.resident_mb(), spent, own)
        watch.cancel()
        if "Traceback" in app.log:
            records.errors.append(("server", "a traceback in the log"))
    return LoadReport(n_sessions, seed, seconds, ttl_seconds, records, memory, by_browsers)


async def measure_cycles(n_cycles: int) -> list[float]:
    """Resident memory in MB at first and after each opening and clearing of the example in one session."""
    with served(ROOT / "app.py") as app:
        use = ServerUse(app.process.pid)
        tab = Tab(app.url, "cycles", Records(), random.Random(0))
        await tab.open()
        await tab.choose("How the HU come in", "Measure on images")
        memory = [use.resident_mb()]
        for _ in range(n_cycles):
            await tab.press("Open the example study")
            await tab.press("Start a new case")
            memory.append(use.resident_mb())
        await tab.close()
    return memory


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks load", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paths", nargs="+", choices=list(PATHS), default=list(PATHS))
    parser.add_argument("--ttl", type=int, default=20, help="seconds that the server keeps a closed tab")
    parser.add_argument("--browsers", type=int, default=0, help="tabs of Chromium beside the sessions")
    parser.add_argument("--cycles", type=int, help="open and clear the example so often in one session")
    asked = parser.parse_args(arguments)
    if asked.cycles is not None:
        memory = asyncio.run(measure_cycles(asked.cycles))
        print("MB after each opening and clearing: " + ", ".join(f"{mb:.0f}" for mb in memory))
        return 0
    report = asyncio.run(
        measure(
            n_sessions=asked.sessions,
            seed=asked.seed,
            paths=asked.paths,
            ttl_seconds=asked.ttl,
            n_browsers=asked.browsers,
        )
    )
    print(report.text())
    return 1 if report.problems else 0
