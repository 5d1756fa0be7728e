"""The lab's controls: each at its setting's unit and range, few in view, the rest folded away."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gepnet_core.enhancement.injection import injection_by_weight
from gepnet_core.enhancement.parameters import Parameter, parameter
from gepnet_core.enhancement.presets import Preset, load_presets
from gepnet_core.enhancement.settings import EnhancementSettings, change_settings
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.enhancement.tube_voltage import load_tube_voltages
from gepnet_core.figures.time_attenuation_figure import LESION_NAMES
from gepnet_core.report.teaching.lab_words import (
    control_help,
    control_label,
    iodine_words,
    kvp_help,
    preset_label,
    preset_sentences,
)
from ui.plain_text import as_text
from ui.teach.lab_state import LabState
from ui.teach.state import key

_TISSUES = ("liver", *LesionKind)
_DOSE = "iodine_mg_per_kg"
_KVP = "kvp"


@dataclass(frozen=True)
class Control:
    """One setting: the part of the settings that it is in, its field there, and how it is typed.

    ``words`` stand in place of the parameter's label where that is long or means something else here.
    """

    part: str
    field: str
    step: float
    digits: int = 0
    words: str = ""

    @property
    def name(self) -> str:
        """The setting's name in data/enhancement.toml."""
        return f"{self.part}.{self.field}" if self.part in _TISSUES else self.field

    @property
    def known(self) -> Parameter:
        return parameter(self.name)

    def of(self, settings: EnhancementSettings) -> float:
        """The setting's value."""
        if self.name == _DOSE:
            return settings.injection.iodine_mg / settings.patient.weight_kg
        value: float = getattr(getattr(settings, self.part), self.field)
        return value


HAP_DELAY = Control("protocol", "hap_delay_s", 0.5, 1, "delay of the hepatic artery phase")
FAT = Control("liver", "fat_percent", 0.2, 1, "fat of the liver")
NOISE = Control("noise", "noise_sd_hu", 0.5, 1, "noise: SD of a pixel at 120 kVp and 5 mm")
SCAN = (
    Control("protocol", "pvp_delay_s", 0.5, 1),
    Control("protocol", "ep_delay_s", 1.0, 1),
    NOISE,
    Control("noise", "slice_mm", 0.5, 1, "slice thickness, for the noise alone"),
    Control("noise", "tube_current_factor", 0.1, 2, "tube current-time product, relative"),
)
INJECTION = (
    Control("injection", _DOSE, 10.0),
    Control("injection", "rate_ml_per_s", 0.1, 2),
    Control("patient", "cardiac_output_factor", 0.05, 2, "cardiac output, relative"),
)
LIVER = (
    Control("liver", "unenhanced_hu", 1.0, 1),
    Control("liver", "arterial_fraction", 0.01, 3),
)


def lesion_controls(kind: LesionKind) -> tuple[Control, ...]:
    """The controls of one metastasis."""
    return (
        Control(kind, "unenhanced_hu", 1.0, 1),
        Control(kind, "arterial_fraction", 0.01, 3),
        Control(kind, "transfer_ml_per_min_100ml", 1.0, 2, "inflow K; washout is K / ve"),
        Control(kind, "interstitium", 0.005, 4, "distribution volume ve; washout is K / ve"),
        Control(kind, "necrotic_fraction", 0.05, 2, "necrosis mixed through the metastasis"),
    )


CONTROLS = (
    HAP_DELAY,
    FAT,
    *SCAN,
    *INJECTION,
    *LIVER,
    *(control for kind in LesionKind for control in lesion_controls(kind)),
)
"""Every control of a number; tube voltage, kind of metastasis and its core are chosen."""


def load_preset(lab: LabState, preset_id: str) -> None:
    """Take over a preset: its settings, its metastasis, and in the next run its ovals."""
    preset = load_presets()[preset_id]
    lab.preset_id = preset_id
    lab.values = {control.name: control.of(preset.settings) for control in CONTROLS}
    lab.values[_KVP] = preset.settings.kvp
    lab.lesion, lab.core_is_necrotic = preset.lesion, preset.reading.core_is_necrotic
    lab.places_ovals = True
    for name, number in lab.values.items():
        st.session_state[_key(name)] = number
    st.session_state[_key("lesion")] = lab.lesion
    st.session_state[_key("core")] = lab.core_is_necrotic


def settings_of(lab: LabState) -> EnhancementSettings:
    """The preset's settings with what was changed.

    Raises
    ------
    GepnetError
        If the values do not fit each other, such as delays out of order.
    """
    settings = load_presets()[lab.preset_id].settings
    changes = {name: number for name, number in lab.values.items() if name != _DOSE}
    injection = settings.injection
    changes["volume_ml"] = injection_by_weight(
        settings.patient.weight_kg, lab.values[_DOSE], injection.concentration_mg_per_ml
    ).volume_ml
    return change_settings(settings, changes)


def changed_names(lab: LabState) -> tuple[str, ...]:
    """What differs from the preset, in words."""
    preset = load_presets()[lab.preset_id]
    said = [
        (control.words or control.known.label).split(";")[0].split(":")[0]
        for control in CONTROLS
        if lab.values[control.name] != control.of(preset.settings)
    ]
    if lab.values[_KVP] != preset.settings.kvp:
        said.append("tube voltage")
    if lab.lesion is not preset.lesion:
        said.append("kind of metastasis")
    if lab.core_is_necrotic != preset.reading.core_is_necrotic:
        said.append("necrotic core")
    if lab.ovals != lab.placed:
        said.append("ovals")
    return tuple(dict.fromkeys(said))


def draw_presets(lab: LabState) -> Preset:
    """Choose a preset; it is loaded at once, with its cause beside it."""
    presets = load_presets()
    chosen_key = _key("preset")
    if not lab.preset_id:
        load_preset(lab, next(iter(presets)))
    st.session_state.setdefault(chosen_key, lab.preset_id)
    st.selectbox(
        "Preset",
        list(presets),
        format_func=lambda preset_id: preset_label(presets[preset_id]),
        key=chosen_key,
        persist_state="session",
        on_change=lambda: load_preset(lab, st.session_state[chosen_key]),
        help="Sets every control and places the ovals. Pitfalls are named as such.",
    )
    preset = presets[lab.preset_id]
    with st.container(key=_key("cause")):
        st.markdown(" ".join(as_text(sentence) for sentence in preset_sentences(preset)))
    return preset


def draw_controls(lab: LabState) -> None:
    """The controls that are moved most."""
    lesion = st.segmented_control(
        "Metastasis",
        list(LesionKind),
        format_func=LESION_NAMES.__getitem__,
        required=True,
        key=_keyed("lesion", lab.lesion),
        persist_state="session",
        help="Two metastases that enhance as the study's two groups on average, one hypervascular, one "
        "hypovascular. The curves show both.",
    )
    lab.lesion = lesion or lab.lesion
    for control in (HAP_DELAY, FAT):
        known = control.known
        lab.values[control.name] = st.slider(
            control_label(known, control.words),
            known.low,
            known.high,
            step=control.step,
            format=f"%.{control.digits}f",
            key=_keyed(control.name, lab.values[control.name]),
            persist_state="session",
            help=control_help(known),
        )
    kvp = st.segmented_control(
        "Tube voltage (kVp)",
        list(load_tube_voltages()),
        required=True,
        key=_keyed(_KVP, lab.values[_KVP]),
        persist_state="session",
        help=kvp_help(),
    )
    lab.values[_KVP] = kvp or lab.values[_KVP]
    lab.core_is_necrotic = st.toggle(
        "Necrotic core in the metastasis",
        key=_keyed("core", lab.core_is_necrotic),
        persist_state="session",
        help=f"The inner part does not enhance. {control_help(parameter('necrosis_hu'))}",
    )


def draw_more_controls(lab: LabState) -> None:
    """The others, by what they belong to."""
    groups = {
        "Scan": SCAN,
        "Injection and circulation": INJECTION,
        "Liver": LIVER,
        f"The {lab.lesion.label}": lesion_controls(lab.lesion),
    }
    with st.expander("More controls: dose, rate, delays, noise, inflow, washout"):
        columns = st.columns(2, gap="large")
        for k, (title, controls) in enumerate(groups.items()):
            with columns[k % 2]:
                st.markdown(f"**{title}**")
                for control in controls:
                    lab.values[control.name] = _number(lab, control)
        lesion, values = lab.lesion, lab.values
        washout = values[f"{lesion}.transfer_ml_per_min_100ml"] / 100.0 / values[f"{lesion}.interstitium"]
        injection = injection_by_weight(
            parameter("weight_kg").value, values[_DOSE], rate_ml_per_s=values["rate_ml_per_s"]
        )
        dose = iodine_words(values[_DOSE], injection.volume_ml, injection.duration_s)
        st.markdown(f"{dose} Washout K / ve of this metastasis: {washout:.2f} per min.")


def _number(lab: LabState, control: Control) -> float:
    known = control.known
    number = st.number_input(
        control_label(known, control.words),
        known.low,
        known.high,
        step=control.step,
        format=f"%.{control.digits}f",
        key=_keyed(control.name, lab.values[control.name]),
        persist_state="session",
        help=control_help(known),
    )
    # An emptied field has no other meaning than the value that stood there.
    return lab.values[control.name] if number is None else float(number)


def _keyed(name: str, value: object) -> str:
    """The key of a widget that holds what the lab holds, also where the session's state of it is gone."""
    st.session_state.setdefault(_key(name), value)
    return _key(name)


def _key(name: str) -> str:
    return key(f"lab.{name}")
