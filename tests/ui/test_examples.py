"""Examples that all sessions share: made once however many ask at a time, and out of anyone's reach."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.series.study import read_study
from ui import examples
from ui.examples import made_once


def test_those_who_ask_at_once_are_given_the_same() -> None:
    made = []

    @made_once
    def slow() -> object:
        made.append(1)
        time.sleep(0.05)
        return object()

    with ThreadPoolExecutor(5) as pool:
        first, *others = pool.map(lambda _: slow(), range(5))
    assert len(made) == 1
    assert all(other is first for other in others)


def test_what_could_not_be_made_is_tried_again() -> None:
    tries = iter([OSError("no room"), None])

    @made_once
    def failing() -> str:
        if (error := next(tries)) is not None:
            raise error
        return "made"

    with pytest.raises(OSError, match="no room"):
        failing()
    assert failing() == failing() == "made"


def test_the_example_study_has_three_phases_and_is_kept() -> None:
    assert len(read_study(examples.example_images()).series) == len(Phase)
    assert examples.example_images() is examples.example_images()


def test_the_phantom_of_the_lessons_cannot_be_changed() -> None:
    prepared = examples.teaching_phantom()
    assert examples.teaching_phantom() is prepared
    voxels = prepared.voxels
    arrays: list[np.ndarray] = [voxels.tissue, voxels.mixed_index, voxels.mixed_first, voxels.mixed_second]
    for array in (*arrays, voxels.mixed_share, *prepared.unit_noise.values()):
        with pytest.raises(ValueError, match="read-only"):
            np.put(array, 0, 0)
