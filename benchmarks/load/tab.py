"""A browser's tab without a browser: opens the app, uses its widgets, and times what it does."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from benchmarks.load.shown_page import ProtocolError, ShownPage

XSRF_COOKIE = "_streamlit_xsrf"
PATIENCE_SECONDS = 120.0
_KEPT_ALIVE_SECONDS = 3.0
"""The server closes a connection after five idle seconds; one that is nearly so old is not used again."""
THINK_SECONDS = (0.5, 2.0)


@dataclass
class Records:
    """Seconds of every interaction by path and kind, and what went wrong by path."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, kind: str, seconds: float) -> None:
        self.seconds.setdefault((path, kind), []).append(seconds)


class Tab:
    """One session.

    Parameters
    ----------
    url : str
        Address of the app.
    path : str
        Name under which what it does is recorded.
    records : Records
    rng : random.Random
        Of the think times.
    """

    def __init__(self, url: str, path: str, records: Records, rng: random.Random) -> None:
        self.page = ShownPage()
        self._url = urlsplit(url)
        self._path = path
        self._records = records
        self._rng = rng
        self._cookies: dict[str, str] = {}
        self._http = http.client.HTTPConnection(self._url.netloc, timeout=PATIENCE_SECONDS)
        self._http_used = time.monotonic()
        self._http_turn = asyncio.Lock()
        self._socket: ClientConnection | None = None
        self._changed = asyncio.Condition()
        self._file_urls: dict[str, list[FileURLs]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def think(self) -> None:
        """As long as a reader takes before the next step."""
        await asyncio.sleep(self._rng.uniform(*THINK_SECONDS))

    async def open(self, address: str = "") -> None:
        """Load a page of the app, from its first byte until its script has finished."""
        started = time.perf_counter()
        for target in (f"/{address}", "/_stcore/health", "/_stcore/host-config"):
            await self.ask("GET", target)
        subprotocols = ["streamlit", self._cookies.get(XSRF_COOKIE, "none")]
        self._socket = await connect(
            f"ws://{self._url.netloc}/_stcore/stream",
            origin=Origin(f"http://{self._url.netloc}"),
            subprotocols=[Subprotocol(name) for name in subprotocols],
            additional_headers={"Cookie": self._cookie_header()},
            max_size=None,
            open_timeout=PATIENCE_SECONDS,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        await self._rerun("open", started=started, page_name=address)

    async def close(self) -> None:
        """As a closed tab."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader
        self._http.close()

    # --- what a reader does
    async def type(self, label: str, text: str) -> None:
        """A text field."""
        await self._set("text_input", label, "type", lambda state: setattr(state, "string_value", text))

    async def number(self, label: str, value: float) -> None:
        """A field of a number."""
        await self._set("number_input", label, "type", lambda state: setattr(state, "double_value", value))

    async def slide(self, label: str, value: float) -> None:
        """A slider."""
        await self._set("slider", label, "slide", lambda s: s.double_array_value.data.append(value))

    async def choose(self, label: str, option: str) -> None:
        """One of the buttons of a group."""
        await self._set("button_group", label, "choose", lambda s: s.string_array_value.data.append(option))

    async def pick(self, kind: str, label: str, option: str) -> None:
        """An option of a ``radio`` or a ``selectbox``."""
        await self._set(kind, label, "choose", lambda state: setattr(state, "string_value", option))

    async def press(self, label: str, kind: str = "press") -> None:
        """A button."""
        button, fragment = self.page.find("button", label)
        pressed = WidgetState(id=button.id, trigger_value=True)
        await self._rerun(kind, fragment=fragment, trigger=pressed)

    async def go(self, address: str) -> None:
        """Another page, by the navigation."""
        if address not in self.page.pages:
            raise ProtocolError(f"no page {address!r} in the navigation")
        await self._rerun("another page", page_hash=self.page.pages[address], page_name=address)

    async def component(self, name: str, state: Mapping[str, object]) -> None:
        """What a component of the page tells Python."""
        for element, fragment in self.page.elements():
            if element.WhichOneof("type") == "bidi_component" and (
                element.bidi_component.component_name.endswith(name)
            ):
                widget_id = element.bidi_component.id
                self.page.states[widget_id] = WidgetState(id=widget_id, json_value=json.dumps(state))
                await self._rerun("draw", fragment=fragment)
                return
        raise ProtocolError(f"no component {name} on the page")

    def component_data(self, name: str) -> Mapping[str, Any]:
        """What Python gave a component."""
        for element, _ in self.page.elements():
            if element.WhichOneof("type") == "bidi_component" and (
                element.bidi_component.component_name.endswith(name)
            ):
                given = element.bidi_component
                text = given.mixed.json if given.WhichOneof("data") == "mixed" else given.json
                data: Mapping[str, Any] = json.loads(text)
                return data
        raise ProtocolError(f"no component {name} on the page")

    async def upload(self, label: str, name: str, content: bytes) -> None:
        """A file into an uploader: its address asked for, the bytes put there, the widget told."""
        started = time.perf_counter()
        widget, fragment = self.page.find("file_uploader", label)
        request = BackMsg()
        request.file_urls_request.request_id = widget.id
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self.page.session_id
        await self._send(request)
        await self._wait(lambda: widget.id in self._file_urls)
        (urls,) = self._file_urls.pop(widget.id)
        boundary = "gepnet-load-boundary"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "X-Xsrftoken": self._cookies.get(XSRF_COOKIE, ""),
        }
        await self.ask("PUT", urls.upload_url, body, headers)
        state = WidgetState(id=widget.id)
        info = state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=urls.file_id
        )
        info.file_urls.CopyFrom(urls)
        self.page.states[widget.id] = state
        await self._rerun("upload", fragment=fragment, started=started)

    async def ask(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        kind: str | None = None,
    ) -> bytes:
        """An HTTP request of this browser, timed where it has a kind. A bad status is an error."""
        async with self._http_turn:
            started = time.perf_counter()
            status, answer = await asyncio.to_thread(self._ask, method, target, body, dict(headers or {}))
            if kind is not None:
                self._records.add(self._path, kind, time.perf_counter() - started)
        if status >= 400:
            self._records.errors.append((self._path, f"HTTP {status} for {method}"))
        return answer

    # --- beneath
    def _ask(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        headers["Cookie"] = self._cookie_header()
        if time.monotonic() - self._http_used > _KEPT_ALIVE_SECONDS:
            self._http.close()  # the next request opens it anew, as a browser's does
        self._http.request(method, target, body, headers)
        answer = self._http.getresponse()
        content = answer.read()
        self._http_used = time.monotonic()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self._cookies[name.strip()] = rest.partition(";")[0].strip('"')
        return answer.status, content

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def _set(self, kind: str, label: str, what: str, fill: Callable[[WidgetState], object]) -> None:
        widget, fragment = self.page.find(kind, label)
        state = WidgetState(id=widget.id)
        fill(state)
        self.page.states[widget.id] = state
        await self._rerun(what, fragment=fragment)

    async def _rerun(
        self,
        kind: str,
        *,
        fragment: str = "",
        trigger: WidgetState | None = None,
        page_hash: str | None = None,
        page_name: str = "",
        started: float | None = None,
    ) -> None:
        """Ask for a run of the script; its time counts from here, or from `started`, to its end."""
        message = BackMsg()
        run = message.rerun_script
        run.widget_states.widgets.extend(self.page.states.values())
        if trigger is not None:
            run.widget_states.widgets.append(trigger)
        run.page_script_hash = self.page.page_hash if page_hash is None else page_hash
        run.page_name = page_name
        run.fragment_id = fragment
        run.cached_message_hashes.extend(self.page.cached_hashes)
        run.context_info.timezone, run.context_info.locale = "Europe/Berlin", "en-GB"
        run.context_info.url = f"http://{self._url.netloc}/{page_name}"
        before = self.page.finished
        started = time.perf_counter() if started is None else started
        await self._send(message)
        await self._wait(lambda: self.page.finished > before)
        self._records.add(self._path, kind, time.perf_counter() - started)
        self._records.errors += [(self._path, failure) for failure in self.page.failures]
        self.page.failures.clear()

    async def _send(self, message: BackMsg) -> None:
        if self._socket is None:
            raise ProtocolError("the page is not open")
        await self._socket.send(message.SerializeToString())

    async def _wait(self, is_reached: Callable[[], bool]) -> None:
        async with self._changed:
            await asyncio.wait_for(
                self._changed.wait_for(lambda: is_reached() or self._is_over()), PATIENCE_SECONDS
            )
        if self._is_over():
            raise ProtocolError("the server closed the socket")

    def _is_over(self) -> bool:
        return self._reader is None or self._reader.done()

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                message = self.page.take(
                    ForwardMsg.FromString(bytes(data, "ascii") if isinstance(data, str) else data)
                )
                if message.WhichOneof("type") == "file_urls_response":
                    response = message.file_urls_response
                    self._file_urls[response.response_id] = list(response.file_urls)
                async with self._changed:
                    self._changed.notify_all()
        except ConnectionClosed:
            self._records.errors.append((self._path, "the socket was closed"))
        finally:
            asyncio.get_running_loop().call_soon(asyncio.ensure_future, self._tell_end())

    async def _tell_end(self) -> None:
        async with self._changed:
            self._changed.notify_all()
