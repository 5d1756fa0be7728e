"""The command ``measure``: what it answers, what it refuses, and what it never tells."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread

from gepnet_core.cli.measure import add_parser, as_text, run
from gepnet_core.errors import DicomError, GepnetError, MeasurementError
from tests.imaging.builders import (
    CANARIES,
    COLUMNS,
    FRAME_UID,
    ROWS,
    SERIES_UID,
    STUDY_UID,
    UID_ROOT,
    ct_dataset,
    ct_stack,
    pixels_of,
    to_bytes,
)
from tests.imaging.region_files import RTSTRUCT_CLASS, items

PROJECT_ROOT = Path(__file__).resolve().parents[2]
OVAL = ("--ellipse", "1", "5", "6", "3", "3")
"""A circle of radius 3 around a pixel centre: 29 pixels (OEIS A000328)."""

FIELDS = {
    "name",
    "n",
    "mean_hu",
    "sd_hu",
    "min_hu",
    "max_hu",
    "median_hu",
    "area_mm2",
    "volume_mm3",
    "slices",
    "alternatives",
    "warnings",
}
"""Fields of a region by the contract of the command."""


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    add_parser(parser.add_subparsers(required=True))
    return parser.parse_args(["measure", *words])


def measured(*words: str | float | Path) -> dict[str, Any]:
    return run(parsed(*map(str, words)))


@pytest.fixture
def ct(tmp_path: Path) -> Path:
    """Four slices at 0, 5, 10, 15 mm, given in falling order; slice k holds pixels_of(k)."""
    folder = tmp_path / "CANARYFOLDER"
    folder.mkdir()
    for index, data in enumerate(ct_stack(4)):
        (folder / f"CANARYFILE{9 - index}.dcm").write_bytes(data)
    return folder


def structure_set(folder: Path, name: str = "Liver", z: float = 5.0, frame: str = FRAME_UID) -> Path:
    """A box over the pixels 2 to 5 of both axes, on the slice at z, in a file of its own."""
    x, y = [-50 + 0.7 * column for column in (1.5, 5.5)], [-60 + 0.8 * row for row in (1.5, 5.5)]
    corners = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]
    box = items(
        ContourGeometricType="CLOSED_PLANAR",
        ContourData=[f"{value:.4f}" for px, py in corners for value in (px, py, z)],
    )
    dataset = items(SOPClassUID=RTSTRUCT_CLASS, SOPInstanceUID=UID_ROOT + "8", Modality="RTSTRUCT")
    dataset.StructureSetROISequence = [
        items(ROINumber=1, ROIName=name, ReferencedFrameOfReferenceUID=frame),
        items(ROINumber=2, ROIName="Second", ReferencedFrameOfReferenceUID=frame),
    ]
    dataset.ROIContourSequence = [
        items(ReferencedROINumber=1, ContourSequence=[box]),
        items(ReferencedROINumber=2, ContourSequence=[box]),
    ]
    path = folder.parent / "CANARYREGIONS.dcm"
    path.write_bytes(to_bytes(dataset))
    return path


def test_oval_equals_numpy_on_the_stored_pixels(ct: Path) -> None:
    found = measured(ct, *OVAL)
    (roi,) = found["rois"]
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    inside = pixels_of(1)[((x - 5) / 3) ** 2 + ((y - 6) / 3) ** 2 <= 1] - 1024.0
    assert set(roi) >= FIELDS
    assert (roi["n"], roi["slices"]) == (29, [1])
    assert roi["mean_hu"] == pytest.approx(inside.mean(), abs=1e-10)
    assert roi["sd_hu"] == pytest.approx(inside.std(ddof=1), abs=1e-10)
    assert roi["area_mm2"] == pytest.approx(29 * 0.8 * 0.7)
    assert roi["volume_mm3"] == pytest.approx(29 * 0.8 * 0.7 * 5.0)
    assert found["series"] == {
        "number": 4,
        "n_slices": 4,
        "phase_guess": None,
        "phase_reason": found["series"]["phase_reason"],
        "slice_thickness_mm": 5.0,
    }


def test_slice_0_is_the_lowest(ct: Path) -> None:
    means = [measured(ct, "--ellipse", index, 5, 6, 2, 2)["rois"][0]["mean_hu"] for index in range(4)]
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    inside = ((x - 5) / 2) ** 2 + ((y - 6) / 2) ** 2 <= 1
    assert means == pytest.approx([pixels_of(index)[inside].mean() - 1024 for index in range(4)])


def test_region_file(ct: Path) -> None:
    found = measured(ct, "--roi", structure_set(ct))
    assert [roi["name"] for roi in found["rois"]] == ["Liver", "Second"]
    assert found["rois"][0]["n"] == 16
    assert found["rois"][0]["mean_hu"] == pytest.approx(pixels_of(1)[2:6, 2:6].mean() - 1024)
    assert found["matched_by"] == "geometry"


@pytest.mark.parametrize(("label", "count"), [("Liver", 1), ("LIVER", 1), ("second", 1)])
def test_label_chooses_exactly_then_without_case(label: str, count: int, ct: Path) -> None:
    assert len(measured(ct, "--roi", structure_set(ct), "--label", label)["rois"]) == count


def test_exact_label_outranks_the_other_case(ct: Path) -> None:
    (roi,) = measured(ct, "--roi", structure_set(ct, "SECOND"), "--label", "Second")["rois"]
    assert roi["name"] == "Second"


def test_unknown_label_lists_the_names(ct: Path) -> None:
    with pytest.raises(MeasurementError, match="Liver, Second"):
        measured(ct, "--roi", structure_set(ct), "--label", "Spleen")


def two_series(ct: Path) -> Path:
    for index in range(3):
        dataset = ct_dataset(5.0 * index, index=40 + index)
        dataset.SeriesInstanceUID, dataset.SeriesNumber = UID_ROOT + "42", 7
        (ct / f"other{index}.dcm").write_bytes(to_bytes(dataset))
    return ct


def test_several_series_are_listed_by_number_and_chosen_by_number_or_uid(ct: Path) -> None:
    two_series(ct)
    with pytest.raises(DicomError) as caught:
        measured(ct, *OVAL)
    assert caught.value.allowed == "4 (4 slices), 7 (3 slices)"
    assert UID_ROOT not in str(caught.value)
    by_number = measured(ct, *OVAL, "--series", "7")
    by_uid = measured(ct, *OVAL, "--series", UID_ROOT + "42")
    assert by_number == by_uid
    assert by_number["series"]["number"] == 7
    with pytest.raises(DicomError, match=r"No series has that number or UID; allowed: 4 \(4 slices\)"):
        measured(ct, *OVAL, "--series", "5")


def test_regions_that_fit_two_series_ask_for_one(ct: Path) -> None:
    two_series(ct)
    regions = structure_set(ct)
    with pytest.raises(DicomError, match="Several series could be meant"):
        measured(ct, "--roi", regions)
    assert measured(ct, "--roi", regions, "--series", "7")["series"]["number"] == 7


def test_acquisitions_of_one_series_have_a_number_each(tmp_path: Path) -> None:
    for acquisition in (1, 2):
        for index in range(3):
            dataset = ct_dataset(5.0 * index, index=10 * acquisition + index, AcquisitionNumber=acquisition)
            (tmp_path / f"{acquisition}-{index}.dcm").write_bytes(to_bytes(dataset))
    with pytest.raises(DicomError) as caught:
        measured(tmp_path, *OVAL)
    assert caught.value.allowed == "4.1 (3 slices), 4.2 (3 slices)"
    first, second = (measured(tmp_path, *OVAL, "--series", name)["rois"][0] for name in ("4.1", "4.2"))
    assert first["mean_hu"] != second["mean_hu"]


def test_frame_of_reference_of_another_patient_is_refused(ct: Path) -> None:
    with pytest.raises(DicomError, match="other images"):
        measured(ct, "--roi", structure_set(ct, frame=UID_ROOT + "99"))


def test_region_beside_the_stack_is_refused(ct: Path) -> None:
    with pytest.raises(DicomError, match="No region"):
        measured(ct, "--roi", structure_set(ct, z=500.0))


def test_three_pixels_are_measured_and_warned(ct: Path) -> None:
    (roi,) = measured(ct, "--ellipse", 0, 5, 6, 1.1, 0.5)["rois"]
    assert roi["n"] == 3
    assert roi["warnings"][0]["code"] == "too_few_pixels"


def test_undefined_values_are_null_with_a_reason(ct: Path) -> None:
    found = measured(ct, "--ellipse", 0, 5, 6, 0.5, 0.5)
    assert found["rois"][0]["sd_hu"] is None
    assert found["reasons"]["rois.0.sd_hu"] == "A single pixel has no standard deviation."
    assert "series.phase_guess" in found["reasons"]


@pytest.mark.parametrize(
    "place",
    [
        ("9", "5", "6", "3", "3"),
        ("0", "500", "6", "3", "3"),
        ("0", "5.5", "6.5", "0.1", "0.1"),
        ("0", "5", "6", "0", "3"),
        ("0", "5", "6", "-3", "3"),
        ("0", "nan", "6", "3", "3"),
        ("0", "inf", "6", "3", "3"),
        ("0", "1_0", "6", "3", "3"),
        ("0", "5,5", "6", "3", "3"),
        ("1.5", "5", "6", "3", "3"),
        ("-1", "5", "6", "3", "3"),
        ("0", "1e300", "6", "3", "3"),
    ],
)
def test_ovals_that_cannot_be_measured_are_refused(place: tuple[str, ...], ct: Path) -> None:
    with pytest.raises(MeasurementError):
        measured(ct, "--ellipse", *place)


def test_negative_centre_is_a_number(ct: Path) -> None:
    (roi,) = measured(ct, "--ellipse", 0, -1, 6, 3, 3)["rois"]
    assert [one["code"] for one in roi["warnings"]].count("partly_outside") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("CT",),
        ("CT", "--roi", "a", *OVAL),
        ("CT", "--ell", "1", "5", "6", "3", "3"),
        ("CT", "--ellipse", "1", "5", "6", "3"),
        ("CT", "--lab", "x", "--roi", "a"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises((SystemExit, argparse.ArgumentError)):
        parsed(*words)


def test_label_needs_a_file(ct: Path) -> None:
    with pytest.raises(MeasurementError, match="--label"):
        measured(ct, *OVAL, "--label", "Liver")


@pytest.mark.parametrize("content", [b"", b"hello, I am a text file", b"\0" * 300])
def test_ct_that_is_none_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "CANARYFILE.dcm").write_bytes(content)
    with pytest.raises(DicomError, match="no CT series"):
        measured(tmp_path, *OVAL)


def test_paths_that_do_not_exist_are_refused(ct: Path) -> None:
    with pytest.raises(DicomError):
        measured(ct / "CANARYMISSING", *OVAL)
    with pytest.raises(DicomError):
        measured(ct, "--roi", ct / "CANARYMISSING")


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000])
def test_a_name_that_no_file_can_have_does_not_exist(ct: Path, name: str) -> None:
    with pytest.raises(DicomError, match="CT path does not exist"):
        measured(name, "--ellipse", 0, 5, 5, 2, 2)
    with pytest.raises(DicomError, match="region file does not exist"):
        measured(ct, "--roi", name)


def test_ct_as_region_file_is_refused(ct: Path) -> None:
    with pytest.raises(DicomError, match="region file"):
        measured(ct, "--roi", next(ct.iterdir()))


@pytest.mark.parametrize("length", [200, 400, 700, 1000])
def test_damaged_slice_is_told(length: int, ct: Path) -> None:
    victim = min(ct.iterdir())
    victim.write_bytes(victim.read_bytes()[:length])
    found = measured(ct, *OVAL)
    assert found["series"]["n_slices"] == 3
    assert len(found["warnings"]) + len(found["set_aside"]) == 1
    assert "1" in as_text(found).split("Note: ")[-1]


def test_no_identifier_is_told_anywhere(ct: Path) -> None:
    """Errors and answers alike carry no name, UID, date, path or file name."""
    secrets = (*CANARIES, UID_ROOT, SERIES_UID, STUDY_UID, "CANARY", str(ct))
    two_series(ct)
    regions = structure_set(ct)
    told = []
    for words in (
        (*OVAL,),
        (*OVAL, "--series", "4"),
        ("--roi", regions),
        ("--roi", regions, "--series", "7"),
        ("--roi", regions, "--series", "99"),
        ("--roi", ct),
        ("--roi", ct / "CANARYMISSING"),
    ):
        try:
            found = measured(ct, *words)
        except GepnetError as error:
            told.append(str(error))
        else:
            told += [json.dumps(found), as_text(found)]
    assert len(told) == 9
    for text in told:
        assert not [secret for secret in secrets if secret in text]


def test_text_says_what_the_numbers_are(ct: Path) -> None:
    text = as_text(measured(ct, *OVAL))
    assert "n 29, mean" in text
    assert "slices 1" in text
    assert text.endswith("Not a medical device.")


def test_several_regions_of_which_one_cannot_be_measured(ct: Path) -> None:
    dataset_path = structure_set(ct)
    dataset = dcmread(BytesIO(dataset_path.read_bytes()))
    thin = dataset.ROIContourSequence[1].ContourSequence[0]
    x, y = -50 + 0.7 * 2.4, -60 + 0.8 * 2.4
    corners = ((x, y), (x + 0.1, y), (x, y + 0.1))
    thin.ContourData = [f"{value:.4f}" for px, py in corners for value in (px, py, 5.0)]
    out = BytesIO()
    dataset.save_as(out)
    dataset_path.write_bytes(out.getvalue())
    found = measured(ct, "--roi", dataset_path)
    assert [roi["n"] for roi in found["rois"]] == [16, None]
    assert "no pixel centre" in found["reasons"]["rois.1"]
    assert "not measured" in as_text(found)
    with pytest.raises(MeasurementError, match="no pixel centre"):
        measured(ct, "--roi", dataset_path, "--label", "Second")


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gepnet_core", "measure", *map(str, words)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_command_answers_in_json_alone(ct: Path) -> None:
    done = command(ct, *OVAL, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(json.dumps(measured(ct, *OVAL)))


def test_command_ends_with_2_and_one_line(ct: Path) -> None:
    done = command(two_series(ct), *OVAL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "4 (4 slices), 7 (3 slices)" in done.stderr
    assert "CANARY" not in done.stderr
