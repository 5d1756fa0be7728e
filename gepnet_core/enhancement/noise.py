"""Noise of the image: SD of a pixel from tube voltage, tube current and slice thickness."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gepnet_core.enhancement.parameters import check_settings, default, value
from gepnet_core.enhancement.tube_voltage import tube_voltage


@dataclass(frozen=True)
class NoiseSettings:
    """What noise depends on beside the voltage.

    Parameters
    ----------
    noise_sd_hu : float
        At 120 kVp, 5 mm and the usual tube current; 0 is none.
    slice_mm : float
    tube_current_factor : float
        Relative to the usual tube current-time product.

    Raises
    ------
    GepnetError
        If a value is outside its range in data/enhancement.toml.
    """

    noise_sd_hu: float = field(default_factory=default("noise_sd_hu"))
    slice_mm: float = field(default_factory=default("slice_mm"))
    tube_current_factor: float = field(default_factory=default("tube_current_factor"))

    def __post_init__(self) -> None:
        check_settings(self)

    def pixel_sd_hu(self, kvp: int) -> float:
        """SD of a pixel in HU, proportional to (slice thickness x photons)^(-1/2).

        The law of counting statistics; beam hardening, kernel and iterative reconstruction are left out.

        Raises
        ------
        GepnetError
            If the voltage is not offered.
        """
        counts = self.tube_current_factor * self.slice_mm / value("slice_mm")
        return self.noise_sd_hu * tube_voltage(kvp).noise_factor / math.sqrt(counts)
