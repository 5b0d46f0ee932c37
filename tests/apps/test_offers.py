"""Suggestions in the pane, and what others coded: shown as the round allows, on the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from qualkit.model import Coding
from qualkit.workflow.project import Project
from tests.apps.browsing import SECONDS, Server, begin, current, press, saved, teach

pytestmark = pytest.mark.browser


def offer(page: Page, code: str):
    return page.locator(".row.current .offer", has_text=code)


def in_round(context: BrowserContext, server: Server, name: str) -> Page:
    """Open a document in the round that Ana is named in: the page begins with it."""
    page = begin(context, server, "Evening")
    expect(page.locator("[data-part=pane]")).to_have_attribute("data-round", name)
    return page


def test_a_suggestion_is_accepted_turned_down_and_both_taken_back(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    page = begin(context, server, "Evening")
    expect(offer(page, "Low pay")).to_be_visible()
    press(page, "A")
    expect(offer(page, "Low pay")).to_have_count(0)
    saved(page)
    assert [
        tuple(row) for row in project.list_rejections()[["position", "code", "coder"]].to_numpy()
    ] == [(2, "Low pay", "Ana")]
    assert project.list_reviews().query("coder == 'Ana'").empty, "turning down is not looking at"
    press(page, "u")
    expect(offer(page, "Low pay")).to_be_visible()
    saved(page)
    assert project.list_rejections().empty
    press(page, "U")
    expect(offer(page, "Low pay")).to_have_count(0)
    saved(page)
    press(page, "u", "a")
    saved(page)
    row = project.list_codings().query("coder == 'Ana'").iloc[0]
    assert (row["position"], row["code"], row["origin"]) == (2, "Low pay", "accepted suggestion")
    press(page, "A")
    expect(page.locator("[data-part=message]")).to_contain_text("no suggestion")


def test_what_was_turned_down_while_the_server_was_dead_is_stored_later(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    page = begin(context, server, "Evening")
    expect(offer(page, "Low pay")).to_be_visible()
    server.kill()
    press(page, "A")
    expect(page.locator("[data-part=saved]")).to_contain_text("1 not saved yet")
    server.start()
    saved(page)
    assert list(project.list_rejections()["code"]) == ["Low pay"]
    deadline = page.locator(".row.current")
    expect(deadline).to_be_focused()


def test_why_tells_what_speaks_for_it_and_leads_back_to_the_row(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    page = begin(context, server, "Evening")
    expect(offer(page, "Low pay")).to_be_visible()
    press(page, "y")
    box = page.get_by_role("dialog", name="Why Low pay for utterance 2?")
    expect(box).to_contain_text("Speaks for it")
    expect(box).to_contain_text("wage")
    expect(box).to_contain_text("Morning, ")
    expect(box).to_contain_text("My wage does not last to the end of the month.")
    press(page, "Escape")
    expect(box).to_be_hidden()
    expect(page.locator(".row.current")).to_be_focused()
    press(page, "j")
    assert current(page) == 3
    assert set(project.list_codings()["coder"]) == {"Ben"}


def test_why_without_an_answer_says_so(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    page = begin(context, server, "Evening")
    expect(offer(page, "Low pay")).to_be_visible()
    page.route("**/qk/why*", lambda route: route.abort())
    press(page, "y")
    expect(page.get_by_role("dialog", name="Why Low pay")).to_contain_text("does not answer")


def test_suggestions_that_have_learned_from_the_last_codings_follow_by_themselves(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    page = begin(context, server, "Morning")
    expect(page.locator(".offer").first).to_be_visible()
    with page.expect_response("**/qk/suggestions*", timeout=2 * SECONDS) as stale:
        press(page, *"tj" * 16)
    assert stale.value.json()["behind"] > 0
    with page.expect_response("**/qk/suggestions*", timeout=SECONDS) as fresh:
        saved(page)
    assert fresh.value.json()["behind"] == 0


def test_what_was_probably_missed_shows_after_the_own_decision_only(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    project.open_round("After", suggestions="after own decision", coders=["Ana"])
    page = in_round(context, server, "After")
    page.wait_for_timeout(1500)
    expect(page.locator(".offer")).to_have_count(0)
    assert project.list_exposures().empty
    press(page, "r")
    expect(offer(page, "Low pay")).to_contain_text("missed?")
    expect(page.locator("[data-part=missed]")).to_contain_text("1 with suggestions")
    press(page, "j", "N")
    assert current(page) == 2
    press(page, "a")
    saved(page)
    assert (2, "Low pay") in {
        (row.position, row.code)
        for row in project.list_codings().itertuples()
        if row.round == "After"
    }
    page.wait_for_timeout(3500)
    shown = project.list_exposures()
    assert shown[["position", "code", "coder", "round"]].to_numpy().tolist() == [
        [2, "Low pay", "Ana", "After"]
    ]


def test_a_round_without_suggestions_asks_for_none(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    project.open_round("Test", mode="blind", coders=["Ana"])
    page = in_round(context, server, "Test")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "suggestions" in one.url else None)
    press(page, "p", "j", "t", "j", "r")
    saved(page)
    page.wait_for_timeout(800)
    assert asked == []
    expect(page.locator(".offer")).to_have_count(0)
    press(page, "y")
    expect(page.locator("[data-part=message]")).to_contain_text("no suggestion")


def test_what_is_shown_is_noted_once_though_the_first_request_was_lost(
    context: BrowserContext, server: Server, project: Project
) -> None:
    teach(project)
    page = begin(context, server, "Evening")
    ids: list[str] = []

    def lose(route: Route) -> None:
        ids.append(route.request.post_data_json["op_id"])
        if len(ids) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/qk/exposures", lose)
    expect(offer(page, "Low pay")).to_be_visible()
    for _ in range(150):
        page.wait_for_timeout(100)
        if not project.list_exposures().empty:
            break
    assert len(ids) > 1
    assert len(set(ids)) == 1
    assert list(project.list_exposures()["code"]) == ["Low pay"]


def test_what_others_coded_shows_as_stripes_in_an_open_round(
    context: BrowserContext, server: Server, project: Project
) -> None:
    project.apply_codings(
        [Coding("Evening", 3, "fees", "Ben"), Coding("Evening", 3, "time", "Cleo")]
    )
    page = begin(context, server, "Evening")
    press(page, "o")
    expect(page.locator("[data-part=message]")).to_contain_text("Ben, Cleo")
    stripes = page.locator('.row[data-at="2"] .others li')
    expect(stripes).to_have_text(["Ben Fees", "Cleo Time"])
    project.apply_codings([Coding("Evening", 4, "time", "Ben")])
    fresh = page.locator('.row[data-at="3"] .others')
    expect(fresh).to_contain_text("Ben Time", timeout=SECONDS)  # by itself
    press(page, "o")
    expect(page.locator(".others")).to_have_count(0)
    press(page, "j", "p")
    saved(page)
    expect(page.locator(".others")).to_have_count(0)


def test_a_blind_round_shows_nothing_of_others(
    context: BrowserContext, server: Server, project: Project
) -> None:
    project.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
    project.apply_codings([Coding("Evening", 3, "fees", "Ben", "Blind")])
    page = in_round(context, server, "Blind")
    press(page, "o")
    expect(page.locator("[data-part=message]")).to_contain_text("blind")
    expect(page.locator(".others")).to_have_count(0)


def test_the_size_of_the_text_is_kept_in_the_browser(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    words = page.locator(".row.current .txt")
    expect(words).to_have_css("font-size", "15px")
    press(page, "+", "+")
    expect(page.locator("[data-part=message]")).to_contain_text("125 %")
    expect(words).to_have_css("font-size", "18.75px")
    expect(page.locator(".row.current")).to_be_focused()
    page.reload()
    expect(words).to_have_css("font-size", "18.75px")
    page.get_by_role("button", name="Smaller text").click()
    page.get_by_role("button", name="Smaller text").click()
    expect(words).to_have_css("font-size", "15px")
