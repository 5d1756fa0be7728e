"""Warnings about regions: a short code for programs, then a sentence for people, in one string.

The types of `gepnet_core.imaging.rois.roi` carry warnings as text; ``"too_few_pixels: The ..."`` keeps both.
"""

from __future__ import annotations

from enum import StrEnum


class RoiWarning(StrEnum):
    """Codes of everything that a region may be warned about."""

    TOO_FEW_PIXELS = "too_few_pixels"
    HETEROGENEOUS = "heterogeneous"
    PARTLY_OUTSIDE = "partly_outside"
    PADDING_EXCLUDED = "padding_excluded"
    NESTED_CONTOURS = "nested_contours"
    MIXED_CONTOUR_TYPES = "mixed_contour_types"
    CONTOURS_IGNORED = "contours_ignored"
    BETWEEN_SLICES = "between_slices"
    OPEN_OUTLINE = "open_outline"
    THRESHOLDED = "thresholded"
    REGIONS_LEFT_OUT = "regions_left_out"
    MATCHED_BY_GEOMETRY = "matched_by_geometry"
    PATIENT_NOT_CHECKED = "patient_not_checked"
    FRAME_OF_REFERENCE_DIFFERS = "frame_of_reference_differs"
    SEVERAL_SERIES_FIT = "several_series_fit"


def worded(code: RoiWarning, sentence: str) -> str:
    """Join a code and its sentence."""
    return f"{code.value}: {sentence}"


def split_warning(text: str) -> tuple[str, str]:
    """Return ``(code, sentence)`` of a warning; the code is empty where the text carries none."""
    code, separator, sentence = text.partition(": ")
    if separator and code in set(RoiWarning):
        return code, sentence
    return "", text
