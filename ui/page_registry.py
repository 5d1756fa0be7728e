"""The pages: their files in pages/, titles and addresses, in the order of the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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


# The app opens on the first. Streamlit serves that one at the bare address alone, so its own is empty.
PAGES: tuple[PageEntry, ...] = (
    PageEntry("case.py", "Check a case", ""),
    PageEntry("cohort.py", "Explore a cohort", "cohort"),
    PageEntry("cutoff.py", "Tune the cutoff", "cutoff"),
    PageEntry("teach.py", "Teach the criteria", "teach"),
    PageEntry("study.py", "The study", "study"),
)
