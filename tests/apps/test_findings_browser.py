"""The findings in a real browser: a click on a number shows its words, an address shows a page."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qualkit.workflow.project import Project
from tests.apps.browsing import Server, ready
from workbench import labels

pytestmark = pytest.mark.browser

CELLS = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"


def opened(context: BrowserContext, server: Server, address: str) -> Page:
    context.add_cookies([{"name": server.cookie, "value": "Ana", "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/{address}")
    page.wait_for_selector("h3")
    ready(page)
    page.wait_for_timeout(300)  # the address may make the page run once more
    ready(page)
    return page


def behind(page: Page, count: int) -> None:
    said = labels.SHARED["behind_one" if count == 1 else "behind_count"].format(count=count)
    expect(page.get_by_text(said, exact=True)).to_be_visible()
    expect(page.locator("article.utterance")).to_have_count(count)


def test_a_click_on_a_cell_of_the_picture_shows_the_utterances_behind_it(
    context: BrowserContext, server: Server, coded: Project
) -> None:
    page = opened(context, server, "themes")
    table = coded.frequency().query("level == 'theme'")
    row = table[(table["code"] == "Money") & (table["stakeholder_type"] == "Council")].iloc[0]
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    chart.scroll_into_view_if_needed()
    expect(chart.locator(CELLS.replace("[data-testid=stVegaLiteChart] ", "")).first).to_be_visible()
    page.wait_for_timeout(300)  # the picture is drawn after its frame
    box = chart.bounding_box()
    assert box
    wanted = re.compile("themes_group_stakeholder_type=Council")
    for across in range(20, 100, 8):  # Council is the right one of two columns
        page.mouse.click(box["x"] + box["width"] * across / 100, box["y"] + 18)
        page.wait_for_timeout(400)
        ready(page)
        if wanted.search(page.url):
            break
    assert wanted.search(page.url)
    behind(page, int(row["n"]))


def test_a_click_on_a_row_of_the_table_shows_its_words(
    context: BrowserContext, server: Server, coded: Project
) -> None:
    page = opened(context, server, "cooccurrence?pairs_view=With+one+code&pairs_code=Low+pay")
    table = coded.cooccurrence(code="Low pay").query("n_ab > 0")
    canvas = page.locator("[data-testid=stDataFrame] canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + 60, box["y"] + 35 * len(table) + 17)  # the last row
    ready(page)
    last = table.iloc[-1]
    page.wait_for_url(re.compile("pair=" + quote_plus(f"{last['code_a']} + {last['code_b']}")
                                 .replace("+", "[+]")))  # fmt: skip
    behind(page, int(last["n_ab"]))


def test_a_number_in_a_sentence_leads_to_its_words(
    context: BrowserContext, server: Server, coded: Project
) -> None:
    page = opened(context, server, "themes?themes_view=Two+groups+compared")
    link = page.locator(".lines td a").first
    count = int(link.inner_text().split(" of ")[0])
    with context.expect_page() as told:
        link.click()
    found = told.value
    found.wait_for_selector("article.utterance")
    expect(found.locator("article.utterance")).to_have_count(count)
    assert found.url.startswith(f"{server.url}/retrieve?query=")


def test_the_address_follows_the_boxes_and_brings_them_back(
    context: BrowserContext, server: Server, coded: Project
) -> None:
    page = opened(context, server, "agreement")
    page.get_by_text(labels.AGREEMENT["view paragraph"], exact=True).click()
    expect(page.locator("code")).to_contain_text("Ana and Ben")
    page.wait_for_url(re.compile("agreement_view=Methods"))
    page.reload()
    ready(page)
    expect(page.locator("code")).to_contain_text("Ana and Ben")


def test_an_example_of_a_query_is_tried_by_a_click(
    context: BrowserContext, server: Server, coded: Project
) -> None:
    page = opened(context, server, "retrieve")
    page.get_by_role("link", name="code:low_pay", exact=True).click()
    found = coded.retrieve("code:low_pay")
    expect(page.get_by_text(f"{len(found)} utterances in 2 documents")).to_be_visible()
    query = page.get_by_role("textbox", name=labels.RETRIEVE["query"])
    expect(query).to_have_value("code:low_pay")
    query.fill("wage NOT")
    query.press("Enter")
    expect(page.get_by_text(re.compile("column 9"))).to_be_visible()


def test_a_chart_is_taken_away_as_a_picture(
    context: BrowserContext, server: Server, coded: Project, tmp_path: Path
) -> None:
    page = opened(context, server, "agreement?agreement_level=themes")
    page.get_by_text(labels.SHARED["table"], exact=True).click()
    with page.expect_download(timeout=60_000) as told:  # the first picture loads what draws
        page.get_by_role("button", name=labels.OUTCOME["picture .svg"]).click()
    path = tmp_path / "chart.svg"
    told.value.save_as(path)
    drawn = path.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "Money" in drawn


def test_quality_is_worked_out_on_a_button_while_the_page_says_so(
    context: BrowserContext, server: Server, coded: Project
) -> None:
    page = opened(context, server, "suggestions?suggestions_view=How+good+they+are")
    page.get_by_role("button", name=labels.SUGGESTIONS["quality_do"]).click()
    whole = page.get_by_text(labels.SUGGESTIONS["whole"])
    expect(whole).to_be_visible(timeout=60_000)  # it is worked out, and not only fetched
    page.reload()
    expect(whole).to_be_visible()
