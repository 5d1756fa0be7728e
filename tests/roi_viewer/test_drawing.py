"""What a browser may send, and what is refused."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.rois.roi import Ellipse, RoiSource
from ui.roi_viewer.drawing import (
    MAX_OVALS,
    DrawingError,
    DrawnOval,
    OvalPlace,
    Tissue,
    validate_drawing,
    validate_places,
)

OVAL = {"id": "r1", "tissue": "lesion", "phase": "hap", "slice": 4, "cx": 10.5, "cy": 20, "rx": 3.25, "ry": 2}


def drawing(*ovals, **fields):
    return {"revision": 1, "sequence": 7, "rois": list(ovals), **fields}


def test_a_drawing_gets_its_types() -> None:
    checked = validate_drawing(drawing(OVAL))
    assert (checked.revision, checked.sequence) == (1, 7)
    assert checked.ovals == (DrawnOval("r1", Tissue.LESION, Phase.HAP, 4, 10.5, 20.0, 3.25, 2.0),)
    assert isinstance(checked.ovals[0].cy, float)


def test_an_oval_becomes_an_ellipse_of_its_slice() -> None:
    (oval,) = validate_drawing(drawing(OVAL)).ovals
    roi = oval.to_roi()
    assert roi.shapes == (Ellipse(4, 10.5, 20.0, 3.25, 2.0, 0.0),)
    assert roi.source is RoiSource.DRAWN


def test_the_bounds_themselves_are_allowed() -> None:
    edge = {**OVAL, "slice": 9999, "cx": -16384, "cy": 16384, "rx": 0.1, "ry": 16384}
    assert validate_drawing(drawing(edge)).ovals[0].rx == 0.1
    many = [{**OVAL, "id": f"r{k}"} for k in range(MAX_OVALS)]
    assert len(validate_drawing(drawing(*many)).ovals) == 60


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""},
        {"id": "r" * 17},
        {"id": "r1\n"},
        {"id": "<b>"},
        {"id": 1},
        {"tissue": "spleen"},
        {"tissue": None},
        {"phase": "HAP"},
        {"phase": ["hap"]},
        {"slice": -1},
        {"slice": 10_000},
        {"slice": 1.0},
        {"slice": True},
        {"slice": "1"},
        {"cx": math.nan},
        {"cx": math.inf},
        {"cy": -16384.001},
        {"cy": 16384.001},
        {"cy": 10**400},
        {"cx": "10"},
        {"cx": False},
        {"cx": None},
        {"rx": 0},
        {"rx": 0.0999},
        {"ry": -3},
        {"ry": 16385},
        {"angle": 1},
    ],
)
def test_a_wrong_field_is_refused_without_repeating_it(fields) -> None:
    with pytest.raises(DrawingError) as caught:
        validate_drawing(drawing({**OVAL, **fields}))
    assert isinstance(caught.value, GepnetError)
    assert caught.value.field is not None and caught.value.field.startswith("rois[0]")
    assert "spleen" not in str(caught.value) and "<b>" not in str(caught.value)


@pytest.mark.parametrize("missing", sorted(OVAL))
def test_a_missing_field_is_refused(missing) -> None:
    with pytest.raises(DrawingError):
        validate_drawing(drawing({key: value for key, value in OVAL.items() if key != missing}))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "x",
        {},
        {"revision": 1, "sequence": 1},
        drawing(extra=1),
        drawing(revision=-1),
        drawing(revision=1.5),
        drawing(sequence=2**53),
        drawing(sequence=True),
        {**drawing(), "rois": {}},
        {**drawing(), "rois": "abc"},
        drawing(OVAL, OVAL),
        drawing(*({**OVAL, "id": f"r{k}"} for k in range(MAX_OVALS + 1))),
        drawing([OVAL]),
    ],
)
def test_a_wrong_drawing_is_refused(wrong) -> None:
    with pytest.raises(DrawingError):
        validate_drawing(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"revision": JSON, "sequence": JSON, "rois": st.lists(JSON, max_size=3)}))
def test_nothing_but_a_drawing_error_comes_out(untrusted) -> None:
    try:
        validate_drawing(untrusted)
    except DrawingError:
        return
    assert isinstance(untrusted, dict) and untrusted["rois"] == []


@given(
    st.builds(
        DrawnOval,
        id=st.from_regex(r"[A-Za-z0-9_-]{1,16}", fullmatch=True),
        tissue=st.sampled_from(Tissue),
        phase=st.sampled_from(Phase),
        slice_index=st.integers(0, 9999),
        cx=st.floats(-16384, 16384),
        cy=st.floats(-16384, 16384),
        rx=st.floats(0.1, 16384),
        ry=st.floats(0.1, 16384),
    )
)
def test_an_oval_survives_the_way_to_the_browser_and_back(oval) -> None:
    sent = json.loads(json.dumps(drawing(oval.to_json())))
    assert validate_drawing(sent).ovals == (oval,)


@given(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["r1", "", "<b>", 1]) | JSON,
            "slice": st.sampled_from([0, 9999, 10_000, -1, 1.0, True]) | JSON,
            **{name: st.sampled_from([5, -16384.0, 16384.001]) | JSON for name in ("cx", "cy")},
            **{name: st.sampled_from([0.1, 5, 0.0999, -3, math.nan]) | JSON for name in ("rx", "ry")},
        }
    )
)
def test_a_place_alone_is_held_to_the_same_rules(place) -> None:
    try:
        (oval,) = validate_drawing(drawing({**place, "tissue": "lesion", "phase": "hap"})).ovals
    except DrawingError:
        with pytest.raises(DrawingError):
            validate_places([place])
        return
    (alone,) = validate_places([place])
    assert alone == OvalPlace(oval.id, oval.slice_index, oval.cx, oval.cy, oval.rx, oval.ry)
    assert alone.to_roi("lesion").shapes == oval.to_roi().shapes


@pytest.mark.parametrize("wrong", [None, {}, "abc", [OVAL], [None], [[]]])
def test_what_is_no_list_of_places_is_refused(wrong) -> None:
    with pytest.raises(DrawingError):
        validate_places(wrong)


def test_places_are_as_many_as_ovals_and_each_id_once() -> None:
    place = {name: OVAL[name] for name in ("slice", "cx", "cy", "rx", "ry")}
    places = [{**place, "id": f"r{k}"} for k in range(MAX_OVALS + 1)]
    assert len(validate_places(places[:MAX_OVALS])) == 60
    for wrong in (places, [places[0], places[0]]):
        with pytest.raises(DrawingError):
            validate_places(wrong)
