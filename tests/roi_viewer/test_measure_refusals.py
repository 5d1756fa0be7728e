"""What no viewer of ours would send to be measured: refused without a word, and without a line in the log."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.roi_viewer.measure_requests import ALICE, OVAL, is_plain_refusal, post
from ui.roi_viewer.drawing import MAX_OVALS
from ui.roi_viewer.measure_route import MAX_BODY_BYTES


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_may_be_named_in_full(kind) -> None:
    assert post([OVAL], headers={**ALICE, "Content-Type": kind}).status == 200


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json5"],
)
def test_what_a_form_of_another_site_can_send_is_refused(kind) -> None:
    assert is_plain_refusal(post([OVAL], headers={**ALICE, "Content-Type": kind}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf[]",
        json.dumps([OVAL]).encode("utf-16"),
        b"[" * 9000,
        b"9" * 9000,
        b"null",
        {},
        {"rois": [OVAL]},
        OVAL,
        [[OVAL]],
        [{**OVAL, "slice": -1}],
        [{**OVAL, "slice": 10_000}],
        [{**OVAL, "slice": 1.0}],
        [{**OVAL, "cx": float("nan")}],
        [{**OVAL, "cy": float("inf")}],
        [{**OVAL, "rx": -1}],
        [{**OVAL, "ry": 0}],
        [{**OVAL, "rx": 10**400}],
        [{**OVAL, "id": "<script>"}],
        [{**OVAL, "angle": 1}],
        [{**OVAL, "tissue": "lesion"}],
        [{key: OVAL[key] for key in OVAL if key != "ry"}],
        [OVAL, OVAL],
        [OVAL, {**OVAL, "id": "r2", "rx": "2"}],
        [{**OVAL, "id": f"r{k}"} for k in range(MAX_OVALS + 1)],
    ],
)
def test_what_no_viewer_sends_is_refused_without_a_word(body) -> None:
    assert is_plain_refusal(post(body))


def test_a_body_is_read_up_to_its_limit_alone() -> None:
    whole = json.dumps([OVAL]).encode()
    assert post(whole.ljust(MAX_BODY_BYTES)).status == 200
    assert post((whole, b" " * (MAX_BODY_BYTES - len(whole)))).status == 200
    assert is_plain_refusal(post(whole.ljust(MAX_BODY_BYTES + 1)))
    assert is_plain_refusal(post((whole.ljust(MAX_BODY_BYTES), b" ")))
    assert is_plain_refusal(post((b" " * 9000,) * 1000))


def test_as_many_ovals_as_a_drawing_may_have_fit() -> None:
    digits = 1 / 3
    ovals = [
        {
            "id": f"{k:0>16}",
            "slice": 9999,
            "cx": -10000 - digits,
            "cy": -10000 - digits,
            "rx": 10000 + digits,
            "ry": 10000 + digits,
        }
        for k in range(MAX_OVALS)
    ]
    assert len(json.dumps(ovals)) < 12_000
    assert json.loads(post(ovals).body) == {oval["id"]: None for oval in ovals}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
NEARLY_AN_OVAL = st.fixed_dictionaries({key: st.just(OVAL[key]) | JSON for key in OVAL})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | (JSON | st.lists(NEARLY_AN_OVAL, max_size=3)).map(json.dumps))
def test_hostile_bodies_get_numbers_or_a_plain_400_and_no_line_in_the_log(caplog, body) -> None:
    raw = body.encode() if isinstance(body, str) else body
    with caplog.at_level(logging.DEBUG):
        answer = post(raw)
    if answer.status == 200:
        assert set(json.loads(answer.body)) == {oval["id"] for oval in json.loads(raw)}
    else:
        assert is_plain_refusal(answer)
    assert [record for record in caplog.records if record.name != "asyncio"] == []
