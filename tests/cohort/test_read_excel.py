"""Excel files, made by openpyxl; and what is no Excel file."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

from gepnet_core.cohort.tables import read, read_excel
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError

HEADINGS = ["patient_id", "hap_lesion_hu", "hap_liver_hu", "pattern"]


@pytest.fixture(scope="module")
def openpyxl() -> Any:  # a package without types
    return import_module("openpyxl")


def excel(openpyxl: Any, *rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_are_as_excel_shows_them(openpyxl: Any) -> None:
    # 0.1 + 0.2 is 0.30000000000000004 in float64; Excel keeps 15 digits and shows 0.3.
    table = read_table(excel(openpyxl, HEADINGS, ["P1", 44.9, 50, "plateau"], ["P2", 0.1 + 0.2, 1e-7, None]))
    assert [row.cells for row in table.rows] == [
        ("P1", "44.9", "50", "plateau"),
        ("P2", "0.3", "0.0000001", ""),
    ]
    assert Decimal(table.rows[0].cells[1]) == Decimal("44.9")


def test_other_cells_become_text(openpyxl: Any) -> None:
    day = datetime(2026, 2, 1, tzinfo=UTC).replace(tzinfo=None)
    table = read_table(excel(openpyxl, HEADINGS, [True, day, "#DIV/0!", " x "]))
    assert table.rows[0].cells == ("TRUE", "2026-02-01T00:00:00", "#DIV/0!", " x ")


def test_a_formula_without_result_is_not_taken_as_missing(openpyxl: Any) -> None:
    table = read_table(excel(openpyxl, HEADINGS, ["P1", "=40+4.9", 50, "plateau"]))
    assert table.rows[0].cells[1] == "=40+4.9"


def test_headings_in_a_later_line_and_empty_lines(openpyxl: Any) -> None:
    table = read_table(excel(openpyxl, ["Radiology"], [], HEADINGS, ["P1", 1, 2], [None], ["P2", 3, 4]))
    assert [(row.line, row.cells) for row in table.rows] == [
        (4, ("P1", "1", "2", "")),
        (6, ("P2", "3", "4", "")),
    ]
    assert len(table.notes) == 2


def test_first_visible_sheet(openpyxl: Any) -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    for name, value in (("a", 1), ("b", 2)):
        sheet = book.create_sheet(name)
        sheet.append(HEADINGS)
        sheet.append(["P", value, 50, "plateau"])
    out = io.BytesIO()
    book.save(out)
    table = read_table(out.getvalue())
    assert table.rows[0].cells[1] == "1"
    assert table.notes == ("The first of 2 sheets was read.", "Hidden sheets were not read.")


def test_a_cut_file_is_refused(openpyxl: Any) -> None:
    content = excel(openpyxl, HEADINGS, ["P1", 44.9, 50, "plateau"])
    for end in (10, len(content) // 2, len(content) - 5):
        with pytest.raises(CohortError, match="damaged"):
            read_table(content[:end])


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("replaced", [b"", b"<", b"<a/>", b"\0\1\2"])
def test_damaged_parts_are_refused(openpyxl: Any, part: str, replaced: bytes) -> None:
    source = zipfile.ZipFile(io.BytesIO(excel(openpyxl, HEADINGS, ["P1", 44.9, 50, "plateau"])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, replaced if name == part else source.read(name))
    with pytest.raises(CohortError) as refused:
        read_table(out.getvalue())
    assert refused.value.remedy


def test_a_shared_formula_that_points_out_of_the_sheet_is_damage(openpyxl: Any) -> None:
    """Found by the fuzzer: seed 2, numbers 21604 and 40143."""
    shared = (
        b'<row r="1"><c r="B1"><f t="shared" ref="A1:B2" si="0">A1</f></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
    )
    source = zipfile.ZipFile(io.BytesIO(excel(openpyxl, ["a"], [1])))
    sheet = source.read("xl/worksheets/sheet1.xml")
    start, end = sheet.index(b"<sheetData>") + len(b"<sheetData>"), sheet.index(b"</sheetData>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            bent = sheet[:start] + shared + sheet[end:]
            target.writestr(name, bent if name == "xl/worksheets/sheet1.xml" else source.read(name))
    with pytest.raises(CohortError, match=r"a part that cannot be read \(TranslatorError\)"):
        read_table(out.getvalue())


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_another_zip_file_is_refused(openpyxl: Any) -> None:
    with pytest.raises(CohortError, match="got a zip file"):
        read_table(zipped(a=b"b"))


def test_a_file_that_unpacks_to_too_much_is_refused(openpyxl: Any) -> None:
    bomb = zipped(**{"[Content_Types].xml": bytes(2_000_000)})
    with pytest.raises(CohortError, match="unpacks to too much; got 2 MB; allowed: at most 1 MB"):
        read_table(bomb, most_bytes=199_999)
    with pytest.raises(CohortError, match="damaged"):  # not for its size
        read_table(bomb, most_bytes=200_000)


def test_the_caller_says_how_many_rows(openpyxl: Any) -> None:
    content = excel(openpyxl, HEADINGS, *[[f"P{i}", 44.9, 50, "plateau"] for i in range(4)])
    assert len(read_table(content, most_rows=4).rows) == 4
    with pytest.raises(CohortError, match="too many rows; got more than 3"):
        read_table(content, most_rows=3)


def far_cells(openpyxl: Any) -> bytes:
    """Ten rows of one cell in the last column of a sheet, each of which stands for 16,384 cells."""
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    for row in range(2, 12):
        book.active.cell(row, 16_384, 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_far_cell_in_each_row_is_not_unfolded_without_end(
    openpyxl: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MOST_CELLS", 100_000)
    with pytest.raises(CohortError, match="too many cells; got more than 100000 up to line 8"):
        read_table(far_cells(openpyxl))


@pytest.mark.parametrize(
    ("offset", "value"), [(8, 0x01), (8, 0x20), (10, 9)], ids=["password", "patched", "method"]
)
def test_a_part_that_cannot_be_unpacked_is_damage(openpyxl: Any, offset: int, value: int) -> None:
    """General purpose bits 0 and 5, and the method Deflate64 (APPNOTE 4.4.4, 4.4.5)."""
    content = bytearray(excel(openpyxl, HEADINGS, ["P1", 44.9, 50, "plateau"]))
    # Every part, for which of them is opened first is openpyxl's matter.
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + offset] = value
        at = content.find(b"PK\x01\x02", at + 4)
    with pytest.raises(CohortError, match="the Excel file is damaged"):
        read_table(bytes(content))


def test_a_zip_of_an_unknown_version_is_damage(openpyxl: Any) -> None:
    content = bytearray(excel(openpyxl, HEADINGS, ["P1", 44.9, 50, "plateau"]))
    content[content.find(b"PK\x01\x02") + 6] = 254  # version needed to extract (APPNOTE 4.4.3)
    with pytest.raises(CohortError, match="the Excel file is damaged; got a file that cannot be unpacked"):
        read_table(bytes(content))


def test_what_openpyxl_warns_of_reaches_nobody(openpyxl: Any) -> None:
    """Here a relation without target, of which the sheet cannot be found; a warning would fail the test."""
    source = zipfile.ZipFile(io.BytesIO(excel(openpyxl, HEADINGS, ["P1", 44.9, 50, "plateau"])))
    parts = {name: source.read(name).replace(b"Target=", b"Missing=") for name in source.namelist()}
    with pytest.raises(CohortError) as refused:
        read_table(zipped(**parts))
    assert refused.value.remedy


def test_endless_empty_cells_of_a_small_file_are_not_unfolded(
    openpyxl: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_excel, "_FREE_CELLS", 100_000)
    with pytest.raises(CohortError, match="too many cells for its size; got more than 100000 up to line 8"):
        read_table(far_cells(openpyxl))


def test_without_the_package_the_remedy_is_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(CohortError, match="Save the table as CSV UTF-8, or install openpyxl"):
        read_table(zipped(a=b"b"))
