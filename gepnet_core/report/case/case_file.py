"""A case as a small versioned JSON file with a checksum, to save and to load again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from gepnet_core.case.case import ScopeState
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.errors import CaseFileError
from gepnet_core.report.case.saved_case import (
    Impression,
    SavedCase,
    SavedImages,
    SavedOval,
    SavedReading,
    SavedSource,
    SavedTissue,
)

__all__ = [
    "FORMAT",
    "VERSION",
    "Impression",
    "SavedCase",
    "SavedImages",
    "SavedOval",
    "SavedReading",
    "SavedSource",
    "SavedTissue",
    "load_case",
    "save_case",
]

FORMAT = "gepnet-case"
VERSION = 1
MAX_BYTES = 262_144
"""A case with the most ovals has about 15 kB."""

_REMEDY = "Choose a case file that this app saved, unchanged."
_Member = TypeVar("_Member", bound=StrEnum)
_Item = TypeVar("_Item")


def save_case(case: SavedCase) -> bytes:
    """Write a case as canonical JSON (sorted keys, no spaces, ASCII).

    Returns
    -------
    bytes
        ``{"case": ..., "format": "gepnet-case", "sha256": ..., "version": 1}``; the checksum is of the
        canonical JSON of the other three.
    """
    content = {"format": FORMAT, "version": VERSION, "case": _encode(case)}
    return _canonical({**content, "sha256": _digest(content)})


def load_case(data: bytes) -> SavedCase:
    """Read a case that `save_case` wrote.

    Raises
    ------
    CaseFileError
        If it is too large, no JSON, damaged, of an unknown version, or holds anything but what `save_case`
        writes. No message repeats text of the file.
    """
    if len(data) > MAX_BYTES:
        raise CaseFileError(
            "the case file is too large",
            got=f"{len(data)} bytes",
            allowed=f"{MAX_BYTES} bytes",
            remedy=_REMEDY,
        )
    try:
        document = json.loads(
            data.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant
        )
    # A ValueError is text that is no UTF-8 or no JSON, or a number of thousands of digits.
    except (ValueError, RecursionError) as error:
        if isinstance(error, CaseFileError):
            raise
        raise CaseFileError("this is no case file", allowed="JSON in UTF-8", remedy=_REMEDY) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CaseFileError("this is no case file", allowed=f"the format {FORMAT}", remedy=_REMEDY)
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise CaseFileError(
            "the case file has a version that this app does not know",
            got=str(version) if type(version) is int and 0 <= version < 1000 else "no version number",
            allowed=str(VERSION),
            remedy="Load it in the version of the app that saved it.",
        )
    fields = _fields(document, {"format", "version", "case", "sha256"}, "file")
    stated = fields.pop("sha256")
    if stated != _digest(fields):
        raise CaseFileError(
            "the case file is damaged or was changed by hand",
            got="a checksum that does not fit the content",
            remedy=_REMEDY,
        )
    return _decode(fields["case"])


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _digest(content: dict[str, Any]) -> str:
    try:
        return hashlib.sha256(_canonical(content)).hexdigest()
    # A number such as 1e999 is read as infinity, which JSON cannot write.
    except (ValueError, RecursionError) as error:
        raise CaseFileError("a number of the case file is not finite", remedy=_REMEDY) from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise CaseFileError("a key stands twice in the case file", allowed="each once", remedy=_REMEDY)
    return fields


def _no_constant(_: str) -> None:
    raise CaseFileError("a number of the case file is not finite", remedy=_REMEDY)


def _encode(case: SavedCase) -> dict[str, Any]:
    return {
        "source": case.source,
        "readings": [{"phase": r.phase, "tissue": r.tissue, "hu": r.hu} for r in case.readings],
        "ovals": [
            {
                "id": oval.id,
                "tissue": oval.tissue,
                "phase": oval.phase,
                "slice": oval.slice_index,
                "cx": float(oval.cx),
                "cy": float(oval.cy),
                "rx": float(oval.rx),
                "ry": float(oval.ry),
            }
            for oval in case.ovals
        ],
        "images": [
            {
                "phase": entry.phase,
                "rows": entry.rows,
                "columns": entry.columns,
                "n_slices": entry.n_slices,
                "row_spacing_mm": float(entry.row_spacing_mm),
                "column_spacing_mm": float(entry.column_spacing_mm),
                "slice_spacing_mm": None if entry.slice_spacing_mm is None else float(entry.slice_spacing_mm),
            }
            for entry in case.images
        ],
        "reader_pattern": case.reader_pattern,
        "definition": case.definition,
        "tolerances": dict(case.tolerances),
        "cutoff": case.cutoff,
        "pretest": case.pretest,
        "reading_error_lesion_hu": case.reading_error_lesion_hu,
        "reading_error_liver_hu": case.reading_error_liver_hu,
        "scope": dict(case.scope),
        "impression": case.impression,
    }


_CASE_KEYS = set(_encode(SavedCase()))


def _decode(value: object) -> SavedCase:
    case = _fields(value, _CASE_KEYS, "case")
    tolerances = _mapping(case["tolerances"], "tolerances")
    scope = _mapping(case["scope"], "scope")
    return SavedCase(
        source=_member(case["source"], SavedSource, "source"),
        readings=_items(case["readings"], _reading, "readings"),
        ovals=_items(case["ovals"], _oval, "ovals"),
        images=_items(case["images"], _images, "images"),
        reader_pattern=_optional_member(case["reader_pattern"], EnhancementPattern, "reader_pattern"),
        definition=_member(case["definition"], PatternDefinition, "definition"),
        tolerances={
            _member(name, PatternDefinition, "tolerances"): _text(text, "tolerances")
            for name, text in tolerances.items()
        },
        cutoff=_optional_text(case["cutoff"], "cutoff"),
        pretest=_optional_text(case["pretest"], "pretest"),
        reading_error_lesion_hu=_optional_text(case["reading_error_lesion_hu"], "reading_error_lesion_hu"),
        reading_error_liver_hu=_optional_text(case["reading_error_liver_hu"], "reading_error_liver_hu"),
        scope={item: _member(state, ScopeState, "scope") for item, state in scope.items()},
        impression=_optional_member(case["impression"], Impression, "impression"),
    )


def _reading(value: object) -> SavedReading:
    fields = _fields(value, {"phase", "tissue", "hu"}, "readings")
    return SavedReading(
        _member(fields["phase"], Phase, "readings.phase"),
        _member(fields["tissue"], SavedTissue, "readings.tissue"),
        _text(fields["hu"], "readings.hu"),
    )


def _oval(value: object) -> SavedOval:
    fields = _fields(value, {"id", "tissue", "phase", "slice", "cx", "cy", "rx", "ry"}, "ovals")
    return SavedOval(
        _text(fields["id"], "ovals.id"),
        _member(fields["tissue"], SavedTissue, "ovals.tissue"),
        _member(fields["phase"], Phase, "ovals.phase"),
        _integer(fields["slice"], "ovals.slice"),
        *(_number(fields[name], f"ovals.{name}") for name in ("cx", "cy", "rx", "ry")),
    )


def _images(value: object) -> SavedImages:
    fields = _fields(value, set(SavedImages.__dataclass_fields__), "images")
    spacing = fields["slice_spacing_mm"]
    return SavedImages(
        phase=_member(fields["phase"], Phase, "images.phase"),
        rows=_integer(fields["rows"], "images.rows"),
        columns=_integer(fields["columns"], "images.columns"),
        n_slices=_integer(fields["n_slices"], "images.n_slices"),
        row_spacing_mm=_number(fields["row_spacing_mm"], "images.row_spacing_mm"),
        column_spacing_mm=_number(fields["column_spacing_mm"], "images.column_spacing_mm"),
        slice_spacing_mm=None if spacing is None else _number(spacing, "images.slice_spacing_mm"),
    )


def _wrong(path: str, allowed: str) -> CaseFileError:
    return CaseFileError("a field of the case file is wrong", allowed=allowed, remedy=_REMEDY, field=path)


def _mapping(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, f"an object at {path}")
    return value


def _fields(value: object, keys: set[str], path: str) -> dict[str, Any]:
    fields = _mapping(value, path)
    if set(fields) != keys:
        raise _wrong(path, f"exactly these fields at {path}: {', '.join(sorted(keys))}")
    return dict(fields)


def _items(value: object, decode: Callable[[object], _Item], path: str) -> tuple[_Item, ...]:
    if not isinstance(value, list):
        raise _wrong(path, f"a list at {path}")
    return tuple(decode(item) for item in value)


def _member(value: object, kind: type[_Member], path: str) -> _Member:
    if not isinstance(value, str) or value not in set(kind):
        raise _wrong(path, f"at {path} one of: {', '.join(kind)}")
    return kind(value)


def _optional_member(value: object, kind: type[_Member], path: str) -> _Member | None:
    return None if value is None else _member(value, kind, path)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, f"text at {path}")
    return value


def _optional_text(value: object, path: str) -> str | None:
    return None if value is None else _text(value, path)


def _integer(value: object, path: str) -> int:
    if type(value) is not int:
        raise _wrong(path, f"a whole number at {path}")
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(path, f"a number at {path}")
    try:
        return float(value)
    except OverflowError as error:
        raise _wrong(path, f"a number at {path} that is not too large") from error
