"""What a login needs: exact versions, none that differs from what runs, and an example without a secret."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.served import ROOT
from tests.test_locks import RUN, requirements

LOGIN = ROOT / "deploy" / "requirements-login.txt"


def versions() -> dict[str, str]:
    return {canonicalize_name(needed.name): str(needed.specifier) for needed in requirements(LOGIN)}


def test_every_version_is_exact_and_no_address_is_named() -> None:
    text = LOGIN.read_text(encoding="utf-8")
    assert all(re.fullmatch(r"==[^*]+", version) for version in versions().values())
    assert "/" not in text and not re.search(r"^-", text, flags=re.MULTILINE)


def test_a_login_changes_no_version_that_runs() -> None:
    run = {canonicalize_name(needed.name): str(needed.specifier) for needed in requirements(RUN)}
    shared = run.keys() & versions().keys()
    assert {name: versions()[name] for name in shared} == {name: run[name] for name in shared}
    assert "authlib" not in run


def test_the_group_is_what_is_locked() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    for text in groups["login"]:
        needed = Requirement(text)
        assert needed.specifier.contains(versions()[canonicalize_name(needed.name)].removeprefix("=="))


def test_the_example_of_secrets_has_every_key_and_no_secret() -> None:
    example = tomllib.loads((ROOT / "deploy" / "secrets.example.toml").read_text(encoding="utf-8"))
    assert set(example) == {"auth"}
    keys = {
        "redirect_uri",
        "cookie_secret",
        "client_id",
        "client_secret",
        "server_metadata_url",
        "client_kwargs",
    }
    assert set(example["auth"]) == keys
    assert example["auth"]["cookie_secret"] == example["auth"]["client_secret"] == ""
    assert example["auth"]["redirect_uri"].endswith("/oauth2callback")
