"""Uploaded bytes stay in memory, and no longer than they are needed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import pytest
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from ui import uploads

BOUNDARY = b"line-between-parts"
BIG = bytes(3_000_000)
Result = TypeVar("Result")


def in_a_thread(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end: browser tests of the same process leave a running event loop in this thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(work)).result()


def posted(content: bytes) -> UploadFile:
    """What the server's form parser makes of one uploaded file."""
    head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n' % BOUNDARY
    body = head + content + b"\r\n--%s--\r\n" % BOUNDARY

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"multipart/form-data; boundary=" + BOUNDARY)]
    request = Request({"type": "http", "method": "PUT", "headers": headers}, receive)
    file = in_a_thread(_form(request))["file"]
    assert isinstance(file, UploadFile)
    return file


async def _form(request: Request) -> FormData:
    return await request.form()


@pytest.fixture
def spool_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `keep_in_memory` sets is as it was after the test."""
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 2**20)


@pytest.mark.usefixtures("spool_size")
def test_an_upload_of_more_than_a_megabyte_never_becomes_a_temporary_file() -> None:
    before = posted(BIG)
    assert not before._in_memory  # what the parser does by itself: the test would notice if that changed
    before.file.close()
    uploads.keep_in_memory()
    after = posted(BIG)
    assert after._in_memory
    assert after.size == len(BIG)
    after.file.close()


def test_a_released_file_is_gone_from_the_server_and_the_next_uploader_is_empty() -> None:
    def script() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from ui.uploads import release

        key = f"file.{st.session_state.get('round', 0)}"
        files = st.file_uploader("Files", accept_multiple_files=True, key=key)
        context = get_script_run_ctx()
        assert context is not None
        ids = [file.file_id for file in files]
        if files:
            release(files)
            st.session_state["round"] = 1
            st.session_state["left"] = len(context.uploaded_file_mgr.get_files(context.session_id, ids))
            st.session_state["read"] = [file.getvalue() for file in files]

    test = AppTest.from_function(script).run()
    (uploader,) = cast("list[Any]", test.get("file_uploader"))
    uploader.set_value([("a.dcm", b"one", ""), ("b.dcm", b"two", "")]).run()
    assert test.session_state["read"] == [b"one", b"two"]
    assert test.session_state["left"] == 0
    test.run()
    assert not test.exception


def test_outside_of_a_session_nothing_is_released() -> None:
    touched: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> str:
            touched.append(name)
            return name

    uploads.release([cast("Any", Watched())])
    assert touched == []
