"""The cookie that names a browser, and the headers on every answer."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.roi_viewer.asgi import ask
from ui.roi_viewer.headers import BrowserCookie, SecurityHeaders

PLAUSIBLE = "A" * 43


@pytest.fixture
def app():
    async def page(request):
        return HTMLResponse("<p>page</p>")

    async def data(request):
        return JSONResponse({}, headers={"Referrer-Policy": "origin"})

    async def unchanged(request):
        return Response(status_code=304)

    return Starlette(
        routes=[Route("/", page), Route("/data", data), Route("/kept", unchanged)],
        middleware=[Middleware(BrowserCookie), Middleware(SecurityHeaders)],
    )


def test_a_page_names_a_new_browser(app) -> None:
    cookie = ask(app, "/").cookie
    assert len(cookie.value) == 43
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert not cookie["secure"]
    assert ask(app, "/").cookie.value != cookie.value


@pytest.mark.parametrize(("scheme", "headers"), [("https", {}), ("http", {"X-Forwarded-Proto": "https"})])
def test_over_https_the_cookie_is_secure(app, scheme, headers) -> None:
    assert ask(app, "/", scheme=scheme, headers=headers).cookie["secure"]


def test_a_known_browser_keeps_its_name(app) -> None:
    assert ask(app, "/", headers={"Cookie": f"gepnet_browser={PLAUSIBLE}"}).cookie is None


def test_an_implausible_name_is_replaced(app) -> None:
    assert ask(app, "/", headers={"Cookie": "gepnet_browser=me"}).cookie is not None


def test_a_link_from_another_site_does_not_rename_a_browser(app) -> None:
    # SameSite=Strict holds the cookie back on such a visit although the browser has one.
    assert ask(app, "/", headers={"Sec-Fetch-Site": "cross-site"}).cookie is None
    assert ask(app, "/", headers={"Sec-Fetch-Site": "none"}).cookie is not None


def test_only_pages_set_the_cookie(app) -> None:
    assert ask(app, "/data").cookie is None


def test_a_page_from_the_browsers_cache_sets_it_too(app) -> None:
    assert ask(app, "/kept", headers={"Sec-Fetch-Dest": "document"}).cookie is not None
    assert ask(app, "/kept", headers={"Sec-Fetch-Dest": "image"}).cookie is None


def test_security_headers(app) -> None:
    page, data = ask(app, "/").headers, ask(app, "/data").headers
    assert page["x-content-type-options"] == data["x-content-type-options"] == "nosniff"
    assert page["referrer-policy"] == "no-referrer"
    assert data["referrer-policy"] == "origin"  # what an answer says itself stays
    assert page["content-security-policy"] == "frame-ancestors 'self'"
    assert "content-security-policy" not in data
