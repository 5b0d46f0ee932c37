"""Lists of an open project stay until what they rest on changes, and can be had in part."""

from __future__ import annotations

import pytest

from qualkit.errors import OptionError
from qualkit.store import documents
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


def test_a_part_of_a_list_is_what_stands_there_in_the_whole(project):
    whole = project.list_speakers()
    assert len(whole) > 2
    part = project.list_speakers(limit=1, offset=1)
    assert part.to_numpy().tolist() == whole.iloc[1:2].to_numpy().tolist()
    assert part.attrs["found"] == whole.attrs["found"] == len(whole)
    assert project.list_documents(limit=5).equals(project.list_documents())


def test_lines_are_found_by_words_in_any_case_and_letter(project):
    project.set_speaker("Ann Lee", role="Ärztin 100%")
    assert project.list_speakers(find=" ÄRZTIN 100% ")["speaker"].tolist() == ["Ann Lee"]
    assert project.list_speakers(find="100_").empty
    assert project.list_documents(find="ELM")["document"].tolist() == ["elm"]
    nothing = project.list_documents(find="nowhere", limit=3)
    assert nothing.empty
    assert nothing.attrs["found"] == 0


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"offset": -1}])
def test_no_number_of_lines_is_refused(project, wrong):
    with pytest.raises(OptionError, match="line"):
        project.list_documents(**wrong)
