"""The patient's size and heart: cardiac output and blood volume."""

from __future__ import annotations

from dataclasses import dataclass, field

from gepnet_core.enhancement.parameters import check_settings, default, value

_CM_PER_INCH = 2.54
_KG_PER_POUND = 0.45359237


@dataclass(frozen=True)
class Patient:
    """Body size, and cardiac output as a factor of what the size lets expect.

    Parameters
    ----------
    weight_kg, height_cm, cardiac_output_factor : float

    Raises
    ------
    GepnetError
        If a value is outside its range in data/enhancement.toml.
    """

    weight_kg: float = field(default_factory=default("weight_kg"))
    height_cm: float = field(default_factory=default("height_cm"))
    cardiac_output_factor: float = field(default_factory=default("cardiac_output_factor"))

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def cardiac_output_ml_per_min(self) -> float:
        """36.36 height^0.725 weight^0.425 (inches, pounds; Bae et al., Radiology 1998;207:647) x factor."""
        output = value("cardiac_output_coefficient_ml_per_min") * self._size
        return self.cardiac_output_factor * output

    @property
    def blood_volume_ml(self) -> float:
        """33.164 height^0.725 weight^0.425 - 1229 (inches, pounds; Bae 1998, men)."""
        return value("blood_volume_coefficient_ml") * self._size - value("blood_volume_offset_ml")

    @property
    def _size(self) -> float:
        """height^0.725 weight^0.425, to which body surface is proportional."""
        inches, pounds = self.height_cm / _CM_PER_INCH, self.weight_kg / _KG_PER_POUND
        size: float = inches ** value("height_exponent") * pounds ** value("weight_exponent")
        return size
