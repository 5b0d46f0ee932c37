"""Roles on the pages: named on the page Rounds, and grey with the reason where one may not."""

from __future__ import annotations

import pytest

from qualkit.workflow.project import Project
from tests.apps.test_pages import opened
from tests.apps.test_team_pages import box, press, sent
from workbench import labels
from workbench.hosts import ALLOWED, allowed_hosts
from workbench.launch import Shared, settings

ROUNDS = labels.ROUNDS
ASK = "and Ben is a coder; ask Ana."
GREY = {
    "documents": [labels.DOCUMENTS["drop_button"], labels.SPEAKERS["save"]],
    "codebook": [labels.CODEBOOK["save"], labels.CODEBOOK["file_do"]],
    "rounds": [ROUNDS["open"], ROUNDS["close_do"], ROUNDS["role_do"]],
    "adjudicate": [labels.ADJUDICATE["applies"], labels.ADJUDICATE["not_applies"]],
}


@pytest.fixture
def led(coded: Project) -> Project:
    coded.set_role("Ana", "lead")
    return coded


def test_somebody_is_named_lead_and_is_one_at_once(coded: Project) -> None:
    page = opened("rounds", coder="Ana")
    assert not [one for one in page.button if one.disabled]
    box(page, "selectbox", ROUNDS["role_who"]).select("Ana")
    box(page, "selectbox", ROUNDS["role_which"]).select("lead")
    page = sent(page, ROUNDS["role_do"])
    assert ROUNDS["role_done"].format(coder="Ana", role="lead") in [
        one.value for one in page.success
    ]
    assert dict(coded.list_roles().to_numpy()) == {"Ana": "lead", "Ben": "coder"}
    assert not [one for one in page.button if one.disabled]


@pytest.mark.parametrize("name", list(GREY))
def test_what_is_for_leads_is_grey_to_a_coder_and_says_why(led: Project, name: str) -> None:
    page = opened(name, coder="Ben")
    for label in GREY[name]:
        assert box(page, "button", label).disabled, label
    assert any(one.value.endswith(ASK) for one in page.caption)
    page = opened(name, coder="Ana")
    for label in GREY[name]:
        assert not box(page, "button", label).disabled, label
    assert led.revision > 0


def test_who_is_not_known_yet_is_asked_to_say_so(led: Project) -> None:
    page = opened("rounds")
    assert box(page, "button", ROUNDS["open"]).disabled
    assert any(labels.SHARED["who_first"] in one.value for one in page.caption)
    assert led.revision > 0


def test_a_coder_takes_back_codings_and_is_told_what_is_for_leads(led: Project) -> None:
    before = len(led.list_codings())
    page = press(opened("history", coder="Ben"), labels.HISTORY["undo"])
    assert not page.error
    assert len(led.list_codings()) < before
    box(page, "selectbox", labels.HISTORY["whose"]).select("").run()
    assert box(page, "button", labels.HISTORY["undo"]).disabled
    assert any("take back what others did" in one.value for one in page.caption)


def test_a_shared_workbench_answers_under_more_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ALLOWED, raising=False)
    assert allowed_hosts() == ["127.0.0.1", "localhost"]
    monkeypatch.setenv(ALLOWED, "code.example.org, other.example.org")
    assert allowed_hosts()[2:] == ["code.example.org", "other.example.org"]
    alone = settings(8501, open_browser=False)
    assert alone["server.address"] == "127.0.0.1"
    assert "secrets.files" not in alone
    shared = settings(8501, open_browser=False, shared=Shared(hosts=("code.example.org",)))
    assert shared["server.address"] == "127.0.0.1"
    assert shared["server.allowedHosts"] == ["127.0.0.1", "localhost", "code.example.org"]
