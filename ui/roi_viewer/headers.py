"""Middleware of the app: the cookie that names a browser, and headers that narrow what a page may do."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from ui.roi_viewer.pixel_route import BROWSER_COOKIE, browser_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}\Z")


class BrowserCookie:
    """Gives each browser a random name on the first page it loads.

    The cookie is HttpOnly and SameSite=Strict. A page reached by a link from another site comes without
    its Strict cookie even where there is one; setting a new one then would cut off the tabs that are open.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._needs_cookie(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        https = scope["scheme"] == "https" or headers.get("x-forwarded-proto", "") == "https"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                unchanged = message["status"] == 304 and headers.get("sec-fetch-dest") == "document"
                if unchanged or answer.get("content-type", "").startswith("text/html"):
                    value = secrets.token_urlsafe(32)
                    secure = "; Secure" if https else ""
                    answer.append(
                        "set-cookie", f"{BROWSER_COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict{secure}"
                    )
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    @staticmethod
    def _needs_cookie(headers: Headers) -> bool:
        present = browser_of(headers.get("cookie"))
        if present is not None and _COOKIE_VALUE.match(present):
            return False
        return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


class SecurityHeaders:
    """Sets nosniff, no-referrer and, on pages, who may frame them.

    Parameters
    ----------
    frame_ancestors : str
        Value of the directive of that name (Content Security Policy Level 3, section 6.4.2).
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str = "'self'") -> None:
        self._app = app
        self._frame_ancestors = frame_ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.setdefault("X-Content-Type-Options", "nosniff")
                answer.setdefault("Referrer-Policy", "no-referrer")
                if answer.get("content-type", "").startswith("text/html"):
                    answer.setdefault("Content-Security-Policy", f"frame-ancestors {self._frame_ancestors}")
            await send(message)

        await self._app(scope, receive, send_with_headers)
