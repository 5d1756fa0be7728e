"""What reading an upload yields: series that can be measured, region files, what was set aside, problems."""

from __future__ import annotations

from dataclasses import dataclass, field

from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.series.ordering import SliceReference
from gepnet_core.imaging.series.phase_guess import PhaseGuess


@dataclass(frozen=True)
class SetAside:
    """Images that are not offered for measuring: why, in closed words, and how many."""

    reason: str
    count: int


@dataclass(frozen=True, repr=False)
class SeriesUids:
    """Identifiers that region files refer to. Internal; empty strings where the file has none.

    ``sop_instances`` and ``frame_numbers`` follow the slices; a frame number counts from 1 and is None for a
    single-frame image.
    """

    study: str
    series: str
    frame_of_reference: str
    sop_instances: tuple[str, ...]
    frame_numbers: tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class ImageSeries:
    """One CT acquisition, ordered from feet to head, not yet decoded.

    Parameters
    ----------
    key : str
        Opaque name within one reading, such as ``"series-1"``.
    number : int or None
        SeriesNumber; acquisitions that share a series share it.
    part : (int, int) or None
        Which of how many, where one series holds several.
    patient, study : int or None
        Which of the upload's patients and studies, from 1; None where the header names none. Phases of
        different ones must not be compared.
    phase_guess : PhaseGuess
    warnings : tuple of str
    """

    key: str
    number: int | None
    part: tuple[int, int] | None
    patient: int | None
    study: int | None
    n_slices: int
    rows: int
    columns: int
    geometry: VolumeGeometry
    kvp: float | None
    slice_thickness_mm: float | None
    phase_guess: PhaseGuess
    warnings: tuple[str, ...]
    uids: SeriesUids = field(repr=False)
    frames: tuple[SliceReference, ...] = field(repr=False)


@dataclass(frozen=True, repr=False)
class RoiFile:
    """A file that may hold regions of interest."""

    kind: RoiSource
    data: bytes
    key: str


@dataclass(frozen=True, eq=False)
class ImagingStudy:
    """All that an upload holds."""

    series: tuple[ImageSeries, ...]
    roi_files: tuple[RoiFile, ...]
    set_aside: tuple[SetAside, ...]
    problems: tuple[str, ...]
