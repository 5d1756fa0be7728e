"""What a command writes: the answer to stdout, one line for an error to stderr, and how it ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from enum import IntEnum
from types import TracebackType
from typing import Any

from gepnet_core.errors import GepnetError


class Status(IntEnum):
    """Exit status. The last two are what a shell reports of a program ended by these signals."""

    ANSWER = 0
    FAULT = 1
    BAD_INPUT = 2
    INTERRUPTED = 130
    PIPE_CLOSED = 141


def json_text(document: Mapping[str, Any]) -> str:
    """JSON in ASCII, so that no terminal's encoding can break it; a number that JSON lacks is an error."""
    return json.dumps(document, indent=2, allow_nan=False)


def write_answer(text: str, end: str = "\n") -> Status:
    """Write to stdout; a reader who has read enough and closed the pipe is no error.

    Raises
    ------
    GepnetError
        If the answer cannot be written, as on a full disk.
    """
    left = memoryview((text + end).encode(sys.stdout.encoding, "backslashreplace"))
    try:
        sys.stdout.flush()
        # Unbuffered (python -u), a write to a pipe may take only a part and say so; print() loses the rest.
        while left:
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
        return Status.PIPE_CLOSED
    except OSError as error:
        _drop_stdout()
        raise GepnetError(
            "the answer cannot be written", got=error.strerror, remedy="Write it elsewhere."
        ) from error
    return Status.ANSWER


def write_error(program: str, error: GepnetError) -> Status:
    """Write one line to stderr: the program, the input at fault, what, got, allowed, remedy."""
    _write_line(": ".join(part for part in (program, "error", error.field, str(error)) if part))
    return Status.BAD_INPUT


def end_without_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Report a fault of the program in one line: where it is, and nothing of what was entered."""
    if issubclass(kind, KeyboardInterrupt):
        return
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    _write_line(
        f"python -m gepnet_core: fault of the program: {kind.__name__}{place}; no answer was given. "
        "Report this line, without patient data."
    )


def _write_line(text: str) -> None:
    """One line, whatever the text holds."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    try:
        sys.stderr.write(line + "\n")
    except OSError:
        # Nobody reads stderr; the exit status still tells.
        return


def _drop_stdout() -> None:
    """Point stdout at nothing, so that Python's own flush at exit does not fail once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
