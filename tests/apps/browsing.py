"""What browser tests share: the real server in a process of its own, and a person's hands."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

import workbench
from qualkit.model import Coding
from qualkit.workflow.project import Project
from workbench import labels
from workbench.pages import SECTIONS
from workbench.tokens import fingerprint

__all__ = [
    "ARGUMENTS",
    "SECONDS",
    "Server",
    "begin",
    "coded",
    "current",
    "entry",
    "introduce",
    "press",
    "ready",
    "saved",
    "teach",
    "turn_to",
]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
APPS = Path(workbench.__file__).parents[1]
START = """
import os, sys, threading
sys.path[:0] = sys.argv[2:]
from workbench.launch import serve

def turn():
    for line in sys.stdin:
        os.environ["QUALKIT_PROJECT"] = line.strip()
        print("turned", flush=True)

threading.Thread(target=turn, daemon=True).start()
serve(None, port=int(sys.argv[1]), open_browser=False)
"""
SECONDS = 30_000
expect.set_options(timeout=SECONDS)


class Server:
    """The real server in a process of its own, on a free port; it turns from project to project."""

    def __init__(self, log: Path) -> None:
        self.project = ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log.open("w+b")
        self.start()

    def start(self) -> None:
        places = [str(APPS), str(APPS.parent)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, str(self.port), *places],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "QUALKIT_PROJECT"},
        )
        if self.project:
            self.turn_to(self.project)
        deadline = time.monotonic() + 30
        while not self.answers():
            assert self.process.poll() is None, Path(self.log.name).read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def show(self, project: Project) -> None:
        """Turn to a project, and note how a browser is known in which Ana codes."""
        self.turn_to(project.location)
        self.cookie = f"qualkit_coder_{fingerprint(project.secret)}"

    def turn_to(self, project: str) -> None:
        self.project = project
        assert self.process.stdin
        assert self.process.stdout
        print(project, file=self.process.stdin, flush=True)
        assert any(line == "turned\n" for line in self.process.stdout)

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).read())
        return False

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(60)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()


def ready(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def introduce(context: BrowserContext, server: Server) -> None:
    """Say once who codes, with the keyboard; this browser does it by a cookie ever after."""
    page = context.new_page()
    page.goto(server.url)
    expect(page.get_by_label("My name, or initials")).to_be_focused()
    page.keyboard.type("Ana")
    page.keyboard.press("Enter")
    expect(page.locator(".row.current")).to_be_visible()
    assert server.cookie in {one["name"] for one in context.cookies()}
    page.close()


def begin(context: BrowserContext, server: Server, document: str = "Morning") -> Page:
    """Open a document in a browser in which Ana has coded before."""
    context.add_cookies([{"name": server.cookie, "value": "Ana", "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/?document={document}")
    expect(page.locator(".row.current")).to_be_visible()
    expect(page.locator("[data-part=progress]")).to_contain_text("looked at")
    ready(page)
    return page


def entry(page: Page, name: str) -> Locator:
    """Return what is pressed in the menu to go to a page; its heading is opened first."""
    key = next(key for key, shown in labels.PAGES.items() if shown == name)
    section = next(one for one, pages in SECTIONS.items() if key in pages)
    menu = page.get_by_test_id("stTopNav")
    if section not in labels.SECTIONS:
        return menu.get_by_role("link", name=name, exact=True)
    menu.get_by_role("button", name=labels.SECTIONS[section], exact=True).click()
    return page.get_by_role("menuitem", name=name, exact=True)


def turn_to(page: Page, name: str) -> None:
    """Go to a page by the menu."""
    entry(page, name).click()


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


def teach(project: Project, coder: str = "Ben") -> None:
    """Let somebody code the long document, so that there is something to learn from."""
    places = [("Morning", position) for position in range(2, 34)]
    codings = [Coding(*place, "low_pay", coder) for place in places if place[1] % 4 == 2]
    codings += [Coding(*place, "travel", coder) for place in places if place[1] % 4 == 1]
    project.apply_codings(codings, reviewed=places)
