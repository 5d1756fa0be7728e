"""Tables that are wider than a phone scroll in a place of their own, which the keyboard reaches by name."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.source_tree import files, modules
from ui.study_table import scroll_region, study_table

SCROLLS = re.compile(r"([^{}]+)\{[^{}]*overflow(?:-x|-y)?:\s*(?:auto|scroll)")


class Opened(HTMLParser):
    """The first element of some HTML, and the names of all."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", ["Two cutoffs", 'He said "0.898" & <b>left</b>'])
def test_a_table_stands_in_one_region_with_its_name_and_a_stop_of_the_tab_key(name: str) -> None:
    first, *rest = Opened(study_table(("A", "B"), [("Row", "1")], name=name)).all
    assert first == ("div", {"class": "gp-wide", "role": "region", "aria-label": name, "tabindex": "0"})
    assert [tag for tag, _ in rest] == ["table", "thead", "tr", "th", "th", "tbody", "tr", "th", "td"]
    assert not any("tabindex" in attributes for _, attributes in rest)


def test_a_table_without_a_name_is_refused() -> None:
    with pytest.raises(TypeError, match="name"):
        study_table(("A",), [("Row",)])  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="name"):
        study_table(("A",), [("Row",)], name=" ")


def test_whatever_scrolls_by_its_style_is_made_a_region_in_one_place() -> None:
    styled = {
        selector
        for path in files(".css")
        if path.parts[-2] != "roi_viewer"  # its table of ovals has buttons in it, which take the focus
        for selectors in SCROLLS.findall(
            re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        )
        for selector in map(str.strip, selectors.split(","))
    }
    assert styled == {".gp-wide", ".gp-behind", ".gp-issues"}
    written = {
        module
        for module, path in modules().items()
        if module.startswith(("ui", "pages"))
        and re.search(
            r'class="(?:gp-wide|gp-behind|gp-issues)|role="region"', path.read_text(encoding="utf-8")
        )
    }
    assert written == {"ui.study_table"}
    assert scroll_region("N", "x", "gp-wide").startswith('<div class="gp-wide" role="region"')
