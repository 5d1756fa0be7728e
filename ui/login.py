"""Asks for a login where the operator has configured one; without one in the secrets, nothing changes.

Streamlit does the work (`st.login`, OpenID Connect). Who may log in is the identity provider's to say.
Nothing of the person is read, shown or logged here.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gepnet_core.intended_use import INTENDED_USE
from ui.page_registry import PAGES


class LoginSettingsError(RuntimeError):
    """There are secrets, and they cannot be read: perhaps they ask for a login."""


def login_is_required() -> bool:
    """Whether the secrets have a section ``[auth]``.

    Raises
    ------
    LoginSettingsError
        A file of secrets is there and cannot be read. Streamlit takes that for no secrets at all, which would
        open to everyone an app that was meant to be closed.
    """
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    if any(Path(path).exists() for path in st.get_option("secrets.files")):
        raise LoginSettingsError
    return False


def require_login() -> None:
    """Go on only for someone who is logged in, or where no login is configured.

    Call it before anything is drawn. For anyone else the page is a button and the script ends here.

    Raises
    ------
    LoginSettingsError
        As in `login_is_required`; the page then shows nothing but that it failed.
    """
    if not login_is_required():
        return
    # Anything but a plain True, an absent key included, is nobody.
    if st.user.get("is_logged_in") is True:
        st.sidebar.button("Log out", key="log-out", on_click=st.logout)
        return
    # At every page's address, so that Streamlit reports none as missing.
    asking = [
        st.Page(_ask, title="Log in", url_path=entry.url_path, default=entry == PAGES[0]) for entry in PAGES
    ]
    st.navigation(asking, position="hidden").run()
    st.stop()


def _ask() -> None:
    st.title("GEP-NET liver CT")
    st.markdown(INTENDED_USE)
    st.button("Log in", key="log-in", type="primary", on_click=st.login)
