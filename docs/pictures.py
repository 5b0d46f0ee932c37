"""Make the pictures of the README from the sample study: ``python docs/pictures.py``.

The study is made in a folder that is gone afterwards, so no picture shows a path of this machine.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "apps")]

from qualkit.workflow.demo import make_demo  # noqa: E402
from tests.apps.browsing import ARGUMENTS, Server, press, ready, saved  # noqa: E402
from tests.chromium import find_chromium  # noqa: E402

SIZE = {"width": 1360, "height": 820}
CODER = "Dana"
DOCUMENT = "harbour_round_table"


def _shot(page: Page, name: str) -> None:
    page.wait_for_timeout(600)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")


def _code(context: BrowserContext, server: Server) -> None:
    """Show a transcript with codes, spans and suggestions."""
    page = context.new_page()
    with page.expect_response("**/qk/suggestions*", timeout=60_000):
        page.goto(f"{server.url}/?document={DOCUMENT}")
        expect(page.locator(".row.current")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(500)
    for _ in range(3):
        press(page, "N", "a")
        page.wait_for_timeout(200)
    press(page, "v", *["ArrowRight"] * 4, "t", "N")
    saved(page)
    expect(page.locator(".row.current .offer").first).to_be_visible()
    _shot(page, "workbench")
    page.close()


def _finding(context: BrowserContext, server: Server, name: str) -> None:
    """Show a page of findings."""
    page = context.new_page()
    page.goto(f"{server.url}/{name}")
    expect(page.locator("canvas, svg.marks").first).to_be_visible(timeout=60_000)
    ready(page)
    _shot(page, name)
    page.close()


PICTURES: dict[str, Callable[[BrowserContext, Server], None]] = {
    "workbench": _code,
    "themes": lambda context, server: _finding(context, server, "themes"),
    "agreement": lambda context, server: _finding(context, server, "agreement"),
}


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder, make_demo(folder) as project:
        server = Server(Path(folder) / "log.txt")
        server.show(project)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
            context = browser.new_context(viewport=SIZE, color_scheme="light")
            context.add_cookies([{"name": server.cookie, "value": CODER, "url": server.url}])
            for make in PICTURES.values():
                make(context, server)
            browser.close()
        server.kill()
        server.log.close()


if __name__ == "__main__":
    main()
