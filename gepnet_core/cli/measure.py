"""The command ``measure``: regions of interest on CT, from a file or as one oval."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gepnet_core.errors import DicomError, GepnetError, MeasurementError
from gepnet_core.imaging.pixels.intake import Source
from gepnet_core.imaging.rois.roi import Ellipse, Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import read_rois
from gepnet_core.imaging.rois.roi_statistics import measure_roi, roi_alternatives
from gepnet_core.imaging.rois.roi_warnings import split_warning
from gepnet_core.imaging.series.study import (
    ImageSeries,
    ImagingStudy,
    RoiFile,
    read_sources,
    read_study,
    read_volume,
)
from gepnet_core.imaging.volume import HuVolume

Subparsers = Any
"""`argparse` gives the object of ``add_subparsers`` no public type."""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Declare ``measure CT_PATH (--roi FILE [--label NAME] | --ellipse SLICE CX CY RX RY) [--series S]``."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "measure",
        help="HU inside regions of interest on CT",
        description="Measure HU inside the regions of a file (RTSTRUCT, SEG, SR, NIfTI) or inside one oval.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "ct_path", metavar="CT_PATH", type=Path, help="a DICOM file, a folder or a zip of CT images"
    )
    region = parser.add_mutually_exclusive_group(required=True)
    region.add_argument("--roi", metavar="FILE", type=Path, help="region file that belongs to the images")
    region.add_argument(
        "--ellipse",
        metavar=("SLICE", "CX", "CY", "RX", "RY"),
        nargs=5,
        help="an oval in pixels; pixel centres are on integers, slice 0 is the lowest",
    )
    parser.add_argument("--label", metavar="NAME", help="only the region of this name")
    parser.add_argument("--series", metavar="UID_OR_NUMBER", help="series to measure on")
    return parser


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure and return the JSON object of the command.

    Raises
    ------
    GepnetError
        Bad input: unreadable files, an unknown series or label, a region that cannot be measured.
    """
    if arguments.ellipse is not None and arguments.label is not None:
        raise MeasurementError(
            "--label chooses a region of a file", got="--label with --ellipse", allowed="--label with --roi"
        )
    ellipse = None if arguments.ellipse is None else _ellipse(arguments.ellipse)
    sources = _sources(arguments.ct_path)
    study = read_study(sources)
    chosen = _chosen(study, arguments.series)
    if ellipse is not None:
        series = _only(chosen or study.series)
        _require_slice(ellipse, series)
        volume = read_volume(series)
        loaded_warnings: tuple[str, ...] = ()
        rois: tuple[Roi, ...] = (Roi("oval", (ellipse,), RoiSource.DRAWN),)
        matched_by = None
    else:
        roi_file = _roi_file(arguments.roi)
        loaded = read_rois(roi_file, chosen or study.series, study.roi_files)
        series = _only([one for one in study.series if one.key in {match.series_key for match in loaded}])
        mine = [match for match in loaded if match.series_key == series.key]
        rois = _labelled([roi for match in mine for roi in match.rois], arguments.label)
        loaded_warnings = tuple(dict.fromkeys(text for match in mine for text in match.warnings))
        matched_by = mine[0].matched_by
        volume = read_volume(series)
    reasons: dict[str, str] = {}
    measured = [
        _measured(volume, roi, f"rois.{index}", reasons, alone=len(rois) == 1)
        for index, roi in enumerate(rois)
    ]
    return {
        "series": _described(series, reasons),
        "matched_by": matched_by,
        "warnings": _warnings((*study.problems, *series.warnings, *loaded_warnings)),
        "set_aside": [{"reason": one.reason, "count": one.count} for one in study.set_aside],
        "rois": measured,
        "reasons": reasons,
    }


def as_text(result: Mapping[str, Any]) -> str:
    """The result of `run` as plain text."""
    series = result["series"]
    lines = [
        f"Series {_shown(series['number'], 'without a number')}: {series['n_slices']} slices, "
        f"thickness {_shown(series['slice_thickness_mm'], 'unknown')} mm, "
        f"phase guessed: {_shown(series['phase_guess'], 'unknown')}"
    ]
    for roi in result["rois"]:
        lines.append("")
        lines.append(f"{roi['name']}")
        if roi["n"] is None:
            lines.append("  not measured")
        else:
            lines.append(
                f"  n {roi['n']}, mean {roi['mean_hu']:.2f} HU, SD {_rounded(roi['sd_hu'], 'HU')}, "
                f"median {roi['median_hu']:.2f} HU, range {roi['min_hu']:.0f} to {roi['max_hu']:.0f} HU"
            )
            lines.append(
                f"  area {_rounded(roi['area_mm2'], 'mm2')}, volume {_rounded(roi['volume_mm3'], 'mm3')}, "
                f"slices {_spans(roi['slices'])}"
            )
        lines.extend(
            f"  read as {one['combine'].replace('_', ' ')}: n {one['n']}, mean {one['mean_hu']:.2f} HU"
            for one in roi["alternatives"]
        )
        lines.extend(f"  Note: {one['message']}" for one in roi["warnings"])
    lines.extend(f"Note: {one['message']}" for one in result["warnings"])
    lines.extend(f"Note: set aside: {one['count']} {one['reason']}" for one in result["set_aside"])
    lines.append("")
    lines.append("For research and education. Not a medical device.")
    return "\n".join(lines)


def _is_there(path: Path, kind: Callable[[Path], bool]) -> bool:
    """Whether something of a kind stands there; under a name that no file system takes there is nothing."""
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def _sources(path: Path) -> list[Source]:
    if not _is_there(path, Path.exists):
        raise DicomError(
            "The CT path does not exist", allowed="a DICOM file, a folder or a zip", field="CT_PATH"
        )
    return read_sources(path)


def _roi_file(path: Path) -> RoiFile:
    if not _is_there(path, Path.is_file):
        raise DicomError(
            "The region file does not exist", allowed="an RTSTRUCT, SEG, SR or NIfTI file", field="--roi"
        )
    study = read_study(read_sources(path))
    if len(study.roi_files) != 1:
        raise DicomError(
            "The region file holds no regions that can be read"
            if not study.roi_files
            else "Several region files",
            got=f"{len(study.roi_files)} region files in it",
            allowed="one RTSTRUCT, SEG, SR (TID 1500) or NIfTI file",
            field="--roi",
        )
    return study.roi_files[0]


def _chosen(study: ImagingStudy, wanted: str | None) -> tuple[ImageSeries, ...]:
    """Series that --series names, by number or UID; empty where it is not given."""
    if not study.series:
        reasons = [*study.problems, *(f"{one.count} {one.reason}" for one in study.set_aside)]
        got = "; ".join(text.rstrip(".") for text in reasons) or "no file"
        raise DicomError("There is no CT series to measure on", got=got, field="CT_PATH")
    if wanted is None:
        return ()
    found = tuple(one for one in study.series if wanted in (one.uids.series, str(one.number), _name(one)))
    if not found:
        raise DicomError("No series has that number or UID", allowed=_listed(study.series), field="--series")
    return found


def _only(series: Sequence[ImageSeries]) -> ImageSeries:
    if len(series) == 1:
        return series[0]
    raise DicomError(
        "Several series could be meant",
        got=f"{len(series)} series",
        allowed=_listed(series),
        remedy="Choose one with --series, or give the path of its images alone.",
        field="--series",
    )


def _name(series: ImageSeries) -> str:
    """SeriesNumber, and after a point which of several acquisitions in it; empty where it has no number."""
    if series.number is None:
        return ""
    return f"{series.number}" if series.part is None else f"{series.number}.{series.part[0]}"


def _listed(series: Sequence[ImageSeries]) -> str:
    return ", ".join(
        f"{_name(one) or 'a series without a number'} "
        f"({one.n_slices} {'slice' if one.n_slices == 1 else 'slices'})"
        for one in series
    )


def _labelled(rois: Sequence[Roi], label: str | None) -> tuple[Roi, ...]:
    """Regions of that name: exactly, else without regard to case."""
    if label is None:
        return tuple(rois)
    exact = tuple(roi for roi in rois if roi.name == label)
    found = exact or tuple(roi for roi in rois if roi.name.casefold() == label.casefold())
    if not found:
        names = ", ".join(dict.fromkeys(roi.name for roi in rois))
        raise MeasurementError("No region has that name", allowed=names, field="--label")
    return found


def _ellipse(words: Sequence[str]) -> Ellipse:
    names = ("SLICE", "CX", "CY", "RX", "RY")
    numbers = [_number(word, f"--ellipse {name}") for word, name in zip(words, names, strict=True)]
    if not numbers[0].is_integer() or numbers[0] < 0:
        raise MeasurementError(
            "The slice is no slice index",
            got=words[0][:20],
            allowed="0, 1, 2, ... from the lowest slice",
            field="--ellipse SLICE",
        )
    return Ellipse(int(numbers[0]), *numbers[1:])


def _require_slice(ellipse: Ellipse, series: ImageSeries) -> None:
    if ellipse.slice_index >= series.n_slices:
        raise MeasurementError(
            "The series has no such slice",
            got=f"{ellipse.slice_index}",
            allowed=f"0 to {series.n_slices - 1}, from the lowest slice",
            field="--ellipse SLICE",
        )


def _number(word: str, field: str) -> float:
    plain = word.strip()
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if "_" in plain or not math.isfinite(number):
        raise MeasurementError(
            "A number is expected", got=repr(plain[:20]), allowed="digits with a decimal point", field=field
        )
    return number


def _measured(
    volume: HuVolume, roi: Roi, path: str, reasons: dict[str, str], *, alone: bool
) -> dict[str, Any]:
    try:
        statistics = measure_roi(volume, roi)
    except GepnetError as error:
        # One region of several that cannot be measured must not hide the others.
        if alone:
            raise
        reasons[path] = str(error)
        nothing = dict.fromkeys(
            (
                "n",
                "mean_hu",
                "sd_hu",
                "min_hu",
                "max_hu",
                "median_hu",
                "p5_hu",
                "p95_hu",
                "area_mm2",
                "volume_mm3",
            )
        )
        return {
            "name": roi.name,
            **nothing,
            "n_padding": None,
            "slices": [],
            "alternatives": [],
            "warnings": _warnings(roi.warnings),
        }
    if statistics.sd_hu is None:
        reasons[f"{path}.sd_hu"] = "A single pixel has no standard deviation."
    if statistics.area_mm2 is None:
        reasons[f"{path}.area_mm2"] = "The region spans several slices, or the pixel size is unknown."
    if statistics.volume_mm3 is None:
        reasons[f"{path}.volume_mm3"] = "The distance between slices or the pixel size is unknown."
    return {
        "name": roi.name,
        "n": statistics.n,
        "mean_hu": statistics.mean_hu,
        "sd_hu": statistics.sd_hu,
        "min_hu": statistics.min_hu,
        "max_hu": statistics.max_hu,
        "median_hu": statistics.median_hu,
        "p5_hu": statistics.p5_hu,
        "p95_hu": statistics.p95_hu,
        "area_mm2": statistics.area_mm2,
        "volume_mm3": statistics.volume_mm3,
        "n_padding": statistics.n_padding,
        "slices": list(statistics.slices),
        "alternatives": [
            {"combine": combine.value, "n": n, "mean_hu": mean}
            for combine, n, mean in roi_alternatives(volume, roi)
        ],
        "warnings": _warnings(statistics.warnings),
    }


def _described(series: ImageSeries, reasons: dict[str, str]) -> dict[str, Any]:
    """The series without any UID or header text."""
    guess = series.phase_guess
    if guess.phase is None:
        reasons["series.phase_guess"] = guess.reason
    return {
        "number": series.number,
        "n_slices": series.n_slices,
        "phase_guess": guess.phase.value if guess.phase is not None else None,
        "phase_reason": guess.reason,
        "slice_thickness_mm": series.slice_thickness_mm,
    }


def _warnings(texts: Sequence[str]) -> list[dict[str, str | None]]:
    pairs = [split_warning(text) for text in texts]
    return [{"code": code or None, "message": message} for code, message in pairs]


def _shown(value: object, otherwise: str) -> str:
    return otherwise if value is None else f"{value}"


def _rounded(value: float | None, unit: str) -> str:
    return "undefined" if value is None else f"{value:.2f} {unit}"


def _spans(slices: Sequence[int]) -> str:
    """Slice indices as spans, such as 3-7, 9."""
    spans: list[list[int]] = []
    for index in slices:
        if spans and index == spans[-1][1] + 1:
            spans[-1][1] = index
        else:
            spans.append([index, index])
    return ", ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in spans)
