"""Findings that hint at a mistake in measuring or typing. They warn and never change a number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Measurement
from gepnet_core.case.phase import Phase
from gepnet_core.study.facts import fact

SDS_IMPLAUSIBLE = 3
"""A ratio this many SDs beyond the outer group's mean was met in about 1 of 700 such patients at most."""

SDS_SWAPPED = 2
"""Portal venous metastases lie below liver in both groups; beyond this many SDs a swap is likelier."""

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
            f"The lesion's HU is negative in the {phase.label}: fat, gas or a wrong region, not tumour.",
        )
    low_liver = {Phase.HAP: HAP_LIVER_LOW_HU, Phase.PVP: PVP_LIVER_LOW_HU}.get(phase)
    if low_liver is not None and measurement.liver.hu < low_liver:
        yield (
            "liver_hu_low",
            f"The liver is below {low_liver} HU in the {phase.label}: steatosis is likely, "
            "and it raises the ratio.",
        )
    limits = _ratio_limits(phase)
    if limits is not None:
        lowest, highest, swapped = limits
        if measurement.ratio > swapped:
            yield (
                "lesion_liver_swapped",
                f"The lesion is far brighter than the liver in the {phase.label} "
                f"(ratio {measurement.ratio:.2f}): perhaps lesion and liver are swapped, or the ratio was "
                "meant the other way round.",
            )
        if not lowest <= measurement.ratio <= highest:
            yield (
                "ratio_implausible",
                f"The ratio in the {phase.label} is {measurement.ratio:.2f}; the study's patients lie "
                f"between about {lowest:.2f} and {highest:.2f} (means plus and minus {SDS_IMPLAUSIBLE} SD).",
            )
    for tissue, reading in (("lesion", measurement.lesion), ("liver", measurement.liver)):
        if reading.roi is not None:
            for message in reading.roi.warnings:
                yield "roi", f"{tissue.capitalize()}, {phase.label}: {message}"


def _ratio_limits(phase: Phase) -> tuple[float, float, float] | None:
    """Lowest and highest plausible ratio and the one from which on a swap is suspected."""
    if phase is Phase.EP:
        return None
    mean = {g: float(fact(f"{phase}_ratio_mean_{g}").value) for g in ("net", "adenocarcinoma")}
    sd = {g: float(fact(f"{phase}_ratio_sd_{g}").value) for g in ("net", "adenocarcinoma")}
    lowest = min(mean[g] - SDS_IMPLAUSIBLE * sd[g] for g in mean)
    highest = max(mean[g] + SDS_IMPLAUSIBLE * sd[g] for g in mean)
    return lowest, highest, max(mean[g] + SDS_SWAPPED * sd[g] for g in mean)
