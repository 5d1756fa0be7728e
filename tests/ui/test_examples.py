"""Examples that all sessions share: made once however many ask at a time, and out of anyone's reach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom import dicom
from gepnet_core.imaging.series.study import read_study
from ui import examples


def test_sessions_that_ask_at_once_are_given_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    write = dicom.write_study

    def counted(*arguments: object, **options: object) -> object:
        made.append(1)
        return write(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(dicom, "write_study", counted)
    examples._images.cache_clear()
    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(lambda _: examples.example_images(), range(3))
    assert len(made) == 1
    assert all(other is first for other in others)
    assert len(read_study(first).series) == len(Phase)


def test_the_phantom_of_the_lessons_cannot_be_changed() -> None:
    prepared = examples.teaching_phantom()
    assert examples.teaching_phantom() is prepared
    voxels = prepared.voxels
    arrays: list[np.ndarray] = [voxels.tissue, voxels.mixed_index, voxels.mixed_first, voxels.mixed_second]
    for array in (*arrays, voxels.mixed_share, *prepared.unit_noise.values()):
        with pytest.raises(ValueError, match="read-only"):
            np.put(array, 0, 0)
