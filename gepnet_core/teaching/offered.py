"""Taking one of what is offered: an exercise, a step, a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from gepnet_core.errors import StudyError

Offered = TypeVar("Offered")


def taken(offered: Mapping[str, Offered], key: str, refusal: str) -> Offered:
    """What is offered under a key.

    Parameters
    ----------
    offered : mapping
    key : str
    refusal : str
        What is said where nothing is; the key itself is not repeated.

    Raises
    ------
    StudyError
        If nothing is offered under the key.
    """
    if key not in offered:
        raise StudyError(refusal, allowed=", ".join(offered))
    return offered[key]
