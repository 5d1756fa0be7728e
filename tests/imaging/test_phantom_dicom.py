"""The phantom survives DICOM: what pydicom and highdicom read back is what was painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.dicom import TRANSFER_SYNTAXES, phantom_uid, write_study
from gepnet_core.imaging.phantom.phantom import TEACHING_GRID, Phantom, make_phantom, read_scene
from gepnet_core.imaging.phantom.rois import true_ovals, write_rtstruct, write_seg, write_sr
from gepnet_core.imaging.pixels.intake import Source
from gepnet_core.imaging.rois.rasterise import ellipse_mask
from gepnet_core.imaging.rois.roi import Ellipse
from gepnet_core.imaging.series.study import read_study, read_volume
from tests.imaging.hostile import SMALL_GRID, read, small_phantom


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return small_phantom()


def by_height(sources: list[Source]) -> list[pydicom.Dataset]:
    return sorted((read(source) for source in sources), key=lambda d: float(d.ImagePositionPatient[2]))


def of_phase(sources: list[Source], phase: Phase) -> list[Source]:
    return [source for source in sources if source.name.startswith(phase.value)]


# Pixels and geometry


@pytest.mark.parametrize("syntax", TRANSFER_SYNTAXES, ids=lambda uid: uid.name)
@pytest.mark.parametrize("step", [1.0, 0.125])
def test_hu_read_back_by_pydicom_equal_the_phantoms(syntax: UID, step: float) -> None:
    phantom = make_phantom(replace(read_scene("net", SMALL_GRID), hu_step=step))
    sources = write_study(phantom, syntax=syntax)
    assert len(sources) == 3 * 8
    for phase, volume in phantom.volumes.items():
        for k, dataset in enumerate(by_height(of_phase(sources, phase))):
            assert dataset.file_meta.TransferSyntaxUID == syntax
            assert dataset.SOPClassUID == CTImageStorage
            stored = dataset.pixel_array
            assert np.array_equal(stored, volume.stored[k])
            hu = stored * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
            assert np.array_equal(hu, volume.hu(k))
            assert dataset.PixelPaddingValue == -2000


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless])
def test_enhanced_files_hold_the_same_frames(phantom: Phantom, syntax: UID) -> None:
    sources = write_study(phantom, syntax=syntax, enhanced=True)
    assert len(sources) == 3
    for source, volume in zip(sources, phantom.volumes.values(), strict=True):
        dataset = read(source)
        assert dataset.SOPClassUID == EnhancedCTImageStorage
        assert np.array_equal(dataset.pixel_array, volume.stored)
        frames = dataset.PerFrameFunctionalGroupsSequence
        heights = [float(frame.PlanePositionSequence[0].ImagePositionPatient[2]) for frame in frames]
        assert heights == list(volume.geometry.slice_positions_mm)
        assert {float(f.PixelValueTransformationSequence[0].RescaleIntercept) for f in frames} == {-1024.0}


def test_geometry_in_the_header_is_the_phantoms(phantom: Phantom) -> None:
    geometry = phantom.geometry
    for k, dataset in enumerate(by_height(of_phase(write_study(phantom), Phase.EP))):
        assert [float(value) for value in dataset.ImagePositionPatient] == list(geometry.origins_mm[k])
        assert list(dataset.ImageOrientationPatient) == [1, 0, 0, 0, 1, 0]
        assert list(dataset.PixelSpacing) == [4.0, 4.0]
        assert (dataset.SliceThickness, dataset.Rows, dataset.Columns) == (5.0, 96, 96)
        assert dataset.InstanceNumber == 8 - k


@pytest.mark.parametrize("enhanced", [False, True])
def test_our_reader_gets_three_phases_and_the_same_volumes(phantom: Phantom, enhanced: bool) -> None:
    study = read_study(reversed(write_study(phantom, enhanced=enhanced)))
    assert (len(study.series), study.set_aside, study.problems) == (3, (), ())
    for series in study.series:
        guess = series.phase_guess.phase
        assert guess is not None
        read_back, painted = read_volume(series), phantom.volumes[guess]
        assert np.array_equal(read_back.stored, painted.stored)
        assert np.array_equal(read_back.geometry.origins_mm, painted.geometry.origins_mm)
        assert read_back.padding == painted.padding
        assert series.warnings == ()
    assert {series.phase_guess.phase for series in study.series} == set(Phase)


# Header


def test_phases_are_timed_as_in_the_protocol(phantom: Phantom) -> None:
    def seconds(time: str) -> int:
        return int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:6])

    sources = write_study(phantom)
    delays = {}
    for phase in Phase:
        dataset = read(of_phase(sources, phase)[0])
        delays[phase] = seconds(dataset.AcquisitionTime) - seconds(dataset.ContrastBolusStartTime)
        assert dataset.KVP == 120
        assert (dataset.WindowCenter, dataset.WindowWidth) == (90, 150)
    # Study protocol: 25-30 s, 70-75 s and 150 s after injection begins.
    assert delays == {Phase.HAP: 28, Phase.PVP: 72, Phase.EP: 150}


def test_series_share_study_and_frame_of_reference_and_nothing_else(phantom: Phantom) -> None:
    datasets = [read(source) for source in write_study(phantom)]
    assert len({d.StudyInstanceUID for d in datasets}) == 1
    assert len({d.FrameOfReferenceUID for d in datasets}) == 1
    assert len({(d.SeriesInstanceUID, d.SeriesNumber, d.SeriesDescription) for d in datasets}) == 3
    assert len({d.SOPInstanceUID for d in datasets}) == len(datasets)
    assert all(d.file_meta.MediaStorageSOPInstanceUID == d.SOPInstanceUID for d in datasets)


def test_files_are_the_same_each_time_and_differ_between_scenes(phantom: Phantom) -> None:
    first, again = write_study(phantom), write_study(phantom)
    assert [source.data for source in first] == [source.data for source in again]
    other = write_study(small_phantom("figure_4"))
    assert read(first[0]).StudyInstanceUID != read(other[0]).StudyInstanceUID
    reseeded = replace(phantom.scene, seed=phantom.scene.seed + 1)
    assert phantom_uid(phantom.scene, "study") != phantom_uid(reseeded, "study")


def test_uids_are_valid_under_the_root_of_uuids(phantom: Phantom) -> None:
    for index in range(200):
        uid = phantom_uid(phantom.scene, index)
        assert uid.is_valid
        # PS3.5 B.2: the number after 2.25. is a UUID, of 128 bits.
        assert uid.startswith("2.25.")
        assert int(uid.removeprefix("2.25.")) < 2**128


def test_given_identifiers_replace_the_invented_ones(phantom: Phantom) -> None:
    given = {"PatientName": "OTHER^NAME", "InstitutionName": "SOMEWHERE"}
    for sources in (
        write_study(phantom, identifiers=given),
        write_study(phantom, enhanced=True, identifiers=given),
    ):
        datasets = [read(source) for source in sources]
        assert {str(d.PatientName) for d in datasets} == {"OTHER^NAME"}
        assert {d.InstitutionName for d in datasets} == {"SOMEWHERE"}
    assert str(read(write_study(phantom)[0]).PatientName) == "PHANTOM^EXAMPLE"


def test_a_transfer_syntax_that_is_not_offered_is_refused(phantom: Phantom) -> None:
    with pytest.raises(GepnetError, match="RLE Lossless"):
        write_study(phantom, syntax=JPEG2000Lossless)


# Regions


def pixels_of(oval: Ellipse) -> np.ndarray:
    full = np.zeros((SMALL_GRID.rows, SMALL_GRID.columns), dtype=bool)
    part = ellipse_mask(oval, *full.shape)
    full[part.row : part.row + part.mask.shape[0], part.column : part.column + part.mask.shape[1]] = part.mask
    return full


@pytest.mark.parametrize("phase", Phase)
def test_segmentation_read_by_highdicom_holds_the_ovals(phantom: Phantom, phase: Phase) -> None:
    segmentation = highdicom.seg.segread(BytesIO(write_seg(phantom, phase).data))
    images = by_height(of_phase(write_study(phantom), phase))
    masks = segmentation.get_pixels_by_source_instance(
        [d.SOPInstanceUID for d in images], ignore_spatial_locations=True
    )
    for number, true in enumerate(true_ovals(phantom).values()):
        for k in range(SMALL_GRID.n_slices):
            expected = pixels_of(true.oval) if k == true.oval.slice_index else np.zeros((96, 96), dtype=bool)
            assert np.array_equal(masks[k, :, :, number].astype(bool), expected)


def test_structure_set_points_lie_on_the_ovals(phantom: Phantom) -> None:
    dataset = read(write_rtstruct(phantom, Phase.PVP))
    image = by_height(of_phase(write_study(phantom), Phase.PVP))
    names = [item.ROIName for item in dataset.StructureSetROISequence]
    assert names == ["lesion", "liver"]
    assert dataset.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID == image[0].FrameOfReferenceUID
    for region, true in zip(dataset.ROIContourSequence, true_ovals(phantom).values(), strict=True):
        (contour,) = region.ContourSequence
        oval = true.oval
        referenced = contour.ContourImageSequence[0].ReferencedSOPInstanceUID
        assert referenced == image[oval.slice_index].SOPInstanceUID
        points = np.array(contour.ContourData, dtype=float).reshape(-1, 3)
        origin = np.array(image[oval.slice_index].ImagePositionPatient, dtype=float)
        x, y, z = ((points - origin) / 4.0).T
        assert ((x - oval.cx) / oval.rx) ** 2 + ((y - oval.cy) / oval.ry) ** 2 == pytest.approx(1.0, abs=1e-4)
        assert z == pytest.approx(0.0, abs=1e-4)
        assert max(len(str(value)) for value in contour.ContourData) <= 16


def test_report_read_by_highdicom_holds_the_ovals_and_their_hu(phantom: Phantom) -> None:
    report = highdicom.sr.srread(BytesIO(write_sr(phantom, Phase.HAP).data))
    assert isinstance(report.content, highdicom.sr.MeasurementReport)
    groups = report.content.get_planar_roi_measurement_groups()
    for group, (name, true) in zip(groups, true_ovals(phantom).items(), strict=True):
        assert group.tracking_identifier == name
        assert group.roi is not None
        ends = group.roi.value
        # Corner-based coordinates: centres of pixels lie half a pixel in.
        assert ends.mean(axis=0) - 0.5 == pytest.approx([true.oval.cx, true.oval.cy], abs=1e-4)
        axes = sorted(np.linalg.norm(ends[::2] - ends[1::2], axis=1) / 2.0)
        assert axes == pytest.approx(sorted((true.oval.rx, true.oval.ry)), abs=1e-4)
        (mean,) = group.get_measurements()
        assert mean.value == true.hu[Phase.HAP]


@pytest.mark.parametrize("write", [write_rtstruct, write_seg, write_sr])
def test_roi_files_are_the_same_each_time_and_carry_no_clock(
    phantom: Phantom, write: Callable[[Phantom, Phase], Source]
) -> None:
    first, again = write(phantom, Phase.EP), write(phantom, Phase.EP)
    assert first.data == again.data
    dates = [e.value for e in read(first).iterall() if e.VR in ("DA", "DT") and e.value]
    assert dates
    assert all(str(date).startswith("20000101") for date in dates)


def test_a_necrotic_core_is_a_third_region() -> None:
    scene = read_scene("adenocarcinoma", TEACHING_GRID)
    phantom = make_phantom(replace(scene, layout=replace(scene.layout, necrotic_core=0.55)))
    names = [item.ROIName for item in read(write_rtstruct(phantom, Phase.HAP)).StructureSetROISequence]
    assert names == ["lesion", "liver", "necrosis"]
