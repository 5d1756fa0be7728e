"""An upload to the CT series that can be measured, with all that was set aside or refused named.

`read_study` reads headers alone; `read_volume` decodes one series when it is wanted.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels.dicom_parse import NotDicomError
from gepnet_core.imaging.pixels.header import ImageHeader, read_header
from gepnet_core.imaging.pixels.hu_values import volume_of
from gepnet_core.imaging.pixels.intake import Source, expand, read_sources
from gepnet_core.imaging.pixels.quiet import quiet_pydicom
from gepnet_core.imaging.rois.nifti_kind import is_nifti
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.series.ordering import SliceReference, Stack
from gepnet_core.imaging.series.phase_guess import PhaseGuess, guess_phase, reconcile, seconds_since_contrast
from gepnet_core.imaging.series.series import Arrangement, arrange
from gepnet_core.imaging.series.series_warnings import series_warnings
from gepnet_core.imaging.series.study_types import ImageSeries, ImagingStudy, RoiFile, SeriesUids, SetAside
from gepnet_core.imaging.series.triage import (
    Refusal,
    SetAsideReason,
    file_refusal,
    frame_refusal,
    frame_set_aside_reason,
    refusal_sentence,
    roi_kind,
    set_aside_reason,
)
from gepnet_core.imaging.volume import HuVolume

__all__ = [
    "ImageSeries",
    "ImagingStudy",
    "RoiFile",
    "SeriesUids",
    "SetAside",
    "Source",
    "read_sources",
    "read_study",
    "read_volume",
]


def read_study(sources: Iterable[Source], progress: Callable[[int, int], None] | None = None) -> ImagingStudy:
    """Read the headers of an upload and arrange its CT images.

    Parameters
    ----------
    sources : iterable of Source
        Files; zip archives among them are opened.
    progress : callable, optional
        Called with (files read, files in all).

    Returns
    -------
    ImagingStudy
        What can be measured, and one sentence for each kind of problem. Never raises for a bad file.
    """
    expanded = expand(sources)
    sorting = _Sorting()
    for index, source in enumerate(expanded.sources):
        sorting.add(source)
        if progress is not None:
            progress(index + 1, len(expanded.sources))
    arrangement = arrange(sorting.slices)
    arrangement.stacks.sort(key=_reading_order)
    sorting.set_aside.update(arrangement.set_aside)
    sorting.refused.update(arrangement.refused)
    series = _image_series(arrangement)
    problems = [*expanded.refusals]
    problems += [refusal_sentence(refusal, count) for refusal, count in sorting.refused.items()]
    problems += _mixture(series)
    return ImagingStudy(
        series=series,
        roi_files=tuple(sorting.roi_files),
        set_aside=tuple(SetAside(reason.value, count) for reason, count in sorting.set_aside.items()),
        problems=tuple(problems),
    )


def read_volume(series: ImageSeries, progress: Callable[[int, int], None] | None = None) -> HuVolume:
    """Decode the pixels of one series.

    Raises
    ------
    DicomError
        A slice does not decode to what its header states.
    """
    return volume_of(series.frames, series.geometry, progress)


class _Sorting:
    """Files of one upload, sorted into slices, regions, what is set aside and what is refused."""

    def __init__(self) -> None:
        self.slices: list[SliceReference] = []
        self.roi_files: list[RoiFile] = []
        self.set_aside: Counter[SetAsideReason] = Counter()
        self.refused: Counter[Refusal] = Counter()
        self._digest_key = secrets.token_bytes(32)

    def add(self, source: Source) -> None:
        if is_nifti(source):
            self._add_roi_file(RoiSource.NIFTI, source.data)
            return
        try:
            with quiet_pydicom():
                header = read_header(source.data, self._digest_key)
        except NotDicomError:
            self.refused[Refusal.NOT_DICOM] += 1
            return
        except DicomError:
            self.refused[Refusal.DAMAGED] += 1
            return
        kind = roi_kind(header)
        if kind is not None:
            self._add_roi_file(kind, source.data)
            return
        reason = set_aside_reason(header)
        refusal = None if reason is not None else file_refusal(header)
        if reason is not None:
            self.set_aside[reason] += 1
        elif refusal is not None:
            self.refused[refusal] += 1
        else:
            self._add_frames(header)

    def _add_roi_file(self, kind: RoiSource, data: bytes) -> None:
        self.roi_files.append(RoiFile(kind, data, f"roi-file-{len(self.roi_files) + 1}"))

    def _add_frames(self, header: ImageHeader) -> None:
        for frame in header.frames:
            reason = frame_set_aside_reason(frame)
            refusal = None if reason is not None else frame_refusal(frame)
            if reason is not None:
                self.set_aside[reason] += 1
            elif refusal is not None:
                self.refused[refusal] += 1
            else:
                self.slices.append(SliceReference(header, frame))


def _reading_order(stacks: list[Stack]) -> tuple[float, float]:
    """Series in the order of their numbers, then of their acquisition; those without come last."""
    number = stacks[0].slices[0].header.series_number
    clock = _first_clock(stacks[0])
    return float("inf") if number is None else number, float("inf") if clock is None else clock


def _image_series(arrangement: Arrangement) -> tuple[ImageSeries, ...]:
    parts = [
        (stack, (number, len(stacks)) if len(stacks) > 1 else None)
        for stacks in arrangement.stacks
        for number, stack in enumerate(stacks, start=1)
    ]
    clocks = [_first_clock(stack) for stack, _ in parts]
    guesses = reconcile([_guess(stack) for stack, _ in parts], clocks)
    patients = _ordinals([stack.slices[0].header.patient_digest for stack, _ in parts])
    studies = _ordinals([stack.slices[0].header.study_uid for stack, _ in parts])
    return tuple(
        _one_series(f"series-{index + 1}", stack, part, guesses[index], patients[index], studies[index])
        for index, (stack, part) in enumerate(parts)
    )


def _one_series(
    key: str,
    stack: Stack,
    part: tuple[int, int] | None,
    guess: PhaseGuess,
    patient: int | None,
    study: int | None,
) -> ImageSeries:
    first = stack.slices[0]
    voltages = {reference.frame.kvp for reference in stack.slices}
    is_multi_frame = [len(reference.header.frames) > 1 for reference in stack.slices]
    return ImageSeries(
        key=key,
        number=first.header.series_number,
        part=part,
        patient=patient,
        study=study,
        n_slices=len(stack.slices),
        rows=first.header.rows,
        columns=first.header.columns,
        geometry=stack.geometry,
        kvp=first.frame.kvp if len(voltages) == 1 else None,
        slice_thickness_mm=stack.geometry.slice_thickness_mm,
        phase_guess=guess,
        warnings=(*stack.warnings, *series_warnings(stack)),
        uids=SeriesUids(
            study=first.header.study_uid,
            series=first.header.series_uid,
            frame_of_reference=first.header.frame_of_reference_uid,
            sop_instances=tuple(reference.header.sop_instance_uid for reference in stack.slices),
            frame_numbers=tuple(
                reference.frame.index + 1 if multi else None
                for reference, multi in zip(stack.slices, is_multi_frame, strict=True)
            ),
        ),
        frames=stack.slices,
    )


def _ordinals(identities: list[bytes] | list[str]) -> list[int | None]:
    """1 for the first identity met, 2 for the next, None for an empty one."""
    order: dict[bytes | str, int] = {}
    return [order.setdefault(identity, len(order) + 1) if identity else None for identity in identities]


def _first_clock(stack: Stack) -> float | None:
    clocks = [reference.frame.clock_s for reference in stack.slices if reference.frame.clock_s is not None]
    return min(clocks) if clocks else None


def _guess(stack: Stack) -> PhaseGuess:
    header = stack.slices[0].header
    starts = {reference.header.bolus_start_s for reference in stack.slices} - {None}
    start = starts.pop() if len(starts) == 1 else None
    seconds = seconds_since_contrast(start, _first_clock(stack))
    if stack.n_acquisitions > 1:
        # The name belongs to all of them and tells none.
        return guess_phase("", "", seconds)
    return guess_phase(header.description, header.protocol, seconds)


def _mixture(series: tuple[ImageSeries, ...]) -> list[str]:
    """Say where the upload holds more than one patient or study."""
    patients = max((one.patient or 1 for one in series), default=1)
    studies = max((one.study or 1 for one in series), default=1)
    if patients > 1:
        return [
            f"The upload holds images of {patients} patients. Compare only phases of one patient: "
            "check that the series you choose belong together."
        ]
    if studies > 1:
        return [
            f"The upload holds {studies} examinations. Compare only phases of one examination: "
            "check that the series you choose belong together."
        ]
    return []
