"""Files that a command is given: their bytes, or a plain reason."""

from __future__ import annotations

from pathlib import Path

from gepnet_core.cohort.tables.records import MOST_BYTES
from gepnet_core.errors import CohortError


def read_bytes(path: Path, option: str, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file, one more than it may have at most.

    Raises
    ------
    CohortError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no valid path"
        raise CohortError(
            "the file cannot be read", got=reason, remedy="Check the path.", field=option
        ) from error
