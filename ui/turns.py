"""Whoever draws much waits for their turn, so that what is typed is answered at once.

Python runs one thread at a time. When a class opens images, cohorts and lessons together, each of thirty runs
would get a thirtieth of it, and so would a typed HU, which needs a hundredth of what they need. One after the
other the long ones are ready no later, and what is typed has few beside it. Short ones among them wait longer
than they would.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, local

TURN_SECONDS = 2.0
"""So long others wait for one run; a longer one, such as one on a million rows, goes on beside the next."""


class Turns:
    """Turns in the order in which they were asked for.

    Parameters
    ----------
    seconds : float
        How long a turn lasts at most. What is done in it may last longer.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = Condition()
        self._waiting: deque[object] = deque()
        self._holder: object | None = None
        self._since = 0.0
        self._here = local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn and give it back at the end; within one, nothing is waited for."""
        if getattr(self._here, "has_turn", False):
            yield
            return
        turn = object()
        self._wait(turn)
        self._here.has_turn = True
        try:
            yield
        finally:
            self._here.has_turn = False
            with self._changed:
                if self._holder is turn:
                    self._holder = None
                    self._changed.notify_all()

    def _wait(self, turn: object) -> None:
        with self._changed:
            self._waiting.append(turn)
            while (left := self._left()) > 0 or self._waiting[0] is not turn:
                self._changed.wait(left or None)
            self._waiting.popleft()
            self._holder, self._since = turn, time.monotonic()
            self._changed.notify_all()

    def _left(self) -> float:
        """Seconds for which the turn that is taken still counts; 0 where none does."""
        return 0.0 if self._holder is None else max(0.0, self._since + self._seconds - time.monotonic())


in_turn = Turns(TURN_SECONDS).taken
"""For everything that is drawn beside a typed case."""
