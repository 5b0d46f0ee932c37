"""Spans on utterances, and offsets in a text before and after it is normalised."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from qualkit.text.normalise import normalise
from qualkit.text.places import normalised_places, touched


def table(*rows):
    return pd.DataFrame(rows, columns=["start_of", "end_of", "codable", "asides"])


def parts(spans, utterances, text):
    return touched(pd.DataFrame(spans, columns=["start", "end"]), utterances, text)


def test_a_span_over_two_utterances_has_a_part_on_each():
    found = parts([(2, 8)], table((0, 4, True, []), (5, 9, True, [])), "abcd efgh")
    assert found[["utterance", "start", "end", "whole"]].to_numpy().tolist() == [
        [0, 2, 4, False],
        [1, 5, 8, False],
    ]


def test_white_space_alone_is_no_part():
    found = parts([(3, 5), (4, 5)], table((0, 5, True, []), (5, 9, True, [])), "abcd efgh")
    assert found["span"].tolist() == [0]


def test_a_heading_is_left_out_unless_the_span_is_on_it_alone():
    utterances = table((0, 4, False, []), (5, 9, True, []))
    assert parts([(0, 9)], utterances, "HEAD text")["utterance"].tolist() == [1]
    assert parts([(0, 4)], utterances, "HEAD text")["utterance"].tolist() == [0]


def test_words_in_an_aside_belong_to_the_utterance_that_lies_there():
    text = "we need PAGE more pay"
    utterances = table((0, 21, True, [(8, 13)]), (8, 12, False, []))
    assert parts([(8, 12)], utterances, text)["utterance"].tolist() == [1]
    assert parts([(3, 7)], utterances, text)["utterance"].tolist() == [0]
    assert parts([(13, 17)], utterances, text)["utterance"].tolist() == [0]


def test_utterances_may_come_in_any_order():
    found = parts([(0, 9)], table((5, 9, True, []), (0, 4, True, [])), "abcd efgh")
    assert found["utterance"].tolist() == [1, 0]


@given(st.text(alphabet="ae\u0301\r\n \u1100\u1161\u11a8\ufeff", max_size=30))
def test_offsets_follow_a_text_that_is_normalised(text):
    plain = normalise(text)
    places = normalised_places(text, range(len(text) + 1))
    assert places[0] in {0, places[0]}
    assert places[len(text)] == len(plain)
    assert list(places.values()) == sorted(places.values())


def test_the_words_at_the_offsets_stay_the_same():
    text = "cafe\u0301 one\r\ntwo \u1112\u1161\u11ab three"
    plain = normalise(text)
    for word in ("one", "two", "three"):
        start = text.index(word)
        places = normalised_places(text, [start, start + len(word)])
        assert plain[places[start] : places[start + len(word)]] == word
