"""Errors of the library: each says what is wrong, what was got, what is allowed, and how to mend it.

No message carries a patient identifier: file names, UIDs, dates and header text never enter one.
"""

from __future__ import annotations


class GepnetError(ValueError):
    """Base of every error that the library raises on purpose.

    Parameters
    ----------
    what : str
        The problem in a sentence without a full stop.
    got : str, optional
        What was found. Never an identifier.
    allowed : str, optional
        What would have been accepted.
    remedy : str, optional
        What the user can do about it.
    field : str, optional
        Path of the input that is at fault, such as ``"hap.liver"``.
    """

    def __init__(
        self,
        what: str,
        *,
        got: str | None = None,
        allowed: str | None = None,
        remedy: str | None = None,
        field: str | None = None,
    ) -> None:
        self.what = what
        self.got = got
        self.allowed = allowed
        self.remedy = remedy
        self.field = field
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        parts = [self.what]
        if self.got is not None:
            parts.append(f"got {self.got}")
        if self.allowed is not None:
            parts.append(f"allowed: {self.allowed}")
        text = "; ".join(parts) + "."
        return f"{text} {self.remedy}" if self.remedy else text


class MeasurementError(GepnetError):
    """A HU value or region of interest that no call can rest on."""


class DicomError(GepnetError):
    """An image or ROI file that cannot be read as what it claims to be."""


class CohortError(GepnetError):
    """A table that cannot be read or validated."""


class StudyError(GepnetError):
    """The study's data file is damaged or asked for something it does not state."""


class InsufficientDataError(GepnetError):
    """Too few observations for the statistic that was asked for."""


class CaseFileError(GepnetError):
    """A saved case that is damaged or of an unknown version."""
