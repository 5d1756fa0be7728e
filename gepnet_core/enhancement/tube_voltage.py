"""What tube voltage does: iodine gives more HU at lower voltage, and noise rises at fixed tube current."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from gepnet_core.enhancement.parameters import PARAMETER_FILE, value
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import fact, read_toml


@dataclass(frozen=True)
class TubeVoltage:
    """Factors relative to 120 kVp. Iodine's multiplies enhancement, never unenhanced HU."""

    kvp: int
    iodine_factor: float
    noise_factor: float

    @property
    def hu_per_mg_ml(self) -> float:
        """HU by 1 mg of iodine in 1 mL."""
        return value("iodine_hu_per_mg_ml") * self.iodine_factor


def study_kvp() -> int:
    """The tube voltage of the study's scans, kVp."""
    return fact("kvp").count


@cache
def load_tube_voltages() -> Mapping[int, TubeVoltage]:
    """The voltages of data/enhancement.toml by kVp."""
    rows = read_toml(PARAMETER_FILE)["tube_voltages"]["rows"]
    voltages = [TubeVoltage(**row) for row in rows]
    return MappingProxyType({voltage.kvp: voltage for voltage in voltages})


def tube_voltage(kvp: int) -> TubeVoltage:
    """The factors of one voltage.

    Raises
    ------
    GepnetError
        If none were measured at it.
    """
    voltages = load_tube_voltages()
    if isinstance(kvp, bool) or kvp not in voltages:
        raise GepnetError(
            "The tube voltage is not offered",
            got=f"{kvp} kVp",
            allowed=", ".join(str(known) for known in voltages) + " kVp",
            field="kvp",
        )
    return voltages[kvp]
