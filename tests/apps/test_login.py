"""Logging in at a real provider: whoever it says one is, codes; nobody else gets at anything."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qualkit.errors import OptionError, RefusedError
from qualkit.workflow.project import Project, open_project
from tests.apps.browsing import SECONDS, current, press, ready, saved
from tests.apps.provider import CLIENT, Provider
from workbench import labels
from workbench.launch import Shared, serve
from workbench.login import check_secrets, coder_of
from workbench.tokens import HEADER, Pass, fingerprint, sign_token

PEOPLE = {
    "lena@example.org": {"email_verified": True, "name": "Lena Vogt"},
    "ben@example.org": {"email_verified": True, "name": "Lena"},
    "eve@example.org": {"email_verified": True},
    "pia@example.org": {"email_verified": False},
}
PROXY = "code.example.org"
SECRETS = """
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "not the one that anybody should really use"
client_id = "{client[0]}"
client_secret = "{client[1]}"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[qualkit.people]
"Lena@example.org" = "Lena"
"ben@example.org" = "Ben"
"pia@example.org" = "Pia"
"""


@dataclass(frozen=True)
class Guarded:
    """The workbench as it is started for a team."""

    url: str
    project: Project

    def believed(self, coder: str) -> dict[str, str]:
        """Return the token of a workbench without login, which somebody may have kept."""
        token = sign_token(self.project.secret, self.project.name, Pass(coder, "main"))
        return {HEADER: token}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def guarded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """The workbench as ``qualkit app --login`` starts it, on a project in which Lena leads."""
    folder = tmp_path_factory.mktemp("login")
    path, port = Path(shutil.copy(template, folder)), free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        open_project(path) as project,
        Provider(PEOPLE) as provider,
        (folder / "log.txt").open("wb") as log,
    ):
        project.set_role("Lena", "lead")
        told = SECRETS.format(url=url, client=CLIENT, provider=provider.url)
        (folder / "secrets.toml").write_text(told, encoding="utf-8")
        command = ["app", path, "--port", str(port), "--no-browser", "--allow-host", PROXY]
        process = subprocess.Popen(
            [sys.executable, "-m", "qualkit", *command, "--login", folder / "secrets.toml"],
            stdout=log,
            stderr=log,
            env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
            cwd=Path(__file__).parents[2],
        )
        try:
            until = time.monotonic() + 120
            while not _answers(url):
                assert process.poll() is None, (folder / "log.txt").read_text()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.05)
            yield Guarded(url, project)
        finally:
            process.kill()
            process.wait(60)


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).read())
    return False


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(SECONDS)
    yield opened
    opened.close()


def log_in(context: BrowserContext, guarded: Guarded, who: str, place: str = "/") -> Page:
    """Come in by way of the provider, on the way to some page."""
    page = context.new_page()
    page.goto(f"{guarded.url}{place}")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=who).click()
    return page


def see_closing(page: Page) -> None:
    """Open the form that closes a round."""
    page.get_by_text(labels.ROUNDS["close"], exact=True).click()


def correction(project: Project) -> dict[str, object]:
    """Return what asks the routes to join two utterances."""
    row = project.list_utterances("Evening").set_index("position").loc[2]
    edges = {"start_of": int(row["start"]), "end_of": int(row["end"])}
    return {"action": "join", "document": "Evening", "position": 2, **edges}


@pytest.mark.browser
def test_without_a_login_there_is_nothing_to_see_and_nothing_to_ask(
    guarded: Guarded, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{guarded.url}/memos")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    ready(page)
    expect(page.get_by_test_id("stTopNav")).to_have_count(0)
    for token in ({}, guarded.believed("Lena")):
        told = page.request.get(f"{guarded.url}/qk/document?document=Evening", headers=token)
        assert told.status == 403
    assert "nobody has logged in" in told.json()["message"]


@pytest.mark.browser
def test_a_coder_is_who_the_provider_says_and_is_kept_from_what_is_for_leads(
    guarded: Guarded, context: BrowserContext
) -> None:
    project, tokens = guarded.project, []
    remembered = f"qualkit_coder_{fingerprint(project.secret)}"
    context.add_cookies([{"name": remembered, "value": "Lena", "url": guarded.url}])
    context.on("request", lambda one: tokens.append(one.headers.get(HEADER)))
    page = log_in(context, guarded, "ben@example.org", "/?document=Evening&position=4")
    expect(page.locator(".row.current .num")).to_have_text("4")
    expect(page.get_by_text("Coding as Ben")).to_be_visible()
    expect(page.get_by_role("button", name="Somebody else")).to_have_count(0)
    at = current(page)
    press(page, "p")
    saved(page)
    found = project.list_codings()
    assert list(zip(found["coder"], found["position"], strict=True)) == [("Ben", at)]
    token = next(filter(None, reversed(tokens)))
    before = project.revision
    forged = sign_token("guessed", project.name, Pass("Lena", "main", login=True))
    mixed = f"{forged.partition('.')[0]}.{token.partition('.')[2]}"
    given = [token, forged, mixed, guarded.believed("Lena")[HEADER]]
    asked = [
        page.request.post(
            f"{guarded.url}/qk/corrections", data=correction(project), headers={HEADER: one}
        )
        for one in given
    ]
    assert [one.status for one in asked] == [403] * len(given)
    assert asked[0].json()["message"].endswith("Ben is a coder; ask Lena.")
    assert project.revision == before


@pytest.mark.browser
def test_the_page_rounds_lets_the_lead_close_what_is_grey_to_a_coder(
    guarded: Guarded, browser: Browser, context: BrowserContext
) -> None:
    guarded.project.acting_as("Lena").open_round("Second")
    close = labels.ROUNDS["close_do"]
    ben = log_in(context, guarded, "ben@example.org", "/rounds")
    see_closing(ben)
    expect(ben.get_by_role("button", name=close, exact=True)).to_be_disabled()
    reason = "Only a lead may open or close a round in this project, and Ben is a coder; ask Lena."
    expect(ben.get_by_text(reason).locator("visible=true")).to_be_visible()
    with contextlib.closing(browser.new_context()) as other:
        lena = log_in(other, guarded, "lena@example.org", "/rounds")
        see_closing(lena)
        lena.get_by_text(labels.ROUNDS["close_sure"]).click()
        lena.get_by_role("button", name=close, exact=True).click()
        expect(lena.get_by_text("Round main is closed.")).to_be_visible()
    assert '"by": "Lena"' in guarded.project.list_changes()["payload"].iloc[-1]


@pytest.mark.browser
def test_a_stranger_is_told_so_and_whoever_logs_out_is_out(
    guarded: Guarded, context: BrowserContext
) -> None:
    page = log_in(context, guarded, "eve@example.org")
    expect(page.get_by_text("eve@example.org is not among the people")).to_be_visible()
    expect(page.get_by_test_id("stTopNav")).to_have_count(0)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page = log_in(context, guarded, "pia@example.org")
    expect(page.get_by_text("the login has not verified pia@example.org")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page = log_in(context, guarded, "ben@example.org")
    expect(page.locator(".row.current")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.locator(".row")).to_have_count(0)


def test_the_workbench_answers_under_the_name_of_its_proxy_and_no_other(guarded: Guarded) -> None:
    def asked(host: str) -> int:
        place = f"{guarded.url}/qk/document"
        request = urllib.request.Request(place, headers={"host": host})
        with pytest.raises(urllib.error.HTTPError) as problem:
            urllib.request.urlopen(request, timeout=5)
        problem.value.close()
        return problem.value.code

    assert asked(PROXY) == 403  # nobody has logged in
    assert asked("evil.example.org") == 400


def test_the_claim_that_names_somebody_can_be_chosen() -> None:
    claims = {"email": "lena@example.org", "email_verified": True, "nickname": "Lena V."}
    assert coder_of(claims, {}) == "lena@example.org"
    assert coder_of(claims, {"claim": "nickname"}) == "Lena V."
    assert coder_of(claims, {"people": {"LENA@example.org": "Lena"}}) == "Lena"
    with pytest.raises(RefusedError, match="does not tell your upn"):
        coder_of(claims, {"claim": "upn"})
    with pytest.raises(RefusedError, match="not among the people"):
        coder_of(claims, {"people": {}})
    with pytest.raises(RefusedError, match="has not verified"):
        coder_of({**claims, "email_verified": "false"}, {})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[auth]", "[author]"), "no section [auth]"),
        (("[auth]", "[auth"), "no TOML file"),
        (("cookie_secret", "cookies"), "[auth] has no cookie_secret"),
        (("client_id", "client"), "[default] has no client_id"),
        (("oauth2callback", "back"), "redirect_uri does not end with /oauth2callback"),
        (("not the one that anybody should really use", "short"), "fewer than 32 characters"),
    ],
)
def test_secrets_that_nobody_could_log_in_with(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = tmp_path / "secrets.toml"
    whole = SECRETS.format(url="http://127.0.0.1:1", client=CLIENT, provider="http://127.0.0.1:2")
    path.write_text(whole, encoding="utf-8")
    check_secrets(path)
    path.write_text(whole.replace(*change), encoding="utf-8")
    with pytest.raises(OptionError) as problem:
        check_secrets(path)
    assert told in str(problem.value)
    assert str(problem.value).startswith(str(path))
    with pytest.raises(OptionError, match="cannot be read"):
        check_secrets(tmp_path / "nowhere.toml")


def test_nothing_listens_for_others_without_a_login() -> None:
    with pytest.raises(OptionError, match="let people log in"):
        serve("study.qualkit", shared=Shared(address="0.0.0.0"))
