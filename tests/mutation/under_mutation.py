"""In the copy under mutation, where it is the conftest.py of the tests: no stop-watch, the quickest first.

mutmut counts each call of each function, which makes some a hundred times slower: a test that holds seconds
against the code would fail by that. Most mutants fail many tests, so that the slow ones need no waiting for;
the times are those of the first run of mutmut, which leaves them in the folder that the tests are run from.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CLOCKS = {"perf_counter", "process_time"}
TIMES = Path("mutmut-stats.json")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    timed = [item for item in items if isinstance(item, pytest.Function) and reads_a_clock(item)]
    config.hook.pytest_deselected(items=timed)
    items[:] = [item for item in items if item not in timed]
    if TIMES.is_file():
        seconds = json.loads(TIMES.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0.0))


def reads_a_clock(item: pytest.Function) -> bool:
    return not CLOCKS.isdisjoint(item.function.__code__.co_names)
