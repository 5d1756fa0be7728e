"""One case of the quiz: what the student sees, and, in a separate object, what the right answer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from gepnet_core.case.assessment import Assessment, assess
from gepnet_core.case.case import Case, study_cutoff
from gepnet_core.case.measurement import Measurement, Reading
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.errors import GepnetError
from gepnet_core.numbers import format_ratio
from gepnet_core.teaching.patients import Patients
from gepnet_core.teaching.pitfalls import altered_hu, kvp_of, oval_sd_hu
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind


class QuizChoice(StrEnum):
    """What a student may call."""

    ADENOCARCINOMA = "adenocarcinoma"
    NET = "net"
    MEASUREMENT = "measurement"

    @property
    def label(self) -> str:
        return {
            QuizChoice.ADENOCARCINOMA: "Adenocarcinoma",
            QuizChoice.NET: "NET",
            QuizChoice.MEASUREMENT: "Something is wrong with the measurement",
        }[self]


@dataclass(frozen=True)
class PhaseReadings:
    """One phase as the report has it: mean and SD of both ovals in whole HU, and the ratio as reported."""

    phase: Phase
    lesion_hu: int
    lesion_sd_hu: int
    liver_hu: int
    liver_sd_hu: int
    reported_ratio: str


@dataclass(frozen=True)
class QuizQuestion:
    """All that is shown before the answer. It is made of readings and the patient's clinical line alone."""

    number: int
    sex: str
    age_years: int
    primary_site: str
    size_mm: int
    kvp: int
    readings: tuple[PhaseReadings, ...]


@dataclass(frozen=True)
class QuizKey:
    """What is shown after the answer.

    ``choice`` is the right one: the call of the study's rule on the readings, or, in a pitfall, that
    something is wrong with them. ``assessment`` judges the readings as shown, ``call_unaltered`` those
    without the pitfall. ``diagnosis`` is that of the invented patient; the rule is no histology and may
    differ.
    """

    kind: QuizKind
    pitfall: Pitfall | None
    choice: QuizChoice
    pattern: EnhancementPattern
    assessment: Assessment
    call_unaltered: Call
    diagnosis: str


@dataclass(frozen=True)
class QuizImage:
    """What a phantom of the case is painted with; it is part of the key, since it names what went wrong.

    ``hu`` are lesion and liver on each phase as named, without necrosis; ``vessels`` says which phase the
    other organs are in.
    """

    hu: Mapping[Phase, tuple[int, int]]
    vessels: Mapping[Phase, Phase]
    has_necrosis: bool
    kvp: int
    seed: int


@dataclass(frozen=True)
class QuizCase:
    """A question with its key."""

    question: QuizQuestion
    key: QuizKey
    image: QuizImage

    @property
    def number(self) -> int:
        """1 for the first case of the quiz."""
        return self.question.number


@dataclass(frozen=True)
class OvalNoise:
    """SD of the pixels in an oval of one tissue, whole HU, for lesion and liver of each phase."""

    lesion_sd_hu: tuple[int, ...]
    liver_sd_hu: tuple[int, ...]


def build_case(
    number: int,
    kind: QuizKind,
    pitfall: Pitfall | None,
    patients: Patients,
    row: int,
    noise: OvalNoise,
    image_seed: int,
) -> QuizCase:
    """Make a case of one patient.

    Parameters
    ----------
    number : int
        Of the case in its quiz.
    kind : QuizKind
    pitfall : Pitfall or None
        What goes wrong, where ``kind`` is pitfall.
    patients : Patients
    row : int
        Which of them.
    noise : OvalNoise
    image_seed : int
        Of the phantom's noise.

    Raises
    ------
    GepnetError
        If there is a pitfall without the kind, or the kind without one.
    """
    if (pitfall is None) == (kind is QuizKind.PITFALL):
        raise GepnetError("a pitfall belongs to the cases of that kind alone", got=kind.value)
    before = patients.hu(np.array([row]))
    shown = _single(before if pitfall is None else altered_hu(pitfall, before))
    question = _question(number, pitfall, patients, row, _single(before), shown, noise)
    assessment = assess(question_case(question), with_flips=False)
    pattern = assessment.pattern.value
    if pattern is None:
        raise GepnetError("a case of the quiz has no pattern", allowed="readings of both phases")
    unaltered = assessment.call
    if pitfall is not None:
        unaltered = assess(_case(_single(before)), with_flips=False).call
    key = QuizKey(
        kind,
        pitfall,
        QuizChoice(assessment.call.value) if pitfall is None else QuizChoice.MEASUREMENT,
        pattern,
        assessment,
        unaltered,
        str(patients.columns["diagnosis"][row]),
    )
    return QuizCase(question, key, _image(pitfall, _single(before), shown, image_seed))


def question_case(question: QuizQuestion) -> Case:
    """The readings of a question as a case of the rule; no pattern of a reader, no scope."""
    return _case(
        {
            f"{readings.phase}_{tissue}_hu": hu
            for readings in question.readings
            for tissue, hu in (("lesion", readings.lesion_hu), ("liver", readings.liver_hu))
        }
    )


def _case(hu: Mapping[str, int]) -> Case:
    return Case(
        {
            phase: Measurement(
                phase,
                *(Reading(Decimal(hu[f"{phase}_{tissue}_hu"])) for tissue in ("lesion", "liver")),
            )
            for phase in Phase
        }
    )


def _single(hu: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]) -> dict[str, int]:
    return {name: int(column[0]) for name, column in hu.items()}


def _question(
    number: int,
    pitfall: Pitfall | None,
    patients: Patients,
    row: int,
    before: Mapping[str, int],
    shown: Mapping[str, int],
    noise: OvalNoise,
) -> QuizQuestion:
    columns = patients.columns
    readings = []
    for k, phase in enumerate(Phase):
        lesion, liver = shown[f"{phase}_lesion_hu"], shown[f"{phase}_liver_hu"]
        ratio = Fraction(lesion, liver) if pitfall is not Pitfall.INVERTED_RATIO else Fraction(liver, lesion)
        readings.append(
            PhaseReadings(
                phase,
                lesion,
                oval_sd_hu(pitfall, noise.lesion_sd_hu[k], before[f"{phase}_lesion_hu"]),
                liver,
                noise.liver_sd_hu[k],
                format_ratio(ratio, study_cutoff()),
            )
        )
    return QuizQuestion(
        number,
        str(columns["sex"][row]),
        int(columns["age_years"][row]),
        str(columns["primary_site"][row]),
        int(columns["size_mm"][row]),
        kvp_of(pitfall),
        tuple(readings),
    )


def _image(
    pitfall: Pitfall | None, before: Mapping[str, int], shown: Mapping[str, int], seed: int
) -> QuizImage:
    """The body that these readings were taken from: wrong ovals and wrong quotients leave it as it is."""
    in_body = pitfall in (Pitfall.SWAPPED_PHASES, Pitfall.STEATOSIS, Pitfall.LOW_TUBE_VOLTAGE)
    hu = shown if in_body else before
    swapped = {Phase.HAP: Phase.PVP, Phase.PVP: Phase.HAP} if pitfall is Pitfall.SWAPPED_PHASES else {}
    return QuizImage(
        MappingProxyType({phase: (hu[f"{phase}_lesion_hu"], hu[f"{phase}_liver_hu"]) for phase in Phase}),
        MappingProxyType({phase: swapped.get(phase, phase) for phase in Phase}),
        pitfall is Pitfall.NECROSIS_IN_OVAL,
        kvp_of(pitfall),
        seed,
    )
