"""The frame of every page: title, theme, navigation and the line of intended use.

Streamlit runs this file on every interaction. It holds no content: that is in pages/, one file a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
INTENDED_USE = "For research and education. Not a medical device."


@dataclass(frozen=True)
class PageEntry:
    """One page: its file in pages/, its title in the navigation, its address."""

    file: str
    title: str
    url_path: str

    @property
    def path(self) -> Path:
        """Where its code is."""
        return ROOT / "pages" / self.file


# The first is where the app opens.
PAGES = (
    PageEntry("case.py", "Check a case", "case"),
    PageEntry("cohort.py", "Explore a cohort", "cohort"),
    PageEntry("cutoff.py", "Tune the cutoff", "cutoff"),
    PageEntry("teach.py", "Teach the criteria", "teach"),
    PageEntry("study.py", "The study", "study"),
)


def navigate() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config(
        page_title="GEP-NET liver CT",
        page_icon=str(ROOT / "ui" / "favicon.svg"),
        layout="wide",
        menu_items={"Get help": None, "Report a bug": None, "About": f"GEP-NET liver CT. {INTENDED_USE}"},
    )
    st.html(ROOT / "ui" / "theme.css")
    there = [entry for entry in PAGES if entry.path.exists()]
    page = st.navigation(
        [
            st.Page(entry.path, title=entry.title, url_path=entry.url_path, default=entry is there[0])
            for entry in there
        ]
    )
    st.sidebar.caption(INTENDED_USE)
    # On the page too: the sidebar is folded away on a narrow screen.
    with st.container(key="intended-use"):
        st.markdown(INTENDED_USE)
    page.run()


navigate()
