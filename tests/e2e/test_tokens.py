"""Tokens of the pixel route: worth nothing to another person, after the case, and after the session."""

from __future__ import annotations

import threading
import time

import pytest
from playwright.sync_api import Browser, BrowserContext

from scripts.served import ROOT, served
from tests.e2e import case_page
from tests.e2e.browser import fresh_context, visit, wait_until_idle
from tests.e2e.ear import PIXELS, WHOLE_DOCUMENT, Ear, leaks
from tests.e2e.test_privacy import ask, browser_cookie
from ui.roi_viewer.pixel_route import BROWSER_COOKIE

DISCONNECTED_SECONDS = 3
FETCH = "address => fetch(address).then((answer) => answer.status)"


class Thief(threading.Thread):
    """Asks for somebody's slice over and over: with another's cookie, with none, with an invented one."""

    def __init__(self, address: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.statuses: set[int] = set()
        self.n_asked = 0
        self._address, self._cookie = address, cookie
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            for cookie in (self._cookie, None, self._cookie[::-1]):
                self.statuses.add(ask(self._address, cookie)[0])
                self.n_asked += 1
            time.sleep(0.02)

    def __enter__(self) -> Thief:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join(timeout=20)


class Viewer:
    """Somebody with images open, and all that their browser hears."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.ear = Ear(context)
        self.page = context.new_page()
        self.ear.listen(self.page)

    @property
    def cookie(self) -> str:
        return browser_cookie(self.context)

    @property
    def tokens(self) -> set[str]:
        """Tokens of the pixel route that this browser was told."""
        found = (PIXELS.search(answer.url) for answer in self.ear.answers)
        return {match[1] for match in found if match is not None}

    def held(self) -> dict[str, bytes]:
        return {"document": self.page.evaluate(WHOLE_DOCUMENT).encode(), **self.ear.heard()}

    def begin(self) -> None:
        visit(self.page)
        case_page.choose_way(self.page, "Measure on images")
        self.open_example()

    def open_example(self) -> None:
        """The same study for everybody: only the token tells whose pixels they are. Not waited for."""
        self.page.get_by_role("button", name="Open the example study").click()


@pytest.mark.soak
def test_tokens_are_worth_nothing_to_another_after_the_case_and_after_the_session(chromium: Browser) -> None:
    patience = ("--server.disconnectedSessionTTL", str(DISCONNECTED_SECONDS))
    with served(ROOT / "app.py", *patience) as own, fresh_context(chromium, own.url) as other_context:
        with fresh_context(chromium, own.url) as one_context:
            one, other = Viewer(one_context), Viewer(other_context)
            one.begin()
            other.begin()
            for viewer in (one, other):
                case_page.wait_for_images(viewer.page)
            first, theirs = one.tokens, other.tokens
            address, cookie = one.ear.pixel_address(), one.cookie

            def answers(tokens: set[str], cookie: str | None = cookie) -> set[int]:
                return {ask(PIXELS.sub(f"ct/{token}/0", address), cookie)[0] for token in tokens}

            assert len(first) == len(theirs) == 3  # a phase each
            assert leaks(one.held(), [*theirs]) == leaks(other.held(), [*first]) == []
            assert cookie != other.cookie
            with Thief(address, other.cookie) as thief:
                # The owner goes on meanwhile: reruns renew the tokens, and each slice still comes.
                for pattern in ("Plateau", "Washout", "Progressive"):
                    case_page.choose_one(one.page, "Enhancement pattern, as you see it", pattern)
                    assert answers(first) == {200}
                assert other.page.evaluate(FETCH, address) == 404
                assert one.page.evaluate(FETCH, address) == 200
            assert thief.statuses == {404} and thief.n_asked > 10
            assert one.tokens == first

            one.page.get_by_role("button", name="Start a new case").click()
            wait_until_idle(one.page)
            assert answers(first) == {404}  # to their owner too
            one.open_example()
            case_page.wait_for_images(one.page)
            second = one.tokens - first
            assert len(second) == 3
            assert answers(second) == {200}
        end = time.monotonic() + DISCONNECTED_SECONDS + 30
        while answers(second) != {404}:
            assert time.monotonic() < end, "the pixels of a closed session are still there"
            time.sleep(0.25)
        assert answers(theirs, other.cookie) == {200}  # their session was never touched
        # A new session of the browser that had them does not get them back.
        with fresh_context(chromium, own.url) as again:
            again.add_cookies([{"name": BROWSER_COOKIE, "value": cookie, "url": own.url}])
            visit(again.new_page())
            assert browser_cookie(again) == cookie
            assert answers(first | second) == {404}
        assert "Traceback" not in own.log
