"""What a case file holds: inputs as typed, ovals, choices. No pixels, no identifiers, no free text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from gepnet_core.case.case import ScopeState
from gepnet_core.case.measurement import parse_number
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.errors import CaseFileError, MeasurementError
from gepnet_core.study.scope import load_scope

MAX_OVALS = 60
MAX_SLICES = 10_000
MAX_PIXELS = 16_384
"""Bounds of what is kept: an axial CT slice has 512 to 4096 pixels a side."""

_ID = re.compile(r"[a-z]{1,2}[0-9]{1,12}")


class SavedSource(StrEnum):
    """How the HU of a case were obtained."""

    TYPED = "typed"
    IMAGES = "images"


class SavedTissue(StrEnum):
    """What was measured."""

    LESION = "lesion"
    LIVER = "liver"


class Impression(StrEnum):
    """What the reader thought before the result was shown."""

    ADENOCARCINOMA = "adenocarcinoma"
    NET = "net"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class SavedReading:
    """One HU as it was typed, decimal comma and all; checked to be a number, not to be in range."""

    phase: Phase
    tissue: SavedTissue
    hu: str

    def __post_init__(self) -> None:
        _check_typed(self.hu, f"readings.{self.phase}.{self.tissue}")


@dataclass(frozen=True)
class SavedOval:
    """An upright oval in pixels of one slice, centres of pixels on integers, slice 0 the lowest."""

    id: str
    tissue: SavedTissue
    phase: Phase
    slice_index: int
    cx: float
    cy: float
    rx: float
    ry: float

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise CaseFileError(
                "an oval's id is no short token",
                allowed="one or two small letters and a number, such as r1",
                field="ovals.id",
            )
        _check_count(self.slice_index, "ovals.slice", 0, MAX_SLICES - 1)
        for name in ("cx", "cy", "rx", "ry"):
            value = getattr(self, name)
            lowest = 0.0 if name in ("rx", "ry") else -float(MAX_PIXELS)
            if not math.isfinite(value) or not lowest <= value <= MAX_PIXELS or (lowest == 0 and value == 0):
                raise CaseFileError(
                    "an oval lies outside any image",
                    got=f"{name} = {value}",
                    allowed=f"{'above 0' if lowest == 0 else lowest} to {MAX_PIXELS} pixels",
                    field=f"ovals.{name}",
                )


@dataclass(frozen=True)
class SavedImages:
    """Shape of the images that the ovals of a phase were drawn on, to know them again."""

    phase: Phase
    rows: int
    columns: int
    n_slices: int
    row_spacing_mm: float
    column_spacing_mm: float
    slice_spacing_mm: float | None

    def __post_init__(self) -> None:
        _check_count(self.rows, "images.rows", 1, MAX_PIXELS)
        _check_count(self.columns, "images.columns", 1, MAX_PIXELS)
        _check_count(self.n_slices, "images.n_slices", 1, MAX_SLICES)
        for name in ("row_spacing_mm", "column_spacing_mm", "slice_spacing_mm"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and 0 < value <= 1000):
                raise CaseFileError(
                    "a spacing of the images is impossible",
                    got=str(value),
                    allowed="above 0 to 1000 mm",
                    field=f"images.{name}",
                )


@dataclass(frozen=True)
class SavedCase:
    """Everything needed to take up a case again.

    Numbers that a user types are kept as text, as typed; None means that the field was left as it was.

    Parameters
    ----------
    source : SavedSource
    readings : tuple of SavedReading
        Typed HU; at most one of a tissue on a phase.
    ovals : tuple of SavedOval
    images : tuple of SavedImages
        One entry a phase.
    reader_pattern : EnhancementPattern or None
    definition : PatternDefinition
    tolerances : mapping of PatternDefinition to str
    cutoff, pretest : str or None
        ``pretest`` is the pre-test probability of NET as a fraction.
    reading_error_lesion_hu, reading_error_liver_hu : str or None
    scope : mapping of scope item id to ScopeState
    impression : Impression or None

    Raises
    ------
    CaseFileError
        If a text is no number, a geometry impossible, or an entry stands twice.
    """

    source: SavedSource = SavedSource.TYPED
    readings: tuple[SavedReading, ...] = ()
    ovals: tuple[SavedOval, ...] = ()
    images: tuple[SavedImages, ...] = ()
    reader_pattern: EnhancementPattern | None = None
    definition: PatternDefinition = PatternDefinition.LIVER_RELATIVE
    tolerances: Mapping[PatternDefinition, str] = field(default_factory=dict)
    cutoff: str | None = None
    pretest: str | None = None
    reading_error_lesion_hu: str | None = None
    reading_error_liver_hu: str | None = None
    scope: Mapping[str, ScopeState] = field(default_factory=dict)
    impression: Impression | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tolerances", MappingProxyType(dict(self.tolerances)))
        object.__setattr__(self, "scope", MappingProxyType(dict(self.scope)))
        for definition, text in self.tolerances.items():
            _check_typed(text, f"tolerances.{definition}")
        for name in ("cutoff", "pretest", "reading_error_lesion_hu", "reading_error_liver_hu"):
            text = getattr(self, name)
            if text is not None:
                _check_typed(text, name)
        if len(self.ovals) > MAX_OVALS:
            raise CaseFileError(
                "too many ovals", got=str(len(self.ovals)), allowed=f"at most {MAX_OVALS}", field="ovals"
            )
        _check_unique([(r.phase, r.tissue) for r in self.readings], "readings")
        _check_unique([oval.id for oval in self.ovals], "ovals")
        _check_unique([entry.phase for entry in self.images], "images")
        if not set(self.scope) <= set(load_scope()):
            raise CaseFileError(
                "a scope item is not one of the study's", allowed=", ".join(load_scope()), field="scope"
            )

    def hu_text(self, phase: Phase, tissue: SavedTissue) -> str | None:
        """The text typed for one HU; None where nothing was."""
        return next((r.hu for r in self.readings if (r.phase, r.tissue) == (phase, tissue)), None)


def _check_typed(text: str, path: str) -> None:
    """Only a number, so that no words of a user get into a file. The text itself is not repeated."""
    try:
        parse_number(text, path)
        is_number = text == text.strip()
    except MeasurementError:
        is_number = False
    if not is_number:
        raise CaseFileError(
            "a typed value is no number",
            allowed="digits with at most one decimal point or comma, such as 44.9 or 44,9",
            remedy="Correct the value, or empty the field.",
            field=path,
        )


def _check_count(value: int, path: str, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise CaseFileError(
            "a whole number is out of range", allowed=f"{lowest} to {highest} at {path}", field=path
        )


def _check_unique(keys: list[object], path: str) -> None:
    if len(set(keys)) < len(keys):
        raise CaseFileError("an entry stands twice", allowed="each once", field=path)
