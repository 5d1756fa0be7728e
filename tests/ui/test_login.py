"""Login: off without [auth] in the secrets; with it, nothing shows before someone has logged in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from scripts.served import ROOT
from ui.login import LoginSettingsError, login_is_required
from ui.page_registry import PAGES

AUTH = {
    "redirect_uri": "https://ct.example.org/gepnet/oauth2callback",
    "cookie_secret": "not-a-secret-of-anyone",
    "client_id": "gepnet",
    "client_secret": "not-a-secret-either",
    "server_metadata_url": "https://login.example.org/.well-known/openid-configuration",
}
PERSON = {"is_logged_in": True, "name": "Zzcanary Person", "email": "zzcanary@example.org"}


@pytest.fixture
def opened() -> Callable[..., AppTest]:
    """The app, opened with these secrets by this user."""

    def _open(secrets: dict[str, object], user: dict[str, object]) -> AppTest:
        test = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=60)
        test.secrets = dict(secrets)
        test.user = dict(user)
        return test.run()

    return _open


def labels(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def everything(test: AppTest) -> str:
    return repr(test._tree)


@pytest.mark.parametrize("secrets", [{}, {"other": {"key": "value"}}], ids=["no secrets", "other secrets"])
def test_without_auth_the_app_opens_as_ever(opened, secrets) -> None:
    test = opened(secrets, {})
    assert not test.exception and not test.error
    assert not {"Log in", "Log out"} & set(labels(test))
    assert test.title[0].value == PAGES[0].title


@pytest.mark.parametrize(
    "user",
    [{}, {"is_logged_in": False}, {"is_logged_in": "true"}, {"is_logged_in": 1}, {"email": "a@example.org"}],
    ids=["nobody", "logged out", "a text", "a number", "no flag"],
)
def test_with_auth_a_stranger_sees_a_button_and_nothing_else(opened, user) -> None:
    test = opened({"auth": AUTH}, user)
    assert not test.exception and not test.error
    assert labels(test) == ["Log in"]
    assert [title.value for title in test.title] == ["GEP-NET liver CT"]
    assert not test.text_input and not test.button_group and not test.tabs and not test.selectbox


def test_an_empty_section_closes_the_app_too(opened) -> None:
    assert labels(opened({"auth": {}}, {})) == ["Log in"]


def test_the_button_starts_the_login_and_still_shows_nothing(opened, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(st, "login", lambda: calls.append("login"))
    test = opened({"auth": AUTH}, {})
    (button,) = test.button
    test = button.click().run()
    assert calls == ["login"]
    assert labels(test) == ["Log in"] and not test.text_input


def test_someone_logged_in_sees_the_app_and_can_log_out(opened, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(st, "logout", lambda: calls.append("logout"))
    test = opened({"auth": AUTH}, PERSON)
    assert not test.exception and not test.error
    assert test.title[0].value == PAGES[0].title
    assert [button.label for button in test.sidebar.button] == ["Log out"]
    assert "Log in" not in labels(test)
    test.sidebar.button[0].click().run()
    assert calls == ["logout"]


def test_logging_out_closes_the_page_in_the_same_run(opened) -> None:
    test = opened({"auth": AUTH}, PERSON)
    test = test.sidebar.button[0].click().run()
    assert labels(test) == ["Log in"] and not test.text_input


def test_no_name_of_a_person_is_shown_or_logged(opened, caplog: pytest.LogCaptureFixture, capfd) -> None:
    caplog.set_level("DEBUG")
    test = opened({"auth": AUTH}, PERSON)
    printed = capfd.readouterr()
    for text in (everything(test), caplog.text, printed.out, printed.err):
        assert "zzcanary" not in text.lower()
    assert "not-a-secret" not in everything(test)


@pytest.fixture
def secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Streamlit looks for secrets during the test."""
    path = tmp_path / "secrets.toml"
    monkeypatch.setattr(st, "secrets", Secrets())
    option = config.get_option

    def option_here(name: str) -> object:
        return [str(path)] if name == "secrets.files" else option(name)

    monkeypatch.setattr(st, "get_option", option_here)
    monkeypatch.setattr(config, "get_option", option_here)
    return path


def test_no_file_of_secrets_asks_for_no_login(secrets_file: Path) -> None:
    assert not login_is_required()


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("", False),
        ("[other]\nkey = 1\n", False),
        ("[auth]\n", True),
        ('[auth.hospital]\nclient_id = "x"\n', True),
    ],
)
def test_the_section_decides(secrets_file: Path, text: str, required: bool) -> None:
    secrets_file.write_text(text, encoding="utf-8")
    assert login_is_required() is required


def test_secrets_that_cannot_be_read_never_open_the_app(secrets_file: Path) -> None:
    secrets_file.write_text("[auth\nclient_id = 'x'\n", encoding="utf-8")
    with pytest.raises(LoginSettingsError):
        login_is_required()


def test_a_folder_in_place_of_the_secrets_never_opens_the_app(secrets_file: Path) -> None:
    # What a container engine makes where the file to be mounted is absent.
    secrets_file.mkdir()
    with pytest.raises((LoginSettingsError, IsADirectoryError)):
        login_is_required()
