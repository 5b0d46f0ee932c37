"""Coding one utterance by hand: words, certainty, memo, taking away, looking at."""

from __future__ import annotations

import pytest

from qualkit.errors import OptionError, RefusedError, UnknownNameError


def text_of(project, position: int) -> str:
    table = project.list_utterances("elm").set_index("position")
    return str(table.loc[position, "text"])


def test_a_code_on_words_knows_where_they_stand(project):
    words = " ".join(text_of(project, 8).split()[1:3])
    assert project.code_utterance(
        "elm", 8, "Council fees", coder="Ana", words=words, certainty=2, memo=" why "
    )
    row = project.list_codings().iloc[0]
    at = project.list_utterances("elm").set_index("position").loc[8, "start"]
    found = text_of(project, 8)[int(row["start"] - at) : int(row["end"] - at)]
    assert (found, row["certainty"], row["memo"]) == (words, 2, "why")


@pytest.mark.parametrize("words", ["nobody said this", "e", ""])
def test_words_that_are_not_there_once_are_refused(project, words):
    before = project.revision
    with pytest.raises(OptionError, match="stand there"):
        project.code_utterance("elm", 8, "Pay", coder="Ana", words=words)
    assert project.revision == before


def test_a_certainty_that_is_none_is_refused(project):
    with pytest.raises(OptionError, match="no certainty"):
        project.code_utterance("elm", 8, "Pay", coder="Ana", certainty=4)


def test_taking_a_coding_away_leaves_the_others_and_the_review(project):
    words = text_of(project, 8).split()[0]
    project.code_utterance("elm", 8, "Pay", coder="Ana")
    project.code_utterance("elm", 8, "Pay", coder="Ana", words=words)
    project.code_utterance("elm", 8, "Pay", coder="Ben")
    project.remove_coding("elm", 8, "Pay", coder="Ana")
    left = project.list_codings()
    assert left[["coder"]].assign(part=left["start"].notna()).to_numpy().tolist() == [
        ["Ana", True],
        ["Ben", False],
    ]
    project.remove_coding("elm", 8, "Pay", coder="Ana", words=words)
    assert list(project.list_codings()["coder"]) == ["Ben"]
    assert set(project.list_reviews()["coder"]) == {"Ana", "Ben"}
    project.undo("Ana")
    assert len(project.list_codings()) == 2


def test_what_is_not_there_cannot_be_taken_away(project):
    project.code_utterance("elm", 8, "Pay", coder="Ben")
    before = project.revision
    with pytest.raises(UnknownNameError, match="Ana has not coded 'Pay'"):
        project.remove_coding("elm", 8, "Pay", coder="Ana")
    assert project.revision == before
    with pytest.raises(UnknownNameError, match="no utterance 999"):
        project.remove_coding("elm", 999, "Pay", coder="Ben")


def test_looked_at_and_nothing_applies_is_a_fact_that_can_be_taken_back(project):
    assert project.review_utterance("elm", 8, coder="Ana")
    assert not project.review_utterance("elm", 8, coder="Ana")
    assert project.list_reviews()[["position", "coder"]].to_numpy().tolist() == [[8, "Ana"]]
    assert project.unreview_utterance("elm", 8, coder="Ana")
    assert project.list_reviews().empty


def test_a_closed_round_takes_no_mark(project):
    project.code_utterance("elm", 8, "Pay", coder="Ana")
    project.close_round("main")
    for mark in (
        lambda: project.code_utterance("elm", 9, "Pay", coder="Ana"),
        lambda: project.remove_coding("elm", 8, "Pay", coder="Ana"),
        lambda: project.review_utterance("elm", 9, coder="Ana"),
        lambda: project.unreview_utterance("elm", 8, coder="Ana"),
    ):
        with pytest.raises(RefusedError, match="closed"):
            mark()
