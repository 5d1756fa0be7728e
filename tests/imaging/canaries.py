"""Canary values in every identifying attribute of a DICOM file, for tests that nothing leaks.

The attributes are those of PS3.15 Table E.1-1 (basic confidentiality profile), sequences and private
attributes included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import UID

from gepnet_core.imaging.phantom.dicom import encode, write_study
from gepnet_core.imaging.phantom.phantom import Phantom
from gepnet_core.imaging.pixels.intake import Source
from tests.imaging.hostile import read, small_phantom

WORD = "Zzcanary"
UID_ROOT = "1.2.777.8812377."
DATE = "19310407"
FRACTION = "870731"
NUMBER = "913.3717"

STRINGS = (WORD, UID_ROOT, DATE, "1931-04-07", "07.04.1931", FRACTION, NUMBER)
"""What must not be found in any output; compare without regard to case."""

# Attributes with a meaning for reading keep their text and get the canary beside it.
APPENDED = ("SeriesDescription", "StudyDescription", "ProtocolName")
# What makes a report or a structure set readable is left where it is.
KEPT = {"ContentSequence"}
# The images of a study are one patient's: several identifiers would be refused as a mixture.
ONE_PATIENT = f"{WORD}-patient"

# Beside the table: what names a machine, a place or a person all the same.
BESIDE = (
    "DigitalSignaturesSequence",
    "EthnicGroups",
    "IssuerOfAccessionNumberSequence",
    "ManufacturerModelName",
    "OccupationalOperatorsName",
    "SoftwareVersions",
    "TreatmentLocation",
)
_TABLE = Path(__file__).with_name("confidentiality_profile.txt").read_text(encoding="ascii")
IDENTIFYING = (*_TABLE.partition("\n")[2].split(), *BESIDE)


class Canary:
    """Fills datasets; each text gets its own number, so that a leak tells where it came from."""

    def __init__(self) -> None:
        self._count = 0

    def _word(self) -> str:
        self._count += 1
        return f"{WORD}{self._count:04d}"

    def uid(self, original: str) -> UID:
        """A canary UID that is the same for the same original, so that files still belong together."""
        number = int.from_bytes(hashlib.sha256(original.encode()).digest()[:12], "big")
        return UID(f"{UID_ROOT}{number}")

    def fill(self, dataset: Dataset) -> None:
        """Give every identifying attribute a canary, replace all UIDs, add private attributes."""
        for keyword in IDENTIFYING:
            if tag_for_keyword(keyword) is None or keyword in KEPT & set(dataset.dir()):
                continue
            self._fill_attribute(dataset, keyword, nested=True)
        self._replace_uids(dataset)
        for group in (0x0009, 0x0019, 0x0021):
            block = dataset.private_block(group, f"{WORD} VENDOR {group}", create=True)
            block.add_new(0x01, "LO", self._word())
            block.add_new(0x02, "PN", f"{self._word()}^Private")
            block.add_new(0x03, "UN", self._word().encode() + b" ")

    def _fill_attribute(self, dataset: Dataset, keyword: str, nested: bool) -> None:
        vr = dictionary_VR(keyword)
        if keyword in APPENDED:
            setattr(dataset, keyword, f"{dataset.get(keyword, '')} {self._word()}".strip())
        elif vr == "SQ":
            if not nested:
                return
            item = Dataset()
            for inner in (
                "PatientName",
                "PatientID",
                "InstitutionName",
                "ReferencedSOPInstanceUID",
                "CodeMeaning",
            ):
                self._fill_attribute(item, inner, nested=False)
            kept = list(dataset[keyword].value) if keyword in dataset else []
            setattr(dataset, keyword, [*kept, item])
        elif keyword == "PatientID":
            setattr(dataset, keyword, ONE_PATIENT)
        elif vr == "PN":
            setattr(dataset, keyword, f"{self._word()}^{WORD}")
        elif vr in ("LO", "SH", "LT", "ST", "UT", "UC"):
            setattr(dataset, keyword, self._word())
        elif vr in ("CS", "AE"):
            setattr(dataset, keyword, self._word().upper())
        elif vr == "DA":
            setattr(dataset, keyword, DATE)
        elif vr == "TM":
            # Seconds stay, so that the phase is still known from the delay; the fraction is the canary.
            whole = str(dataset.get(keyword) or "031337").split(".")[0]
            setattr(dataset, keyword, f"{whole}.{FRACTION}")
        elif vr == "DT":
            whole = str(dataset.get("AcquisitionTime") or "031337").split(".")[0]
            setattr(dataset, keyword, f"{DATE}{whole}.{FRACTION}")
        elif vr == "AS":
            setattr(dataset, keyword, "097Y")
        elif vr == "DS":
            setattr(dataset, keyword, NUMBER)
        elif vr in ("OB", "UN"):
            setattr(dataset, keyword, self._word().encode() + b" ")
        elif vr == "UR":
            setattr(dataset, keyword, f"urn:{self._word()}")
        elif vr == "UI" and keyword not in dataset:
            setattr(dataset, keyword, self.uid(keyword))

    def _replace_uids(self, dataset: Dataset) -> None:
        """Every UID that is not one of the standard's own, at every depth."""
        for element in dataset.iterall():
            if element.VR != "UI" or not element.value:
                continue
            values = element.value if element.VM > 1 else [element.value]
            changed = [
                uid if str(uid).startswith(("1.2.840.10008.", UID_ROOT)) else self.uid(str(uid))
                for uid in values
            ]
            element.value = changed if element.VM > 1 else changed[0]

    def filled(self, source: Source) -> Source:
        """The same file, filled, under a name that is a canary too."""
        dataset = read(source)
        self.fill(dataset)
        name = f"{WORD}^Doe_{DATE}_{self._word()}.dcm"
        return Source(name, encode(Dataset(dataset)))


def canary_study(
    phantom: Phantom | None = None, extra: Iterable[Source] = ()
) -> tuple[list[Source], tuple[str, ...]]:
    """A three-phase study, and further files of it, full of canaries.

    Returns
    -------
    sources : list of Source
    strings : tuple of str
        `STRINGS`.
    """
    canary = Canary()
    sources = [canary.filled(source) for source in (*write_study(phantom or small_phantom()), *extra)]
    return sources, STRINGS
