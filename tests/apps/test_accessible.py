"""axe-core finds nothing on any page: light and dark, empty and filled; and each is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qualkit.model import Codebook
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project
from tests.apps.browsing import SECONDS, Server, begin, press, ready, saved
from tests.apps.conftest import made_document
from workbench import labels

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).parents[2] / ".screens"
PAGES = [name for name in labels.PAGES if name not in ("start", "code")]
SCHEMES = ("light", "dark")
UPLOADER = "presentation-role-conflict", "stFileUploaderDropzone"
"""Streamlit's own box for files has a role that says nothing, and a name; axe calls it minor."""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(browser: Browser, scheme: str) -> Iterator[BrowserContext]:
    size = {"width": 1280, "height": 800}
    opened = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    opened.set_default_timeout(SECONDS)
    yield opened
    opened.close()


def faults(page: Page) -> list[str]:
    """Return what axe-core objects to, in short."""
    page.wait_for_timeout(300)  # colours change softly
    page.evaluate(AXE + "; 0")
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", EVERYTHING
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}"
        for one in found["violations"]
        for node in one["nodes"]
        if not (one["id"] == UPLOADER[0] and UPLOADER[1] in node["html"])
    ]


def look(page: Page, name: str) -> None:
    """Keep a picture, at the size of a laptop and of a large screen."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-1280.png")
    page.set_viewport_size({"width": 2560, "height": 1300})
    page.wait_for_timeout(250)
    page.screenshot(path=PICTURES / f"{name}-2560.png")
    page.set_viewport_size({"width": 1280, "height": 800})


def every_page(page: Page, server: Server, what: str) -> dict[str, list[str]]:
    """Go through the pages as somebody does who clicks on their names."""
    found = {}
    for name in PAGES:
        page.goto(f"{server.url}/{name}")
        expect(page.locator("[data-testid=stHeading], [data-testid=stAlert]").first).to_be_visible()
        ready(page)
        assert page.locator("[data-testid=stException]").count() == 0, name
        if wrong := faults(page):
            found[name] = wrong
        look(page, f"{what}-{name}")
    return found


def test_pages_of_a_study_that_is_under_way(
    context: BrowserContext, server: Server, coded: Project, scheme: str
) -> None:
    coded.add_memo("Ask her about <b>overtime</b>", coder="Ana")
    page = begin(context, server, "Evening")
    assert every_page(page, server, f"filled-{scheme}") == {}


def test_pages_of_a_study_that_was_just_begun(
    context: BrowserContext, machine: Server, tmp_path: Path, scheme: str
) -> None:
    with create_project(tmp_path / "new.qualkit", codebook=Codebook("New", ())) as made:
        machine.show(made)
        page = context.new_page()
        page.goto(machine.url)
        expect(page.get_by_text("Who is coding?")).to_be_visible()
        ready(page)
        assert faults(page) == []
        look(page, f"who-{scheme}")
        cookie = {"name": machine.cookie, "value": "Ana", "url": machine.url}
        context.add_cookies([cookie])
        assert every_page(page, machine, f"empty-{scheme}") == {}
        page.goto(machine.url)
        expect(page.get_by_text("no documents yet")).to_be_visible()
        assert faults(page) == []


def test_the_page_that_leads_to_a_project(
    context: BrowserContext, machine: Server, scheme: str
) -> None:
    machine.turn_to("")
    page = context.new_page()
    page.goto(machine.url)
    expect(page.get_by_text("Choose a project")).to_be_visible()
    ready(page)
    page.wait_for_timeout(1000)  # the form opens softly
    assert faults(page) == []
    look(page, f"start-{scheme}")


STATES: dict[str, Callable[[Page], None]] = {
    "rows": lambda page: press(page, "p", "t", "j"),
    "palette": lambda page: press(page, "/"),
    "help": lambda page: press(page, "?"),
    "words": lambda page: press(page, "v", "w"),
    "note": lambda page: press(page, "p", "m"),
    "find": lambda page: press(page, "f"),
    "reading": lambda page: press(page, "E"),
    "others": lambda page: press(page, "o"),
}


@pytest.mark.parametrize("state", STATES)
def test_the_pane_in_each_of_its_states(
    context: BrowserContext, server: Server, coded: Project, scheme: str, state: str
) -> None:
    page = begin(context, server, "Evening")
    STATES[state](page)
    saved(page)
    assert faults(page) == []
    look(page, f"code-{state}-{scheme}")


def test_the_pane_with_suggestions_and_their_reasons(
    context: BrowserContext, server: Server, coded: Project, scheme: str
) -> None:
    add_document(coded, made_document("New", (("Ines", "My wage does not last at all."),)))
    page = begin(context, server, "New")
    expect(page.locator(".offer").first).to_be_visible()
    assert faults(page) == []
    press(page, "y")
    expect(page.get_by_text("Speaks for it")).to_be_visible()
    assert faults(page) == []
    look(page, f"code-why-{scheme}")
