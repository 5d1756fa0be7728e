"""A three-phase upper abdomen with known HU in lesion and liver, for tests, examples and teaching.

The work is split so that a changed HU value is shown at once: `prepare` builds the anatomy and draws the
noise (slow, independent of any HU), `paint` fills in HU (fast). `make_phantom` does both.

Magnitudes of enhancement come as plain inputs, one `PhaseEnhancement` a phase; the scenes that the project
offers are data (data/examples/phantom.toml, with sources).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.phantom.noise import draw_noise
from gepnet_core.imaging.phantom.shapes import Float32Array
from gepnet_core.imaging.phantom.tissue import FIXED_HU, Tissue
from gepnet_core.imaging.phantom.truth import PhantomTruth, place_ovals
from gepnet_core.imaging.phantom.voxels import Lesion, PhantomGrid, PhantomLayout, PhantomVoxels, build_voxels
from gepnet_core.imaging.volume import BoolArray, HuVolume
from gepnet_core.study.facts import DATA_DIRECTORY, read_toml

SCENES_FILE = DATA_DIRECTORY / "examples" / "phantom.toml"

# 256 x 256 over the same field of view, eight slices around the largest lesion: what a page
# repaints while a slider moves.
TEACHING_GRID = PhantomGrid(rows=256, columns=256, n_slices=8, pixel_mm=1.5, slice_mm=5.0)

HU_LOW, HU_HIGH = -1024.0, 3071.0
# Stored value of pixels outside the circular field of view, as scanners with signed pixels write it.
PADDING_VALUE = -2000
_HU_STEPS = (1.0, 0.5, 0.25, 0.125)


@cache
def _of_model(name: str) -> float:
    """A number that the phantom has in common with the enhancement model, which stands on the same floor."""
    entries = read_toml(DATA_DIRECTORY / "enhancement.toml")["parameter"]
    return float({entry["name"]: entry for entry in entries}[name]["value"])


@dataclass(frozen=True)
class PhaseEnhancement:
    """HU of the enhancing tissues on one phase (absolute, not above unenhanced)."""

    lesion: float
    liver: float
    artery: float
    portal_vein: float
    hepatic_vein: float
    inferior_vena_cava: float
    spleen: float
    spleen_red_pulp: float
    renal_cortex: float
    renal_medulla: float
    pancreas: float
    gut_wall: float
    muscle: float
    necrosis: float = field(default_factory=lambda: _of_model("necrosis_hu"))

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not HU_LOW <= value <= HU_HIGH:
                raise GepnetError(
                    f"The phantom's HU of {item.name.replace('_', ' ')} is out of range",
                    got=f"{value:g}",
                    allowed=f"{HU_LOW:g} to {HU_HIGH:g} HU",
                    field=item.name,
                )


@dataclass(frozen=True)
class PhantomScene:
    """One phantom: where things are, and how bright each phase is.

    Parameters
    ----------
    phases : mapping of Phase to PhaseEnhancement
    layout : PhantomLayout
    noise_sd_hu : float
        SD of the Gaussian noise of a pixel; 0 is none.
    noise_is_correlated : bool
        With the spatial correlation of `phantom_noise`; False is white noise.
    liver_fat_percent : float
        Steatosis: lowers liver on every phase, by ``hu_per_fat_percent`` of data/enhancement.toml; nothing
        else changes.
    hu_step : float
        Rescale slope: HU between neighbouring stored values; 1, 0.5, 0.25 or 0.125. Each tissue's HU is
        rounded to it (ties to even) before noise is added, so that the truth is exact.
    seed : int
        Of the noise alone.
    """

    phases: Mapping[Phase, PhaseEnhancement]
    layout: PhantomLayout = field(default_factory=PhantomLayout)
    noise_sd_hu: float = 10.0
    noise_is_correlated: bool = True
    liver_fat_percent: float = 0.0
    hu_step: float = 1.0
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.phases:
            raise GepnetError("The phantom has no phase", allowed="at least one")
        if not 0.0 <= self.noise_sd_hu <= 100.0:
            raise GepnetError("The noise is out of range", got=f"{self.noise_sd_hu:g}", allowed="0 to 100 HU")
        if not 0.0 <= self.liver_fat_percent <= 60.0:
            raise GepnetError(
                "The fat is out of range", got=f"{self.liver_fat_percent:g}", allowed="0 to 60 %"
            )
        if self.hu_step not in _HU_STEPS:
            raise GepnetError(
                "The HU step is not offered", got=f"{self.hu_step:g}", allowed="1, 0.5, 0.25 or 0.125"
            )
        if self.seed < 0:
            raise GepnetError("The seed is negative", got=str(self.seed), allowed="0 or more")
        object.__setattr__(self, "phases", MappingProxyType(dict(self.phases)))

    def tissue_hu(self, phase: Phase) -> dict[Tissue, float]:
        """HU of every tissue on a phase before noise: steatosis applied, rounded to ``hu_step``."""
        enhancement = self.phases[phase]
        values = dict(FIXED_HU)
        for item in fields(enhancement):
            values[Tissue[item.name.upper()]] = float(getattr(enhancement, item.name))
        values[Tissue.LIVER] += _of_model("hu_per_fat_percent") * self.liver_fat_percent
        return {
            tissue: float(np.clip(np.rint(hu / self.hu_step) * self.hu_step, HU_LOW, HU_HIGH))
            for tissue, hu in values.items()
        }


@dataclass(frozen=True, eq=False)
class Phantom:
    """The painted phases and what is true about them."""

    scene: PhantomScene
    volumes: Mapping[Phase, HuVolume]
    truth: PhantomTruth

    @property
    def geometry(self) -> VolumeGeometry:
        return next(iter(self.volumes.values())).geometry


@dataclass(frozen=True, eq=False)
class PreparedPhantom:
    """All that does not depend on HU: keep it while HU, fat or the noise's SD change."""

    voxels: PhantomVoxels
    unit_noise: Mapping[Phase, Float32Array]
    seed: int
    noise_is_correlated: bool


def prepare(scene: PhantomScene) -> PreparedPhantom:
    """Build the anatomy and draw the noise of every phase of the scene."""
    noise = {}
    if scene.noise_sd_hu > 0.0:
        for phase in scene.phases:
            stream = list(Phase).index(phase)
            noise[phase] = draw_noise(scene.layout.grid.shape, scene.seed, stream, scene.noise_is_correlated)
    return PreparedPhantom(build_voxels(scene.layout), noise, scene.seed, scene.noise_is_correlated)


def paint(prepared: PreparedPhantom, scene: PhantomScene) -> Phantom:
    """Fill in the HU of a scene.

    Parameters
    ----------
    prepared : PreparedPhantom
        Of a scene with the same layout, seed and kind of noise.
    scene : PhantomScene

    Returns
    -------
    Phantom

    Raises
    ------
    GepnetError
        The scene differs from the prepared one in more than HU.
    """
    same = (prepared.voxels.layout, prepared.seed, prepared.noise_is_correlated) == (
        scene.layout,
        scene.seed,
        scene.noise_is_correlated,
    )
    noise_ready = scene.noise_sd_hu == 0.0 or set(scene.phases) <= set(prepared.unit_noise)
    if not (same and noise_ready):
        raise GepnetError(
            "The scene does not fit the prepared phantom",
            allowed="the same layout, seed, phases and kind of noise",
            remedy="Prepare the phantom again.",
        )
    volumes = {phase: _paint_phase(prepared, scene, phase) for phase in scene.phases}
    hu = {phase: scene.tissue_hu(phase) for phase in scene.phases}
    return Phantom(scene, MappingProxyType(volumes), place_ovals(prepared.voxels, hu))


def make_phantom(scene: PhantomScene) -> Phantom:
    """Build and paint one scene. Equal scenes give equal pixels."""
    return paint(prepare(scene), scene)


def _paint_phase(prepared: PreparedPhantom, scene: PhantomScene, phase: Phase) -> HuVolume:
    voxels = prepared.voxels
    table = np.zeros(len(Tissue), dtype=np.float32)
    for tissue, hu in scene.tissue_hu(phase).items():
        table[tissue] = (hu - HU_LOW) / scene.hu_step
    first, second = table[voxels.mixed_first], table[voxels.mixed_second]
    blend = second + voxels.mixed_share * (first - second)
    outside = _outside_field_of_view(voxels.layout.grid)
    size = outside.size
    n_slices = voxels.geometry.n_slices
    bounds = np.searchsorted(voxels.mixed_index, np.arange(n_slices + 1) * size)
    highest = np.float32((HU_HIGH - HU_LOW) / scene.hu_step)
    stored = np.empty(voxels.tissue.shape, dtype=np.int16)
    levels = np.empty(outside.shape, dtype=np.float32)
    scaled = np.empty(outside.shape, dtype=np.float32)
    for k in range(n_slices):
        np.take(table, voxels.tissue[k], out=levels, mode="clip")
        part = slice(bounds[k], bounds[k + 1])
        levels.reshape(-1)[voxels.mixed_index[part] - k * size] = blend[part]
        if scene.noise_sd_hu > 0.0:
            np.multiply(
                prepared.unit_noise[phase][k], np.float32(scene.noise_sd_hu / scene.hu_step), out=scaled
            )
            levels += scaled
        np.rint(levels, out=levels)
        np.clip(levels, np.float32(0.0), highest, out=levels)
        stored[k] = levels
        stored[k][outside] = PADDING_VALUE
    return HuVolume(
        stored=stored,
        slopes=np.full(n_slices, scene.hu_step),
        intercepts=np.full(n_slices, HU_LOW),
        geometry=voxels.geometry,
        padding=(PADDING_VALUE, PADDING_VALUE),
    )


def _outside_field_of_view(grid: PhantomGrid) -> BoolArray:
    """True beyond the circle that the reconstruction fills, (rows, columns)."""
    y = np.arange(grid.rows)[:, None] - 0.5 * (grid.rows - 1)
    x = np.arange(grid.columns)[None, :] - 0.5 * (grid.columns - 1)
    radius = 0.5 * min(grid.rows, grid.columns)
    return np.asarray(x * x + y * y > radius * radius)


def scene_names(path: Path = SCENES_FILE) -> tuple[str, ...]:
    """Names of the scenes in a file."""
    return tuple(read_toml(path)["scene"])


def read_scene(name: str, grid: PhantomGrid | None = None, path: Path = SCENES_FILE) -> PhantomScene:
    """Read a scene by name.

    Parameters
    ----------
    name : str
        One of `scene_names`.
    grid : PhantomGrid, optional
        Another sampling than the default 512 x 512 x 24.
    path : Path
        A TOML file in the form of data/examples/phantom.toml.

    Raises
    ------
    GepnetError
        No such scene.
    """
    content = read_toml(path)
    if name not in content["scene"]:
        raise GepnetError("There is no such phantom scene", allowed=", ".join(content["scene"]))
    scene = content["scene"][name]
    phases = {
        phase: PhaseEnhancement(**{**content["background"][phase.value], **scene["hu"][phase.value]})
        for phase in Phase
    }
    layout = PhantomLayout(
        necrotic_core=scene.get("necrotic_core", 0.0),
        vessel_beside_lesion=scene.get("vessel_beside_lesion", False),
    )
    lobulation = scene.get("lobulation", 0.0)
    lesions: tuple[Lesion, ...] = tuple(replace(lesion, lobulation=lobulation) for lesion in layout.lesions)
    layout = replace(layout, lesions=lesions, grid=grid or layout.grid)
    return PhantomScene(
        phases,
        layout,
        noise_sd_hu=scene.get("noise_sd_hu", 10.0),
        liver_fat_percent=scene.get("liver_fat_percent", 0.0),
        seed=scene["seed"],
    )
