"""Takes inputs one after another within limits of time and memory, and says of each how it went.

``python -m tests.fuzz.worker SEED FIRST COUNT FOLDER [TARGET]`` writes one JSON object a line.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

SECONDS = 5.0
"""Longest time of one input, of the processor: the machine may be busy with other work."""

WALL_SECONDS = 60.0
"""After so long the process is ended: the alarm cannot reach into a loop of a library in C."""

MEMORY_BYTES = 1_000_000_000
"""Most that the process may take beyond what it has when all is loaded."""


class TookTooLong(BaseException):
    """Raised by the alarm; no error, so that no handler of errors takes it."""


def _alarm(signum: int, frame: FrameType | None) -> None:
    raise TookTooLong


class Guard:
    """Sees files opened for writing, and folders made, outside one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder.resolve()) + os.sep
        self.outside: list[str] = []
        self.is_on = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, details: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            path, mode, flags = details
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
                self._see(path)
        elif event in ("os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir"):
            self._see(details[0])
        elif event in ("socket.connect", "subprocess.Popen", "os.system", "os.exec"):
            self.outside.append(event)

    def _see(self, path: object) -> None:
        if isinstance(path, int) or "\0" in str(path):
            return
        found = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        if not found.startswith(self.folder) and found != os.devnull and "__pycache__" not in found:
            self.outside.append("a file outside the work folder")


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _peak_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _outcome(seed: int, number: int, only: str | None, guard: Guard) -> dict[str, Any]:
    from tests.fuzz.targets import chosen, taken

    target, given = chosen(seed, number, only)
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = _peak_bytes()
    faulthandler.dump_traceback_later(WALL_SECONDS, exit=True)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    begun = time.process_time()
    fault: str | None = None
    accepted = False
    guard.is_on = True
    try:
        accepted = taken(target, given)
    except TookTooLong:
        fault = f"took longer than {SECONDS:g} s\n{traceback.format_exc()}"
    except BaseException:  # noqa: BLE001 - everything else that comes out is a finding
        fault = traceback.format_exc()
    finally:
        guard.is_on = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
    if guard.outside and fault is None:
        fault = "; ".join(guard.outside)
    guard.outside.clear()
    return {
        "number": number,
        "target": target.name,
        "accepted": accepted,
        "seconds": time.process_time() - begun,
        "bytes": max(_peak_bytes() - before, 0),
        "fault": fault,
    }


def run(seed: int, first: int, count: int, folder: Path, only: str | None) -> None:
    """Take the inputs and report; a fault of one does not end the others."""
    from tests.fuzz.targets import warm

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries in C print is no answer
    os.chdir(folder)
    guard = Guard(folder)
    signal.signal(signal.SIGPROF, _alarm)
    warm()
    most = _address_space() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    answers.write(json.dumps({"ready": first}) + "\n")
    for number in range(first, first + count):
        answers.write(json.dumps({"begun": number}) + "\n")
        answers.write(json.dumps(_outcome(seed, number, only, guard)) + "\n")


if __name__ == "__main__":
    faulthandler.enable()
    run(
        int(sys.argv[1]),
        int(sys.argv[2]),
        int(sys.argv[3]),
        Path(sys.argv[4]),
        sys.argv[5] if sys.argv[5:] else None,
    )
