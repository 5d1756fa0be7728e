"""A Parquet file to records: flat columns of numbers, text, yes or no, and dates, each cell as text."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from gepnet_core.cohort.tables.decode_text import has_control_characters
from gepnet_core.cohort.tables.records import Record, most_unpacked_bytes, too_many_rows
from gepnet_core.errors import CohortError

# pyarrow carries no types: its metadata, columns and kinds of values are known by what is asked of them.
ArrowObject = Any

_BATCH_ROWS = 65_536
_FLAT = ("boolean", "integer", "float32", "float64", "decimal", "date", "timestamp", "time", "null")
_TEXT = ("string", "large_string", "string_view")
_NO_VALUE = -1
_FREE_PARTS = 10_000
"""From so many on, a file may not have more parts (columns by row groups) than rows: each costs as much as a
thousand cells, and a small file can have a hundred thousand."""
_EMPTY_FRACTION = re.compile(r"\.0+(?!\d)")


def parquet_records(content: bytes, most_rows: int, most_bytes: int) -> Iterator[Record]:
    """Read a Parquet file; the names of its columns are the first record.

    Parameters
    ----------
    content : bytes
    most_rows : int
    most_bytes : int
        The largest file; from it follows how much may be unpacked.

    Returns
    -------
    iterator of Record
        Cells as text: a number by the fewest digits that give it back, without exponent; yes or no as TRUE
        and FALSE, as Excel writes them; no value as an empty cell. ``line`` counts as a CSV file would.

    Raises
    ------
    CohortError
        If the file is damaged, has columns of another kind or too many rows, or claims to unpack to too
        much; or if the package pyarrow is absent. Of damaged values, as the records are taken.
    """
    try:
        # Imported by name, since it is needed for Parquet files alone and carries no types.
        pa, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise CohortError(
            "Parquet files cannot be read here",
            got="a Parquet file, and no package pyarrow",
            allowed="CSV or Excel (.xlsx)",
            remedy="Save the table as CSV UTF-8, or install pyarrow.",
        ) from error
    with _damage_told(pa):
        opened = parquet.ParquetFile(pa.BufferReader(content))
        headings, types = tuple(opened.schema_arrow.names), opened.schema_arrow.types
        _check_types(pa, types)
        _check_size(opened.metadata, most_rows, most_bytes)
        # A text that stands in many rows is unpacked once: it is small in the file, however long it is.
        texts = [name for name, kind in zip(headings, types, strict=True) if _is_any(pa, kind, _TEXT)]
        opened = parquet.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
    _check_texts(headings)
    if not "".join(headings).strip():
        raise CohortError(
            "the columns of the Parquet file have no names",
            got=f"{len(headings)} columns",
            allowed="a name for each column that is needed",
            remedy="Name the columns and save the table again.",
        )
    return _records(pa, opened, headings)


@contextmanager
def _damage_told(pa: ModuleType) -> Iterator[None]:
    try:
        yield
    except CohortError:
        raise
    except (pa.ArrowException, OSError, ValueError, EOFError) as error:
        raise CohortError(
            "the Parquet file is damaged",
            got=f"a part that cannot be read ({type(error).__name__})",
            allowed="an unencrypted Parquet file",
            remedy="Save it again, or save it as CSV UTF-8.",
        ) from error


def _check_types(pa: ModuleType, types: list[ArrowObject]) -> None:
    for place, kind in enumerate(types, start=1):
        inner = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not _is_any(pa, inner, _FLAT + _TEXT):
            # What stands in brackets are the names of inner columns.
            name = re.split(r"[<\[(]", str(kind))[0]
            raise CohortError(
                "the Parquet file has a column of a kind that is not read",
                got=f"{name} in column {place}",
                allowed="numbers, text, true or false, dates and times",
                remedy="Leave the column out, or save the table as CSV UTF-8.",
            )


def _check_size(metadata: ArrowObject, most_rows: int, most_bytes: int) -> None:
    if metadata.num_rows > most_rows:
        raise too_many_rows(most_rows)
    parts = metadata.num_row_groups * metadata.num_columns
    if metadata.num_row_groups > 1 and parts > max(_FREE_PARTS, metadata.num_rows):
        raise CohortError(
            "the Parquet file is in too many parts",
            got=f"{metadata.num_columns} columns in {metadata.num_row_groups} row groups",
            allowed=f"at most {_FREE_PARTS} parts, or one for each row",
            remedy="Keep the columns that are needed, or save the table as CSV UTF-8.",
        )
    most = most_unpacked_bytes(most_bytes)
    unpacked = sum(metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups))
    if unpacked > most:
        raise CohortError(
            "the Parquet file unpacks to too much",
            got=f"{unpacked / 1e6:.0f} MB",
            allowed=f"at most {most // 1_000_000} MB",
            remedy="Keep the columns that are needed.",
        )


def _check_texts(texts: Sequence[str]) -> None:
    longest = csv.field_size_limit()
    is_long = max(map(len, texts), default=0) > longest
    if is_long or has_control_characters("".join(texts)):
        raise CohortError(
            "the Parquet file holds cells that are no text of a table",
            got=f"more than {longest} characters" if is_long else "control characters",
            allowed="cells of ordinary length, without control characters",
            remedy="Leave that column out.",
        )


def _records(pa: ModuleType, opened: ArrowObject, headings: tuple[str, ...]) -> Iterator[Record]:
    yield Record(1, headings)
    batches = opened.iter_batches(batch_size=_BATCH_ROWS)
    line = 1
    while True:
        # Only the taking of rows is guarded: what the caller does with them is not the file's damage.
        with _damage_told(pa):
            batch = next(batches, None)
            if batch is None:
                if line - 1 != opened.metadata.num_rows:
                    raise EOFError
                return
            batch.validate(full=True)  # pyarrow itself does not look whether a code stands for a value
            columns = [_cells(pa, column) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            line += 1
            yield Record(line, cells)


def _cells(pa: ModuleType, column: ArrowObject) -> list[str]:
    """The values of a column as text; each different value is written once."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = coded.indices.cast(pa.int64()).fill_null(_NO_VALUE).to_numpy(zero_copy_only=False)
    # The dictionary may be that of a million rows, of which these few use a part.
    used, places = np.unique(codes, return_inverse=True)
    values = coded.dictionary.take(pa.array(used[used != _NO_VALUE]))
    written = _written(pa, values.type)
    words = [written(word) for word in values.cast(pa.string()).to_pylist()]
    if _is_any(pa, values.type, _TEXT):
        _check_texts(words)
    if _NO_VALUE in used:
        words.insert(0, "")
    return [words[place] for place in places.tolist()]


def _written(pa: ModuleType, kind: ArrowObject) -> Callable[[str | None], str]:
    """How a value that pyarrow has made text stands in a cell."""
    if _is_any(pa, kind, ("float32", "float64", "decimal")):
        return _without_exponent
    if _is_any(pa, kind, ("boolean",)):
        return lambda word: (word or "").upper()
    if _is_any(pa, kind, ("timestamp", "time")):
        return lambda word: _EMPTY_FRACTION.sub("", word or "").replace(" ", "T")
    return lambda word: word or ""


def _without_exponent(word: str | None) -> str:
    return format(Decimal(word), "f") if word and "e" in word.lower() else word or ""


def _is_any(pa: ModuleType, kind: ArrowObject, names: tuple[str, ...]) -> bool:
    return any(getattr(pa.types, f"is_{name}")(kind) for name in names)
