"""Regions of any supported file: the reader is chosen by what the file is."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataelem import RawDataElement

from gepnet_core.errors import DicomError, GepnetError
from gepnet_core.imaging.pixels.dicom_parse import PARSE_ERRORS, Element, parse_dicom
from gepnet_core.imaging.pixels.quiet import quiet_pydicom
from gepnet_core.imaging.rois import rtstruct, seg, sr
from gepnet_core.imaging.rois.locate import LoadedRois, MatchedBy
from gepnet_core.imaging.rois.nifti import read_nifti
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.series.study import ImageSeries, RoiFile

UNDEFINED_LENGTH = 0xFFFFFFFF

__all__ = ["LoadedRois", "MatchedBy", "read_rois"]


def read_rois(
    roi_file: RoiFile, series: Sequence[ImageSeries], companions: Sequence[RoiFile] = ()
) -> tuple[LoadedRois, ...]:
    """Regions of one file, on each loaded series that they belong to.

    Parameters
    ----------
    roi_file : RoiFile
    series : sequence of ImageSeries
        The series at hand. Give one alone to place regions on just that one.
    companions : sequence of RoiFile
        Other region files of the same upload: a structured report may name segments of one.

    Returns
    -------
    tuple of LoadedRois
        At least one, each with at least one region.

    Raises
    ------
    DicomError
        The file is damaged, holds no region, or refers to no loaded image.
    """
    with quiet_pydicom():
        try:
            return _read(roi_file, series, companions)
        except GepnetError:
            raise
        except PARSE_ERRORS as error:
            raise DicomError(
                "The region file is damaged",
                got="content that contradicts its own format",
                remedy="Export the regions again.",
            ) from error


def _read(
    roi_file: RoiFile, series: Sequence[ImageSeries], companions: Sequence[RoiFile]
) -> tuple[LoadedRois, ...]:
    if roi_file.kind is RoiSource.RTSTRUCT:
        return rtstruct.read_rtstruct(_root(roi_file, rtstruct.TAGS), series)
    if roi_file.kind is RoiSource.SEG:
        return seg.read_seg(_root(roi_file, seg.TAGS), roi_file.data, series)
    if roi_file.kind is RoiSource.NIFTI:
        return read_nifti(roi_file.data, series)
    if roi_file.kind is not RoiSource.SR:
        raise DicomError("The file is no region file", allowed="RTSTRUCT, SEG, SR or NIfTI")

    def read_segments(instance: str, numbers: frozenset[int]) -> tuple[LoadedRois, ...] | None:
        for companion in companions:
            if companion.kind is RoiSource.SEG:
                root = _root(companion, seg.TAGS)
                if root.ascii(seg.SOP_INSTANCE) == instance:
                    return seg.read_seg(root, companion.data, series, numbers)
        return None

    return sr.read_sr(_root(roi_file, sr.TAGS), series, read_segments)


def _root(roi_file: RoiFile, tags: Sequence[int]) -> Element:
    """The chosen elements of the file, each whole: half a structure set would give half a region."""
    root = parse_dicom(roi_file.data, tags).root
    for item in root.dataset.values():
        # Sequences of undefined length end with a delimiter, whose absence the parser reports itself.
        stated = item.length if isinstance(item, RawDataElement) else UNDEFINED_LENGTH
        if stated != UNDEFINED_LENGTH and len(item.value or b"") < stated:
            raise DicomError(
                "The region file is cut short",
                got="fewer bytes than its header states",
                remedy="Export or copy the file again.",
            )
    return root
