from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels import dicom_parse
from gepnet_core.imaging.pixels.dicom_parse import NotDicomError
from gepnet_core.imaging.pixels.header import ImageHeader, read_header, seconds_of_day
from gepnet_core.imaging.pixels.quiet import quiet_pydicom
from tests.imaging.builders import CANARIES, ct_dataset, ct_slice, enhanced_ct, to_bytes

KEY = b"key of one reading"


def header_of(data: bytes) -> ImageHeader:
    with quiet_pydicom():
        return read_header(data, KEY)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("140216.694022", 50_536.694022),
        ("000000", 0.0),
        ("235959.999999", 86_399.999999),
        ("08:38:48", 31_128.0),
        ("235960", 86_400.0),  # a leap second is allowed (PS3.5 table 6.2-1)
        ("1050", None),  # hours and minutes alone tell no phase
        ("240000", None),
        ("126000", None),
        ("", None),
        ("12345", None),
        ("ab3456", None),
        ("123456.x", None),
        ("１２３４５６", None),
    ],
)
def test_seconds_of_day(text, seconds):
    found = seconds_of_day(text)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=1e-9))


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
def test_one_header_in_every_encoding(syntax):
    header = header_of(ct_slice(12.5, index=3, syntax=syntax, PixelPaddingValue=-2000))
    frame = header.frames[0]
    assert (header.modality, header.rows, header.columns, header.signed) == ("CT", 12, 10, True)
    assert frame.position_mm == (-50.0, -60.0, 12.5)
    assert (frame.slope, frame.intercept, frame.spacing_mm) == (1.0, -1024.0, (0.8, 0.7))
    assert header.padding_raw == 63_536
    offset = header.pixels.offset
    assert offset is not None
    assert len(header.pixels.data) - offset == 12 * 10 * 2


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
def test_a_file_without_preamble_and_meta_is_read(syntax):
    header = header_of(to_bytes(ct_dataset(7.0), syntax, preamble=False))
    assert header.frames[0].position_mm == (-50.0, -60.0, 7.0)


def test_a_file_that_names_the_wrong_syntax_is_read_as_it_is_written():
    data = ct_slice(7.0, syntax=ImplicitVRLittleEndian)
    wrong = data.replace(b"1.2.840.10008.1.2\0", b"1.2.840.10008.1.2.1\0"[:18], 1)
    assert header_of(wrong).frames[0].slope == 1.0


def test_missing_values_are_none_and_never_defaults():
    header = header_of(
        ct_slice(RescaleSlope=None, RescaleIntercept=None, PixelSpacing=None, ImagePositionPatient=None)
    )
    frame = header.frames[0]
    assert (frame.slope, frame.intercept, frame.spacing_mm, frame.position_mm) == (None, None, None, None)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "one", "1_0"])
def test_numbers_that_are_not_finite_are_no_numbers(value):
    data = ct_slice(RescaleIntercept="-1024.5")
    assert b"-1024.5 " in data
    written = data.replace(b"-1024.5 ", value.encode().ljust(8), 1)
    assert header_of(written).frames[0].intercept is None


def test_text_in_its_character_set():
    data = ct_slice(SpecificCharacterSet="ISO_IR 192", SeriesDescription="动脉期")
    assert header_of(data).description == "动脉期"
    assert (
        header_of(ct_slice(SpecificCharacterSet="GB18030", SeriesDescription="门静脉期")).description
        == "门静脉期"
    )


def test_an_unknown_character_set_does_not_stop_the_reading():
    data = ct_slice(SpecificCharacterSet="ISO_IR 192", SeriesDescription="spät")
    assert header_of(data.replace(b"ISO_IR 192", b"ISO_IR 999")).rows == 12


def test_groups_of_an_enhanced_image():
    header = header_of(enhanced_ct([0, 5, 10], [1.0, 2.0, 0.5], [-1024, 0, -1000.5], [1, 2, 2]))
    assert [frame.slope for frame in header.frames] == [1.0, 2.0, 0.5]
    assert [frame.intercept for frame in header.frames] == [-1024.0, 0.0, -1000.5]
    assert [frame.position_mm for frame in header.frames] == [(-50.0, -60.0, z) for z in (0.0, 5.0, 10.0)]
    assert {frame.orientation for frame in header.frames} == {(1.0, 0.0, 0.0, 0.0, 1.0, 0.0)}
    assert [frame.acquisition for frame in header.frames] == [1, 2, 2]


def test_a_header_shows_no_identifier():
    """Names, dates and institutions are not read; the patient's number is kept as a keyed digest."""
    header = header_of(ct_slice())
    shown = repr(header) + repr(header.frames) + repr(header.pixels)
    kept = " ".join(str(getattr(header, name)) for name in header.__dataclass_fields__ if name != "pixels")
    for canary in CANARIES:
        assert canary not in shown
        assert canary not in kept
    assert header.patient_digest == header_of(ct_slice(5.0)).patient_digest
    assert header.patient_digest != header_of(ct_slice(PatientID="OTHER")).patient_digest
    assert header.patient_digest != read_header(ct_slice(), b"another key").patient_digest


@pytest.mark.parametrize("data", [b"", b"x", b"A text renamed to .dcm\n" * 20, bytes(400), b"%PDF-1.7" * 90])
def test_other_files_are_no_dicom(data):
    with pytest.raises(NotDicomError) as caught:
        header_of(data)
    assert "renamed" not in str(caught.value)


@pytest.mark.parametrize("length", [132, 140, 200, 300])
def test_a_file_with_the_mark_of_dicom_is_damaged_and_not_something_else(length):
    with pytest.raises(DicomError, match="damaged") as caught:
        header_of(ct_slice()[:length])
    assert not isinstance(caught.value, NotDicomError)


def test_a_bomb_of_a_deflated_file_is_refused(monkeypatch):
    monkeypatch.setattr(dicom_parse, "MAX_INFLATED_BYTES", 100_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(1_000_000)) + packer.flush()
    whole = ct_slice(syntax=DeflatedExplicitVRLittleEndian)
    meta_length = struct.unpack("<L", whole[140:144])[0]
    with pytest.raises(DicomError, match="too large"):
        header_of(whole[: 144 + meta_length] + packed)


def test_every_truncation_is_a_header_or_a_clear_error():
    data = ct_slice()
    outcomes: set[type] = set()
    for end in range(0, len(data), 7):
        try:
            outcomes.add(type(header_of(data[:end])))
        except DicomError as error:
            outcomes.add(type(error))
    assert outcomes <= {ImageHeader, DicomError, NotDicomError}
    assert ImageHeader in outcomes
    assert NotDicomError in outcomes


@given(st.binary(max_size=300), st.integers(0, 1500))
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_is_a_header_or_a_clear_error(noise, position):
    data = ct_slice()
    damaged = data[:position] + noise + data[position + len(noise) :]
    try:
        assert isinstance(header_of(damaged), ImageHeader)
    except DicomError as error:
        assert not any(canary in str(error) for canary in CANARIES)


def test_a_character_set_of_another_kind_of_value_is_damage():
    """pydicom reads the character set as it goes, and its error on eight-byte numbers is no ValueError."""
    data = ct_slice(SpecificCharacterSet="ISO_IR 100")
    at = data.index(b"\x08\x00\x05\x00CS")
    length = struct.unpack_from("<H", data, at + 6)[0]
    as_number = b"SV\0\0" + struct.pack("<L", length)
    with pytest.raises(DicomError, match="damaged"):
        header_of(data[: at + 4] + as_number + data[at + 8 :])


def test_a_sequence_written_as_several_numbers_has_no_items():
    data = ct_slice()
    numbers = struct.pack("<HH2sH4H", 0x5200, 0x9229, b"US", 8, 1, 2, 3, 4)
    groups = struct.pack("<HH2sHLHHL", 0x5200, 0x9230, b"SQ", 0, 8, 0xFFFE, 0xE000, 0)
    at = data.index(b"\xe0\x7f\x10\x00")
    header = header_of(data[:at] + numbers + groups + data[at:])
    assert len(header.frames) == 1
    assert header.frames[0].position_mm is None


@pytest.mark.parametrize(
    ("keyword", "value", "field"),
    [
        ("ImagePositionPatient", [0, 0, 1e300], "position_mm"),
        ("ImagePositionPatient", [-1.1e6, 0, 0], "position_mm"),
        ("ImageOrientationPatient", [1e200, 0, 0, 0, 1, 0], "orientation"),
        ("PixelSpacing", [1e-300, 1], "spacing_mm"),
        ("PixelSpacing", [1, 1e300], "spacing_mm"),
    ],
)
def test_lengths_that_no_image_has_are_unknown(keyword, value, field):
    (frame,) = header_of(ct_slice(**{keyword: value})).frames
    assert getattr(frame, field) is None


def test_the_largest_position_is_kept():
    (frame,) = header_of(ct_slice(ImagePositionPatient=[1e6, -1e6, 0])).frames
    assert frame.position_mm == (1e6, -1e6, 0)
