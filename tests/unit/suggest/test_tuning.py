import numpy as np
import pandas as pd
import pytest

from qualkit.suggest import Suggester
from qualkit.suggest.tuning import some_rows

NEUTRAL = ["we", "went", "then", "home", "it", "was", "so", "here"]


def talk(telling, documents=12, each=10):
    """Return a fitted suggester: the code x is on utterances that are telling, the words are not.

    Args:
        telling: "asks": those that end in a question mark; "echo": those that say again what was
            just said; None: any.
        documents: how many.
        each: utterances of each.
    """
    random = np.random.default_rng(3)
    texts, labels = [], []
    for _ in range(documents * each):
        is_on = bool(random.random() < 0.4) and len(texts) % each > 0
        words = " ".join(random.choice(NEUTRAL, 5)) + f" n{len(texts)} m{random.integers(99)}"
        if is_on and telling == "echo":
            words = texts[-1]
        texts.append(words + ("?" if is_on and telling == "asks" else ""))
        labels.append(is_on)
    frame = pd.DataFrame(
        {
            "document": np.repeat([f"d{n}" for n in range(documents)], each),
            "position": np.tile(np.arange(1, each + 1), documents),
            "text": texts,
        }
    )
    codings = frame.loc[labels, ["document", "position"]].assign(code="x")
    return Suggester().fit(frame, codings, frame)


@pytest.mark.parametrize("option", ["asks", "echo"])
def test_what_tells_is_looked_at(option):
    assert option in talk(option)._fitted.setting.options_


def test_what_tells_nothing_is_not_looked_at():
    assert not {"asks", "echo"} & set(talk(None)._fitted.setting.options_)


def test_options_that_are_looked_at_are_among_the_reasons():
    suggester = talk("echo")
    known = suggester._known
    labels = suggester._fitted.labels[:, 0]
    row = int(np.flatnonzero(labels)[0])
    place = (known["document"].iloc[row], int(known["position"].iloc[row]))
    reasons = suggester.explain(place, "x").set_index("word")["weight"]
    assert reasons["(words said before)"] > 0
    probability = suggester.score(known)["x"].iloc[row]
    assert reasons.sum() == pytest.approx(np.log(probability / (1 - probability)), abs=1e-4)


def test_options_are_tried_on_whole_documents_drawn_by_the_seed():
    documents = np.repeat([f"d{n:02}" for n in range(40)], 50).astype(object)
    rows = some_rows(documents, seed=1)
    assert np.array_equal(rows, some_rows(documents, seed=1))
    assert len(rows) == 800
    assert set(np.unique(documents[rows], return_counts=True)[1]) == {50}
    assert some_rows(np.array(["one"] * 5000, dtype=object), seed=1).size == 1600


def test_nothing_coded_asks_for_nothing():
    frame = pd.DataFrame({"document": "d", "position": range(30), "text": "a word?"})
    codings = frame.head(1)[["document", "position"]].assign(code="x")
    one = Suggester().fit(frame, codings, frame.head(5))
    assert one._fitted.setting.options_ == ()
