"""Corrections with the keyboard alone, in a real browser; codings never go astray."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project
from tests.apps.browsing import Server, begin, coded, current, press, ready, saved
from tests.apps.conftest import made_document

pytestmark = pytest.mark.browser


def say(page: Page, sentence: str) -> None:
    expect(page.locator("[data-part=message]")).to_contain_text(sentence)


def correct(page: Page, *steps: str) -> None:
    """Open the box for corrections, and type each step and Enter."""
    press(page, "E")
    for step in steps:
        page.keyboard.type(step)
        press(page, "Enter")


def texts(project: Project, document: str = "Evening") -> dict[int, str]:
    return dict(project.list_utterances(document).set_index("position")["text"])


def row(project: Project, position: int, document: str = "Evening") -> dict[str, object]:
    return dict(project.list_utterances(document).set_index("position").loc[position])


def test_a_reading_is_corrected_with_the_keyboard_alone(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "j", "p")
    correct(page, "split", "and the fees")
    say(page, "Split in two, codes on both.")
    assert current(page) == 3
    assert texts(project)[3] == "We pay the homes what we can,"
    assert texts(project)[4] == "and the fees have not moved."
    assert coded(project) == {(3, "Low pay"), (4, "Low pay")}
    expect(page.locator("[data-part=progress]")).to_have_text("2 of 5 looked at")

    correct(page, "join")
    say(page, "Joined.")
    assert texts(project)[3].endswith("what we can, and the fees have not moved.")
    assert coded(project) == {(3, "Low pay")}

    correct(page, "whose", "ver")  # Vera, found by three letters
    say(page, "These are now the words of Vera.")
    assert row(project, 3)["speaker"] == "Vera"
    correct(page, "whose", "Zoë Hall")
    say(page, "These are now the words of Zoë Hall.")
    assert row(project, 3)["speaker"] == "Zoë Hall"
    expect(page.locator(".row.current .who b")).to_have_text("Zoë Hall")


def test_what_counts_is_corrected_with_the_keyboard_alone(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "j")
    correct(page, "reported")
    say(page, "Marked as reported.")
    assert row(project, 3)["reported"]
    expect(page.locator(".row.current .who")).to_contain_text("reported")

    correct(page, "set aside")
    say(page, "Set aside.")
    assert not row(project, 3)["codable"]
    press(page, "t")
    say(page, "set aside: it takes no codes")
    correct(page, "take")
    say(page, "Taken back in.")
    press(page, "t")
    saved(page)
    assert coded(project) == {(3, "Time")}
    press(page, "k", "k")
    assert current(page) == 1  # the heading, which was never codable
    correct(page, "take")
    say(page, "Taken back in.")
    assert row(project, 1)["codable"]


def test_the_box_shows_where_a_split_may_be_and_esc_leaves_everything_as_it_is(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    before, revision = texts(project), project.revision
    press(page, "n", "n", "n")
    press(page, "E")
    page.keyboard.type("split")
    press(page, "Enter")
    expect(page.locator("#reading-list .none")).to_be_visible()  # one sentence: no place offered
    page.keyboard.type("the drive")
    expect(page.locator("#reading-list [role=option]")).to_have_count(1)
    press(page, "Escape", "E", "Escape", "j")
    expect(page.get_by_role("dialog", name="Correct the reading")).to_be_hidden()
    assert texts(project) == before
    assert project.revision == revision


def test_words_after_an_emoji_are_split_where_the_caret_stands(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    place = page.locator('.row[data-at="4"] .txt').evaluate(
        """(box) => {
          const text = box.firstChild, range = document.createRange();
          const at = text.data.indexOf("for a visit");
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          const where = range.getBoundingClientRect();
          return [where.left + 1, where.top + where.height / 2];
        }"""
    )
    page.mouse.click(*place)
    correct(page, "split here")
    say(page, "Split in two")
    assert texts(project)[5] == "Twenty minutes 👩‍👩‍👧"
    assert texts(project)[6].startswith("for a visit, and")
    project.verify()


def test_a_correction_waits_until_everything_before_it_is_saved(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    page.route("**/qk/operations", lambda route: route.abort())
    press(page, "p")
    correct(page, "set aside")
    say(page, "waits until everything before it is saved")
    press(page, "t")
    say(page, "A correction is under way")
    assert row(project, 2)["codable"]
    page.unroute("**/qk/operations")
    say(page, "Set aside.")
    assert coded(project) == {(2, "Low pay")}
    assert not row(project, 2)["codable"]


def test_other_tabs_follow_and_what_they_had_unsent_lands_on_the_same_words(
    context: BrowserContext, server: Server, project: Project
) -> None:
    one = begin(context, server, "Evening")
    two = context.new_page()
    two.goto(f"{server.url}/?document=Evening")
    expect(two.locator(".row.current")).to_be_visible()
    two.route("**/qk/operations", lambda route: route.abort())
    press(two, "n", "n", "t")  # on 4, Vera's question, unsent
    press(two, "k", "p")  # on 3, which is about to be split, unsent
    expect(two.locator("[data-part=saved]")).to_contain_text("2 not saved yet")
    one.bring_to_front()
    press(one, "j")
    correct(one, "split", "and the fees")
    say(one, "Split in two")
    say(two, "This document was corrected in another window")
    expect(two.locator('.row[data-at="4"] .chip:not(.offer)')).to_contain_text("Time")
    assert coded(project) == set()
    two.unroute("**/qk/operations")
    saved(two)
    assert coded(project) == {(5, "Time")}  # Vera's question has a new number
    assert "rounds" in texts(project)[5]
    say(two, "Evening, utterance 3: the document was corrected meanwhile")
    project.verify()


def test_what_a_closed_tab_left_unsent_before_a_correction_is_not_misplaced(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    page.route("**/qk/operations", lambda route: route.abort())
    press(page, "n", "n", "t", "n", "M")
    expect(page.locator("[data-part=saved]")).to_contain_text("2 not saved yet")
    page.close()
    project.split_utterance("Evening", 3, "and the fees")
    page = context.new_page()
    page.goto(f"{server.url}/?document=Morning")  # another document is open: they go all the same
    expect(page.locator(".row.current")).to_be_visible()
    saved(page)
    assert coded(project) == {(5, "Time"), (6, "Money")}


def test_undo_finds_the_utterance_again_after_a_correction_above_it(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "n", "n", "t", "k")
    correct(page, "split", "and the fees")
    say(page, "Split in two")
    assert coded(project) == {(5, "Time")}
    press(page, "u")
    saved(page)
    assert coded(project) == set()
    assert current(page) == 5


WRAPPED = (
    ("Ines", "The rounds are planned in town by people who\nhave never driven them.\n\nI have."),
    ("Otto", "Yes."),
)


def test_lines_cut_to_fit_a_page_flow_and_spans_stay_exact(
    context: BrowserContext, server: Server, project: Project
) -> None:
    add_document(project, made_document("Wrapped", WRAPPED))
    page = begin(context, server, "Wrapped")
    words = page.locator(".row.current .txt")
    assert words.inner_text() == (
        "The rounds are planned in town by people who have never driven them.\n\nI have."
    )
    for target in ("driven", "have."):
        place = words.evaluate(
            """(box, target) => {
              const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
              let node, found;
              while ((node = walker.nextNode())) if (node.data.includes(target)) found = node;
              const range = document.createRange(), at = found.data.lastIndexOf(target);
              range.setStart(found, at);
              range.setEnd(found, at + 4);
              const where = range.getBoundingClientRect();
              return [where.left + 3, where.top + where.height / 2];
            }""",
            target,
        )
        page.mouse.dblclick(*place)
        expect(page.locator("mark.pending")).to_have_text(target.rstrip("."))
        press(page, "t" if target == "driven" else "M")
    saved(page)
    said = project.list_utterances("Wrapped").set_index("position").loc[2]
    spans = [
        said["text"][row.start - said["start"] : row.end - said["start"]]
        for row in project.list_codings().sort_values("start").itertuples()
    ]
    assert spans == ["driven", "have"]
    assert words.inner_text().count("\n\n") == 1


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(150):
        press(page, "Tab")
        named = page.evaluate(
            """() => {
              const one = document.activeElement;
              const label = one.labels && one.labels[0] && one.labels[0].innerText;
              const said = ["A", "BUTTON", "SUMMARY"].includes(one.tagName) ? one.innerText : "";
              return one.ariaLabel || label || said;
            }"""
        )
        if name in named:
            return
    raise AssertionError(f"Tab does not reach '{name}'")


def test_the_page_documents_needs_no_mouse(
    context: BrowserContext, server: Server, project: Project
) -> None:
    begin(context, server, "Evening")
    page = context.new_page()
    page.goto(f"{server.url}/documents")
    expect(page.get_by_role("heading", name="Speakers")).to_be_visible()
    ready(page)
    tab_to(page, "utterance 3")
    with context.expect_page() as opened:
        press(page, "Enter")
    expect(opened.value.locator(".row.current .num")).to_contain_text("3")
    opened.value.close()
    tab_to(page, "Say who a speaker is")
    press(page, "Enter")
    tab_to(page, "Role")
    page.keyboard.type("mayor")
    tab_to(page, "Save")
    press(page, "Enter")
    expect(page.get_by_role("cell", name="mayor")).to_have_count(2)  # in both documents
    assert project.list_speakers()["role"].tolist()[0] == "mayor"


def test_the_page_export_needs_no_mouse(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/export")
    expect(page.get_by_text("under their real names").first).to_be_visible()
    tab_to(page, "their real names")
    press(page, "ArrowRight")
    expect(page.get_by_text("Give a key file, or make one")).to_be_visible()
    ready(page)
    tab_to(page, "Make a new key file")
    press(page, "Enter")
    expect(page.get_by_text("under pseudonyms").first).to_be_visible()
    ready(page)
    tab_to(page, "Matrix (csv)")
    with page.expect_download() as download:
        press(page, "Enter")
    assert download.value.suggested_filename == "study (pseudonyms).csv"
    assert "Otto" not in download.value.path().read_text(encoding="utf-8-sig")
