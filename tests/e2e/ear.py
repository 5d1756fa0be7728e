"""All that a browser hears from the server and holds, for tests that look for what must not be there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from playwright.sync_api import BrowserContext, Page, Response, WebSocket

PIXELS = re.compile(r"ct/([A-Za-z0-9_-]+)/\d+")
"""The address of a slice, with its token."""

# Everything that a document holds, in shadow trees and fields too.
WHOLE_DOCUMENT = """() => {
  const found = [document.documentElement.outerHTML, document.title, location.href, document.cookie,
    JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) { found.push(element.shadowRoot.innerHTML); walk(element.shadowRoot); }
      if ('value' in element && typeof element.value === 'string') found.push(element.value);
    }
  };
  walk(document);
  return found.join('\\n');
}"""


class Ear:
    """All that reaches one browser from the server, and all that its page says."""

    def __init__(self, context: BrowserContext) -> None:
        self.answers: list[Response] = []
        self.messages: list[bytes] = []
        self.console: list[str] = []
        context.on("response", lambda answer: self.answers.append(answer))
        context.on("console", lambda said: self.console.append(said.text))

    def listen(self, page: Page) -> None:
        page.on("websocket", self._attach)

    def _attach(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.messages.append(_bytes(frame)))

    def heard(self) -> dict[str, bytes]:
        """By where it came from: all messages, all answers with their headers, all of the console."""
        found = {"websocket": b"\n".join(self.messages), "console": "\n".join(self.console).encode()}
        for answer in self.answers:
            if "/static/" in answer.url:
                continue
            has_body = answer.status == 200 and "/media/" not in answer.url  # downloads are read as files
            body = answer.body() if has_body else b""
            found[answer.url] = body + json.dumps(answer.all_headers()).encode()
        return found

    def pixel_address(self) -> str:
        return next(answer.url for answer in self.answers if PIXELS.search(answer.url))


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def leaks(where: dict[str, bytes] | dict[str, str], strings: Sequence[str]) -> list[tuple[str, str]]:
    """(place, canary) wherever one is found, without regard to case."""
    lowered = {
        place: (text.encode() if isinstance(text, str) else text).lower() for place, text in where.items()
    }
    return [
        (place, one) for place, text in lowered.items() for one in strings if one.lower().encode() in text
    ]
