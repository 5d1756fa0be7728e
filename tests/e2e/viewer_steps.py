"""What a reader does in the viewer, as steps: open, draw, read what is shown."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from gepnet_core.case.phase import Phase
from tests.e2e.browser import wait_until_idle

SLICES = 24


def open_viewer(page: Page, query: str = "") -> None:
    page.goto(f"/{query}")
    page.locator(f".viewer[data-loaded='{3 * SLICES}']").wait_for(timeout=60_000)
    wait_until_idle(page)


def stage(page: Page, phase: str = "hap") -> Locator:
    return page.locator(f".stage[data-phase={phase}]")


def at(page: Page, x: float, y: float, phase: str = "hap") -> tuple[float, float]:
    """Screen point of a pixel of the 512 x 512 image, which fills the stage at the first zoom."""
    box = stage(page, phase).bounding_box()
    assert box is not None
    return box["x"] + (x + 0.5) / 512 * box["width"], box["y"] + (y + 0.5) / 512 * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], button: str = "left") -> None:
    page.mouse.move(*start)
    page.mouse.down(button=button)  # type: ignore[arg-type]  # Playwright's stub wants the literal
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
    page.mouse.move(*end, steps=3)
    page.mouse.up(button=button)  # type: ignore[arg-type]  # as above


def draw(page: Page, key: str, x0: float, y0: float, x1: float, y1: float, phase: str = "hap") -> None:
    stage(page, phase).focus()
    page.keyboard.press(key)
    drag(page, at(page, x0, y0, phase), at(page, x1, y1, phase))


def rows(page: Page) -> list[dict[str, str]]:
    """What the table of ovals says, once Python has confirmed all of it."""
    table = page.locator("tr[data-roi-id]")
    expect(
        page.locator("tr[data-roi-id]:not([data-confirmed=agrees][data-confirmed-by=page])")
    ).to_have_count(0)
    wait_until_idle(page)
    return [
        {**row.evaluate("e => ({...e.dataset})"), "name": row.locator(".pick").inner_text()}
        for row in table.all()
    ]


def python_says(page: Page) -> list[dict[str, str]]:
    text = page.get_by_text("Python:").inner_text()
    pattern = r"(\S+) (lesion|liver) (hap|pvp|ep) slice (\d+) n=(\d+) mean=(\S+) sd=([\d.]+)"
    names = ("id", "tissue", "phase", "slice", "n", "mean", "sd")
    return [dict(zip(names, found, strict=True)) for found in re.findall(pattern, text)]


def fields(page: Page) -> dict[str, float]:
    settle(page)
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelector('[data-testid=stBidiComponentIsolated]')
             .shadowRoot.querySelectorAll('.form input')].map((e) => [e.dataset.field, e.valueAsNumber]))"""
    )


def expect_fields(page: Page, expected: dict[str, float]) -> None:
    """Wait until the form shows these numbers; a busy machine draws late."""
    for _ in range(100):
        if fields(page) == expected:
            return
        page.wait_for_timeout(20)
    assert fields(page) == expected


def position(page: Page, phase: str) -> int:
    return int(stage(page, phase).locator(".top-left").inner_text().split("/")[0])


def positions(page: Page) -> list[int]:
    settle(page)
    return [position(page, phase) for phase in Phase]


def settle(page: Page) -> None:
    """Until what was done before is on screen."""
    page.evaluate(
        "() => new Promise((done) => setTimeout(() => "
        "requestAnimationFrame(() => requestAnimationFrame(done)), 30))"
    )


def picture(page: Page) -> str:
    """The first phase as it is painted."""
    settle(page)
    return stage(page).locator("canvas.image").evaluate("canvas => canvas.toDataURL()")


def look(page: Page) -> tuple[object, object, str]:
    """The table, the slices that are shown, and a phase as it is painted."""
    return rows(page), positions(page), picture(page)


def draw_and_look_about(page: Page) -> tuple[object, object, str]:
    """An oval, another slice, another window, another zoom: what then is seen."""
    draw(page, "l", 140, 220, 172, 252)
    for key in ("PageUp", "2", "+"):
        page.keyboard.press(key)
    return look(page)
