"""Makes the pictures of the README from the running app: `make screenshots`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.served import ROOT, served
from tests.e2e.browser import fresh_context, launch, visit, wait_until_idle

DOCS = ROOT / "docs"


def _typed_example(page: Page) -> None:
    page.get_by_role("button", name="Fill in an example").click()
    wait_until_idle(page, quiet_ms=1500)


def _example_study(page: Page) -> None:
    page.get_by_text("Measure on images", exact=True).click()
    wait_until_idle(page)
    page.get_by_role("button", name="Open the example study").click()
    wait_until_idle(page, quiet_ms=3000, timeout_ms=120_000)


def _picture(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


def main() -> None:
    """A typed case and the example study, in both themes."""
    DOCS.mkdir(exist_ok=True)
    with served() as app, sync_playwright() as playwright:
        browser = launch(playwright)
        for dark in (False, True):
            theme = "dark" if dark else "light"
            with fresh_context(browser, app.url, dark=dark, width=1440, height=1100) as context:
                page = context.new_page()
                visit(page)
                _typed_example(page)
                _picture(page, DOCS / f"screenshot-{theme}.png")
                _example_study(page)
                _picture(page, DOCS / f"screenshot-images-{theme}.png")
        browser.close()


if __name__ == "__main__":
    main()
