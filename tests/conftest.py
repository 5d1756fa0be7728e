"""How long property-based tests search: briefly in `make test`, long in `make soak`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: tests share two cores with a browser, and a slow moment is no fault of the code.
_SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("quick", _SHARED, derandomize=bool(os.environ.get("CI")))
settings.register_profile("soak", _SHARED, max_examples=5_000)
settings.load_profile("quick")
