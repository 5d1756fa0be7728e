"""Turns: one after the other in the order of asking, none for ever, and given back whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from ui.turns import Turns

LONG = 60.0
"""Seconds of a turn that no test waits for."""
PATIENCE = 10.0


class Run(Thread):
    """A run that takes a turn, says so, and keeps it until it is told to end."""

    def __init__(self, turns: Turns, name: str, begun: list[str]) -> None:
        super().__init__(daemon=True)
        self.has_begun, self.may_end = Event(), Event()
        self._turns, self._name, self._begun = turns, name, begun
        self.start()

    def run(self) -> None:
        with self._turns.taken():
            self._begun.append(self._name)
            self.has_begun.set()
            assert self.may_end.wait(PATIENCE)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def asked(turns: Turns, begun: list[str], names: str) -> list[Run]:
    """Runs that ask one after the other, the first of which has its turn."""
    runs = []
    for name in names:
        runs.append(Run(turns, name, begun))
        until(lambda: len(begun) + len(turns._waiting) == len(runs))
    return runs


def test_runs_go_one_after_the_other_in_the_order_in_which_they_asked() -> None:
    turns, begun = Turns(LONG), list[str]()
    runs = asked(turns, begun, "abcd")
    for number, run in enumerate(runs, start=1):
        assert run.has_begun.wait(PATIENCE)
        assert begun == list("abcd"[:number])
        run.may_end.set()
        run.join(PATIENCE)
    assert begun == list("abcd")


def test_a_run_that_lasts_longer_than_a_turn_goes_on_beside_the_next() -> None:
    turns, begun, started = Turns(0.2), list[str](), time.monotonic()
    first, second, third = asked(turns, begun, "abc")
    assert second.has_begun.wait(PATIENCE) and first.is_alive()
    assert third.has_begun.wait(PATIENCE) and second.is_alive()
    assert time.monotonic() - started >= 0.4
    # The end of a run whose turn is over gives nobody else's turn away.
    turn = turns._holder
    first.may_end.set()
    first.join(PATIENCE)
    assert turn is not None and turns._holder is turn
    for run in (second, third):
        run.may_end.set()
        run.join(PATIENCE)
    assert begun == list("abc") and turns._holder is None


def test_within_a_turn_nothing_is_waited_for() -> None:
    turns = Turns(LONG)
    with turns.taken():
        turn = turns._holder
        with turns.taken():
            assert turns._holder is turn
        # The inner one gives nothing back.
        assert turn is not None and turns._holder is turn
    assert turns._holder is None


class Stopped(BaseException):
    """As Streamlit stops a script."""


@pytest.mark.parametrize("error", [ValueError, Stopped])
def test_a_run_that_breaks_off_gives_its_turn_back(error: type[BaseException]) -> None:
    turns = Turns(LONG)
    with pytest.raises(error), turns.taken():
        raise error
    (run,) = asked(turns, [], "a")
    assert run.has_begun.wait(PATIENCE)
    run.may_end.set()
