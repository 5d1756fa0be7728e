"""Mapping files: their form, and what they may name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.columns import match_columns
from gepnet_core.cohort.mapping import ColumnMapping, DecimalMark, mapping_text, parse_mapping
from gepnet_core.errors import CohortError

WHOLE: dict[str, Any] = {
    "format": "gepnet-table-mapping",
    "version": 1,
    "columns": {"Arterial": "hap_lesion_hu", "Comment": None},
    "values": {"pattern": {"WO": "washout", " Type I ": "plateau"}},
    "decimal": "comma",
}


def test_a_mapping_survives_its_file() -> None:
    mapping = parse_mapping(json.dumps(WHOLE))
    assert mapping.columns == WHOLE["columns"]
    assert mapping.values == {"pattern": {"wo": "washout", "type i": "plateau"}}
    assert mapping.decimal is DecimalMark.COMMA
    assert parse_mapping(mapping_text(mapping)) == mapping


def test_only_format_and_version_are_needed() -> None:
    assert parse_mapping('{"format": "gepnet-table-mapping", "version": 1}') == ColumnMapping()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"format": "x"}, "no mapping file"),
        ({"version": 2}, "unknown version"),
        ({"version": True}, "unknown version"),
        ({"version": "1"}, "unknown version"),
        ({"more": 1}, "unknown entry"),
        ({"columns": []}, "wrong form"),
        ({"columns": {"a": 1}}, "wrong form"),
        ({"columns": {"a": "lesion"}}, "the dictionary lacks"),
        ({"values": []}, "must be an object"),
        ({"values": {"pattern": {"a": None}}}, "wrong form"),
        ({"values": {"pattern": {"a": "plateaux"}}}, "a value that it cannot have"),
        ({"values": {"hap_lesion_hu": {"a": "1"}}}, "no fixed values"),
        ({"values": {"colour": {"a": "1"}}}, "no fixed values"),
        ({"decimal": "dot"}, "unknown decimal mark"),
        ({"decimal": ["comma"]}, "unknown decimal mark"),
    ],
)
def test_what_is_refused(change: dict[str, Any], what: str) -> None:
    with pytest.raises(CohortError, match=what) as refused:
        parse_mapping(json.dumps({**WHOLE, **change}))
    assert refused.value.allowed
    assert refused.value.remedy


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"', "NaN", "[" * 100_000])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(CohortError, match="mapping"):
        parse_mapping(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional={"columns": JSON, "values": JSON, "decimal": JSON}))
def test_any_content_is_a_mapping_or_refused(content: dict[str, Any]) -> None:
    try:
        mapping = parse_mapping(json.dumps({"format": WHOLE["format"], "version": 1, **content}))
    except CohortError as refused:
        assert refused.remedy
    else:
        assert parse_mapping(mapping_text(mapping)) == mapping


def test_headings_are_matched_as_in_the_dictionary() -> None:
    mapping = ColumnMapping({"Lesion (art.)": "hap_lesion_hu", "hap_liver_hu": None})
    match = match_columns(["hap_liver_hu", "lesion art", "PVP liver", "x"], mapping)
    assert match.positions == {"hap_lesion_hu": 1, "pvp_liver_hu": 2}
    assert match.unused == (0, 3)


def test_a_mapped_heading_goes_before_one_of_that_name() -> None:
    match = match_columns(["hap_lesion_hu", "mean"], ColumnMapping({"mean": "hap_lesion_hu"}))
    assert match.positions == {"hap_lesion_hu": 1}
    assert match.unused == (0,)


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["hap_lesion_hu", "HAP lesion"], {}),
        (["a", "b"], {"a": "pattern", "b": "pattern"}),
        (["a", "A"], {"a": "pattern"}),
    ],
)
def test_two_columns_of_one_meaning_are_refused(headings: list[str], columns: dict[str, str | None]) -> None:
    with pytest.raises(CohortError, match=r"two columns mean .*; got columns 1 and 2"):
        match_columns(headings, ColumnMapping(columns))


def test_a_heading_that_is_not_there_is_refused() -> None:
    with pytest.raises(CohortError, match="headings that the table lacks; got 'b'"):
        match_columns(["a"], ColumnMapping({"b": "pattern"}))
