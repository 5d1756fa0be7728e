"""Text of a table to records: which character stands between cells, and cells without loss."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from gepnet_core.cohort.tables.records import HEADER_WITHIN, Recognise, Record, count_recognised
from gepnet_core.errors import CohortError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_SAMPLE_CHARACTERS = 262_144
_SAMPLE_RECORDS = 100
# The line by which Excel is told the delimiter.
_DELIMITER_LINE = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)


def csv_records(text: str, recognise: Recognise) -> Iterator[Record]:
    """Split text into records; the delimiter is found from the headings.

    Raises
    ------
    CohortError
        If a quotation mark is opened and never closed, or a cell is longer than 131,072 characters.
    """
    told = _DELIMITER_LINE.match(text)
    delimiter = told[1] if told else find_delimiter(text, recognise)
    # Not StringIO, which takes four bytes for each character.
    lines = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
    line = 1
    try:
        for cells in reader:
            if not (told and line == 1):
                yield Record(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CohortError(
            "the table cannot be split into cells",
            got=_what_is_wrong(str(error), line),
            allowed="cells of ordinary length, quotation marks in pairs",
            remedy="Correct that line, or save the table again as CSV UTF-8.",
        ) from error


def find_delimiter(text: str, recognise: Recognise) -> str:
    """The delimiter with which the headings name most columns; else the one that splits most evenly."""
    return max(DELIMITERS, key=lambda delimiter: _merit(text[:_SAMPLE_CHARACTERS], delimiter, recognise))


def _merit(sample: str, delimiter: str, recognise: Recognise) -> tuple[int, int, int]:
    """Columns named by the best heading line; lines as wide as it; its width."""
    reader = csv.reader(
        io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t"
    )
    try:
        records = [cells for cells in islice(reader, _SAMPLE_RECORDS) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return 0, 0, 0
    if not records:
        return 0, 0, 0
    named = [count_recognised(cells, recognise) for cells in records[:HEADER_WITHIN]]
    best = max(named)
    width = len(records[named.index(best)])
    even = sum(len(cells) == width for cells in records) if width > 1 else 0
    return best, even, width


def _what_is_wrong(message: str, line: int) -> str:
    if "field larger" in message:
        return f"a cell longer than {csv.field_size_limit()} characters in line {line}"
    if "unexpected end" in message:
        return f"a quotation mark that is opened in line {line} and never closed"
    return f"a quotation mark inside a cell in line {line}"
