"""Several people at once: what one does, the others' browsers follow without a reload."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from qualkit.workflow.project import Project
from tests.apps.browsing import SECONDS, Server, begin, coded, current, press, ready, saved

pytestmark = pytest.mark.browser


def as_coder(browser: Browser, server: Server, name: str) -> BrowserContext:
    """Return a browser of its own, in which somebody has coded before."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(SECONDS)
    opened.add_cookies([{"name": server.cookie, "value": name, "url": server.url}])
    return opened


def test_a_round_that_is_closed_meanwhile_takes_nothing_more_and_says_so(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    press(page, "p")
    saved(page)
    project.close_round("main")
    press(page, "j", "t")
    message = page.locator("[data-part=message]")
    expect(message).to_contain_text("Not stored, and taken back here: round 'main' is closed")
    expect(page.locator(".row.current .chip:not(.offer)")).to_have_count(0)
    assert current(page) == 3
    expect(page.locator(".row.current")).to_be_focused()
    assert coded(project) == {(2, "Low pay")}
    press(page, "k")
    expect(page.locator(".row.current .chip")).to_contain_text("Low pay")


def test_the_progress_of_all_follows_without_a_reload(
    browser: Browser, context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server, "Evening")
    lead = as_coder(browser, server, "Lea")
    rounds = lead.new_page()
    rounds.goto(f"{server.url}/rounds")
    expect(rounds.get_by_text("Nobody has looked at an utterance yet.")).to_be_visible()
    ready(rounds)
    rounds.evaluate("window.stayed = true")
    press(page, "p", "j", "t", "j", "r")
    saved(page)
    table = rounds.get_by_role("region", name="How far everybody is")
    expect(table).to_contain_text("Ana", timeout=SECONDS)
    expect(table.get_by_role("cell", name="3", exact=True)).to_be_visible(timeout=SECONDS)
    assert rounds.evaluate("window.stayed")
    lead.close()


def test_three_browsers_at_once_store_everything_and_see_only_their_own(
    browser: Browser, server: Server, project: Project
) -> None:
    people = ("Ana", "Ben", "Cleo")
    opened = [as_coder(browser, server, name) for name in people]
    pages = []
    for one in opened:
        page = one.new_page()
        page.goto(f"{server.url}/?document=Morning")
        expect(page.locator(".row.current")).to_be_visible()
        pages.append(page)
    for page in pages:
        ready(page)
    for _ in range(10):
        for page, key in zip(pages, "ptM", strict=True):
            press(page, key, "j")
    for page in pages:
        saved(page)
        expect(page.locator("[data-part=progress]")).to_have_text("10 of 32 looked at")
    table = project.list_codings()
    assert table.groupby("coder")["code"].agg(["nunique", "size"]).to_numpy().tolist() == [
        [1, 10],
        [1, 10],
        [1, 10],
    ]
    for one in opened:
        one.close()


def test_streamlits_box_about_the_connection_does_not_stop_the_coding(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    server.kill()
    expect(page.get_by_role("dialog", name="Connection error")).to_be_visible(timeout=SECONDS)
    press(page, "t", "j", "t", "j", "t")
    expect(page.get_by_role("dialog", name="Connection error")).to_be_hidden()
    expect(page.locator("[data-part=saved]")).to_contain_text("3 not saved yet")
    assert current(page) == 4
    server.start()
    saved(page)
    assert coded(project) == {(position, "Time") for position in (2, 3, 4)}
    press(page, "j", "p")
    saved(page)
    assert (5, "Low pay") in coded(project)


def test_a_server_killed_in_mid_typing_loses_nothing(
    context: BrowserContext, server: Server, project: Project
) -> None:
    page = begin(context, server)
    page.evaluate("window.stayed = true")
    for turn in range(24):
        press(page, "t", "j")
        if turn == 9:
            server.kill()
        if turn == 17:
            server.start()
    deadline = time.monotonic() + 20
    while len(coded(project)) < 24 and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    saved(page)
    assert coded(project) == {(position, "Time") for position in range(2, 26)}
    assert current(page) == 26
    assert page.evaluate("window.stayed"), "it was not reloaded"
