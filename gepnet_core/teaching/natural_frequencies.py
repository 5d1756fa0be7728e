"""Accuracy and prevalence as whole patients: of 1000 such patients so many have it, so many are called."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.proportions.diagnostic import DiagnosticAccuracy
from gepnet_core.study.criteria import GroupCounts, load_criteria

SIZES = (100, 1000, 10_000)
"""How many patients a tree may stand for."""


@dataclass(frozen=True)
class NaturalFrequencies:
    """A tree of whole patients; the positive class is adenocarcinoma.

    ``of`` patients are ``with_disease`` and ``without_disease``; the former are ``tp`` + ``fn``, the latter
    ``fp`` + ``tn``, all adding up exactly. ``ppv`` and ``npv`` are those of the unrounded shares, and None
    where nobody is called so, with the reason under the name of the field.
    """

    of: int
    prevalence: float
    tp: int
    fn: int
    fp: int
    tn: int
    ppv: float | None
    npv: float | None
    reasons: Mapping[str, str]

    @property
    def with_disease(self) -> int:
        """Patients with the positive class."""
        return self.tp + self.fn

    @property
    def without_disease(self) -> int:
        """Patients with the negative class."""
        return self.fp + self.tn

    @property
    def called_positive(self) -> int:
        """Patients who are called positive, rightly or not."""
        return self.tp + self.fp

    @property
    def called_negative(self) -> int:
        """Patients who are called negative, rightly or not."""
        return self.fn + self.tn


@dataclass(frozen=True)
class CellFrequency:
    """One joint cell of the two criteria in whole patients, and the study's counts that it stands for."""

    ratio_met: bool
    pattern_met: bool
    study: GroupCounts
    patients: GroupCounts


def natural_frequencies(accuracy: DiagnosticAccuracy, of: int = 1000) -> NaturalFrequencies:
    """Turn sensitivity, specificity and prevalence into whole patients.

    Parameters
    ----------
    accuracy : DiagnosticAccuracy
        With a prevalence.
    of : int
        One of `SIZES`.

    Raises
    ------
    InsufficientDataError
        If there is no prevalence, or ``of`` is another number.

    Notes
    -----
    The tree is rounded from the root down: first how many have the disease, then how each group is called,
    each time by largest remainder, so that the parts add up. Every number is less than 1 away from its
    unrounded share of ``of``, and ``ppv`` and ``npv`` are not computed from rounded numbers.

    References
    ----------
    Gigerenzer G, Hoffrage U. Psychol Rev 1995;102:684-704.
    """
    if accuracy.prevalence is None:
        raise InsufficientDataError(
            "natural frequencies need a prevalence",
            allowed="a fraction above 0 and below 1",
            remedy="Give the prevalence of adenocarcinoma where the criteria are used.",
        )
    _check_size(of)
    counts = accuracy.counts
    with_disease, without_disease = _split_by_prevalence(accuracy.prevalence, of)
    tp, fn = apportion(with_disease, (counts.tp, counts.fn))
    fp, tn = apportion(without_disease, (counts.fp, counts.tn))
    reasons = {name: accuracy.reasons[name] for name in ("ppv", "npv") if name in accuracy.reasons}
    return NaturalFrequencies(of, accuracy.prevalence, tp, fn, fp, tn, accuracy.ppv, accuracy.npv, reasons)


def cell_frequencies(prevalence: float, of: int = 1000) -> tuple[CellFrequency, ...]:
    """The study's joint cells among ``of`` patients at a prevalence of adenocarcinoma.

    Parameters
    ----------
    prevalence : float
        Of adenocarcinoma, above 0 and below 1.
    of : int
        One of `SIZES`.

    Raises
    ------
    InsufficientDataError
        If the prevalence is no such fraction, or ``of`` another number.
    """
    _check_size(of)
    cells = load_criteria().cells
    with_disease, without_disease = _split_by_prevalence(prevalence, of)
    ours = apportion(with_disease, [cell.adenocarcinoma for cell in cells.values()])
    theirs = apportion(without_disease, [cell.net for cell in cells.values()])
    return tuple(
        CellFrequency(ratio_met, pattern_met, study, GroupCounts(n, m))
        for ((ratio_met, pattern_met), study), n, m in zip(cells.items(), ours, theirs, strict=True)
    )


def apportion(total: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """Whole parts of a total in proportion to weights, by largest remainder.

    Parameters
    ----------
    total : int
        At least 0.
    weights : sequence of int or Fraction
        Each at least 0, their sum above 0. Of equal remainders the first is rounded up.

    Raises
    ------
    InsufficientDataError
        If a weight is negative or all are 0.

    References
    ----------
    Balinski ML, Young HP. Fair Representation. 1982, Appendix A (the method of Hamilton).
    """
    whole = sum(Fraction(weight) for weight in weights)
    if whole <= 0 or min(weights) < 0:
        raise InsufficientDataError(
            "parts need weights", got=", ".join(map(str, weights)), allowed="none below 0, one above 0"
        )
    quotas = [total * Fraction(weight) / whole for weight in weights]
    parts = [math.floor(quota) for quota in quotas]
    # sorted() keeps the order of equal remainders.
    by_remainder = sorted(range(len(parts)), key=lambda k: parts[k] - quotas[k])
    for k in by_remainder[: total - sum(parts)]:
        parts[k] += 1
    return tuple(parts)


def _split_by_prevalence(prevalence: float, of: int) -> tuple[int, ...]:
    if not 0 < prevalence < 1:
        raise InsufficientDataError(
            "a prevalence is a fraction", got=f"{prevalence:g}", allowed="above 0 and below 1"
        )
    # As the decimal that it prints as: the float nearest to 0.145 lies a hair below it.
    share = Fraction(repr(float(prevalence)))
    return apportion(of, (share, 1 - share))


def _check_size(of: int) -> None:
    if of not in SIZES:
        raise InsufficientDataError(
            "natural frequencies count a round number of patients",
            got=str(of),
            allowed=", ".join(map(str, SIZES)),
        )
