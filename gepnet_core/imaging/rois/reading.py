"""From what was measured inside a region to the reading that a case takes."""

from __future__ import annotations

from gepnet_core.case.measurement import Reading, RoiSpread
from gepnet_core.imaging.rois.roi import RoiStatistics
from gepnet_core.imaging.rois.roi_warnings import split_warning


def reading_of(statistics: RoiStatistics, n_regions: int = 1) -> Reading:
    """One tissue's reading: the mean of the region, with its spread and doubts.

    Parameters
    ----------
    statistics : RoiStatistics
    n_regions : int
        How many ovals were pooled.
    """
    return Reading(
        statistics.mean_hu,
        RoiSpread(
            n=statistics.n,
            sd_hu=statistics.sd_hu,
            area_mm2=statistics.area_mm2,
            n_ovals=n_regions,
            doubts=tuple(split_warning(text) for text in statistics.warnings),
        ),
    )
