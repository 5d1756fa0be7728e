"""What the variations need of the machine: interpreters, environments and languages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.served import ROOT

FOLDER = ROOT / "build" / "variations"
_LANGUAGES = FOLDER / "languages"
_INSTALL_SECONDS = 1800
_MAIN_PACKAGES = ("streamlit", "numpy", "scipy", "pandas", "pydicom", "highdicom", "plotly", "pyarrow")


class NotHereError(RuntimeError):
    """The machine lacks what a variation needs; the message says what."""


def _answer(*command: str | Path, environment: dict[str, str] | None = None) -> str | None:
    """What a command prints, or None where there is no such command or it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    yield from (Path(folder) / name for folder in os.environ.get("PATH", "").split(os.pathsep) if folder)
    pyenv = os.environ.get("PYENV_ROOT") or _answer("pyenv", "root")
    if pyenv:
        yield from sorted(Path(pyenv).glob(f"versions/{version}.*/bin/{name}"), reverse=True)
    found = _answer(sys.executable, "-m", "uv", "python", "find", "--no-python-downloads", version)
    if found:
        yield Path(found)


def interpreter(version: str) -> Path:
    """A Python of this version, such as "3.12", that runs.

    Raises
    ------
    NotHereError
        There is none on the PATH, in pyenv's folder or known to uv.
    """
    tell = "import ctypes, sqlite3, ssl, sys, zlib; print('%d.%d' % sys.version_info[:2])"
    for candidate in _candidates(version):
        # A name on the PATH may be a launcher that only prints an error, so it is run.
        if candidate.exists() and _answer(candidate, "-c", tell) == version:
            return candidate
    raise NotHereError(f"no Python {version}")


def make_environment(name: str, version: str, install: tuple[str, ...]) -> Path:
    """A new virtual environment with what `uv pip install` puts into it; the path of its Python.

    Raises
    ------
    NotHereError
        There is no such Python.
    subprocess.CalledProcessError
        The packages cannot be installed; uv has said why.
    """
    folder = FOLDER / name
    base = interpreter(version)
    FOLDER.mkdir(parents=True, exist_ok=True)
    uv = (sys.executable, "-m", "uv")
    commands = (
        (*uv, "venv", "--quiet", "--clear", "--python", str(base), str(folder)),
        (*uv, "pip", "install", "--quiet", "--python", str(folder), *install),
    )
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, timeout=_INSTALL_SECONDS)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def main_versions(python: Path) -> str:
    """Version of Python, then of the main dependencies, of an environment."""
    program = (
        "import platform, sys; from importlib.metadata import version\n"
        "print(platform.python_version(), *(name + ' ' + version(name) for name in sys.argv[1:]), sep=', ')"
    )
    return _answer(python, "-c", program, *_MAIN_PACKAGES) or "unknown"


def _speaks(environment: dict[str, str]) -> bool:
    # The C library's own word: it refuses a language that it has no files of.
    return (
        _answer(
            sys.executable,
            "-c",
            "import locale; locale.setlocale(locale.LC_ALL, '')",
            environment=environment,
        )
        is not None
    )


def language(name: str) -> dict[str, str]:
    """The variables that put a language, such as "tr_TR.UTF-8", in force; made here where it is missing.

    Raises
    ------
    NotHereError
        The system has no such language, and none could be made.
    """
    wanted = {"LC_ALL": name}
    if _speaks({**os.environ, **wanted}):
        return wanted
    source, _, encoding = name.partition(".")
    if encoding and shutil.which("localedef"):
        _LANGUAGES.mkdir(parents=True, exist_ok=True)
        _answer("localedef", "-i", source, "-f", encoding, "--no-archive", _LANGUAGES / name)
        wanted["LOCPATH"] = str(_LANGUAGES)
        if _speaks({**os.environ, **wanted}):
            return wanted
    raise NotHereError(f"no language {name} (on Debian: apt-get install locales)")
