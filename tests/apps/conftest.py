"""A small study, invented for these tests, and the browser that the tests drive."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from qualkit.model import (
    Code,
    Codebook,
    Coding,
    Document,
    Speaker,
    StakeholderType,
    TypeRule,
    Typology,
    Utterance,
    UtteranceKind,
)
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project, open_project
from tests.apps.browsing import ARGUMENTS, SECONDS, Server
from workbench.study import PROJECT, close_study

BOOK = Codebook(
    "Care",
    (
        Code(
            "money", "Money", shortcut="m", definition="What the work brings in.", colour="#c0392b"
        ),
        Code("low_pay", "Low pay", parent="money", shortcut="p", colour="#1b6ca8"),
        Code("fees", "Fees", parent="money", colour="#2e7d32"),
        Code("time", "Time", shortcut="t", colour="#b35c00"),
        Code("travel", "Travel between visits", parent="time", shortcut="r", colour="#6a3d9a"),
    ),
)
TYPES = Typology(
    "Groups",
    (
        StakeholderType("carer", "Care worker", colour="#1b6ca8"),
        StakeholderType("council", "Council", colour="#c0392b"),
        StakeholderType("chair", "Chair", is_moderator=True),
    ),
    (
        TypeRule("carer", role=("care worker",)),
        TypeRule("council", role=("councillor",)),
        TypeRule("chair", role=("chair",)),
    ),
)
PEOPLE = (
    Speaker("Ines", role="care worker"),
    Speaker("Otto", role="councillor"),
    Speaker("Vera", role="chair", is_moderator=True),
)
LINES = (
    ("Ines", "My wage does not last to the end of the month."),
    ("Otto", "We pay the homes what we can, and the fees have not moved."),
    ("Vera", "Can we hear about the rounds?"),
    ("Ines", "Twenty minutes 👩‍👩‍👧 for a visit, and the drive between them is my own time."),
)


def made_document(name: str, lines: tuple[tuple[str, str], ...]) -> Document:
    """Return a document with a heading and then one utterance of speech for each line."""
    text, utterances = f"{name}\n", []
    heading = Utterance(1, UtteranceKind.HEADING, 0, len(name), codable=False, level=1)
    for position, (speaker, words) in enumerate(lines, start=2):
        start = len(text) + len(speaker) + 2
        text += f"{speaker}: {words}\n"
        end = start + len(words)
        utterances.append(Utterance(position, UtteranceKind.SPEECH, start, end, speaker=speaker))
    return Document(
        name,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        text.encode(),
        f"{name}.txt",
        (heading, *utterances),
        PEOPLE,
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a project with two documents, to be copied."""
    path = tmp_path_factory.mktemp("template") / "study.qualkit"
    with create_project(path, codebook=BOOK, stakeholders=TYPES) as made:
        add_document(made, made_document("Evening", LINES))
        add_document(made, made_document("Morning", LINES * 8))
    return path


@pytest.fixture
def project(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project with two documents, which the workbench shows, too."""
    path = Path(shutil.copy(template, tmp_path))
    with open_project(path) as opened:
        monkeypatch.setenv(PROJECT, str(path))
        yield opened
    close_study()


@pytest.fixture
def coded(project: Project) -> Project:
    """The same project, coded by two people who mostly agree."""
    codings = [
        Coding(document, position, code, coder)
        for coder in ("Ana", "Ben")
        for document, last in (("Evening", 5), ("Morning", 33))
        for position in range(2, last + 1)
        for code in _codes(position, coder)
    ]
    places = project.list_utterances().query("codable")[["document", "position"]]
    everything = list(places.itertuples(index=False, name=None))
    project.apply_codings(codings, reviewed=everything)
    return project


def _codes(position: int, coder: str) -> list[str]:
    by_line = {2: ["low_pay"], 3: ["fees"], 0: [], 1: ["travel", "low_pay"]}[position % 4]
    return by_line[:1] if coder == "Ben" and position % 3 == 0 else by_line


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser that the tests drive."""
    named = os.environ.get("QUALKIT_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("google-chrome")
    if found and Path(found).is_file():
        return found
    if os.environ.get("CI"):
        pytest.fail("no Chromium found: set QUALKIT_CHROMIUM to the path of one")
    pytest.skip("no Chromium found: set QUALKIT_CHROMIUM to the path of one")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server") / "log.txt")
    yield started
    started.kill()
    started.log.close()


@pytest.fixture
def server(project: Project, machine: Server) -> Server:
    machine.show(project)
    return machine


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1400, "height": 900})
    opened.set_default_timeout(SECONDS)
    yield opened
    opened.close()
