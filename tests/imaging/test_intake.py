from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels.intake import IntakeLimits, Source, expand, read_sources
from tests.imaging.builders import zip_of

SMALL = IntakeLimits(max_entries=3, max_total_bytes=5_000, max_entry_bytes=4_000)


def unpack(data: bytes, limits: IntakeLimits | None = None):
    sources = [Source("upload.zip", data)]
    return expand(sources, limits) if limits else expand(sources)


def contents(expanded) -> list[bytes]:
    return [source.data for source in expanded.sources]


def test_plain_files_pass_in_order():
    expanded = expand([Source("a.dcm", b"one"), Source("b", b"two")])
    assert contents(expanded) == [b"one", b"two"]
    assert expanded.refusals == ()


def test_nested_folders_are_opened_and_system_files_left():
    data = zip_of({"a/b/c/1.dcm": b"one", "2.dcm": b"two", "__MACOSX/a/._1.dcm": b"x", "a/.DS_Store": b"x"})
    assert contents(unpack(data)) == [b"one", b"two"]


@pytest.mark.parametrize(
    "name", ["../1.dcm", "a/../../1.dcm", "/etc/1.dcm", "C:/1.dcm", "..\\1.dcm", "a\\..\\1"]
)
def test_paths_that_lead_outside_are_refused_and_the_rest_is_read(name):
    expanded = unpack(zip_of({name: b"bad", "good.dcm": b"good"}))
    assert contents(expanded) == [b"good"]
    assert expanded.refusals == (
        "1 file with a path that leads outside the archive was left out. "
        "Make the archive again from one folder.",
    )


def test_dots_within_a_name_are_no_path():
    assert contents(unpack(zip_of({"a..b/1..dcm": b"one"}))) == [b"one"]


def test_encrypted_entries_are_refused():
    data = bytearray(zip_of({"1.dcm": b"one", "2.dcm": b"two"}))
    # General purpose bit 0 in the central directory of the first entry (APPNOTE 4.4.4).
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    expanded = unpack(bytes(data))
    assert contents(expanded) == [b"two"]
    assert "protected by a password" in expanded.refusals[0]


def test_an_archive_in_an_archive_is_opened_once_and_not_deeper():
    inner = zip_of({"1.dcm": b"one"})
    assert contents(unpack(zip_of({"inner.zip": inner}))) == [b"one"]
    expanded = unpack(zip_of({"middle.zip": zip_of({"inner.zip": inner}), "2.dcm": b"two"}))
    assert contents(expanded) == [b"two"]
    assert "nested too deep" in expanded.refusals[0]


def test_a_bomb_is_refused_by_its_ratio():
    limits = IntakeLimits(ratio_applies_from_bytes=1_000)
    expanded = unpack(zip_of({"bomb": b"\0" * 300_000, "1.dcm": b"one"}), limits)
    assert contents(expanded) == [b"one"]
    assert "far more than an image can" in expanded.refusals[0]


def test_a_well_compressed_image_is_no_bomb():
    """Water and air compress some tenfold; the ratio is bounded at 200."""
    noise = bytes(range(256)) * 100
    assert contents(unpack(zip_of({"1.dcm": noise}), IntakeLimits(ratio_applies_from_bytes=1_000))) == [noise]


@pytest.mark.parametrize(("size", "accepted"), [(3_999, True), (4_000, True), (4_001, False)])
def test_the_size_of_one_entry_is_bounded(size, accepted):
    expanded = unpack(zip_of({"1": b"x" * size}), SMALL)
    assert bool(expanded.sources) is accepted
    assert bool(expanded.refusals) is not accepted


@pytest.mark.parametrize(("sizes", "n_read"), [((2_500, 2_500), 2), ((2_500, 2_501), 1)])
def test_the_total_size_is_bounded(sizes, n_read):
    expanded = unpack(zip_of({str(index): b"x" * size for index, size in enumerate(sizes)}), SMALL)
    assert len(expanded.sources) == n_read
    assert bool(expanded.refusals) is (n_read < 2)


@pytest.mark.parametrize(("n", "n_read"), [(3, 3), (4, 3)])
def test_the_number_of_entries_is_bounded_over_all_archives(n, n_read):
    archives = [Source("a.zip", zip_of({str(index): b"x"})) for index in range(n)]
    expanded = expand(archives, SMALL)
    assert len(expanded.sources) == n_read
    assert any("limit of 3 files" in sentence for sentence in expanded.refusals) is (n > 3)


@pytest.mark.parametrize("keep", [4, 30, 0.5, 0.95])
def test_a_truncated_archive_is_named_and_other_files_are_read(keep):
    data = zip_of({"1.dcm": bytes(range(256)) * 20, "2.dcm": b"two" * 500})
    cut = data[: int(len(data) * keep) if keep < 1 else int(keep)]
    expanded = expand([Source("a.zip", cut), Source("b.dcm", b"whole")])
    assert contents(expanded) == [b"whole"]
    assert "damaged or truncated" in expanded.refusals[0]


def test_a_damaged_entry_is_left_out_and_the_others_are_read():
    data = bytearray(zip_of({"1.dcm": b"first content", "2.dcm": b"second"}, method=0))
    position = data.find(b"first content")
    data[position] ^= 0xFF
    expanded = unpack(bytes(data))
    assert contents(expanded) == [b"second"]
    assert "damaged within the archive" in expanded.refusals[0]


def test_an_entry_that_yields_more_than_it_states_is_left_out():
    """The directory says 10 bytes; the stream holds 100,000."""
    data = bytearray(zip_of({"1": b"\0" * 100_000}))
    central = data.find(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    expanded = unpack(bytes(data))
    assert expanded.sources == ()
    assert len(expanded.refusals) == 1


def test_no_sentence_holds_a_name():
    expanded = unpack(zip_of({"../CANARY": b"x", "CANARY.zip": zip_of({"CANARY.zip": zip_of({"1": b""})})}))
    assert expanded.refusals
    assert "CANARY" not in " ".join(expanded.refusals) + repr(expanded) + repr(expanded.sources)


def test_sources_from_disk(tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "1.dcm").write_bytes(b"one")
    (tmp_path / "a" / "b" / "2.dcm").write_bytes(b"two")
    assert [source.data for source in read_sources(tmp_path)] == [b"one", b"two"]
    assert [source.data for source in read_sources(tmp_path / "a" / "1.dcm")] == [b"one"]
    with pytest.raises(DicomError, match="no such file or folder"):
        read_sources(tmp_path / "none")
    with pytest.raises(DicomError, match="too many files"):
        read_sources(tmp_path, IntakeLimits(max_entries=1))
    with pytest.raises(DicomError, match="too large"):
        read_sources(tmp_path, IntakeLimits(max_total_bytes=5))


def test_a_file_without_a_name_is_read():
    """ZipInfo.is_dir() of Python 3.11 fails on it."""
    assert contents(unpack(zip_of({"": b"one"}))) == [b"one"]


def test_many_small_files_are_no_bomb_together():
    limits = IntakeLimits(total_ratio_applies_from_bytes=1_000_000)
    data = zip_of({f"{k}.dcm": bytes(250_000) for k in range(8)})
    assert len(data) * 200 < 1_000_000  # so the sum from which on the ratio counts is the bound
    expanded = unpack(data, limits)
    assert len(expanded.sources) == 4
    assert expanded.refusals[0].startswith(
        "4 files that would unpack to far more than an image can were left"
    )
    assert len(unpack(data).sources) == 8


def test_a_name_longer_than_any_is_refused(tmp_path: Path):
    # In the words of the system, which may be German.
    told = re.escape(f"cannot be opened; got {os.strerror(errno.ENAMETOOLONG)}")
    with pytest.raises(DicomError, match=told):
        read_sources(tmp_path / ("x" * 300))
