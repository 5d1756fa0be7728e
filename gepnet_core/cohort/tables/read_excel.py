"""An Excel file to records: first visible sheet, numbers as Excel holds them, formulas by their result."""

from __future__ import annotations

import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from itertools import islice
from typing import Any, Protocol

from gepnet_core.cohort.tables.records import Record, most_unpacked_bytes
from gepnet_core.errors import CohortError

# What openpyxl, the zip reader and the XML parser raise at damaged parts; their ParseError is a SyntaxError.
# RuntimeError is a part that needs a password or, as NotImplementedError, is packed in an unknown way.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    SyntaxError,
)


_FREE_CELLS = 10_000_000
"""From so many cells on, there may be no more than bytes in the unpacked file: a cell takes some ten bytes,
and only the empty ones before it in its row are for nothing."""

_Row = tuple[Any, ...]


class _Sheet(Protocol):
    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[_Row]: ...


def excel_records(content: bytes, most_rows: int, most_bytes: int) -> tuple[Iterator[Record], list[str]]:
    """Read the first visible sheet of an .xlsx file.

    Parameters
    ----------
    content : bytes
    most_rows : int
        A few rows more are read, so that the caller sees that there are too many.
    most_bytes : int
        The largest file; from it follows how much may be unpacked.

    Returns
    -------
    records : iterator of Record
        Cells as text: a number with the 15 significant digits that Excel keeps and without exponent. A
        formula whose result is not stored stands as its own text, which no column of numbers accepts.
    notes : list of str

    Raises
    ------
    CohortError
        If the file is no Excel file, damaged, protected by a password, or unpacks to too much; or if the
        package openpyxl is absent. Of a damaged sheet, as its records are taken.
    """
    try:
        # Imported by name, since it is needed for Excel files alone and carries no types.
        openpyxl = import_module("openpyxl")
    except ModuleNotFoundError as error:
        raise CohortError(
            "Excel files cannot be read here",
            got="an Excel file, and no package openpyxl",
            allowed="CSV",
            remedy="Save the table as CSV UTF-8, or install openpyxl.",
        ) from error
    # openpyxl's warnings may quote cells. Never taken back: that would not be safe beside other threads.
    warnings.filterwarnings("ignore", module="openpyxl")
    unpacked = _unpacked_size(content, most_unpacked_bytes(most_bytes))
    with _damage_told():
        results = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        visible = [i for i, sheet in enumerate(results.worksheets) if sheet.sheet_state == "visible"]
        if not visible:
            raise CohortError("the Excel file has no visible sheet", remedy="Save the table as CSV UTF-8.")
        first = results.worksheets[visible[0]], formulas.worksheets[visible[0]]
    notes = []
    if len(visible) > 1:
        notes.append(f"The first of {len(visible)} sheets was read.")
    if len(visible) < len(results.worksheets):
        notes.append("Hidden sheets were not read.")
    return _records(*first, most_rows + 100, max(unpacked, _FREE_CELLS)), notes


@contextmanager
def _damage_told() -> Iterator[None]:
    # Of a formula that is shared with a cell where it would point out of the sheet.
    from openpyxl.formula.translate import TranslatorError

    try:
        yield
    except CohortError:
        raise
    except (*_DAMAGE, TranslatorError) as error:
        raise CohortError(
            "the Excel file is damaged",
            got=f"a part that cannot be read ({type(error).__name__})",
            allowed="an Excel file (.xlsx) as Excel or LibreOffice saves it",
            remedy="Open it there and save it again, or save it as CSV UTF-8.",
        ) from error


def _unpacked_size(content: bytes, most: int) -> int:
    """Bytes that the parts of the file say they unpack to."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise CohortError(
            "the Excel file is damaged",
            got="a file that cannot be unpacked",
            remedy="Save it again, or save it as CSV UTF-8.",
        ) from error
    if not any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise CohortError(
            "this is no table",
            got="a zip file",
            allowed="CSV, Excel (.xlsx) or Parquet",
            remedy="Unpack it and choose the table.",
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most:
        raise CohortError(
            "the Excel file unpacks to too much",
            got=f"{unpacked / 1e6:.0f} MB",
            allowed=f"at most {most // 1_000_000} MB",
            remedy="Save the needed columns as CSV UTF-8.",
        )
    return unpacked


def _records(results: _Sheet, formulas: _Sheet, most: int, most_cells: int) -> Iterator[Record]:
    rows = _pairs_of_rows(results, formulas, most)
    line = n_cells = 0
    while True:
        # Only the taking of a row is guarded: what the caller does with it is not the file's damage.
        with _damage_told():
            pair = next(rows, None)
            if pair is None:
                return
            n_cells += len(pair[0])
            if n_cells > most_cells:
                raise CohortError(
                    "the Excel file has too many cells for its size",
                    got=f"more than {most_cells} up to line {line + 1}, nearly all of them empty",
                    allowed="a table whose columns stand side by side",
                    remedy="Delete what stands far to the right, or save the table as CSV UTF-8.",
                )
            cells = tuple(_text(value, source) for value, source in zip(*pair, strict=True))
        line += 1
        yield Record(line, cells)


def _pairs_of_rows(results: _Sheet, formulas: _Sheet, most: int) -> Iterator[tuple[_Row, _Row]]:
    # Written sizes of sheets may be wrong; without them the rows themselves decide.
    for sheet in (results, formulas):
        sheet.reset_dimensions()
    yield from zip(
        islice(results.iter_rows(values_only=True), most),
        islice(formulas.iter_rows(values_only=True), most),
        strict=True,
    )


def _text(value: object, source: object) -> str:
    """One cell as text; a formula without stored result as the formula."""
    if value is None:
        return "" if source is None else str(source)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
