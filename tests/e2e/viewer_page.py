"""An empty page that can import the viewer's modules: no app, no server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, Route

from ui.roi_viewer.assets import modules

IN_BROWSER = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def module_page(chromium: Browser) -> Iterator[Page]:
    """Answer every address below http://viewer.test from the source files."""

    def answer(route: Route) -> None:
        text = modules().get(Path(route.request.url).name, b"<!doctype html>")
        kind = "text/javascript" if route.request.url.endswith(".js") else "text/html"
        route.fulfill(body=text, content_type=kind)

    context = chromium.new_context()
    context.route("http://viewer.test/**", answer)
    page = context.new_page()
    page.goto("http://viewer.test/")
    try:
        yield page
    finally:
        context.close()
