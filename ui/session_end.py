"""Forgets a session soon after its browser has gone, with its images, tables and uploaded bytes.

Streamlit keeps the session of a closed tab for ``server.disconnectedSessionTTL`` seconds, but drops it only
when the next tab is closed: on a quiet server a patient's images would stay in memory for days. Here the
expired ones are looked for all the time.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st
from streamlit import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

LONGEST_PAUSE_SECONDS = 15.0
SHORTEST_PAUSE_SECONDS = 0.25


@asynccontextmanager
async def forget_expired_sessions(app: object) -> AsyncIterator[None]:
    """Lifespan of the app: while it serves, expired sessions are ended within a bounded time.

    That time is ``server.disconnectedSessionTTL`` and `pause_seconds` more.
    """
    task = asyncio.create_task(_sweep_forever())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def pause_seconds(time_to_live_seconds: float) -> float:
    """Time between two looks for expired sessions."""
    return min(LONGEST_PAUSE_SECONDS, max(SHORTEST_PAUSE_SECONDS, time_to_live_seconds / 8))


async def _sweep_forever() -> None:
    pause = pause_seconds(float(st.get_option("server.disconnectedSessionTTL")))
    while True:
        await asyncio.sleep(pause)
        if runtime.exists():
            end_expired_sessions(runtime.get_instance())


def end_expired_sessions(of: runtime.Runtime) -> int:
    """End the sessions that may no longer be resumed; return how many.

    Streamlit offers no public way to its stored sessions, so the types are checked before they are used, and
    a test in a real browser holds that it works with the version that is locked.
    """
    manager = of._session_mgr
    if not isinstance(manager, WebsocketSessionManager):
        return 0
    storage = manager._session_storage
    if not isinstance(storage, MemorySessionStorage) or not isinstance(storage._cache, TTLCache):
        return 0
    expired = [stored.session for _, stored in storage._cache.expire()]
    n_ended = len(expired)
    while expired:
        _end(expired.pop())
    if n_ended:
        gc.collect()  # what is left of them refers to itself, and nothing else looks for that
    return n_ended


def _end(session: AppSession) -> None:
    """Remove uploaded bytes and downloads, and drop what the session held now, not when cycles are broken."""
    session.shutdown()
    session.session_state.clear()
