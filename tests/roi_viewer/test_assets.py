"""The component's modules under an address that follows their content."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette

from tests.roi_viewer.asgi import ask
from ui.roi_viewer.assets import ENTRY_MODULE, FOLDER, asset_route, digest, entry_url, modules


@pytest.fixture
def app():
    return Starlette(routes=[asset_route()])


def test_the_entry_is_served_and_may_be_kept(app) -> None:
    answer = ask(app, entry_url())
    assert answer.status == 200
    assert answer.body == (FOLDER / "js" / ENTRY_MODULE).read_bytes()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["..%2fentry.js", "../entry.js", "component.py", "viewer.css", "", "viewer.js/x"]
)
def test_nothing_else_is_served(app, name) -> None:
    assert ask(app, f"/roi-viewer/{digest()}/{name}").status in {404, 307}


def test_an_old_address_is_not_served_with_new_content(app) -> None:
    assert ask(app, "/roi-viewer/0123456789abcdef/viewer.js").status == 404


def test_every_import_is_served() -> None:
    served = set(modules())
    for name, text in modules().items():
        wanted = set(re.findall(r'from "\./([\w.]+)"', text.decode()))
        assert wanted <= served, name


def test_modules_stay_short() -> None:
    assert {name for name, text in modules().items() if text.count(b"\n") > 250} == set()


def test_a_base_path_is_put_before_the_address(monkeypatch) -> None:
    import streamlit as st

    monkeypatch.setattr(
        st, "get_option", lambda name: "/tools/liver/" if name == "server.baseUrlPath" else None
    )
    assert entry_url() == f"/tools/liver/roi-viewer/{digest()}/mount.js"
    assert ask(Starlette(routes=[asset_route()]), entry_url()).status == 200
