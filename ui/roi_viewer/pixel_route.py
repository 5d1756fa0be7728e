"""Serves the slices of a session's volumes to the browser that owns the session, and measures on them.

The process holds only weak references: the session holds the volume, and pixels die with it. A volume is
reached by a token of 256 random bits, which is bound to the browser's cookie and expires when unused.
Whatever is wrong with token, browser or slice, the answer is the same empty 404.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

import numpy as np
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gepnet_core.imaging.volume import HuVolume
from ui.roi_viewer.assets import asset_route
from ui.roi_viewer.base_path import base_path
from ui.roi_viewer.measure_route import MeasureEndpoint

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

IDLE_SECONDS = 2 * 3600.0
"""A token that no request and no rerun has used for so long is dead."""
BROWSER_COOKIE = "gepnet_browser"
PIXEL_PATH = "ct"


@dataclass
class _Lease:
    volume: weakref.ref[HuVolume]
    browser: str | None
    last_used: float


class PixelStore:
    """Tokens of the volumes that are open somewhere, without holding any volume.

    Parameters
    ----------
    idle_seconds : float
    clock : callable
        Monotonic seconds; replaced in tests.
    """

    def __init__(
        self, idle_seconds: float = IDLE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._leases: dict[str, _Lease] = {}
        self._lock = threading.Lock()

    def issue(self, volume: HuVolume, browser: str | None) -> str:
        """Make a token for a volume, bound to the browser's cookie where there is one."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sweep()
            self._leases[token] = _Lease(weakref.ref(volume), browser, self._clock())
        return token

    def renew(self, token: str, volume: HuVolume, browser: str | None) -> bool:
        """Whether the token still opens this volume to this browser; if so, its idle time starts again."""
        return self.open(token, browser) is volume

    def open(self, token: str, browser: str | None) -> HuVolume | None:
        """Volume of a token; None where it is unknown, expired, another browser's, or its session is over."""
        with self._lock:
            lease = self._leases.get(token)
            if lease is None:
                return None
            now = self._clock()
            volume = lease.volume()
            if volume is None or now - lease.last_used > self._idle_seconds:
                del self._leases[token]
                return None
            if lease.browser is not None and not hmac.compare_digest(
                lease.browser.encode(), (browser or "").encode()
            ):
                return None
            lease.last_used = now
            return volume

    def __len__(self) -> int:
        with self._lock:
            self._sweep()
            return len(self._leases)

    def _sweep(self) -> None:
        now = self._clock()
        dead = [
            token
            for token, lease in self._leases.items()
            if lease.volume() is None or now - lease.last_used > self._idle_seconds
        ]
        for token in dead:
            del self._leases[token]


STORE = PixelStore()


def browser_of(cookie_header: str | None) -> str | None:
    """Value of the browser's cookie in a Cookie header."""
    if not cookie_header:
        return None
    jar = SimpleCookie()
    try:
        jar.load(cookie_header)
    except CookieError:
        return None
    morsel = jar.get(BROWSER_COOKIE)
    return morsel.value if morsel is not None else None


class _PixelEndpoint:
    """GET ct/<token>/<slice>: raw little-endian 16-bit stored values of one slice."""

    def __init__(self, open_volume: Callable[[Scope], HuVolume | None]) -> None:
        self._open_volume = open_volume

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._respond(scope)(scope, receive, send)

    def _respond(self, scope: Scope) -> Response:
        if scope["method"] != "GET":
            return Response(status_code=405, headers={"Allow": "GET", "Cache-Control": "no-store"})
        pixels = self._pixels(scope)
        if pixels is None:
            return Response(status_code=404, headers={"Cache-Control": "no-store"})
        return Response(
            pixels,
            media_type="application/octet-stream",
            headers={
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin",
                # Named so that the server does not compress: 0.8-1.2 s raw against 2.3-2.6 s deflated for
                # 180 slices on one machine.
                "Content-Encoding": "identity",
            },
        )

    def _pixels(self, scope: Scope) -> bytes | None:
        volume = self._open_volume(scope)
        index = scope["path_params"]["slice"]
        if volume is None or not (index.isascii() and index.isdigit() and len(index) <= 5):
            return None
        if int(index) >= volume.n_slices:
            return None
        stored = volume.stored[int(index)]
        return np.ascontiguousarray(stored, dtype=stored.dtype.newbyteorder("<")).tobytes()


def _current_store() -> PixelStore:
    # Streamlit drops and imports again the app's modules when a source file changes; the route outlives
    # that, so it asks for the module of the moment.
    from ui.roi_viewer import pixel_route

    return pixel_route.STORE


def _opener(store: PixelStore | None) -> Callable[[Scope], HuVolume | None]:
    """The one check that all routes to a volume share: token, cookie, and that our own page is asking."""

    def open_volume(scope: Scope) -> HuVolume | None:
        headers = Headers(scope=scope)
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return None
        current = store if store is not None else _current_store()
        return current.open(scope["path_params"]["token"], browser_of(headers.get("cookie")))

    return open_volume


def routes(store: PixelStore | None = None) -> list[BaseRoute]:
    """Routes of the viewer for `st.App`: slices, measuring, and the component's JavaScript.

    Parameters
    ----------
    store : PixelStore, optional
        Another store than the process's own, for tests.
    """
    volume = f"{base_path()}/{PIXEL_PATH}/{{token}}"
    opener = _opener(store)
    return [
        # Any other method falls through to the slices, of which "measure" is none.
        Route(f"{volume}/measure", MeasureEndpoint(opener), methods=["POST"], name="ct-measure"),
        Route(f"{volume}/{{slice}}", _PixelEndpoint(opener), name="ct-slice"),
        asset_route(),
    ]
