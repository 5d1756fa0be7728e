"""Findings that hint at a mistake in measuring or typing. They warn and never change a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Measurement
from gepnet_core.case.phase import Phase
from gepnet_core.study.facts import fact

SDS_IMPLAUSIBLE = 3
"""If the ratios of a group were normal, about 1 in 700 would lie this far above or below its mean."""

SDS_SWAPPED = 2
"""Both groups' means are below 1.2 in either phase; this far above them, a swap is worth a second look."""

HAP_LIVER_LOW_HU = Decimal(40)
"""Unenhanced liver at 40 HU holds about 15 % fat (AJR review of CT steatosis, see docs/sources.md); contrast
can only raise it, so an arterial liver below that is lower still unenhanced."""

PVP_LIVER_LOW_HU = Decimal(80)
"""Portal venous liver below 80 to 90 HU points to moderate steatosis (the same review)."""


def implausible_findings(case: Case) -> Iterator[tuple[str, str]]:
    """Codes and sentences for what looks like a mistake, in a fixed order."""
    for phase, measurement in case.measurements.items():
        yield from _about_one(phase, measurement)
    hap, pvp = case.measurements.get(Phase.HAP), case.measurements.get(Phase.PVP)
    if hap is not None and pvp is not None and pvp.liver.hu <= hap.liver.hu:
        yield (
            "phases_swapped",
            "The liver is not brighter in the portal venous than in the hepatic artery phase: "
            "perhaps the phases are swapped.",
        )


def _about_one(phase: Phase, measurement: Measurement) -> Iterator[tuple[str, str]]:
    if measurement.lesion.hu < 0:
        yield (
            "negative_lesion_hu",
            f"The lesion's HU is negative in the {phase.label}: fat, gas, an artefact or a wrong region is "
            "likelier than tumour.",
        )
    low_liver = {Phase.HAP: HAP_LIVER_LOW_HU, Phase.PVP: PVP_LIVER_LOW_HU}.get(phase)
    if low_liver is not None and measurement.liver.hu < low_liver:
        yield (
            "liver_hu_low",
            f"The liver is below {low_liver} HU in the {phase.label}: steatosis, which raises the ratio, or "
            "little or early contrast is likely.",
        )
    limits = _ratio_limits(phase)
    ratio = measurement.exact_ratio
    if limits is not None and ratio > limits.swapped:
        yield (
            "lesion_liver_swapped",
            f"The lesion is far brighter than the liver in the {phase.label} (ratio {float(ratio):.3f}): "
            "perhaps lesion and liver are swapped, or the ratio was meant the other way round.",
        )
    if limits is not None and not limits.lowest <= ratio <= limits.highest:
        yield (
            "ratio_implausible",
            f"The ratio in the {phase.label} is {float(ratio):.3f}; the study's group means plus and minus "
            f"{SDS_IMPLAUSIBLE} SD span {float(limits.lowest):.2f} to {float(limits.highest):.2f}.",
        )
    for tissue, reading in (("lesion", measurement.lesion), ("liver", measurement.liver)):
        if reading.roi is not None:
            for code, sentence in reading.roi.doubts:
                yield f"roi_{code}", f"{tissue.capitalize()}, {phase.label}: {sentence}"


@dataclass(frozen=True)
class _RatioLimits:
    """Lowest and highest plausible ratio, and the one above which a swap is suspected. Exact."""

    lowest: Fraction
    highest: Fraction
    swapped: Fraction


@cache
def _ratio_limits(phase: Phase) -> _RatioLimits | None:
    """Limits from the study's means and SDs; None for the phase that it gives no ratio of."""
    if phase is Phase.EP:
        return None
    groups = [
        (
            Fraction(fact(f"{phase}_ratio_mean_{group}").value),
            Fraction(fact(f"{phase}_ratio_sd_{group}").value),
        )
        for group in ("net", "adenocarcinoma")
    ]
    return _RatioLimits(
        lowest=min(mean - SDS_IMPLAUSIBLE * sd for mean, sd in groups),
        highest=max(mean + SDS_IMPLAUSIBLE * sd for mean, sd in groups),
        swapped=max(mean + SDS_SWAPPED * sd for mean, sd in groups),
    )
