"""Shows each figure as people with other colour vision see it: `python -m scripts.colour_blindness`.

Chromium changes the colours itself (``Emulation.setEmulatedVisionDeficiency``). One picture a figure goes to
build/colour-blindness/, to be looked at; what numbers can hold is in tests/figures/test_colour_vision.py.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from scripts.served import ROOT, served
from tests.e2e.browser import fresh_context, launch, visit, wait_until_idle
from tests.e2e.case_page import choose_one, wait_for_agreement

PICTURES = ROOT / "build" / "colour-blindness"
VISIONS = ("none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia")
PATIENCE = 120_000


def _typed(page: Page) -> None:
    visit(page)
    page.get_by_role("button", name="Fill in an example").click()


def _cohort(page: Page) -> None:
    visit(page, "/cohort")


def _cutoff(page: Page) -> None:
    visit(page, "/cutoff")


def _lab(page: Page) -> None:
    """With a viewer too, and ovals of both tissues in it."""
    visit(page, "/teach")
    wait_for_agreement(page)


def _explorer(page: Page) -> None:
    visit(page, "/teach")
    choose_one(page, "What to look at", "Cutoff and Bayes")
    page.get_by_role("button", name="Draw another 23 + 23").click()
    page.get_by_role("button", name="Draw 1000 at once").click()


def _study(page: Page) -> None:
    visit(page, "/study")


STATES: dict[str, Callable[[Page], None]] = {
    "case": _typed,
    "cohort": _cohort,
    "cutoff": _cutoff,
    "lab": _lab,
    "explorer": _explorer,
    "study": _study,
}


def _figures(page: Page) -> Iterator[Locator]:
    """Whatever has colours that mean something: figures, the viewer, rows of marks, the call."""
    for selector in (".js-plotly-plot", ".viewer", ".gp-cells", ".gp-criteria"):
        yield from page.locator(selector).all()


def _sheet(page: Page, figure: Locator) -> str:
    """The figure under each kind of vision, as HTML."""
    protocol = page.context.new_cdp_session(page)
    shown = []
    for vision in VISIONS:
        protocol.send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
        taken = base64.b64encode(figure.screenshot()).decode()
        shown.append(f'<figure>{vision}<br><img src="data:image/png;base64,{taken}"></figure>')
    protocol.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
    protocol.detach()
    grid = "display: grid; grid-template-columns: repeat(3, max-content)"
    return f'<body style="background: #fff; color: #000; {grid}">{"".join(shown)}</body>'


def _take(browser: Browser, url: str, name: str, come: Callable[[Page], None], *, dark: bool) -> None:
    theme = "dark" if dark else "light"
    with fresh_context(browser, url, dark=dark, width=1280, height=1200) as context:
        page, paper = context.new_page(), context.new_page()
        come(page)
        wait_until_idle(page, timeout_ms=PATIENCE)
        for number, figure in enumerate(_figures(page), start=1):
            if figure.is_visible():
                paper.set_content(_sheet(page, figure))
                path = PICTURES / f"{name}-{number}-{theme}.png"
                paper.screenshot(path=path, full_page=True)
                print(Path(path).relative_to(ROOT))


def main() -> None:
    """Every page with its example, in both themes."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as app, sync_playwright() as playwright:
        browser = launch(playwright)
        for dark in (False, True):
            for name, come in STATES.items():
                _take(browser, app.url, name, come, dark=dark)
        browser.close()


if __name__ == "__main__":
    main()
