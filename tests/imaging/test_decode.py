from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels.codestream import CodestreamSize, codestream_size
from gepnet_core.imaging.pixels.decode import decode_frame, pixels_are_complete
from gepnet_core.imaging.pixels.header import ImageHeader, read_header
from gepnet_core.imaging.pixels.hu_values import padding_range
from gepnet_core.imaging.pixels.quiet import quiet_pydicom
from gepnet_core.imaging.series.study import Source, read_sources, read_study, read_volume
from tests.imaging.builders import ct_dataset, ct_slice, pixels_of, to_bytes


def header_of(data: bytes) -> ImageHeader:
    with quiet_pydicom():
        return read_header(data, b"key")


@pytest.mark.parametrize(
    "syntax",
    [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless],
)
@pytest.mark.parametrize("kind", ["<i2", "<u2"])
def test_written_values_come_back(syntax, kind):
    pixels = pixels_of(5).astype(kind)
    if kind == "<i2":
        pixels[0, 0], pixels[0, 1] = -32768, 32767
    else:
        pixels[0, 0], pixels[0, 1] = 0, 65535
    stored = decode_frame(header_of(ct_slice(pixels=pixels, syntax=syntax)), 0)
    assert stored.dtype == (np.int16 if kind == "<i2" else np.uint16)
    np.testing.assert_array_equal(stored, pixels)


def test_big_endian_values_come_back():
    pixels = pixels_of(5)
    dataset = ct_dataset(pixels=pixels)
    dataset.PixelData = pixels.astype(">i2").tobytes()
    stored = decode_frame(header_of(to_bytes(dataset, ExplicitVRBigEndian)), 0)
    np.testing.assert_array_equal(stored, pixels)


@pytest.mark.parametrize(
    ("bits", "high", "word", "signed", "value"),
    [
        (12, 11, 0x0FFF, 0, 4095),
        (12, 11, 0xF800, 0, 0x800),  # an overlay in the unused bits is no pixel value (PS3.5 8.1.1)
        (12, 11, 0x0FFF, 1, -1),
        (12, 11, 0x0800, 1, -2048),
        (12, 11, 0x07FF, 1, 2047),
        (12, 15, 0xFFF0, 0, 4095),
        (12, 15, 0x8000, 1, -2048),
        (16, 15, 0x8000, 1, -32768),
        (16, 15, 0x8000, 0, 32768),
        (13, 12, 0x1FFF, 1, -1),
    ],
)
def test_stored_bits_and_their_sign(bits, high, word, signed, value):
    """PS3.5 section 8.1.1: BitsStored bits, the highest at HighBit, the rest is not pixel data."""
    pixels = np.full((2, 2), word, dtype=np.uint16)
    data = ct_slice(pixels=pixels, BitsStored=bits, HighBit=high, PixelRepresentation=signed)
    assert set(decode_frame(header_of(data), 0).ravel().tolist()) == {value}


@pytest.mark.parametrize(("kind", "value"), [(np.uint8, 200), (np.int8, -100)])
def test_eight_bit_pixels(kind, value):
    pixels = np.full((4, 4), value, dtype=kind)
    stored = decode_frame(header_of(ct_slice(pixels=pixels)), 0)
    assert stored.itemsize == 2
    assert set(stored.ravel().tolist()) == {value}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"PixelPaddingValue": -2000}, (-2000, -2000)),
        ({"PixelPaddingValue": 63536}, (-2000, -2000)),  # as in weasis/mono2-CT-16bit.dcm
        ({"PixelPaddingValue": 63536, "PixelRepresentation": 0}, (63536, 63536)),
        ({"PixelPaddingValue": 0}, (0, 0)),
        ({"PixelPaddingValue": -2000, "PixelPaddingRangeLimit": -1900}, (-2000, -1900)),
        ({"PixelPaddingValue": -1900, "PixelPaddingRangeLimit": -2000}, (-2000, -1900)),
        ({"PixelPaddingValue": 2096, "BitsStored": 12, "HighBit": 11}, (-2000, -2000)),
        ({"PixelPaddingValue": 2047, "BitsStored": 12, "HighBit": 11}, (2047, 2047)),
        ({}, None),
    ],
)
def test_padding_in_the_sign_of_the_pixels(overrides, expected):
    assert padding_range(header_of(ct_slice(**overrides))) == expected


@pytest.mark.parametrize("lost", [1, 2, 100, 200])
def test_short_pixel_data_are_seen_without_decoding(lost):
    data = ct_slice()
    assert pixels_are_complete(header_of(data))
    assert not pixels_are_complete(header_of(data[:-lost]))


def test_short_compressed_data_are_seen_without_decoding():
    data = ct_slice(syntax=RLELossless)
    assert pixels_are_complete(header_of(data))
    assert not pixels_are_complete(header_of(data[:-20]))
    assert not pixels_are_complete(header_of(data[:-40]))


@given(st.binary(min_size=1, max_size=60), st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_damaged_run_lengths_decode_or_say_so(noise, position):
    data = ct_slice(syntax=RLELossless)
    start = len(data) - 250 + position
    header = header_of(data[:start] + noise + data[start + len(noise) :])
    try:
        assert decode_frame(header, 0).shape == (12, 10)
    except DicomError as error:
        assert "decompressed" in str(error)


@pytest.mark.parametrize(
    ("frame", "size"),
    [
        # SOC, SIZ: 512 x 300 pixels, no offset, 1 component of 12 bits unsigned (ISO/IEC 15444-1 A.5.1)
        (
            b"\xff\x4f\xff\x51\x00\x29\x00\x00"
            + (300).to_bytes(4, "big")
            + (512).to_bytes(4, "big")
            + bytes(24)
            + b"\x00\x01\x0b\x01\x01",
            CodestreamSize(512, 300, 1, 12),
        ),
        # SOI, APP0, SOF3: 16 bits, 512 rows, 300 columns, 1 component (ISO/IEC 10918-1 B.2.2)
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc3\x00\x0b\x10\x02\x00\x01\x2c\x01",
            CodestreamSize(512, 300, 1, 16),
        ),
        (b"\xff\xd8\xff\xf7\x00\x0b\x10\x02\x00\x01\x2c\x01", CodestreamSize(512, 300, 1, 16)),
        (b"\xff\xd8\xff\xda\x00\x04ab", None),
        (b"\xff\xd8\xff", None),
        (b"no image", None),
        (b"", None),
    ],
)
def test_the_size_that_a_codestream_declares(frame, size):
    assert codestream_size(frame) == size


REAL_COMPRESSED = (
    "totalseg_abdomen/ct/IM0001.dcm",
    "ohif_nlst_sybil/ct/1.2.840.113654.2.55.100591045372713898115629127300906136269.dcm",
    "cornerstone_ts/CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
)


@pytest.mark.parametrize("name", REAL_COMPRESSED)
def test_a_codestream_of_another_size_than_the_header_is_not_decoded(dicom_dir: Path, name: str):
    header = header_of((dicom_dir / name).read_bytes())
    object.__setattr__(header, "rows", 100)
    with pytest.raises(DicomError, match="does not have the size"):
        decode_frame(header, 0)


@pytest.mark.parametrize("name", REAL_COMPRESSED)
def test_damaged_codestreams_decode_or_say_so(dicom_dir: Path, name: str):
    """GDCM is written in C: damage must end in values or in an error of ours, not in a crash."""
    data = (dicom_dir / name).read_bytes()
    generator = np.random.default_rng(20)
    failed = 0
    for _ in range(12):
        damaged = bytearray(data)
        for place in generator.integers(len(data) // 10, len(data) - 20, 40):
            damaged[place] = int(generator.integers(256))
        try:
            assert decode_frame(header_of(bytes(damaged)), 0).shape == (512, 512)
        except DicomError as error:
            failed += 1
            assert error.remedy
    assert failed <= 12


def ellipse_mask(shape: tuple[int, int], ellipse: dict[str, float]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The rule of oracles.json: pixel centre inside ((x-cx)/rx)^2 + ((y-cy)/ry)^2 <= 1."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    inside = ((x - ellipse["cx"]) / ellipse["rx"]) ** 2 + ((y - ellipse["cy"]) / ellipse["ry"]) ** 2
    return inside <= 1


def test_every_slice_of_the_oracles(dicom_dir: Path, oracles: dict[str, Any]):
    """HU by SimpleITK (GDCM): whole frame and ellipses, all 33 files. No exceptions."""
    checked = 0
    for expected in oracles["slices"]:
        study = read_study(read_sources(dicom_dir / expected["file"]))
        assert len(study.series) == 1, expected["file"]
        series = study.series[0]
        volume = read_volume(series)
        by_frame = {reference.frame.index + 1: index for index, reference in enumerate(series.frames)}
        assert set(by_frame) == {frame["frame"] for frame in expected["hu"]}
        for frame in expected["hu"]:
            hu = volume.hu(by_frame[frame["frame"]])
            regions = [(np.ones(hu.shape, dtype=bool), frame["whole"])]
            regions += [(ellipse_mask(hu.shape, ellipse), ellipse) for ellipse in frame["ellipses"]]
            for mask, statistics in regions:
                values = hu[mask]
                assert values.size == statistics["n"], expected["file"]
                assert values.mean() == pytest.approx(statistics["mean"], abs=1e-3), expected["file"]
                assert values.std(ddof=1) == pytest.approx(statistics["sd_sample"], abs=1e-3)
                assert values.min() == pytest.approx(statistics["min"], abs=1e-6)
                assert values.max() == pytest.approx(statistics["max"], abs=1e-6)
                checked += 1
    assert len(oracles["slices"]) == 33
    assert checked > 70


def test_one_image_in_five_syntaxes_has_one_set_of_values(dicom_dir: Path):
    names = sorted((dicom_dir / "cornerstone_ts").glob("CTImage*"))
    frames = [decode_frame(header_of(name.read_bytes()), 0) for name in names]
    assert len(frames) == 5
    for frame in frames[1:]:
        np.testing.assert_array_equal(frame, frames[0])


@pytest.mark.parametrize(("first", "last"), [(43, 60), (60, 4000)])
def test_a_slice_that_does_not_decode_is_an_error_of_the_volume(dicom_dir: Path, first: int, last: int):
    """Zeros over the marker segments of a JPEG 2000 codestream."""
    data = bytearray((dicom_dir / REAL_COMPRESSED[0]).read_bytes())
    start = data.find(b"\xff\x4f\xff\x51")
    data[start + first : start + last] = bytes(last - first)
    study = read_study([Source("a.dcm", bytes(data))])
    with pytest.raises(DicomError, match="could not be decompressed"):
        read_volume(study.series[0])


def test_two_decoders_of_jpeg_ls_agree(dicom_dir: Path, monkeypatch: pytest.MonkeyPatch):
    """CharLS and GDCM on the same real frame."""
    header = header_of((dicom_dir / REAL_COMPRESSED[1]).read_bytes())
    first = decode_frame(header, 0)
    monkeypatch.setattr("gepnet_core.imaging.pixels.decode.JPEG_LS", frozenset())
    np.testing.assert_array_equal(decode_frame(header, 0), first)
