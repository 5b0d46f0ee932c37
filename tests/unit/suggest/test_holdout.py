import numpy as np
import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import Code, Codebook
from qualkit.suggest import Suggester
from qualkit.suggest.baselines import PlainTfidf
from qualkit.suggest.holdout import Plan, assign_folds, hold_out, prepare
from tests.unit.suggest.studies import Knowing, study


class Spy(Knowing):
    """Remembers what it was shown."""

    def fit(self, utterances, codings, reviewed, codebook=None):
        self.shown = (utterances, codings, reviewed, codebook)
        return super().fit(utterances, codings, reviewed, codebook)


def test_nothing_of_a_held_out_document_is_shown_to_what_learns():
    held = hold_out(prepare(*study()), Plan(), {"spy": Spy})
    assert len(held.fitted["spy"]) == 6
    for fold, model in enumerate(held.fitted["spy"]):
        hidden = held.documents[int(np.flatnonzero(held.fold == fold)[0])]
        for frame in model.shown[:3]:
            assert hidden not in set(frame["document"])
            assert frame["document"].nunique() == 5


@pytest.mark.parametrize("make", [lambda: Suggester(minimum=3), PlainTfidf])
def test_shuffling_the_held_out_labels_moves_nothing_that_was_learned(make):
    """What was learned says the same of unseen documents, whatever people gave there."""
    utterances, codings, reviewed = study()
    scores = {}
    for shuffled in (False, True):
        given = codings.copy()
        if shuffled:
            inside = given["document"] == "doc00"
            mixed = np.random.default_rng(1).permutation(given.loc[inside, "position"])
            given.loc[inside, "position"] = mixed
        held = hold_out(prepare(utterances, given, reviewed), Plan(), {"one": make})
        scores[shuffled] = held
    before, after = scores[False], scores[True]
    rows = before.document == before.documents.index("doc00")
    assert (before.labels[rows] != after.labels[rows]).any()
    one, two = before.models["one"], after.models["one"]
    np.testing.assert_array_equal(one.scores[rows], two.scores[rows])
    np.testing.assert_array_equal(one.offered[rows], two.offered[rows])
    fold = int(before.fold[before.documents.index("doc00")])
    texts = utterances[utterances["document"] == "doc03"]
    learned = [held.fitted["one"][fold].score(texts) for held in (before, after)]
    pd.testing.assert_frame_equal(*learned)


def test_words_of_a_held_out_document_change_no_weight_of_a_word():
    utterances, codings, reviewed = study()
    other = utterances.copy()
    other.loc[other["document"] == "doc00", "text"] = "money money money garden"
    fitted = [
        hold_out(prepare(frame, codings, reviewed), Plan(), {"one": Suggester}).fitted["one"][0]
        for frame in (utterances, other)
    ]
    texts = utterances[utterances["document"] != "doc00"]
    pd.testing.assert_frame_equal(*(one.score(texts) for one in fitted))


def test_examples_taken_from_a_held_out_document_are_out_of_the_codebook_meanwhile():
    utterances, codings, reviewed = study()
    own = utterances.loc[utterances["document"] == "doc01", "text"].iloc[0]
    book = Codebook("b", (Code("pay", "Pay", examples=(f"“{own.capitalize()}.”", "too little")),))
    held = hold_out(prepare(utterances, codings, reviewed, book), Plan(), {"spy": Spy})
    kept = [model.shown[3].codes[0].examples for model in held.fitted["spy"]]
    assert [len(one) for one in kept] == [2, 1, 2, 2, 2, 2]
    assert kept[1] == ("too little",)


def test_the_same_seed_gives_the_same_and_another_other_parts():
    sizes = pd.Series(np.arange(20) % 7 + 5, index=[f"d{n}" for n in range(20)])
    one, two = (assign_folds(sizes, Plan(seed=1)) for _ in range(2))
    assert one.tolist() == two.tolist()
    assert one.tolist() != assign_folds(sizes, Plan(seed=2)).tolist()


def test_parts_are_about_equally_large_and_few_documents_stand_alone():
    sizes = pd.Series([100, 5, 5, 5, 5, 5, 5, 30, 30, 30, 30], index=list("abcdefghijk"))
    load = np.bincount(assign_folds(sizes, Plan(folds=3)), weights=sizes)
    assert sorted(load) == [75, 75, 100]
    assert assign_folds(sizes[:10], Plan()).tolist() == list(range(10))
    assert len(set(assign_folds(sizes, Plan()))) == 5
    assert assign_folds(sizes[:3], Plan(folds=8)).tolist() == [0, 1, 2]


def test_what_cannot_be_held_out_is_said():
    utterances, codings, reviewed = study(documents=1)
    with pytest.raises(NotEnoughError, match="takes two with reviewed utterances, and only 'doc0"):
        prepare(utterances, codings, reviewed)
    utterances, codings, reviewed = study()
    with pytest.raises(NotEnoughError, match="nobody has given a code"):
        prepare(utterances, codings.head(0), reviewed)
    with pytest.raises(NotEnoughError, match="and none has any"):
        prepare(utterances, codings, reviewed.head(0))
    with pytest.raises(OptionError, match="lacks the column text"):
        prepare(utterances[["document", "position"]], codings, reviewed)
    with pytest.raises(OptionError, match="stands twice"):
        prepare(pd.concat([utterances, utterances]), codings, reviewed)
    with pytest.raises(OptionError, match="folds must be 2 or more, not 1"):
        hold_out(prepare(utterances, codings, reviewed), Plan(folds=1), {"one": Knowing})


def test_codes_are_those_in_use_under_their_names_and_retired_ones_are_out():
    utterances, codings, reviewed = study()
    book = Codebook("b", (Code("pay", "Pay"), Code("rota", "Rota", retired=True), Code("x", "X")))
    material = prepare(utterances, codings.replace("Pay", "pay"), reviewed, book)
    assert material.codes == ["Pay", "X", "Home"]
    assert set(material.codings["code"]) == {"Pay", "Home"}


def test_unreviewed_utterances_are_context_and_not_judged():
    utterances, codings, reviewed = study()
    half = reviewed[reviewed["position"] <= 10]
    held = hold_out(prepare(utterances, codings, half), Plan(), {"spy": Spy})
    assert len(held.labels) == 60
    assert held.utterances["position"].max() == 10
    assert held.fitted["spy"][0].shown[0]["position"].max() == 20
    assert held.fitted["spy"][0].shown[1]["position"].max() <= 10


def test_documents_without_a_coding_left_to_learn_from_say_nothing():
    utterances, codings, reviewed = study(documents=2)
    only = codings[codings["document"] == "doc00"]
    held = hold_out(prepare(utterances, only, reviewed), Plan(), {"suggester": Suggester})
    first = held.models["suggester"].scores[held.document == 0]
    assert (first == 0).all()


def test_an_empty_utterance_a_code_everywhere_and_one_word_are_judged():
    utterances, codings, reviewed = study(documents=3)
    utterances.loc[0, "text"] = ""
    utterances.loc[1:, "text"] = "word"
    everywhere = reviewed.assign(code="All")
    material = prepare(utterances, pd.concat([codings, everywhere]), reviewed)
    held = hold_out(material, Plan(), {"suggester": Suggester, "plain_tfidf": PlainTfidf})
    for one in held.models.values():
        assert ((one.scores >= 0) & (one.scores <= 1)).all()


def test_progress_is_told_after_each_part():
    told = []
    hold_out(prepare(*study(documents=3)), Plan(progress=told.append), {"one": Knowing})
    assert told == [f"held out {one} of 3 parts of the documents" for one in (1, 2, 3)]
