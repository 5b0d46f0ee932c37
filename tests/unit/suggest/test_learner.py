import numpy as np
import pandas as pd
import pytest

from qualkit.suggest.context import Setting
from qualkit.suggest.features import WordFeatures
from qualkit.suggest.learner import Coded, Learner, blocks_of
from qualkit.suggest.parts import Part

WORDS = ["pay", "low", "garden", "bean", "rose", "wage", "home", "rain", "so", "the"]
CODES = 4


def study(seed=0, documents=5, each=8):
    """Return a frame of random talk, labels, entries and themes."""
    random = np.random.default_rng(seed)
    count = documents * each
    frame = pd.DataFrame(
        {
            "document": np.repeat([f"d{n}" for n in range(documents)], each),
            "order": np.arange(count),
            "place": np.tile(np.arange(each), documents),
            "speaker": random.choice(["Ana", "Ben"], count),
            "role": random.choice(["carer", "manager", ""], count),
            "text": [" ".join(random.choice(WORDS, 5)) for _ in range(count)],
        }
    )
    labels = (random.random((count, CODES)) < [0.5, 0.3, 0.2, 0.1]).astype(np.float32)
    return frame, labels


ENTRIES = ["pay wage", "garden", "bean rose", "home"]


def learned(frame, labels, features, setting, themes=(-1, 0, 0, -1), parts=None):
    """Fit on these utterances."""
    codes = np.arange(CODES)
    written = features.entries(ENTRIES, "english", codes, [None] * CODES)
    rows = parts if parts is not None else [np.arange(len(frame))]
    found = []
    for chosen in rows:
        here = frame.iloc[chosen]
        words = features.transform(here["text"].tolist(), ["english"] * len(here))
        context = setting.describe(here, words)
        found.append(Part(words.above(written), context, np.arange(len(here)), chosen))
    coded = Coded(labels, frame["document"].to_numpy(), codes, np.array(themes))
    return Learner().fit(found, coded)


def prepared(frame):
    features = WordFeatures({}).fit(frame["text"].tolist(), ["english"] * len(frame))
    return features, Setting().fit(frame)


def said(learner, frame, features, setting):
    words = features.transform(frame["text"].tolist(), ["english"] * len(frame))
    return learner.weights().scores(words, setting.describe(frame, words))


@pytest.mark.parametrize("themes", [(-1, -1, -1, -1), (-1, 0, 0, -1), (1, 0, 0, 1)])
def test_what_is_held_out_is_what_a_model_without_the_document_says(themes):
    frame, labels = study()
    features, setting = prepared(frame)
    learner = learned(frame, labels, features, setting, themes)
    for document in frame["document"].unique():
        out = (frame["document"] == document).to_numpy()
        rest = learned(frame[~out], labels[~out], features, setting, themes)
        wanted = said(rest, frame[out], features, setting)
        assert np.allclose(learner.held_out[out], wanted, atol=2e-4)
        assert np.allclose(learner.held_out_shares[out], rest.shares, atol=1e-6)


def test_labels_of_a_document_do_not_move_what_is_said_of_it_held_out():
    frame, labels = study()
    features, setting = prepared(frame)
    out = (frame["document"] == "d2").to_numpy()
    turned = labels.copy()
    turned[out] = 1 - turned[out]
    first, second = (learned(frame, each, features, setting) for each in (labels, turned))
    assert np.allclose(first.held_out[out], second.held_out[out], atol=1e-4)
    assert np.allclose(first.held_out_shares[out], second.held_out_shares[out])
    assert not np.allclose(first.held_out[~out], second.held_out[~out], atol=1e-2)


def test_primal_weights_say_what_the_kernel_says():
    frame, labels = study()
    features, setting = prepared(frame)
    learner = learned(frame, labels, features, setting)
    part, alpha = learner._parts[0], learner._alphas[0]
    by_kernel = part.kernel() @ alpha
    assert np.allclose(said(learner, frame, features, setting), by_kernel[: len(frame)], atol=1e-4)


def test_weights_of_some_codes_are_those_of_all():
    frame, labels = study()
    learner = learned(frame, labels, *prepared(frame))
    whole, some = learner.weights(), learner.weights(slice(1, 3))
    assert np.allclose(whole.own[:, :, 1:3], some.own, atol=1e-5)
    assert np.allclose(whole.before[:, :, 1:3], some.before, atol=1e-5)


def test_parts_are_averaged_and_held_out_accordingly():
    frame, labels = study()
    features, setting = prepared(frame)
    halves = [np.arange(16), np.arange(16, 40)]
    learner = learned(frame, labels, features, setting, (-1,) * 4, halves)
    single = [learned(frame, labels, features, setting, (-1,) * 4, [half]) for half in halves]
    mean = np.mean([said(one, frame, features, setting) for one in single], axis=0)
    assert np.allclose(said(learner, frame, features, setting), mean, atol=1e-4)
    apart = (single[0].held_out[:16] + said(single[1], frame, features, setting)[:16]) / 2
    assert np.allclose(learner.held_out[:16], apart, atol=1e-4)


def test_a_code_without_codings_leans_on_its_theme():
    frame, labels = study(documents=8)
    labels[:, 1] = frame["text"].str.contains("rose")
    labels[:, 3] = 0
    features, setting = prepared(frame)
    lifted = []
    for themes in ((-1, -1, -1, -1), (-1, 0, -1, 0)):
        learner = learned(frame, labels, features, setting, themes)
        with_rose, without = (
            said(learner, frame.assign(text=text), features, setting)[:, 3].mean()
            for text in ("rose rose", "rain rain")
        )
        lifted.append(with_rose - without)
    assert lifted[1] > lifted[0] + 0.005


def test_shares_lie_between_nought_and_one_also_for_codes_on_everything_or_nothing():
    frame, labels = study()
    labels[:, 0], labels[:, 3] = 1, 0
    learner = learned(frame, labels, *prepared(frame))
    assert ((learner.shares > 0) & (learner.shares < 1)).all()
    assert learner.shares[0] > 0.8
    assert learner.shares[3] < 0.1


def test_one_or_two_documents_are_cut_into_fifths():
    assert [len(block) for block in blocks_of(np.array(["a"] * 11))] == [3, 2, 2, 2, 2]
    assert [len(block) for block in blocks_of(np.array(["a", "b"] * 5))] == [2] * 5
    assert blocks_of(np.array([])) == []


def test_likeness_is_one_for_the_same_words_and_nought_for_others():
    frame, labels = study()
    features, setting = prepared(frame)
    learner = learned(frame, labels, features, setting)
    same = features.transform([frame["text"].iloc[7]], ["english"])
    assert learner.likeness(same, np.array([7]))[0] == pytest.approx(1, abs=1e-5)
    other = features.transform(["qqq"], ["english"])
    assert learner.likeness(other, np.array([7]))[0] < 0.2
