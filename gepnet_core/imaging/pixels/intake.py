"""Uploads to files: zip archives are opened within limits, and nothing is written to disk.

Names serve to tell a kind of file by its ending; they are never shown or kept.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from gepnet_core.errors import DicomError

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class IntakeLimits:
    """Bounds of one upload. A thin-slice CT of four phases is about 2,000 files and 1 GB.

    Parameters
    ----------
    max_entries : int
        Files over all archives.
    max_total_bytes : int
        Unpacked size over all archives.
    max_entry_bytes : int
        Unpacked size of one file.
    max_ratio : float
        Unpacked to packed size of one file above `ratio_applies_from_bytes`. Air compresses well, but a CT
        slice never a hundredfold.
    total_ratio_applies_from_bytes : int
        Above so much over all archives, all that they unpack to is held to the same ratio to the archives as
        uploaded: many files that are small enough each would be a bomb together.
    max_depth : int
        Archives within archives; 1 opens one within another, no deeper.
    """

    max_entries: int = 20_000
    max_total_bytes: int = 4_000_000_000
    max_entry_bytes: int = 1_500_000_000
    max_ratio: float = 200.0
    ratio_applies_from_bytes: int = 2_000_000
    total_ratio_applies_from_bytes: int = 200_000_000
    max_depth: int = 1


DEFAULT_LIMITS = IntakeLimits()


@dataclass(frozen=True, repr=False)
class Source:
    """One uploaded file. The name is used for its ending alone."""

    name: str
    data: bytes


@dataclass(frozen=True, repr=False)
class Expanded:
    """Files of an upload, archives opened, and a sentence for each kind of entry that was not."""

    sources: tuple[Source, ...]
    refusals: tuple[str, ...]


_OUTSIDE = "with a path that leads outside the archive {was} left out. Make the archive again from one folder"
_ENCRYPTED = "protected by a password {was} left out. Upload {them} without a password"
_DAMAGED = "damaged within the archive {was} left out. Make the archive again"
_METHOD = "packed with an unsupported method {was} left out. Make the archive again with usual compression"
_RATIO = "that would unpack to far more than an image can {was} left out. Upload the DICOM files themselves"
_ENTRY_SIZE = "larger than the limit for one file {was} left out. Upload only the series of the liver"
_NESTED = "nested too deep (an archive in an archive in an archive) {was} left out. Unpack {them} first"


def is_zip(data: bytes) -> bool:
    """True where the bytes begin as a zip archive does."""
    return data[:4] in _ZIP_MAGIC


def expand(sources: Iterable[Source], limits: IntakeLimits = DEFAULT_LIMITS) -> Expanded:
    """Open the zip archives among the sources; pass the other files on.

    Parameters
    ----------
    sources : iterable of Source
    limits : IntakeLimits

    Returns
    -------
    Expanded
        What is sound is read even where other entries are refused; each kind of refusal is one sentence
        with a count. Where a total limit is reached, reading stops there and the sentence says so.
    """
    opening = _Opening(limits)
    for source in sources:
        opening.add(source, depth=0)
    return Expanded(tuple(opening.found), opening.sentences())


class _Opening:
    """One upload being opened: what was found, refused and spent."""

    def __init__(self, limits: IntakeLimits) -> None:
        self.limits = limits
        self.found: list[Source] = []
        self.refused: Counter[str] = Counter()
        self.broken_archives = 0
        self.entries = 0
        self.packed_bytes = 0
        self.unpacked_bytes = 0
        self.stopped: str | None = None

    def add(self, source: Source, depth: int) -> None:
        if not is_zip(source.data):
            self.found.append(source)
        elif depth > self.limits.max_depth:
            self.refused[_NESTED] += 1
        else:
            if depth == 0:
                self.packed_bytes += len(source.data)
            self._open(source.data, depth)

    def _open(self, data: bytes, depth: int) -> None:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                for entry in archive.infolist():
                    # ZipInfo.is_dir() of Python 3.11 fails on a name without characters.
                    if entry.filename.endswith("/") or _is_system_file(entry.filename):
                        continue
                    if self._limit_reached():
                        return
                    unpacked = self._unpack(archive, entry)
                    if unpacked is not None:
                        self.add(Source(entry.filename, unpacked), depth + 1)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            self.broken_archives += 1

    def _limit_reached(self) -> bool:
        self.entries += 1
        if self.stopped is None and self.entries > self.limits.max_entries:
            self.stopped = f"{self.limits.max_entries:,} files"
        return self.stopped is not None

    def _unpack(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
        fault = _fault(entry, self.limits)
        if fault is not None:
            self.refused[fault] += 1
            return None
        if self.unpacked_bytes + entry.file_size > self.limits.max_total_bytes:
            self.stopped = f"{self.limits.max_total_bytes / 1e9:.2g} GB unpacked"
            return None
        if self._is_bomb_in_all(entry.file_size):
            self.refused[_RATIO] += 1
            return None
        try:
            data = _read_bounded(archive, entry)
        except NotImplementedError:
            self.refused[_METHOD] += 1
            return None
        except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError):
            self.refused[_DAMAGED] += 1
            return None
        if data is None:
            self.refused[_RATIO] += 1
            return None
        self.unpacked_bytes += len(data)
        return data

    def _is_bomb_in_all(self, next_bytes: int) -> bool:
        total = self.unpacked_bytes + next_bytes
        is_large = total > self.limits.total_ratio_applies_from_bytes
        return is_large and total > self.limits.max_ratio * self.packed_bytes

    def sentences(self) -> tuple[str, ...]:
        found: list[str] = []
        for kind, count in self.refused.items():
            was, them = ("was", "it") if count == 1 else ("were", "them")
            noun = "file" if count == 1 else "files"
            found.append(f"{count} {noun} {kind.format(was=was, them=them)}.")
        if self.broken_archives:
            noun = "zip archive is" if self.broken_archives == 1 else "zip archives are"
            found.append(
                f"{self.broken_archives} {noun} damaged or truncated and could not be opened. "
                "Make the archive again, or upload the files themselves."
            )
        if self.stopped is not None:
            found.append(
                f"The upload was read up to the limit of {self.stopped}; what follows was left out. "
                "Upload only the series of the liver."
            )
        return tuple(found)


def _is_system_file(name: str) -> bool:
    """Files that operating systems add to archives and that hold no images."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1] in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _fault(entry: zipfile.ZipInfo, limits: IntakeLimits) -> str | None:
    parts = entry.filename.replace("\\", "/").split("/")
    is_rooted = len(parts) > 1 and parts[0] == ""
    if ".." in parts or is_rooted or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return _OUTSIDE
    if entry.flag_bits & 0x1:
        return _ENCRYPTED
    if entry.file_size > limits.max_entry_bytes:
        return _ENTRY_SIZE
    is_large = entry.file_size > limits.ratio_applies_from_bytes
    if is_large and entry.file_size > limits.max_ratio * max(entry.compress_size, 1):
        return _RATIO
    return None


def _read_bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Unpack one entry; None where it yields more than its own directory says (a bomb's disguise)."""
    pieces: list[bytes] = []
    total = 0
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            total += len(piece)
            if total > entry.file_size:
                return None
            pieces.append(piece)
    return b"".join(pieces)


def read_sources(path: Path, limits: IntakeLimits = DEFAULT_LIMITS) -> list[Source]:
    """Read a file, a folder with all its folders, or a zip archive from disk.

    Parameters
    ----------
    path : Path
    limits : IntakeLimits
        The number and total size of files in a folder are bound as in an archive.

    Raises
    ------
    DicomError
        Nothing is there, it cannot be read, or it is more than the limits.
    """
    try:
        is_there = path.exists()
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    # A name longer than the file system allows, or a folder that may not be opened.
    except OSError as error:
        raise DicomError(
            "The file or folder cannot be opened", got=error.strerror, remedy="Check the path."
        ) from error
    if not is_there:
        raise DicomError("There is no such file or folder", allowed="a DICOM file, a folder or a zip archive")
    files = [file for file in files if not _is_system_file(file.name)]
    if len(files) > limits.max_entries:
        raise DicomError(
            "The folder holds too many files", got=f"{len(files):,}", allowed=f"up to {limits.max_entries:,}"
        )
    sources: list[Source] = []
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
            if total > limits.max_total_bytes:
                raise DicomError(
                    "The folder is too large", allowed=f"up to {limits.max_total_bytes / 1e9:.2g} GB"
                )
            sources.append(Source(file.name, file.read_bytes()))
        except OSError as error:
            raise DicomError(
                "A file could not be read from disk", remedy="Check that it may be opened."
            ) from error
    return sources
