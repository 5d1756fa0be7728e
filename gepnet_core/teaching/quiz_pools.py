"""Which patients are what a kind of quiz case says: found for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import hypot
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gepnet_core.case.case import study_cutoff, study_reading_error
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.robustness import LEVEL
from gepnet_core.enhancement.parameters import value
from gepnet_core.study.criteria import load_criteria
from gepnet_core.teaching.patients import Patients, ensemble_patients
from gepnet_core.teaching.pitfalls import WholeHu, altered_hu
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind, load_quiz_settings

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Findings:
    """What the rule looks at, one entry a patient.

    ``distance`` is that of the lesion from cutoff times liver, in SDs that the assumed reading error gives
    it; ``to_tolerance`` is how far the size of the change lies from the tolerance, negative inside.
    """

    is_low: Mask
    is_plateau: Mask
    falls: Mask
    distance: NDArray[np.float64]
    to_tolerance: NDArray[np.float64]

    @property
    def is_adenocarcinoma(self) -> Mask:
        """Where the rule says so; it says NET elsewhere."""
        return self.is_low & self.is_plateau


def find(hu: WholeHu) -> Findings:
    """Judge readings under the study's cutoff, default definition and tolerance.

    The reading error carries across the cutoff as in `gepnet_core.case.robustness.grey_zone`.
    """
    cutoff, error = Fraction(study_cutoff()), study_reading_error()
    tolerance = float(load_criteria().definitions[PatternDefinition.LIVER_RELATIVE].tolerance)
    lesion, liver = hu["hap_lesion_hu"], hu["hap_liver_hu"]
    change = hu["pvp_lesion_hu"] / hu["pvp_liver_hu"] - lesion / liver
    sd = hypot(float(error.lesion_hu), float(cutoff) * float(error.liver_hu))
    to_tolerance = np.abs(change) - tolerance
    return Findings(
        lesion * cutoff.denominator <= cutoff.numerator * liver,
        to_tolerance <= 0,
        change < 0,
        np.abs(lesion - float(cutoff) * liver) / sd,
        to_tolerance,
    )


@cache
def quiz_pools() -> Mapping[QuizKind, Mapping[str, Rows]]:
    """Patients of each kind by slot; the slots of a kind take turns in a quiz.

    Clear: both criteria agree, the ratio lies outside the grey zone. Discordant: they disagree, and the ratio
    is not in doubt. Grey zone: the ratio is in doubt, and the call hangs on it, since the pattern is plateau.
    Pitfall: clear patients of the pitfall's base whose readings mislead once they are altered; the slots are
    the pitfalls. In all of them the pattern lies clear of the tolerance and is the one that the reader saw.
    """
    patients, settings = ensemble_patients(), load_quiz_settings()
    found = find(patients.hu())
    is_away = np.abs(found.to_tolerance) >= float(settings.tolerance_margin)
    is_seen = patients.columns["pattern"] == np.where(
        found.is_plateau, "plateau", np.where(found.falls, "washout", "progressive")
    )
    usable = is_away & is_seen
    in_doubt = found.distance < NormalDist().inv_cdf(1 - settings.doubtful_chance)
    is_clear = usable & (found.distance > NormalDist().inv_cdf(0.5 + LEVEL / 2))
    low, plateau = found.is_low, found.is_plateau
    clear = {
        "adenocarcinoma": is_clear & low & plateau,
        "net": is_clear & ~low & ~plateau,
    }
    masks: dict[QuizKind, dict[str, Mask]] = {
        QuizKind.CLEAR: clear,
        QuizKind.DISCORDANT: {
            "low_ratio": usable & ~in_doubt & low & ~plateau,
            "plateau": usable & ~in_doubt & ~low & plateau,
        },
        QuizKind.GREY_ZONE: {
            "at_or_below": usable & in_doubt & low & plateau,
            "above": usable & in_doubt & ~low & plateau,
        },
        QuizKind.PITFALL: {
            pitfall: clear[entry.base] & _misleads(pitfall, patients)
            for pitfall, entry in settings.pitfalls.items()
        },
    }
    return MappingProxyType(
        {
            kind: MappingProxyType({slot: np.flatnonzero(mask) for slot, mask in slots.items()})
            for kind, slots in masks.items()
        }
    )


def _misleads(pitfall: Pitfall, patients: Patients) -> Mask:
    """Where the pitfall does what it is there to show, in patients of its base."""
    hu = patients.hu()
    changed = find(altered_hu(pitfall, hu))
    is_adenocarcinoma = load_quiz_settings().pitfalls[pitfall].base == "adenocarcinoma"
    # The ratio crosses the cutoff, and the call with it.
    misleads: Mask = (changed.is_low != is_adenocarcinoma) & (changed.is_adenocarcinoma != is_adenocarcinoma)
    if pitfall is Pitfall.SWAPPED_PHASES:
        # Washout turns into progressive.
        misleads = ~changed.falls & (changed.to_tolerance > 0)
    elif pitfall is Pitfall.LOW_TUBE_VOLTAGE:
        # What is below the unenhanced tissue has no iodine that could be brightened.
        unenhanced = value("hypervascular.unenhanced_hu")
        misleads = np.all([hu[name] >= unenhanced for name in hu if name.endswith("_lesion_hu")], axis=0)
    elif pitfall is Pitfall.INVERTED_RATIO:
        # Read as it is reported, the ratio says the opposite.
        swapped = {**hu, "hap_lesion_hu": hu["hap_liver_hu"], "hap_liver_hu": hu["hap_lesion_hu"]}
        misleads = find(swapped).is_low != is_adenocarcinoma
    return misleads
