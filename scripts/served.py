"""Starts the real app for tests, timings and screenshots, and keeps what it logs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0


class AppDidNotStartError(RuntimeError):
    """The app ended or stayed silent instead of answering."""


@dataclass
class ServedApp:
    """The app as a process of its own, on a loopback port.

    Attributes
    ----------
    url : str
        Address of the app, without a slash at the end.
    process : subprocess.Popen
        The server.
    seconds_to_health : float
        From starting the process to its first good answer.
    """

    url: str
    process: subprocess.Popen[str]
    seconds_to_health: float = float("nan")
    _lines: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        """Everything the server has printed until now, on both streams."""
        return "".join(self._lines)

    def _listen(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - opened as a pipe below; tells the type checker
        for line in self.process.stdout:
            self._lines.append(line)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:  # noqa: S310 - loopback
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _wait(self, started: float) -> None:
        while time.perf_counter() - started < _START_SECONDS:
            if self.process.poll() is not None:
                raise AppDidNotStartError(f"The app ended at once:\n{self.log}")
            if self._healthy():
                self.seconds_to_health = time.perf_counter() - started
                return
            time.sleep(0.02)
        raise AppDidNotStartError(f"No answer after {_START_SECONDS:.0f} s:\n{self.log}")


def free_port() -> int:
    """A loopback port that nothing uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(script: Path = ROOT / "app.py", *options: str) -> Iterator[ServedApp]:
    """Run `streamlit run SCRIPT` until the block ends.

    Parameters
    ----------
    script : Path
        What to serve; the app itself unless a timing compares it with another.
    *options : str
        Further options of `streamlit run`.

    Raises
    ------
    AppDidNotStartError
        It ended, or did not answer within a minute. The message holds its log.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    command += ["--server.port", str(port), *options]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=script.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    app = ServedApp(f"http://127.0.0.1:{port}", process)
    listener = threading.Thread(target=app._listen, daemon=True)
    listener.start()
    try:
        app._wait(started)
        yield app
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join(timeout=5)
        if process.stdout is not None:
            process.stdout.close()
