"""Names that are none, very long ones, other scripts, nothing to code: no page runs or breaks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qualkit.model import Code, Codebook, Coding, Speaker, StakeholderType, TypeRule, Typology
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project
from tests.apps.browsing import Server, begin, press, ready, saved
from tests.apps.conftest import made_document
from tests.apps.test_accessible import PAGES, look
from workbench import labels

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.hit=1>"
LONG = "What nobody was ever told about the rounds " * 7
ARABIC = "أجور العاملين في الرعاية"
BOOK = Codebook(
    "Hard",
    (
        Code("evil", EVIL, shortcut="e", definition=EVIL, colour="#c0392b"),
        Code("long", LONG.strip(), shortcut="l", definition=LONG, colour="#1b6ca8"),
        Code("arabic", ARABIC, parent="long", shortcut="p", colour="#2e7d32"),
        Code("joined", "x" * 300, shortcut="q", colour="#6a3d9a"),
    ),
)
TYPES = Typology(
    "Groups", (StakeholderType("evil", EVIL),), (TypeRule("evil", role=("care worker",)),)
)
LINES = (
    (EVIL, f"{EVIL} {EVIL}"),
    ("Nadia", "العاملون في الرعاية لا يحصلون على أجر كافٍ اليوم، قالت she to Otto."),
    ("O" * 120, "word" * 90),
    ("Nadia", "[memo](javascript:window.hit=1) **bold** `code` :red[x] $a$"),
)


@pytest.fixture
def hard(tmp_path: Path, machine: Server):
    """A study whose every name is an attempt to break something."""
    with create_project(tmp_path / "hard.qualkit", codebook=BOOK, stakeholders=TYPES) as made:
        people = tuple(
            Speaker(name, role="care worker") for name in dict.fromkeys(who for who, _ in LINES)
        )
        made_up = dataclasses.replace(made_document(f"1 {EVIL}", LINES), speakers=people)
        add_document(made, made_up)
        add_document(made, made_document("Nothing to code", ()))
        name = made_up.name
        codings = [Coding(name, 2, "evil", "Ben"), Coding(name, 3, "long", "Ben")]
        codings += [Coding(name, 4, "joined", "Ben"), Coding(name, 5, "arabic", "Ben")]
        made.apply_codings(codings, reviewed=[(name, at) for at in (2, 3, 4, 5)])
        made.apply_codings([Coding(name, 2, "long", EVIL)], reviewed=[(name, 2), (name, 3)])
        made.add_memo(EVIL, coder="Ben")
        machine.show(made)
        yield made


def is_unharmed(page: Page) -> bool:
    has_run = page.evaluate("window.hit !== undefined || !!document.querySelector('img[onerror]')")
    return not has_run


def test_no_name_runs_or_breaks_a_page(
    context: BrowserContext, machine: Server, hard: Project
) -> None:
    page = begin(context, machine, f"1 {EVIL}")
    press(page, "e", "j", "l", "p", "q", "o")
    saved(page)
    expect(page.locator(".others").first).to_be_visible()
    look(page, "hard-code")
    rows = page.locator("[data-part=scroller]")
    assert rows.evaluate("one => one.scrollWidth <= one.clientWidth"), "names stand out of it"
    for key, name in (("/", "palette"), ("?", "help"), ("m", "notes"), ("E", "reading")):
        press(page, key)
        expect(page.locator(f"[data-part={name}]")).to_be_visible()
        box = page.locator(f"[data-part={name}]")
        assert box.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), name
        look(page, f"hard-{name}")
        press(page, "Escape")
    assert is_unharmed(page)
    for name in PAGES:
        page.goto(f"{machine.url}/{name}")
        expect(page.locator("[data-testid=stHeading], [data-testid=stAlert]").first).to_be_visible()
        ready(page)
        assert page.locator("[data-testid=stException]").count() == 0, name
        assert is_unharmed(page), name
        main = page.get_by_test_id("stMain")
        assert main.evaluate("one => one.scrollWidth <= one.clientWidth"), f"{name} is too wide"
        look(page, f"hard-{name}")


def test_a_document_with_nothing_to_code_says_so_key_by_key(
    context: BrowserContext, machine: Server, hard: Project
) -> None:
    page = begin(context, machine, "Nothing to code")
    expect(page.locator("[data-part=progress]")).to_have_text("0 of 0 looked at")
    press(page, "e")
    expect(page.locator("[data-part=message]")).to_contain_text("set aside")
    press(page, "n")
    expect(page.locator("[data-part=message]")).to_contain_text("Everything in this document")
    press(page, "v", "r", "a", "y", "A", "N", "x", "u", ".", "i", "F")
    assert is_unharmed(page)


def test_words_that_run_from_right_to_left_keep_their_side(
    context: BrowserContext, machine: Server, hard: Project
) -> None:
    page = begin(context, machine, f"1 {EVIL}")
    press(page, "j")
    place = page.locator(".row.current .txt").evaluate(
        """(box) => {
          const range = document.createRange(), whole = box.getBoundingClientRect();
          range.setStart(box.firstChild, 0);
          range.setEnd(box.firstChild, 1);
          return (range.getBoundingClientRect().left - whole.left) / whole.width;
        }"""
    )
    assert place > 0.5, "the first letter stands on the right"


def test_a_codebook_without_codes_is_coded_from_the_words(
    context: BrowserContext, machine: Server, tmp_path: Path
) -> None:
    with create_project(tmp_path / "new.qualkit", codebook=Codebook("New", ())) as made:
        add_document(made, made_document("Evening", (("Ines", "My wage does not last."),)))
        machine.show(made)
        page = begin(context, machine, "Evening")
        expect(page.locator("[data-part=codebook]")).to_contain_text(labels.PANE["no_codes"][:20])
        press(page, "/")
        expect(page.get_by_role("dialog", name="Find a code")).to_contain_text("No code fits")
        press(page, "Escape", "v", "ArrowRight", "i")
        expect(page.locator(".row.current .chip")).to_contain_text("My wage")
        assert list(made.list_codings()["code"]) == ["My wage"]
