"""What becomes of uploaded bytes: never a temporary file, and dropped by Streamlit once they were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from gepnet_core.cohort.tables.records import MOST_BYTES

_NEVER = 2**62
"""More bytes than any upload has."""


def keep_in_memory() -> None:
    """Keep what is being uploaded out of temporary files, where the form parser puts all above 1 MB."""
    MultiPartParser.spool_max_size = _NEVER


def table_uploader(label: str, *, key: str, on_change: Callable[[], None], about: str) -> None:
    """A place for one table; the callback finds the file under the key."""
    st.file_uploader(
        label,
        type=["csv", "tsv", "txt", "xlsx", "parquet"],
        key=key,
        on_change=on_change,
        max_upload_size=MOST_BYTES // 1_000_000,
        help=about,
    )


def release(files: Iterable[UploadedFile]) -> None:
    """Let Streamlit drop files that were read.

    It would keep them until the session ends, also after their uploader has gone from the page and after a
    new case was begun. Give the uploader another key as well: its old value is void.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return
    for file in files:
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file.file_id)
