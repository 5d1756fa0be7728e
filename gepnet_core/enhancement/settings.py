"""Everything that the curves depend on, in one place, and how single values of it are changed by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from gepnet_core.enhancement.injection import Injection
from gepnet_core.enhancement.noise import NoiseSettings
from gepnet_core.enhancement.patient import Patient
from gepnet_core.enhancement.protocol import ScanProtocol
from gepnet_core.enhancement.tissues import LesionKind, LesionTissue, LiverTissue, default_lesion
from gepnet_core.enhancement.tube_voltage import study_kvp, tube_voltage
from gepnet_core.errors import GepnetError


def _hypervascular() -> LesionTissue:
    return default_lesion(LesionKind.HYPERVASCULAR)


def _hypovascular() -> LesionTissue:
    return default_lesion(LesionKind.HYPOVASCULAR)


@dataclass(frozen=True)
class EnhancementSettings:
    """Patient, injection, tissues and scan. The defaults are the study's protocol and its groups' means.

    Raises
    ------
    GepnetError
        If the voltage is not offered or a metastasis stands in the other's place.
    """

    patient: Patient = field(default_factory=Patient)
    injection: Injection = field(default_factory=Injection)
    liver: LiverTissue = field(default_factory=LiverTissue)
    hypervascular: LesionTissue = field(default_factory=_hypervascular)
    hypovascular: LesionTissue = field(default_factory=_hypovascular)
    protocol: ScanProtocol = field(default_factory=ScanProtocol)
    noise: NoiseSettings = field(default_factory=NoiseSettings)
    kvp: int = field(default_factory=study_kvp)

    def __post_init__(self) -> None:
        tube_voltage(self.kvp)
        for kind in LesionKind:
            if self.lesion(kind).kind is not kind:
                raise GepnetError(
                    "A metastasis stands in the other's place",
                    got=f"{self.lesion(kind).kind} as {kind}",
                    field=str(kind),
                )

    def lesion(self, kind: LesionKind) -> LesionTissue:
        """The metastasis of a kind."""
        return self.hypervascular if kind is LesionKind.HYPERVASCULAR else self.hypovascular

    @property
    def pixel_sd_hu(self) -> float:
        """Noise of a pixel at these settings."""
        return self.noise.pixel_sd_hu(self.kvp)


# Parts whose fields have names of their own; the fields of liver and metastases stand behind the part's name.
_UNPREFIXED = ("patient", "injection", "protocol", "noise")
_PREFIXED = ("liver", "hypervascular", "hypovascular")


def change_settings(settings: EnhancementSettings, changes: Mapping[str, float]) -> EnhancementSettings:
    """Settings with some values changed.

    Parameters
    ----------
    settings : EnhancementSettings
    changes : mapping of name to number
        Named as the parameters of data/enhancement.toml, such as ``hap_delay_s`` or ``liver.fat_percent``;
        or ``kvp``.

    Raises
    ------
    GepnetError
        If there is no setting of a name, or a value is out of range.
    """
    by_part: dict[str, dict[str, float]] = {}
    whole: dict[str, Any] = {}
    for name, number in changes.items():
        if name == "kvp":
            whole["kvp"] = number
            continue
        part, item = _place(settings, name)
        by_part.setdefault(part, {})[item] = number
    for part, items in by_part.items():
        whole[part] = replace(getattr(settings, part), **items)
    return replace(settings, **whole)


def _place(settings: EnhancementSettings, name: str) -> tuple[str, str]:
    """The part of the settings that a name belongs to, and the field in it."""
    part, dot, item = name.partition(".")
    places = [(part, item)] if dot and part in _PREFIXED else [(owner, name) for owner in _UNPREFIXED]
    for owner, field_name in places:
        names = {known.name for known in fields(getattr(settings, owner))} - {"kind"}
        if field_name in names:
            return owner, field_name
    raise GepnetError(
        "There is no such setting", got=name, allowed="a setting of data/enhancement.toml, or kvp", field=name
    )
