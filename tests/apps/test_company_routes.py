"""The routes that tell why a code is suggested, and what others coded: the server decides."""

from __future__ import annotations

from typing import Any

import pytest

from qualkit.model import Coding
from qualkit.workflow.project import Project
from tests.apps.test_routes import Client, headers


@pytest.fixture
def client(project: Project) -> Client:
    return Client()


def others(client: Client, project: Project, round_name: str = "main", coder: str = "Ana") -> Any:
    given = headers(project, coder, round_name)
    answer = client.get("/qk/others?document=Evening&coder=Ben", headers=given)
    assert answer.status_code == 200
    return answer.json()


def test_an_open_round_tells_what_others_coded_and_not_what_oneself_did(
    client: Client, project: Project
) -> None:
    project.apply_codings(
        [
            Coding("Evening", 2, "fees", "Ana"),
            Coding("Evening", 3, "low_pay", "Ben"),
            Coding("Morning", 3, "time", "Ben"),
        ]
    )
    assert others(client, project) == {
        "codings": [{"position": 3, "code": "low_pay", "coder": "Ben", "start": None}],
        "reason": None,
    }


def test_a_blind_round_tells_nothing_until_it_is_closed(client: Client, project: Project) -> None:
    project.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
    project.apply_codings([Coding("Evening", 3, "low_pay", "Ben", "Blind")])
    for coder in ("Ana", "Cleo"):
        answer = others(client, project, "Blind", coder)
        assert answer["codings"] == []
        assert "blind" in answer["reason"]
        assert others(client, project, "main", coder)["codings"] == []
    project.close_round("Blind")
    assert [one["coder"] for one in others(client, project, "Blind")["codings"]] == ["Ben"]


def test_machines_are_not_other_people(client: Client, project: Project) -> None:
    project.edit_code("Low pay", reason="to find it", markers=("wage",))
    project.autocode("markers")
    assert others(client, project)["codings"] == []


def why(client: Client, project: Project, round_name: str = "main", **asked: Any) -> Any:
    given = {"document": "Evening", "position": 2, "code": "low_pay"} | asked
    path = "/qk/why?" + "&".join(f"{name}={value}" for name, value in given.items())
    return client.get(path, headers=headers(project, round_name=round_name))


def test_why_has_words_for_and_against_and_what_is_like_it(
    client: Client, project: Project
) -> None:
    places = [("Morning", position) for position in range(2, 34)]
    codings = [Coding(*place, "low_pay", "Ben") for place in places if place[1] % 4 == 2]
    project.apply_codings(codings, reviewed=places)
    body = why(client, project).json()
    assert body["code"] == "Low pay"
    weights = {one["word"]: one["weight"] for one in body["reasons"]}
    assert weights["wage"] > 0
    assert body["nearest"][0]["text"] == "My wage does not last to the end of the month."
    assert {one["document"] for one in body["nearest"]} == {"Morning"}


def test_why_of_a_blind_round_is_told_from_the_own_codings_alone(
    client: Client, project: Project
) -> None:
    project.open_round("Blind", mode="blind", suggestions="always", coders=["Ana", "Ben"])
    places = [("Morning", position) for position in range(2, 34)]
    codings = [Coding(*place, "low_pay", "Ben", "Blind") for place in places]
    project.apply_codings(codings, reviewed=places)
    body = why(client, project, "Blind").json()
    assert body["nearest"] == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"position": "x"}, 400),
        ({"position": "9" * 40}, 400),
        ({"position": 1}, 403),
        ({"position": 99}, 404),
        ({"code": "nonsense"}, 404),
        ({"document": "Evenink"}, 404),
    ],
)
def test_why_of_nothing_is_refused_in_a_sentence(
    client: Client, project: Project, asked: dict[str, Any], status: int
) -> None:
    answer = why(client, project, **asked)
    assert answer.status_code == status
    assert answer.json()["message"].endswith((".", "?"))


def test_why_is_not_told_where_no_suggestion_may_show(client: Client, project: Project) -> None:
    project.open_round("Never", suggestions="never", coders=["Ana"])
    assert why(client, project, "Never").status_code == 403
    assert why(client, project).status_code == 403, "another open round keeps it from suggestions"


@pytest.mark.parametrize("path", ["why", "others"])
def test_without_a_token_nothing_is_told(client: Client, project: Project, path: str) -> None:
    answer = client.get(f"/qk/{path}?document=Evening&position=2&code=low_pay")
    assert answer.status_code == 403
