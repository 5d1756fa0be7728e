"""What a reader measures on a preset, and what the rule makes of it, before noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Measurement, Reading
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import RuleResult, apply_rule
from gepnet_core.enhancement.parameters import value
from gepnet_core.enhancement.presets import Preset
from gepnet_core.enhancement.time_attenuation import TimeAttenuation, simulate
from gepnet_core.enhancement.tissues import LesionKind


@dataclass(frozen=True)
class PresetReading:
    """Measurements under the phase that the reader takes them for, and the rule's answer.

    ``course`` holds the curves that they are read from.
    """

    course: TimeAttenuation
    measurements: Mapping[Phase, Measurement]
    rule: RuleResult


def phantom_tissues(course: TimeAttenuation, lesion: LesionKind) -> Mapping[Phase, Mapping[str, float]]:
    """HU by phase and tissue, named as the phantom's tissues, at the protocol's delays.

    Parameters
    ----------
    course : TimeAttenuation
    lesion : LesionKind
        Which metastasis is the phantom's lesion.

    Returns
    -------
    mapping of Phase to mapping
        lesion, liver, artery, portal_vein, necrosis.
    """
    return MappingProxyType(
        {
            phase: MappingProxyType(
                {
                    "lesion": hu.lesion_hu(lesion),
                    "liver": hu.liver_hu,
                    "artery": hu.aorta_hu,
                    "portal_vein": hu.portal_vein_hu,
                    "necrosis": value("necrosis_hu"),
                }
            )
            for phase, hu in course.at_phases.items()
        }
    )


def scanned_phase(preset: Preset, phase: Phase) -> Phase:
    """The phase that was scanned where the reader believes to see a phase."""
    if not preset.reading.phases_are_swapped:
        return phase
    return {Phase.HAP: Phase.PVP, Phase.PVP: Phase.HAP}.get(phase, phase)


def read_preset(preset: Preset) -> PresetReading:
    """Measure a preset as its reader does: region, phases, rule.

    Parameters
    ----------
    preset : Preset

    Returns
    -------
    PresetReading
    """
    course = simulate(preset.settings)
    tissues = phantom_tissues(course, preset.lesion)
    measurements = {}
    for phase in Phase:
        hu = tissues[scanned_phase(preset, phase)]
        lesion_hu = sum(part * hu[tissue] for tissue, part in preset.reading.shares.items())
        measurements[phase] = Measurement(phase, Reading(lesion_hu), Reading(hu["liver"]))
    return PresetReading(course, MappingProxyType(measurements), apply_rule(Case(measurements=measurements)))
