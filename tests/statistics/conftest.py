"""Faults of the statistics that the torture tests found and that are not mended yet, each by its test.

Strict: a test that passes again fails the run until its line is taken out here.
"""

from __future__ import annotations

import pytest

NOT_MENDED = frozenset(
    {
        "test_a_logistic_model_of_extremes[apart by five roundings]",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name.startswith("test_torture") and item.name in NOT_MENDED:
            item.add_marker(pytest.mark.xfail(strict=True, reason="a known fault, not mended yet"))
