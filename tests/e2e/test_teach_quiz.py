"""The quiz in a real browser: six cases to the end by keyboard and mouse, and no way to read it ahead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, WebSocket, expect

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.report.teaching.quiz_words import feedback_sentences, reveal_sentences, score_sentences
from gepnet_core.teaching.quiz import Quiz, make_quiz
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind, load_quiz_settings
from gepnet_core.teaching.quiz_grading import QuizAnswer, grade, mark_answer
from scripts.served import ServedApp
from tests.e2e.browser import fresh_context, wait_until_idle
from tests.e2e.case_page import picture, tab_to
from tests.e2e.ear import WHOLE_DOCUMENT, leaks
from ui.plain_text import as_text

LINK = "2017-6-cdgp"
QUIZ = make_quiz(2017, 6)
PATTERN = "Enhancement pattern, hepatic artery to portal venous phase"
CALL = "Your call"
SURE = "How sure you are of the call; 50 % is a guess"
PATIENCE = 60_000
"""Milliseconds for a first opening, or for painting the images of a case, on a busy machine."""


def start(page: Page) -> None:
    """Come by the link, and begin."""
    page.goto(f"/teach?quiz={LINK}", wait_until="domcontentloaded")
    page.wait_for_selector('[data-testid="stMainBlockContainer"]')
    wait_until_idle(page, timeout_ms=PATIENCE)
    part = page.get_by_role("radiogroup", name="What to look at").get_by_role("radio", name="Quiz")
    if not part.is_checked():
        part.click()
    expect(page.get_by_text("This link brings a quiz of 6 cases")).to_be_visible(timeout=PATIENCE)
    wait_until_idle(page, timeout_ms=PATIENCE)


def begin(page: Page) -> None:
    press(page, "Start this quiz")
    expect_case(page, 1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    wait_until_idle(page, timeout_ms=PATIENCE)


def expect_case(page: Page, number: int) -> None:
    """The case is there with every slice of its three phases."""
    expect(page.get_by_role("heading", name=f"Case {number} of {len(QUIZ.cases)}")).to_be_visible()
    expect(page.locator(".viewer")).to_have_attribute("data-loaded", "24", timeout=PATIENCE)
    wait_until_idle(page)


def group(page: Page, name: str) -> Locator:
    return page.get_by_role("radiogroup", name=name)


def take(page: Page, name: str, option: str) -> None:
    group(page, name).get_by_text(option, exact=True).click()
    expect(group(page, name).get_by_role("radio", name=option, exact=True)).to_be_checked()
    wait_until_idle(page)


def commit(page: Page, case: QuizCase, choice: QuizChoice, sure: int) -> QuizAnswer:
    """With the mouse."""
    take(page, PATTERN, case.key.pattern.capitalize())
    take(page, CALL, choice.label)
    take(page, SURE, f"{sure} %")
    press(page, "Commit")
    return QuizAnswer(case.number, case.key.pattern, choice, sure)


def commit_by_keyboard(page: Page) -> QuizAnswer:
    """First pattern, second call, second confidence, all without a mouse."""
    for name, option, down in (
        (PATTERN, EnhancementPattern.PLATEAU.capitalize(), 0),
        (CALL, QuizChoice.NET.label, 1),
        (SURE, "60 %", 1),
    ):
        tab_to(page, group(page, name).get_by_role("radio").first)
        page.keyboard.press("Space")
        for _ in range(down):
            page.keyboard.press("ArrowDown")
        expect(group(page, name).get_by_role("radio", name=option, exact=True)).to_be_checked()
        wait_until_idle(page)
    tab_to(page, page.get_by_role("button", name="Commit"))
    page.keyboard.press("Enter")
    wait_until_idle(page)
    return QuizAnswer(1, EnhancementPattern.PLATEAU, QuizChoice.NET, 60)


def expect_answer(page: Page, case: QuizCase, answer: QuizAnswer) -> None:
    shown = page.locator(".gp-quiz-answer").first
    for sentence in (*feedback_sentences(mark_answer(case, answer)), *reveal_sentences(case)):
        expect(shown).to_contain_text(sentence)


@pytest.mark.soak
def test_six_cases_to_the_end(page: Page) -> None:
    start(page)
    picture(page, "quiz_offer_light_1280", height=1700)
    begin(page)
    picture(page, "quiz_case_light_1280", height=2600)
    answers = [commit_by_keyboard(page)]
    expect_answer(page, QUIZ.cases[0], answers[0])
    picture(page, "quiz_answer_light_1280", height=2600)
    for case in QUIZ.cases[1:]:
        press(page, "Next case")
        expect_case(page, case.number)
        choice = list(QuizChoice)[case.number % 3]
        answers.append(commit(page, case, choice, 50 + 10 * (case.number % 6)))
        expect_answer(page, case, answers[-1])
    press(page, "See the result")
    for sentence in score_sentences(grade(QUIZ, answers)):
        expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.locator(".gp-quiz-cases tbody tr")).to_have_count(6)
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    picture(page, "quiz_result_light_1280", height=2400)


def _answers(case: QuizCase) -> set[str]:
    """Every sentence that any answer to a case could bring."""
    given = (
        QuizAnswer(case.number, pattern, choice, 90)
        for choice in QuizChoice
        for pattern in EnhancementPattern
    )
    said = {sentence for one in given for sentence in feedback_sentences(mark_answer(case, one))}
    return said | set(reveal_sentences(case))


def document(page: Page) -> bytes:
    """All that the page holds."""
    return str(page.evaluate(WHOLE_DOCUMENT)).encode()


def found(where: dict[str, bytes], sentences: Iterable[str]) -> list[tuple[str, str]]:
    """(place, sentence) wherever one is: plain, or escaped as HTML or Markdown is sent."""
    spellings = {way(one): one for one in sentences for way in (str, escape, as_text)}
    return sorted({(place, spellings[spelt]) for place, spelt in leaks(where, list(spellings))})


def _secrets(quiz: Quiz) -> list[str]:
    """What would give a case away: the words of every answer, and the names of pitfalls and kinds.

    Left out: the kind "clear", a word of every style sheet.
    """
    pitfalls = [*Pitfall, *(entry.name for entry in load_quiz_settings().pitfalls.values())]
    kinds = [*(kind for kind in QuizKind if kind is not QuizKind.CLEAR), "grey zone", "Right call:"]
    return sorted({sentence for case in quiz.cases for sentence in _answers(case)} | {*pitfalls, *kinds})


class Wiretap:
    """All that the server sends to one browser.

    Each answer is read once, when it is first asked for: the browser forgets those of what it has left.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.messages: list[bytes] = []
        self._contents: dict[str, bytes] = {}
        self._unread: list[Response] = []
        context.on("response", lambda answer: self._unread.append(answer))
        context.on("page", lambda page: page.on("websocket", self._attach))

    def heard(self) -> dict[str, bytes]:
        """By where it came from."""
        unread, self._unread[:] = list(self._unread), []
        for answer in unread:
            if "/static/" not in answer.url:
                body = answer.body() if answer.status == 200 else b""
                self._keep(answer.url, body + json.dumps(answer.all_headers()).encode())
        return {"websocket": b"\n".join(self.messages), **self._contents}

    def start_anew(self) -> None:
        """Forget what was sent so far."""
        self.messages.clear()
        self._contents.clear()
        self._unread.clear()

    def _keep(self, address: str, content: bytes) -> None:
        self._contents[address] = self._contents.get(address, b"") + content

    def _attach(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda frame: self.messages.append(frame.encode() if isinstance(frame, str) else frame),
        )


def test_the_quiz_cannot_be_read_ahead(app: ServedApp, chromium: Browser) -> None:
    with fresh_context(chromium, app.url) as context:
        ear = Wiretap(context)
        page = context.new_page()
        start(page)
        # Before a quiz is begun none is chosen; the offer names its kinds, and the lab a pitfall.
        sentences = [s for case in QUIZ.cases for s in _answers(case)]
        assert found({"document": document(page), "websocket": b"".join(ear.messages)}, sentences) == []
        ear.start_anew()
        begin(page)
        take(page, CALL, QuizChoice.NET.label)

        heard = ear.heard()
        assert len(ear.messages) > 5 and sum("/ct/" in place for place in heard) >= 24
        before = {"document": document(page), **heard}
        assert found(before, _secrets(QUIZ)) == []
        # What was looked through is what the browser holds: the question itself is found in both.
        assert {place for place, _ in found(before, ["50 % is a guess"])} == {"document", "websocket"}

        first = QUIZ.cases[0]
        given = commit(page, first, QuizChoice.NET, 90)
        expect_answer(page, first, given)
        after = {"document": document(page), **ear.heard()}
        for sentence in reveal_sentences(first):
            assert {place for place, _ in found(after, [sentence])} == {"document", "websocket"}
        # One answer gives no other away.
        told = set(reveal_sentences(first)) | set(feedback_sentences(mark_answer(first, given)))
        others = {s for case in QUIZ.cases[1:] for s in reveal_sentences(case)} - told
        assert found(after, others) == []


@pytest.mark.soak
@pytest.mark.parametrize(
    ("look", "height"),
    [
        pytest.param("light_400", 5200, marks=pytest.mark.browser(width=400, height=860), id="phone"),
        pytest.param(
            "dark_400", 5200, marks=pytest.mark.browser(dark=True, width=400, height=860), id="dark"
        ),
        pytest.param("dark_1280", 2600, marks=pytest.mark.browser(dark=True), id="wide"),
    ],
)
def test_case_and_result_fit_the_screen(page: Page, look: str, height: int) -> None:
    start(page)
    begin(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"quiz_case_{look}", height=height)
    commit(page, QUIZ.cases[0], QuizChoice.MEASUREMENT, 90)
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"quiz_answer_{look}", height=height)
    press(page, "Finish here")
    expect(page.get_by_text(re.compile("1 of 6 cases answered"))).to_be_visible()
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    picture(page, f"quiz_result_{look}", height=height)
