"""Finds a Chromium that runs, or gets one: `python -m scripts.chromium` prints its path.

The machine's own is taken where there is one. Where there is none, Playwright downloads its build;
where that is not to be had, the system's package is installed (which takes root).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# No look-ups of its own: an isolated machine refuses them, and the tests look at what leaves the browser.
QUIET_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
_DOWNLOAD_SECONDS = 600


class NoBrowserError(RuntimeError):
    """No Chromium on this machine, and none to be had."""


def _works(path: str) -> bool:
    # Running it tells a real browser from a stub that only names the package to install.
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and any(word in answer.stdout for word in ("Chrom", "Edge"))


def _own_build() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _installed() -> Iterator[str]:
    named = os.environ.get("CHROMIUM")
    if named:
        yield named
        return
    yield from (path for path in map(shutil.which, NAMES) if path)
    yield from (path for path in MAC_APPS if Path(path).exists())


def find() -> str | None:
    """The path of a Chromium that runs, or None. The variable CHROMIUM names one and is then the only one."""
    for path in _installed():
        if _works(path):
            return path
    if os.environ.get("CHROMIUM"):
        return None
    own = _own_build()
    return own if _works(own) else None


def _attempt(*command: str) -> None:
    try:
        subprocess.run(command, timeout=_DOWNLOAD_SECONDS, check=False, stdout=sys.stderr)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {type(error).__name__}", file=sys.stderr)


def obtain() -> str:
    """The path of a Chromium that runs, installed now where there was none.

    Raises
    ------
    NoBrowserError
        None was found and none could be had.
    """
    path = find()
    if path or os.environ.get("CHROMIUM"):
        if path:
            return path
        raise NoBrowserError("CHROMIUM names no browser that runs.")
    print("No Chromium or Chrome here: getting one.", file=sys.stderr)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with_system_libraries = ("--with-deps",) if root and sys.platform == "linux" else ()
    _attempt(sys.executable, "-m", "playwright", "install", *with_system_libraries, "chromium")
    path = find()
    if path is None and root and shutil.which("apt-get"):
        _attempt("apt-get", "update", "-qq")
        _attempt(
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium-headless-shell",
            "fonts-liberation",
        )
        path = find()
    if path is None:
        raise NoBrowserError(
            "The browser tests need Chromium or Chrome, and none could be installed. Install one (on Debian: "
            "apt-get install chromium), or name it: CHROMIUM=/path/to/chrome make test"
        )
    return path


if __name__ == "__main__":
    try:
        print(f"Browser: {obtain()}")
    except NoBrowserError as error:
        sys.exit(str(error))
