"""The numbers behind the figures of one case, as text ready to be read; without Plotly."""

from __future__ import annotations

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.case import study_cutoff
from gepnet_core.case.phase import Phase
from gepnet_core.figures.case_scale import group_marks, hap_ratio_text, zone_note
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.numbers import format_decimal, format_hu, format_ratio


def phases_table(assessment: Assessment) -> FigureTable:
    """The numbers of `phases_figure`, with the ratio of each phase; no rows where no HU were given."""
    rows = []
    for phase in Phase:
        measurement = assessment.case.measurements.get(phase)
        if measurement is not None:
            rows.append(
                (
                    f"{phase.label[0].upper()}{phase.label[1:]} ({phase.upper()})",
                    format_hu(measurement.lesion.hu),
                    format_hu(measurement.liver.hu),
                    hap_ratio_text(assessment)
                    if phase is Phase.HAP
                    else format_ratio(measurement.exact_ratio),
                )
            )
    return FigureTable(
        "Lesion and liver over the phases",
        ("Phase", "Lesion (HU)", "Liver (HU)", "Lesion / liver"),
        tuple(rows),
    )


def ratio_table(assessment: Assessment) -> FigureTable:
    """The numbers of `ratio_figure`."""
    rows = [
        ("This case", hap_ratio_text(assessment), ""),
        ("Cutoff, published", format_decimal(study_cutoff(), 1), "at or below points to adenocarcinoma"),
    ]
    cutoff, zone = assessment.ratio.cutoff, assessment.grey_zone
    if not assessment.case.has_study_cutoff:
        rows.append(("Cutoff, own", format_decimal(cutoff, 1), "used for this case"))
    if zone is not None:
        low, high = (format_ratio(limit, cutoff) for limit in (zone.low, zone.high))
        rows.append(("Grey zone", f"{low} to {high}", zone_note(assessment)))
    rows += [
        (f"{mark.name}, study", str(mark.mean), f"mean; SD {mark.sd}, n = {mark.n}") for mark in group_marks()
    ]
    return FigureTable("HAP ratio against the cutoff", ("What", "HAP ratio", "Note"), tuple(rows))
