"""Measures ovals for the viewer at once, without waiting until the page was drawn anew.

The function that measures is the one that the page's result rests on, so both say the same. Nothing is kept,
and neither geometry nor token is logged or repeated in an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gepnet_core.errors import GepnetError
from gepnet_core.imaging.rois.roi import RoiStatistics
from gepnet_core.imaging.rois.roi_statistics import measure_roi
from gepnet_core.imaging.volume import HuVolume
from ui.roi_viewer.drawing import DrawingError, OvalPlace, validate_places

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MAX_BODY_BYTES = 16 * 1024
"""`MAX_OVALS` ovals with every digit that JavaScript writes take less than 12 kB."""

Numbers = dict[str, int | float | None]


class BadRequestError(ValueError):
    """A body that no viewer of ours would send."""


def numbers(statistics: RoiStatistics) -> Numbers:
    """What the browser compares with its own, however it reaches it: here or with the page."""
    return {"n": statistics.n, "mean": statistics.mean_hu, "sd": statistics.sd_hu}


class MeasureEndpoint:
    """POST ct/<token>/measure: ovals as a JSON list of ``{id, slice, cx, cy, rx, ry}``.

    The answer maps each id to ``{n, mean, sd}``, or to null where the oval cannot be measured.

    Parameters
    ----------
    open_volume : callable
        The volume that a request's token opens to its browser, or None; the same for all routes, so that a
        stranger gets the same 404 from each.
    """

    def __init__(self, open_volume: Callable[[Scope], HuVolume | None]) -> None:
        self._open_volume = open_volume

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._respond(scope, receive)
        except ClientDisconnect:
            return  # the viewer was closed while it asked; nobody is left to answer
        await answer(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        # Whose volume it is comes first: what a stranger sends is not even read.
        volume = self._open_volume(scope)
        if volume is None:
            return Response(status_code=404, headers={"Cache-Control": "no-store"})
        try:
            _require_json(Headers(scope=scope))
            body = await _limited_body(Request(scope, receive))
            # Beside the event loop: a large oval takes milliseconds, in which slices could not be served.
            measured = await run_in_threadpool(_measured, volume, body)
        except (BadRequestError, DrawingError):
            return Response(status_code=400, headers={"Cache-Control": "no-store"})
        return Response(
            json.dumps(measured, allow_nan=False),
            media_type="application/json",
            headers={
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin",
            },
        )


def _require_json(headers: Headers) -> None:
    # A form of another site cannot send this type, and a script of one would have to ask first.
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequestError


async def _limited_body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise BadRequestError
    return body


def _measured(volume: HuVolume, body: bytes) -> Mapping[str, Numbers | None]:
    try:
        untrusted = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequestError from error
    return {place.id: _numbers_of(volume, place) for place in validate_places(untrusted)}


def _numbers_of(volume: HuVolume, place: OvalPlace) -> Numbers | None:
    try:
        return numbers(measure_roi(volume, place.to_roi()))
    except GepnetError:
        return None  # the page says why, beside the oval's tissue
