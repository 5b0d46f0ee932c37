"""What coders were shown is a fact that lasts; what they turned down is theirs to take back."""

from __future__ import annotations

import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import Coding, Exposure, Origin
from qualkit.workflow.project import open_project


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


@pytest.fixture
def at(project) -> int:
    return place(project, "pay is low")


def seen(position: int, code: str = "low_pay", **more) -> Exposure:
    said = {"probability": 0.7, "rank": 1, "basis": "codings", "model": "0.1.0@3"} | more
    return Exposure("elm", position, code, **said)


def outcome(project, **where) -> str:
    table = project.list_exposures(**where)
    return table["outcome"].iloc[0]


def test_an_exposure_says_what_was_shown_to_whom_in_which_round(project, at):
    assert project.log_exposures([seen(at)], coder="Ana") == 1
    row = project.list_exposures().iloc[0]
    assert row[["document", "position", "code", "coder", "round"]].tolist() == [
        "elm",
        at,
        "Low pay",
        "Ana",
        "main",
    ]
    assert row[["probability", "rank", "basis", "model"]].tolist() == [0.7, 1, "codings", "0.1.0@3"]
    assert row["outcome"] == "open"
    assert project.verify()["codings"] == 0


def test_the_same_request_twice_is_one_exposure(project, at):
    project.log_exposures([seen(at)], coder="Ana", op_id="shown-0001")
    before = project.revision
    assert project.log_exposures([seen(at, "pay")], coder="Ana", op_id="shown-0001") == 0
    assert project.log_exposures([seen(at, rank=2)], coder="Ana") == 0
    assert project.revision == before
    assert project.list_exposures()["rank"].tolist() == [1]


def test_accepted_rejected_ignored_and_open_are_told_apart(project, at):
    other = place(project, "cannot pay")
    shown = [seen(at), seen(at, "pay"), seen(at, "fees"), seen(other, "fees")]
    project.log_exposures(shown, coder="Ana")
    project.apply_codings([Coding("elm", at, "low_pay", "Ana", origin=Origin.ACCEPTED)])
    project.reject_suggestion("elm", at, "Pay", coder="Ana")
    table = project.list_exposures().set_index(["position", "code"])["outcome"]
    assert table.to_dict() == {
        (at, "Low pay"): "accepted",
        (at, "Pay"): "rejected",
        (at, "Council fees"): "ignored",
        (other, "Council fees"): "open",
    }


def test_a_coding_that_was_there_before_is_no_acceptance(project, at):
    project.code_utterance("elm", at, "Low pay", coder="Ana")
    project.log_exposures([seen(at)], coder="Ana")
    assert pd.isna(outcome(project))


def test_what_was_shown_a_while_ago_counts_from_then(project, at):
    project.code_utterance("elm", at, "Low pay", coder="Ana")
    project.log_exposures([seen(at, ago=30.0)], coder="Ana")
    assert outcome(project) == "accepted"


def test_having_seen_cannot_be_undone_but_turning_down_can(project, at):
    project.reject_suggestion("elm", at, "Low pay", coder="Ana")
    project.log_exposures([seen(at)], coder="Ana")
    assert outcome(project) == "rejected"
    project.undo("Ana")
    assert project.list_rejections().empty
    assert outcome(project) == "open"
    with pytest.raises(NotEnoughError, match="nothing to undo"):
        project.undo("Ana")
    project.redo("Ana")
    assert outcome(project) == "rejected"
    assert len(project.list_exposures()) == 1


def test_a_rejection_can_be_taken_back_and_changes_no_review(project, at):
    assert project.reject_suggestion("elm", at, "Low pay", coder="Ana")
    assert not project.reject_suggestion("elm", at, "low_pay", coder="Ana")
    assert project.list_reviews().empty
    assert project.reject_suggestion("elm", at, "Low pay", coder="Ana", take_back=True)
    assert project.list_rejections().empty
    history = project.utterance_history("elm", at)["what"].tolist()
    assert history == ["suggestion rejected", "rejection taken back"]


def test_operations_reject_once_however_often_they_arrive(project, at):
    one = {"document": "elm", "position": at, "code": "low_pay"}
    no = {**one, "op_id": "rejecting-1", "action": "reject"}
    yes = {**one, "op_id": "rejecting-2", "action": "unreject"}
    answers = project.apply_operations([no, yes, no], coder="Ana")
    assert [answer["ok"] for answer in answers] == [True, True, True]
    assert project.list_rejections().empty
    strange = {**no, "op_id": "rejecting-3", "code": "nothing"}
    assert not project.apply_operations([strange], coder="Ana")[0]["ok"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"probability": 1.5}, OptionError),
        ({"rank": 0}, OptionError),
        ({"ago": -1.0}, OptionError),
        ({"model": "m" * 90}, OptionError),
        ({"code": "nothing"}, UnknownNameError),
        ({"position": 999}, UnknownNameError),
    ],
)
def test_what_cannot_have_been_shown_is_refused_whole(project, at, wrong, error):
    one = {"position": at, "code": "low_pay"} | wrong
    with pytest.raises(error):
        project.log_exposures([seen(at, "pay"), seen(**one)], coder="Ana")
    assert project.list_exposures().empty


def test_nothing_is_shown_in_a_closed_round_or_to_who_takes_no_part(project, at):
    project.open_round("Second", coders=["Ben"])
    with pytest.raises(RefusedError, match="does not take part"):
        project.log_exposures([seen(at)], coder="Ana", round_name="Second")
    project.close_round("Second")
    with pytest.raises(RefusedError, match="closed"):
        project.log_exposures([seen(at)], coder="Ben", round_name="Second")
    with pytest.raises(RefusedError, match="closed"):
        project.reject_suggestion("elm", at, "Pay", coder="Ben", round_name="Second")


def test_in_a_blind_round_each_coder_is_handed_their_own(project, at):
    project.open_round("Blind", mode="blind", suggestions="after own decision")
    for name in ("Ana", "Ben"):
        project.log_exposures([seen(at)], coder=name, round_name="Blind")
        project.reject_suggestion("elm", at, "Pay", coder=name, round_name="Blind")
    assert project.list_exposures().empty
    assert project.list_exposures(viewer="Ben")["coder"].tolist() == ["Ben"]
    assert project.list_rejections(viewer="Ben")["coder"].tolist() == ["Ben"]
    decisions, _ = project.list_decisions(viewer="Ben")
    assert set(decisions["coder"]) <= {"Ben"}
    log = project.list_changes(viewer="Ben")
    theirs = log[(log["actor"] == "Ana") & log["action"].str.startswith(("codings", "suggestions"))]
    assert theirs["payload"].str.contains("hidden").all()
    project.close_round("Blind")
    assert project.list_exposures()["coder"].tolist() == ["Ana", "Ben"]


def test_every_decision_knows_whether_it_was_blind_or_assisted(project, at):
    other, third = place(project, "cannot pay"), place(project, "certificate")
    project.code_utterance("elm", at, "Pay", coder="Ana")  # blind
    project.log_exposures([seen(at), seen(other, "fees"), seen(third, "training")], coder="Ana")
    project.code_utterance("elm", at, "Low pay", coder="Ana")  # by hand, but seen before
    project.apply_codings([Coding("elm", other, "pay", "Ana")])  # fees: seen and not applied
    project.apply_codings([Coding("elm", other, "training", "Ana", origin=Origin.ACCEPTED)])
    project.code_utterance("elm", at, "Low pay", coder="Ben")  # has seen nothing
    decisions, reviews = project.list_decisions()
    key = ["coder", "position", "code"]
    told = decisions.set_index(key)[["applied", "assisted"]].apply(tuple, axis=1).to_dict()
    assert told == {
        ("Ana", at, "Pay"): (True, False),
        ("Ana", at, "Low pay"): (True, True),
        ("Ana", other, "Council fees"): (False, True),
        ("Ana", other, "Pay"): (True, False),
        ("Ana", other, "Training"): (True, True),
        ("Ben", at, "Low pay"): (True, False),
    }
    assisted = reviews.set_index(["coder", "position"])["assisted"].to_dict()
    assert assisted == {("Ana", at): True, ("Ana", other): True, ("Ben", at): False}


def test_what_is_shown_after_the_own_decision_leaves_it_blind(project, at):
    project.apply_codings([Coding("elm", at, "pay", "Ana")])
    project.log_exposures([seen(at)], coder="Ana")
    decisions, reviews = project.list_decisions()
    assert not decisions["assisted"].any()
    assert not reviews["assisted"].any()
    project.code_utterance("elm", at, "Low pay", coder="Ana")
    decisions, _ = project.list_decisions()
    assert decisions.set_index("code")["assisted"].to_dict() == {"Pay": False, "Low pay": True}


def test_exposures_follow_when_utterances_are_split_and_joined(project, at):
    project.log_exposures([seen(at)], coder="Ana")
    project.reject_suggestion("elm", at, "Low pay", coder="Ana")
    project.split_utterance("elm", at, "I like")
    assert project.list_exposures()["position"].tolist() == [at, at + 1]
    assert project.list_rejections()["position"].tolist() == [at, at + 1]
    project.join_utterances("elm", at)
    assert project.list_exposures()["position"].tolist() == [at]
    assert project.list_rejections()["position"].tolist() == [at]
    project.verify()


def test_a_code_that_was_shown_can_still_be_taken_back(project, at):
    made = project.code_in_vivo("elm", at, *_in_vivo(project, at), coder="Ana")
    project.log_exposures([seen(at + 1, made.id)], coder="Ben")
    project.undo("Ana")
    assert project.codebook().find(made.name) is None
    assert project.list_exposures()["code"].tolist() == [made.id]
    project.verify()


def _in_vivo(project, at):
    start = int(project.list_utterances().set_index("position").loc[at, "start"])
    return [(start, start + 11)]


def test_a_copy_brings_its_exposures_back_once(project, at, tmp_path):
    copy = tmp_path / "ben.qualkit"
    project.log_exposures([seen(at)], coder="Ana")
    project.log_exposures([seen(at)], coder="Ben")
    project.split_project("Ben", copy)
    with open_project(copy) as theirs:
        assert theirs.list_exposures()["coder"].tolist() == ["Ben"]
        theirs.log_exposures([seen(at + 1, "pay")], coder="Ben")
        theirs.reject_suggestion("elm", at, "Pay", coder="Ben")
        theirs.code_utterance("elm", at, "Training", coder="Ben")
    project.merge_project(copy)
    assert len(project.list_exposures()) == 3
    assert project.list_rejections()["coder"].tolist() == ["Ben"]
    before = project.revision
    project.merge_project(copy)
    assert project.revision == before
    project.verify()


def test_the_project_as_of_a_moment_has_what_was_shown_until_then(project, at):
    project.log_exposures([seen(at)], coder="Ana")
    moment = project.revision
    project.log_exposures([seen(at, "pay")], coder="Ana")
    with project.as_of(moment) as old:
        assert len(old.list_exposures()) == 1
