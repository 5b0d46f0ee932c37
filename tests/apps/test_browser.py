"""The workbench in a real browser: what a coder does is on disk, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import workbench
from qualkit.workflow.project import Project

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
APPS = Path(workbench.__file__).parents[1]
START = (
    "import sys; sys.path[:0] = sys.argv[3:]; from workbench.launch import serve; "
    "serve(sys.argv[1], port=int(sys.argv[2]), open_browser=False)"
)
SECONDS = 20_000


class Server:
    """The real server in a process of its own, on a free port of 127.0.0.1."""

    def __init__(self, project: str) -> None:
        self.project = project
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(f"{project}.log").open("w+b")  # noqa: SIM115 - closed by the fixture
        self.start()

    def start(self) -> None:
        places = [str(APPS), str(APPS.parent)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, self.project, str(self.port), *places],
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            env={name: value for name, value in os.environ.items() if name != "QUALKIT_PROJECT"},
        )
        deadline = time.monotonic() + 30
        while not self.answers():
            assert self.process.poll() is None, Path(self.log.name).read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).read())
        return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def server(project: Project) -> Iterator[Server]:
    started = Server(project.location)
    yield started
    started.kill()
    started.log.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1400, "height": 900})
    opened.set_default_timeout(SECONDS)
    yield opened
    opened.close()


def ready(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def begin(context: BrowserContext, server: Server, document: str = "Morning") -> Page:
    """Open a document and say who codes."""
    page = context.new_page()
    page.goto(f"{server.url}/?document={document}")
    page.get_by_label("My name, or initials").fill("Ana")
    page.get_by_role("button", name="Start coding").click()
    expect(page.locator(".row.current")).to_be_visible()
    expect(page.locator("[data-part=progress]")).to_contain_text("looked at")
    ready(page)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("[data-part=saved]")).to_have_text("All changes saved")


def current(page: Page) -> int:
    return int(page.locator(".row.current .num").inner_text().split()[0])


def coded(project: Project) -> set[tuple[int, str]]:
    table = project.list_codings()
    return {(int(row.position), str(row.code)) for row in table.itertuples()}


def test_twenty_utterances_are_coded_with_the_keyboard_and_nothing_leaves_the_machine(
    context: BrowserContext, server: Server, project: Project
) -> None:
    outside: list[str] = []
    here = (server.url, server.url.replace("http", "ws"), "data:", "blob:")
    context.on("request", lambda one: None if one.url.startswith(here) else outside.append(one.url))
    page = begin(context, server)
    assert current(page) == 2  # the heading is passed over
    for _ in range(20):
        press(page, "p", "n")
    saved(page)
    assert coded(project) == {(position, "Low pay") for position in range(2, 22)}
    assert set(project.list_codings()["coder"]) == {"Ana"}
    assert current(page) == 22
    assert outside == []


def test_each_key_does_what_the_list_of_keys_says(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    press(page, "/")
    page.keyboard.type("trav vis")
    press(page, "Enter")
    saved(page)
    assert coded(project) == {(2, "Travel between visits")}
    press(page, "j", "1", "m")
    saved(page)
    assert coded(project) == {
        (2, "Travel between visits"),
        (3, "Travel between visits"),
        (3, "Money"),
    }
    press(page, "x", "k", "ArrowDown", "ArrowDown", "r")
    saved(page)
    assert coded(project) == {(2, "Travel between visits"), (3, "Travel between visits")}
    assert set(project.list_reviews()["position"]) == {2, 3, 4}
    press(page, "u", "u")
    saved(page)
    assert (3, "Money") in coded(project)
    assert set(project.list_reviews()["position"]) == {2, 3}
    press(page, "u", "u", "u")
    saved(page)
    assert coded(project) == set()
    assert project.list_reviews().empty
    press(page, "R")  # the code's own key is r, which the pane needs itself
    saved(page)
    assert {code for _, code in coded(project)} == {"Travel between visits"}
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert page.locator("[data-testid=stDialog]").count() == 0


def test_words_chosen_with_the_mouse_are_coded_as_a_span(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    box = page.locator('.row[data-at="4"] .txt')
    ends = box.evaluate(
        """(box) => {
          const text = box.firstChild, range = document.createRange();
          const edge = (words) => {
            const at = text.data.indexOf(words);
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const place = range.getBoundingClientRect();
            return [place.left, place.top + place.height / 2];
          };
          return [edge("visit,"), edge(", and")];
        }"""
    )
    page.mouse.move(*ends[0])
    page.mouse.down()
    page.mouse.move(*ends[1], steps=8)
    page.mouse.up()
    expect(page.locator("mark.pending")).to_have_text("visit")
    press(page, "t")
    saved(page)
    row = project.list_codings().iloc[0]
    utterance = project.list_utterances("Evening").set_index("position").loc[5]
    offset = utterance["text"].index("visit,")
    assert (row["position"], row["code"]) == (5, "Time")
    assert (row["start"] - utterance["start"], row["end"] - row["start"]) == (offset, 5)
    expect(page.locator(".row.current mark")).to_have_text("visit")
    page.get_by_role("button", name="Remove Time").click()
    saved(page)
    assert coded(project) == set()


def test_a_suggestion_counts_only_when_it_is_accepted(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "n", "n", "n")
    offer = page.locator(".row.current .offer").first
    expect(offer).to_be_visible()
    assert coded(project) == set()
    name = offer.locator("span").first.inner_text()
    press(page, "a")
    saved(page)
    row = project.list_codings().iloc[0]
    assert (row["code"], row["origin"]) == (name, "accepted suggestion")


def test_forty_keys_in_a_burst_lose_nothing_and_a_reload_keeps_place_and_codings(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    for _ in range(20):
        press(page, "t", "j")
    saved(page)
    assert coded(project) == {(position, "Time") for position in range(2, 22)}
    page.reload()
    expect(page.locator(".row.current .chip")).to_have_count(0)
    assert current(page) == 22
    expect(page.locator("[data-part=progress]")).to_have_text("20 of 32 looked at")
    press(page, "k")
    expect(page.locator(".row.current .chip")).to_contain_text("Time")


def test_what_was_done_while_the_server_was_dead_is_stored_when_it_is_back(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    press(page, "p")
    saved(page)
    server.kill()
    press(page, "j", "p", "j", "p", "m")
    state = page.locator("[data-part=saved]")
    expect(state).to_contain_text("3 not saved yet")
    assert coded(project) == {(2, "Low pay")}
    kept = page.evaluate("Object.entries(localStorage).filter(([k]) => k.includes('.op.'))")
    assert len(kept) == 3
    assert all("wage" not in value and "homes" not in value for _, value in kept)
    server.start()
    saved(page)
    expected = {(2, "Low pay"), (3, "Low pay"), (4, "Low pay"), (4, "Money")}
    assert coded(project) == expected
    assert current(page) == 4


def test_what_a_closed_tab_left_unsent_is_stored_by_the_next(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    server.kill()
    press(page, "p", "j", "t")
    expect(page.locator("[data-part=saved]")).to_contain_text("2 not saved yet")
    page.close()
    server.start()
    page = context.new_page()
    page.goto(f"{server.url}/?document=Morning")
    expect(page.locator(".row.current .chip")).to_contain_text("Time")
    saved(page)
    assert coded(project) == {(2, "Low pay"), (3, "Time")}


def test_two_tabs_of_one_coder_show_and_store_the_same(
    context: BrowserContext, server: Server, project: Project
) -> None:
    one = begin(context, server)
    two = context.new_page()
    two.goto(f"{server.url}/?document=Morning")
    expect(two.locator(".row.current")).to_be_visible()
    press(one, "p")
    expect(two.locator(".row.current .chip:not(.offer)")).to_contain_text("Low pay")
    press(two, "p")  # takes it away again
    expect(one.locator(".row.current .chip:not(.offer)")).to_have_count(0)
    saved(one)
    saved(two)
    assert coded(project) == set()


def test_a_refused_action_is_taken_back_and_said_in_words(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    page.route("**/qk/operations", lambda route: route.fulfill(json=_refusal(route.request)))
    press(page, "p")
    expect(page.locator("[data-part=message]")).to_contain_text("round 'main' is closed")
    expect(page.locator(".row.current .chip:not(.offer)")).to_have_count(0)
    assert coded(project) == set()


def _refusal(request: object) -> dict[str, object]:
    operations = request.post_data_json["operations"]  # type: ignore[attr-defined]
    said = "round 'main' is closed; code in an open round."
    return {"answers": [{"op_id": o["op_id"], "ok": False, "message": said} for o in operations]}


def test_every_page_opens_without_an_exception(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    press(page, "p", "j", "t")
    saved(page)
    for name in ("Documents", "Themes", "Co-occurrence", "Agreement", "Export", "History"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h3").first).to_be_visible()
        ready(page)
        assert page.locator("[data-testid=stException]").count() == 0, name
    page.get_by_role("link", name="Code", exact=True).click()
    expect(page.locator(".row.current .chip")).to_contain_text("Time")  # the same place again
