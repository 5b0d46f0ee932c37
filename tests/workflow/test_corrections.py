from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Coding


def row_of(project, words: str):
    table = project.list_utterances("elm")
    return table[table["text"].str.contains(words)].iloc[0]


def test_a_split_turn_keeps_codings_on_both_parts_and_spans_in_place(project):
    row = row_of(project, "pay is low")
    position, start = int(row["position"]), int(row["start"])
    count = len(project.list_utterances("elm"))
    span = Coding("elm", position, "low_pay", "Ana", start=start + 4, end=start + 14)
    late = row["text"].index("like") + start
    second = Coding("elm", position, "training", "Ana", start=late, end=late + 4)
    project.apply_codings([Coding("elm", position, "pay", "Ana"), span, second])
    project.split_utterance("elm", position, "I like")
    table = project.list_utterances("elm")
    assert len(table) == count + 1
    assert list(table["position"]) == list(range(1, count + 2))
    texts = table.set_index("position")["text"]
    assert texts[position] == "The pay is low and the hours are long."
    assert texts[position + 1] == "I like the people I look after."
    codings = project.list_codings().set_index(["position", "code"])
    assert set(codings.index) == {
        (position, "Pay"),
        (position + 1, "Pay"),
        (position, "Low pay"),
        (position + 1, "Training"),
    }
    assert codings.loc[(position, "Low pay"), "start"] == start + 4
    assert set(project.list_reviews()["position"]) == {position, position + 1}
    project.verify()


def test_a_span_across_the_cut_becomes_two(project):
    row = row_of(project, "pay is low")
    position, start = int(row["position"]), int(row["start"])
    cut = row["text"].index("I like")
    span = Coding("elm", position, "pay", "Ana", start=start + cut - 6, end=start + cut + 6)
    project.apply_codings([span])
    project.split_utterance("elm", position, cut)
    codings = project.list_codings()
    assert list(codings["position"]) == [position, position + 1]
    text = project.list_utterances("elm").set_index("position")["text"]
    assert text[position].endswith("long.")
    assert list(codings["end"] - codings["start"]) == [5, 6]
    project.verify()


def test_joining_again_gives_the_utterance_and_the_codings_back(project):
    row = row_of(project, "pay is low")
    position = int(row["position"])
    project.apply_codings([Coding("elm", position, "pay", "Ana")])
    before = project.list_utterances("elm"), project.list_codings()
    project.split_utterance("elm", position, "I like")
    project.join_utterances("elm", position)
    assert project.list_utterances("elm").equals(before[0])
    assert project.list_codings().equals(before[1])
    project.verify()


def test_a_coding_made_before_a_split_elsewhere_is_still_the_same_coding(project):
    late = int(row_of(project, "costs us a shift")["position"])
    project.code_utterance("elm", late, "Pay", coder="Ana")
    early = int(row_of(project, "pay is low")["position"])
    project.split_utterance("elm", early, "I like")
    assert not project.code_utterance("elm", late + 1, "Pay", coder="Ana")


@pytest.mark.parametrize("at", [0, 10_000, "", "not there", "I"])
def test_a_cut_that_is_no_cut_is_refused(project, at):
    position = int(row_of(project, "pay is low")["position"])
    before = project.revision
    with pytest.raises(OptionError):
        project.split_utterance("elm", position, at)
    assert project.revision == before


def test_different_speakers_are_not_joined(project):
    position = int(row_of(project, "pay is low")["position"])
    with pytest.raises(RefusedError, match="another speaker's"):
        project.join_utterances("elm", position)


def test_an_utterance_is_given_to_another_speaker_and_can_then_be_joined(project):
    position = int(row_of(project, "pay is low")["position"])
    project.set_utterance("elm", position + 1, speaker="ann lee")
    project.join_utterances("elm", position)
    text = project.list_utterances("elm").set_index("position")["text"][position]
    assert text.startswith("The pay is low")
    assert "council sets the fee" in text


def test_a_new_name_makes_a_new_speaker(project):
    position = int(row_of(project, "pay is low")["position"])
    project.set_utterance("elm", position, speaker="Zoe Hall")
    assert "Zoe Hall" in set(project.list_speakers()["speaker"])


def test_setting_aside_takes_an_utterance_out_of_the_count_and_back(project):
    position = int(row_of(project, "pay is low")["position"])
    project.code_utterance("elm", position, "Pay", coder="Ana")
    project.set_utterance("elm", position, codable=False)
    assert not project.list_utterances("elm").set_index("position")["codable"][position]
    assert len(project.list_codings()) == 1
    project.set_utterance("elm", position, codable=True)
    assert project.list_utterances("elm").set_index("position")["codable"][position]


def test_an_unknown_utterance_and_nothing_to_set_are_refused(project):
    with pytest.raises(UnknownNameError):
        project.set_utterance("elm", 999, codable=False)
    with pytest.raises(OptionError, match="nothing to set"):
        project.set_utterance("elm", 5)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_no_word_is_lost_whatever_is_split_and_joined(project, cuts):
    table = project.list_utterances("elm")
    words = " ".join(table.loc[table["codable"], "text"]).split()
    first = int(table.loc[table["codable"], "position"].iloc[1])
    for cut in cuts:
        text = project.list_utterances("elm").set_index("position")["text"][first]
        if cut < len(text) and text[cut] == " ":
            project.split_utterance("elm", first, cut)
    table = project.list_utterances("elm")
    assert " ".join(table.loc[table["codable"], "text"]).split() == words
    project.verify()


def test_the_same_coding_on_both_parts_becomes_one_with_both_memos(project):
    position = int(row_of(project, "pay is low")["position"])
    project.split_utterance("elm", position, "I like")
    parts = [
        Coding("elm", position, "pay", "Ana", memo="first"),
        Coding("elm", position + 1, "pay", "Ana", memo="second", certainty=2),
    ]
    project.apply_codings(parts)
    project.join_utterances("elm", position)
    (row,) = project.list_codings().itertuples()
    assert (row.memo, row.certainty) == ("first\n\nsecond", 2)
    project.verify()
