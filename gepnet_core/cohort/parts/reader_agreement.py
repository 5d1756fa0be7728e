"""How far two readers of a cohort agree, and what that means for the grey zone of a single case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from gepnet_core.case.case import READING_ERROR_HIGHEST_HU, ReadingError, study_cutoff, study_reading_error
from gepnet_core.case.measurement import Measurement, Reading
from gepnet_core.case.phase import Phase
from gepnet_core.case.robustness import grey_zone
from gepnet_core.cohort.cohort import Codes, Cohort, Floats
from gepnet_core.cohort.dictionary.mapping import RatioOrientation
from gepnet_core.cohort.dictionary.schema import NUMERIC, Column, load_dictionary
from gepnet_core.cohort.parts.missingness import Labels, cohort_columns, is_missing
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.readers.bland_altman import BlandAltman, bland_altman
from gepnet_core.statistics.readers.icc import IntraclassCorrelation, intraclass_correlations
from gepnet_core.statistics.readers.kappa import Kappa, agreement_table, cohen_kappa
from gepnet_core.study.analysis import load_agreement_bands

LIVER_HU = Decimal(75)
"""Liver of the case whose grey zone is shown: a usual value of the hepatic artery phase."""

_RATIO = "_ratio"
_ROWS = (
    "Several rows belong to one patient, and rows are taken as independent: intervals tend to be too narrow."
)


@dataclass(frozen=True)
class CategoryAgreement:
    """A column of categories, judged by both readers in ``n`` eligible rows; ``n_left_out`` others were not.

    ``table`` has the first reader in rows, categories in the order of the dictionary. None of its columns has
    an order of more than two categories, so that kappa is not weighted. ``band`` is the study's word, None
    where it has none.
    """

    name: str
    meaning: str
    n: int
    n_left_out: int
    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    kappa: Kappa
    band: str | None

    @property
    def n_same(self) -> int:
        """Rows in which both readers saw the same."""
        return sum(row[k] for k, row in enumerate(self.table))


@dataclass(frozen=True, eq=False)
class NumberAgreement:
    """A column of numbers, read by both readers in some eligible rows; ``n_left_out`` others were not.

    Attributes
    ----------
    n : int
        Rows that both readers read.
    diagnosis : codes, shape (n,)
        1 adenocarcinoma, 0 NET, `UNKNOWN`; in the order of ``bland_altman``'s cases.
    icc, bands : mapping of form to IntraclassCorrelation, and to the study's word
        The study does not say which form it took. Both empty where there is none.
    bland_altman : BlandAltman or None
        Of first minus second.
    reasons : mapping of str to str
        Why ``icc`` is empty or ``bland_altman`` None.
    """

    name: str
    meaning: str
    unit: str | None
    n: int
    diagnosis: Codes
    n_left_out: int
    icc: Mapping[str, IntraclassCorrelation]
    bands: Mapping[str, str | None]
    bland_altman: BlandAltman | None
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class ReaderAgreement:
    """Every column that both readers filled. ``reasons`` says under ``rows`` what the intervals pass over."""

    categories: tuple[CategoryAgreement, ...]
    numbers: tuple[NumberAgreement, ...]
    reasons: Mapping[str, str]
    is_synthetic: bool

    def number(self, name: str) -> NumberAgreement | None:
        """A column of numbers by its name in the dictionary; None where not both readers filled it."""
        return next((one for one in self.numbers if one.name == name), None)


@dataclass(frozen=True)
class LesionZone:
    """Lesion HU that a reading error could carry across the cutoff, the liver's HU held."""

    error: ReadingError
    low_hu: float
    high_hu: float


@dataclass(frozen=True)
class MeasuredReadingError:
    """The grey zone of a case on the published cutoff: with the assumed and with the measured reading error.

    The measured error is the SD of the differences between the readers over the root of 2, of lesion and of
    liver in the hepatic artery phase. Reader and placement of the region are both in it, since each reader
    placed a region of their own; that of a repeated scan is not. It takes both readers to be equally
    exact, and leaves out a shift of one against the other.

    Attributes
    ----------
    liver_hu, lesion_hu : Decimal
        Of the case; the lesion's is the cutoff times the liver's.
    assumed, measured : LesionZone
        The latter None where the cohort does not give it.
    n_lesion, n_liver : int
        Rows that both readers read.
    reasons : mapping of str to str
    """

    liver_hu: Decimal
    lesion_hu: Decimal
    assumed: LesionZone
    measured: LesionZone | None
    n_lesion: int
    n_liver: int
    reasons: Mapping[str, str]


def reader_agreement(cohort: Cohort, level: float = 0.95) -> ReaderAgreement:
    """Compare both readers in every column that the table has of both, over the eligible rows.

    The second reader's ratio is that of the second reader's HU, and where there are none the given one.

    Parameters
    ----------
    cohort : Cohort
    level : float
        Of all intervals, between 0 and 1.
    """
    categories, numbers = [], []
    for column, first, second in _pairs(cohort):
        both = cohort.eligible & ~is_missing(first) & ~is_missing(second)
        left_out = int(cohort.eligible.sum() - both.sum())
        if column.kind in NUMERIC:
            readings = first[both].astype(float), second[both].astype(float)
            numbers.append(_numbers(column, *readings, cohort.diagnosis[both], left_out, level))
        else:
            labels = first[both].tolist(), second[both].tolist()
            categories.append(_categories(column, *labels, left_out, level))
    return ReaderAgreement(
        tuple(categories),
        tuple(numbers),
        MappingProxyType({"rows": _ROWS} if cohort.n_repeats else {}),
        cohort.is_synthetic,
    )


def reading_error_from_agreement(agreement: ReaderAgreement) -> MeasuredReadingError:
    """What the readers' agreement means for a case on the cutoff, beside the assumed reading error.

    Parameters
    ----------
    agreement : ReaderAgreement

    References
    ----------
    SD of one reading from differences of two: Bland JM, Altman DG. Stat Methods Med Res 1999;8:135-160,
    section 2.1.
    """
    lesion, liver = (agreement.number(f"{Phase.HAP}_{tissue}_hu") for tissue in ("lesion", "liver"))
    of_lesion, of_liver = (
        None if one is None or one.bland_altman is None else one.bland_altman.within_case_sd
        for one in (lesion, liver)
    )
    measured, reasons = None, {}
    if of_lesion is None or of_liver is None:
        reasons["measured"] = f"Fewer than two rows have both readers' HU in the {Phase.HAP.label}."
    elif max(of_lesion, of_liver) > READING_ERROR_HIGHEST_HU:
        reasons["measured"] = f"The readers err by more than {READING_ERROR_HIGHEST_HU} HU: these are no HU."
    else:
        measured = _zone(ReadingError(Decimal(str(of_lesion)), Decimal(str(of_liver))))
    return MeasuredReadingError(
        LIVER_HU,
        study_cutoff() * LIVER_HU,
        _zone(study_reading_error()),
        measured,
        0 if lesion is None else lesion.n,
        0 if liver is None else liver.n,
        MappingProxyType(reasons),
    )


def agreement_band(value: float | None) -> str | None:
    """The study's word for a kappa or an ICC; None below 0 and of nothing.

    Parameters
    ----------
    value : float or None
        Rounded to the two decimals with which the study prints its limits.

    References
    ----------
    Cui et al. 2017, Materials and methods, Statistical analysis; see data/study/analysis.toml.
    """
    if value is None:
        return None
    rounded = round(Fraction(value), 2)
    return next(
        (
            band.word
            for band in load_agreement_bands()
            if Fraction(band.low) <= rounded <= Fraction(band.high)
        ),
        None,
    )


def _zone(error: ReadingError) -> LesionZone:
    lesion_hu = study_cutoff() * LIVER_HU
    zone = grey_zone(Measurement(Phase.HAP, Reading(lesion_hu), Reading(LIVER_HU)), study_cutoff(), error)
    return LesionZone(error, zone.low * float(LIVER_HU), zone.high * float(LIVER_HU))


def _pairs(cohort: Cohort) -> Iterator[tuple[Column, Floats | Labels, Floats | Labels]]:
    """Columns that the table has of both readers, or that follow from the HU of both."""
    dictionary, columns = load_dictionary(), cohort_columns(cohort)
    for name, first in columns.items():
        if name in cohort.positions or not is_missing(first).all():
            second = (
                _second_ratio(cohort, name.removesuffix(_RATIO))
                if name.endswith(_RATIO)
                else columns.get(dictionary.second_reader_prefix + name)
            )
            if second is not None:
                yield dictionary.columns[name], first, second


def _second_ratio(cohort: Cohort, phase: str) -> Floats | None:
    """The second reader's ratios, NaN where unknown; None where the table has nothing that gives one."""
    prefix, unknown = load_dictionary().second_reader_prefix, np.full(cohort.n_rows, np.nan)
    names = [f"{prefix}{phase}_{what}" for what in ("lesion_hu", "liver_hu", "ratio")]
    if names[2] not in cohort.numbers and not {*names[:2]} <= set(cohort.numbers):
        return None
    lesion, liver, given = (cohort.numbers.get(name, unknown) for name in names)
    if cohort.mapping.ratio is RatioOrientation.LIVER_OVER_LESION:
        given = _quotient(np.ones(cohort.n_rows), given)
    ratio = _quotient(lesion, liver)
    return np.where(np.isnan(ratio), given, ratio)


def _quotient(top: Floats, bottom: Floats) -> Floats:
    """NaN where the denominator is not above 0."""
    out = np.full(len(top), np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out


def _categories(
    column: Column, first: Sequence[str], second: Sequence[str], left_out: int, level: float
) -> CategoryAgreement:
    table = agreement_table(first, second, column.allowed)
    kappa = cohen_kappa(table, level=level)
    return CategoryAgreement(
        column.name,
        column.meaning,
        len(first),
        left_out,
        column.allowed,
        tuple(map(tuple, table)),
        kappa,
        agreement_band(kappa.value),
    )


def _numbers(
    column: Column, first: Floats, second: Floats, diagnosis: Codes, left_out: int, level: float
) -> NumberAgreement:
    reasons: dict[str, str] = {}
    icc: Mapping[str, IntraclassCorrelation] = {}
    limits = None
    try:
        icc = intraclass_correlations(np.column_stack([first, second]), level)
    except InsufficientDataError as error:
        reasons["icc"] = _sentence(error)
    try:
        limits = bland_altman(first, second, level=level)
    except InsufficientDataError as error:
        reasons["bland_altman"] = _sentence(error)
    return NumberAgreement(
        column.name,
        column.meaning,
        column.unit,
        len(first),
        diagnosis,
        left_out,
        MappingProxyType(icc),
        MappingProxyType({form: agreement_band(one.value) for form, one in icc.items()}),
        limits,
        MappingProxyType(reasons),
    )


def _sentence(error: InsufficientDataError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
