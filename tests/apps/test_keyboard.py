"""The coding day with the keyboard alone: spans, memos, certainty, in-vivo codes, finding."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qualkit.model import Code, Codebook, Coding, Finding
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project
from tests.apps.browsing import Server, begin, coded, current, press, ready, saved
from tests.apps.conftest import LINES, made_document

pytestmark = pytest.mark.browser

MIXED = (
    ("Ines", "👩‍👩‍👧‍👦 came e\u0301 at noon 👍🏽 and left"),
    ("Otto", "العاملون في الرعاية لا يحصلون على أجر كافٍ اليوم"),
    ("Ines", "She said שלום to every one of them, and मैंने नमस्ते कहा."),
)


IS_FREE = """([pane, name]) => {
  const places = [`[data-part=${name}]`, ".row.current .txt"];
  const [there, here] = places.map((one) => pane.querySelector(one).getBoundingClientRect());
  const isApart = there.left >= here.right || there.top >= here.bottom || there.bottom <= here.top;
  return isApart && there.bottom <= innerHeight && there.right <= innerWidth;
}"""
DOUBT = {"position": 3, "code": "c0", "probability": 0.02, "rank": 1, "basis": "doubt"} | {
    "kind": "doubtful",
    "note": "hardly expected here: 2 %",
}
REASON = "The label 'Otto' stands once; read as a speaker."


def marked(project: Project) -> list[str]:
    """Return the words of every coded span, as the project has them."""
    found = []
    for row in project.list_codings().itertuples():
        utterance = project.list_utterances(row.document).set_index("position").loc[row.position]
        at = int(utterance["start"])
        found.append(utterance["text"][int(row.start) - at : int(row.end) - at])
    return found


def test_words_are_chosen_and_coded_without_a_mouse(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "v", "ArrowRight", "l", "w")
    expect(page.locator("mark.pending")).to_have_text("wage does")
    press(page, "Shift+ArrowLeft", "Shift+ArrowLeft")
    expect(page.locator("mark.pending")).to_have_text("wage do")
    press(page, "b", "Shift+ArrowRight", "L", "p")
    saved(page)
    assert marked(project) == ["My wage does"]
    expect(page.locator(".row.current mark")).to_have_text("My wage does")
    press(page, "v", "Escape", "t")
    saved(page)
    assert coded(project) == {(2, "Low pay"), (2, "Time")}
    assert project.list_codings()["start"].isna().sum() == 1


@pytest.mark.parametrize("position", [2, 3, 4])
def test_what_is_marked_with_keys_is_what_is_stored_in_any_script(
    context: BrowserContext, server: Server, project: Project, position: int
) -> None:
    add_document(project, made_document("Mixed", MIXED))
    luck = random.Random(position)
    page = begin(context, server, "Mixed")
    press(page, *["j"] * (position - 2))
    for code in ["p", "M", "t"] * 4:
        moves = ["ArrowRight", "ArrowLeft", "w", "b", "Shift+ArrowRight", "Shift+ArrowLeft", "W"]
        press(page, "v", *luck.choices(moves, weights=[4, 1, 2, 1, 3, 1, 1], k=luck.randint(0, 7)))
        shown = "".join(page.locator("mark.pending").all_inner_texts())
        press(page, code)
        saved(page)
        (words,) = [one for one in marked(project) if one == shown] or [None]
        assert words == shown
        press(page, "u")
        saved(page)
    assert project.list_codings().empty


def test_marked_words_become_a_code_of_their_own(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "i")
    expect(page.locator("[data-part=message]")).to_contain_text("Choose words first")
    press(page, "v", "w", "w", "w", "ArrowRight", "ArrowRight", "i")
    expect(page.locator(".row.current .chip").first).to_contain_text("not last to")
    row = project.list_codings().iloc[0]
    assert (row["code"], row["coder"]) == ("not last to", "Ana")
    expect(page.locator("[data-part=codebook]")).to_contain_text("not last to")


def test_sentences_are_marked_with_one_key_each(
    context: BrowserContext, server: Server, project: Project
) -> None:
    lines = (("Ines", "We wait. The van comes at six!  Then we drive on. Nobody pays that."),)
    add_document(project, made_document("Van", lines))
    page = begin(context, server, "Van")
    press(page, "v", "Shift+ArrowDown")
    expect(page.locator("mark.pending")).to_have_text("The van comes at six!")
    press(page, "ArrowDown", "p")
    saved(page)
    assert marked(project) == ["The van comes at six!  Then we drive on."]


def test_what_was_said_of_one_utterance_goes_when_it_is_left(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "v")
    expect(page.locator("[data-part=message]")).to_contain_text("Chosen")
    press(page, "j")
    expect(page.locator("[data-part=message]")).to_be_hidden()
    expect(page.locator("mark.pending")).to_have_count(0)


def test_several_codes_are_typed_one_after_the_other(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "/")
    page.keyboard.type("low")
    press(page, "Shift+Enter")
    page.keyboard.type("time")
    press(page, "Enter")
    saved(page)
    assert coded(project) == {(2, "Low pay"), (2, "Time")}


def test_the_space_bar_says_that_one_is_done_and_goes_on(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "p", "Space", "Space")
    saved(page)
    assert coded(project) == {(2, "Low pay")}
    assert list(project.list_reviews()["position"]) == [2, 3]
    assert current(page) == 4


def test_memo_and_certainty_are_kept_on_the_coding_and_on_the_utterance(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "p", "m", "Escape")  # m opens the box: the code Money has it with Shift
    press(page, "m")
    page.keyboard.type("She means <b>net</b> pay")
    page.get_by_label("How sure").select_option("1")
    press(page, "Control+Enter")
    expect(page.locator("[data-part=message]")).to_have_text("Kept.")
    row = project.list_codings().iloc[0]
    assert (row["code"], row["memo"], row["certainty"]) == (
        "Low pay",
        "She means <b>net</b> pay",
        1,
    )
    press(page, "m")
    page.get_by_label("What the note is on").select_option("0")
    page.get_by_label("Memo").fill("Ask again")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".row.current .num .memo")).to_be_visible()
    memos = project.list_memos(about="utterance")
    assert memos[["position", "text", "coder"]].to_numpy().tolist() == [[2, "Ask again", "Ana"]]
    press(page, "m")
    page.get_by_label("What the note is on").select_option("0")
    expect(page.get_by_label("Memo")).to_have_value("Ask again")
    page.get_by_label("Memo").fill("")
    press(page, "Control+Enter")
    expect(page.locator(".row.current .num .memo")).to_have_count(0)
    assert project.list_memos(about="utterance").empty


def test_a_memo_that_could_not_be_sent_is_still_in_its_box(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    page.route("**/qk/notes", lambda route: route.abort())
    press(page, "m")
    page.keyboard.type("long thought")
    press(page, "Control+Enter")
    expect(page.locator("[data-part=message]")).to_contain_text("did not answer")
    page.unroute("**/qk/notes")
    press(page, "m")
    expect(page.get_by_label("Memo")).to_have_value("long thought")
    press(page, "Control+Enter")
    expect(page.locator("[data-part=message]")).to_have_text("Kept.")
    assert list(project.list_memos()["text"]) == ["long thought"]


def test_words_are_found_and_gone_to(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Morning")
    press(page, "f")
    page.keyboard.type("HOMES what")
    expect(page.get_by_role("dialog", name="Find words")).to_contain_text("8 utterances")
    press(page, "Enter")
    assert current(page) == 3
    press(page, "f", "ArrowDown", "Enter")
    assert current(page) == 11
    press(page, "f")
    page.keyboard.type("nothing like it")
    expect(page.get_by_role("dialog", name="Find words")).to_contain_text("Nothing fits")
    press(page, "Escape", "j")
    assert current(page) == 12


def test_another_document_is_gone_to_with_the_keyboard(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "g")
    page.keyboard.type("morn")
    press(page, "Enter")
    expect(page.locator("[data-part=progress]")).to_have_text("0 of 32 looked at")
    ready(page)
    assert "document=Morning" in page.url
    press(page, "p")
    saved(page)
    assert list(project.list_codings()["document"]) == ["Morning"]


def test_the_last_code_is_repeated_and_what_was_undone_is_made_again(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    press(page, ".")
    expect(page.locator("[data-part=message]")).to_contain_text("No code was used yet")
    press(page, "p", "j", ".", "j", ".")
    saved(page)
    assert coded(project) == {(position, "Low pay") for position in (2, 3, 4)}
    press(page, "u", "u")
    saved(page)
    assert coded(project) == {(2, "Low pay")}
    press(page, "U", "U", "U")
    saved(page)
    assert coded(project) == {(position, "Low pay") for position in (2, 3, 4)}
    expect(page.locator("[data-part=message]")).to_have_text("Nothing to make again.")


def drags(page: Page, row: int, luck: random.Random) -> str:
    """Drag over part of an utterance's words with the mouse; return what is marked then."""
    box = page.locator(f'.row[data-at="{row}"] .txt')
    edges = box.evaluate(
        """(box, shares) => {
          const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), nodes = [];
          while (walker.nextNode()) nodes.push(walker.currentNode);
          const text = nodes[0], range = document.createRange();
          const starts = [...new Intl.Segmenter().segment(text.data)].map((one) => one.index);
          return shares.map((share) => {
            const at = starts[Math.floor(share * (starts.length - 1))];
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const place = range.getBoundingClientRect();
            return [place.left + 1, place.top + place.height / 2];
          });
        }""",
        sorted([luck.random(), luck.random()]),
    )
    page.mouse.move(*edges[0])
    page.mouse.down()
    page.mouse.move(*edges[1], steps=6)
    page.mouse.up()
    return "".join(page.locator("mark.pending").all_inner_texts())


@pytest.mark.parametrize("position", [2, 3, 4])
def test_what_is_marked_with_the_mouse_is_what_is_stored_in_any_script(
    context: BrowserContext, server: Server, project: Project, position: int
) -> None:
    add_document(project, made_document("Mixed", MIXED))
    luck = random.Random(position)
    page = begin(context, server, "Mixed")
    press(page, *["j"] * (position - 2))
    for _ in range(12):
        shown = ""
        while not shown:  # a drag that went nowhere marks nothing
            shown = drags(page, position - 1, luck)
        press(page, "p")
        saved(page)
        assert marked(project) == [shown]
        press(page, "u")
        saved(page)


def test_the_keyboard_is_never_behind_a_box(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    for key, name in (("?", "help"), ("m", "notes")):
        press(page, key, *["Tab"] * 5)
        box = page.locator(f"[data-part={name}]")
        inside = "one => one.contains(one.getRootNode().activeElement)"
        assert box.evaluate(inside), name
        press(page, "Shift+Tab")
        assert box.evaluate(inside), name
        page.locator(".row.current .txt").click(position={"x": 2, "y": 2}, force=True)
        press(page, "Escape")
        expect(box).to_be_hidden()
        expect(page.locator(".row.current")).to_be_focused()
    press(page, "j", "k")
    assert current(page) == 2


def test_a_note_stays_with_its_utterance_when_another_is_clicked(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "m")
    page.keyboard.type("about her wage")
    page.locator('.row[data-at="4"] .who').click(force=True)
    expect(page.locator("[data-part=notes]")).to_be_hidden()
    assert current(page) == 5
    press(page, "m")
    expect(page.get_by_label("Memo")).to_have_value("")
    press(page, "Escape", "k", "k", "k", "m")
    expect(page.get_by_label("Memo")).to_have_value("about her wage")
    press(page, "Control+Enter")
    expect(page.locator("[data-part=message]")).to_have_text("Kept.")
    memos = project.list_memos(about="utterance")
    assert memos[["position", "text"]].to_numpy().tolist() == [[2, "about her wage"]]


@pytest.fixture
def many(tmp_path: Path, machine: Server):
    """A study with twelve codes, and a remark of the reader on one utterance."""
    codes = tuple(
        Code(f"c{number}", f"Code {number}", shortcut=key, definition="What it means. " * 4)
        for number, key in enumerate("bdehlpqstwz")
    )
    with create_project(tmp_path / "many.qualkit", codebook=Codebook("Many", codes)) as made:
        for name in ("Evening", "Morning"):
            noticed = (Finding("speaker", REASON, position=3),)
            add_document(made, dataclasses.replace(made_document(name, LINES), findings=noticed))
        machine.show(made)
        yield made


def numbers(page: Page) -> dict[str, str]:
    """Return what stands under the number keys."""
    expect(page.locator("[data-part=recent] .chip").first).to_be_visible()
    chips = page.locator("[data-part=recent] .chip")
    texts = "all => all.map((chip) => [...chip.children].map((one) => one.textContent))"
    return dict(chips.evaluate_all(texts))


def test_a_code_keeps_its_number_whatever_comes_after_it(
    context: BrowserContext, machine: Server, many: Project
) -> None:
    page = begin(context, machine, "Evening")
    press(page, *"bdehlpqst", "b")  # nine codes, the first of them once more
    saved(page)
    nine = {str(number + 1): f"Code {number}" for number in range(9)}
    assert numbers(page) == nine
    press(page, "w")
    assert numbers(page) == nine | {"2": "Code 9"}
    many.merge_codes("Code 4", ["Code 3"], reason="the same")
    page.reload()
    ready(page)
    expect(page.locator(".row.current .chip").first).to_be_visible()
    press(page, "g")
    page.keyboard.type("morn")
    press(page, "Enter")
    expect(page.locator("[data-part=progress]")).to_have_text("0 of 4 looked at")
    left = {key: code for key, code in nine.items() if key != "4"} | {"2": "Code 9"}
    assert numbers(page) == left
    press(page, "4", "z", "j", "5")
    saved(page)
    assert numbers(page) == left | {"4": "Code 10"}
    table = many.list_codings("Morning")
    assert set(zip(table["position"], table["code"], strict=True)) == {
        (2, "Code 10"),
        (3, "Code 4"),
    }


def test_the_words_can_be_read_beside_every_box_that_is_about_them(
    context: BrowserContext, machine: Server, many: Project
) -> None:
    many.apply_codings([Coding("Evening", 3, "c0", "Ana")])
    offers = {"suggestions": [DOUBT], "model": "words", "behind": 0, "reason": None}
    context.route("**/qk/suggestions?*", lambda route: route.fulfill(json=offers))
    context.route("**/qk/exposures", lambda route: route.fulfill(json={"new": 0}))
    page = begin(context, machine, "Evening")
    reason = page.locator(".row.current .noticed")
    expect(reason).to_have_count(0)
    press(page, "j")
    expect(reason).to_have_text(REASON)
    expect(page.locator(".row.current .doubt")).to_have_text("does it hold?")
    pane = page.locator("[data-part=pane]").element_handle()
    for width in (1280, 900):
        page.set_viewport_size({"width": width, "height": 720})
        for key, name in (("/", "palette"), ("m", "notes"), ("E", "reading"), ("y", "why")):
            press(page, key)
            expect(page.locator(f"[data-part={name}]")).to_be_visible()
            page.wait_for_function(IS_FREE, arg=[pane, name])
            press(page, "Escape")
    expect(page.locator("[data-part=why-title]")).to_have_text(
        "Why Code 0 is doubted for utterance 3"
    )


def test_what_waits_for_one_round_never_goes_to_another_of_a_like_name(
    context: BrowserContext, machine: Server, many: Project
) -> None:
    many.open_round("main.2")
    context.add_cookies([{"name": machine.cookie, "value": "Ana", "url": machine.url}])
    page = context.new_page()
    page.route("**/qk/operations", lambda route: route.abort())
    page.goto(f"{machine.url}/?document=Evening&round=main.2")
    expect(page.locator("[data-part=pane][data-round='main.2']")).to_be_visible()
    press(page, "b")
    expect(page.locator("[data-part=saved]")).to_contain_text("not saved")
    page.goto(f"{machine.url}/?document=Evening&round=main")
    expect(page.locator("[data-part=pane][data-round=main]")).to_be_visible()
    page.unroute("**/qk/operations")
    press(page, "d")
    saved(page)
    page.goto(f"{machine.url}/?document=Evening&round=main.2")
    expect(page.locator("[data-part=pane][data-round='main.2']")).to_be_visible()
    saved(page)
    table = many.list_codings()
    assert set(zip(table["round"], table["code"], strict=True)) == {
        ("main", "Code 1"),
        ("main.2", "Code 0"),
    }


def test_who_somebody_is_was_said_once_on_whatever_page(
    context: BrowserContext, machine: Server, many: Project
) -> None:
    page = context.new_page()
    page.goto(f"{machine.url}/history")
    expect(page.get_by_label("My name, or initials")).to_be_focused()
    page.keyboard.type("Ana, ängstlich; 100%")
    press(page, "Enter")
    expect(page.get_by_label("My name, or initials")).to_have_count(0)
    page.wait_for_function("document.cookie.includes('qualkit_coder_')")
    other = context.new_page()
    other.goto(f"{machine.url}/?document=Evening&position=4")
    expect(other.locator(".row.current .num")).to_have_text("4")
    expect(other.get_by_text("Coding as Ana, ängstlich; 100%")).to_be_visible()
