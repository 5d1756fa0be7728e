"""Frozen results as values that JSON knows: numbers unrounded, what is undefined null."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np

# JSON nests without end, which no type of Python says.
Plain = Any
"""Dictionaries, lists, numbers, text, truth and None."""

_PLAIN = (str, bool, int, type(None))


def plain(result: object, *, without: Collection[str] = ()) -> Plain:
    """A result with all that it holds, as dictionaries, lists, numbers and text.

    Parameters
    ----------
    result : object
        A dataclass, mapping, sequence, number, text or None.
    without : collection of str
        Fields to leave out, at any depth.

    Returns
    -------
    Plain
        Arrays are left out: they are columns of a table and stand in its CSV. NaN and infinity, which JSON
        lacks, are null.

    Raises
    ------
    TypeError
        If something else is found, so that nothing is written half.
    """
    if isinstance(result, Enum):
        return result.value
    if isinstance(result, _PLAIN):
        return result
    if isinstance(result, float | np.floating | Decimal):
        return float(result) if math.isfinite(result) else None
    if isinstance(result, np.integer):
        return int(result)
    if is_dataclass(result) and not isinstance(result, type):
        named = {field.name: getattr(result, field.name) for field in fields(result)}
        return {
            name: plain(value, without=without)
            for name, value in named.items()
            if name not in without and not isinstance(value, np.ndarray) and not callable(value)
        }
    if isinstance(result, Mapping):
        return {_key(key): plain(value, without=without) for key, value in result.items()}
    if isinstance(result, Sequence):
        return [plain(value, without=without) for value in result]
    raise TypeError(f"no plain form of {type(result).__name__}")


def _key(key: object) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)
