"""What a person does on the page of a case, without a browser: fill, choose, upload, read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from gepnet_core.imaging.pixels.intake import Source
from ui.state import CaseState

EXAMPLE = {"hap_lesion_hu": "49.5", "hap_liver_hu": "70", "pvp_lesion_hu": "66.2", "pvp_liver_hu": "110"}
"""Ratios 0.707 and 0.602, those of the adenocarcinoma in Figure 4 of the study."""


def fill(page: AppTest, **texts: str) -> AppTest:
    """Type into fields by the end of their keys, such as ``hap_lesion_hu``."""
    for name, text in texts.items():
        page.text_input(key=f"case.{name}").set_value(text)
    return rested(page.run())


def choose(page: AppTest, key: str, option: str | None) -> AppTest:
    """Press one of the buttons of a group."""
    page.button_group(key=f"case.{key}").set_value(option)
    return rested(page.run())


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    return rested(button.click().run())


def has_button(page: AppTest, label: str) -> bool:
    return any(button.label == label for button in page.button)


def rested(page: AppTest) -> AppTest:
    """The page, which has not failed: neither with a traceback nor with the words for one."""
    assert not page.exception
    assert not any("could not finish" in error.value for error in page.error)
    return page


def headline(page: AppTest) -> str:
    """The call in words; an empty text where none stands."""
    found = re.search(r'<h2 class="gp-call">(.*?)</h2>', _bodies(page))
    return _without_tags(found[1]) if found else ""


def counts(page: AppTest) -> str:
    found = re.search(r'<p class="gp-counts">(.*?)</p>', _bodies(page))
    return _without_tags(found[1]) if found else ""


def words(page: AppTest) -> str:
    """All text of the page but what stands in fields."""
    spoken = [*page.markdown, *page.caption, *page.error, *page.warning, *page.subheader, *page.code]
    return "\n".join([_without_tags(_bodies(page)), *(element.value for element in spoken)])


def problems(page: AppTest) -> str:
    """What stands in the result's place where there is no result; an empty text where there is one."""
    if "No result yet" not in [heading.value for heading in page.header]:
        return ""
    (said,) = [block.value for block in page.markdown if block.value.startswith("- ")]
    return plain(said)


def plain(markdown: str) -> str:
    """Markdown without the strokes that keep its signs from meaning something."""
    return re.sub(r"\\(.)", r"\1", markdown)


def beside(page: AppTest, key: str) -> str:
    """What is said under a field, in the same column."""
    for block in _blocks(page.main):
        children = list(block.children.values())
        places = [i for i, child in enumerate(children) if getattr(child, "key", None) == f"case.{key}"]
        if places:
            after = children[places[0] + 1 :]
            return "\n".join(plain(c.value) for c in after if isinstance(c, Element) and c.type == "markdown")
    raise AssertionError(f"there is no field {key}")


def upload(page: AppTest, sources: Sequence[Source]) -> AppTest:
    """Into the uploader of images."""
    (uploader,) = [box for box in page.file_uploader if box.label.startswith("CT images")]
    uploader.set_value([(source.name, source.data, "application/octet-stream") for source in sources])
    return rested(page.run())


def case(page: AppTest) -> CaseState:
    """What the session holds beside its widgets."""
    state: CaseState = page.session_state["case"]
    return state


def fields(page: AppTest) -> dict[str, str]:
    """Text of every field by the end of its key."""
    return {str(box.key).removeprefix("case."): box.value or "" for box in page.text_input}


def _bodies(page: AppTest) -> str:
    return "\n".join(str(part.proto.body) for part in page.get("html") if "<style" not in part.proto.body)


def _without_tags(body: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for child in block.children.values():
        if isinstance(child, Block):
            yield from _blocks(child)
