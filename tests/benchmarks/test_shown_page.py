"""The load driver sees what a browser would: elements come, are replaced, go, and carry their values."""

from __future__ import annotations

import random

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.load.paths import N_ROWS, cohort_table
from benchmarks.load.shown_page import ProtocolError, ShownPage
from gepnet_core.cohort.proposal.proposal import propose_mapping
from gepnet_core.cohort.tables.read import read_table


def begin(*fragments: str) -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.name = "app"
    message.new_session.initialize.session_id = "s1"
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def field(
    label: str, *place: int, value: str | None = None, fragment: str = "", cached: str = ""
) -> ForwardMsg:
    message = ForwardMsg(hash=cached)
    message.metadata.delta_path.extend(place)
    message.metadata.cacheable = bool(cached)
    message.delta.fragment_id = fragment
    box = message.delta.new_element.text_input
    box.id, box.label = f"id-{label}", label
    if value is not None:
        box.value, box.set_value = value, True
    return message


def finished(
    status: ForwardMsg.ScriptFinishedStatus.ValueType = ForwardMsg.FINISHED_SUCCESSFULLY,
) -> ForwardMsg:
    return ForwardMsg(script_finished=status)


def take(page: ShownPage, *messages: ForwardMsg) -> None:
    for message in messages:
        page.take(message)


def labels(page: ShownPage) -> list[str]:
    return [element.text_input.label for element, _ in page.elements()]


def test_what_a_run_does_not_draw_again_is_gone_with_its_value() -> None:
    page = ShownPage()
    take(page, begin(), field("B", 0, 1), field("A", 0, 0), finished())
    assert labels(page) == ["A", "B"]
    assert (page.session_id, page.finished) == ("s1", 1)
    page.states["id-B"] = WidgetState(id="id-B", string_value="9")
    take(page, begin(), field("A", 0, 0))
    assert labels(page) == ["A", "B"]  # until the run ends the old one stands
    take(page, finished())
    assert labels(page) == ["A"]
    assert page.states == {}


def test_a_run_that_is_followed_by_another_ends_nothing() -> None:
    page = ShownPage()
    take(page, begin(), field("A", 0, 0), field("B", 0, 1), finished())
    take(page, begin(), field("A", 0, 0), finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN))
    assert page.finished == 1
    assert labels(page) == ["A", "B"]


def test_a_run_of_a_fragment_leaves_the_rest_of_the_page() -> None:
    page = ShownPage()
    take(page, begin(), field("A", 0, 0), field("B", 0, 1, 0, fragment="f"))
    take(page, field("C", 0, 1, 1, fragment="f"), finished())
    take(page, begin("f"), field("B", 0, 1, 0, fragment="f"))
    take(page, finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    assert labels(page) == ["A", "B"]
    assert page.find("text_input", "B")[1] == "f"


def test_a_value_that_the_script_sets_replaces_the_readers() -> None:
    page = ShownPage()
    page.states["id-A"] = WidgetState(id="id-A", string_value="typed")
    take(page, begin(), field("A", 0, 0, value="set"), finished())
    assert page.states["id-A"].string_value == "set"
    take(page, begin(), field("A", 0, 0), finished())
    assert page.states["id-A"].string_value == "set"


def test_a_message_that_is_referred_to_is_drawn_at_its_new_place() -> None:
    page = ShownPage()
    take(page, begin(), field("A", 0, 0, cached="h"), finished())
    assert page.cached_hashes == ["h"]
    reference = ForwardMsg(ref_hash="h")
    reference.metadata.delta_path.extend([0, 5])
    take(page, begin(), field("B", 0, 0), reference, finished())
    assert labels(page) == ["B", "A"]
    unknown = ForwardMsg(ref_hash="never sent")
    with pytest.raises(ProtocolError, match="never sent"):
        page.take(unknown)


def test_an_element_in_the_place_of_a_container_empties_it() -> None:
    page = ShownPage()
    take(page, begin(), field("A", 0, 0, 0), field("B", 0, 0))
    assert labels(page) == ["B"]


def test_failures_are_counted_without_their_words() -> None:
    page = ShownPage()
    failed, said = ForwardMsg(), ForwardMsg()
    failed.metadata.delta_path.extend([0, 0])
    failed.delta.new_element.exception.type = "ValueError"
    failed.delta.new_element.exception.message = "canary^patient"
    said.metadata.delta_path.extend([0, 1])
    said.delta.new_element.alert.body = "This page could not finish (KeyError)."
    take(page, begin(), failed, said)
    assert page.failures == ["exception ValueError", "a page that could not finish"]


def test_what_is_not_there_or_disabled_cannot_be_used() -> None:
    page = ShownPage()
    box = field("A long label (HU)", 0, 0)
    box.delta.new_element.text_input.disabled = True
    take(page, begin(), box)
    assert page.find("text_input", "A long")[0].id == "id-A long label (HU)"
    assert not page.has("text_input", "A long")
    with pytest.raises(ProtocolError, match="no button 'A long' on the page"):
        page.find("button", "A long")


def test_the_cohort_that_is_uploaded_has_200_rows_and_has_to_be_confirmed() -> None:
    table = read_table(cohort_table(random.Random(3)))  # noqa: S311
    assert len(table.rows) == N_ROWS == 200
    assert any("diagnosis" in sentence for sentence in propose_mapping(table).unsure)
