from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gepnet_core.case.phase import Phase
from gepnet_core.errors import DicomError
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.series.study import ImagingStudy, Source, read_sources, read_study, read_volume
from tests.imaging.builders import CANARIES, UID_ROOT, ct_slice, ct_stack, pixels_of, zip_of


def study_of(*files: bytes) -> ImagingStudy:
    return read_study([Source("x.dcm", data) for data in files])


def reasons(study: ImagingStudy) -> dict[str, int]:
    return {one.reason: one.count for one in study.set_aside}


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizer (scout) images"),
        ({"SeriesDescription": "Topogramm 0.6"}, "localizer (scout) images"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "secondary captures"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.3"}, "secondary captures"),
        ({"SeriesDescription": "Dose Report"}, "dose reports"),
        (
            {"ImageType": ["DERIVED", "SECONDARY", "MPR"]},
            "reformatted images (MPR, MIP, curved or volume rendering)",
        ),
        (
            {"ImageType": ["DERIVED", "SECONDARY", "AXIAL", "CT_SOM5 MPR"]},
            "reformatted images (MPR, MIP, curved or volume rendering)",
        ),
        (
            {"SeriesDescription": "Thorax MIP 10mm"},
            "reformatted images (MPR, MIP, curved or volume rendering)",
        ),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, "images that are not axial"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "images that are not axial"),
        (
            {"ImageType": ["DERIVED", "PRIMARY", "AXIAL", "VMI"]},
            "virtual monoenergetic, iodine or other material images",
        ),
        ({"SeriesDescription": "Mono 70 keV"}, "virtual monoenergetic, iodine or other material images"),
        ({"SeriesDescription": "Iodine map"}, "virtual monoenergetic, iodine or other material images"),
        (
            {"ImageType": ["DERIVED", "PRIMARY", "AXIAL", "SUBTRACTION"]},
            "calculated maps (perfusion, subtraction)",
        ),
        ({"RescaleType": "MGML"}, "images whose values are not HU by their rescale type"),
        ({"RescaleType": "ED"}, "images whose values are not HU by their rescale type"),
        ({"RescaleType": "HU_MOD"}, "images whose values are not HU by their rescale type"),
        ({"BurnedInAnnotation": "YES"}, "images with burned-in text"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "colour images"),
        ({"Modality": "MR"}, "images of another modality than CT"),
        ({"Modality": "PT"}, "images of another modality than CT"),
        ({"Modality": "PR"}, "reports and other files without images"),
    ],
)
def test_what_is_set_aside_and_why(overrides, reason):
    study = study_of(*ct_stack(3), *ct_stack(2, first_z=500, SeriesInstanceUID=UID_ROOT + "9", **overrides))
    assert reasons(study) == {reason: 2}
    assert [series.n_slices for series in study.series] == [3]
    assert study.problems == ()


@pytest.mark.parametrize(
    "overrides",
    [
        {"BurnedInAnnotation": "NO"},
        {"RescaleType": "HU"},
        {"RescaleType": None},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"SeriesDescription": "Low dose liver with iodine contrast"},
        {"SeriesDescription": "Lebermetastasen"},
    ],
)
def test_what_is_kept_without_a_word(overrides):
    study = study_of(*ct_stack(3, **overrides))
    assert reasons(study) == {}
    assert study.series[0].warnings == ()


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"ImageType": ["DERIVED", "PRIMARY", "AXIAL"]}, "marks these images as derived"),
        ({"ImageType": ["DERIVED", "SECONDARY"]}, "marks these images as derived"),
        ({"RescaleType": "US"}, "unit of the pixel values unspecified"),
        ({"LossyImageCompression": "01"}, "compressed with loss"),
        ({"PixelPaddingValue": 1100}, "padding value"),
    ],
)
def test_what_is_kept_with_a_warning(overrides, words):
    study = study_of(*ct_stack(3, **overrides))
    assert words in " ".join(study.series[0].warnings)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"RescaleSlope": None}, "cannot be HU"),
        ({"RescaleIntercept": None}, "cannot be HU"),
        ({"RescaleSlope": None, "RescaleIntercept": None}, "cannot be HU"),
        ({"RescaleSlope": 0}, "impossible rescale"),
        ({"RescaleSlope": -1}, "impossible rescale"),
        ({"RescaleSlope": "1e308"}, "impossible rescale"),
        ({"RescaleIntercept": 1e9}, "impossible rescale"),
        ({"PixelRepresentation": None}, "number format"),
        ({"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}, "number format"),
        ({"BitsStored": 17}, "number format"),
        ({"BitsStored": 0}, "number format"),
        ({"BitsStored": 12, "HighBit": 10}, "number format"),
        ({"BitsStored": 12, "HighBit": 16}, "number format"),
        ({"Rows": 0}, "without pixel data"),
        ({"Rows": 4097, "Columns": 4096}, "larger than the limit"),
        ({"Rows": 4096, "Columns": 4096}, "truncated"),
        ({"PixelData": None}, "without pixel data"),
        ({"NumberOfFrames": 2}, "multi-frame without a position"),
    ],
)
def test_what_is_refused_and_why(overrides, words):
    study = study_of(*ct_stack(3), ct_slice(500.0, index=9, **overrides))
    assert [series.n_slices for series in study.series] == [3]
    assert len(study.problems) == 1
    assert study.problems[0].startswith("1 file was left out: ")
    assert words in study.problems[0]


def test_missing_rescale_is_never_one_and_zero(dicom_dir: Path):
    """The top level of an enhanced image has no rescale; its functional groups do."""
    study = study_of((dicom_dir / "dcmqi_liver3" / "derived_enhanced_ct_dcmulti.dcm").read_bytes())
    assert set(read_volume(study.series[0]).intercepts.tolist()) == {-1024.0}


def test_one_sentence_a_kind_with_its_count():
    study = read_study(
        [
            Source("a.dcm", b"a text renamed to .dcm"),
            Source("b.dcm", b"another text"),
            Source("c.dcm", ct_slice()[:-100]),
            Source("d.dcm", ct_slice(5.0, index=1)),
        ]
    )
    assert study.problems == (
        "2 files were left out: not DICOM. Upload the original DICOM files.",
        "1 file was left out: truncated, so the pixel data are not complete. Export from the archive again.",
    )
    assert study.series[0].n_slices == 1


def test_an_empty_upload_is_an_empty_study():
    study = read_study([])
    assert (study.series, study.roi_files, study.set_aside, study.problems) == ((), (), (), ())


def test_a_zip_with_folders_and_a_directory_file_reads_as_a_folder_does(dicom_dir: Path):
    folder = dicom_dir / "pydicom_files" / "dicomdirtests"
    entries = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    zipped = read_study([Source("study.zip", zip_of(entries))])
    loose = read_study(read_sources(folder))
    for study in (zipped, loose):
        assert sorted(series.n_slices for series in study.series) == [4, 5]
        assert reasons(study) == {"localizer (scout) images": 2, "DICOMDIR index files": 1}


def test_region_files_are_told_by_kind(dicom_dir: Path):
    study = read_study(read_sources(dicom_dir / "totalseg_abdomen"))
    assert {one.kind for one in study.roi_files} == {RoiSource.RTSTRUCT, RoiSource.SEG, RoiSource.NIFTI}
    assert [one.key for one in study.roi_files] == ["roi-file-1", "roi-file-2", "roi-file-3"]
    assert [one.kind for one in read_study(read_sources(dicom_dir / "ohif_sr")).roi_files] == [
        RoiSource.SR
    ] * 3


def test_the_real_abdomen_is_portal_venous_by_its_clock(dicom_dir: Path):
    """AcquisitionTime 140352.457 less ContrastBolusStartTime 140216.694022: 95.8 s (MANIFEST.md)."""
    study = read_study(read_sources(dicom_dir / "totalseg_abdomen" / "ct"))
    guess = study.series[0].phase_guess
    assert guess.phase is Phase.PVP
    assert guess.seconds == pytest.approx(95.762978, abs=1e-6)
    assert guess.reason == "96 s after the start of contrast"
    assert study.series[0].n_slices == 20
    assert study.series[0].warnings == ()


def test_files_with_empty_uids_are_read_and_ordered(dicom_dir: Path):
    study = read_study(read_sources(dicom_dir / "totalseg_abdomen" / "ct_raw_empty_uids"))
    series = study.series[0]
    assert series.n_slices == 3
    assert series.uids.series == ""
    np.testing.assert_allclose(series.geometry.slice_positions_mm, [-770.5, -768.5, -766.5])


def test_phases_in_one_series_are_told_by_time_alone():
    files = [
        ct_slice(
            5.0 * level,
            index=10 * phase + level,
            AcquisitionNumber=phase + 1,
            AcquisitionTime=time,
            ContrastBolusStartTime="235950",
            SeriesDescription="ARTERIAL",
        )
        for phase, time in enumerate(("000018", "000102", "000225"))
        for level in range(3)
    ]
    guesses = [series.phase_guess for series in study_of(*files).series]
    assert [guess.phase for guess in guesses] == [Phase.HAP, Phase.PVP, Phase.EP]
    assert [guess.seconds for guess in guesses] == [28.0, 72.0, 155.0]


def test_two_patients_and_two_studies_are_said():
    other = ct_stack(3, SeriesInstanceUID=UID_ROOT + "8", StudyInstanceUID=UID_ROOT + "7")
    study = study_of(*ct_stack(3), *other)
    assert [(series.patient, series.study) for series in study.series] == [(1, 1), (1, 2)]
    assert study.problems[0].startswith("The upload holds 2 examinations.")
    stranger = ct_stack(3, SeriesInstanceUID=UID_ROOT + "8", PatientID="OTHER")
    study = study_of(*ct_stack(3), *stranger)
    assert [series.patient for series in study.series] == [1, 2]
    assert study.problems[0].startswith("The upload holds images of 2 patients.")
    unnamed = ct_stack(3, SeriesInstanceUID=UID_ROOT + "8", PatientID="")
    study = study_of(*ct_stack(3), *unnamed)
    assert [series.patient for series in study.series] == [1, None]
    assert study.problems == ()


def test_no_identifier_is_shown_or_logged(caplog: pytest.LogCaptureFixture):
    """Canaries in every identifying tag and in the file names."""
    marked: dict[str, Any] = {
        "SeriesDescription": "CANARYTEXT art",
        "ProtocolName": "CANARYTEXT",
        "PatientID": "CANARYID",
    }
    files = ct_stack(3, **marked)
    files += [ct_slice(100.0, index=7, RescaleSlope=None, **marked), files[0][:-30], files[1][:400]]
    odd = ct_slice(100.0, index=7, KVP="111.125", SpecificCharacterSet="ISO_IR 192", **marked)
    files += [odd.replace(b"111.125 ", b"CANARYKV", 1).replace(b"ISO_IR 192", b"CANARY SET", 1)]
    sources = [Source(f"CANARYFILE{index}.dcm", data) for index, data in enumerate(files)]
    sources.append(Source("CANARYFILE.zip", zip_of({"../CANARYFILE": b"x", "CANARYFILE.dcm": files[0]})))
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study = read_study(sources)
        volumes = [read_volume(series) for series in study.series]
    public = [repr(study), *study.problems, repr(study.set_aside), repr(volumes[0].geometry), caplog.text]
    public += [str(warning.message) for warning in caught]
    for series in study.series:
        public += [repr(series), str(series), series.key, series.phase_guess.reason, *series.warnings]
        public += [repr(series.frames), repr(series.uids)]
    public += [repr(sources), repr(study.roi_files)]
    text = " ".join(public)
    assert study.series
    assert study.problems
    for secret in (*CANARIES, "CANARY", UID_ROOT):
        assert secret not in text


def test_progress_counts_files_and_slices():
    seen: list[tuple[int, int]] = []
    study = read_study(
        [Source("x", data) for data in ct_stack(3)], lambda done, total: seen.append((done, total))
    )
    read_volume(study.series[0], lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)] * 2


def test_a_volume_beyond_the_limit_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch):
    series = study_of(*ct_stack(3)).series[0]
    monkeypatch.setattr("gepnet_core.imaging.pixels.hu_values.MAX_VOLUME_BYTES", 3 * 120 * 2)
    assert read_volume(series).n_slices == 3
    monkeypatch.setattr("gepnet_core.imaging.pixels.hu_values.MAX_VOLUME_BYTES", 3 * 120 * 2 - 1)
    with pytest.raises(DicomError, match="too large"):
        read_volume(series)


def test_reading_is_independent_of_who_reads_before():
    first, second = study_of(*ct_stack(3)), study_of(*ct_stack(3))
    assert first.series[0].key == second.series[0].key == "series-1"
    np.testing.assert_array_equal(read_volume(first.series[0]).stored, read_volume(second.series[0]).stored)
    np.testing.assert_array_equal(read_volume(first.series[0]).stored[0], pixels_of(0))


def test_series_come_in_the_order_of_their_numbers():
    files = [
        ct_slice(SeriesNumber=number, SeriesInstanceUID=f"{UID_ROOT}{index + 1}")
        for index, number in enumerate((7, 3, None, 5))
    ]
    assert [series.number for series in study_of(*files).series] == [3, 5, 7, None]


def test_sequences_nested_without_end_are_refused():
    data = ct_slice()
    start = data.find(b"\x08\x00\x08\x00CS")
    nested = (b"\x29\x00\x10\x10SQ\x00\x00\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 20_000
    assert study_of(data[:start] + nested).problems == (
        "1 file was left out: damaged or cut off within the header. Export from the archive again.",
    )


def test_lossy_jpeg_2000_is_read_with_its_warning(dicom_dir: Path):
    data = (dicom_dir / "pydicom_files" / "693_J2KI.dcm").read_bytes()
    assert "compressed with loss" in study_of(data).series[0].warnings[0]
    # The same syntax may hold lossless images; a header that says so is believed.
    flag = data.find(b"\x28\x00\x10\x21CS\x02\x0001") + 8
    lossless = data[:flag] + b"00" + data[flag + 2 :]
    assert "compressed with loss" not in " ".join(study_of(lossless).series[0].warnings)
