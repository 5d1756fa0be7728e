"""What a pitfall does to the readings of a patient, for one patient or a column of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.enhancement.parameters import value
from gepnet_core.enhancement.tube_voltage import study_kvp, tube_voltage
from gepnet_core.teaching.quiz_data import Pitfall, load_quiz_settings

WholeHu = dict[str, NDArray[np.int64]]
"""Readings by name, such as ``hap_lesion_hu``: whole HU, one entry a patient."""


def altered_hu(pitfall: Pitfall, hu: WholeHu) -> WholeHu:
    """The readings as they are taken when something goes wrong; whole HU again.

    Parameters
    ----------
    pitfall : Pitfall
    hu : mapping of name to ndarray of int64, shape (n,)

    Returns
    -------
    mapping of name to ndarray of int64, shape (n,)
        For the inverted ratio the readings themselves, since only the quotient is wrong.
    """
    changed = {name: column.copy() for name, column in hu.items()}
    if pitfall is Pitfall.SWAPPED_PHASES:
        for tissue in ("lesion", "liver"):
            first, second = f"hap_{tissue}_hu", f"pvp_{tissue}_hu"
            changed[first], changed[second] = changed[second], changed[first]
    for phase in ("hap", "pvp", "ep"):
        lesion, liver = f"{phase}_lesion_hu", f"{phase}_liver_hu"
        if pitfall is Pitfall.SWAPPED_LESION_AND_LIVER:
            changed[lesion], changed[liver] = changed[liver], changed[lesion]
        elif pitfall is Pitfall.STEATOSIS:
            changed[liver] = _whole(
                hu[liver] + value("hu_per_fat_percent") * load_quiz_settings().fat_percent
            )
        elif pitfall is Pitfall.NECROSIS_IN_OVAL:
            share = load_quiz_settings().necrotic_share
            changed[lesion] = _whole((1 - share) * hu[lesion] + share * value("necrosis_hu"))
        elif pitfall is Pitfall.LOW_TUBE_VOLTAGE:
            changed[lesion] = _brightened(hu[lesion], value("hypervascular.unenhanced_hu"))
            changed[liver] = _brightened(hu[liver], value("liver.unenhanced_hu"))
    return changed


def oval_sd_hu(pitfall: Pitfall | None, sd_hu: int, lesion_hu: int) -> int:
    """SD of the pixels in the lesion's oval, whole HU.

    Parameters
    ----------
    pitfall : Pitfall or None
    sd_hu : int
        Of an oval in one tissue.
    lesion_hu : int
        Of the enhancing tumour, before the pitfall.

    Notes
    -----
    With a share f of necrosis at a distance d, the variance is sd^2 + f (1 - f) d^2, that of a mixture of two
    tissues with the same noise.
    """
    if pitfall is not Pitfall.NECROSIS_IN_OVAL:
        return sd_hu
    share, distance = load_quiz_settings().necrotic_share, lesion_hu - value("necrosis_hu")
    return round(math.hypot(sd_hu, math.sqrt(share * (1 - share)) * distance))


def kvp_of(pitfall: Pitfall | None) -> int:
    """Tube voltage of the scan, kVp."""
    return load_quiz_settings().kvp if pitfall is Pitfall.LOW_TUBE_VOLTAGE else study_kvp()


def _brightened(hu: NDArray[np.int64], unenhanced_hu: float) -> NDArray[np.int64]:
    """HU at the low tube voltage: what is above the unenhanced tissue is iodine."""
    factor = tube_voltage(load_quiz_settings().kvp).iodine_factor
    return _whole(unenhanced_hu + factor * (hu - unenhanced_hu))


def _whole(hu: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.rint(hu).astype(np.int64)
    return whole
