"""The exact versions: every one pinned, no machine in them, no licence that binds what uses the app."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.served import ROOT

RUN = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
# Permissive ones, and MPL-2.0, whose terms end at the file that carries them.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "MPL-2.0",
    "PSF-2.0", "Unlicense", "Zlib", "HPND",
}  # fmt: skip
SPELLINGS = {
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "2-clause BSD": "BSD-2-Clause",
    "Apache License 2.0": "Apache-2.0",
}


def requirements(path: Path) -> list[Requirement]:
    lines = [line.split("  #")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [Requirement(line.split(" #")[0]) for line in lines if line and not line.startswith("#")]


def run_time_packages() -> list[str]:
    return [needed.name for needed in requirements(RUN) if not needed.marker or needed.marker.evaluate()]


def licences(name: str) -> set[str]:
    """What a package says of its licence, in SPDX words: expression, else classifiers, else its text."""
    about = distribution(name).metadata
    if expressions := about.get_all("License-Expression"):
        return set(re.split(r" AND | OR |[() ]+", expressions[0])) - {""}
    classified = [
        line.split(" :: ")[-1] for line in about.get_all("Classifier") or [] if "License ::" in line
    ]
    said = classified or [text.strip() for text in about.get_all("License") or []]
    return {SPELLINGS.get(word, word) for word in said}


@pytest.mark.parametrize("path", [RUN, DEV], ids=lambda path: path.name)
def test_every_version_is_exact_and_no_address_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(requirements(path)) > 10
    for needed in requirements(path):
        assert re.fullmatch(r"==[^*]+", str(needed.specifier)), str(needed)
    assert "://" not in text
    assert not re.search(r"^-", text, flags=re.MULTILINE)  # no --index-url, no -e, no -r
    assert "/" not in text.replace(" # via", "")


def test_the_tools_change_no_version_that_runs() -> None:
    run = {canonicalize_name(needed.name): str(needed.specifier) for needed in requirements(RUN)}
    tools = {canonicalize_name(needed.name): str(needed.specifier) for needed in requirements(DEV)}
    assert {name: tools[name] for name in run.keys() & tools.keys()} == {
        name: run[name] for name in run.keys() & tools.keys()
    }


@pytest.mark.parametrize("name", run_time_packages())
def test_the_installed_version_is_the_locked_one(name: str) -> None:
    locked = {needed.name: needed for needed in requirements(RUN)}
    try:
        installed = distribution(name).version
    except PackageNotFoundError:
        pytest.fail(f"{name} is locked and not installed: make test installs it")
    assert locked[name].specifier.contains(installed, prereleases=True)


@pytest.mark.parametrize("name", run_time_packages())
def test_no_licence_reaches_beyond_its_package(name: str) -> None:
    found = licences(name)
    assert found, f"{name} names no licence"
    assert found <= ALLOWED, f"{name}: {sorted(found - ALLOWED)}"


def test_the_libraries_of_pixel_decoders_that_are_gpl_stay_out() -> None:
    # pylibjpeg-libjpeg is GPL-3.0 and comes with some extras of pydicom and highdicom.
    assert "pylibjpeg-libjpeg" not in {canonicalize_name(name) for name in run_time_packages()}
