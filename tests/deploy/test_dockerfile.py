"""The Dockerfile against the tree: sources exist, nobody is root, no build tools stay, the port is one."""

from __future__ import annotations

import ast
import re
import shlex
from fnmatch import fnmatch

import pytest

from deploy.health import health_path, is_healthy
from scripts.served import ROOT, free_port, served
from tests.deploy.proxy import render

TEXT = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def instructions() -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) of each, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE))
    return [(line.split()[0], line.partition(" ")[2]) for line in joined.splitlines() if line.strip()]


def of_last_stage() -> list[tuple[str, str]]:
    found = instructions()
    last = max(index for index, (name, _) in enumerate(found) if name == "FROM")
    return found[last:]


def copied() -> list[str]:
    """Sources that come from the project's folder."""
    sources = []
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from"):
            sources += shlex.split(rest)[:-1]
    return sources


def reaches_the_build(path: str) -> bool:
    """Whether .dockerignore lets a path through; the last rule that fits decides."""
    through = True
    for rule in (line for line in IGNORED if line and not line.startswith("#")):
        pattern = rule.lstrip("!").removeprefix("**/")
        names = [
            path,
            *(path[:index] for index, sign in enumerate(path) if sign == "/"),
            path.rpartition("/")[2],
        ]
        if any(fnmatch(name, pattern) for name in names):
            through = rule.startswith("!")
    return through


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_exists_and_is_not_ignored(source: str) -> None:
    assert (ROOT / source).exists()
    assert reaches_the_build(source)


def test_the_copy_is_enough_for_the_app() -> None:
    assert {"app.py", "gepnet_core", "ui", "pages", "data", ".streamlit/config.toml"} <= set(copied())


@pytest.mark.parametrize(
    "path",
    [
        ".git/config", ".venv/bin/python", ".streamlit/secrets.toml", "deploy/.env", "deploy/secrets.toml",
        "tests/conftest.py", "ui/__pycache__/router.pyc", "build/report.html", "privkey.pem",
    ],
)  # fmt: skip
def test_secrets_and_the_workshop_never_reach_the_build(path: str) -> None:
    assert not reaches_the_build(path)


def test_the_base_is_a_slim_python_that_the_project_supports() -> None:
    (tag,) = re.findall(r"^ARG PYTHON=(\S+)$", TEXT, flags=re.MULTILINE)
    assert re.fullmatch(r"3\.1[123]-slim(-\w+)?", tag)
    images = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert set(images) == {"python:${PYTHON}"}


def test_the_container_is_not_run_by_root() -> None:
    users = [rest for name, rest in of_last_stage() if name == "USER"]
    assert users == ["10001:10001"]
    order = [name for name, _ in of_last_stage()]
    assert order.index("USER") < order.index("CMD")


def test_only_locked_wheels_are_installed_and_no_installer_stays() -> None:
    installs = re.findall(r"pip [^&;|]*? install ([^&;]+)", " ".join(rest for _, rest in instructions()))
    assert len(installs) == 2
    for arguments in installs:
        assert "--only-binary :all:" in arguments
        assert re.findall(r"-r (\S+)", arguments)[0] == "requirements.txt"
        assert "--index-url" not in arguments
    last = " ".join(rest for _, rest in of_last_stage())
    assert "pip uninstall --yes pip" in last
    assert "apt" not in last and "install" not in last.replace("uninstall", "")


def test_one_port_everywhere() -> None:
    (exposed,) = [rest for name, rest in instructions() if name == "EXPOSE"]
    assert f"STREAMLIT_SERVER_PORT={exposed}" in TEXT
    compose = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    assert f'GEPNET_APP: "app:{exposed}"' in compose


def test_the_start_and_the_health_check_are_lists_of_words() -> None:
    (start,) = [rest for name, rest in instructions() if name == "CMD"]
    assert ast.literal_eval(start) == ["streamlit", "run", "app.py"]
    (check,) = [rest for name, rest in instructions() if name == "HEALTHCHECK"]
    assert ast.literal_eval(check.partition("CMD ")[2]) == ["python", "deploy/health.py"]


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/_stcore/health"), ("/", "/_stcore/health"), ("gepnet", "/gepnet/_stcore/health"),
        ("/gepnet", "/gepnet/_stcore/health"), ("/a/b/", "/a/b/_stcore/health"),
    ],
)  # fmt: skip
def test_the_health_check_asks_below_the_base_path(base: str, path: str) -> None:
    assert health_path(base) == path


def test_the_health_check_tells_a_running_app_from_none() -> None:
    assert not is_healthy(free_port(), "")
    with served() as app:
        port = int(app.url.rpartition(":")[2])
        assert is_healthy(port, "")
        assert not is_healthy(port, "elsewhere")


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("listen ${GEPNET_NOTHING};", {})
