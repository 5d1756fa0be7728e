"""The injection of contrast medium: how much iodine, how fast, how long."""

from __future__ import annotations

from dataclasses import dataclass, field

from gepnet_core.enhancement.parameters import check_setting, check_settings, default, value
from gepnet_core.errors import GepnetError


@dataclass(frozen=True)
class Injection:
    """One injection at a constant rate, starting at time 0.

    Parameters
    ----------
    volume_ml, concentration_mg_per_ml, rate_ml_per_s : float
        Volume of contrast medium, its iodine per mL, and the rate.

    Raises
    ------
    GepnetError
        If a value is outside its range in data/enhancement.toml.
    """

    volume_ml: float = field(default_factory=default("volume_ml"))
    concentration_mg_per_ml: float = field(default_factory=default("concentration_mg_per_ml"))
    rate_ml_per_s: float = field(default_factory=default("rate_ml_per_s"))

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def duration_s(self) -> float:
        return self.volume_ml / self.rate_ml_per_s

    @property
    def iodine_mg(self) -> float:
        return self.volume_ml * self.concentration_mg_per_ml

    @property
    def iodine_mg_per_s(self) -> float:
        return self.rate_ml_per_s * self.concentration_mg_per_ml


def injection_by_weight(
    weight_kg: float,
    iodine_mg_per_kg: float | None = None,
    concentration_mg_per_ml: float | None = None,
    rate_ml_per_s: float | None = None,
    duration_s: float | None = None,
) -> Injection:
    """Dose by body weight, at a rate or over a duration.

    Parameters
    ----------
    weight_kg : float
    iodine_mg_per_kg, concentration_mg_per_ml, rate_ml_per_s : float, optional
        The study's where not given.
    duration_s : float, optional
        In place of the rate.

    Raises
    ------
    GepnetError
        If rate and duration are both given, or a value is outside its range.
    """
    dose = value("iodine_mg_per_kg") if iodine_mg_per_kg is None else iodine_mg_per_kg
    concentration = (
        value("concentration_mg_per_ml") if concentration_mg_per_ml is None else concentration_mg_per_ml
    )
    check_setting("weight_kg", weight_kg)
    check_setting("iodine_mg_per_kg", dose)
    check_setting("concentration_mg_per_ml", concentration)
    volume_ml = dose * weight_kg / concentration
    if duration_s is not None:
        if rate_ml_per_s is not None:
            raise GepnetError(
                "The injection has a rate and a duration",
                allowed="one of them; the other follows from the volume",
                field="duration_s",
            )
        if not 0.0 < duration_s < float("inf"):
            raise GepnetError(
                "The duration of the injection is out of range",
                got=f"{duration_s:g}",
                allowed="above 0 s",
                field="duration_s",
            )
        rate_ml_per_s = volume_ml / duration_s
    return Injection(
        volume_ml, concentration, value("rate_ml_per_s") if rate_ml_per_s is None else rate_ml_per_s
    )
