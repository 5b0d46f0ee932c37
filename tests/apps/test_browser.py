"""The workbench in a real browser: what a coder does is on disk, whatever happens in between."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qualkit.workflow.project import Project, open_project
from tests.apps.browsing import (
    Server,
    begin,
    coded,
    current,
    introduce,
    press,
    ready,
    saved,
    teach,
    turn_to,
)
from tests.apps.test_accessible import faults
from workbench import labels
from workbench.pages import SCREENS, SECTIONS

pytestmark = pytest.mark.browser

PORTAL = "region (moderate)"
"""Streamlit puts an open menu beside the landmarks of the page; axe calls it moderate."""


def test_twenty_utterances_are_coded_with_the_keyboard_and_nothing_leaves_the_machine(
    context: BrowserContext, server: Server, project: Project
) -> None:
    outside: list[str] = []
    here = (server.url, server.url.replace("http", "ws"), "data:", "blob:")
    context.on("request", lambda one: None if one.url.startswith(here) else outside.append(one.url))
    introduce(context, server)
    page = begin(context, server)
    assert current(page) == 2  # the heading is passed over
    for _ in range(20):
        press(page, "p", "n")
    saved(page)
    assert coded(project) == {(position, "Low pay") for position in range(2, 22)}
    assert set(project.list_codings()["coder"]) == {"Ana"}
    assert current(page) == 22
    assert outside == []


def test_a_program_that_was_stopped_leaves_one_whole_file_to_copy(
    context: BrowserContext, server: Server, project: Project, tmp_path: Path
) -> None:
    page = begin(context, server)
    press(page, "p")
    saved(page)
    project.close()
    server.stop()
    try:
        copy = Path(shutil.copy(project.location, tmp_path / "copy.qualkit"))
        with open_project(copy) as opened:
            assert coded(opened) == {(2, "Low pay")}
            assert opened.verify()
        assert not list(Path(project.location).parent.glob("*-wal"))
    finally:
        server.start()


def test_each_key_does_what_the_list_of_keys_says(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    press(page, "/")
    page.keyboard.type("trav vis")
    press(page, "Enter")
    saved(page)
    assert coded(project) == {(2, "Travel between visits")}
    press(page, "j", "1", "M")
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
    teach(project)
    page = begin(context, server, "Evening")
    press(page, "n", "n", "n")
    offer = page.locator(".row.current .offer").first
    expect(offer).to_be_visible()
    assert set(project.list_codings()["coder"]) == {"Ben"}
    name = offer.locator("span").first.inner_text()
    press(page, "a")
    saved(page)
    row = project.list_codings().query("coder == 'Ana'").iloc[0]
    assert (row["code"], row["origin"]) == (name, "accepted suggestion")
    page.wait_for_timeout(3500)
    table = project.list_exposures()
    assert set(table["coder"]) == {row["coder"]}
    assert set(table["position"]) <= {2, 3, 4, 5}
    shown = table.set_index(["position", "code"])["outcome"]
    assert shown[row["position"], name] == "accepted"
    decisions, _ = project.list_decisions()
    decisions = decisions[decisions["coder"] == "Ana"]
    assert decisions.set_index("code").loc[name, ["applied", "assisted"]].tolist() == [True, True]


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
    press(page, "j", "p", "j", "p", "M")
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
    for name in [name for key, name in labels.PAGES.items() if key not in ("code", "start")]:
        turn_to(page, name)
        expect(page.locator("h3").first).to_be_visible()
        ready(page)
        assert page.locator("[data-testid=stException]").count() == 0, name
    turn_to(page, labels.PAGES["code"])
    expect(page.locator(".row.current .chip")).to_contain_text("Time")  # the same place again


def headings(page: Page) -> list[str]:
    return [one.strip() for one in page.get_by_test_id("stTopNavSection").all_inner_texts()]


def test_every_page_stands_once_under_a_heading() -> None:
    placed = [name for names in SECTIONS.values() for name in names]
    assert sorted(placed) == sorted([*SCREENS, "start"])
    assert set(labels.PAGES) == set(placed)


def test_at_1280_pixels_nothing_of_the_menu_is_left_out(
    context: BrowserContext, server: Server
) -> None:
    page = begin(context, server)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert headings(page) == list(labels.SECTIONS.values())
    menu = page.get_by_test_id("stTopNav")
    expect(menu.get_by_text(re.compile("more"))).to_have_count(0)
    for section, names in SECTIONS.items():
        if section not in labels.SECTIONS:
            continue
        page.get_by_role("button", name=labels.SECTIONS[section], exact=True).click()
        shown = page.get_by_role("menuitem").all_inner_texts()
        assert [one.strip() for one in shown] == [labels.PAGES[name] for name in names]
        page.keyboard.press("Escape")
    pane = page.locator(".st-key-transcript").bounding_box()
    assert pane is not None
    assert pane["width"] > 1200  # the transcript keeps its width
    page.set_viewport_size({"width": 2200, "height": 800})
    page.goto(f"{server.url}/rounds")
    region = page.get_by_role("region", name=labels.ROUNDS["title"])
    page.wait_for_function("(one) => one.clientWidth < 1600", arg=region.element_handle())


def test_a_page_is_reached_without_a_mouse_and_axe_finds_nothing_in_the_open_menu(
    context: BrowserContext, server: Server
) -> None:
    page = begin(context, server)
    page.set_viewport_size({"width": 1280, "height": 800})
    heading = page.get_by_role("button", name=labels.SECTIONS["findings"], exact=True)
    page.get_by_role("link", name="Code", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(heading).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name=labels.PAGES["themes"])).to_be_focused()
    assert [one for one in faults(page) if not one.startswith(PORTAL)] == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cooccurrence"))
    ready(page)
