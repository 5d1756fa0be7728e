"""A quiz from a seed: the same seed, number of cases and kinds give the same quiz everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gepnet_core.case.plausibility import implausible_findings
from gepnet_core.errors import GepnetError
from gepnet_core.teaching.patients import Patients, ensemble_patients
from gepnet_core.teaching.quiz_case import OvalNoise, QuizCase, QuizQuestion, build_case, question_case
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind, load_quiz_settings
from gepnet_core.teaching.quiz_pools import quiz_pools

MOST_CASES = 24
HIGHEST_SEED = 999_999_999

LINK_PARAMETER = "quiz"
"""Name of the parameter in the address."""

_LETTERS = {kind.value[0]: kind for kind in QuizKind}
_LINK = re.compile(r"(0|[1-9][0-9]{0,8})-([1-9][0-9]?)-([cdgp]{1,4})")


@dataclass(frozen=True)
class QuizSpec:
    """All that a quiz follows from; it says nothing of anybody.

    Raises
    ------
    GepnetError
        If the seed is not from 0 to `HIGHEST_SEED`, no kind is named, or there are fewer cases than kinds or
        more than `MOST_CASES`.
    """

    seed: int
    n_cases: int
    kinds: tuple[QuizKind, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", tuple(kind for kind in QuizKind if kind in self.kinds))
        if not 0 <= self.seed <= HIGHEST_SEED:
            raise GepnetError(
                "the seed of a quiz is a whole number",
                got=str(self.seed),
                allowed=f"0 to {HIGHEST_SEED}",
                field="seed",
            )
        if not self.kinds:
            raise GepnetError("a quiz needs a kind of cases", allowed=", ".join(QuizKind), field="kinds")
        if not len(self.kinds) <= self.n_cases <= MOST_CASES:
            raise GepnetError(
                "a quiz has at least one case of each kind",
                got=str(self.n_cases),
                allowed=f"{len(self.kinds)} to {MOST_CASES}",
                field="n_cases",
            )


@dataclass(frozen=True)
class Quiz:
    """The cases in the order in which they are asked."""

    spec: QuizSpec
    cases: tuple[QuizCase, ...]

    @property
    def questions(self) -> tuple[QuizQuestion, ...]:
        """What may be shown before the answers."""
        return tuple(case.question for case in self.cases)

    def case(self, number: int) -> QuizCase:
        """One case by its number.

        Raises
        ------
        GepnetError
            If there is none of the number.
        """
        if not 1 <= number <= len(self.cases):
            raise GepnetError("the quiz has no such case", got=str(number), allowed=f"1 to {len(self.cases)}")
        return self.cases[number - 1]


def make_quiz(seed: int, n_cases: int, kinds: Sequence[QuizKind] = tuple(QuizKind)) -> Quiz:
    """Choose the cases of a quiz.

    Parameters
    ----------
    seed : int
        0 to `HIGHEST_SEED`.
    n_cases : int
        At least one for each kind, at most `MOST_CASES`. The kinds share them evenly, the easier ones taking
        what is left over.
    kinds : sequence of QuizKind
        In any order.

    Raises
    ------
    GepnetError
        As `QuizSpec`.
    """
    spec = QuizSpec(seed, n_cases, tuple(kinds))
    rng = np.random.Generator(np.random.PCG64(spec.seed))
    patients = ensemble_patients()
    places = _places(spec, rng)
    # Mixed, since the place of a case would otherwise tell its kind.
    order = rng.permutation(len(places)).tolist()
    taken: set[tuple[int, ...]] = set()
    cases = []
    for number, (kind, slot) in enumerate((places[k] for k in order), start=1):
        cases.append(_choose(number, kind, slot, patients, rng, taken))
    return Quiz(spec, tuple(cases))


def quiz_link_parameters(quiz: Quiz) -> Mapping[str, str]:
    """Parameters of an address under which a class gets the same quiz: seed, number of cases, kinds."""
    spec = quiz.spec
    letters = "".join(letter for letter, kind in _LETTERS.items() if kind in spec.kinds)
    return {LINK_PARAMETER: f"{spec.seed}-{spec.n_cases}-{letters}"}


def parse_quiz_link(text: str) -> QuizSpec:
    """Read what `quiz_link_parameters` wrote.

    Parameters
    ----------
    text : str
        Value of the parameter, such as ``2017-12-cdgp``; whatever somebody put into an address.

    Raises
    ------
    GepnetError
        If it is anything else. The message does not repeat the text.
    """
    found = _LINK.fullmatch(text)
    if found is None or list(found[3]) != sorted(set(found[3])):
        raise GepnetError(
            "this is no link to a quiz",
            allowed="seed, number of cases and kinds, such as 2017-12-cdgp",
            remedy="Copy the whole link, or start a quiz of your own.",
            field=LINK_PARAMETER,
        )
    return QuizSpec(int(found[1]), int(found[2]), tuple(_LETTERS[letter] for letter in found[3]))


def _places(spec: QuizSpec, rng: np.random.Generator) -> list[tuple[QuizKind, str]]:
    """Kind and slot of each case: slots take turns, from a random one on, so that neither answer is rare."""
    each, more = divmod(spec.n_cases, len(spec.kinds))
    places = []
    for k, kind in enumerate(spec.kinds):
        slots = list(quiz_pools()[kind])
        turn = rng.permutation(len(slots)).tolist()
        places += [(kind, slots[turn[j % len(slots)]]) for j in range(each + (k < more))]
    return places


def _choose(
    number: int,
    kind: QuizKind,
    slot: str,
    patients: Patients,
    rng: np.random.Generator,
    taken: set[tuple[int, ...]],
) -> QuizCase:
    """The first patient of the slot, in random order, who is not in the quiz and raises no other doubt."""
    pitfall = Pitfall(slot) if kind is QuizKind.PITFALL else None
    for row in rng.permutation(quiz_pools()[kind][slot]).tolist():
        readings = tuple(int(column[row]) for column in patients.hu().values())
        noise = _noise(rng)
        image_seed = int(rng.integers(1, HIGHEST_SEED))
        if readings in taken:
            continue
        case = build_case(number, kind, pitfall, patients, row, noise, image_seed)
        if _is_fair(case, patients, row):
            taken.add(readings)
            return case
    raise GepnetError("no patient is left for a case of this kind", got=kind.value)


def _noise(rng: np.random.Generator) -> OvalNoise:
    settings = load_quiz_settings()
    lesion, liver = (
        tuple(rng.integers(low, high, size=3, endpoint=True).tolist())
        for low, high in (settings.lesion_sd_hu, settings.liver_sd_hu)
    )
    return OvalNoise(lesion, liver)


def _is_fair(case: QuizCase, patients: Patients, row: int) -> bool:
    """Whether readings look wrong only where they are, and the pitfall can be seen in them."""
    if case.key.pitfall is None:
        return not any(implausible_findings(question_case(case.question)))
    caution = load_quiz_settings().pitfalls[case.key.pitfall].caution
    plain = build_case(1, QuizKind.CLEAR, None, patients, row, OvalNoise((1,) * 3, (1,) * 3), 1)
    seen = {code for code, _ in implausible_findings(question_case(case.question))}
    return not any(implausible_findings(question_case(plain.question))) and (
        caution is None or caution in seen
    )
