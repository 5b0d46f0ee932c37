from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.text.anchors import CERTAIN, align, place_quote

TALK = [
    "How is the work?",
    "The pay is low and the hours are long, but I like the people.",
    "Yes.",
    "We cannot pay more, the council sets the fee.",
    "And training?",
    "We do the certificate every year, always the same.",
    "Yes.",
    "Training costs us a shift each time.",
]


def certain(old, new):
    return [match.new if match.reason is None else None for match in align(old, new)]


def test_an_unchanged_text_stays_where_it_is():
    assert certain(TALK, TALK) == list(range(len(TALK)))


def test_a_spelling_put_right_and_a_new_utterance_leave_every_match_certain():
    new = ["Hello."] + [words.replace("council", "County Council") for words in TALK]
    assert certain(TALK, new) == list(range(1, len(TALK) + 1))


def test_a_rewritten_utterance_is_doubtful_and_its_place_is_offered():
    new = [*TALK]
    new[3] = "We would pay more if the council let us set the fee."
    match = align(TALK, new)[3]
    assert match.new == 3
    assert match.likeness < CERTAIN
    assert "reads too differently" in match.reason


def test_an_utterance_split_in_two_is_doubtful():
    new = [*TALK[:1], "The pay is low and the hours are long,", "but I like the people.", *TALK[2:]]
    match = align(TALK, new)[1]
    assert (match.new, match.reason) == (1, "the utterance was split in two")


def test_utterances_that_were_joined_are_doubtful():
    new = [*TALK[:4], f"{TALK[4]} {TALK[5]}", *TALK[6:]]
    reasons = [match.reason for match in align(TALK, new)]
    assert reasons[4] == reasons[5] == "the utterance was joined with its neighbour"
    assert [reason for reason in reasons if reason] == reasons[4:6]


def test_an_utterance_that_is_gone_is_said_to_be():
    match = align(TALK, TALK[:5] + TALK[6:])[5]
    assert match.reason == "these words are no longer in the text"


def test_a_long_utterance_moved_elsewhere_is_found_by_its_words():
    new = [*TALK[:1], *TALK[2:], TALK[1]]
    assert certain(TALK, new)[1] == len(TALK) - 1


def test_nothing_matches_in_an_empty_text():
    assert [match.new for match in align(TALK, [])] == [None] * len(TALK)
    assert align([], TALK) == []


def test_short_words_among_strangers_are_doubtful():
    old = ["It rained on the way here.", "Yes.", "The dog ran off."]
    new = ["Quite another beginning!", "Yes.", "No more was said about it."]
    assert align(old, new)[1].reason.startswith("the words are short")


@pytest.mark.parametrize("changed", [0.02, 1.0])
def test_ten_thousand_utterances_find_their_places(changed):
    draw = random.Random(1)
    vocabulary = ["".join(draw.choices("abcdefghijklmnop", k=6)) for _ in range(2000)]
    old = [" ".join(draw.choices(vocabulary, k=12)) for _ in range(10_000)]
    new = [w.replace(w[30:36], "changed") if draw.random() < changed else w for w in old]
    found = certain(old, new)
    assert sum(a == b for a, b in enumerate(found)) > 9_900


@settings(deadline=None)
@given(st.lists(st.sampled_from(TALK)), st.lists(st.sampled_from(TALK)))
def test_no_new_utterance_is_the_certain_match_of_two(old, new):
    matches = align(old, new)
    assert len(matches) == len(old)
    found = [match.new for match in matches if match.reason is None]
    assert len(found) == len(set(found))
    for words, match in zip(old, matches, strict=True):
        if match.reason is None:
            assert match.likeness >= CERTAIN
            assert match.new is not None
        elif match.new is not None:
            assert 0 <= match.new < len(new)
        assert words or match.new is None or match.likeness == 1


def test_words_that_occur_as_often_as_before_keep_their_turn():
    old, new = "pay and pay", "the pay and the pay"
    assert place_quote(old, 8, 11, new) == (16, None)


def test_words_that_lost_their_double_are_doubtful():
    offset, reason = place_quote("pay and pay", 8, 11, "the pay")
    assert (offset, reason) == (4, "the quoted words occur once, not 2 times as before")


@given(st.text("ab ", min_size=1, max_size=30), st.data())
def test_a_certain_quote_reads_the_same(old, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    new = data.draw(st.text("ab ", max_size=30))
    offset, reason = place_quote(old, start, end, new)
    if offset is None:
        assert reason
        assert old[start:end] not in new
    else:
        assert new[offset : offset + end - start] == old[start:end]
