"""Parquet files, made by pyarrow; and what is no such table."""

from __future__ import annotations

import io
import struct
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.tables import read_parquet
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.cohort.tables.records import Record
from gepnet_core.errors import CohortError


@pytest.fixture(scope="module")
def pa() -> Any:  # a package without types
    return import_module("pyarrow")


def parquet(table: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    import_module("pyarrow.parquet").write_table(table, out, **options)
    return out.getvalue()


def cells_of(pa: Any, values: list[Any], kind: Any = None, **options: Any) -> list[str]:
    """The cells that one column is read as, beside a column that keeps the rows from being empty."""
    array = pa.array(values, kind)
    table = pa.table({"x": array, "row": [str(i) for i in range(len(array))]})
    return [row.cells[0] for row in read_table(parquet(table, **options)).rows]


def test_a_table_is_as_its_csv_would_be(pa: Any) -> None:
    table = pa.table(
        {
            "patient_id": ["P1", "P2"],
            "hap_lesion_hu": [44.9, None],
            "hap_liver_hu": [50, 60],
            "pattern": pa.array(["plateau", None]).dictionary_encode(),
        }
    )
    read = read_table(parquet(table))
    assert read.headings == ("patient_id", "hap_lesion_hu", "hap_liver_hu", "pattern")
    assert read.rows == (Record(2, ("P1", "44.9", "50", "plateau")), Record(3, ("P2", "", "60", "")))
    assert read.notes == ()


@pytest.mark.parametrize(
    ("kind", "values", "cells"),
    [
        # The fewest digits that give a float64 back: 0.1 + 0.2 is not 0.3.
        (
            "float64",
            [44.9, 50.0, 0.1 + 0.2, 1e-7, 1e16, -0.5, None],
            ["44.9", "50", "0.30000000000000004", "0.0000001", "1" + "0" * 16, "-0.5", ""],
        ),
        # 44.9 as float32 is 44.90000152587890625; the fewest digits are those that were typed.
        ("float32", [44.9, 16777216.0, 1e-9], ["44.9", "16777216", "0.000000001"]),
        ("float64", [float("nan"), float("inf")], ["nan", "inf"]),
        ("int8", [-5, None], ["-5", ""]),
        ("uint64", [2**64 - 1], ["18446744073709551615"]),
        ("bool_", [True, False, None], ["TRUE", "FALSE", ""]),
        ("string", ["Ä", " x ", "", None], ["Ä", " x ", "", ""]),
        ("large_string", ["a"], ["a"]),
        ("string_view", ["a", "b"], ["a", "b"]),
        ("date32", [date(2026, 2, 1)], ["2026-02-01"]),
        ("null", [None, None], ["", ""]),
    ],
)
def test_cells_by_kind(pa: Any, kind: str, values: list[Any], cells: list[str]) -> None:
    assert cells_of(pa, values, getattr(pa, kind)()) == cells


def test_decimals_dates_and_times(pa: Any) -> None:
    moment = datetime(2026, 2, 1, 3, 4, 5, tzinfo=UTC)
    assert cells_of(pa, [Decimal("44.90"), None], pa.decimal128(5, 2)) == ["44.90", ""]
    assert cells_of(pa, [moment.replace(tzinfo=None)], pa.timestamp("ns")) == ["2026-02-01T03:04:05"]
    assert cells_of(pa, [moment], pa.timestamp("ms", "UTC")) == ["2026-02-01T03:04:05Z"]
    assert cells_of(pa, [time(3, 4, 5)], pa.time32("s")) == ["03:04:05"]


def test_categories_of_numbers_and_text(pa: Any) -> None:
    assert cells_of(pa, ["a", None, "b", "a"], pa.dictionary(pa.int8(), pa.string())) == ["a", "", "b", "a"]
    assert cells_of(pa, [1.0, None, 2.5], pa.dictionary(pa.int32(), pa.float64())) == ["1", "", "2.5"]


def test_many_batches_and_row_groups_keep_their_order(pa: Any) -> None:
    numbers = list(range(70_000))
    table = pa.table({"patient_id": [f"P{i}" for i in numbers], "lesion_count": numbers})
    rows = read_table(parquet(table, row_group_size=30_000)).rows
    assert [row.line for row in rows] == [i + 2 for i in numbers]
    assert [row.cells for row in rows] == [(f"P{i}", str(i)) for i in numbers]


def test_a_row_of_nulls_is_noted(pa: Any) -> None:
    table = read_table(parquet(pa.table({"pattern": ["plateau", None, "washout"]})))
    assert [row.line for row in table.rows] == [2, 4]
    assert table.notes == ("Lines without content were passed over: 3.",)


def test_the_names_are_the_headings_whatever_a_row_holds(pa: Any) -> None:
    table = read_table(parquet(pa.table({"a": ["pattern"], "": ["hap_ratio"], "c": ["site"]})))
    assert table.headings == ("a", "", "c")
    assert table.rows == (Record(2, ("pattern", "hap_ratio", "site")),)


def test_two_columns_of_one_name_are_both_read(pa: Any) -> None:
    table = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"])
    assert read_table(parquet(table)).rows == (Record(2, ("x", "y")),)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([{"Smith": 1}], "struct in column 2"),
        ([[1, 2]], "list in column 2"),
        ([b"x"], "binary in column 2"),
        ([timedelta(1)], "duration in column 2"),
        ([np.float16(1.5)], "halffloat in column 2"),
    ],
)
def test_other_kinds_are_refused_by_name(pa: Any, values: list[Any], kind: str) -> None:
    with pytest.raises(CohortError, match=rf"kind that is not read; got {kind};") as refused:
        read_table(parquet(pa.table({"a": ["x"], "b": values})))
    assert refused.value.remedy
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"a": []}, "headings but no rows"),
        ({"": ["x"], " ": ["y"]}, "have no names"),
        ({"a": ["x\0y"]}, "got control characters"),
        ({"a\x07": ["x"]}, "got control characters"),
        ({"a": ["x" * 131_073]}, "more than 131072 characters"),
        ({f"c{i}": ["x"] for i in range(16_385)}, "too many columns; got 16385"),
    ],
)
def test_what_is_no_table_of_cells_is_refused(pa: Any, columns: dict[str, list[str]], what: str) -> None:
    with pytest.raises(CohortError, match=what) as refused:
        read_table(parquet(pa.table(columns)))
    assert refused.value.remedy


def test_a_cell_of_the_longest_length_is_read(pa: Any) -> None:
    assert cells_of(pa, ["x" * 131_072]) == ["x" * 131_072]


def test_rows_are_limited(pa: Any) -> None:
    content = parquet(pa.table({"a": ["x"] * 4}))
    assert len(read_table(content, most_rows=4).rows) == 4
    with pytest.raises(CohortError, match="too many rows; got more than 3"):
        read_table(content, most_rows=3)


def test_endless_nulls_are_counted_before_they_are_read(pa: Any) -> None:
    content = parquet(pa.table({"a": pa.nulls(50_000_000, pa.int8())}))
    assert len(content) < 100_000
    with pytest.raises(CohortError, match="too many rows; got more than 100000"):
        read_table(content)


def test_a_file_that_claims_to_unpack_to_too_much_is_refused(pa: Any) -> None:
    table = pa.table({"a": ["x" * 1000 + str(i) for i in range(2000)]})
    content = parquet(table, compression="zstd", use_dictionary=False)
    assert len(content) < 100_000
    with pytest.raises(CohortError, match="unpacks to too much; got 2 MB; allowed: at most 1 MB"):
        read_table(content, most_bytes=199_999)
    assert len(read_table(content, most_bytes=250_000).rows) == 2000


def test_a_long_text_in_every_row_is_unpacked_once(pa: Any) -> None:
    # 100,000 times 100,000 characters are 10 GB; the file holds the text once.
    long = "x" * 100_000
    array = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array([long]))
    for column in (array.dictionary, array):
        content = parquet(pa.table({"a": column}))
        cells = [row.cells[0] for row in read_table(content).rows]
        assert set(cells) == {long}
    assert len({id(cell) for cell in cells}) <= 2  # one for each batch of rows


def test_a_cut_file_is_refused(pa: Any) -> None:
    content = parquet(pa.table({"a": ["x", "y"], "b": [1.5, 2.5]}))
    for end in (4, 12, len(content) // 2, len(content) - 1):
        with pytest.raises(CohortError, match="the Parquet file is damaged") as refused:
            read_table(content[:end])
        assert refused.value.remedy


def test_a_file_that_has_not_the_rows_that_it_says_is_refused(pa: Any) -> None:
    content = parquet(pa.table({"a": ["x", "y", "z"]}))
    footer = struct.unpack("<I", content[-8:-4])[0]
    outcomes = []
    for place in range(len(content) - 8 - footer, len(content) - 8):
        if content[place] != 6:  # how Thrift writes 3
            continue
        try:
            read = read_table(content[:place] + b"\x08" + content[place + 1 :])
        except CohortError as refused:
            outcomes.append(str(refused.got))
        else:
            outcomes.append(str(len(read.rows)))
    assert "a part that cannot be read (EOFError)" in outcomes
    assert {outcome for outcome in outcomes if outcome.isdecimal()} == {"3"}


def test_text_that_is_no_utf_8_is_refused(pa: Any) -> None:
    content = parquet(
        pa.table({"a": ["QQQQ"]}), compression="none", use_dictionary=False, write_statistics=False
    )
    assert content.count(b"QQQQ") == 1
    with pytest.raises(CohortError, match="damaged"):
        read_table(content.replace(b"QQQQ", b"Q\xff\xfeQ"))


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    arrow = import_module("pyarrow")
    content = bytearray(parquet(arrow.table({"a": ["x", None], "b": [1.5, 2.5], "c": [1, 2]})))
    # The footer, where the kinds, sizes and places stand.
    footer = struct.unpack("<I", content[-8:-4])[0] + 8
    for _ in range(data.draw(st.integers(1, 4))):
        content[-data.draw(st.integers(1, footer))] = data.draw(st.integers(0, 255))
    try:
        table = read_table(bytes(content))
    except CohortError as refused:
        assert refused.remedy
    else:
        assert table.rows


def test_without_the_package_the_remedy_is_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CohortError, match="Save the table as CSV UTF-8, or install pyarrow"):
        read_table(b"PAR1" + bytes(100))


def test_a_small_file_in_endless_parts_is_refused(pa: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_parquet, "_FREE_PARTS", 12)
    wide = pa.table({f"c{k}": ["a", "b", "c"] for k in range(5)})
    assert len(read_table(parquet(wide, row_group_size=2)).rows) == 3  # 10 parts
    with pytest.raises(CohortError, match="too many parts; got 5 columns in 3 row groups"):
        read_table(parquet(wide, row_group_size=1))
    long = pa.table({f"c{k}": ["a"] * 30 for k in range(2)})
    assert len(read_table(parquet(long, row_group_size=2)).rows) == 30  # 30 parts, as many as rows
