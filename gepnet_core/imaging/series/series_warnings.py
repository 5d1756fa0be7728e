"""What a header says of a series that its measurements must be read with."""

from __future__ import annotations

from gepnet_core.imaging.pixels.decode import JPEG_2000_EITHER, LOSSY
from gepnet_core.imaging.pixels.header import ImageHeader
from gepnet_core.imaging.pixels.hu_values import padding_is_in_tissue
from gepnet_core.imaging.series.ordering import Stack

LOSSY_WARNING = (
    "The images were compressed with loss: HU may differ from the original by several units. "
    "Prefer the original images."
)
DERIVED_WARNING = (
    "The header marks these images as derived: check that they are original HU and not processed ones."
)
UNSPECIFIED_UNIT_WARNING = "The header leaves the unit of the pixel values unspecified; they are read as HU."
MULTI_ENERGY_WARNING = (
    "The images come from a multi-energy acquisition: their HU may not equal those of a 120 kV scan."
)
MIXED_VOLTAGE_WARNING = "The tube voltage differs between slices."
PADDING_WARNING = (
    "The padding value of the header stands for HU that tissue can have: such pixels are left out of "
    "statistics."
)


def series_warnings(stack: Stack) -> tuple[str, ...]:
    """Sentences for one stack, from its headers alone; none carries a value of the header."""
    headers = [reference.header for reference in stack.slices]
    frames = [reference.frame for reference in stack.slices]
    found: list[str] = []
    if any(_is_lossy(header) for header in headers):
        found.append(LOSSY_WARNING)
    kinds = [header.image_type for header in headers] + [frame.frame_type for frame in frames]
    if any("DERIVED" in kind[:1] or "SECONDARY" in kind[1:2] for kind in kinds):
        found.append(DERIVED_WARNING)
    if any(frame.rescale_type == "US" for frame in frames):
        found.append(UNSPECIFIED_UNIT_WARNING)
    if any(header.multi_energy for header in headers):
        found.append(MULTI_ENERGY_WARNING)
    if len({frame.kvp for frame in frames}) > 1:
        found.append(MIXED_VOLTAGE_WARNING)
    if padding_is_in_tissue(stack.slices):
        found.append(PADDING_WARNING)
    return tuple(found)


def _is_lossy(header: ImageHeader) -> bool:
    """By LossyImageCompression (0028,2110) or by syntax; of JPEG 2000, which may be either, by the former."""
    if header.pixels.transfer_syntax == JPEG_2000_EITHER:
        return header.lossy is not False
    return header.lossy is True or header.pixels.transfer_syntax in LOSSY
