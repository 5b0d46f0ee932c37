from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.model import Utterance, UtteranceKind
from qualkit.text.anchors import Match, align
from qualkit.text.handwork import Old, Stretch, compared, place_cut, recut

PAY = "The pay is low and the hours are long."
LIKE = "I like the people I look after."
FEE = "We cannot pay more, the council sets the fee."


def utterances(*parts: str, speakers: str = "", notes: tuple[int, ...] = ()):
    """A text of these parts, one a line, and its utterances; notes by number."""
    found, at = [], 0
    for number, words in enumerate(parts):
        kind = UtteranceKind.NOTE if number in notes else UtteranceKind.SPEECH
        who = speakers[number] if speakers else None
        is_note = number in notes
        found.append(
            Utterance(number + 1, kind, at, at + len(words), speaker=who, codable=not is_note)
        )
        at += len(words) + 1
    return "\n".join(parts), found


def extents(rows):
    return [(one.start, one.end) for one in rows]


def again(old_text, read, made, text, fresh):
    old = Old(old_text, extents(read), [one.speaker for one in read], made)
    words = [one.text_in(old_text) for one in read]
    done = recut(old, text, fresh, align(words, [one.text_in(text) for one in fresh]))
    assert [one.position for one in done.utterances] == list(range(1, len(done.utterances) + 1))
    return done, [text[one.start : one.end] for one in done.utterances]


def test_a_cut_is_made_between_the_same_words():
    before, read = utterances(f"{PAY} {LIKE}", FEE)
    made = [(0, len(PAY)), (len(PAY) + 1, read[0].end), extents(read)[1]]
    after, fresh = utterances("Yes, good morning.", f"Well, {PAY} {LIKE}", FEE)
    done, words = again(before, read, made, after, fresh)
    assert words == ["Yes, good morning.", f"Well, {PAY}", LIKE, FEE]
    assert done.stretches == (Stretch((0,), (0, 1), (1, 2)),)
    assert [one.what for one in done.stretches] == ["split"]


def test_a_printed_label_stays_with_the_first_part():
    before, read = utterances(f"{PAY} {LIKE}")
    made = [(0, len(PAY)), (len(PAY) + 1, read[0].end)]
    fresh = [Utterance(1, UtteranceKind.LIST_ITEM, 0, read[0].end, label="7.")]
    done, _ = again(f"{before} ", read, made, before, fresh)
    assert [one.label for one in done.utterances] == ["7.", None]


def test_parts_are_joined_over_a_page_header_that_becomes_an_aside():
    before, read = utterances(PAY, "PAGE 2", LIKE, speakers="A-A", notes=(1,))
    made = [(0, read[2].end), extents(read)[1]]
    after, fresh = utterances(FEE, PAY, "PAGE 3", LIKE, speakers="BA-A", notes=(2,))
    done, words = again(before, read, made, after, fresh)
    whole = done.utterances[1]
    assert whole.text_in(after) == f"{PAY}\n\n{LIKE}"
    assert words[2] == "PAGE 3"
    assert done.stretches[0].what == "join"


@pytest.mark.parametrize(
    ("parts", "speakers", "reason"),
    [
        ((PAY, FEE, LIKE), "ABA", "the parts no longer stand side by side"),
        ((LIKE, FEE, PAY), "ABA", "the parts no longer stand side by side"),
        ((PAY, LIKE, FEE), "ABA", "the parts are given to other speakers now"),
        ((PAY, "It rained all day.", FEE), "AAB", "these words are no longer in the text"),
    ],
)
def test_a_join_in_doubt_is_left_and_the_reason_told(parts, speakers, reason):
    before, read = utterances(PAY, LIKE, FEE, speakers="AAB")
    made = [(0, read[1].end), extents(read)[2]]
    after, fresh = utterances(*parts, speakers=speakers)
    done, words = again(before, read, made, after, fresh)
    assert words == list(parts)
    assert [one.reason for one in done.stretches] == [reason]
    assert done.stretches[0].new == ()


def test_parts_of_several_speakers_by_the_text_are_joined_if_they_still_are():
    before, read = utterances(PAY, FEE, LIKE, speakers="ABA")
    made = [(0, read[1].end), extents(read)[2]]
    after, fresh = utterances("Good morning to you.", PAY, FEE, LIKE, speakers="BABA")
    done, words = again(before, read, made, after, fresh)
    assert words == ["Good morning to you.", f"{PAY}\n{FEE}", LIKE]
    assert [one.reason for one in done.stretches] == [None]


def test_a_cut_whose_words_have_changed_or_stand_there_twice_is_not_made():
    assert place_cut("the pay. the pay. yes", (8, 9), "the pay. the pay. no") is None
    assert place_cut(f"{PAY} {LIKE}", (38, 39), f"{PAY} Yes. {LIKE}") is None
    assert place_cut(f"{PAY} {LIKE}", (38, 39), f"{PAY} {LIKE} {PAY} {LIKE}") is None


def test_a_part_that_reads_too_differently_is_doubtful():
    assert compared(PAY, PAY, 2) == Match(2, 1.0)
    assert "too differently" in str(compared(PAY, LIKE, 2).reason)


WORDS = st.lists(st.text("abcdefghij", min_size=5, max_size=9), min_size=4, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_whatever_is_cut_and_joined_is_cut_and_joined_again_in_a_text_that_only_grew(parts, data):
    before, read = utterances(*(" ".join(one) for one in parts))
    spaces = [n for n, letter in enumerate(before) if letter in " \n"]
    joined = data.draw(st.sets(st.sampled_from(spaces))) if spaces else set()
    edges = [-1, *sorted(n for n in spaces if n not in joined), len(before)]
    made = [(a + 1, b) for a, b in pairwise(edges)]
    opening = "QQQQQ RRRRR SSSSS TTTTT"
    after, fresh = utterances(opening, *(" ".join(one) for one in parts))
    matches = [Match(n + 1, 1.0) for n in range(len(parts))]
    old = Old(before, extents(read), [None] * len(parts), made)
    done = recut(old, after, fresh, matches)
    words = [after[one.start : one.end] for one in done.utterances]
    assert words == [opening, *(before[a:b] for a, b in made)]
    assert all(one.reason is None for one in done.stretches)
    for one in done.stretches:
        assert [words[n] for n in one.new] == [before[slice(*made[n])] for n in one.made]
