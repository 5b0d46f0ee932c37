import numpy as np
import pandas as pd

from qualkit.suggest.offering import best, note_of, strike


def test_the_best_come_first_and_of_two_equal_codes_the_first_in_the_codebook():
    key = np.array([[0.1, 0.5, 0.5], [-np.inf, -np.inf, 0.2]])
    row, column, rank = best(key, 2)
    assert row.tolist() == [0, 0, 1]
    assert column.tolist() == [1, 2, 2]
    assert rank.tolist() == [1, 2, 1]


def test_asking_for_more_than_there_are_codes_gives_all():
    assert best(np.array([[0.1, 0.2]]), 9)[1].tolist() == [1, 0]


def test_what_is_struck_out_is_struck_wherever_the_utterance_stands():
    places = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("a", 1)])
    scores = pd.DataFrame(0.5, index=places, columns=["x", "y"])
    key = scores.to_numpy().copy()
    given = {"document": ["a", "b", "a"], "position": [1, 1, 2], "code": ["x", "x", "zzz"]}
    strike(key, scores, pd.DataFrame(given))
    assert np.isinf(key).tolist() == [[True, False], [False, False], [True, False]]


def test_a_note_says_how_many_codings_are_missing():
    assert note_of(3, 50, 5) == "not enough codings yet (3 of 5)"
    assert note_of(50, 50, 5).startswith("applied to all 50 reviewed utterances")
    assert note_of(9, 50, 5) == "learned from 9 coded utterances"
