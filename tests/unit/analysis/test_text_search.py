"""Finding words whatever their case and accents, and expressions that never end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.analysis import text_search
from qualkit.analysis.query_terms import Pattern, Words
from qualkit.analysis.text_search import Texts, finder, fold, phrase
from qualkit.errors import OptionError


def found(texts: list[str], value: str) -> list[int]:
    return Texts(texts).find(Words(value, 1), value).nonzero()[0].tolist()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("cafe", "Le Café."),
        ("café", "CAFE"),
        ("strasse", "Hauptstraße, Straße"),
        ("don't", "We don\u2019t."),
        ("low paid", "low-paid work"),
        ("care worker", "care\n  worker"),
        ("retain*", "retention? no: Retained."),
        ("wom*n", "women"),
        ("care * worker", "a care home worker"),
        ("£10 an hour", "for £10 an hour"),
        ("工资", "我们的工资很低"),
        ("Киев", "киев"),
        ("e\u0301te\u0301", "été"),
        ("?", "why?"),
        ("istanbul", "İSTANBUL"),
    ],
)
def test_words_are_found(value, text):
    assert found(["nothing here", text], value) == [1]
    assert [text[a:b] for a, b in finder(Words(value, 1), value)(text)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("pay", "payment repay"),
        ("low pay", "low. We pay"),
        ("low pay", "pay low"),
        ("retain*", "maintain"),
        ("care * worker", "care worker"),
        ("dont", "don't"),
    ],
)
def test_other_words_are_not(value, text):
    assert found([text], value) == []
    assert list(finder(Words(value, 1), value)(text)) == []


def test_a_phrase_never_reaches_over_two_texts():
    assert found(["the low", "pay is", "low pay"], "low pay") == [2]
    assert found(["the low\x00", "pay"], "low pay") == []


def test_places_are_those_in_the_text_as_written():
    text = "ﬃ Straße ﬃ strasse É E\u0301"
    assert [text[a:b] for a, b in finder(Words("strasse", 1), "")(text)] == ["Straße", "strasse"]
    assert [text[a:b] for a, b in finder(Words("é", 1), "")(text)] == ["É", "E"]


@given(st.lists(st.text(), max_size=5), st.text(min_size=1, max_size=5))
def test_all_at_once_finds_what_one_by_one_finds(texts, value):
    words = fold(value).replace("*", "")
    if not words:
        return
    expression = phrase(words)
    alone = [n for n, text in enumerate(texts) if expression.search(fold_whole(text))]
    assert found(texts, words) == alone
    places = [n for n, text in enumerate(texts) if any(finder(Words(words, 1), "")(text))]
    assert places == alone


def fold_whole(text: str) -> str:
    return "".join(map(text_search._plain, text.replace("\x00", " ")))


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_a_pattern_minds_case_unless_told():
    texts = Texts(["Pay\nday", "pay"])
    assert texts.find(Pattern("pay", False, 1), "").tolist() == [False, True]
    assert texts.find(Pattern("pay", True, 1), "").tolist() == [True, True]
    assert texts.find(Pattern("^day$", False, 1), "").tolist() == [True, False]


@pytest.mark.parametrize("source", [r"(a|aa)+$", r"(\w|\w\w)+$", "((a{1,99}){1,99}){1,99}b"])
def test_a_pattern_that_never_ends_is_stopped(monkeypatch, source):
    monkeypatch.setattr(text_search, "SECONDS", 0.2)
    with pytest.raises(OptionError, match="takes longer than"):
        Texts(["a" * 200 + "-"]).find(Pattern(source, False, 1), f"/{source}/")
    with pytest.raises(OptionError, match="takes longer than"):
        list(finder(Pattern(source, False, 1), f"/{source}/")("a" * 200 + "-"))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("(", "no regular expression"),
        ("[z-a]", "no regular expression"),
        ("a*", "finds the empty text"),
        ("^", "finds the empty text"),
        ("a" * 501, "longer than 500"),
        ("", "finds the empty text"),
        (r"(?P<a>x)(?P=b)", "no regular expression"),
    ],
)
def test_a_wrong_pattern_is_one_sentence(source, sentence):
    with pytest.raises(OptionError, match=sentence):
        Texts(["a"]).find(Pattern(source, False, 1), f"/{source}/")


def test_no_texts_hold_nothing():
    assert Texts([]).find(Words("a", 1), "a").tolist() == []
    assert Texts(["", ""]).find(Words("a", 1), "a").tolist() == [False, False]
