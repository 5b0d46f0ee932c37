import pickle

from qualkit.suggest.words import Stems


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
