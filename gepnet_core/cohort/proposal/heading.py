"""What a heading may mean by its words, where the data dictionary does not know it as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.dictionary.mapping import RatioOrientation
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.proposal.words import HeadingWords, heading_words

_TISSUE = ("lesion", "lesions", "liver")
_LESIONS = ("lesion", "lesions")
_NO_LESION_NUMBER = range(2, 10)


@dataclass(frozen=True)
class HeadingReading:
    """What a heading may mean.

    Attributes
    ----------
    name : str or None
        Column of the dictionary.
    why : str
        A sentence.
    doubt : str
        What the user must confirm or know, as a sentence; empty where there is nothing.
    identifies : bool
        Whether the heading says that the column tells who a patient is.
    orientation : RatioOrientation or None
        Which way round a ratio was divided, where the heading says it.
    unit : str or None
        ``mm`` or ``cm``, where the heading says it.
    n_unread : int
        How many of its words were not understood.
    reader : int
        Number of the reader that it names; 0 where it names none.
    is_open : bool
        Whether it says neither what the column is nor what it is not, so that the cells may say it.
    """

    name: str | None
    why: str
    doubt: str = ""
    identifies: bool = False
    orientation: RatioOrientation | None = None
    unit: str | None = None
    n_unread: int = 0
    reader: int = 0
    is_open: bool = False


def read_heading(heading: str) -> HeadingReading:
    """Say what a heading means: by the dictionary, else by its words."""
    words = heading_words(heading)
    known = load_dictionary().recognise(heading)
    if known is not None:
        reading = HeadingReading(known, f"The data dictionary knows this heading as {known}.")
    else:
        rules = (rule(words) for rule in _RULES)
        reading = next((found for found in rules if found is not None), _UNKNOWN)
        reading = replace(reading, n_unread=len(words.unread), reader=words.reader)
        name = None if reading.name is None else column_of_reader(reading.name, words.reader)
        if name is None and reading.name is not None:
            reading = HeadingReading(None, "The dictionary has no such column for this reader.")
        elif name != reading.name:
            reading = replace(reading, name=name, why=f"{reading.why[:-1]}, second reader.")
    unit = next((unit for unit in ("mm", "cm") if words.says(unit)), None)
    is_ratio = reading.name is not None and reading.name.endswith("_ratio")
    return replace(reading, orientation=_orientation(words) if is_ratio else None, unit=unit)


def recognise_words(heading: str) -> str | None:
    """Column that a heading means, by the dictionary or by its words.

    For `gepnet_core.cohort.tables.read.read_table`, which looks for the line of headings.
    """
    return read_heading(heading).name


def column_of_reader(name: str, reader: int) -> str | None:
    """The column in which a reader's value stands: the second has columns of their own, a third has none."""
    if reader < 2:
        return name
    second = load_dictionary().second_reader_prefix + name
    return second if reader == 2 and second in load_dictionary().columns else None


def _identity(words: HeadingWords) -> HeadingReading | None:
    if words.says("sex"):
        return None
    of_a_thing = words.says("thing", "hospital", "centre", "site")
    record = words.says("medical", "hospital") and words.says("number")
    if words.says("private") or record or (words.says("name") and not of_a_thing):
        return HeadingReading(
            None, "The heading says that the column tells who a patient is.", identifies=True
        )
    return None


def _person(words: HeadingWords) -> HeadingReading | None:
    if words.says("sex"):
        return _as("sex", "sex") if words.says_only("sex", "patient", "private", "over") else None
    if words.says("age"):
        if words.says("months", "change", "spread"):
            return HeadingReading(None, "The heading says an age that is not one in years.")
        return _as("age_years", "age")
    if words.unread or not words.says_only("patient", "study", "number"):
        return None
    if words.says("patient") or (words.says("study") and words.says("number")):
        return _as("patient_id", "patient" if words.says("patient") else "number in the study")
    return None


def _reader_features(words: HeadingWords) -> HeadingReading | None:
    """What a reader sees, and what pathology says."""
    if words.says("thing", "date", "organ"):
        return None
    if words.says("grade") and not words.unread:
        return _as("grade", "grade")
    for meaning in ("distribution", "shape", "neovascularity"):
        if words.says(meaning):
            return _as(meaning, meaning)
    if words.says("nodes"):
        return None if words.says("size", "number") else _as("lymphadenopathy", "lymph nodes")
    if words.says("pattern"):
        return _as("pattern", "pattern")
    if words.says("pathology", "diagnosis"):
        if (words.reader or words.says("unproven", "reader", "mean")) and not words.says("pathology"):
            return HeadingReading(None, "The heading says a diagnosis that is not by pathology.")
        return _as("diagnosis", "pathology" if words.says("pathology") else "diagnosis")
    if words.says("group") and words.says_only("group", *_LESIONS, "patient"):
        return _as("diagnosis", "group or type")
    if words.says("enhancement") and words.says("hap") and not words.says("change", "spread", "ratio"):
        return _as("hap_enhancement", "enhancement in the hepatic artery phase")
    return None


def _extent(words: HeadingWords) -> HeadingReading | None:
    """Place of the primary, hospital, size and number of metastases."""
    if words.says("size") and not words.says("hu", "spread", "change", "number"):
        if words.says("primary", "organ", "vessel", "nodes", "mean", "thing"):
            return HeadingReading(None, "The heading says a size that is not that of a metastasis.")
        return _as("size_mm", "size")
    if words.says("number") and words.says(*_LESIONS) and words.says_only("number", *_LESIONS, "liver"):
        counts = words.says("lesions") or words.words[-1] == "count"
        if not counts:
            return HeadingReading(None, "The heading says which lesion a row is, and not how many there are.")
        return _as("lesion_count", "number of lesions")
    if words.says("primary") and words.says_only("primary", "site", *_LESIONS):
        return _as("primary_site", "primary")
    is_site = words.says_only("hospital", "centre", "site", "number", "name", "study") and not words.unread
    return _as("site", "hospital") if is_site and words.says("hospital", "centre") else None


def _hu_or_ratio(words: HeadingWords) -> HeadingReading | None:
    """HU of one tissue in one phase, or their ratio in one phase."""
    phases = [phase for phase in Phase if words.says(phase)]
    if not phases and words.says("late") and words.says("phase"):
        phases = [Phase.EP]
    is_ratio = words.says("ratio", "inverse") or _divides(words)
    tissues = {"lesion" if word in _LESIONS else word for word in words.meanings if word in _TISSUE}
    if "liver" in tissues and words.says("beside") and not is_ratio:
        tissues = {"liver"}
    if not (is_ratio or tissues or (words.says("hu") and phases)):
        return _only_phase(words)
    other = _other_quantity(words)
    if other:
        return HeadingReading(None, other)
    if words.says("number") and not words.numbers:
        return HeadingReading(None, "The heading says a count, and not HU.")
    missing = []
    if len(phases) != 1:
        missing.append("two phases" if phases else "no phase")
    if not is_ratio and len(tissues) != 1:
        missing.append("lesion and liver" if tissues else "neither lesion nor liver")
    what = "a ratio" if is_ratio else "HU" if words.says("hu") or phases else "lesion or liver"
    if missing:
        why = f"The heading says {what}, but {' and '.join(missing)}."
        # A lesion or a liver without HU, phase and ratio may be anything, such as a liver's weight.
        asks = is_ratio or words.says("hu") or bool(phases)
        return HeadingReading(None, why, doubt=why if asks else "")
    phase, tissue = phases[0], "" if is_ratio else tissues.pop()
    if tissue == "lesion" and words.numbers and words.numbers[-1] in _NO_LESION_NUMBER:
        why = "The heading counts the lesions, so that one row holds several: give each a row of its own."
        return HeadingReading(None, why, doubt=why)
    name = f"{phase}_ratio" if is_ratio else f"{phase}_{tissue}_hu"
    if name not in load_dictionary().columns:
        return HeadingReading(None, f"The dictionary has no ratio of the {phase.label}.")
    return replace(_as(name, f"{phase.label} and {tissue or 'ratio'}"), doubt=_doubt_of_phase(words, phase))


def _only_phase(words: HeadingWords) -> HeadingReading | None:
    if words.meanings != ("phase",):
        return None
    why = "The table seems to hold one phase in a row: it must hold the phases of a patient side by side."
    return HeadingReading(None, why, doubt=why)


def _other_quantity(words: HeadingWords) -> str:
    """Why a column of lesion or liver holds neither mean HU nor their ratio; empty where it may."""
    for meanings, what in (
        (("spread", "most"), "a spread, an extreme or a median, and not the mean"),
        (("change",), "a change or a percentage, and not HU"),
        (("enhancement",), "enhancement, which may be a difference from the unenhanced phase, and not HU"),
        (("other_phase",), "a phase that the rule does not look at"),
        (("vessel", "artery", "vein", "organ", "primary", "thing", "nodes", "date"), "something else than "
         "a metastasis and its liver"),
    ):  # fmt: skip
        if words.says(*meanings):
            return f"The heading says {what}."
    return ""


def _doubt_of_phase(words: HeadingWords, phase: Phase) -> str:
    if phase is Phase.HAP and words.says("late"):
        return "A late arterial phase gives other ratios than the study's, which was scanned at 25-30 s."
    if words.says_word("ap"):
        return "AP was read as arterial phase; it may also mean anteroposterior."
    if phase is Phase.EP and not words.says_word("ep", "equilibrium", "equil"):
        return "A delayed phase is the study's equilibrium phase only if it was scanned at about 150 s."
    return ""


def _divides(words: HeadingWords) -> bool:
    """Whether lesion and liver stand on the two sides of a stroke, or letters for them."""
    # The liver adjacent to a lesion is no ratio; lesion / normal liver is one.
    return _sides(words) is not None and (words.says_word("over") or not words.says("beside"))


def _sides(words: HeadingWords) -> tuple[str, str] | None:
    letters = {"t": "lesion", "m": "lesion", "l": "liver"}
    for place, word in enumerate(words.words):
        if word not in ("over", "to", "vs") or place == 0 or place + 1 == len(words.words):
            continue
        ends = [words.words[place - 1], words.words[place + 1]]
        if all(end in letters for end in ends):
            return letters[ends[0]], letters[ends[1]]
    plain = ["lesion" if m in _LESIONS else m for m in words.meanings]
    for place, meaning in enumerate(plain):
        before = [m for m in plain[:place] if m in _TISSUE]
        after = [m for m in plain[place:] if m in _TISSUE]
        if meaning == "over" and before and after and before[-1] != after[0]:
            return before[-1], after[0]
    return None


def _orientation(words: HeadingWords) -> RatioOrientation | None:
    if words.says("inverse"):
        return RatioOrientation.LIVER_OVER_LESION
    if words.says_word("tlr", "mlr"):
        return RatioOrientation.LESION_OVER_LIVER
    sides = _sides(words)
    if sides == ("lesion", "liver"):
        return RatioOrientation.LESION_OVER_LIVER
    return RatioOrientation.LIVER_OVER_LESION if sides == ("liver", "lesion") else None


def _as(name: str, said: str) -> HeadingReading:
    return HeadingReading(name, f"The heading says {said}.")


_UNKNOWN = HeadingReading(None, "The heading has no word that names a column.", is_open=True)
_RULES: tuple[Callable[[HeadingWords], HeadingReading | None], ...] = (
    _identity,
    _person,
    _reader_features,
    _extent,
    _hu_or_ratio,
)
