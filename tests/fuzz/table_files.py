"""Tables: CSV in any encoding, Excel down to the XML within its zip, Parquet; sound ones, bent."""

from __future__ import annotations

import csv
import io
import zipfile
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.choices import NUMBERS, TEXTS, cut, damaged
from tests.fuzz.dicom_files import CANARY

_EXAMPLES = Path(__file__).resolve().parents[2] / "data" / "examples"
_ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "latin-1",
    "utf-32",
)
_ENCODINGS_MORE = ("shift-jis", "utf-7", "cp037", "gb18030")
_HEADINGS = (
    *(
        "patient_id",
        "diagnosis",
        "hap_lesion_hu",
        "HAP lesion",
        "Arterial liver (HU)",
        "Name",
        "Befund",
        "ratio",
    ),
    *("reader2_pattern", "size (cm)", "scope_untreated", "Gruppe", "", " ", "synthetic", "hap_ratio"),
)
_XML = (
    (b'r="A1"', b'r="XFD1048576"'),
    (b'r="A2"', b'r="1A"'),
    (b'r="2"', b'r="99999999999"'),
    (b'r="3"', b'r="-1"'),
    (b"<v>", b"<v>1e999"),
    (b"<v>", b"<v>nan"),
    (b't="s"', b't="d"'),
    (b't="s"', b't="b"'),
    (b't="n"', b't="s"'),
    (b't="n"', b't="e"'),
    (b"<sheetData>", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><sheetData>&a;'),
    (b"?>", b'?><!DOCTYPE z [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'),
    (b"?>", b'?><!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    (b"<c ", b"<c><f>A1</f></c><c "),
    (b"<v>", b"<f>1+1</f><v>"),
    (b"<v>", b'<f t="shared" si="0">B1</f><v>'),
    (b"Target=", b"Missing="),
    (b"/xl/", b"../../"),
    (b"sheetId=", b'state="hidden" sheetId='),
    (b"UTF-8", b"UTF-16"),
    (b'numFmtId="0"', b'numFmtId="14"'),
    (b"<row", b"<row s='9999' "),
    (b"count=", b"uniqueCount='-1' count="),
    (b"xmlns", b"xmlnz"),
)


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for name in ("cohort.csv", "hu_table.csv"):
        with (_EXAMPLES / name).open(encoding="utf-8", newline="") as file:
            lines = [tuple(row) for row in csv.reader(file)][:13]
        if not found:
            found = lines
    return (found[0], *((f"{CANARY}{k}", *row[1:]) for k, row in enumerate(found[1:])))


def bent_rows(random: Random) -> list[list[str]]:
    """A small cohort, its cells, headings and shape bent."""
    rows = [list(row) for row in _rows()]
    if random.random() < 0.3:
        kept = sorted(random.sample(range(len(rows[0])), random.randint(1, 14)))
        rows = [[row[k] for k in kept] for row in rows]
    for _ in range(random.choice((0, 0, 1, 2, 4, 12))):
        at = random.randrange(len(rows))
        row = rows[at]
        match random.randrange(9):
            case 0 | 1 | 2 if row:
                row[random.randrange(len(row))] = random.choice(NUMBERS + TEXTS[:30])
            case 3:
                rows[0] = [random.choice(_HEADINGS) if random.random() < 0.3 else cell for cell in rows[0]]
            case 4:
                rows.insert(at, list(row))
            case 5 if len(rows) > 1:
                del rows[at]
            case 6:
                row.extend([""] * random.choice((1, 1, 1, 3, 3, 3, 3, 300, 17_000)))
            case 7 if row:
                del row[random.randrange(len(row)) :]
            case _ if rows[0]:
                column = random.randrange(len(rows[0]))
                value = random.choice(NUMBERS + TEXTS[:20] + ("0", "1", "yes", "net", "NaN"))
                for other in rows[1:]:
                    if column < len(other):
                        other[column] = value
    return rows


def sound_csv() -> bytes:
    """The whole example cohort."""
    return (_EXAMPLES / "cohort.csv").read_bytes()


def bent_csv(random: Random) -> bytes:
    text = io.StringIO(newline="")
    delimiter = random.choice(",,;\t|:")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=random.choice(("\r\n", "\n", "\r")))
    writer.writerows(bent_rows(random))
    told = random.choice(("", "", "", "sep=;\n", "\n\n\n", '"', "# note\n"))
    if random.random() < 0.5:
        told, delimiter = "", ","
    encoding = random.choice(_ENCODINGS + (_ENCODINGS_MORE if random.random() < 0.2 else ()))
    data = (told + text.getvalue()).encode(encoding, "replace" if encoding != "utf-8" else "surrogatepass")
    how = random.random()
    if how < 0.2:
        return damaged(random, data)
    return cut(random, data) if how < 0.3 else data


def bent_excel(random: Random) -> bytes:
    """A workbook whose cells, XML or zip is bent."""
    openpyxl = import_module("openpyxl")
    book = openpyxl.Workbook()
    for row in bent_rows(random):
        book.active.append([_typed(random, cell) for cell in row[:200]])
    if random.random() < 0.2:
        book.create_sheet("More").append(["x"])
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    if random.random() < 0.6:
        data = _rezipped(random, data)
    how = random.random()
    if how < 0.15:
        return damaged(random, data)
    return cut(random, data) if how < 0.2 else data


def _typed(random: Random, cell: str) -> Any:
    plain = (
        import_module("openpyxl.cell.cell")
        .ILLEGAL_CHARACTERS_RE.sub("", cell)[:30_000]
        .encode("utf-8", "ignore")
        .decode()
    )
    if random.random() < 0.5:
        try:
            number = float(plain)
        except ValueError:
            return plain
        return number if number == number and abs(number) < 1e308 else plain
    return plain


def _rezipped(random: Random, data: bytes) -> bytes:
    """The parts of the zip bent, left out, doubled or packed otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(random.choice((1, 1, 2, 3))):
        name = random.choice(list(parts))
        if random.random() < 0.5:
            name = next((one for one in parts if "sheet1" in one), name)
        match random.randrange(5):
            case 0 | 1 | 2:
                old, new = random.choice(_XML)
                parts[name] = parts[name].replace(old, new, random.choice((1, 1, -1)))
            case 3:
                parts[name] = random.choice((damaged, cut))(random, parts[name])
            case _ if len(parts) > 1:
                del parts[name]
    buffer = io.BytesIO()
    method = random.choice(
        (zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2)
    )
    with zipfile.ZipFile(buffer, "w", random.choice((method, zipfile.ZIP_LZMA))) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    out = bytearray(buffer.getvalue())
    if random.random() < 0.15:  # say that an entry is encrypted, or packed in another way
        offset, value = random.choice(((8, 1), (10, 9), (10, 99), (8, 0x20), (28, 200)))
        at = out.rfind(b"PK\x01\x02") if random.random() < 0.5 else out.find(b"PK\x01\x02")
        out[at + offset] = value
    return bytes(out)


def bent_parquet(random: Random) -> bytes:
    pa, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    rows = bent_rows(random)
    headings = [text.encode("utf-8", "ignore").decode() for text in rows[0]]
    columns = []
    is_plain = random.random() < 0.5
    for k in range(len(headings)):
        cells = [row[k].encode("utf-8", "ignore").decode() if k < len(row) else None for row in rows[1:]]
        columns.append(pa.array(cells, pa.string()) if is_plain else _arrow_column(random, pa, cells))
    table = pa.Table.from_arrays(columns, names=headings)
    sink = pa.BufferOutputStream()
    parquet.write_table(
        table,
        sink,
        compression=random.choice(("snappy", "none", "gzip", "zstd")),
        use_dictionary=random.random() < 0.5,
        row_group_size=random.choice((3, 1000)),
    )
    data = bytes(sink.getvalue())
    how = random.random()
    if how < 0.35:
        return damaged(random, data)
    if how < 0.6:  # the metadata at the end alone
        at = max(0, len(data) - random.choice((8, 100, 2000)))
        return data[:at] + damaged(random, data[at:-4]) + data[-4:]
    return cut(random, data) + b"PAR1" if how < 0.65 else data


def _arrow_column(random: Random, pa: Any, cells: list[str | None]) -> Any:
    kind = random.randrange(7)
    if kind == 0:
        return pa.array([None] * len(cells), pa.null())
    if kind == 1:
        return pa.array(
            [random.choice((0.1, 1e300, 5e-324, float("nan"), float("inf"), None)) for _ in cells]
        )
    if kind == 2:
        return pa.array(
            [random.choice((2**62, -(2**62), 0, None)) for _ in cells],
            pa.timestamp("us", random.choice((None, "UTC", "Nowhere/Else"))),
        )
    if kind == 3:
        return pa.array([[1], None] * (len(cells) // 2) + [[2]] * (len(cells) % 2))
    if kind == 4:
        return pa.array(cells, pa.string()).dictionary_encode()
    return pa.array(cells, pa.string())
