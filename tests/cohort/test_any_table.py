"""Columns of any table: what is a number, what is missing, and errors that show no cell."""

from __future__ import annotations

import io
import math
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.tables.any_table import parse_float, read_any_table
from gepnet_core.errors import CohortError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-0.898", -0.898),
        ("+1", 1.0),
        ("0,898", 0.898),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        (" 7 ", 7.0),
        ("\N{MINUS SIGN}3", -3.0),
        ("1e3", 1000.0),
        ("1,5E-2", 0.015),
        ("1e-400", 0.0),
        ("9" * 40, 1e40),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_float(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "nan", "NaN", "inf", "-inf", "Infinity", "1e999", "-1e999", "1_0", "1__0", "1,000.5",
        "1.000,5", "1 000", "1.2.3", "--1", "+-1", "- 1", "1-", "0x10", "1e", "e5", "1e1.5", "1e1000", ".",
        ",", "-", "5 HU", "5%", "<5", "5*", "1\n2", "\N{ARABIC-INDIC DIGIT FIVE}", "\N{SUPERSCRIPT TWO}",
        "\N{FULLWIDTH DIGIT ONE}", "9" * 41, "True",
    ],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert parse_float(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back(number: float) -> None:
    assert parse_float(repr(number)) == number


@given(st.text(max_size=50))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    value = parse_float(text)
    assert value is None or math.isfinite(value)


def test_columns_by_heading_with_missing_cells() -> None:
    table = read_any_table(b"group, marker \nAC,1\n net ,\n?,2.5\nN/A,-\n")
    assert table.n_rows == 4
    assert table.texts("group") == ("AC", "net", None, None)
    assert table.texts(" group ") == ("AC", "net", None, None)
    assert table.numbers("marker") == (1.0, None, 2.5, None)


def test_a_decimal_comma_beside_semicolons() -> None:
    table = read_any_table("y;m\n1;0,898\n0;1,2\n".encode("utf-8-sig"))
    assert table.numbers("m") == (0.898, 1.2)
    assert table.numbers("y") == (1.0, 0.0)


def test_a_spreadsheet() -> None:
    openpyxl: Any = import_module("openpyxl")  # a package without types
    book = openpyxl.Workbook()
    for row in (("y", "m"), ("AC", 0.898), ("net", None), (None, 2)):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    table = read_any_table(file.getvalue())
    assert table.texts("y") == ("AC", "net", None)
    assert table.numbers("m") == (0.898, None, 2.0)


@pytest.mark.parametrize("cell", ["Smith", "nan_Smith", "inf", "1_0", "1e999", "5 Smith", "1;2"])
def test_a_cell_that_is_no_number_is_told_by_its_line_and_not_shown(cell: str) -> None:
    table = read_any_table(f"y,m\nAC,1\nnet,{cell}\n".encode())
    with pytest.raises(CohortError, match="a cell is no number; got other characters in line 3") as caught:
        table.numbers("m")
    assert caught.value.field == "m"
    assert cell not in str(caught.value)


@pytest.mark.parametrize("heading", ["M", "", "x", "m,y", "Smith"])
def test_a_heading_must_be_there_in_the_same_letters(heading: str) -> None:
    table = read_any_table(b"y,m\nSmith,1\nnet,2\n")
    with pytest.raises(CohortError, match="no such column; got 0 of it") as caught:
        table.texts(heading)
    assert "net" not in str(caught.value)


def test_a_heading_that_stands_twice_is_refused_and_the_others_are_read() -> None:
    table = read_any_table(b"m,y,m\n1,1,1\n2,2,2\n")
    with pytest.raises(CohortError, match="stands more than once; got 2 of it"):
        table.texts("m")
    assert table.numbers("y") == (1.0, 2.0)


def test_a_row_that_ends_too_early_is_refused_where_its_cell_is_asked_for() -> None:
    table = read_any_table(b"y,m\nAC,1\nSmith\n")
    assert table.texts("y") == ("AC", "Smith")
    with pytest.raises(CohortError, match="a row ends before this column; got line 3 with 1 cells") as caught:
        table.numbers("m")
    assert "Smith" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"y,m\n", b"\x00\xff\x01" * 9, b"PAR1", b"PK\x03\x04"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(CohortError):
        read_any_table(content)


def test_lines_are_those_of_the_file() -> None:
    table = read_any_table(b"\ny,m\n\nAC,1\n\nnet,x9\n")
    with pytest.raises(CohortError, match="line 6"):
        table.numbers("m")


@pytest.mark.parametrize(
    "text",
    [
        '"","y","m"\n"1",1,0.5\n"2",0,0.25\n',  # R's write.csv: the row names have no heading
        ",y,m\n0,1,0.5\n1,0,0.25\n",  # pandas: the index has none
        "y,m,m\n1,0.5,a\n0,0.25,b\n",  # a heading twice: two different texts, and three below it
    ],
)
def test_the_first_line_is_the_headings_whatever_stands_below(text: str) -> None:
    table = read_any_table(text.encode())
    assert table.n_rows == 2
    assert table.numbers("y") == (1.0, 0.0)
