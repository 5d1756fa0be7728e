"""Frames of an upload to stacks: one stack for each phase of each series."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from gepnet_core.imaging.geometry import FloatArray
from gepnet_core.imaging.series.ordering import (
    SAME_POSITION_MM,
    SliceReference,
    Stack,
    has_sound_orientation,
    height_mm,
    ordered_stack,
    upward_normal,
)
from gepnet_core.imaging.series.triage import Refusal, SetAsideReason
from gepnet_core.imaging.series.words import listed, tokens

_MONITORING_WORDS = listed(
    "bolus monitoring premonitoring premon smartprep surestart sureprep tracker locator bolustracking",
    "testbolus carebolus timing",
)
# A dynamic study of the liver has three or four phases; one position imaged more often watches the bolus.
MAX_PHASES_AT_ONE_POSITION = 4
_ORIENTATION_STEP = 1e-3
_SPACING_STEP = 1e-4
_THICKNESS_STEP = 0.05


@dataclass(repr=False)
class Arrangement:
    """Stacks in the order of their series, and what could not become one."""

    stacks: list[list[Stack]] = field(default_factory=list)
    set_aside: Counter[SetAsideReason] = field(default_factory=Counter)
    refused: Counter[Refusal] = field(default_factory=Counter)


def arrange(slices: Iterable[SliceReference]) -> Arrangement:
    """Group frames by series, size and orientation, split phases, order each stack.

    Parameters
    ----------
    slices : iterable of SliceReference
        CT frames that passed triage.

    Returns
    -------
    Arrangement
        ``stacks`` holds one list a series (all its parts).
    """
    result = Arrangement()
    for group in _series_groups(slices):
        parts: list[Stack] = []
        families = _same_shape(group)
        notes: tuple[str, ...] = ()
        if len(families) > 1:
            notes = ("This series holds images of different sizes or orientations; each is listed apart.",)
        for family in families:
            parts.extend(_stacks_of_family(family, notes, result))
        if parts:
            result.stacks.append(parts)
    return result


def _series_groups(slices: Iterable[SliceReference]) -> list[list[SliceReference]]:
    """By study and series UID; where UIDs are empty, by what the headers say of the series."""
    groups: dict[tuple[object, ...], list[SliceReference]] = defaultdict(list)
    for reference in slices:
        header = reference.header
        identity: tuple[object, ...] = (header.patient_digest, header.study_uid, header.series_uid)
        if not header.series_uid:
            identity += (header.series_number, header.description, header.protocol, header.image_type)
        groups[identity].append(reference)
    return list(groups.values())


def _same_shape(group: list[SliceReference]) -> list[list[SliceReference]]:
    """Families of equal size, spacing, thickness, orientation and frame of reference, within rounding."""
    families: list[tuple[tuple[object, ...], FloatArray, list[SliceReference]]] = []
    for reference in group:
        header, frame = reference.header, reference.frame
        exact = (
            header.rows,
            header.columns,
            frame.spacing_mm is None,
            frame.orientation is None,
            header.frame_of_reference_uid,
        )
        in_steps = np.array(
            [value / _SPACING_STEP for value in frame.spacing_mm or (1, 1)]
            + [value / _ORIENTATION_STEP for value in frame.orientation or (0,) * 6]
            + [(frame.thickness_mm or 0) / _THICKNESS_STEP]
        )
        for known_exact, known_steps, members in families:
            if exact == known_exact and np.abs(in_steps - known_steps).max() <= 1:
                members.append(reference)
                break
        else:
            families.append((exact, in_steps, [reference]))
    return [members for _, _, members in families]


def _stacks_of_family(
    family: list[SliceReference], notes: tuple[str, ...], result: Arrangement
) -> list[Stack]:
    family, copies = _without_copies(family)
    if copies:
        noun = "image was" if copies == 1 else "images were"
        notes += (f"{copies} {noun} given more than once; each is used once.",)
    unplaced = [reference for reference in family if not has_sound_orientation(reference.frame)]
    if len(family) == 1 and not _is_monitoring(family):
        return [ordered_stack(family, notes)]
    if unplaced and len(family) > 1:
        # Nothing tells which slice is which; a guess could pair a lesion with another level of the liver.
        result.refused[Refusal.GEOMETRY] += len(unplaced)
        family = [reference for reference in family if has_sound_orientation(reference.frame)]
        if not family:
            return []
    if _is_monitoring(family):
        result.set_aside[SetAsideReason.BOLUS] += len(family)
        return []
    phases = split_phases(family)
    if len(phases) > 1:
        notes += (f"This series holds {len(phases)} acquisitions; each is listed apart.",)
    return [replace(ordered_stack(phase, notes), n_acquisitions=len(phases)) for phase in phases]


def _without_copies(family: list[SliceReference]) -> tuple[list[SliceReference], int]:
    """Drop frames of the same instance, or of the same bytes where instances have no UID."""
    seen: set[tuple[object, ...]] = set()
    kept: list[SliceReference] = []
    for reference in family:
        uid = reference.header.sop_instance_uid
        identity = (uid or reference.header.pixels.data, reference.frame.index)
        if identity not in seen:
            seen.add(identity)
            kept.append(reference)
    return kept, len(family) - len(kept)


def _levels(family: list[SliceReference]) -> list[int]:
    """Index of the level of each slice: slices at one position share it."""
    normal = upward_normal(family[0].frame)
    heights = np.array([height_mm(reference, normal) for reference in family])
    order = np.argsort(heights, kind="stable")
    steps = np.diff(heights[order], prepend=heights[order[0]]) > SAME_POSITION_MM
    levels = np.empty(len(family), dtype=int)
    levels[order] = np.cumsum(steps)
    return [int(level) for level in levels]


def _is_monitoring(family: list[SliceReference]) -> bool:
    n_levels = max(_levels(family)) + 1
    header = family[0].header
    named = bool(tokens(header.description) & _MONITORING_WORDS)
    if named and n_levels <= 2:
        return True
    return n_levels == 1 and len(family) > MAX_PHASES_AT_ONE_POSITION


def split_phases(family: list[SliceReference]) -> list[list[SliceReference]]:
    """Split slices of one series into acquisitions that each hold a position once.

    Temporal position, then AcquisitionNumber where the acquisitions cover the same part of the body (one
    number a slice is a step-and-shoot scan, not a phase), then repeated positions.

    Returns
    -------
    list of list of SliceReference
        In order of acquisition, as far as the header tells.
    """
    for key in ("temporal", "acquisition"):
        parts = _split_by(family, key)
        if parts is not None:
            return [piece for part in parts for piece in split_phases(part)]
    if len(set(_levels(family))) == len(family):
        return [family]
    return _split_repeats(family)


def _split_by(family: list[SliceReference], key: str) -> list[list[SliceReference]] | None:
    parts: dict[int | None, list[SliceReference]] = defaultdict(list)
    for reference in family:
        parts[getattr(reference.frame, key)].append(reference)
    if len(parts) < 2:
        return None
    levels = dict(zip(map(id, family), _levels(family), strict=True))
    spans = sorted(
        (min(levels[id(reference)] for reference in part), max(levels[id(reference)] for reference in part))
        for part in parts.values()
    )
    overlap = any(later[0] <= earlier[1] for earlier, later in pairwise(spans))
    if not overlap:
        return None
    several_slices = sum(len(part) > 1 for part in parts.values())
    n_levels = len(set(levels.values()))
    if key == "acquisition" and n_levels > 1 and several_slices < 2:
        return None
    return sorted(parts.values(), key=lambda part: min(reference.order_hint for reference in part))


def _split_repeats(family: list[SliceReference]) -> list[list[SliceReference]]:
    """Positions that repeat: the k-th image of each position belongs to the k-th pass.

    Where positions repeat unequally, the passes are followed in the order of acquisition instead: a new one
    begins where a position comes again.
    """
    in_order = sorted(zip(family, _levels(family), strict=True), key=lambda pair: pair[0].order_hint)
    counts = Counter(level for _, level in in_order)
    if len(set(counts.values())) == 1:
        seen: Counter[int] = Counter()
        passes: dict[int, list[SliceReference]] = defaultdict(list)
        for reference, level in in_order:
            passes[seen[level]].append(reference)
            seen[level] += 1
        return list(passes.values())
    sweeps: list[list[SliceReference]] = []
    visited: set[int] = set()
    for reference, level in in_order:
        if not sweeps or level in visited:
            sweeps.append([])
            visited = set()
        sweeps[-1].append(reference)
        visited.add(level)
    return sweeps
