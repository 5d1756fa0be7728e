"""The frame of every page: title, theme, navigation and the line of intended use.

Streamlit runs this file on every interaction. It holds no content: that is in pages/, one file a page.
"""

from __future__ import annotations

import streamlit as st

from gepnet_core.intended_use import INTENDED_USE
from ui.login import require_login
from ui.page_registry import PAGES, ROOT
from ui.restart import tell_of_lost_session

SIDEBAR_PIXELS = 220
"""Width of the navigation; on a narrow screen it starts folded away."""


def navigate() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config(
        page_title="GEP-NET liver CT",
        page_icon=str(ROOT / "ui" / "favicon.svg"),
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
        menu_items={"Get help": None, "Report a bug": None, "About": f"GEP-NET liver CT. {INTENDED_USE}"},
    )
    st.html(ROOT / "ui" / "theme.css")
    require_login()
    page = st.navigation(
        [
            st.Page(entry.path, title=entry.title, url_path=entry.url_path, default=entry == PAGES[0])
            for entry in PAGES
        ],
        expanded=True,
    )
    tell_of_lost_session(page.url_path)
    if len(PAGES) > 1:
        st.sidebar.caption(INTENDED_USE)
    # On the page itself: the sidebar is folded away on a narrow screen.
    with st.container(key="intended-use"):
        st.markdown(INTENDED_USE)
    page.run()


navigate()
