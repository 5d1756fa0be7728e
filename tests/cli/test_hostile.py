"""Files nobody should trust, given to the command: an answer with a warning, or one line and status 2."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from gepnet_core.__main__ import main
from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.rois import write_rtstruct
from gepnet_core.imaging.pixels.intake import Source
from scripts.served import ROOT
from tests.imaging import canaries, hostile

OVAL = ("--ellipse", "3", "48", "48", "5", "5")
"""A circle of radius 5 around a pixel centre on the fourth slice from below: 81 pixels (OEIS A000328)."""


def written(folder: Path, sources: Sequence[Source]) -> Path:
    """The sources as files of a folder, under names of our own with their endings."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, source in enumerate(sources):
        (folder / f"{index:03d}{Path(source.name).suffix}").write_bytes(source.data)
    return folder


Answer = tuple[int, str, str]
Command = Callable[..., Answer]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process: status, stdout, stderr. Whatever it lets through fails the test."""

    def _run(*words: object) -> Answer:
        capsys.readouterr()
        status = main([str(word) for word in words])
        told = capsys.readouterr()
        return int(status), told.out, told.err

    return _run


def assert_refused(answer: Answer, *patterns: str) -> None:
    status, out, err = answer
    assert (status, out) == (2, "")
    assert err.startswith("python -m gepnet_core ")
    assert err.endswith("\n") and err.count("\n") == 1
    for pattern in patterns:
        assert re.search(pattern, err), (pattern, err)


def answered(answer: Answer) -> dict[str, Any]:
    status, out, err = answer
    assert (status, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    return document


def codes_and_words(document: dict[str, Any]) -> str:
    """All warnings of an answer, those of its regions included."""
    found = [*document["warnings"], *(one for roi in document["rois"] for one in roi["warnings"])]
    return "\n".join(f"{one['code']}: {one['message']}" for one in found)


@pytest.mark.parametrize(
    ("sources", "patterns"),
    [
        (
            lambda: [hostile.truncated(0.5)],
            [r"1 file was left out: truncated", "Export from the archive again"],
        ),
        (lambda: [hostile.truncated(0.01)], [r"1 file was left out: damaged or cut off within the header"]),
        (
            lambda: [hostile.text_as_dicom()],
            [r"1 file was left out: not DICOM", "Upload the original DICOM files"],
        ),
        (
            lambda: [hostile.zip_that_climbs_out()],
            [r"5 files with a path that leads outside", "Make the archive"],
        ),
        (
            lambda: [hostile.zip_bomb()],
            [r"1 file that would unpack to far more", "Upload the DICOM files themselves"],
        ),
        (lambda: [hostile.nested_zip(4)], [r"nested too deep", "Unpack it first"]),
        (
            hostile.without_rescale,
            [r"8 files were left out: without a rescale slope", "Export the original"],
        ),
        (lambda: [hostile.slice_without_pixels()], [r"without pixel data"]),
        (lambda: [hostile.scout(), hostile.dose_report()], [r"1 localizer", r"1 dose reports"]),
        (lambda: [], [r"no file"]),
    ],
    ids=[
        "truncated in its pixels",
        "truncated in its header",
        "text as dcm",
        "climbing zip",
        "zip bomb",
        "zips in zips",
        "no rescale",
        "no pixels",
        "nothing to measure on",
        "empty folder",
    ],
)
def test_an_upload_without_a_sound_series_is_refused_with_the_reason(
    sources: Callable[[], list[Source]], patterns: list[str], tmp_path: Path, command: Command
) -> None:
    answer = command("measure", written(tmp_path, sources()), *OVAL)
    assert_refused(answer, "CT_PATH: There is no CT series to measure on; got ", *patterns)
    assert str(tmp_path) not in answer[2]


@pytest.mark.parametrize(
    "bad",
    [hostile.truncated, hostile.text_as_dicom, hostile.zip_that_climbs_out, hostile.zip_bomb],
    ids=["truncated", "text", "climbing zip", "zip bomb"],
)
def test_beside_a_bad_file_the_sound_series_is_measured_and_the_file_is_told(
    bad: Callable[[], Source], tmp_path: Path, command: Command
) -> None:
    sound = answered(command("measure", written(tmp_path / "a", hostile.series()), *OVAL, "--json"))
    beside = answered(
        command("measure", written(tmp_path / "b", [*hostile.series(), bad()]), *OVAL, "--json")
    )
    assert beside["rois"] == sound["rois"]
    assert beside["rois"][0]["n"] == 81
    assert sound["warnings"] == []
    assert "left out" in codes_and_words(beside)


def test_nothing_of_a_climbing_zip_is_written(tmp_path: Path, command: Command) -> None:
    inside = tmp_path / "a" / "b"
    path = written(inside, [hostile.zip_that_climbs_out()])
    assert command("measure", path, *OVAL)[0] == 2
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["000.zip"]


def test_a_bomb_does_not_unpack(tmp_path: Path, command: Command) -> None:
    import tracemalloc

    path = written(tmp_path, [hostile.zip_bomb(unpacked_bytes=256 * 2**20)])
    tracemalloc.start()
    assert_refused(command("measure", path, *OVAL))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 2**20


def test_a_missing_slice_is_an_answer_with_a_warning(tmp_path: Path, command: Command) -> None:
    """Slices are counted without the missing one: 3 of the 7 is slice 4 of the 8."""
    path = written(tmp_path / "gap", hostile.series_with_missing_slice(3))
    whole = written(tmp_path / "whole", hostile.series())
    found = answered(command("measure", path, *OVAL, "--json"))
    same = answered(command("measure", whole, "--ellipse", 4, 48, 48, 5, 5, "--json"))
    assert found["series"]["n_slices"] == 7
    assert "1 slice is missing (between slices 3 and 4, counted from the lowest)" in codes_and_words(found)
    assert found["rois"][0]["mean_hu"] == same["rois"][0]["mean_hu"]


def test_mixed_series_must_be_told_apart_and_can_be(tmp_path: Path, command: Command) -> None:
    path = written(tmp_path, hostile.mixed_sizes())
    assert_refused(
        command("measure", path, *OVAL),
        "--series: Several series could be meant; got 2 series",
        r"allowed: 2\.1 \(8 slices\), 2\.2 \(8 slices\)",
        "Choose one with --series",
    )
    found = answered(command("measure", path, *OVAL, "--series", "2.1", "--json"))
    assert "images of different sizes or orientations" in codes_and_words(found)


def test_series_of_two_patients_are_listed(tmp_path: Path, command: Command) -> None:
    answer = command("measure", written(tmp_path, hostile.mixed_patients()), *OVAL)
    assert_refused(answer, r"allowed: 2 \(8 slices\), 3 \(8 slices\)")
    assert "OTHER" not in answer[2]


def region(tmp_path: Path, source: Source) -> tuple[Path, Path]:
    path = tmp_path / "region.dcm"
    path.write_bytes(source.data)
    return written(tmp_path / "ct", hostile.series()), path


def test_contours_of_another_patient_are_refused(tmp_path: Path, command: Command) -> None:
    ct, path = region(tmp_path, hostile.rtstruct_of_another_patient())
    assert_refused(
        command("measure", ct, "--roi", path),
        "refers to other images than these; got another frame of reference",
        "Load the CT series that belongs to this region file",
    )


def test_a_region_outside_the_image_is_refused(tmp_path: Path, command: Command) -> None:
    ct, path = region(tmp_path, hostile.roi_outside_the_image())
    assert_refused(command("measure", ct, "--roi", path), "lies on the images; got contours beside the image")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("3", "101", "48", "5", "5"), "lies outside the image"),
        (("3", "-6", "48", "5", "5"), "lies outside the image"),
        (("3", "4800", "48", "5", "5"), "no pixel centre; .* or move it onto the image"),
        (
            ("8", "48", "48", "5", "5"),
            "--ellipse SLICE: The series has no such slice; got 8; allowed: 0 to 7",
        ),
    ],
)
def test_an_oval_outside_the_image_is_refused(
    place: tuple[str, ...], words: str, tmp_path: Path, command: Command
) -> None:
    path = written(tmp_path, hostile.series())
    assert_refused(command("measure", path, "--ellipse", *place), words)


def test_three_pixels_are_measured_and_said_to_be_few(tmp_path: Path, command: Command) -> None:
    ct, path = region(tmp_path, hostile.roi_of_three_pixels())
    found = answered(command("measure", ct, "--roi", path, "--label", "lesion", "--json"))
    truth = hostile.small_phantom().truth.lesion.oval
    (image,) = (
        dataset
        for source in hostile.series()
        if (dataset := hostile.read(source)).InstanceNumber
        and abs(
            float(dataset.ImagePositionPatient[2])
            - float(hostile.small_phantom().geometry.origins_mm[truth.slice_index][2])
        )
        < 1e-6
    )
    # The contour runs from 0.4 before to 0.4 behind three centres in a row: the true oval's own and the next.
    first = round(truth.cx)
    stored = image.pixel_array[round(truth.cy), first : first + 3].astype(float)
    expected = stored * float(image.RescaleSlope) + float(image.RescaleIntercept)
    assert found["rois"][0]["n"] == 3
    assert found["rois"][0]["mean_hu"] == pytest.approx(expected.mean(), abs=1e-9)
    assert "too_few_pixels: The region has 3 pixels" in codes_and_words(found)


@pytest.mark.parametrize("fault", sorted(hostile.GARBAGE))
def test_garbage_in_a_header_is_refused_or_changes_no_number(
    fault: str, tmp_path: Path, command: Command
) -> None:
    status, out, err = command("measure", written(tmp_path, hostile.with_garbage(fault)), *OVAL, "--json")
    if status == 2:
        assert_refused((status, out, err), "There is no CT series to measure on|Several series")
        return
    means = {roi["mean_hu"] for roi in answered((status, out, err))["rois"]}
    sound = written(tmp_path / "sound", hostile.series())
    assert means == {answered(command("measure", sound, *OVAL, "--json"))["rois"][0]["mean_hu"]}


def test_a_decimal_comma_is_read_and_two_are_not(command: Command) -> None:
    with_comma = answered(command("assess", "--hap", "49,5", "70", "--pvp", "66,2", "110", "--json"))
    with_point = answered(command("assess", "--hap", "49.5", "70", "--pvp", "66.2", "110", "--json"))
    assert with_comma == with_point
    assert_refused(
        command("assess", "--hap", "49,5,1", "70"),
        "--hap LESION: this is not a number; got '49,5,1'; allowed: digits with at most one decimal point or",
    )
    assert_refused(command("assess", "--hap", "1.049,5", "70"), "--hap LESION: this is not a number")


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        (("--hap", "49.5", "0"), "the liver's HU must be above 0"),
        (("--hap", "49.5", "-3,5"), "the liver's HU must be above 0.*got -3.5 HU"),
        (("--hap", "3072", "70"), "no HU of tissue.*got 3072.*-1024 to 3071 HU"),
        (("--hap", "-1025", "70"), "no HU of tissue.*got -1025"),
        (("--hap", "nan", "70"), "not a number"),
        (("--hap", "inf", "70"), "not a number"),
        (("--hap", "4_9", "70"), "not a number"),
        (("--hap", "49.5 HU", "70"), "not a number.*without unit"),
        (("--hap", "49.5", "70", "--pretest", "50"), "0 .* 1"),
    ],
)
def test_hu_that_no_call_can_rest_on_are_refused(
    words: tuple[str, ...], pattern: str, command: Command
) -> None:
    assert_refused(command("assess", *words), pattern)


def test_no_canary_of_a_study_is_told(tmp_path: Path, command: Command) -> None:
    """Tags, names of files and folders, damaged files: none of it in an answer or an error.

    A region's name is what the user chooses by, so only the command's own picker may show it.
    """
    phantom = hostile.one_phase(hostile.small_phantom(), Phase.HAP)
    sources, strings = canaries.canary_study(phantom, extra=[write_rtstruct(phantom, Phase.HAP)])
    folder = tmp_path / f"{canaries.WORD} folder {canaries.DATE}"
    folder.mkdir()
    for source in sources[:-1]:
        (folder / source.name).write_bytes(source.data)
    regions = tmp_path / sources[-1].name
    regions.write_bytes(sources[-1].data)
    broken = tmp_path / f"{canaries.WORD} broken"
    broken.mkdir()
    for index, length in enumerate((300, 1000, 5000, 9000, 15_000)):
        (broken / f"{canaries.WORD}{index}.dcm").write_bytes(sources[0].data[:length])
    not_dicom = tmp_path / f"{canaries.WORD}.txt"
    not_dicom.write_text(canaries.WORD)
    told = [
        command("measure", folder, *OVAL),
        command("measure", folder, *OVAL, "--json"),
        command("measure", folder, "--roi", regions, "--json"),
        command("measure", folder, *OVAL, "--series", "77"),
        command("measure", broken, *OVAL),
        command("measure", not_dicom, *OVAL),
        command("measure", folder, "--roi", not_dicom),
        command("measure", folder, "--roi", folder),
        command("measure", tmp_path / f"{canaries.WORD} absent", *OVAL),
        command("assess", "--table", not_dicom),
        command("assess", "--table", tmp_path / f"{canaries.WORD} absent.csv"),
        command("assess", canaries.WORD),
    ]
    assert [status for status, _, _ in told] == [0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    everything = "\n".join(out + err for _, out, err in told).lower()
    assert [text for text in strings if text.lower() in everything] == []
    assert str(tmp_path).lower() not in everything


def test_as_a_process_it_ends_with_2_and_one_line_too(tmp_path: Path) -> None:
    """The same as above, once, with the interpreter's own streams, warnings and exit."""
    path = written(tmp_path, [hostile.truncated(), *hostile.with_garbage("slope infinite")])
    done = subprocess.run(
        [sys.executable, "-W", "always", "-m", "gepnet_core", "measure", str(path), *OVAL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert_refused((done.returncode, done.stdout, done.stderr), "no CT series", "truncated", "rescale slope")
