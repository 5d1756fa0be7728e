"""The pages: their files in pages/, titles and addresses, in the order of the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


# The app opens on the first.
PAGES = (PageEntry("case.py", "Check a case", "case"),)
