"""A method of choosing a cutoff as a short text, such as ``sensitivity_at_least=0.9``, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    CutpointMethod,
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")

METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "youden": (),
        "closest_topleft": (),
        "sensitivity_at_least": ("sensitivity",),
        "specificity_at_least": ("specificity",),
        "both_at_least": ("sensitivity", "specificity"),
        "least_cost": ("cost of a false negative", "cost of a false positive", "prevalence"),
    }
)
"""Every method by name, with the numbers that it needs."""

_MAKERS: Mapping[str, Callable[..., CutpointMethod]] = MappingProxyType(
    {
        "youden": lambda: YOUDEN,
        "closest_topleft": lambda: CLOSEST_TOPLEFT,
        "sensitivity_at_least": sensitivity_at_least,
        "specificity_at_least": specificity_at_least,
        "both_at_least": both_at_least,
        "least_cost": least_cost,
    }
)


def method_spec(method: CutpointMethod) -> str:
    """The text of a method: its name, and after ``=`` its numbers with commas."""
    numbers = ",".join(f"{float(number)!r}" for number in method.parameters)
    return f"{method.name}={numbers}" if numbers else method.name


def parse_method(text: str) -> CutpointMethod:
    """The method that a text names.

    Raises
    ------
    InsufficientDataError
        If there is no such method, or its numbers are missing, too many or out of range.
    """
    name, _, tail = text.strip().partition("=")
    parts = tail.split(",") if tail else []
    needed = METHODS.get(name)
    if needed is None or len(parts) != len(needed) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise InsufficientDataError(
            "this is no method of choosing a cutoff",
            got=repr(text[:60]),
            allowed=", ".join(f"{one}={'N,' * len(of)}".rstrip(",=") for one, of in METHODS.items()),
            remedy="Write numbers after = with commas between them, such as sensitivity_at_least=0.9.",
            field="method",
        )
    return _MAKERS[name](*map(float, parts))
