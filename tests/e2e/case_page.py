"""What a person does on the page of a case, as steps: choose the way, upload, open, draw, read.

Boxes are read again before each use: a rerun may have moved everything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from gepnet_core.case.phase import Phase
from tests.e2e.browser import PATIENCE_MS, upload, wait_until_idle
from tests.e2e.independent_hu import Stack

expect.set_options(timeout=15_000)  # a rerun of a page with images, on a machine that does other things too
PICTURES = os.environ.get("E2E_PICTURES")  # a folder, to look at the states that the tests pass through
LABELS = {phase: phase.label[0].upper() + phase.label[1:] for phase in Phase}
PHASE_OF = {label: phase for phase, label in LABELS.items()}


@dataclass(frozen=True)
class SeenOval:
    """One oval as the viewer shows it: the numbers of its form and of its row."""

    id: str
    tissue: str
    phase: Phase
    slice_index: int
    cx: float
    cy: float
    rx: float
    ry: float
    n: int
    mean: float
    sd: float

    @property
    def place(self) -> tuple[str, Phase, int, float, float, float, float]:
        return self.tissue, self.phase, self.slice_index, self.cx, self.cy, self.rx, self.ry


# --- the frame of the page
def choose_way(page: Page, way: str) -> None:
    choice = page.get_by_role("radiogroup", name="How the HU come in").get_by_role("radio", name=way)
    choice.click()
    expect(choice).to_be_checked()
    wait_until_idle(page)


def choose_one(page: Page, group: str, option: str) -> None:
    choice = page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True)
    choice.click()
    expect(choice).to_be_checked()
    wait_until_idle(page)


def expander(page: Page, title: str | re.Pattern[str]) -> Locator:
    """The expander with that title, opened."""
    found = page.get_by_test_id("stExpander").filter(has=page.locator("summary", has_text=title)).first
    details = found.locator("details")
    for _ in range(4):
        if details.get_attribute("open") is not None:
            break
        found.locator("summary").click()
        # One that moves away just then, as one above it unfolds, is clicked beside: a person clicks again.
        wait_until_idle(page)
    expect(details).to_have_attribute("open", "")
    return found


def field(page: Page, key: str) -> Locator:
    """The text field of a widget's key, such as ``hap_lesion_hu``."""
    return page.locator(f".st-key-case-{key.replace('.', '-')} input")


def type_in(page: Page, **texts: str) -> None:
    for key, text in texts.items():
        field(page, key).fill(text)
    wait_until_typed(page)


def wait_until_typed(page: Page) -> None:
    """A field that is being typed in tells the server after a quarter of a second's pause."""
    wait_until_idle(page, quiet_ms=500)


def result(page: Page) -> Locator:
    return page.locator(".st-key-case-result")


def headline(page: Page) -> str:
    """The call in words; an empty text where none stands."""
    call = result(page).locator(".gp-call")
    return call.inner_text().strip() if call.count() else ""


def expect_call(page: Page, words: str) -> None:
    """Wait for that call; for none where `words` is empty."""
    call = result(page).locator(".gp-call")
    if words:
        expect(call).to_have_text(words)
    else:
        expect(call).to_have_count(0)


def picture(page: Page, name: str, height: int = 2600) -> None:
    """Where pictures are asked for, one of the whole page: it scrolls inside, so the window is made high."""
    size = page.viewport_size
    if PICTURES is None or size is None:
        return
    page.set_viewport_size({"width": size["width"], "height": height})
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    wait_until_idle(page)
    page.screenshot(path=Path(PICTURES) / f"e2e_{name}.png")
    page.set_viewport_size(size)
    wait_until_idle(page)


# --- images
def upload_images(page: Page, files: Sequence[str | Path] | Sequence[FilePayload]) -> None:
    """Into the first uploader; where images are open already, the one behind the expander."""
    title = "Open other images, or add contours"
    if page.locator("summary", has_text=title).count():
        upload(page, files, within=expander(page, title))
    else:
        upload(page, files, within=page.get_by_test_id("stTabs"))
    wait_until_read(page)


def wait_until_read(page: Page) -> None:
    """Wait until the uploader is empty again: what it held has been read."""
    expect(page.get_by_test_id("stFileChip")).to_have_count(0, timeout=4 * PATIENCE_MS)
    wait_until_idle(page, timeout_ms=4 * PATIENCE_MS)


def choose_series(page: Page, phase: Phase, text: str) -> None:
    choose_option(page, LABELS[phase], text)


def choose_option(page: Page, label: str, text: str) -> None:
    """Pick the option that contains `text` in the select box of that label."""
    box = page.get_by_test_id("stSelectbox").filter(has=page.get_by_role("combobox", name=label, exact=True))
    # The list closes when the page scrolls: into view first, and again where it was closed.
    box.scroll_into_view_if_needed()
    option = page.get_by_role("option").filter(has_text=text).first
    for _ in range(8):
        # A tooltip under a resting pointer may lie over the box.
        page.mouse.move(2, 2)
        wait_until_idle(page)
        box.get_by_role("button", name="Open").click()
        page.wait_for_timeout(400)
        if option.count():
            break
    option.click()
    # While the page is drawn anew the old box stands beside the new one.
    wait_until_idle(page)
    expect(box.get_by_role("combobox")).to_have_value(re.compile(re.escape(text)))


def open_phases(page: Page) -> None:
    page.get_by_role("button", name="Open these phases").click()
    wait_for_images(page)


def wait_for_images(page: Page) -> None:
    """Wait until the viewer has every slice of every phase."""
    wait_until_idle(page, timeout_ms=4 * PATIENCE_MS)
    stages = page.locator(".stage")
    stages.first.wait_for()
    slices = [int(text.split(", ")[1].split()[0]) for text in _labels(stages)]
    page.locator(f".viewer[data-loaded='{sum(slices)}']").wait_for(timeout=2 * PATIENCE_MS)
    wait_until_idle(page)


def _labels(stages: Locator) -> list[str]:
    return [stage.get_attribute("aria-label") or "" for stage in stages.all()]


# --- the viewer
def stage(page: Page, phase: Phase) -> Locator:
    return page.locator(f".stage[data-phase={phase}]")


def point(page: Page, phase: Phase, stack: Stack, x: float, y: float) -> tuple[float, float]:
    """Where a pixel's centre lies on the screen at the first zoom; all phases share a field of view."""
    box = stage(page, phase).bounding_box()
    assert box is not None
    wide, high = stack.columns * stack.column_spacing, stack.rows * stack.row_spacing
    scale = min(box["width"] / wide, box["height"] / high)
    return (
        box["x"] + box["width"] / 2 + (x - (stack.columns - 1) / 2) * stack.column_spacing * scale,
        box["y"] + box["height"] / 2 + (y - (stack.rows - 1) / 2) * stack.row_spacing * scale,
    )


def drag(
    page: Page, phase: Phase, stack: Stack, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """From one pixel to another with the left button; waits for Python's own numbers."""
    stage(page, phase).scroll_into_view_if_needed()
    (x0, y0), (x1, y1) = point(page, phase, stack, *start), point(page, phase, stack, *end)
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=2)
    page.mouse.move(x1, y1, steps=2)
    page.mouse.up()
    wait_for_agreement(page)


def show_slice(page: Page, phase: Phase, slice_index: int) -> None:
    """With the slider below the image."""
    page.get_by_label(f"Slice of the {LABELS[phase]}").fill(str(slice_index + 1))
    expect(stage(page, phase).locator(".top-left")).to_have_text(re.compile(rf"^{slice_index + 1} /"))


def draw_oval(
    page: Page,
    phase: Phase,
    stack: Stack,
    tissue: str,
    slice_index: int,
    centre: tuple[float, float],
    radii: tuple[float, float],
) -> None:
    """Go to the slice, take the tool and drag the oval open, all with the mouse."""
    show_slice(page, phase, slice_index)
    page.locator(f".tool.{tissue}").click()
    (cx, cy), (rx, ry) = centre, radii
    drag(page, phase, stack, (cx - rx, cy - ry), (cx + rx, cy + ry))


def wait_for_agreement(page: Page) -> None:
    """Wait until Python has measured every oval and the viewer says that it measured the same."""
    wait_until_idle(page)
    expect(
        page.locator("tr[data-roi-id]:not([data-confirmed=agrees][data-confirmed-by=page])")
    ).to_have_count(0)


def form_field(page: Page, name: str) -> Locator:
    return page.locator(f".form input[data-field={name}]")


def seen_ovals(page: Page) -> list[SeenOval]:
    """Every oval, by selecting one after the other and reading its form."""
    wait_for_agreement(page)
    seen = []
    for row in page.locator("tr[data-roi-id]").all():
        row.locator(".pick").click()
        expect(row).to_have_class("selected")  # painted together with the form
        numbers = page.locator(".form").evaluate(
            "form => Object.fromEntries([...form.querySelectorAll('input')]"
            ".map((input) => [input.dataset.field, input.valueAsNumber]))"
        )
        data = row.evaluate("row => ({...row.dataset})")
        seen.append(
            SeenOval(
                id=data["roiId"],
                tissue=row.locator(".pick").inner_text().strip().lower(),
                phase=PHASE_OF[row.locator(".phase").inner_text()],
                slice_index=int(numbers["slice"]) - 1,
                **{name: float(numbers[name]) for name in ("cx", "cy", "rx", "ry")},
                n=int(data["n"]),
                mean=float(data["mean"]),
                sd=float(data["sd"]),
            )
        )
    return seen


def measured(page: Page) -> dict[tuple[Phase, str], dict[str, str]]:
    """The page's own table, which Python made: columns by title for each phase and tissue."""
    table = page.locator("table").filter(has_text="P5 to P95")
    titles = table.locator("thead th").all_text_contents()
    found = {}
    for row in table.locator("tbody tr").all():
        cells = dict(zip(titles, row.locator("th, td").all_text_contents(), strict=True))
        found[Phase(cells["Phase"].lower()), cells["Tissue"].lower()] = cells
    return found


# --- the keyboard
def tab_to(page: Page, target: Locator, *, most: int = 80, backwards: bool = False) -> None:
    """Press Tab until the target has the focus, as someone without a mouse does."""
    has_focus = "element => element === element.getRootNode().activeElement"
    for _ in range(most):
        if target.count() and target.first.evaluate(has_focus):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"{most} presses of Tab did not reach {target}")
