from __future__ import annotations

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def op(action: str, position: int, **more) -> dict:
    return {
        "op_id": str(uuid.uuid4()),
        "action": action,
        "document": "elm",
        "position": position,
        **more,
    }


def codable(project) -> list[int]:
    table = project.list_utterances("elm")
    return [int(position) for position in table.loc[table["codable"], "position"]]


def test_an_operation_sent_twice_is_applied_once(project):
    one = op("apply", codable(project)[0], code="pay")
    for _ in range(3):
        answers = project.apply_operations([one], coder="Ana")
        assert answers == [{"op_id": one["op_id"], "ok": True, "message": None}]
    assert len(project.list_codings()) == 1


def test_a_late_repeat_does_not_bring_back_what_was_removed(project):
    position = codable(project)[0]
    first, second = op("apply", position, code="pay"), op("remove", position, code="pay")
    project.apply_operations([first, second], coder="Ana")
    project.apply_operations([first], coder="Ana")
    assert project.list_codings().empty


def test_a_refused_operation_does_not_stop_the_others(project):
    position = codable(project)[0]
    answers = project.apply_operations(
        [
            op("apply", position, code="nonsense"),
            op("apply", 9999, code="pay"),
            op("dance", position),
            op("apply", position, code="pay", start=0, end=3),
            {"action": "apply"},
            op("apply", position, code="training"),
        ],
        coder="Ana",
    )
    assert [answer["ok"] for answer in answers] == [False] * 5 + [True]
    assert all(answer["message"] for answer in answers[:5])
    assert list(project.list_codings()["code"]) == ["Training"]


def test_set_aside_parts_cannot_be_coded(project):
    table = project.list_utterances("elm")
    aside = int(table.loc[~table["codable"], "position"].iloc[0])
    answers = project.apply_operations([op("apply", aside, code="pay")], coder="Ana")
    assert not answers[0]["ok"]


def test_reviewed_and_not_reviewed(project):
    position = codable(project)[0]
    project.apply_operations([op("review", position)], coder="Ana")
    assert list(project.list_reviews()["position"]) == [position]
    project.apply_operations([op("unreview", position)], coder="Ana")
    assert project.list_reviews().empty


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["apply", "remove"]),
            st.integers(0, 2),
            st.sampled_from(["pay", "low_pay"]),
        ),
        max_size=12,
    )
)
def test_the_codings_are_what_the_last_operation_on_each_says(project, steps):
    places = codable(project)
    coder = f"c{uuid.uuid4().hex[:8]}"
    project.apply_operations(
        [op(action, places[index], code=code) for action, index, code in steps], coder=coder
    )
    last = {(places[index], code): action for action, index, code in steps}
    wanted = {key for key, action in last.items() if action == "apply"}
    table = project.list_codings()
    mine = table[table["coder"] == coder]
    ids = {"Pay": "pay", "Low pay": "low_pay"}
    assert {(int(row.position), ids[row.code]) for row in mine.itertuples()} == wanted


def test_a_quote_that_is_not_there_refuses_the_operation(project):
    row = project.list_utterances("elm").query("codable").iloc[1]
    start = int(row["start"])
    span = {"code": "pay", "start": start, "end": start + 3}
    wrong = op("apply", int(row["position"]), **span, quote="xyz")
    right = op("apply", int(row["position"]), **span, quote=row["text"][:3])
    answers = project.apply_operations([wrong, right], coder="Ana")
    assert [answer["ok"] for answer in answers] == [False, True]


def test_a_repeat_of_what_changed_nothing_does_not_come_back_later(project):
    position = codable(project)[0]
    first, second = op("apply", position, code="pay"), op("apply", position, code="pay")
    project.apply_operations([first, second], coder="Ana")
    project.apply_operations([op("remove", position, code="pay")], coder="Ana")
    project.apply_operations([second], coder="Ana")
    assert project.list_codings().empty


def test_an_unknown_origin_is_refused(project):
    one = op("apply", codable(project)[0], code="pay", origin="magic")
    assert "no origin 'magic'" in project.apply_operations([one], coder="Ana")[0]["message"]
