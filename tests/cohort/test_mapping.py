"""Mapping files: their form, and what they may name."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.dictionary import schema
from gepnet_core.cohort.dictionary.columns import match_columns
from gepnet_core.cohort.dictionary.mapping import (
    ColumnMapping,
    DecimalMark,
    RatioOrientation,
    RowUnit,
    mapping_text,
    parse_mapping,
)
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.errors import CohortError, StudyError
from gepnet_core.study.facts import DATA_DIRECTORY

WHOLE: dict[str, Any] = {
    "format": "gepnet-table-mapping",
    "version": 1,
    "columns": {"Arterial": "hap_lesion_hu", "Comment": None},
    "values": {"pattern": {"WO": "washout", " Type I ": "plateau"}},
    "decimal": "comma",
    "row": "lesion",
    "ratio": "liver_over_lesion",
    "units": {"size_mm": "cm", "reader2_size_mm": "cm"},
}
FORMER = {key: WHOLE[key] for key in ("format", "version", "columns", "values", "decimal")}


def test_a_mapping_survives_its_file() -> None:
    mapping = parse_mapping(json.dumps(WHOLE))
    assert mapping.columns == WHOLE["columns"]
    assert mapping.values == {"pattern": {"wo": "washout", "type i": "plateau"}}
    assert mapping.decimal is DecimalMark.COMMA
    assert mapping.row is RowUnit.LESION
    assert mapping.ratio is RatioOrientation.LIVER_OVER_LESION
    assert mapping.units == {"size_mm": "cm", "reader2_size_mm": "cm"}
    assert parse_mapping(mapping_text(mapping)) == mapping


def test_a_file_without_rows_ratios_and_units_reads_as_before() -> None:
    mapping = parse_mapping(json.dumps(FORMER))
    assert mapping == ColumnMapping(
        WHOLE["columns"], {"pattern": {"wo": "washout", "type i": "plateau"}}, DecimalMark.COMMA
    )
    assert (mapping.row, mapping.ratio) == (RowUnit.PATIENT, RatioOrientation.LESION_OVER_LIVER)
    assert mapping.units == {}


def test_numbers_are_brought_to_the_dictionarys_unit() -> None:
    mapping = parse_mapping(json.dumps(WHOLE))
    assert mapping.factor("size_mm") == mapping.factor("reader2_size_mm") == Decimal(10)  # mm in a cm
    assert mapping.factor("age_years") == ColumnMapping().factor("size_mm") == Decimal(1)


def test_units_of_a_mapping_cannot_be_changed() -> None:
    units = {"size_mm": "cm"}
    mapping = ColumnMapping(units=units)
    units["size_mm"] = "km"
    assert mapping.factor("size_mm") == 10
    with pytest.raises(TypeError):
        mapping.units["size_mm"] = "km"  # type: ignore[index]


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
        ({"row": "lesions"}, "unknown meaning of a row"),
        ({"row": None}, "unknown meaning of a row"),
        ({"row": ["patient"]}, "unknown meaning of a row"),
        ({"ratio": "lesion/liver"}, "unknown orientation of ratios"),
        ({"ratio": True}, "unknown orientation of ratios"),
        ({"units": []}, "units of the mapping file has the wrong form"),
        ({"units": {"size_mm": None}}, "units of the mapping file has the wrong form"),
        ({"units": {"size_mm": 10}}, "units of the mapping file has the wrong form"),
        ({"units": {"size_mm": "inch"}}, "gives size_mm a unit that it cannot have; got 'inch'; allowed: cm"),
        ({"units": {"size_mm": "mm"}}, "gives size_mm a unit that it cannot have"),
        (
            {"units": {"age_years": "months"}},
            "no other unit; got 'age_years'; allowed: size_mm, reader2_size",
        ),
        ({"units": {"pattern": "cm"}}, "no other unit"),
        ({"units": {"colour": "cm"}}, "no other unit"),
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


KEYS = ("columns", "values", "decimal", "row", "ratio", "units")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)))
def test_any_content_is_a_mapping_or_refused(content: dict[str, Any]) -> None:
    try:
        mapping = parse_mapping(json.dumps({"format": WHOLE["format"], "version": 1, **content}))
    except CohortError as refused:
        assert refused.remedy
    else:
        assert parse_mapping(mapping_text(mapping)) == mapping


CHOICES = {c.name: c.allowed for c in load_dictionary().columns.values() if c.kind is Kind.CHOICE}
UNITS = {c.name: tuple(c.other_units) for c in load_dictionary().columns.values() if c.other_units}
LABELS = st.sampled_from(list(CHOICES)).flatmap(
    lambda name: st.tuples(
        st.just(name), st.dictionaries(st.text(max_size=6), st.sampled_from(CHOICES[name]), max_size=3)
    )
)


@given(
    st.builds(
        ColumnMapping,
        st.dictionaries(st.text(max_size=8), st.none() | st.sampled_from(list(load_dictionary().columns))),
        st.lists(LABELS, max_size=3).map(dict),
        st.sampled_from(DecimalMark),
        st.sampled_from(RowUnit),
        st.sampled_from(RatioOrientation),
        st.fixed_dictionaries({}, optional={name: st.sampled_from(units) for name, units in UNITS.items()}),
    )
)
def test_every_mapping_survives_its_file(mapping: ColumnMapping) -> None:
    again = parse_mapping(mapping_text(mapping))
    assert again == mapping
    assert all(again.factor(name) == mapping.factor(name) for name in load_dictionary().columns)


def test_the_dictionary_says_which_other_units_there_are() -> None:
    others = {c.name: dict(c.other_units) for c in load_dictionary().columns.values() if c.other_units}
    assert others == {"size_mm": {"cm": Decimal(10)}, "reader2_size_mm": {"cm": Decimal(10)}}


def test_a_factor_that_is_no_number_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DATA_DIRECTORY / "dictionary.toml").read_text(encoding="utf-8")
    assert 'cm = "10"' in text
    (tmp_path / "dictionary.toml").write_text(text.replace('cm = "10"', 'cm = "1/12"'), encoding="utf-8")
    monkeypatch.setattr(schema, "DATA_DIRECTORY", tmp_path)
    with pytest.raises(StudyError, match="incomplete; got size_mm"):
        load_dictionary.__wrapped__()


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


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(CohortError, match="the mapping file is no JSON"):
        parse_mapping('{"format": "gepnet-table-mapping", "version": ' + "1" * 5_000 + "}")
