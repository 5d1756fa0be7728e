"""Every region and every oval of oracles.json that a user could ask for, through the command's own function.

The expected values come from SimpleITK, dcmqi, plastimatch and the IBSI reference masks; see its `about`.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gepnet_core.cli.measure import add_parser, run
from gepnet_core.imaging.series.study import read_sources, read_study
from tests.imaging.conftest import DICOM_DIR

HU_TOLERANCE = 1e-3

EXCEPTIONS = {
    "dcmqi_liver3/liver_seg.nrrd": "NRRD is no supported format; the same mask is measured from liver.dcm",
    "dcmqi_liver3/spine_seg.nrrd": "NRRD is no supported format; the same mask is measured from the RTSTRUCT",
    "dcmqi_liver3/heart_seg.nrrd": "NRRD is no supported format; the same mask is measured from the RTSTRUCT",
    "ibsi1_digital_phantom/nifti_mask": "the image is NIfTI or MR, not DICOM CT: there are no HU to measure",
}
"""Regions of oracles.json that cannot be asked for, by file, with the reason."""

OVAL_EXCEPTIONS: dict[str, str] = {}
"""Ovals of oracles.json on images that are refused, by file, with the reason."""


@cache
def measured(*words: str) -> dict[str, Any]:
    """The command's answer; kept, since many expected regions stand in one file."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_parser(parser.add_subparsers(required=True))
    return run(parser.parse_args(["measure", *words]))


def expected() -> dict[str, Any]:
    if not DICOM_DIR.is_dir():
        return {"roi_pairs": [], "slices": []}
    loaded: dict[str, Any] = json.loads((DICOM_DIR / "oracles.json").read_text(encoding="utf-8"))
    return loaded


PAIRS = expected()["roi_pairs"]
OVALS = [
    (one["file"], hu["frame"], number, oval)
    for one in expected()["slices"]
    for hu in one["hu"]
    for number, oval in enumerate(hu["ellipses"])
]
LABELS = {"GTV_Mass (IBSI reference voxel mask)": "label 1"}


def label_of(pair: dict[str, Any]) -> str:
    """The name of the region in our own reading of the file, from its name in oracles.json."""
    name: str = pair["name"]
    if name in LABELS:
        return LABELS[name]
    if pair["kind"] == "NIfTI":
        return name.split(" = ")[0]
    if pair["kind"].startswith("SR"):
        # Group k of the report is the k-th pair of this source.
        groups = [one for one in PAIRS if one["kind"].startswith("SR")]
        return f"Lesion {groups.index(pair) + 1}"
    return name.rsplit(": ")[-1].removeprefix("segment ")


@cache
def slices_of_frames(file: str) -> dict[int, int]:
    """Our slice index of each frame (from 1) of one file."""
    (series,) = read_study(read_sources(DICOM_DIR / file)).series
    return {(number or 1): index for index, number in enumerate(series.uids.frame_numbers)}


@pytest.mark.skipif(not PAIRS, reason="the real DICOM files (../shared/data/dicom) are not on this machine")
def test_exceptions_are_of_this_list() -> None:
    assert set(EXCEPTIONS) <= {pair["roi"] for pair in PAIRS}
    assert set(OVAL_EXCEPTIONS) <= {file for file, *_ in OVALS}


@pytest.mark.parametrize(
    "pair",
    [pair for pair in PAIRS if pair["roi"] not in EXCEPTIONS],
    ids=lambda pair: f"{pair['roi']}-{label_of(pair)}".replace(" ", "_"),
)
def test_region(pair: dict[str, Any], dicom_dir: Path) -> None:
    folder = dicom_dir / pair["ct"]
    if folder.is_file():
        folder = folder.parent
    found = measured(str(folder), "--roi", str(dicom_dir / pair["roi"]))
    (roi,) = [one for one in found["rois"] if one["name"] == label_of(pair)]
    assert roi["n"] == pair["n"]
    assert roi["mean_hu"] == pytest.approx(pair["mean"], abs=HU_TOLERANCE)
    assert roi["sd_hu"] == pytest.approx(pair["sd_sample"], abs=HU_TOLERANCE)
    assert (roi["min_hu"], roi["max_hu"]) == (pair["min"], pair["max"])
    if "median" in pair:
        assert roi["median_hu"] == pair["median"]


@pytest.mark.parametrize(
    ("file", "frame", "number", "oval"),
    [one for one in OVALS if one[0] not in OVAL_EXCEPTIONS],
    ids=[f"{file}-frame{frame}-{number}" for file, frame, number, _ in OVALS if file not in OVAL_EXCEPTIONS],
)
def test_oval(file: str, frame: int, number: int, oval: dict[str, Any], dicom_dir: Path) -> None:
    place = [str(slices_of_frames(file)[frame])] + [str(oval[key]) for key in ("cx", "cy", "rx", "ry")]
    (roi,) = measured(str(dicom_dir / file), "--ellipse", *place)["rois"]
    assert roi["n"] == oval["n"]
    assert roi["mean_hu"] == pytest.approx(oval["mean"], abs=HU_TOLERANCE)
    assert roi["sd_hu"] == pytest.approx(oval["sd_sample"], abs=HU_TOLERANCE)
    assert (roi["min_hu"], roi["max_hu"]) == (oval["min"], oval["max"])


# findings/imaging.md: nested CLOSED_PLANAR contours, measured as union and as exclusive or.
@pytest.mark.parametrize(
    ("ct", "roi_file", "label", "n_union", "n_xor"),
    [
        ("totalseg_abdomen/ct", "totalseg_abdomen/derived_rtstruct_plastimatch.dcm", "Liver", 372390, 366708),
        ("rt_utils/mock_data", "rt_utils/mock_data/rt.dcm", "ROI-1", 2401, 1443),
    ],
)
def test_nested_contours_both_ways(
    ct: str, roi_file: str, label: str, n_union: int, n_xor: int, dicom_dir: Path
) -> None:
    found = measured(str(dicom_dir / ct), "--roi", str(dicom_dir / roi_file))
    (roi,) = [one for one in found["rois"] if one["name"] == label]
    assert {one["combine"]: one["n"] for one in roi["alternatives"]} == {
        "union": n_union,
        "exclusive_or": n_xor,
    }
    assert roi["n"] == n_union
    assert "nested_contours" in [warning["code"] for warning in roi["warnings"]]
    if label == "ROI-1":
        # The note of this pair in oracles.json.
        assert roi["alternatives"][1]["mean_hu"] == pytest.approx(1.111573, abs=HU_TOLERANCE)
