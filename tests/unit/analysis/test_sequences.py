import sys

import numpy as np
import pandas as pd
import pytest

from qualkit.analysis.sequences import sequences
from qualkit.errors import OptionError, UnknownNameError

TALK = pd.DataFrame(
    {
        "document": ["d"] * 7 + ["e"] * 2,
        "position": [1, 2, 3, 4, 5, 6, 7, 1, 2],
        "speaker": ["Ana", "Ana", "Ben", "Ana", "Ben", "Cy", "Ana", "Ana", "Ben"],
    }
)
SAID = pd.DataFrame(
    [("d", 1, "a"), ("d", 3, "b"), ("d", 4, "a"), ("d", 7, "b"), ("e", 1, "b"), ("e", 2, "a")],
    columns=["document", "position", "code"],
)


def counted(**options):
    table = sequences(SAID, TALK, permutations=9, **options)
    row = table[(table["code_a"] == "a") & (table["code_b"] == "b")].iloc[0]
    return [row["n_a"], row["n_ab"]]


def test_turns_are_counted_by_hand():
    # turns: Ana 1-2 (a) | Ben 3 (b) | Ana 4 (a) | Ben 5 | Cy 6 | Ana 7 (b) || Ana (b) | Ben (a)
    assert counted() == [3, 1]
    assert counted(reach=3) == [3, 2]


def test_utterances_are_steps_when_asked_for():
    assert counted(step="utterance") == [3, 0]
    assert counted(step="utterance", reach=2) == [3, 1]


def test_the_second_code_can_be_asked_of_the_same_or_of_another_speaker():
    assert counted(reach=3, speaker="same") == [3, 1]
    assert counted(reach=3, speaker="other") == [3, 1]
    assert counted(reach=9, speaker="same") == [3, 2]


def test_expected_and_p_equal_turning_the_series_by_hand():
    random = np.random.default_rng(1)
    said = pd.DataFrame({"document": "d", "position": range(30), "speaker": list("AB") * 15})
    a, b = (np.flatnonzero(random.random(30) < 0.3) for _ in range(2))
    codings = pd.concat(
        [said.iloc[a].assign(code="a"), said.iloc[b].assign(code="b")]
    )[["document", "position", "code"]]  # fmt: skip
    table = sequences(codings, said, permutations=4999, code="a")
    here, ahead = np.zeros(30), np.zeros(30)
    here[a], ahead[b[b > 0] - 1] = 1, 1
    turned = np.array([here @ np.roll(ahead, turn) for turn in range(30)])
    row = table.iloc[0]
    assert row["n_ab"] == turned[0]
    assert row["expected"] == pytest.approx(turned.mean())
    p = np.mean(np.abs(turned - turned.mean()) >= abs(turned[0] - turned.mean()) - 1e-9)
    assert row["p"] == pytest.approx(p, abs=0.03)


def test_an_answer_that_always_follows_is_found():
    rows, codings = [], []
    for document in range(12):
        rows += [(f"d{document}", n, "AB"[n % 2]) for n in range(20)]
        at = [4 + document % 4, 12 + document % 3]
        codings += [(f"d{document}", n, "ask") for n in at]
        codings += [(f"d{document}", n + 1, "answer") for n in at]
    said = pd.DataFrame(rows, columns=["document", "position", "speaker"])
    table = sequences(pd.DataFrame(codings, columns=["document", "position", "code"]), said)
    row = table[(table["code_a"] == "ask")].iloc[0]
    assert (row["share"], row["p"]) == (1.0, 0.001)
    assert row["lift"] > 5
    back = table[table["code_a"] == "answer"].iloc[0]
    assert back["n_ab"] == 0


def test_the_seed_decides_p_and_what_is_never_said_has_none(study, parents):
    codings, utterances = study()
    one, same, other = (
        sequences(codings, utterances, parents=parents, permutations=99, seed=seed)
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, same)
    assert one["p"].tolist() != other["p"].tolist()
    assert one[one["code_b"] == "Training"]["p"].isna().all()
    assert (one["n_ab"] <= one["n_a"]).all()
    assert ("Pay", "Hours") not in set(zip(one["code_a"], one["code_b"], strict=True))


def test_long_documents_are_done_in_parts(study, monkeypatch):
    whole = sequences(*study(), permutations=50)
    monkeypatch.setattr(sys.modules["qualkit.analysis.sequences"], "_AT_ONCE", 100)
    pd.testing.assert_frame_equal(whole, sequences(*study(), permutations=50))


def test_nothing_to_count_gives_no_numbers(study):
    codings, utterances = study()
    assert len(sequences(codings[:0], utterances)) == 0
    silent = sequences(codings, utterances.assign(is_moderator=True))
    assert set(silent["n_a"]) == {0}
    assert silent["p"].isna().all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"step": "page"}, "step: there is no 'page'; one of turn, utterance"),
        ({"speaker": "me"}, "speaker: there is no 'me'; one of any, other, same"),
        ({"reach": 0}, "reach: 0 is too few; at least 1"),
    ],
)
def test_bad_options_are_refused(options, sentence):
    with pytest.raises(OptionError, match=sentence):
        sequences(SAID, TALK, **options)


def test_an_unknown_code_is_refused():
    with pytest.raises(UnknownNameError, match="no code 'c'"):
        sequences(SAID, TALK, code="c")
