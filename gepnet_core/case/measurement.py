"""HU of lesion and liver on one phase, and their ratio.

A typed value is a `Decimal` and is compared exactly; a measured mean is a `float`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError

Hu = Decimal | float

HU_LOWEST = -1024
HU_HIGHEST = 3071
"""CT numbers of a 12-bit scanner, -1024 to 3071: what lies outside is no HU of tissue."""

RELATIVE_TOLERANCE = Fraction(1, 10**9)
"""Two measured numbers closer than this, relatively, are equal: float64 sums of pixels differ by less."""

LARGEST_RATIO = 1_000_000
"""No liver gives more: 3071 HU over 0.01 HU is less. It keeps every later number within a float."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")


@dataclass(frozen=True)
class RoiSpread:
    """What a region of interest says beside its mean.

    ``doubts`` are codes with sentences from where it was measured, such as too few pixels.
    """

    n: int
    sd_hu: float | None
    area_mm2: float | None = None
    n_ovals: int = 1
    doubts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """HU of one tissue on one phase; ``roi`` is None where the value was typed."""

    hu: Hu
    roi: RoiSpread | None = None


@dataclass(frozen=True)
class Measurement:
    """Lesion and normal liver on the same phase.

    Raises
    ------
    MeasurementError
        If a value is not finite or outside -1024..3071 HU, or the liver is at or below 0 HU (or so close to
        0 that the ratio passes a million).
    """

    phase: Phase
    lesion: Reading
    liver: Reading

    def __post_init__(self) -> None:
        for tissue, reading in (("lesion", self.lesion), ("liver", self.liver)):
            check_hu(reading.hu, f"{self.phase}.{tissue}")
        if self.liver.hu <= 0:
            raise MeasurementError(
                "the liver's HU must be above 0 for a ratio",
                got=f"{_shown(self.liver.hu)} HU in the {self.phase.label}",
                allowed="above 0 HU",
                remedy="Check the liver value: was the ROI on liver, and are these HU?",
                field=f"{self.phase}.liver",
            )
        if abs(self.exact_ratio) > LARGEST_RATIO:
            raise MeasurementError(
                "the liver's HU is too close to 0 for a ratio",
                got=f"{_shown(self.liver.hu)} HU in the {self.phase.label}",
                allowed=f"a ratio of at most {LARGEST_RATIO:,}",
                remedy="Check the liver value: was the ROI on liver, and are these HU?",
                field=f"{self.phase}.liver",
            )

    @property
    def is_exact(self) -> bool:
        """Whether both values were typed, so that they compare exactly as decimals."""
        return isinstance(self.lesion.hu, Decimal) and isinstance(self.liver.hu, Decimal)

    @cached_property
    def exact_ratio(self) -> Fraction:
        """Lesion HU / liver HU without rounding of the quotient.

        Raw HU, no unenhanced subtraction: Cui et al. 2017, Materials and methods, Imaging and pathologic
        analysis, "Metastasis-to-liver ratios = CT values of liver metastasis / CT values of normal liver
        parenchyma".
        """
        return Fraction(self.lesion.hu) / Fraction(self.liver.hu)

    @property
    def ratio(self) -> float:
        """Lesion HU / liver HU, dimensionless."""
        return float(self.exact_ratio)


def _shown(value: Hu) -> str:
    """A typed value as typed; a measured one to a tenth."""
    return str(value) if isinstance(value, Decimal) else f"{value:.1f}"


def check_hu(value: Hu, field: str) -> None:
    """Refuse what cannot be a CT number of tissue.

    Raises
    ------
    MeasurementError
        If not finite or outside -1024..3071.
    """
    finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
    if not finite or not HU_LOWEST <= value <= HU_HIGHEST:
        raise MeasurementError(
            "this is no HU of tissue",
            got=_shown(value),
            allowed=f"{HU_LOWEST} to {HU_HIGHEST} HU",
            remedy="Type the mean HU of the region.",
            field=field,
        )


def parse_number(text: str, field: str, meaning: str = "a number") -> Decimal:
    """Read a typed number; a decimal comma is taken as a decimal point.

    Parameters
    ----------
    text : str
        For example ``"44.9"`` or ``"44,9"``; nothing else than sign, digits and one separator.
    field : str
        Path of the input, for the message.
    meaning : str
        What the number is, for the message.

    Raises
    ------
    MeasurementError
        If the text is anything else: words, NaN, infinity, an exponent, thousands separators, underscores.
    """
    trimmed = text.strip().replace("\N{MINUS SIGN}", "-")
    if len(trimmed) > 40 or not trimmed.isascii() or not _NUMBER.fullmatch(trimmed):
        raise MeasurementError(
            f"this is not {meaning}",
            got=repr(text if len(text) <= 40 else text[:40] + "..."),
            allowed="digits with at most one decimal point or comma, such as 44.9 or 44,9",
            remedy="Type the number alone, without unit.",
            field=field,
        )
    return Decimal(trimmed.replace(",", "."))


def compare(left: Fraction, right: Fraction, *, exact: bool, scale: Fraction | None = None) -> int:
    """Order two numbers: -1, 0 or 1.

    Parameters
    ----------
    left, right : Fraction
    exact : bool
        True compares as they are; False takes numbers within a relative 1e-9 as equal.
    scale : Fraction, optional
        What the 1e-9 is relative to; the larger of the two where not given. A difference of measured
        numbers is only as precise as those numbers are.
    """
    difference = left - right
    if not exact:
        scale = max(abs(left), abs(right)) if scale is None else scale
        if abs(difference) <= RELATIVE_TOLERANCE * scale:
            return 0
    return (difference > 0) - (difference < 0)
