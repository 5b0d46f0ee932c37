"""What was counted of an open project stays until something that it rests on changes."""

from __future__ import annotations

import pytest

from qualkit.store import documents, progress
from qualkit.workflow.kept import kept

TABLES = frozenset({"documents", "utterances"})


def test_codings_leave_what_does_not_rest_on_them(project):
    first = kept(project, TABLES, documents.frame)
    project.code_utterance("elm", 1, "Pay", coder="Ana")
    assert kept(project, TABLES, documents.frame) is first


def test_a_change_below_it_counts_anew(project):
    table = project.list_utterances()
    position = int(table.loc[table["text"].str.contains("I like"), "position"].iloc[0])
    before = project.list_documents()["utterances"].sum()
    project.split_utterance("elm", position, "I like")
    assert project.list_documents()["utterances"].sum() == before + 1


def test_a_list_that_was_given_can_be_changed_without_harm(project):
    for ask in (project.list_documents, project.list_speakers):
        given, whole = ask(), ask().to_numpy().tolist()
        given.loc[0, "document"] = "another"
        assert ask().to_numpy().tolist() == whole


def test_a_new_role_is_in_the_list_of_speakers_at_once(project):
    assert not project.list_speakers().empty
    project.set_speaker("Ann Lee", role="carer")
    assert "carer" in project.list_speakers()["role"].tolist()


def test_reviews_are_followed_without_a_new_count(project, monkeypatch):
    assert project.list_round_progress().empty
    position = int(project.list_utterances().query("codable")["position"].iloc[0])

    def never(_connection):
        pytest.fail("it counted everything again")

    never.__module__, never.__qualname__ = progress.__name__, progress.seen_in.__qualname__
    monkeypatch.setattr(progress, "seen_in", never)
    project.code_utterance("elm", position, "Pay", coder="Ana")
    assert project.list_round_progress()["reviewed"].tolist() == [1]
    project.undo("Ana")
    assert project.list_round_progress().empty
