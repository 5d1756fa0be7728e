"""Which transfer K and distribution volume ve give a metastasis two wanted ratios; the rest is held.

The values of data/enhancement.toml and data/teaching_presets.toml come from here. To see them anew:
``python -m tests.enhancement.lesion_solver``.
"""

from __future__ import annotations

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.time_attenuation import simulate
from gepnet_core.enhancement.tissues import LesionKind


def ratios(settings: EnhancementSettings, kind: LesionKind) -> tuple[float, float]:
    """Metastasis-to-liver ratio of hepatic artery and portal venous phase, before noise."""
    phases = simulate(settings).at_phases
    hap, pvp = phases[Phase.HAP], phases[Phase.PVP]
    return hap.lesion_hu(kind) / hap.liver_hu, pvp.lesion_hu(kind) / pvp.liver_hu


def solve_lesion(
    settings: EnhancementSettings, kind: LesionKind, hap_ratio: float, pvp_ratio: float
) -> tuple[float, float]:
    """K in mL/min/100 mL and ve by Newton's method with differences, from the settings' own values."""

    def miss(point: np.ndarray) -> np.ndarray:
        changed = change_settings(
            settings,
            {f"{kind}.transfer_ml_per_min_100ml": float(point[0]), f"{kind}.interstitium": float(point[1])},
        )
        return np.array(ratios(changed, kind)) - (hap_ratio, pvp_ratio)

    tissue = settings.lesion(kind)
    point = np.array([tissue.transfer_ml_per_min_100ml, tissue.interstitium])
    for _ in range(30):
        here = miss(point)
        if np.abs(here).max() < 1e-10:
            return float(point[0]), float(point[1])
        steps = point * 1e-5
        slopes = np.column_stack([(miss(point + np.eye(2)[i] * steps[i]) - here) / steps[i] for i in (0, 1)])
        move = np.linalg.solve(slopes, -here)
        point = point + np.clip(move, -0.4 * point, 0.4 * point)
    raise AssertionError(f"no solution near {point}")


def wanted() -> list[tuple[str, str, float, float, dict[str, float]]]:
    """Name, kind, ratios and held settings of every metastasis that was solved."""
    return [
        ("typical_net", "hypervascular", 1.15, 0.81, {}),
        ("typical_adenocarcinoma", "hypovascular", 0.77, 0.64, {}),
        ("figure_2", "hypervascular", 1.157, 0.848, {}),
        ("figure_4", "hypovascular", 0.707, 0.602, {"hypovascular.unenhanced_hu": 37.0}),
        ("near_cutoff", "hypovascular", 0.885, 0.70, {"hypovascular.unenhanced_hu": 42.0}),
        (
            "sound_liver",
            "hypovascular",
            55 / 75,
            0.63,
            {"hypovascular.unenhanced_hu": 43.0, "liver.unenhanced_hu": 67.1},
        ),
    ]


if __name__ == "__main__":
    for name, kind, hap, pvp, held in wanted():
        settings = change_settings(EnhancementSettings(), held)
        transfer, interstitium = solve_lesion(settings, LesionKind(kind), hap, pvp)
        print(f"{name}: K {transfer:.6g} mL/min/100 mL, ve {interstitium:.6g}")
