"""A saved case comes back as it was; anything else is refused, and nothing of the file is repeated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.case import ScopeState
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.errors import CaseFileError
from gepnet_core.report.case.case_file import (
    MAX_BYTES,
    Impression,
    SavedCase,
    SavedImages,
    SavedOval,
    SavedReading,
    SavedSource,
    SavedTissue,
    load_case,
    save_case,
)
from gepnet_core.study.scope import load_scope

CANARY = "Canary-Ludmilla"

FULL = SavedCase(
    source=SavedSource.IMAGES,
    readings=(
        SavedReading(Phase.HAP, SavedTissue.LESION, "44,9"),
        SavedReading(Phase.HAP, SavedTissue.LIVER, "+53.50"),
    ),
    ovals=(SavedOval("r1", SavedTissue.LESION, Phase.HAP, 12, 256.5, 240.25, 8.0, 6.5),),
    images=(SavedImages(Phase.HAP, 512, 512, 60, 0.742, 0.742, None),),
    reader_pattern=EnhancementPattern.PLATEAU,
    definition=PatternDefinition.LESION_HU,
    tolerances={PatternDefinition.LESION_HU: "12,5"},
    cutoff="0,898",
    pretest="0.05",
    reading_error_lesion_hu="6",
    reading_error_liver_hu="3",
    scope={"untreated": ScopeState.YES, "kvp_120": ScopeState.UNKNOWN},
    impression=Impression.UNDECIDED,
)

NUMBERS = st.from_regex(r"[+-]?[0-9]{1,4}([.,][0-9]{0,3})?", fullmatch=True)
PIXELS = st.floats(0.1, 4096, allow_nan=False)
OPTIONAL_NUMBERS = st.none() | NUMBERS


@st.composite
def saved_cases(draw: st.DrawFn) -> SavedCase:
    readings = draw(
        st.dictionaries(st.tuples(st.sampled_from(list(Phase)), st.sampled_from(list(SavedTissue))), NUMBERS)
    )
    ovals = draw(
        st.lists(
            st.builds(
                SavedOval,
                st.integers(0, 999).map(lambda k: f"r{k}"),
                st.sampled_from(list(SavedTissue)),
                st.sampled_from(list(Phase)),
                st.integers(0, 9999),
                PIXELS,
                PIXELS,
                PIXELS,
                PIXELS,
            ),
            max_size=6,
            unique_by=lambda oval: oval.id,
        )
    )
    images = draw(
        st.lists(
            st.builds(
                SavedImages,
                st.sampled_from(list(Phase)),
                st.integers(1, 4096),
                st.integers(1, 4096),
                st.integers(1, 999),
                st.floats(0.01, 10),
                st.floats(0.01, 10),
                st.none() | st.floats(0.01, 50),
            ),
            unique_by=lambda entry: entry.phase,
        )
    )
    return SavedCase(
        source=draw(st.sampled_from(list(SavedSource))),
        readings=tuple(SavedReading(*key, text) for key, text in readings.items()),
        ovals=tuple(ovals),
        images=tuple(images),
        reader_pattern=draw(st.none() | st.sampled_from(list(EnhancementPattern))),
        definition=draw(st.sampled_from(list(PatternDefinition))),
        tolerances=draw(st.dictionaries(st.sampled_from(list(PatternDefinition)), NUMBERS)),
        cutoff=draw(OPTIONAL_NUMBERS),
        pretest=draw(OPTIONAL_NUMBERS),
        reading_error_lesion_hu=draw(OPTIONAL_NUMBERS),
        reading_error_liver_hu=draw(OPTIONAL_NUMBERS),
        scope=draw(st.dictionaries(st.sampled_from(list(load_scope())), st.sampled_from(list(ScopeState)))),
        impression=draw(st.none() | st.sampled_from(list(Impression))),
    )


def forged(change: Callable[[dict[str, Any]], None]) -> bytes:
    """A file with a right checksum and a changed content, as a hostile author would write it."""
    document = json.loads(save_case(FULL))
    del document["sha256"]
    change(document)
    content = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps({**document, "sha256": hashlib.sha256(content).hexdigest()}).encode()


@given(saved_cases())
def test_round_trip(case: SavedCase) -> None:
    data = save_case(case)
    assert load_case(data) == case
    assert save_case(load_case(data)) == data


def test_a_forged_file_without_a_change_is_loaded() -> None:
    assert load_case(forged(lambda document: None)) == FULL


def test_the_file_names_format_version_and_checksum_and_keeps_the_comma() -> None:
    document = json.loads(save_case(FULL))
    assert set(document) == {"format", "version", "sha256", "case"}
    assert (document["format"], document["version"]) == ("gepnet-case", 1)
    assert document["case"]["readings"][0] == {"phase": "hap", "tissue": "lesion", "hu": "44,9"}
    assert FULL.hu_text(Phase.HAP, SavedTissue.LIVER) == "+53.50"
    assert FULL.hu_text(Phase.PVP, SavedTissue.LIVER) is None


@settings(max_examples=400)
@given(st.data())
def test_a_flipped_byte_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    original = save_case(FULL)
    position = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[position] ^= data.draw(st.integers(1, 255))
    try:
        loaded = load_case(bytes(flipped))
    except CaseFileError:
        return
    assert loaded == FULL


@settings(max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CaseFileError):
        load_case(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 200_000,
        b"9" * 5000,
        b'{"format":"gepnet-case","format":"gepnet-case"}',
        b'{"format":"gepnet-case","version":NaN}',
        b'{"format":"gepnet-case","version":true}',
        b'{"format":"gepnet-case","version":1,"case":{},"sha256":null}',
        b'{"format":"gepnet-case","version":1,"case":1e999,"sha256":""}',
        b" " * (MAX_BYTES + 1),
        save_case(FULL)[:-1],
        save_case(FULL) + b"x",
    ],
)
def test_what_is_no_case_file_is_refused(data: bytes) -> None:
    with pytest.raises(CaseFileError) as caught:
        load_case(data)
    assert caught.value.remedy


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(CaseFileError, match="got 2; allowed: 1"):
        load_case(forged(lambda document: document.update(version=2)))


def put(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    """A change of one place of the case."""

    def change(document: dict[str, Any]) -> None:
        place: Any = document["case"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("note", value=CANARY),
        put("source", value=CANARY),
        put("source", value=1),
        put("cutoff", value=0.898),
        put("cutoff", value=CANARY),
        put("pretest", value=""),
        put("pretest", value=" 0.05"),
        put("readings", value={}),
        put("readings", 0, "hu", value=CANARY),
        put("readings", 0, "hu", value=44.9),
        put("readings", 0, "hu", value="nan"),
        put("readings", 0, "phase", value="late"),
        put("readings", 0, "name", value=CANARY),
        put("readings", 1, "tissue", value="lesion"),
        put("ovals", 0, "id", value=CANARY),
        put("ovals", 0, "slice", value=1.5),
        put("ovals", 0, "slice", value=True),
        put("ovals", 0, "slice", value=-1),
        put("ovals", 0, "rx", value=0),
        put("ovals", 0, "cx", value=1e9),
        put("ovals", 0, "cx", value=10**400),
        put("ovals", 0, "cx", value="256"),
        put("ovals", value=[{}]),
        put("images", 0, "rows", value=0),
        put("images", 0, "row_spacing_mm", value=-0.7),
        put("images", 0, "row_spacing_mm", value=None),
        put("reader_pattern", value=CANARY),
        put("definition", value=None),
        put("tolerances", value={CANARY: "1"}),
        put("tolerances", value={"lesion_hu": CANARY}),
        put("scope", value={CANARY: "yes"}),
        put("scope", value={"untreated": CANARY}),
        put("scope", value={"untreated": None}),
        put("impression", value=CANARY),
        lambda document: document.update(case=[]),
        lambda document: document["case"].pop("cutoff"),
        lambda document: document.update(extra=CANARY),
    ],
)
def test_a_forged_content_is_refused_and_not_repeated(change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(CaseFileError) as caught:
        load_case(forged(change))
    assert CANARY not in str(caught.value)


def test_no_words_get_into_a_file() -> None:
    for text in (CANARY, "", "44.9 HU", "1e3", "1_000", "٤٤", " 44", "-", "44.9\n"):
        with pytest.raises(CaseFileError):
            SavedReading(Phase.HAP, SavedTissue.LESION, text)
        with pytest.raises(CaseFileError):
            SavedCase(cutoff=text)


def test_an_entry_stands_once() -> None:
    oval = FULL.ovals[0]
    with pytest.raises(CaseFileError, match="twice"):
        SavedCase(ovals=(oval, oval))
    with pytest.raises(CaseFileError, match="too many"):
        SavedCase(
            ovals=tuple(SavedOval(f"r{k}", SavedTissue.LIVER, Phase.PVP, 0, 1, 1, 1, 1) for k in range(61))
        )


def test_the_largest_case_is_far_below_the_limit() -> None:
    ovals = tuple(
        SavedOval(f"r{k}", SavedTissue.LESION, Phase.HAP, 9999, 1 / 3, 2 / 3, 1 / 7, 1 / 9) for k in range(60)
    )
    assert len(save_case(SavedCase(ovals=ovals))) < MAX_BYTES / 10
