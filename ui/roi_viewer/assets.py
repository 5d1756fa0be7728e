"""Serves the component's JavaScript modules under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.roi_viewer.base_path import base_path

FOLDER = Path(__file__).parent
ASSET_PATH = "roi-viewer"
ENTRY_MODULE = "mount.js"


@cache
def modules() -> dict[str, bytes]:
    """Name and text of each module; only these are ever served, so no path reaches the disk."""
    return {path.name: path.read_bytes() for path in sorted((FOLDER / "js").glob("*.js"))}


@cache
def digest() -> str:
    """Hash over all modules: an update has another address, so that caches may keep what they have."""
    total = hashlib.sha256()
    for name, text in modules().items():
        total.update(f"{name}:{len(text)}:".encode())
        total.update(text)
    return total.hexdigest()[:16]


def entry_url() -> str:
    """Path of the module that the component's entry imports."""
    return f"{base_path()}/{ASSET_PATH}/{digest()}/{ENTRY_MODULE}"


async def _serve(request: Request) -> Response:
    text = modules().get(request.path_params["name"])
    if text is None or request.path_params["digest"] != digest():
        return Response(status_code=404)
    return Response(
        text,
        media_type="text/javascript",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )


def asset_route() -> Route:
    return Route(f"{base_path()}/{ASSET_PATH}/{{digest}}/{{name}}", _serve, methods=["GET"])
