"""Keeps what users typed or uploaded out of the server's log.

An exception's message may quote a DICOM value, a table cell or a file name, and Streamlit logs the message of
every uncaught exception with its traceback. Here the type, the frames and the source lines stay, so that a
failure can still be found, and the words go. Applied to every logger of the process, since the libraries that
read files have loggers and warnings of their own.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from types import TracebackType

_WITHHELD = "(message withheld: it may quote what a user entered)"
# These describe the header values they meet.
_READERS = ("pydicom", "highdicom", "nibabel", "PIL")


class _Nameless:
    """Builds a stand-in for an exception: same type name, no message, no chain."""

    @staticmethod
    def of(error: BaseException) -> BaseException:
        stand_in: type[Exception] = type(type(error).__qualname__, (Exception,), {"__module__": "builtins"})
        return stand_in(_WITHHELD)


def _without_words(value: object) -> object:
    if isinstance(value, BaseException):
        return f"{type(value).__name__} {_WITHHELD}"
    if isinstance(value, Mapping):
        # logging wraps the named arguments of "%(name)s" so.
        return {key: _without_words(item) for key, item in value.items()}
    return value


class _PrivateRecord(logging.LogRecord):
    """A log record whose exceptions are reduced to type and frames."""

    def __init__(
        self,
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: tuple[object, ...] | Mapping[str, object] | None,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | None,
        func: str | None = None,
        sinfo: str | None = None,
        **extra: object,
    ) -> None:
        if name.partition(".")[0] in _READERS:
            msg, args = _WITHHELD, None
        elif isinstance(args, tuple):
            args = tuple(_without_words(value) for value in args)
        if exc_info and isinstance(exc_info, tuple) and exc_info[1] is not None:
            nameless = _Nameless.of(exc_info[1])
            exc_info = (type(nameless), nameless, exc_info[2])
        super().__init__(
            name, level, pathname, lineno, _without_words(msg), args, exc_info, func, sinfo, **extra
        )


def _format_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    place = "/".join(filename.replace("\\", "/").split("/")[-2:])
    return f"{place}:{lineno}: {category.__name__} {_WITHHELD}\n"


def install() -> None:
    """Withhold messages from every log record and warning of this process. Safe to call twice."""
    logging.setLogRecordFactory(_PrivateRecord)
    warnings.formatwarning = _format_warning
    for name in _READERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
