"""The teaching presets: settings, how images are read, and what comes out (data/teaching_presets.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import Call
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import DATA_DIRECTORY, read_toml
from gepnet_core.study.filled_text import filled

PRESET_FILE = DATA_DIRECTORY / "teaching_presets.toml"


class LesionRoi(StrEnum):
    """Where the lesion's region of interest goes. The liver's is always in liver without vessels."""

    TUMOUR = "tumour"
    WHOLE_LESION = "whole_lesion"
    TUMOUR_AND_VESSEL = "tumour_and_vessel"

    @property
    def label(self) -> str:
        return {
            LesionRoi.TUMOUR: "enhancing tumour alone",
            LesionRoi.WHOLE_LESION: "the whole lesion with its necrotic core",
            LesionRoi.TUMOUR_AND_VESSEL: "the lesion's edge with the portal vein branch beside it",
        }[self]


@dataclass(frozen=True)
class ReadingManner:
    """How the images of a preset are read.

    Parameters
    ----------
    lesion_roi : LesionRoi
    shares : mapping of tissue to part
        What the lesion's region holds: lesion, necrosis, portal_vein, liver; they sum to 1.
    phases_are_swapped : bool
        Whether hepatic artery and portal venous phase are taken for each other.
    """

    lesion_roi: LesionRoi
    shares: Mapping[str, float]
    phases_are_swapped: bool

    @property
    def core_is_necrotic(self) -> bool:
        """Whether the lesion has a necrotic core to show."""
        return "necrosis" in self.shares


@dataclass(frozen=True)
class ExpectedResult:
    """What the noise-free HU give: ratios to 3 decimals, pattern by the ratio's change, call of the rule."""

    hap_ratio: Decimal
    pvp_ratio: Decimal
    pattern: EnhancementPattern
    call: Call


@dataclass(frozen=True)
class Preset:
    """One case to show.

    Parameters
    ----------
    id, title : str
    lesion : LesionKind
        The metastasis that is measured.
    settings : EnhancementSettings
    reading : ReadingManner
    expected : ExpectedResult
    cause : str
        One sentence on why it comes out so.
    based_on : str or None
        The preset that it shows an error or a variant of; only what differs stands in the file.
    """

    id: str
    title: str
    lesion: LesionKind
    settings: EnhancementSettings
    reading: ReadingManner
    expected: ExpectedResult
    cause: str
    based_on: str | None


_CONTENT = {
    LesionRoi.TUMOUR: {"lesion"},
    LesionRoi.WHOLE_LESION: {"lesion", "necrosis"},
    LesionRoi.TUMOUR_AND_VESSEL: {"lesion", "portal_vein", "liver"},
}
_FIELDS = {"id", "title", "lesion", "cause", "based_on", "lesion_roi", "shares", "phases_are_swapped"}
_SHARE_TOLERANCE = 1e-9


@cache
def load_presets() -> Mapping[str, Preset]:
    """All presets by id, in the order of the file.

    Raises
    ------
    GepnetError
        If an entry is incomplete, stands twice, or asks for something that there is not.
    """
    return build_presets(read_toml(PRESET_FILE)["preset"])


def build_presets(entries: list[dict[str, Any]]) -> Mapping[str, Preset]:
    """Check entries in the form of data/teaching_presets.toml; see `load_presets`."""
    presets: dict[str, Preset] = {}
    for entry in entries:
        preset = _preset(entry, presets)
        if preset.id in presets:
            raise GepnetError("a teaching preset stands twice", got=preset.id)
        presets[preset.id] = preset
    return MappingProxyType(presets)


def _preset(entry: Mapping[str, Any], earlier: Mapping[str, Preset]) -> Preset:
    based_on = entry.get("based_on")
    if based_on is not None and based_on not in earlier:
        raise _damaged(entry, f"based_on {based_on}, which does not stand before it")
    unknown = sorted(set(entry) - _FIELDS - {"change", "expected"})
    if unknown:
        raise _damaged(entry, f"unknown {', '.join(unknown)}")
    base = EnhancementSettings() if based_on is None else earlier[based_on].settings
    try:
        preset = Preset(
            id=entry["id"],
            title=filled(entry["title"]),
            lesion=LesionKind(entry["lesion"]),
            settings=change_settings(base, entry.get("change", {})),
            reading=ReadingManner(
                LesionRoi(entry.get("lesion_roi", LesionRoi.TUMOUR)),
                MappingProxyType(dict(entry.get("shares", {"lesion": 1.0}))),
                entry.get("phases_are_swapped", False),
            ),
            expected=ExpectedResult(
                Decimal(entry["expected"]["hap_ratio"]),
                Decimal(entry["expected"]["pvp_ratio"]),
                EnhancementPattern(entry["expected"]["pattern"]),
                Call(entry["expected"]["call"]),
            ),
            cause=filled(entry["cause"]),
            based_on=based_on,
        )
    except KeyError as error:
        raise _damaged(entry, f"no {error.args[0]}") from error
    except InvalidOperation as error:
        raise _damaged(entry, "a ratio that is no number in quotes") from error
    except GepnetError:
        raise
    except ValueError as error:
        raise _damaged(entry, str(error)) from error
    _check_shares(entry, preset.reading)
    if not (preset.title and preset.cause.endswith(".")):
        raise _damaged(entry, "no title, or a cause that is no sentence")
    return preset


def _check_shares(entry: Mapping[str, Any], reading: ReadingManner) -> None:
    shares = reading.shares
    if set(shares) != _CONTENT[reading.lesion_roi]:
        raise _damaged(entry, f"shares of {', '.join(shares)} in {reading.lesion_roi}")
    if not all(0.0 < part <= 1.0 for part in shares.values()):
        raise _damaged(entry, "a share outside 0 to 1")
    if abs(sum(shares.values()) - 1.0) > _SHARE_TOLERANCE:
        raise _damaged(entry, f"shares that sum to {sum(shares.values()):g}")


def _damaged(entry: Mapping[str, Any], problem: str) -> GepnetError:
    return GepnetError(
        "an entry of data/teaching_presets.toml is damaged", got=f"{entry.get('id', 'no id')}: {problem}"
    )
