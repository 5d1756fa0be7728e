"""How soon an expired session is looked for. That it then ends is seen in tests/e2e/test_privacy.py."""

from __future__ import annotations

import asyncio

import pytest

from tests.ui.test_uploads import in_a_thread
from ui.session_end import forget_expired_sessions, pause_seconds


@pytest.mark.parametrize(("time_to_live", "pause"), [(0, 0.25), (2, 0.25), (8, 1), (120, 15), (86_400, 15)])
def test_the_time_beyond_the_sessions_own_is_bounded(time_to_live: float, pause: float) -> None:
    assert pause_seconds(time_to_live) == pause


def test_looking_ends_with_the_app() -> None:
    async def live() -> int:
        async with forget_expired_sessions(None):
            during = len(asyncio.all_tasks())
        return during - len(asyncio.all_tasks())

    assert in_a_thread(live()) == 1
