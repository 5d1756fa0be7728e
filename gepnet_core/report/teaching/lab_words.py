"""What is said in the enhancement lab: presets, controls, and the promised ratio beside the measured one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.measurement import Measurement
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.enhancement.parameters import PARAMETER_FILE, Basis, Parameter
from gepnet_core.enhancement.presets import LesionRoi, Preset, load_presets
from gepnet_core.enhancement.protocol import study_window_s
from gepnet_core.enhancement.settings import EnhancementSettings
from gepnet_core.enhancement.tube_voltage import load_tube_voltages, study_kvp
from gepnet_core.figures.case_scale import hap_ratio_text
from gepnet_core.numbers import format_ratio
from gepnet_core.report.case.criterion_words import cutoff_words
from gepnet_core.study.facts import read_toml

PROMISE_HEADINGS = ("", "Promised, without noise", "Measured", "Noise of the means, one SD")

_CALLS = {
    Call.ADENOCARCINOMA: "favours adenocarcinoma",
    Call.NET: "favours NET",
    Call.NOT_CLASSIFIABLE: "not classifiable",
    Call.WITHHELD: "withheld",
}
_RATIO_DECIMALS = 3


def is_pitfall(preset: Preset) -> bool:
    """Whether a preset shows an error: it is read or called otherwise than what it is based on."""
    if preset.based_on is None:
        return False
    base = load_presets()[preset.based_on]
    return preset.expected.call is not base.expected.call or preset.reading.phases_are_swapped


def preset_label(preset: Preset) -> str:
    """The title, after the word pitfall where it is one."""
    return f"Pitfall. {preset.title}" if is_pitfall(preset) else preset.title


def preset_sentences(preset: Preset) -> tuple[str, ...]:
    """Why a preset comes out so, how it is read, and what its base would give."""
    said = [preset.cause]
    if preset.reading.lesion_roi is not LesionRoi.TUMOUR:
        said.append(f"The lesion's oval holds {preset.reading.lesion_roi.label}.")
    if preset.reading.phases_are_swapped:
        said.append("Each of the two phases is shown under the other's name.")
    if is_pitfall(preset) and preset.based_on is not None:
        base = load_presets()[preset.based_on].expected
        said.append(
            f"Without the error: HAP ratio {base.hap_ratio}, {base.pattern}, {_CALLS[base.call]}. "
            f"With it: {preset.expected.hap_ratio}, {preset.expected.pattern}, "
            f"{_CALLS[preset.expected.call]}."
        )
    return tuple(said)


def answer_sentence(assessment: Assessment) -> str:
    """The whole answer in a line, for the place beside the controls."""
    pattern = assessment.pattern.value
    return (
        f"HAP ratio {hap_ratio_text(assessment)}, cutoff {cutoff_words(assessment.case)}; "
        f"{'pattern unknown' if pattern is None else pattern}: {_CALLS[assessment.call]}"
    )


def control_label(parameter: Parameter, name: str = "") -> str:
    """A control's name with its unit and range; ``name`` in place of the parameter's own."""
    words = name or parameter.label
    unit = "" if parameter.unit == "1" else f"{parameter.unit}, "
    return f"{words[:1].upper()}{words[1:]} ({unit}{parameter.low:g} to {parameter.high:g})"


def control_help(parameter: Parameter) -> str:
    """What a parameter is and what its usual value rests on."""
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    return (
        f"{parameter.label[:1].upper()}{parameter.label[1:]}. Usual value {parameter.value:g}{unit}; "
        f"{parameter.basis.label}. Source: {parameter.source}."
    )


def kvp_help() -> str:
    """What tube voltage does, by voltage, and what that rests on."""
    entry = read_toml(PARAMETER_FILE)["tube_voltages"]
    factors = "; ".join(
        f"{kvp} kVp: iodine x {voltage.iodine_factor:g}, noise x {voltage.noise_factor:g}"
        for kvp, voltage in load_tube_voltages().items()
    )
    return (
        f"Relative to {study_kvp()} kVp, the study's: {factors}. Unenhanced HU stay. "
        f"{Basis(entry['basis']).label.capitalize()}. Source: {entry['source']}."
    )


def ratio_noise_sd(measurement: Measurement, pixel_sd_hu: float) -> float | None:
    """SD of a ratio of two means by the noise of their pixels alone.

    First-order propagation: Var(L / B) = (Var L + r^2 Var B) / B^2, and Var of a mean is SD^2 / n. The
    phantom's noise has the power of white noise at frequency zero, so that this holds in it; in a patient's
    image it is a lower bound.

    Parameters
    ----------
    measurement : Measurement
    pixel_sd_hu : float
        Noise that the phantom was painted with.

    Returns
    -------
    float or None
        None where a reading has no region, so that the number of its pixels is unknown.
    """
    lesion, liver = measurement.lesion.roi, measurement.liver.roi
    if lesion is None or liver is None:
        return None
    spread = math.sqrt(1.0 / lesion.n + measurement.ratio**2 / liver.n)
    return pixel_sd_hu * spread / float(measurement.liver.hu)


def promise_rows(
    preset: Preset,
    measurements: Mapping[Phase, Measurement],
    pixel_sd_hu: float,
    changed: Sequence[str],
) -> tuple[tuple[str, ...], ...]:
    """Promised and measured ratio of hepatic artery and portal venous phase.

    ``changed`` names what differs from the preset: its promise no longer holds then, and none is shown.
    """
    promises = {Phase.HAP: preset.expected.hap_ratio, Phase.PVP: preset.expected.pvp_ratio}
    rows = []
    for phase, promised in promises.items():
        measurement = measurements.get(phase)
        noise = None if measurement is None else ratio_noise_sd(measurement, pixel_sd_hu)
        rows.append(
            (
                f"{phase.upper()} ratio",
                "changed" if changed else str(promised),
                "not measured" if measurement is None else format_ratio(measurement.exact_ratio),
                "unknown" if noise is None else f"± {noise:.{_RATIO_DECIMALS}f}",
            )
        )
    return tuple(rows)


def promise_sentence(
    preset: Preset, hap: Measurement | None, pixel_sd_hu: float, changed: Sequence[str]
) -> str:
    """Whether the measured HAP ratio is what the preset promises, and what it can be otherwise."""
    promised = preset.expected.hap_ratio
    if hap is None:
        return f"Promised {promised}; nothing is measured on the hepatic artery phase."
    noise = ratio_noise_sd(hap, pixel_sd_hu)
    measured = format_ratio(hap.exact_ratio)
    if changed:
        return (
            f"As loaded, the preset promises {promised}. Since then changed: {', '.join(changed)}. "
            f"Measured now: {measured}."
        )
    if not noise:
        return f"Promised {promised}, measured {measured}, without noise."
    away = abs(hap.ratio - float(promised)) / noise
    verdict = (
        "within what noise alone does"
        if away <= 2
        else "rare by noise alone: look where the ovals lie"
        if away <= 4
        else "more than noise does: look where the ovals lie"
    )
    return (
        f"Promised {promised}, measured {measured} ± {noise:.{_RATIO_DECIMALS}f} (noise of the means, one "
        f"SD): {verdict}."
    )


def protocol_sentences(settings: EnhancementSettings) -> tuple[str, ...]:
    """What is outside the study's protocol, which the scope check of a real case asks for."""
    outside = []
    for phase, delay in settings.protocol.delays_s.items():
        if not settings.protocol.is_as_in_study(phase):
            low, high = study_window_s(phase)
            window = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            outside.append(f"{phase.label} at {delay:g} s (study: {window} s)")
    if settings.kvp != study_kvp():
        outside.append(f"{settings.kvp} kVp (study: {study_kvp()} kVp)")
    if settings.liver.fat_percent > 0:
        outside.append(f"liver with {settings.liver.fat_percent:g} % fat (study: normal liver)")
    if not outside:
        return ()
    return (
        f"Outside the study: {'; '.join(outside)}. On a real case the scope check asks for this and "
        "withholds the call; here it is shown, to see what would go wrong.",
    )


def iodine_words(iodine_mg_per_kg: float, volume_ml: float, duration_s: float) -> str:
    """What a dose comes to."""
    return f"{iodine_mg_per_kg:g} mg iodine/kg are {volume_ml:.0f} mL over {duration_s:.0f} s."
