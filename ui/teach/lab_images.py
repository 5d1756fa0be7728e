"""The lab's phantom: painted anew where HU changed, with the ovals where the preset says."""

from __future__ import annotations

from collections.abc import Mapping

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.preset_reading import phantom_tissues, scanned_phase
from gepnet_core.enhancement.presets import Preset
from gepnet_core.enhancement.time_attenuation import TimeAttenuation
from gepnet_core.imaging.phantom.enhancement import paint_enhancement, teaching_ovals
from gepnet_core.imaging.volume import HuVolume
from ui.examples import teaching_phantom
from ui.roi_viewer.drawing import DrawnOval, Tissue
from ui.teach.lab_state import LabState, PaintedPhase


def shown_volumes(lab: LabState, preset: Preset, course: TimeAttenuation) -> Mapping[Phase, HuVolume]:
    """The images by the phase that the reader takes them for.

    A phase whose HU, noise and core are as before keeps its volume, so that nothing is sent again.

    Raises
    ------
    GepnetError
        If a HU or the noise is out of the phantom's range.
    """
    prepared = teaching_phantom()
    noise_sd_hu = course.settings.pixel_sd_hu
    tissues = phantom_tissues(course, lab.lesion)
    keys = {phase: (tuple(hu.items()), noise_sd_hu, lab.core_is_necrotic) for phase, hu in tissues.items()}
    stale = [
        phase for phase, key in keys.items() if phase not in lab.painted or lab.painted[phase].key != key
    ]
    if stale:
        phantom = paint_enhancement(
            prepared,
            {phase: tissues[phase] for phase in stale},
            noise_sd_hu,
            core_is_necrotic=lab.core_is_necrotic,
        )
        for phase in stale:
            lab.painted[phase] = PaintedPhase(keys[phase], phantom.volumes[phase])
    return {phase: lab.painted[scanned_phase(preset, phase)].volume for phase in Phase}


def place_ovals(lab: LabState, preset: Preset) -> None:
    """Lesion and liver ovals on every phase, as the preset's reader places them."""
    ovals = teaching_ovals(teaching_phantom(), core_is_necrotic=lab.core_is_necrotic)
    places = {Tissue.LESION: ovals.lesion_oval(preset.reading.lesion_roi), Tissue.LIVER: ovals.liver}
    lab.place(
        tuple(
            DrawnOval(
                f"{phase}-{tissue}",
                tissue,
                phase,
                place.slice_index,
                place.cx,
                place.cy,
                place.rx,
                place.ry,
            )
            for phase in Phase
            for tissue, place in places.items()
        )
    )
