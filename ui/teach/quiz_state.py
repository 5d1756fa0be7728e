"""What a session holds of its quiz: cases with their keys, answers, and the images of the open case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

# Types alone: the other parts of the page open without the libraries of the quiz.
if TYPE_CHECKING:
    from gepnet_core.case.phase import Phase
    from gepnet_core.imaging.volume import HuVolume
    from gepnet_core.teaching.quiz import Quiz, QuizSpec
    from gepnet_core.teaching.quiz_grading import QuizAnswer
    from ui.roi_viewer.drawing import DrawnOval


@dataclass(eq=False)
class CaseImages:
    """The painted phases of one case, and the ovals on them as they were drawn last."""

    name: str
    volumes: Mapping[Phase, HuVolume]
    ovals: tuple[DrawnOval, ...]
    revision: int = 0


@dataclass
class QuizState:
    """One quiz at a time.

    ``quiz`` is None until the cases of ``spec`` were chosen. ``answers`` holds what was committed to, by the
    number of the case; it is never changed afterwards. ``round`` counts the quizzes, so that each has fields
    of its own. ``class_seed`` is that of the link which was made last.
    """

    spec: QuizSpec | None = None
    quiz: Quiz | None = None
    answers: dict[int, QuizAnswer] = field(default_factory=dict)
    number: int = 1
    is_finished: bool = False
    round: int = 0
    images: CaseImages | None = None
    class_seed: int | None = None

    def start(self, spec: QuizSpec | None) -> None:
        """Begin a quiz from its first case; None goes back to where one is chosen."""
        if spec != self.spec:
            self.spec, self.quiz = spec, None
        self.answers, self.number, self.is_finished, self.images = {}, 1, False, None
        self.round += 1

    def commit(self, answer: QuizAnswer) -> None:
        """Keep an answer; the first to a case stands."""
        self.answers.setdefault(answer.number, answer)

    def open(self, number: int) -> None:
        """Show a case: one that was committed, or the next one after them."""
        self.number = min(max(number, 1), len(self.answers) + 1)
        self.is_finished = False

    def finish(self) -> None:
        """Show the result."""
        self.is_finished = True

    def field_name(self, name: str) -> str:
        """Of a widget of the open case: no other case and no other quiz has its value."""
        return f"quiz.{self.round}.{self.number}.{name}"
