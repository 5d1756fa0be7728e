"""HU over time of aorta, portal vein, liver and two metastases: the model put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.circulation import build_circulation, circulate
from gepnet_core.enhancement.linear_system import FloatArray
from gepnet_core.enhancement.parameters import value
from gepnet_core.enhancement.settings import EnhancementSettings
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.enhancement.tube_voltage import tube_voltage
from gepnet_core.errors import GepnetError

LAST_S = 240.0
# Between its samples a course is taken as straight: at 0.25 s that is within 0.02 HU of the exact curve.
STEP_S = 0.25
_N_STEPS = round(LAST_S / STEP_S)


@dataclass(frozen=True)
class TissueHu:
    """Absolute HU at one moment."""

    aorta_hu: float
    portal_vein_hu: float
    liver_hu: float
    hypervascular_hu: float
    hypovascular_hu: float

    def lesion_hu(self, kind: LesionKind) -> float:
        """The metastasis of a kind."""
        return self.hypervascular_hu if kind is LesionKind.HYPERVASCULAR else self.hypovascular_hu


@dataclass(frozen=True, eq=False)
class TimeAttenuation:
    """Noise-free HU over time.

    Parameters
    ----------
    settings : EnhancementSettings
    time_s : (m,) float64
        From the start of the injection: 0 to 240 s.
    aorta_hu, portal_vein_hu, liver_hu, hypervascular_hu, hypovascular_hu : (m,) float64
        Absolute, not above unenhanced.
    """

    settings: EnhancementSettings
    time_s: FloatArray
    aorta_hu: FloatArray
    portal_vein_hu: FloatArray
    liver_hu: FloatArray
    hypervascular_hu: FloatArray
    hypovascular_hu: FloatArray

    def at(self, delay_s: float) -> TissueHu:
        """HU at a delay, on the straight line between samples.

        Raises
        ------
        GepnetError
            If the delay lies outside the course.
        """
        if not 0.0 <= delay_s <= LAST_S:
            raise GepnetError(
                "The delay is out of range", got=f"{delay_s:g}", allowed=f"0 to {LAST_S:g} s", field="delay_s"
            )
        courses = (
            self.aorta_hu,
            self.portal_vein_hu,
            self.liver_hu,
            self.hypervascular_hu,
            self.hypovascular_hu,
        )
        return TissueHu(*(float(np.interp(delay_s, self.time_s, course)) for course in courses))

    @property
    def at_phases(self) -> Mapping[Phase, TissueHu]:
        """HU at the protocol's delays."""
        delays = self.settings.protocol.delays_s
        return MappingProxyType({phase: self.at(delay_s) for phase, delay_s in delays.items()})


def simulate(settings: EnhancementSettings) -> TimeAttenuation:
    """Compute the curves of 0 to 240 s.

    Blood's enhancement is its iodine times HU per mg/mL; tissue follows from the aorta's and the portal
    vein's. Tube voltage scales enhancement and leaves unenhanced HU.

    Parameters
    ----------
    settings : EnhancementSettings

    Returns
    -------
    TimeAttenuation
    """
    blood = circulate(build_circulation(settings.patient, settings.injection), STEP_S, _N_STEPS)
    hu_per_mg_ml = tube_voltage(settings.kvp).hu_per_mg_ml
    aorta = hu_per_mg_ml * blood.concentration_mg_per_ml("abdominal_aorta")
    portal_vein = hu_per_mg_ml * blood.concentration_mg_per_ml("portal_vein")
    tissues = [
        tissue.baseline_hu + tissue.enhancement(aorta, portal_vein, STEP_S)
        for tissue in (settings.liver, settings.hypervascular, settings.hypovascular)
    ]
    baseline_hu = value("unenhanced_blood_hu")
    return TimeAttenuation(settings, blood.time_s, baseline_hu + aorta, baseline_hu + portal_vein, *tissues)
