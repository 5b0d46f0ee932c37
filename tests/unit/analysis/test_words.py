"""Words counted: none is left out unasked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.analysis.words import STOP_WORDS, tokenise

KEPT = """
no not never none nobody nothing neither nor cannot can't won't don't isn't without can could may
might must shall should will would ought need
"""


@pytest.mark.parametrize("word", KEPT.split())
def test_no_list_holds_a_negation_or_a_modal_verb(word):
    assert all(word not in words for words in STOP_WORDS.values())
    assert tokenise([f"They {word} pay"]).vocabulary == ("they", word, "pay")


def test_the_list_is_of_words_as_they_are_cut():
    for words in STOP_WORDS.values():
        assert all(tokenise([word]).vocabulary == (word,) for word in words)


def test_numbers_and_joined_words_stay_whole():
    assert tokenise(["£1,000.50 a low-paid, half‐time carer’s. 3.5"]).vocabulary == (
        "1,000.50", "a", "low-paid", "half-time", "carer's", "3.5",
    )  # fmt: skip


@given(st.lists(st.text(max_size=30), max_size=5))
def test_counts_are_of_every_word(texts):
    words = tokenise(texts)
    assert words.counts().sum() == len(words.word) == len(words.text)
    assert words.counts().shape == (len(texts), len(words.vocabulary))


def test_words_are_known_in_any_case():
    words = tokenise(["Don't pay"])
    assert words.among(["DON’T"]).tolist() == [True, False]
