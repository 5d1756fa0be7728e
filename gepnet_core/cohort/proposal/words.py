"""A heading of somebody's table to words whose meaning is known, in their order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

_MEANINGS = {
    "hap": "hap ap eap lap arterial art",
    "pvp": "pvp pv vp portal portovenous venous ven",
    "ep": "ep dp equilibrium equil delayed delay",
    "other_phase": "unenhanced precontrast noncontrast nonenhanced native nc ncct plain pre hbp "
    "hepatobiliary",
    "early": "early",
    "late": "late",
    "phase": "phase phases",
    "lesion": "lesion les tumour tumor met metastasis metastatic nodule",
    "lesions": "lesions tumours tumors mets metastases",
    "liver": "liver liv parenchyma parenchymal",
    "hepatic": "hepatic",
    "beside": "normal background healthy adjacent surrounding reference uninvolved nontumorous nontumoral "
    "peritumoral peritumoural free non",
    "artery": "artery",
    "vein": "vein",
    "vessel": "aorta aortic cava ivc vessel",
    "organ": "spleen splenic muscle kidney renal pancreas pancreatic lung bone fat",
    "ratio": "ratio ratios quotient tlr mlr",
    "inverse": "ltr lmr",
    "over": "over to vs",
    "hu": "hu hounsfield attenuation density",
    "mean": "mean avg average value values roi ct measured measurement",
    "spread": "sd std stdev deviation variance se error noise cv range iqr min minimum median",
    "most": "max maximum",
    "change": "delta change difference diff percent percentage slope gain",
    "enhancement": "enhancement enhancing vascularity vascularisation vascularization",
    "reader": "reader observer rater radiologist",
    "first": "first",
    "second": "second nd",
    "patient": "patient patients pat pt subject participant case person anonymised anonymized pseudonym",
    "study": "study research record",
    "number": "no nr num number id code identifier count n",
    "sex": "sex gender",
    "age": "age",
    "years": "years year yrs yr",
    "months": "months month weeks days",
    "date": "date day",
    "name": "name names surname forename firstname lastname fullname initials",
    "private": "mrn personal dob birth birthdate birthday born nhs ssn address street phone telephone mobile "
    "email mail postcode zip zipcode passport insurance accession",
    "medical": "medical social security",
    "hospital": "hospital",
    "centre": "centre center institution institute clinic",
    "site": "site location organ",
    "primary": "primary origin",
    "grade": "grade grading",
    "size": "size diameter",
    "longest": "longest largest axis greatest",
    "mm": "mm millimetre millimeter millimetres millimeters",
    "cm": "cm centimetre centimeter centimetres centimeters",
    "pathology": "histology histological histologic histopathology histopathological histopathologic histo "
    "pathology pathological pathologic patho",
    "diagnosis": "diagnosis dx diag",
    "group": "group class entity type",
    "unproven": "radiological radiologic imaging clinical suspected presumed initial differential blinded "
    "provisional preoperative",
    "pattern": "pattern kinetic kinetics curve",
    "dynamic": "dynamic contrast washout",
    "distribution": "distribution",
    "shape": "shape",
    "neovascularity": "neovascularity neovascularisation neovascularization",
    "nodes": "lymphadenopathy adenopathy lymph node nodes ln",
    "thing": "drug scanner protocol device file growth thrombosis thrombus invasion",
    "filler": "of the in at on for and with a an by from per is was who enets net final confirmed "
    "definitive s sec seconds unit units",
}
_GERMAN = {
    "hap": "arteriell arterielle arteriellen",
    "pvp": "portalvenös portalvenöse portalvenösen portalvenoes portalvenoese pfortader",
    "ep": "äquilibrium aequilibrium",
    "late": "spät spaet",
    "early": "früh frueh",
    "lesion": "läsion laesion metastase herd",
    "lesions": "läsionen laesionen metastasen herde",
    "liver": "leber leberparenchym",
    "beside": "normale normales gesunde gesundes umgebende",
    "ratio": "verhältnis verhaeltnis",
    "mean": "mittel mittelwert",
    "spread": "standardabweichung",
    "enhancement": "anreicherung",
    "reader": "leser untersucher befunder",
    "patient": "patienten",
    "number": "nummer anzahl",
    "sex": "geschlecht",
    "age": "alter",
    "years": "jahre jahren jahr",
    "date": "datum",
    "name": "vorname nachname",
    "private": "geburtsdatum geboren versichertennummer adresse telefon",
    "hospital": "klinik krankenhaus klinikum",
    "centre": "zentrum",
    "primary": "primärtumor primaertumor primarius",
    "grade": "grad",
    "size": "grösse groesse durchmesser",
    "longest": "längster laengster grösster groesster grösste groesste",
    "pathology": "histologie pathologie histologisch",
    "diagnosis": "diagnose",
    "group": "gruppe",
    "pattern": "muster",
    "distribution": "verteilung",
    "shape": "form",
}
_MEANING = {
    word: meaning
    for words in (_MEANINGS, _GERMAN)
    for meaning, known in words.items()
    for word in known.split()
}
_SPLIT_FROM = 4
_FUZZY_FROM = 5
_FUZZY_LIKENESS = 0.82
# Three min are minutes, and no smallest value; a CT number is HU, and no count.
_MINUTES_OR_CT_NUMBER = re.compile(r"\b\d+[ _-]?min\b|\bct[ _-]numbers?\b")
_SIGNS = {"#": "number", "%": "percent", "/": "over", ":": "over", "\N{DIVISION SIGN}": "over"}
_READERS = {"1": 1, "first": 1, "a": 1, "2": 2, "second": 2, "b": 2, "3": 3, "third": 3, "c": 3, "4": 4}
_SHORT_FOR_READER = ("r", "obs")
_SIGNS |= dict.fromkeys("\N{GREEK SMALL LETTER DELTA}\N{INCREMENT}", "delta")


@dataclass(frozen=True)
class HeadingWords:
    """What the words of a heading mean, in their order.

    ``unread`` are words that were not understood; ``reader`` is the number of the reader that it names, 0
    where it names none; ``numbers`` are other numbers. ``words`` are the words themselves.
    """

    meanings: tuple[str, ...]
    words: tuple[str, ...]
    unread: tuple[str, ...]
    reader: int
    numbers: tuple[int, ...]

    def says(self, *meanings: str) -> bool:
        """Whether the heading says any of them."""
        return any(meaning in self.meanings for meaning in meanings)

    def says_only(self, *meanings: str) -> bool:
        """Whether the heading says nothing else, words that were not understood left aside."""
        return set(self.meanings) <= {*meanings, "filler"}

    def says_word(self, *words: str) -> bool:
        """Whether any of these very words stands in the heading."""
        return any(word in self.words for word in words)


def heading_words(heading: str) -> HeadingWords:
    """Split a heading into words and say what they mean.

    Words that stand together without a space (``ArtLesionHU``) are told apart where each part is known; a
    word of five letters or more may differ a little from a known one (``Leison``).
    """
    folded = unicodedata.normalize("NFKC", heading[:200]).casefold()
    folded = _MINUTES_OR_CT_NUMBER.sub(lambda found: "hu" if "ct" in found[0] else "", folded)
    for sign, word in _SIGNS.items():
        folded = folded.replace(sign, f" {word} ")
    tokens = [part for token in re.findall(r"[^\W\d_]+|\d+", folded) for part in _known_parts(token)]
    reader, tokens = _without_reader(tokens)
    numbers = tuple(int(token) for token in tokens if token.isdecimal() and len(token) < 10)
    words = tuple(token for token in tokens if not token.isdecimal())
    meanings = _joined([_meaning(word) for word in words])
    unread = tuple(word for word in words if not _meaning(word))
    return HeadingWords(tuple(meaning for meaning in meanings if meaning), words, unread, reader, numbers)


def _known_parts(token: str) -> tuple[str, ...]:
    """The known words that a token is made of; the token itself where it is none."""
    if token in _MEANING or not _SPLIT_FROM <= len(token) <= 60:
        return (token,)
    # From the end: how the rest can be split into known words, the longest first.
    split: dict[int, tuple[str, ...]] = {len(token): ()}
    for start in range(len(token) - 2, -1, -1):
        for end in range(len(token), start + 1, -1):
            if end in split and token[start:end] in _MEANING:
                split[start] = (token[start:end], *split[end])
                break
    return split.get(0, (token,))


@cache
def _words_from(letter: str) -> tuple[str, ...]:
    return tuple(word for word in _MEANING if len(word) >= _FUZZY_FROM and word[0] == letter)


def _meaning(word: str) -> str:
    """What a word means; empty where that is not known."""
    known = _MEANING.get(word)
    if known is not None or len(word) < _FUZZY_FROM:
        return known or ""
    likeness = {
        other: SequenceMatcher(None, word, other).ratio()
        for other in _words_from(word[0])
        if abs(len(other) - len(word)) <= 2
    }
    best = max(likeness, key=lambda other: likeness[other], default="")
    return _MEANING[best] if best and likeness[best] >= _FUZZY_LIKENESS else ""


def _without_reader(tokens: list[str]) -> tuple[int, list[str]]:
    """Take out the words that name a reader: ``reader 2``, ``R2``, ``second reader``, ``observer B``."""
    for place, word in enumerate(tokens):
        if _MEANING.get(word) != "reader" and word not in _SHORT_FOR_READER:
            continue
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        if after in _READERS and (word not in _SHORT_FOR_READER or after.isdecimal()):
            return _READERS[after], tokens[:place] + tokens[place + 2 :]
        before = [part for part in tokens[:place] if part not in ("st", "nd", "rd")]
        if before and before[-1] in _READERS and word not in _SHORT_FOR_READER:
            return _READERS[before[-1]], before[:-1] + tokens[place + 1 :]
    return 0, tokens


def _joined(meanings: list[str]) -> list[str]:
    """Meanings of words that only together say what they mean."""
    joined = ["liver" if meaning == "hepatic" else meaning for meaning in meanings]
    for place, meaning in enumerate(meanings):
        after = meanings[place + 1 : place + 3]
        before_lesion = after[:1] in (["lesion"], ["lesions"])
        if meaning == "hepatic" and (
            after[:1] in (["hap"], ["pvp"]) or after in (["artery", "phase"], ["vein", "phase"])
        ):
            joined[place] = "filler"  # hepatic arterial phase
        elif meaning in ("artery", "vein") and after[:1] == ["phase"]:
            joined[place] = "hap" if meaning == "artery" else "pvp"
        elif meaning in ("hepatic", "liver") and before_lesion:
            if not {"ratio", "inverse", "over"} & set(meanings):
                joined[place] = "filler"  # liver metastasis
        elif meaning == "beside" and before_lesion and {"hepatic", "liver"} & set(meanings):
            joined[place + 1] = "filler"  # non-tumour liver
    return joined
