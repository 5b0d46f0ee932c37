"""Quoted words are found again."""

from __future__ import annotations

import pytest

from qualkit.text.quotes import Quoted

TEXT = "We need\n\nmore \u2018pay\u2019 \u2013 now.\nThey said so. They said so."


@pytest.mark.parametrize("quote", ["need more 'pay' - now", "NEED  MORE \u201cPAY\u201d".lower()])
def test_marks_case_and_space_make_no_difference(quote):
    found = Quoted(TEXT.replace("\u2018", '"').replace("\u2019", '"')).find(quote.replace("'", '"'))
    assert found.score == 100


def test_of_several_places_the_next_one_is_taken():
    text = Quoted(TEXT)
    first = text.find("They said so.")
    second = text.find("They said so.", after=first.end)
    assert first.times == 2
    assert second.start > first.start
    assert text.find("They said so.", after=second.end) == first


def test_words_that_are_only_like_it_need_a_threshold():
    text = Quoted("the quick brown fox jumps over the lazy dog")
    assert text.find("quick browm fox", threshold=100) is None
    found = text.find("quick browm fox", threshold=85)
    assert 85 <= found.score < 100
    assert found.start == 4


def test_an_empty_quote_is_nowhere():
    assert Quoted("text").find("  ... ") is None
    assert Quoted("").find("x") is None


def test_dots_at_the_end_stand_for_more():
    assert Quoted("one two three").find("one two ...").end == 7
