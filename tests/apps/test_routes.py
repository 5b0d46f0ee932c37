"""The routes of the transcript pane: who may ask for what, and what is answered."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
import pandas as pd
import pytest

from qualkit.workflow import suggestions
from qualkit.workflow.fitting import Kept
from qualkit.workflow.project import Project
from workbench.app import app
from workbench.tokens import HEADER, Pass, sign_token


class Client:
    """Asks the server's application in this process, without a port."""

    def __init__(self, base_url: str = "http://127.0.0.1:8501") -> None:
        self.base_url = base_url

    def get(self, path: str, **given: Any) -> httpx.Response:
        return asyncio.run(self.ask("GET", path, given))

    def post(self, path: str, **given: Any) -> httpx.Response:
        return asyncio.run(self.ask("POST", path, given))

    async def ask(self, method: str, path: str, given: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=self.base_url) as client:
            return await client.request(method, path, **given)


@pytest.fixture
def client(project: Project) -> Client:
    return Client()


def headers(project: Project, coder: str = "Ana", round_name: str = "main") -> dict[str, str]:
    return {HEADER: sign_token(project.secret, project.name, Pass(coder, round_name))}


def operation(action: str = "apply", position: int = 2, **more: Any) -> dict[str, Any]:
    place = {"document": "Evening", "position": position}
    code = {"code": "low_pay"} if action in ("apply", "remove") else {}
    return {"op_id": uuid.uuid4().hex, "action": action, **place, **code, **more}


def post(client: Client, project: Project, *operations: Any, coder: str = "Ana") -> Any:
    body = {"operations": list(operations)}
    return client.post("/qk/operations", json=body, headers=headers(project, coder))


def test_a_document_comes_with_words_codes_and_what_this_coder_did(
    client: Client, project: Project
) -> None:
    post(client, project, operation(position=2), operation("review", position=3))
    answer = client.get("/qk/document?document=Evening", headers=headers(project))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert [one["codable"] for one in body["utterances"]] == [False, True, True, True, True]
    assert body["utterances"][1]["text"] == "My wage does not last to the end of the month."
    assert body["utterances"][1]["stakeholder_type"] == "Care worker"
    assert body["codings"] == [
        {
            "position": 2,
            "code": "low_pay",
            "start": None,
            "end": None,
            "origin": "manual",
            "certainty": None,
            "memo": None,
        }
    ]
    assert body["reviewed"] == [2, 3]
    assert {code["id"] for code in body["codes"]} == {"money", "low_pay", "fees", "time", "travel"}
    assert all(code["colour"].startswith("#") for code in body["codes"])


def test_nobody_sees_what_somebody_else_coded(client: Client, project: Project) -> None:
    post(client, project, operation(), coder="Ana")
    answer = client.get("/qk/document?document=Evening&coder=Ana", headers=headers(project, "Ben"))
    assert answer.json()["codings"] == []
    assert answer.json()["reviewed"] == []


def test_the_coder_is_the_tokens_whatever_the_request_says(
    client: Client, project: Project
) -> None:
    post(client, project, operation(coder="Ben"), coder="Ana")
    assert list(project.list_codings()["coder"]) == ["Ana"]


@pytest.mark.parametrize(
    "path", ["document", "suggestions", "operations", "corrections", "exposures"]
)
@pytest.mark.parametrize("token", [None, "", "rubbish", "W10=.00", "é"])
def test_without_a_token_of_this_project_nothing_is_told_or_stored(
    client: Client, project: Project, path: str, token: str | None
) -> None:
    given = {} if token is None else {HEADER: token.encode()}
    if path in ("operations", "corrections", "exposures"):
        body = {"operations": [operation()]}
        answer = client.post(f"/qk/{path}", json=body, headers=given)
    else:
        answer = client.get(f"/qk/{path}?document=Evening", headers=given)
    assert answer.status_code == 403
    assert answer.json() == {
        "message": "this page does not belong to the open project; reload the page."
    }
    assert project.list_codings().empty


def test_a_token_of_another_project_is_refused(client: Client, project: Project) -> None:
    for secret, name in ((project.secret, "other"), ("other", project.name)):
        given = {HEADER: sign_token(secret, name, Pass("Ana", "main"))}
        assert client.get("/qk/document?document=Evening", headers=given).status_code == 403


def test_a_foreign_host_name_reaches_neither_pages_nor_routes(project: Project) -> None:
    foreign = Client("http://example.org")
    for path in ("/", "/qk/document?document=Evening"):
        assert foreign.get(path, headers=headers(project)).status_code == 400


def test_an_operation_that_arrives_twice_is_stored_once(client: Client, project: Project) -> None:
    one = operation()
    first, second = post(client, project, one), post(client, project, one, one)
    assert first.json()["answers"] == [{"op_id": one["op_id"], "ok": True, "message": None}]
    assert [answer["ok"] for answer in second.json()["answers"]] == [True, True]
    assert len(project.list_codings()) == 1
    assert second.json()["revision"] == first.json()["revision"] == project.revision


def test_a_late_repeat_does_not_bring_back_what_was_removed(
    client: Client, project: Project
) -> None:
    applied = operation()
    post(client, project, applied, operation("remove"), applied)
    assert project.list_codings().empty


def test_each_operation_has_its_own_answer(client: Client, project: Project) -> None:
    good, heading, unknown = operation(), operation(position=1), operation(code="nonsense")
    answers = post(client, project, good, heading, unknown).json()["answers"]
    assert [answer["ok"] for answer in answers] == [True, False, False]
    assert answers[1]["message"] == "Evening: this part of the document is set aside from coding."
    assert "nonsense" in answers[2]["message"]
    assert len(project.list_codings()) == 1


def test_a_span_outside_its_utterance_is_refused(client: Client, project: Project) -> None:
    answers = post(client, project, operation(start=0, end=5000)).json()["answers"]
    assert answers[0]["message"] == "Evening: the span lies outside the utterance."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"operations": {}}',
        b'{"operations": [7]}',
        b'{"operations": [{"op_id": "12345678", "action": "apply", "document": "Evening"}]}',
        b'{"operations": [{"op_id": 5, "action": "apply", "document": "E", "position": 2}]}',
        b'{"operations": [{"op_id": "12345678", "action": "apply", "document": "Evening",'
        b' "position": 2, "code": "fees", "origin": "import"}]}',
        b'{"operations": [{"op_id": "12345678", "action": "apply", "document": "Evening",'
        b' "position": true, "code": "fees"}]}',
    ],
)
def test_a_body_that_is_no_list_of_operations_is_refused_in_a_sentence(
    client: Client, project: Project, body: bytes
) -> None:
    answer = client.post("/qk/operations", content=body, headers=headers(project))
    assert answer.status_code == 400
    assert answer.json()["message"].endswith(".")
    assert project.list_codings().empty


def test_a_body_that_is_too_big_is_refused(client: Client, project: Project) -> None:
    answer = client.post("/qk/operations", content=b"x" * 300_000, headers=headers(project))
    assert answer.status_code == 413
    many = post(client, project, *[operation() for _ in range(501)])
    assert many.status_code == 400


def test_an_unknown_document_is_named_in_the_answer(client: Client, project: Project) -> None:
    answer = client.get("/qk/document?document=Evenink", headers=headers(project))
    assert answer.status_code == 404
    assert answer.json()["message"] == ("there is no document 'Evenink'; did you mean 'Evening'?")


def test_suggestions_leave_out_what_this_coder_has_looked_at(
    client: Client, project: Project
) -> None:
    post(client, project, *[operation("review", position=n) for n in (2, 3)])
    answer = client.get("/qk/suggestions?document=Evening", headers=headers(project)).json()
    assert {row["position"] for row in answer["suggestions"]} <= {4, 5}
    post(client, project, *[operation("review", position=n) for n in (4, 5)])
    answer = client.get("/qk/suggestions?document=Evening", headers=headers(project)).json()
    assert answer["suggestions"] == []
    assert answer["reason"] == "everything there has been looked at"


def asked(client: Client, project: Project, round_name: str = "main") -> Any:
    path = "/qk/suggestions?document=Evening"
    return client.get(path, headers=headers(project, round_name=round_name)).json()


def test_a_round_without_suggestions_gets_none(client: Client, project: Project) -> None:
    project.open_round("Test", suggestions="never")
    answer = asked(client, project, "Test")
    assert answer["suggestions"] == []
    assert answer["reason"] == "round 'Test' shows no suggestions"


def test_suggestions_after_the_own_decision_wait_for_it(client: Client, project: Project) -> None:
    project.open_round("After", suggestions="after own decision")
    assert asked(client, project, "After")["suggestions"] == []
    project.review_utterance("Evening", 2, coder="Ana", round_name="After")
    answer = asked(client, project, "After")
    assert {row["position"] for row in answer["suggestions"]} <= {2}
    assert {row["kind"] for row in answer["suggestions"]} <= {"probably missed"}


def painted(position: int = 2, **more: Any) -> dict[str, Any]:
    one = {"document": "Evening", "position": position, "code": "low_pay", "probability": None}
    return one | {"rank": 1, "basis": "codebook", "ago": 1.5} | more


def note(client: Client, project: Project, *shown: Any, **more: Any) -> httpx.Response:
    body = {"op_id": "painted-0001", "model": "0.1.0@7", "shown": list(shown)} | more
    return client.post("/qk/exposures", json=body, headers=headers(project))


def test_what_was_painted_is_noted_once_for_the_tokens_coder(
    client: Client, project: Project
) -> None:
    assert note(client, project, painted(), painted(3)).json() == {"new": 2}
    assert note(client, project, painted(), painted(3)).json() == {"new": 0}
    table = project.list_exposures()
    assert table[["coder", "position", "model"]].to_numpy().tolist() == [
        ["Ana", 2, "0.1.0@7"],
        ["Ana", 3, "0.1.0@7"],
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"shown": "all"},
        {"op_id": ""},
        {"model": None},
        {"shown": [painted(rank="first")]},
        {"shown": [painted(probability=True)]},
        {"shown": [painted(probability=3)]},
        {"shown": [painted(ago=-1)]},
        {"shown": [{"document": "Evening"}]},
        {"shown": [painted()] * 501},
    ],
)
def test_what_is_no_list_of_what_was_shown_is_refused_whole(
    client: Client, project: Project, wrong: dict[str, Any]
) -> None:
    answer = note(client, project, painted(), **wrong)
    assert answer.status_code == 400
    assert project.list_exposures().empty


class Sure:
    """A suggester that expects low pay everywhere."""

    def offers(self, utterances: pd.DataFrame, top: int, exclude: pd.DataFrame) -> pd.DataFrame:
        offers = utterances[["document", "position"]].assign(
            code="Low pay", probability=0.9, rank=1, basis="codings", note="learned"
        )
        done = pd.MultiIndex.from_frame(exclude[["document", "position", "code"]])
        return offers[~pd.MultiIndex.from_frame(offers.iloc[:, :3]).isin(done)]


def test_a_suggestion_can_be_turned_down_and_is_not_made_again(
    client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = Kept(Sure(), 1, 1, 0, 0, b"")
    monkeypatch.setattr(suggestions, "kept_suggester", lambda *_, **__: sure)
    first = [row["position"] for row in asked(client, project)["suggestions"]]
    no = operation("reject", first[0], code="low_pay")
    assert post(client, project, no).json()["answers"][0]["ok"]
    again = [row["position"] for row in asked(client, project)["suggestions"]]
    assert again == first[1:]
    yes = operation("unreject", first[0], code="low_pay")
    assert post(client, project, yes).json()["answers"][0]["ok"]
    assert [row["position"] for row in asked(client, project)["suggestions"]] == first


def place_of(project: Project, position: int) -> dict[str, Any]:
    row = project.list_utterances("Evening").set_index("position").loc[position]
    edges = {"start_of": int(row["start"]), "end_of": int(row["end"])}
    return {"document": "Evening", "position": position, **edges}


def correct(client: Client, project: Project, place: int, **asked: Any) -> httpx.Response:
    body = place_of(project, place) | asked
    return client.post("/qk/corrections", json=body, headers=headers(project))


def test_a_correction_is_answered_with_the_document_as_it_is_read_now(
    client: Client, project: Project
) -> None:
    post(client, project, operation(position=3))
    answer = correct(client, project, 3, action="split", at=len("We pay the homes what we can, "))
    assert answer.status_code == 200
    body = answer.json()
    assert [one["text"] for one in body["utterances"]][2:4] == [
        "We pay the homes what we can,",
        "and the fees have not moved.",
    ]
    assert [one["position"] for one in body["codings"]] == [3, 4]
    assert body["revision"] == project.revision
    assert body["speakers"] == ["Ines", "Otto", "Vera"]
    project.verify()


@pytest.mark.parametrize(
    ("asked", "column", "value"),
    [
        ({"action": "speaker", "speaker": "  Zoë   Hall "}, "speaker", "Zoë Hall"),
        ({"action": "speaker", "speaker": "vera"}, "speaker", "Vera"),
        ({"action": "codable", "value": False}, "codable", False),
        ({"action": "reported", "value": True}, "reported", True),
    ],
)
def test_whose_words_and_what_counts_can_be_corrected(
    client: Client, project: Project, asked: dict[str, Any], column: str, value: object
) -> None:
    body = correct(client, project, 3, **asked).json()
    assert body["utterances"][2][column] == value
    assert project.list_utterances("Evening")[column].tolist()[2] == value


def test_a_correction_that_makes_no_sense_is_refused_in_a_sentence(
    client: Client, project: Project
) -> None:
    before = project.revision
    other = correct(client, project, 2, action="join")
    assert (other.status_code, "another speaker's" in other.json()["message"]) == (403, True)
    for asked in (
        {"action": "split", "at": 0},
        {"action": "split", "at": True},
        {"action": "split"},
        {"action": "speaker", "speaker": " "},
        {"action": "speaker", "speaker": "x" * 201},
        {"action": "codable", "value": 1},
        {"action": "dance"},
        {"action": "join", "position": None},
        {"action": "join", "document": 7},
    ):
        answer = correct(client, project, 2, **asked)
        assert answer.status_code == 400, asked
        assert answer.json()["message"].endswith(".")
    for body in (b"", b"[]", b"\xff"):
        answer = client.post("/qk/corrections", content=body, headers=headers(project))
        assert answer.status_code == 400
    assert project.revision == before


def test_a_correction_of_an_older_reading_is_refused(client: Client, project: Project) -> None:
    old = {**place_of(project, 4), "action": "codable", "value": False}
    last = {**place_of(project, 5), "action": "codable", "value": False, "position": 9}
    project.split_utterance("Evening", 3, "and the fees")
    for body in (old, last):
        answer = client.post("/qk/corrections", json=body, headers=headers(project))
        assert answer.status_code == 409
        assert "the document was corrected meanwhile" in answer.json()["message"]
    assert project.list_utterances("Evening")["codable"].tolist() == [False, *[True] * 5]


def test_an_operation_of_an_older_reading_lands_nowhere(client: Client, project: Project) -> None:
    old = operation(**place_of(project, 4))
    done = operation(**place_of(project, 2))
    gone = operation(**{**place_of(project, 5), "position": 5})
    part = operation(**place_of(project, 3))
    post(client, project, done)
    project.split_utterance("Evening", 3, "and the fees")
    project.split_utterance("Evening", 2, "to the end")
    answers = post(client, project, old, done, gone, part).json()["answers"]
    assert [answer["ok"] for answer in answers] == [False, True, False, False]
    assert [answer.get("corrected") for answer in answers] == [True, None, True, True]
    assert answers[0]["message"] == ("Evening, utterance 4: the document was corrected meanwhile.")
    assert project.list_codings()["position"].tolist() == [2, 3]  # as before, on both parts
    again = post(client, project, old | {"position": 6}).json()["answers"]
    assert again[0]["ok"]
    assert project.list_codings()["position"].tolist() == [2, 3, 6]
