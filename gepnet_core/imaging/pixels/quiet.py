"""Silence for pydicom while it reads: its warnings and log lines may quote header values.

What the user must know is said by this package in words of its own.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_PYDICOM_LOGGER = logging.getLogger("pydicom")
_lock = threading.RLock()


def _drop(record: logging.LogRecord) -> bool:
    return False


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Keep pydicom's warnings and log records, which can carry identifiers, from any handler.

    Warning filters belong to the whole process, so readers take turns: a filter that two threads change at
    once could stay changed.
    """
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _PYDICOM_LOGGER.addFilter(_drop)
        try:
            yield
        finally:
            _PYDICOM_LOGGER.removeFilter(_drop)
