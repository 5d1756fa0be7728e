"""Bytes to rows: encodings, delimiters, headings, and files that are no table."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.tables import read
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.cohort.tables.records import (
    COHORT_MOST_BYTES,
    COHORT_MOST_ROWS,
    MOST_BYTES,
    MOST_ROWS,
    Record,
    most_unpacked_bytes,
)
from gepnet_core.errors import CohortError

PLAIN = "patient_id,hap_lesion_hu,hap_liver_hu\nÄ1,44.9,50\n"
ROWS = (Record(2, ("Ä1", "44.9", "50")),)


@pytest.mark.parametrize(
    ("content", "noted"),
    [
        (PLAIN.encode(), ""),
        (PLAIN.encode("utf-8-sig"), ""),
        (PLAIN.encode("utf-16"), ""),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), ""),
        (PLAIN.encode("utf-16-le"), "The text was taken as UTF-16."),
        (PLAIN.encode("utf-16-be"), "The text was taken as UTF-16."),
        (PLAIN.encode("cp1252"), "The text was taken as Windows-1252 (Latin-1)."),
        (PLAIN.replace("Ä", "\x81").encode("latin-1"), "The text was taken as Latin-1."),
    ],
)
def test_encodings(content: bytes, noted: str) -> None:
    table = read_table(content)
    assert table.headings == ("patient_id", "hap_lesion_hu", "hap_liver_hu")
    assert table.rows[0].cells[1:] == ROWS[0].cells[1:]
    assert " ".join(table.notes) == noted


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_ends_of_lines(delimiter: str, end: str) -> None:
    table = read_table(PLAIN.replace(",", delimiter).replace("\n", end).encode())
    assert table.rows == ROWS


def test_a_decimal_comma_is_no_delimiter() -> None:
    table = read_table(b"hap_lesion_hu;hap_liver_hu\n44,9;50,1\n60,2;70,0\n")
    assert [row.cells for row in table.rows] == [("44,9", "50,1"), ("60,2", "70,0")]


def test_quoted_cells_keep_delimiters_and_line_breaks() -> None:
    table = read_table(b'site,hap_lesion_hu,hap_liver_hu\n"a, b\nc", "44,9",50\nd,1,2\n')
    assert table.rows == (Record(2, ("a, b\nc", "44,9", "50")), Record(4, ("d", "1", "2")))


def test_excel_says_the_delimiter() -> None:
    assert read_table(b"sep=|\r\na,b|c\r\n1,5|2\r\n").rows == (Record(3, ("1,5", "2")),)


def test_unknown_headings_take_the_delimiter_that_splits_evenly() -> None:
    assert read_table(b"a;b;c\n1,5;2;3\n1,5;2;3\n").headings == ("a", "b", "c")


def test_headings_in_a_later_line_are_noted() -> None:
    table = read_table(b"Radiology, March\n\nnote\npattern,hap_lesion_hu,hap_liver_hu\nplateau,50,60\n")
    assert table.headings == ("pattern", "hap_lesion_hu", "hap_liver_hu")
    assert table.rows == (Record(5, ("plateau", "50", "60")),)
    assert table.notes == ("The headings stand in line 4; what is above was not read (line 1, 3).",)


def test_empty_lines_are_noted_and_empty_ends_are_not_cells() -> None:
    table = read_table(b"pattern,hap_ratio,,\nplateau,1,,\n,,,\n\nwashout,2\n,,,\n\n")
    assert table.headings == ("pattern", "hap_ratio")
    assert table.rows == (Record(2, ("plateau", "1")), Record(5, ("washout", "2")))
    assert table.notes == ("Lines without content were passed over: 3, 4.",)


def test_short_and_long_lines_stay_as_they_are() -> None:
    rows = read_table(b"pattern,hap_ratio,site\nplateau,1\nplateau,1,2,3\n").rows
    assert [len(row.cells) for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the table is empty"),
        (b"\n \n\t\n", "the table is empty"),
        (b"\xef\xbb\xbf", "the table is empty"),
        (b"pattern\n", "headings but no rows"),
        (b"pattern\n\n\n", "headings but no rows"),
        (bytes(range(256)) * 40, "this is no table"),
        (b"pattern\nplat\0eau\n", "this is no table"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "cannot be decoded"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "this is no table"),
        (b"%PDF-1.7\n%\xe2\xe3\x00\x01", "this is no table"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "an old Excel file"),
        (b"PAR1" + bytes(100), "the Parquet file is damaged"),
        (b"PK\x03\x04" + bytes(100), ""),
        (b'pattern,site\nplateau,"x\nwashout,y\n', "opened in line 2 and never closed"),
        (b'pattern,site\nplateau,"x"y\n', "a quotation mark inside a cell in line 2"),
        (b"x" * 10_000_000, "longer than 131072 characters"),
        (b"pattern," * 100_000 + b"\nplateau\n", "got 100001 in line 1"),
        (b"," * 10_000_000, "too many columns"),
        (b"\n" * 1_000_000, "the table is empty"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, what: str) -> None:
    with pytest.raises(CohortError) as refused:
        read_table(content)
    assert what in str(refused.value)
    assert refused.value.remedy


def test_the_caller_says_how_large_a_table_may_be() -> None:
    assert (MOST_ROWS, COHORT_MOST_ROWS) == (100_000, 1_000_000)
    assert (MOST_BYTES, COHORT_MOST_BYTES) == (50_000_000, 400_000_000)
    assert len(read_table(b"pattern\n" + b"plateau\n" * 3, most_rows=3).rows) == 3
    with pytest.raises(CohortError, match="too many rows; got more than 3; allowed: at most 3"):
        read_table(b"pattern\n" + b"plateau\n" * 4, most_rows=3)
    assert read_table(b"pattern\n" + b"x" * 12, most_bytes=20).rows == (Record(2, ("x" * 12,)),)
    with pytest.raises(CohortError, match="too large; got 0 MB"):
        read_table(b"pattern\n" + b"x" * 13, most_bytes=20)


def test_rows_of_an_upload_are_limited_where_nothing_is_said() -> None:
    assert len(read_table(b"pattern\n" + b"x\n" * MOST_ROWS).rows) == MOST_ROWS
    with pytest.raises(CohortError, match="too many rows; got more than 100000"):
        read_table(b"pattern\n" + b"x\n" * (MOST_ROWS + 1))


def test_a_compressed_file_may_unpack_to_ten_times_its_limit_and_never_to_more_than_2_gb() -> None:
    assert most_unpacked_bytes(MOST_BYTES) == 500_000_000
    assert most_unpacked_bytes(COHORT_MOST_BYTES) == 2_000_000_000


def test_empty_cells_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_CELLS", 6)
    assert len(read_table(b"pattern,site\nplateau,\n,\n").rows) == 1
    with pytest.raises(CohortError, match="too many cells; got more than 6 up to line 4"):
        read_table(b"pattern,site\nplateau,\n,\n,\n")


def test_lines_end_as_in_the_file_and_nowhere_else() -> None:
    # str.splitlines would also end a line at a form feed, a next line or a line separator.
    text = 'site,pattern\r\na\x0cb\x85c\u2028d,plateau\r"e\r\nf",washout\n'
    assert read_table(text.encode()).rows == (
        Record(2, ("a\x0cb\x85c\u2028d", "plateau")),
        Record(3, ("e\r\nf", "washout")),
    )


def test_a_record_says_whether_it_is_empty() -> None:
    blank = " \t\n\x0b\x0c\r\x1c\x85\N{NO-BREAK SPACE}\u2028"
    assert [Record(1, cells).is_empty for cells in ((), ("",), ("", blank), ("", blank, "0"))] == [
        True,
        True,
        True,
        False,
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    try:
        table = read_table(content)
    except CohortError as refused:
        assert refused.remedy
    else:
        assert table.rows


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["44.9", "44,9"])), min_size=1, max_size=6))
def test_no_cell_is_lost(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(["patient_id", "site", "hap_ratio"])
    writer.writerows(rows)
    found = read_table(out.getvalue().encode())
    assert [row.cells for row in found.rows] == rows
