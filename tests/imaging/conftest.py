"""Real, openly licensed DICOM files and their expected values, read in place beside the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DICOM_DIR = PROJECT_ROOT.parent / "shared" / "data" / "dicom"


@pytest.fixture(scope="session")
def dicom_dir() -> Path:
    """Folder of the real test files; the test is skipped where it is absent."""
    if not DICOM_DIR.is_dir():
        pytest.skip("the real DICOM files (../shared/data/dicom) are not on this machine")
    return DICOM_DIR


@pytest.fixture(scope="session")
def oracles(dicom_dir: Path) -> dict[str, Any]:
    """Values that independent tools computed on the real files; its own `about` names each tool."""
    loaded: dict[str, Any] = json.loads((dicom_dir / "oracles.json").read_text(encoding="utf-8"))
    return loaded
