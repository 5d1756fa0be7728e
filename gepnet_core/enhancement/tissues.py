"""Enhancement of tissue from that of its two inflows: liver and metastases.

A tissue samples the blood and changes nothing about it. Concentrations are of whole blood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from gepnet_core.enhancement.linear_system import FloatArray
from gepnet_core.enhancement.parameters import check_settings, default, value

# mL/min/100 mL to mL/s/mL
_PER_MINUTE_AND_100_ML = 1.0 / 6000.0


class LesionKind(StrEnum):
    """Two metastases as the study's two groups enhance on average."""

    HYPERVASCULAR = "hypervascular"
    HYPOVASCULAR = "hypovascular"

    @property
    def label(self) -> str:
        return {
            LesionKind.HYPERVASCULAR: "hypervascular metastasis (NET-like)",
            LesionKind.HYPOVASCULAR: "hypovascular metastasis (adenocarcinoma-like)",
        }[self]


@dataclass(frozen=True)
class LiverTissue:
    """Liver as one compartment with two inflows.

    Parameters
    ----------
    unenhanced_hu : float
        Without fat.
    fat_percent : float
        Lowers the liver on every phase, by ``hu_per_fat_percent``.
    flow_ml_per_min_100ml, arterial_fraction, transit_s : float
        Perfusion, its arterial part, mean transit time.

    Raises
    ------
    GepnetError
        If a value is outside its range in data/enhancement.toml.
    """

    unenhanced_hu: float = field(default_factory=default("liver.unenhanced_hu"))
    fat_percent: float = field(default_factory=default("liver.fat_percent"))
    flow_ml_per_min_100ml: float = field(default_factory=default("liver.flow_ml_per_min_100ml"))
    arterial_fraction: float = field(default_factory=default("liver.arterial_fraction"))
    transit_s: float = field(default_factory=default("liver.transit_s"))

    def __post_init__(self) -> None:
        check_settings(self, "liver.")

    @property
    def baseline_hu(self) -> float:
        """Unenhanced HU with its fat."""
        return self.unenhanced_hu + value("hu_per_fat_percent") * self.fat_percent

    def enhancement(self, artery: FloatArray, portal_vein: FloatArray, step_s: float) -> FloatArray:
        """C with dC/dt = F [a Ca + (1 - a) Cp] - C / T, in the unit of the inflows.

        Materne R et al. Clin Sci 2000;99:517-525, dual-input one-compartment model.

        Parameters
        ----------
        artery, portal_vein : (m,) float64
            Evenly spaced from a start at rest.
        step_s : float

        Returns
        -------
        (m,) float64
        """
        flow_per_s = self.flow_ml_per_min_100ml * _PER_MINUTE_AND_100_ML
        inflow = _mixed(artery, portal_vein, self.arterial_fraction)
        return flow_per_s * washed_out(inflow, 1.0 / self.transit_s, step_s)


@dataclass(frozen=True)
class LesionTissue:
    """A metastasis: extended Tofts model with two inflows, and necrosis that does not enhance.

    Parameters
    ----------
    kind : LesionKind
    unenhanced_hu : float
        Of the tissue that is not necrotic.
    transfer_ml_per_min_100ml : float
        Effective K: the model cannot tell flow from permeability at intermediate vascularity (Sourbron SP,
        Buckley DL. Magn Reson Med 2011, doi 10.1002/mrm.22861).
    interstitium : float
        Effective distribution volume ve per blood.
    arterial_fraction, blood_fraction, necrotic_fraction : float

    Raises
    ------
    GepnetError
        If a value is outside its range in data/enhancement.toml.
    """

    kind: LesionKind
    unenhanced_hu: float
    transfer_ml_per_min_100ml: float
    interstitium: float
    arterial_fraction: float
    blood_fraction: float
    necrotic_fraction: float

    def __post_init__(self) -> None:
        check_settings(self, f"{self.kind}.")

    @property
    def washout_per_min(self) -> float:
        """K / ve, the rate at which what has entered leaves again."""
        return self.transfer_ml_per_min_100ml / 100.0 / self.interstitium

    @property
    def baseline_hu(self) -> float:
        """Unenhanced HU of the region, necrosis included."""
        necrosis = self.necrotic_fraction
        return (1.0 - necrosis) * self.unenhanced_hu + necrosis * value("necrosis_hu")

    def enhancement(self, artery: FloatArray, portal_vein: FloatArray, step_s: float) -> FloatArray:
        """(1 - f) [vb Ca + K int C_in(s) exp(-(K / ve)(t - s)) ds], C_in = a Ca + (1 - a) Cp.

        Extended Tofts model: Tofts PS et al. J Magn Reson Imaging 1999;10:223-232. Parameters and result as
        of `LiverTissue.enhancement`.
        """
        transfer_per_s = self.transfer_ml_per_min_100ml * _PER_MINUTE_AND_100_ML
        inflow = _mixed(artery, portal_vein, self.arterial_fraction)
        interstitial = transfer_per_s * washed_out(inflow, transfer_per_s / self.interstitium, step_s)
        return (1.0 - self.necrotic_fraction) * (self.blood_fraction * artery + interstitial)


def default_lesion(kind: LesionKind) -> LesionTissue:
    """The metastasis of a kind as in data/enhancement.toml."""
    return LesionTissue(
        kind,
        *(
            value(f"{kind}.{name}")
            for name in (
                "unenhanced_hu",
                "transfer_ml_per_min_100ml",
                "interstitium",
                "arterial_fraction",
                "blood_fraction",
                "necrotic_fraction",
            )
        ),
    )


def washed_out(inflow: FloatArray, rate_per_s: float, step_s: float) -> FloatArray:
    """int_0^t u(s) exp(-rate (t - s)) ds for an inflow that is linear between its samples.

    Parameters
    ----------
    inflow : (m,) float64
        u at 0, step_s, 2 step_s, ...
    rate_per_s : float
        Above 0.
    step_s : float

    Returns
    -------
    (m,) float64
        In the unit of the inflow times seconds; 0 at 0.
    """
    decay = math.exp(-rate_per_s * step_s)
    # Weights of a segment's two ends: the integral of a straight line times the exponential.
    part = -math.expm1(-rate_per_s * step_s) / (rate_per_s * step_s)
    earlier, later = (part - decay) / rate_per_s, (1.0 - part) / rate_per_s
    added = (earlier * inflow[:-1] + later * inflow[1:]).tolist()
    content = 0.0
    course = [content]
    for amount in added:
        content = content * decay + amount
        course.append(content)
    return np.array(course)


def _mixed(artery: FloatArray, portal_vein: FloatArray, arterial_fraction: float) -> FloatArray:
    return arterial_fraction * artery + (1.0 - arterial_fraction) * portal_vein
