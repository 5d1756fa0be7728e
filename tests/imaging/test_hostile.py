"""The builders of hostile uploads build what they promise, so that other tests may rely on them."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.rois import write_rtstruct
from gepnet_core.imaging.pixels.intake import Source
from tests.imaging import canaries, hostile


def test_the_bomb_is_small_and_unpacks_a_thousandfold() -> None:
    bomb = hostile.zip_bomb(unpacked_bytes=16 * 2**20)
    with zipfile.ZipFile(BytesIO(bomb.data)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    assert unpacked == 16 * 2**20
    assert len(bomb.data) * 900 < unpacked


def test_the_climbing_zip_climbs() -> None:
    with zipfile.ZipFile(BytesIO(hostile.zip_that_climbs_out().data)) as archive:
        assert sum(".." in name for name in archive.namelist()) == 3


@pytest.mark.parametrize("fault", hostile.GARBAGE)
def test_garbage_stands_in_the_file_as_bytes(fault: str) -> None:
    value = hostile.GARBAGE[fault][2]
    sources = hostile.with_garbage(fault)
    assert len(sources) == 8
    assert all(value in source.data for source in sources)
    assert sources[0].data != hostile.series()[0].data


@pytest.fixture(scope="module")
def canary_study() -> tuple[list[Source], tuple[str, ...]]:
    """One phase, to be quick, and its structure set."""
    phantom = hostile.small_phantom()
    return canaries.canary_study(
        hostile.one_phase(phantom, Phase.HAP), extra=[write_rtstruct(phantom, Phase.HAP)]
    )


def test_canaries_fill_every_identifying_attribute_and_leave_no_original(
    canary_study: tuple[list[Source], tuple[str, ...]],
) -> None:
    sources, strings = canary_study
    assert len(sources) == 9
    for source in sources:
        text = str(hostile.read(source)).lower()
        assert "phantom^example" not in text
        assert "2.25." not in text.replace("2.25.213184316547382310447126571103906321011", "")
        assert text.count(canaries.WORD.lower()) > 250
        for needed in (canaries.WORD, canaries.UID_ROOT, canaries.DATE, canaries.FRACTION):
            assert needed in strings
            assert needed.lower() in text
        assert canaries.WORD in source.name


def test_canary_files_still_belong_together(canary_study: tuple[list[Source], tuple[str, ...]]) -> None:
    *images, structure_set = [hostile.read(source) for source in canary_study[0]]
    assert len({image.StudyInstanceUID for image in images}) == 1
    assert len({image.SeriesInstanceUID for image in images}) == 1
    instances = {image.SOPInstanceUID for image in images}
    for region in structure_set.ROIContourSequence:
        for contour in region.ContourSequence:
            assert contour.ContourImageSequence[0].ReferencedSOPInstanceUID in instances
