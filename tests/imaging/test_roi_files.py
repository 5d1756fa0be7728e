"""The choice of the reader, and what every reader owes: clear errors without identifiers."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from gepnet_core.errors import DicomError, GepnetError
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.rois.roi_files import read_rois
from gepnet_core.imaging.series.study import RoiFile, Source, read_study
from tests.imaging.builders import CANARIES, FRAME_UID, SERIES_UID, STUDY_UID, UID_ROOT
from tests.imaging.region_files import (
    COLUMNS,
    ROWS,
    contour,
    ct_series,
    group,
    outline,
    rtstruct,
    seg,
    square,
    sr,
)
from tests.imaging.test_nifti import labels, written

BOX = (10.0, 12.0, 20.0, 12.0, 20.0, 22.0, 10.0, 22.0, 10.0, 12.0)


def files() -> dict[RoiSource, RoiFile]:
    mask = np.zeros((ROWS, COLUMNS), dtype=bool)
    mask[10:20, 10:20] = True
    return {
        RoiSource.RTSTRUCT: rtstruct({"Liver": [contour(2, square(10, 20))]}),
        RoiSource.SEG: seg([(1, 2, mask)]),
        RoiSource.SR: sr(group(outline("POLYLINE", BOX))),
        RoiSource.NIFTI: RoiFile(RoiSource.NIFTI, written(labels()), "roi-file-4"),
    }


@pytest.mark.parametrize("kind", list(files()))
def test_each_kind_reaches_its_reader(kind: RoiSource) -> None:
    (loaded,) = read_rois(files()[kind], [ct_series()])
    assert {roi.source for roi in loaded.rois} == {kind}
    assert loaded.series_key == "series-1"


@pytest.mark.parametrize("kind", list(files()))
def test_study_reader_tells_the_kind(kind: RoiSource) -> None:
    (found,) = read_study([Source("file", files()[kind].data)]).roi_files
    assert found.kind is kind
    assert read_rois(found, [ct_series()])[0].rois


@pytest.mark.parametrize("kind", list(files()))
def test_without_images_every_kind_says_what_to_do(kind: RoiSource) -> None:
    with pytest.raises(DicomError) as caught:
        read_rois(files()[kind], [])
    assert caught.value.remedy == "Load the CT images together with the region file."


@pytest.mark.parametrize(("kind", "other"), list(permutations(files(), 2)))
def test_kind_that_the_content_contradicts_is_refused(kind: RoiSource, other: RoiSource) -> None:
    with pytest.raises(DicomError):
        read_rois(RoiFile(other, files()[kind].data, "roi-file-1"), [ct_series()])


def test_drawn_is_no_kind_of_file() -> None:
    with pytest.raises(DicomError, match="no region file"):
        read_rois(RoiFile(RoiSource.DRAWN, b"", "roi-file-1"), [ct_series()])


@pytest.mark.parametrize("kind", list(files()))
@pytest.mark.parametrize("data", [b"", b"hello", b"\0" * 1000, b"DICM", b"\xff" * 500])
def test_what_is_no_file_of_the_kind_is_refused(kind: RoiSource, data: bytes) -> None:
    with pytest.raises(DicomError):
        read_rois(RoiFile(kind, data, "roi-file-1"), [ct_series()])


@pytest.mark.parametrize("kind", list(files()))
def test_random_damage_is_an_answer_or_a_clear_error(kind: RoiSource) -> None:
    chance = np.random.default_rng(20240917)
    original = files()[kind].data
    for _ in range(150):
        data = bytearray(original)
        for place in chance.integers(len(data), size=chance.integers(1, 7)):
            data[place] = int(chance.integers(256))
        try:
            loaded = read_rois(RoiFile(kind, bytes(data), "roi-file-1"), [ct_series()])
        except GepnetError as error:
            told = str(error)
            assert not any(
                secret in told for secret in (*CANARIES, SERIES_UID, FRAME_UID, STUDY_UID, UID_ROOT)
            )
        else:
            assert all(one.rois for one in loaded)
