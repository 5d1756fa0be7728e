"""Python's own numbers for an oval, for the browser that owns the volume, and nothing for anybody else."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from gepnet_core.errors import MeasurementError
from gepnet_core.imaging.rois.roi_statistics import measure_roi
from tests.roi_viewer.asgi import ask
from tests.roi_viewer.measure_requests import (
    ALICE,
    APP,
    BOB,
    COLUMNS,
    JSON_TYPE,
    OVAL,
    ROWS,
    TOKEN,
    VOLUME,
    post,
)
from tests.roi_viewer.volumes import small_volume
from ui.roi_viewer import measure_route
from ui.roi_viewer.drawing import OvalPlace
from ui.roi_viewer.measure_route import MAX_BODY_BYTES
from ui.roi_viewer.pixel_route import IDLE_SECONDS, PixelStore, routes


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_the_numbers_are_numpys() -> None:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    dx, dy = (x - 15.5) / 9.25, (y - 11) / 6.5
    stored = VOLUME.stored[2][dx * dx + dy * dy <= 1]
    hu = stored[stored > 20] - 1024.0  # the padding of this volume ends at 20
    answer = post([{"id": "a", "slice": 2, "cx": 15.5, "cy": 11, "rx": 9.25, "ry": 6.5}])
    assert json.loads(answer.body) == {
        "a": {
            "n": hu.size,
            "mean": pytest.approx(hu.mean(), rel=1e-12),
            "sd": pytest.approx(hu.std(ddof=1), rel=1e-12),
        }
    }


COORDINATE = st.floats(-5, COLUMNS + 5) | st.integers(-20, 80).map(lambda k: k / 2)
HALF_AXIS = st.floats(0.1, 40)


@given(
    st.lists(
        st.builds(OvalPlace, st.just("x"), st.integers(0, 5), COORDINATE, COORDINATE, HALF_AXIS, HALF_AXIS),
        max_size=4,
    )
)
def test_the_numbers_are_the_librarys_to_the_last_bit(places) -> None:
    sent = []
    expected: dict[str, dict[str, float | None] | None] = {}
    for k, place in enumerate(places):
        sent.append(
            {"id": f"r{k}", "slice": place.slice_index}
            | {name: getattr(place, name) for name in ("cx", "cy", "rx", "ry")}
        )
        try:
            statistics = measure_roi(VOLUME, place.to_roi())
            expected[f"r{k}"] = {"n": statistics.n, "mean": statistics.mean_hu, "sd": statistics.sd_hu}
        except MeasurementError:
            expected[f"r{k}"] = None
    answer = post(sent)
    assert answer.status == 200
    assert json.loads(answer.body) == expected


@pytest.mark.parametrize(
    "where",
    [
        {"slice": 4},  # the volume ends at 3
        {"slice": 9999},
        {"cx": -400},
        {"cx": 2.5, "cy": 1.5, "rx": 0.1, "ry": 0.1},  # between pixel centres
        {"slice": 0, "cx": 9, "cy": 0, "rx": 0.5, "ry": 0.5},  # padding alone
    ],
)
def test_what_cannot_be_measured_is_null_and_hides_no_other(where) -> None:
    found = json.loads(post([{**OVAL, **where, "id": "gone"}, OVAL]).body)
    assert found["gone"] is None and found["r1"]["n"] > 0


def test_a_single_pixel_has_no_sd() -> None:
    # Column 5 of row 3, slice 1: value (1*24*32 + 3*32 + 5) * 7 - 50 = 6033 = 33 modulo 3000; less 1024.
    answer = post([{**OVAL, "cx": 5, "cy": 3, "rx": 0.5, "ry": 0.5}])
    assert json.loads(answer.body) == {"r1": {"n": 1, "mean": 33.0 - 1024.0, "sd": None}}


def test_the_answer_is_kept_nowhere_and_for_this_page_alone() -> None:
    headers = post([OVAL]).headers
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert not [name for name in headers if name.startswith("access-control") or name == "set-cookie"]


@pytest.mark.parametrize("body", [json.dumps([OVAL]).encode(), b"{", b"x" * (MAX_BODY_BYTES + 1)])
def test_a_stranger_learns_no_more_than_from_a_slice(body) -> None:
    clock = Clock()
    store = PixelStore(clock=clock)
    app = Starlette(routes=routes(store))
    volume = small_volume()
    token = store.issue(volume, "alice")
    dead = store.issue(small_volume(), "alice")
    answers = [
        post(body, app=app, token="A" * 43),
        post(body, app=app, token=token, headers=BOB),
        post(body, app=app, token=token, headers=JSON_TYPE),
        post(body, app=app, token=dead),
        post(body, app=app, token=token, headers={**ALICE, "Sec-Fetch-Site": "cross-site"}),
        post(body, app=app, token=token, headers={**ALICE, "Sec-Fetch-Site": "same-site"}),
        post(body, app=app, token="A" * 43, headers={**ALICE, "Content-Type": "text/plain"}),
        ask(app, f"/ct/{token}/measure", headers=ALICE),
    ]
    clock.now += IDLE_SECONDS + 0.001
    answers.append(post(body, app=app, token=token))
    answers.append(ask(app, f"/ct/{token}/0", headers=ALICE))  # a slice of the same
    assert {(answer.status, answer.body) for answer in answers} == {(404, b"")}
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_measuring_keeps_a_token_alive_and_a_stranger_does_not() -> None:
    clock = Clock()
    store = PixelStore(clock=clock)
    app = Starlette(routes=routes(store))
    volume = small_volume()
    token = store.issue(volume, "alice")
    for _ in range(2):
        clock.now += IDLE_SECONDS
        assert post([OVAL], app=app, token=token).status == 200
    clock.now += IDLE_SECONDS
    assert post([OVAL], app=app, token=token, headers=BOB).status == 404
    clock.now += 0.001
    assert post([OVAL], app=app, token=token).status == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused_as_for_a_slice(method) -> None:
    answer = ask(APP, f"/ct/{TOKEN}/measure", method=method, headers=ALICE)
    assert answer == ask(APP, f"/ct/{TOKEN}/0", method=method, headers=ALICE)
    assert (answer.status, answer.body) == (405, b"")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_neither_place_nor_token_is_logged_or_printed(caplog, capfd) -> None:
    with caplog.at_level(logging.DEBUG):
        post([{**OVAL, "id": "canary", "cx": 7.65625}])
        post([{**OVAL, "id": "canary", "cx": -7654321}])
        post([{**OVAL, "id": "canary"}], headers=BOB)
    out, err = capfd.readouterr()
    said = caplog.text + out + err
    assert [word for word in ("canary", "7.65625", "7654321", TOKEN, TOKEN[:8]) if word in said] == []


def test_measuring_leaves_the_event_loop_free(monkeypatch) -> None:
    beside_the_loop = []

    def noted(*arguments):
        beside_the_loop.append(not _loop_runs_here())
        return measure_roi(*arguments)

    monkeypatch.setattr(measure_route, "measure_roi", noted)
    assert post([OVAL]).status == 200
    assert beside_the_loop == [True]


def _loop_runs_here():
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def by_hand(headers, *messages):
    """What is sent and how many messages are read when a browser sends no more than these."""
    coming, sent = list(messages), []

    async def receive():
        return coming.pop(0)

    async def send(message):
        sent.append(message["type"])

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/ct/{TOKEN}/measure",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(APP(scope, receive, send))).result()
    return sent, len(messages) - len(coming)


def test_a_browser_that_leaves_while_it_asks_is_no_error() -> None:
    begun = {"type": "http.request", "body": b"[", "more_body": True}
    assert by_hand(ALICE, begun, {"type": "http.disconnect"}) == ([], 2)


def test_of_what_a_stranger_sends_nothing_is_read() -> None:
    whole = {"type": "http.request", "body": b"[]", "more_body": False}
    answered = ["http.response.start", "http.response.body"]
    assert by_hand(BOB, whole) == (answered, 0)
    assert by_hand(ALICE, whole) == (answered, 1)
