"""What the phantom's voxels can be made of."""

from __future__ import annotations

from enum import IntEnum

from gepnet_core.imaging.phantom.shapes import Solid


class Tissue(IntEnum):
    """What a voxel is made of."""

    AIR = 0
    FAT = 1
    SKIN = 2
    MUSCLE = 3
    LIVER = 4
    LESION = 5
    NECROSIS = 6
    SPLEEN = 7
    SPLEEN_RED_PULP = 8
    ARTERY = 9
    PORTAL_VEIN = 10
    HEPATIC_VEIN = 11
    INFERIOR_VENA_CAVA = 12
    RENAL_CORTEX = 13
    RENAL_MEDULLA = 14
    PANCREAS = 15
    GUT_WALL = 16
    GUT_CONTENT = 17
    GAS = 18
    BILE = 19
    BONE_CORTEX = 20
    BONE_MARROW = 21
    CORD = 22
    LUNG = 23


# HU of tissues whose enhancement the phantom does not follow: usual textbook magnitudes.
FIXED_HU: dict[Tissue, float] = {
    Tissue.AIR: -1000.0,
    Tissue.FAT: -100.0,
    Tissue.SKIN: 20.0,
    Tissue.GUT_CONTENT: 32.0,
    Tissue.GAS: -950.0,
    Tissue.BILE: 8.0,
    Tissue.BONE_CORTEX: 520.0,
    Tissue.BONE_MARROW: 145.0,
    Tissue.CORD: 35.0,
    Tissue.LUNG: -830.0,
}

Organ = tuple[Tissue, Solid]
