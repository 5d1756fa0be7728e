"""What a browser would show of a session: the elements that the server's messages add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

FAILURE = "could not finish"
"""Words of `ui.failure` when a page let an exception through."""
_RUNS_CACHED = 2
"""So many runs a browser keeps messages (``global.maxCachedMessageAge``); the server need not repeat them."""


class ProtocolError(RuntimeError):
    """The server said what the driver does not expect, or the page lacks what a path needs."""


@dataclass
class _Shown:
    element: Element
    fragment: str
    run: int


@dataclass
class ShownPage:
    """Elements, widgets' values and the state of the script, kept up to date by `take`.

    Attributes
    ----------
    states : dict
        Values of widgets by their id, as they are sent with every rerun.
    pages : dict
        Hash of each page's script by its address.
    runs : int
        Runs of the script that have begun.
    finished : int
        Runs that ended and are not followed by another of their own accord.
    failures : list of str
        Exceptions and failed pages, by kind; their words stay out, as they do in the app.
    """

    states: dict[str, WidgetState] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    session_id: str = ""
    page_hash: str = ""
    runs: int = 0
    finished: int = 0
    failures: list[str] = field(default_factory=list)
    _shown: dict[tuple[int, ...], _Shown] = field(default_factory=dict)
    _fragments_of_run: tuple[str, ...] = ()
    _cache: dict[str, tuple[ForwardMsg, int]] = field(default_factory=dict)

    def take(self, message: ForwardMsg) -> ForwardMsg:
        """Take one message over; return it, or the one that it refers to."""
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            if message.ref_hash not in self._cache:
                raise ProtocolError("the server refers to a message that it never sent")
            known = self._cache[message.ref_hash][0]
            self._cache[message.ref_hash] = (known, self.runs)
            metadata = message.metadata
            message = ForwardMsg()
            message.CopyFrom(known)
            message.metadata.CopyFrom(metadata)
            kind = message.WhichOneof("type")
        elif message.hash and message.metadata.cacheable:
            self._cache[message.hash] = (message, self.runs)
        if kind == "new_session":
            self._begin(message)
        elif kind == "delta":
            self._draw(message)
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.page_hash = message.navigation.page_script_hash
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "page_not_found":
            self.failures.append("page not found")
        return message

    @property
    def cached_hashes(self) -> list[str]:
        """Messages that the server may refer to instead of sending them again."""
        return list(self._cache)

    def elements(self) -> Iterator[tuple[Element, str]]:
        """Every element with the id of its fragment, in the order of the page."""
        for place in sorted(self._shown):
            yield self._shown[place].element, self._shown[place].fragment

    def find(self, kind: str, label: str) -> tuple[Any, str]:
        """The widget of a kind whose label begins so, with the id of its fragment.

        Raises
        ------
        ProtocolError
            There is none.
        """
        for element, fragment in self.elements():
            if element.WhichOneof("type") == kind:
                widget = getattr(element, kind)
                if widget.label.startswith(label):
                    return widget, fragment
        raise ProtocolError(f"no {kind} {label!r} on the page")

    def has(self, kind: str, label: str) -> bool:
        """Whether `find` finds it, and it can be used."""
        try:
            widget, _ = self.find(kind, label)
        except ProtocolError:
            return False
        return not widget.disabled

    def texts(self) -> str:
        """Markdown, HTML and alerts of the page, one after the other."""
        words = []
        for element, _ in self.elements():
            kind = element.WhichOneof("type")
            if kind in ("markdown", "html", "alert"):
                words.append(getattr(element, kind).body)
        return "\n".join(words)

    def _begin(self, message: ForwardMsg) -> None:
        self.runs += 1
        self._fragments_of_run = tuple(message.metadata.run.fragment_ids)
        self.session_id = message.new_session.initialize.session_id or self.session_id

    def _draw(self, message: ForwardMsg) -> None:
        delta = message.delta
        if delta.WhichOneof("type") != "new_element":
            return
        place = tuple(message.metadata.delta_path)
        for inner in [p for p in self._shown if len(p) > len(place) and p[: len(place)] == place]:
            del self._shown[inner]
        element = delta.new_element
        self._shown[place] = _Shown(element, delta.fragment_id, self.runs)
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.failures.append(f"exception {element.exception.type}")
        elif kind == "alert" and FAILURE in element.alert.body:
            self.failures.append("a page that could not finish")
        elif kind is not None:
            self._take_value(getattr(element, kind))

    def _take_value(self, widget: Any) -> None:  # noqa: ANN401 - any of Streamlit's thirty messages
        """A value that the script sets replaces the browser's."""
        if not getattr(widget, "set_value", False) or widget.id not in self.states:
            return
        state = self.states[widget.id]
        held = state.WhichOneof("value")
        if held == "string_value" and hasattr(widget, "value"):
            state.string_value = widget.value
        elif held == "string_value":
            state.string_value = widget.raw_value
        elif held == "string_array_value":
            state.string_array_value.data[:] = widget.raw_values
        elif held == "double_value":
            state.double_value = widget.value
        elif held == "double_array_value":
            state.double_array_value.data[:] = widget.value

    def _finish(self, status: ForwardMsg.ScriptFinishedStatus.ValueType) -> None:
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.failures.append("a script that does not compile")
        part = self._fragments_of_run
        stale = [
            place
            for place, shown in self._shown.items()
            if shown.run != self.runs and (not part or shown.fragment in part)
        ]
        for place in stale:
            del self._shown[place]
        if not part:
            there = {self._id(shown.element) for shown in self._shown.values()}
            self.states = {name: state for name, state in self.states.items() if name in there}
        self._cache = {k: v for k, v in self._cache.items() if self.runs - v[1] <= _RUNS_CACHED}
        self.finished += 1

    @staticmethod
    def _id(element: Element) -> str:
        kind = element.WhichOneof("type")
        return "" if kind is None else str(getattr(getattr(element, kind), "id", ""))
