"""Tables for commands, in a file whose name may stand in no output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a table and says where."""

    def _write(text: str) -> Path:
        path = tmp_path / "Mustermann_Erika.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return _write
