import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.suggest.words import Stems, tokenise, written_words


def test_inflected_words_share_a_stem_whatever_their_case_and_apostrophe():
    stems = Stems("english")
    assert len({stems.stem(word) for word in ("Wage", "wages", "WAGE\u2019s", "wage's")}) == 1


def test_another_language_has_other_endings():
    assert Stems("german")("Löhne und Lohn")[0] == Stems("german")("Lohn")[0] == "lohn"


def test_numbers_and_signs_are_handled():
    assert Stems("english")("£9.50 -- 2nd_floor!") == ["9", "50", "2nd", "floor"]


def test_words_and_stems_come_in_pairs():
    assert Stems("english").pairs("Rising Wages") == [("Rising", "rise"), ("Wages", "wage")]


def test_it_survives_pickling():
    assert pickle.loads(pickle.dumps(Stems("english")))("wages") == ["wage"]


def test_scripts_without_spaces_are_cut_into_characters_and_mixed_ones_too():
    assert Stems(None)("工资low太低 ok") == ["工", "资", "low", "太", "低", "ok"]
    assert Stems(None)("ค่าแรง")[0] == "ค"


def test_questions_calls_and_emoji_are_words_to_the_suggester_and_commas_are_not():
    tokens = tokenise(["Why? No! 🙂, (so)."], [None])
    assert [tokens.words[place] for place in tokens.word] == ["why", "?", "no", "!", "🙂", "so"]


def test_texts_of_several_languages_are_stemmed_apart():
    tokens = tokenise(["wages", "", "Löhne wages"], ["english", None, "german"])
    assert tokens.row.tolist() == [0, 2, 2]
    assert [tokens.stems[place] for place in tokens.word] == ["wage", "lohn", "wag"]


def test_no_texts_give_no_words():
    assert tokenise([], []).row.tolist() == []
    assert written_words("", "english") == []


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text("aB1 '?!_-.\0\n\x1c\u2019\xdf\u03a3\xe9工🙂", max_size=9), max_size=5),
    st.integers(0, 2),
)
def test_texts_cut_all_at_once_give_the_words_of_each_in_order(texts, some):
    languages = ["german" if place % 3 == some else None for place in range(len(texts))]
    tokens = tokenise(texts, languages)
    for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
        words = tokens.word[tokens.row == row]
        found = [(tokens.words[word], tokens.stems[word]) for word in words]
        assert found == written_words(text.lower(), language)
    assert list(dict.fromkeys(tokens.word.tolist())) == list(range(len(tokens.words)))
