"""How long property-based tests search: briefly in `make test`, long in `make soak`."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, Phase, settings

# No deadline: tests share two cores with a browser, and a slow moment is no fault of the code.
_SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("quick", _SHARED, derandomize=bool(os.environ.get("CI")))
settings.register_profile("soak", _SHARED, max_examples=5_000)
# For tests/mutation: the same verdict on a mutant each time, and no search for the smallest failing example.
settings.register_profile(
    "mutation", _SHARED, max_examples=40, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("quick")


def pytest_collection_finish() -> None:
    """Eleven thousand tests stay to the end: no search for garbage needs to walk through them each time."""
    gc.collect()
    gc.freeze()
