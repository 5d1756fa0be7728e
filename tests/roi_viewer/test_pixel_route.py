"""Slices reach the browser that owns them, and nobody else."""

from __future__ import annotations

import base64
import gc
import random
import secrets
import weakref

import numpy as np
import pytest
from starlette.applications import Starlette

from tests.roi_viewer.asgi import ask
from tests.roi_viewer.volumes import small_volume
from ui.roi_viewer.pixel_route import BROWSER_COOKIE, IDLE_SECONDS, PixelStore, browser_of, routes

ALICE = {"Cookie": f"other=1; {BROWSER_COOKIE}=alice"}
BOB = {"Cookie": f"{BROWSER_COOKIE}=bob"}


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    return PixelStore(clock=clock)


@pytest.fixture
def app(store):
    return Starlette(routes=routes(store))


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, ">i2"])
def test_a_slice_comes_as_raw_little_endian_values(app, store, dtype) -> None:
    volume = small_volume(dtype=dtype)
    answer = ask(app, f"/ct/{store.issue(volume, 'alice')}/2", headers=ALICE)
    assert answer.status == 200
    assert np.array_equal(np.frombuffer(answer.body, "<i2").reshape(4, 5), volume.stored[2])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["content-encoding"] == "identity"
    assert answer.headers["content-length"] == "40"
    assert "set-cookie" not in answer.headers


def test_whatever_is_wrong_looks_the_same(app, store, clock) -> None:
    volume = small_volume()
    token = store.issue(volume, "alice")
    dead = store.issue(small_volume(), "alice")
    gc.collect()
    answers = [
        ask(app, f"/ct/{'A' * 43}/0", headers=ALICE),
        ask(app, f"/ct/{token}/0", headers=BOB),
        ask(app, f"/ct/{token}/0"),
        ask(app, f"/ct/{dead}/0", headers=ALICE),
        ask(app, f"/ct/{token}/3", headers=ALICE),
        ask(app, f"/ct/{token}/-1", headers=ALICE),
        ask(app, f"/ct/{token}/1.0", headers=ALICE),
        ask(app, f"/ct/{token}/\u0661", headers=ALICE),
        ask(app, f"/ct/{token}/000000", headers=ALICE),
        ask(app, f"/ct/{token}/0", headers={**ALICE, "Sec-Fetch-Site": "cross-site"}),
    ]
    clock.now += IDLE_SECONDS + 0.001
    answers.append(ask(app, f"/ct/{token}/0", headers=ALICE))
    assert {answer.status for answer in answers} == {404}
    assert {answer.body for answer in answers} == {b""}
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_token_lives_while_it_is_used(app, store, clock) -> None:
    volume = small_volume()
    token = store.issue(volume, "alice")
    for _ in range(3):
        clock.now += IDLE_SECONDS
        assert ask(app, f"/ct/{token}/0", headers=ALICE).status == 200
    clock.now += IDLE_SECONDS
    assert store.renew(token, volume, "alice")
    clock.now += IDLE_SECONDS + 0.001
    assert not store.renew(token, volume, "alice")


def test_a_foreign_request_does_not_keep_a_token_alive(app, store, clock) -> None:
    volume = small_volume()
    token = store.issue(volume, "alice")
    clock.now += IDLE_SECONDS
    assert ask(app, f"/ct/{token}/0", headers=BOB).status == 404
    clock.now += 0.001
    assert ask(app, f"/ct/{token}/0", headers=ALICE).status == 404


def test_without_a_cookie_the_token_alone_counts(app, store) -> None:
    volume = small_volume()
    token = store.issue(volume, None)
    assert ask(app, f"/ct/{token}/0").status == 200
    assert ask(app, f"/ct/{token}/0", headers=ALICE).status == 200


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused_whatever_the_token(app, store, method) -> None:
    volume = small_volume()
    answer = ask(app, f"/ct/{store.issue(volume, 'alice')}/0", method=method, headers=ALICE)
    assert (answer.status, answer.body) == (405, b"")
    assert ask(app, "/ct/unknown/0", method=method).headers == answer.headers


def test_the_store_holds_no_volume(store) -> None:
    volume = small_volume()
    gone = weakref.ref(volume)
    token = store.issue(volume, None)
    assert len(store) == 1
    del volume
    gc.collect()
    assert gone() is None
    assert len(store) == 0
    assert store.open(token, None) is None


def test_tokens_cannot_be_guessed(store) -> None:
    volume = small_volume()
    tokens = [store.issue(volume, None) for _ in range(256)]
    assert len(set(tokens)) == 256
    drawn = [base64.urlsafe_b64decode(token + "=") for token in tokens]
    assert {len(one) for one in drawn} == {32}
    # 256 bits, and none of them is fixed: that one were so by chance has a probability of 256 * 2 ** -255.
    bits = np.unpackbits(np.frombuffer(b"".join(drawn), np.uint8).reshape(256, 32), axis=1)
    assert bits.any(axis=0).all() and not bits.all(axis=0).any()
    assert "alice" not in repr(store) and not any(token in repr(store) for token in tokens)


def test_who_knows_the_seed_of_common_generators_knows_no_token(store) -> None:
    volume = small_volume()
    issued = []
    for _ in range(2):
        random.seed(898)
        np.random.seed(898)
        issued.append(store.issue(volume, "alice"))
    assert issued[0] != issued[1]


def test_tokens_come_from_the_generator_for_secrets(store, monkeypatch) -> None:
    drawn = []

    def token_urlsafe(n_bytes: int) -> str:
        drawn.append(n_bytes)
        return "the one drawn"

    monkeypatch.setattr(secrets, "token_urlsafe", token_urlsafe)
    volume = small_volume()
    assert store.issue(volume, "alice") == "the one drawn"
    assert drawn == [32]
    assert store.open("the one drawn", "alice") is volume


def test_a_token_of_a_session_that_is_over_never_comes_back(app, store) -> None:
    volume = small_volume()
    token = store.issue(volume, "alice")
    assert ask(app, f"/ct/{token}/0", headers=ALICE).status == 200
    del volume
    gc.collect()
    assert ask(app, f"/ct/{token}/0", headers=ALICE).status == 404
    # The same study opened again, by the same browser, is another volume with another token.
    again = small_volume()
    fresh = store.issue(again, "alice")
    assert fresh != token
    assert not store.renew(token, again, "alice")
    answers = [ask(app, f"/ct/{one}/0", headers=ALICE).status for one in (token, fresh)]
    assert answers == [404, 200]


def test_a_token_opens_its_own_volume_alone(store) -> None:
    first, second = small_volume(), small_volume()
    token = store.issue(first, None)
    assert store.open(token, None) is first
    assert not store.renew(token, second, None)


@pytest.mark.parametrize(
    ("header", "value"),
    [(None, None), ("", None), ("a=b", None), (f"a=b; {BROWSER_COOKIE}=xyz", "xyz"), ("=;;;\x00", None)],
)
def test_the_cookie_is_read_from_its_header(header, value) -> None:
    assert browser_of(header) == value
