"""What the browser says was drawn, checked before anything rests on it.

Coordinates are those of `gepnet_core.imaging.geometry`: pixels, centres on integers, slice 0 the lowest.
Everything that comes from the browser is untrusted: it can be written by hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.rois.roi import Ellipse, Roi, RoiSource

MAX_OVALS = 60
"""More ovals than this in one drawing are refused."""
MAX_SLICE_INDEX = 9_999
MAX_COORDINATE_PX = 16_384.0
"""Bound of centres and half axes; a CT slice has 512 to 1024 pixels a side, an enlarged one 4096."""
MIN_HALF_AXIS_PX = 0.1
MAX_COUNTER = 2**53 - 1
"""Largest integer that JavaScript counts to exactly."""

_Member = TypeVar("_Member", bound=StrEnum)
_Oval = TypeVar("_Oval", "OvalPlace", "DrawnOval")

_ID = re.compile(r"[A-Za-z0-9_-]{1,16}\Z")
_PLACE_KEYS = frozenset({"id", "slice", "cx", "cy", "rx", "ry"})
_OVAL_KEYS = _PLACE_KEYS | {"tissue", "phase"}
_DRAWING_KEYS = frozenset({"revision", "sequence", "rois"})
_REMEDY = "Reload the page and draw again."


class DrawingError(GepnetError):
    """A drawing that no browser of ours would send, or more ovals than are kept."""


class Tissue(StrEnum):
    """What an oval lies on."""

    LESION = "lesion"
    LIVER = "liver"


@dataclass(frozen=True)
class OvalPlace:
    """Where an oval lies in a volume: all that it takes to measure it. Fields as those of `DrawnOval`."""

    id: str
    slice_index: int
    cx: float
    cy: float
    rx: float
    ry: float

    def to_roi(self, name: str = "oval") -> Roi:
        """Region of this oval alone, as the measuring functions take it."""
        shape = Ellipse(self.slice_index, self.cx, self.cy, self.rx, self.ry)
        return Roi(name=name, shapes=(shape,), source=RoiSource.DRAWN)


@dataclass(frozen=True)
class DrawnOval:
    """An upright oval on one slice of one phase.

    Parameters
    ----------
    id : str
        Short token, unique in its drawing.
    tissue : Tissue
    phase : Phase
    slice_index : int
        From 0, the lowest slice.
    cx, cy, rx, ry : float
        Centre and half axes in pixels (column, row), pixel centres on integers.
    """

    id: str
    tissue: Tissue
    phase: Phase
    slice_index: int
    cx: float
    cy: float
    rx: float
    ry: float

    def to_roi(self) -> Roi:
        """Region of this oval alone, as the measuring functions take it."""
        place = OvalPlace(self.id, self.slice_index, self.cx, self.cy, self.rx, self.ry)
        return place.to_roi(self.tissue.value)

    def to_json(self) -> dict[str, str | int | float]:
        """The shape that the browser sends and takes."""
        return {
            "id": self.id,
            "tissue": self.tissue.value,
            "phase": self.phase.value,
            "slice": self.slice_index,
            "cx": self.cx,
            "cy": self.cy,
            "rx": self.rx,
            "ry": self.ry,
        }


@dataclass(frozen=True)
class Drawing:
    """All ovals of a viewer after one edit.

    ``revision`` is the one that Python last sent and the edit was made on; a drawing with an older revision
    than Python's own is stale. ``sequence`` rises with each edit.
    """

    revision: int
    sequence: int
    ovals: tuple[DrawnOval, ...]


def validate_drawing(untrusted: object) -> Drawing:
    """Check what the browser sent and give it types.

    Raises
    ------
    DrawingError
        Unknown or missing keys, numbers that are not finite or out of bounds, ids that are no short tokens
        or not unique, more than `MAX_OVALS` ovals. No message repeats text that the browser sent.
    """
    fields = _mapping(untrusted, _DRAWING_KEYS, "drawing")
    return Drawing(
        revision=_whole(fields["revision"], MAX_COUNTER, "revision"),
        sequence=_whole(fields["sequence"], MAX_COUNTER, "sequence"),
        ovals=_ovals(fields["rois"], _validate_oval),
    )


def validate_places(untrusted: object) -> tuple[OvalPlace, ...]:
    """Check ovals of one volume that are to be measured, by the rules and errors of `validate_drawing`."""
    return _ovals(untrusted, _validate_place)


def _ovals(untrusted: object, validate: Callable[[object, str], _Oval]) -> tuple[_Oval, ...]:
    if not isinstance(untrusted, list | tuple):
        raise DrawingError("The list of ovals is no list", field="rois", remedy=_REMEDY)
    if len(untrusted) > MAX_OVALS:
        raise DrawingError(
            "Too many ovals",
            got=str(len(untrusted)),
            allowed=f"at most {MAX_OVALS}",
            remedy="Delete some that no measurement needs.",
            field="rois",
        )
    ovals = tuple(validate(item, f"rois[{index}]") for index, item in enumerate(untrusted))
    if len({oval.id for oval in ovals}) != len(ovals):
        raise DrawingError("Two ovals carry the same id", field="rois", remedy=_REMEDY)
    return ovals


def _validate_oval(untrusted: object, where: str) -> DrawnOval:
    fields = _mapping(untrusted, _OVAL_KEYS, where)
    place = _validate_place({name: fields[name] for name in _PLACE_KEYS}, where)
    return DrawnOval(
        id=place.id,
        tissue=_member(Tissue, fields["tissue"], f"{where}.tissue"),
        phase=_member(Phase, fields["phase"], f"{where}.phase"),
        slice_index=place.slice_index,
        cx=place.cx,
        cy=place.cy,
        rx=place.rx,
        ry=place.ry,
    )


def _validate_place(untrusted: object, where: str) -> OvalPlace:
    fields = _mapping(untrusted, _PLACE_KEYS, where)
    identity = fields["id"]
    if not isinstance(identity, str) or not _ID.match(identity):
        raise DrawingError(
            "The id of an oval is no short token",
            allowed="1 to 16 letters, digits, - and _",
            field=f"{where}.id",
        )
    return OvalPlace(
        id=identity,
        slice_index=_whole(fields["slice"], MAX_SLICE_INDEX, f"{where}.slice"),
        cx=_number(fields["cx"], -MAX_COORDINATE_PX, f"{where}.cx"),
        cy=_number(fields["cy"], -MAX_COORDINATE_PX, f"{where}.cy"),
        rx=_number(fields["rx"], MIN_HALF_AXIS_PX, f"{where}.rx"),
        ry=_number(fields["ry"], MIN_HALF_AXIS_PX, f"{where}.ry"),
    )


def _mapping(untrusted: object, keys: frozenset[str], where: str) -> Mapping[str, object]:
    if not isinstance(untrusted, Mapping) or set(untrusted) != keys:
        raise DrawingError(
            "A part of the drawing has missing or unknown fields",
            allowed=", ".join(sorted(keys)),
            remedy=_REMEDY,
            field=where,
        )
    return untrusted


def _member(kind: type[_Member], value: object, where: str) -> _Member:
    for member in kind:
        if isinstance(value, str) and value == member.value:
            return member
    raise DrawingError(
        "A part of the drawing names something unknown",
        allowed=", ".join(member.value for member in kind),
        remedy=_REMEDY,
        field=where,
    )


def _whole(value: object, high: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
        raise DrawingError(
            "A count in the drawing is out of bounds",
            allowed=f"whole numbers from 0 to {high}",
            remedy=_REMEDY,
            field=where,
        )
    return value


def _number(value: object, low: float, where: str) -> float:
    # The magnitude is compared before the conversion: a huge whole number does not fit a float.
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not low <= value <= MAX_COORDINATE_PX
        or not math.isfinite(value)
    ):
        raise DrawingError(
            "A coordinate in the drawing is out of bounds",
            allowed=f"{low:g} to {MAX_COORDINATE_PX:g} pixels",
            remedy=_REMEDY,
            field=where,
        )
    return float(value)
