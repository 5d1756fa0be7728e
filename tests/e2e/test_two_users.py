"""Two people at one server at the same time: no page, answer or download of one holds anything of the other.

Both walk the same way with words and HU of their own. Each step is begun by both before either waits for
its end, so that their runs overlap. That a session ends and is then forgotten is in test_privacy.py,
and what tokens of pixels are worth to others in test_tokens.py.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load.shown_page import ShownPage
from benchmarks.load.tab import Records, Tab
from scripts.served import ServedApp
from tests.e2e import case_page
from tests.e2e.browser import download, fresh_context, visible_text, wait_until_idle
from tests.e2e.cohort_page import PANEL
from tests.e2e.ear import WHOLE_DOCUMENT, Ear, leaks
from tests.ui.test_uploads import in_a_thread

N_TABS = 6
N_RERUNS = 25


@dataclass
class Person:
    """One of the two, with what only they have: a word in every text of their own, HU, sizes of groups."""

    page: Page
    ear: Ear
    word: str
    lesion: str
    liver: str
    n_cancers: int
    n_nets: int
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[str, ...]:
        """What nobody else may meet."""
        return (self.word, self.lesion, self.liver)

    @property
    def counts(self) -> str:
        """Words of the page about their cohort, in which the rule finds every patient."""
        return (
            f"{self.n_cancers} of {self.n_cancers} adenocarcinomas and {self.n_nets} of {self.n_nets} NETs."
        )

    def table(self) -> FilePayload:
        """A cohort with own headings, labels, codes and HU; file name and codes are never shown."""
        small, large = sorted((self.lesion, self.liver), key=float)
        rows = [f"{self.word}-{k};adenocarcinoma;{small};{large};plateau" for k in range(self.n_cancers)]
        rows += [f"{self.word}-n{k};net;{large};{small};washout" for k in range(self.n_nets)]
        rows.append(
            f"{self.word}-x;{self.word} tumour;{small};{large};plateau"
        )  # shown as a cell to be mended
        text = "\n".join([f"Case no.;Dx {self.word};HAP lesion HU;HAP liver HU;Pattern {self.word}", *rows])
        return {"name": f"{self.word}.csv", "mimeType": "text/csv", "buffer": text.encode()}

    def held(self) -> dict[str, bytes]:
        """All that this person's browser has heard and shows, and all files that they saved."""
        self.page.wait_for_load_state("domcontentloaded")  # A document only begun has no element to read.
        shown = {"document": self.page.evaluate(WHOLE_DOCUMENT), "text": visible_text(self.page)}
        return {**{place: text.encode() for place, text in shown.items()}, **self.ear.heard(), **self.files}

    def save(self, button: str) -> None:
        name, content = download(self.page, button)
        self.files[name] = _unpacked(content)


def _unpacked(content: bytes) -> bytes:
    """The files of a ZIP, one after the other; other content as it is."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


@pytest.fixture(scope="module")
def people(app: ServedApp, chromium: Browser) -> Iterator[tuple[Person, Person]]:
    with fresh_context(chromium, app.url) as one, fresh_context(chromium, app.url) as other:
        both = (
            Person(one.new_page(), Ear(one), "Zzalpha", "47.3193", "71.8829", 5, 4),
            Person(other.new_page(), Ear(other), "Zzbravo", "93.6417", "61.5308", 7, 6),
        )
        for person in both:
            person.ear.listen(person.page)
        yield both


def at_once(walks: Sequence[Iterator[None]]) -> Iterator[None]:
    """All walks step by step, the second one's next step begun before the first one's is waited for."""
    for steps in zip(*walks, strict=True):
        yield steps[0]


def open_case(person: Person) -> Iterator[None]:
    """Type a case until it has a call."""
    person.ear.answers.clear()  # of the page before: their bodies go with it
    person.page.goto("/", wait_until="commit")
    yield
    wait_until_idle(person.page)
    case_page.field(person.page, "hap_lesion_hu").fill(person.lesion)
    case_page.field(person.page, "hap_liver_hu").fill(person.liver)
    plateau = person.page.get_by_role("radiogroup", name="Enhancement pattern, as you see it")
    plateau.get_by_role("radio", name="Plateau").click()
    yield
    case_page.wait_until_typed(person.page)
    low = float(person.lesion) / float(person.liver) <= 0.898
    case_page.expect_call(person.page, "Favours adenocarcinoma" if low else "Favours NET")
    person.save("Result as JSON")
    yield


def save_case(person: Person) -> Iterator[None]:
    """What else there is to take away of a case."""
    case_page.expander(person.page, "Text for the report")
    yield
    case_page.expander(person.page, "Save this case, or load one")
    person.save("Save the case")
    yield
    person.save("Report as HTML")
    yield


def open_cohort(person: Person) -> Iterator[None]:
    """On to the cohort and an own table, in the session of the case."""
    _go(person, "Explore a cohort")
    yield
    # Nobody's table yet, or the other's just now: here it is the example.
    expect(person.page.get_by_text("SYNTHETIC: these patients were invented")).to_be_visible()
    wait_until_idle(person.page)
    person.page.locator('input[type="file"]').first.set_input_files([person.table()])
    yield
    wait_until_idle(person.page)
    case_page.expander(person.page, PANEL)
    person.page.get_by_role("button", name="Use these columns").click()
    yield
    expect(person.page.get_by_text(person.counts)).to_be_visible()
    wait_until_idle(person.page)
    yield


def use_cohort(person: Person) -> Iterator[None]:
    """Take the cohort away, move the cutoff on its rows, and come back to the case."""
    person.save("Download the ZIP")
    yield
    _go(person, "Tune the cutoff")
    yield
    moved = person.page.locator(".gp-moved")
    expect(moved).to_contain_text(f"of {person.n_cancers} adenocarcinomas")
    wait_until_idle(person.page)
    yield
    exactly = person.page.get_by_role("spinbutton", name="Exactly (no unit)")
    exactly.fill("0.5")
    exactly.press("Enter")
    yield
    # All ratios below 0.898 are those of one quotient, which lies above 0.5 in both tables.
    expect(moved).to_contain_text(f"0 of {person.n_cancers} adenocarcinomas")
    _go(person, "Check a case")
    yield
    wait_until_idle(person.page)
    expect(case_page.field(person.page, "hap_lesion_hu")).to_have_value(person.lesion)
    yield


def _go(person: Person, title: str) -> None:
    person.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()


def assert_apart(one: Person, other: Person) -> None:
    assert leaks(one.held(), other.marks) == leaks(other.held(), one.marks) == []


def assert_heard(person: Person, *marks: str) -> None:
    """That what is looked through is what the browser holds: one's own is found there."""
    assert leaks({"heard": person.held()["websocket"]}, marks) == [("heard", mark) for mark in marks]


def test_what_two_people_type_and_upload_at_once_stays_with_each(people: tuple[Person, Person]) -> None:
    one, other = people
    for _ in at_once([open_case(person) for person in people]):
        assert_apart(one, other)
    for person in people:
        assert_heard(person, person.lesion, person.liver)
        ratio = json.loads(person.files["gepnet-case-result.json"])["ratios"]["hap"]
        assert ratio == pytest.approx(float(person.lesion) / float(person.liver), rel=1e-12)
    for _ in at_once([open_cohort(person) for person in people]):
        assert_apart(one, other)
    for person in people:
        assert_heard(person, person.word)


@pytest.mark.soak
def test_nothing_of_the_other_is_in_what_two_people_take_away(people: tuple[Person, Person]) -> None:
    one, other = people
    for walk in (open_case, save_case, open_cohort, use_cohort):
        for _ in at_once([walk(person) for person in people]):
            assert_apart(one, other)
    for person in people:
        assert set(person.files) == {
            *("gepnet-case-result.json", "gepnet-case.json", "gepnet-case-report.html", "gepnet-cohort.zip")
        }
        # The heading of a patient's code and the cells that nobody can read do not leave; HU do.
        assert leaks({"zip": person.files["gepnet-cohort.zip"]}, [person.lesion]) == [("zip", person.lesion)]


class HeardPage(ShownPage):
    """A page that keeps every message as it came."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[bytes] = []

    def take(self, message: ForwardMsg) -> ForwardMsg:
        self.heard.append(message.SerializeToString())
        return super().take(message)


def own_hu(person: int, turn: int) -> str:
    """A HU that nobody else types, and that stands in no text of the app."""
    return f"{40 + turn % 20}.{person + 1}{person + 1}7{turn:02d}{person + 1}"


async def type_on_and_on(url: str, person: int) -> HeardPage:
    """One session's reruns, each waited for and no pause between; the page shows what was typed last."""
    tab = Tab(url, f"person {person}", Records(), random.Random())  # noqa: S311 - of think times, of which there are none
    page = tab.page = HeardPage()
    await tab.open()
    await tab.type("Liver, HAP", "71.5")
    for turn in range(N_RERUNS):
        await tab.type("Lesion, HAP", own_hu(person, turn))
        assert own_hu(person, turn) in page.texts()
    await tab.close()
    return page


@pytest.mark.soak
def test_reruns_of_many_sessions_at_the_same_time_answer_each_its_own(app: ServedApp) -> None:
    async def all_at_once() -> list[HeardPage]:
        return await asyncio.gather(*(type_on_and_on(app.url, person) for person in range(N_TABS)))

    pages = in_a_thread(all_at_once())
    typed = [[own_hu(person, turn) for turn in range(N_RERUNS)] for person in range(N_TABS)]
    for person, page in enumerate(pages):
        heard = {"heard": b"\n".join(page.heard)}
        assert [hu for _, hu in leaks(heard, typed[person])] == typed[person]
        assert leaks(heard, [hu for k, theirs in enumerate(typed) if k != person for hu in theirs]) == []
