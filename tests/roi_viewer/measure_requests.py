"""Requests for Python's numbers, to an app that serves one small volume to one browser."""

from __future__ import annotations

import json

from starlette.applications import Starlette

from tests.roi_viewer.asgi import ask
from tests.roi_viewer.volumes import small_volume
from ui.roi_viewer.pixel_route import BROWSER_COOKIE, PixelStore, routes

JSON_TYPE = {"Content-Type": "application/json"}
ALICE = {"Cookie": f"{BROWSER_COOKIE}=alice", **JSON_TYPE}
BOB = {"Cookie": f"{BROWSER_COOKIE}=bob", **JSON_TYPE}
OVAL = {"id": "r1", "slice": 1, "cx": 2.25, "cy": 1.5, "rx": 2, "ry": 1.75}
ROWS, COLUMNS = 24, 32

STORE = PixelStore()
APP = Starlette(routes=routes(STORE))
# Stored values count up in sevens from -50, modulo 3000: padding are 6, 13 and 20, in the first row.
VOLUME = small_volume(slices=4, rows=ROWS, columns=COLUMNS, padding=(-50, 20))
TOKEN = STORE.issue(VOLUME, "alice")


def post(body, token=TOKEN, headers=ALICE, app=APP):
    """Ask for numbers; bytes are sent as they are, a tuple of them in parts, anything else as JSON."""
    raw = body if isinstance(body, bytes | tuple) else json.dumps(body).encode()
    return ask(app, f"/ct/{token}/measure", method="POST", headers=headers, body=raw)


def is_plain_refusal(answer):
    """400 without a word about what was wrong."""
    nothing = {"cache-control": "no-store", "content-length": "0"}
    return (answer.status, answer.body, answer.headers) == (400, b"", nothing)
