"""Kinds of cases, pitfalls and how cases are chosen, read from data/teaching_quiz.toml and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import DATA_DIRECTORY, read_toml
from gepnet_core.study.filled_text import filled

QUIZ_FILE = DATA_DIRECTORY / "teaching_quiz.toml"

_SAID = ("altered", "see", "lesson")


class QuizKind(StrEnum):
    """What makes a case easy or hard, the easiest first."""

    CLEAR = "clear"
    DISCORDANT = "discordant"
    GREY_ZONE = "grey_zone"
    PITFALL = "pitfall"


class Pitfall(StrEnum):
    """What may be wrong with a measurement."""

    SWAPPED_PHASES = "swapped_phases"
    SWAPPED_LESION_AND_LIVER = "swapped_lesion_and_liver"
    STEATOSIS = "steatosis"
    NECROSIS_IN_OVAL = "necrosis_in_oval"
    LOW_TUBE_VOLTAGE = "low_tube_voltage"
    INVERTED_RATIO = "inverted_ratio"


@dataclass(frozen=True)
class PitfallEntry:
    """One pitfall: whose readings it is built on, and what is said of it after the answer.

    ``base`` is the rule's call on the readings before they are altered. ``caution`` is the code that
    `gepnet_core.case.plausibility` gives the altered readings, None where it gives none.
    """

    id: Pitfall
    name: str
    base: str
    altered: str
    see: str
    lesson: str
    caution: str | None = None


@dataclass(frozen=True)
class QuizSettings:
    """How cases are chosen; see the comments of data/teaching_quiz.toml.

    ``lesion_sd_hu`` and ``liver_sd_hu`` are the lowest and highest SD that an oval is given.
    """

    doubtful_chance: float
    tolerance_margin: Decimal
    lesion_sd_hu: tuple[int, int]
    liver_sd_hu: tuple[int, int]
    fat_percent: float
    necrotic_share: float
    kvp: int
    pitfalls: Mapping[Pitfall, PitfallEntry]


@cache
def load_quiz_settings() -> QuizSettings:
    """The settings of the file.

    Raises
    ------
    StudyError
        If the file is absent or no TOML.
    GepnetError
        If an entry is absent, twice there or out of range.
    """
    return build_quiz_settings(read_toml(QUIZ_FILE))


def build_quiz_settings(content: Mapping[str, Any]) -> QuizSettings:
    """Check content in the form of data/teaching_quiz.toml; see `load_quiz_settings`."""
    try:
        selection, oval = content["selection"], content["oval"]
        entries = {entry["id"]: dict(entry) for entry in content["pitfall"]}
        settings = QuizSettings(
            float(Decimal(selection["doubtful_chance"])),
            Decimal(selection["tolerance_margin"]),
            _limits(oval["lesion_sd_hu"]),
            _limits(oval["liver_sd_hu"]),
            entries[Pitfall.STEATOSIS].pop("fat_percent"),
            entries[Pitfall.NECROSIS_IN_OVAL].pop("share"),
            entries[Pitfall.LOW_TUBE_VOLTAGE].pop("kvp"),
            MappingProxyType(
                {
                    Pitfall(key): PitfallEntry(
                        **{**entry, **{name: filled(entry[name]) for name in _SAID}, "id": Pitfall(key)}
                    )
                    for key, entry in entries.items()
                }
            ),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise _damaged() from error
    whole = len(content["pitfall"]) == len(Pitfall) == len(settings.pitfalls)
    bases = {entry.base for entry in settings.pitfalls.values()} <= {"adenocarcinoma", "net"}
    in_range = 0 < settings.doubtful_chance < 0.5 and settings.tolerance_margin > 0
    shares = 0 < settings.necrotic_share < 1 and settings.fat_percent > 0
    if not (whole and bases and in_range and shares):
        raise _damaged()
    return settings


def _limits(values: list[int]) -> tuple[int, int]:
    low, high = values
    if not 0 < low <= high:
        raise ValueError("limits are not in order")
    return low, high


def _damaged() -> GepnetError:
    return GepnetError(
        "data/teaching_quiz.toml is damaged",
        allowed="[selection], [oval], and each pitfall once with id, name, base, altered, see, lesson",
        remedy="Restore it from the repository.",
    )
